// What upstream takes for what svcscope does, with everything around it replaced by nothing: the API server by a client
// that answers at once, iptables by one that throws away what it is given. The cluster is that of core/benches.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"sort"
	"time"

	"github.com/go-logr/logr"
	v1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/record"
	sysctltest "k8s.io/component-helpers/node/util/sysctl/testing"
	"k8s.io/endpointslice"
	endpointsliceutil "k8s.io/endpointslice/util"
	"k8s.io/klog/v2"
	kubeproxyconfig "k8s.io/kubernetes/pkg/proxy/apis/config"
	"k8s.io/kubernetes/pkg/proxy/iptables"
	proxyutil "k8s.io/kubernetes/pkg/proxy/util"
	utiliptables "k8s.io/kubernetes/pkg/util/iptables"
	iptablestest "k8s.io/kubernetes/pkg/util/iptables/testing"
)

func main() {
	klog.SetLogger(logr.Discard())
	klog.SetOutput(io.Discard)
	reconcile(1000, 50)
	rules(10000, 5)
}

func say(what string, d time.Duration) {
	fmt.Printf("%-60s %v\n", what, d)
}

// ---- EndpointSlices

func reconcile(services, pods int) {
	client := fake.NewSimpleClientset()
	var kept []*discovery.EndpointSlice
	answer := func(action k8stesting.Action) (bool, runtime.Object, error) {
		slice := action.(k8stesting.CreateAction).GetObject().(*discovery.EndpointSlice)
		kept = append(kept, slice)
		return true, slice, nil
	}
	client.PrependReactor("create", "endpointslices", answer)
	client.PrependReactor("update", "endpointslices", answer)
	factory := informers.NewSharedInformerFactory(client, 0)
	nodes := factory.Core().V1().Nodes()
	for i := 0; i < 20; i++ {
		nodes.Informer().GetStore().Add(&v1.Node{ObjectMeta: metav1.ObjectMeta{
			Name:   fmt.Sprintf("n%d", i),
			Labels: map[string]string{v1.LabelTopologyZone: fmt.Sprintf("zone-%d", i%3)},
		}})
	}
	r := endpointslice.NewReconciler(client, nodes.Lister(), 100, endpointsliceutil.NewEndpointSliceTracker(), nil,
		record.NewFakeRecorder(1000000), "endpointslice-controller.k8s.io")
	var all []*v1.Service
	var own [][]*v1.Pod
	for s := 0; s < services; s++ {
		all = append(all, service(s, v1.ProtocolTCP))
		var list []*v1.Pod
		for p := 0; p < pods; p++ {
			list = append(list, pod(s, p))
		}
		own = append(own, list)
	}
	logger, now := klog.Background(), time.Now()
	start := time.Now()
	for s, service := range all {
		if err := r.Reconcile(logger, service, own[s], nil, now); err != nil {
			panic(err)
		}
	}
	say(fmt.Sprintf("%d x %d pods: EndpointSlices from scratch", services, pods), time.Since(start))
	slices := kept
	var times []time.Duration
	for i := 0; i < 2000; i++ {
		s, p := i%services, (i/services*7)%pods
		changed := own[s][p].DeepCopy()
		changed.Status.Conditions[3].Status = v1.ConditionFalse
		own[s][p] = changed
		start := time.Now()
		if err := r.Reconcile(logger, all[s], own[s], slices[s:s+1], now); err != nil {
			panic(err)
		}
		times = append(times, time.Since(start))
		slices[s] = kept[len(kept)-1]
	}
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	say(fmt.Sprintf("%d x %d pods: EndpointSlices after one flip", services, pods), times[len(times)/2])
}

func service(s int, protocol v1.Protocol) *v1.Service {
	name, ip := fmt.Sprintf("s%d", s), fmt.Sprintf("10.96.%d.%d", s/250, s%250+1)
	return &v1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", UID: types.UID(name), CreationTimestamp: metav1.Now()},
		Spec: v1.ServiceSpec{
			Ports:      []v1.ServicePort{{Protocol: protocol, Port: 80, TargetPort: intstr.FromInt32(8080)}},
			Selector:   map[string]string{"app": name, "tier": "backend"},
			ClusterIP:  ip,
			ClusterIPs: []string{ip},
			IPFamilies: []v1.IPFamily{v1.IPv4Protocol},
			Type:       v1.ServiceTypeClusterIP,
		},
	}
}

