// How fast CoreDNS's handler for a cluster answers, from a message to a message, with its informers replaced by maps.
// The Services and the questions are those of core/benches/network.rs.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/coredns/coredns/plugin/kubernetes"
	"github.com/coredns/coredns/plugin/kubernetes/object"
	"github.com/coredns/coredns/plugin/test"
	"github.com/miekg/dns"
	api "k8s.io/api/core/v1"
)

const services, questions = 10000, 200000

// What the plugin asks of its informers.
type cluster struct {
	services map[string][]*object.Service
}

func (c *cluster) ServiceList() []*object.Service                   { return nil }
func (c *cluster) EndpointsList() []*object.Endpoints               { return nil }
func (c *cluster) ServiceImportList() []*object.ServiceImport       { return nil }
func (c *cluster) SvcIndex(key string) []*object.Service            { return c.services[key] }
func (c *cluster) SvcIndexReverse(string) []*object.Service         { return nil }
func (c *cluster) SvcExtIndexReverse(string) []*object.Service      { return nil }
func (c *cluster) SvcImportIndex(string) []*object.ServiceImport    { return nil }
func (c *cluster) PodIndex(string) []*object.Pod                    { return nil }
func (c *cluster) EpIndex(string) []*object.Endpoints               { return nil }
func (c *cluster) EpIndexReverse(string) []*object.Endpoints        { return nil }
func (c *cluster) McEpIndex(string) []*object.MultiClusterEndpoints { return nil }
func (c *cluster) Run()                                             {}
func (c *cluster) HasSynced() bool                                  { return true }
func (c *cluster) Stop() error                                      { return nil }
func (c *cluster) Modified(kubernetes.ModifiedMode) int64           { return 1 }
func (c *cluster) GetNodeByName(context.Context, string) (*api.Node, error) {
	return nil, errors.New("none")
}
func (c *cluster) GetNamespaceByName(name string) (*object.Namespace, error) {
	if name != "default" {
		return nil, errors.New("none")
	}
	return &object.Namespace{Name: name}, nil
}

// A client that takes answers as bytes.
type writer struct {
	test.ResponseWriter
	answers, bytes int
}

func (w *writer) WriteMsg(m *dns.Msg) error {
	packed, err := m.Pack()
	if len(m.Answer) > 0 {
		w.answers++
	}
	w.bytes += len(packed)
	return err
}

func main() {
	c := &cluster{services: map[string][]*object.Service{}}
	for s := 0; s < services; s++ {
		name := fmt.Sprintf("s%d", s)
		c.services[object.ServiceKey(name, "default")] = []*object.Service{{
			Name: name, Namespace: "default", Index: object.ServiceKey(name, "default"), Type: api.ServiceTypeClusterIP,
			ClusterIPs: []string{fmt.Sprintf("10.96.%d.%d", s/250, s%250+1)},
			Ports:      []api.ServicePort{{Protocol: api.ProtocolTCP, Port: 80}},
		}}
	}
	k := kubernetes.New([]string{"cluster.local."})
	k.APIConn = c
	w := &writer{}
	start := time.Now()
	for q := 0; q < questions; q++ {
		var question dns.Msg
		question.SetQuestion(fmt.Sprintf("s%d.default.svc.cluster.local.", q%services), dns.TypeA)
		packed, err := question.Pack()
		if err != nil {
			panic(err)
		}
		var asked dns.Msg
		if err := asked.Unpack(packed); err != nil {
			panic(err)
		}
		if _, err := k.ServeDNS(context.Background(), w, &asked); err != nil {
			panic(err)
		}
	}
	spent := time.Since(start)
	if w.answers != questions {
		panic(fmt.Sprintf("only %d answers", w.answers))
	}
	fmt.Printf("%-60s %v\n", fmt.Sprintf("%d Services: an answer of DNS, from bytes to bytes", services), spent/questions)
}