func pod(s, p int) *v1.Pod {
	name, ip := fmt.Sprintf("p%d-%d", s, p), fmt.Sprintf("10.%d.%d.%d", s/250, s%250, p+1)
	pod := &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", UID: types.UID(name), Labels: map[string]string{"app": fmt.Sprintf("s%d", s), "tier": "backend"}},
		Spec:       v1.PodSpec{RestartPolicy: v1.RestartPolicyAlways, NodeName: fmt.Sprintf("n%d", p%20), Containers: []v1.Container{{Name: "c", Image: "nginx"}}},
		Status:     v1.PodStatus{Phase: v1.PodRunning, HostIP: "192.168.1.1", PodIP: ip, PodIPs: []v1.PodIP{{IP: ip}}},
	}
	for _, name := range []v1.PodConditionType{"PodReadyToStartContainers", v1.PodInitialized, v1.PodScheduled, v1.PodReady, v1.ContainersReady} {
		pod.Status.Conditions = append(pod.Status.Conditions, v1.PodCondition{Type: name, Status: v1.ConditionTrue})
	}
	return pod
}

// ---- rules

// An iptables that takes everything and says how much it was.
type nothing struct {
	*iptablestest.FakeIPTables
	restored chan int
}

func (n *nothing) RestoreAll(data []byte, _ utiliptables.FlushFlag, _ utiliptables.RestoreCountersFlag) error {
	n.restored <- len(data)
	return nil
}

func (n *nothing) Restore(_ utiliptables.Table, data []byte, _ utiliptables.FlushFlag, _ utiliptables.RestoreCountersFlag) error {
	return nil
}

func rules(services, endpoints int) {
	local := true
	config := &kubeproxyconfig.KubeProxyConfiguration{SyncPeriod: metav1.Duration{Duration: time.Hour}, MinSyncPeriod: metav1.Duration{}}
	config.IPTables.LocalhostNodePorts = &local
	bit := int32(14)
	config.IPTables.MasqueradeBit = &bit
	ipt := &nothing{iptablestest.NewFake(), make(chan int, 1)}
	proxier, err := iptables.NewProxier(context.Background(), config, v1.IPv4Protocol, ipt, sysctltest.NewFake(),
		proxyutil.NewDetectLocalByCIDR("10.244.0.0/16"), "n0", net.ParseIP("192.168.1.10"), nil, nil, false)
	if err != nil {
		panic(err)
	}
	for s := 0; s < services; s++ {
		proxier.OnServiceAdd(service(s, v1.ProtocolTCP))
		proxier.OnEndpointSliceAdd(slice(s, endpoints, true))
	}
	go proxier.SyncLoop()
	start := time.Now()
	proxier.OnServiceSynced()
	proxier.OnEndpointSlicesSynced()
	size := <-ipt.restored
	say(fmt.Sprintf("%d Services x %d endpoints: rules of iptables (%d MB)", services, endpoints, size>>20), time.Since(start))
	time.Sleep(time.Second)
	var times []time.Duration
	for i := 0; i < 5; i++ {
		start := time.Now()
		proxier.OnEndpointSliceUpdate(slice(i, endpoints, true), slice(i, endpoints, false))
		<-ipt.restored
		times = append(times, time.Since(start))
		time.Sleep(100 * time.Millisecond)
	}
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	say(fmt.Sprintf("%d Services x %d endpoints: rules after one flip", services, endpoints), times[len(times)/2])
}

func slice(s, endpoints int, ready bool) *discovery.EndpointSlice {
	name, protocol, port := "", v1.ProtocolTCP, int32(8080)
	slice := &discovery.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Name: fmt.Sprintf("s%d-x", s), Namespace: "default", Labels: map[string]string{discovery.LabelServiceName: fmt.Sprintf("s%d", s)}},
		AddressType: discovery.AddressTypeIPv4,
		Ports:       []discovery.EndpointPort{{Name: &name, Protocol: &protocol, Port: &port}},
	}
	for e := 0; e < endpoints; e++ {
		node, is := fmt.Sprintf("n%d", e), ready || e > 0
		slice.Endpoints = append(slice.Endpoints, discovery.Endpoint{
			Addresses:  []string{fmt.Sprintf("10.244.%d.%d", s/50, s%50*5+e+1)},
			NodeName:   &node,
			Conditions: discovery.EndpointConditions{Ready: &is, Serving: &is},
		})
	}
	return slice
}
