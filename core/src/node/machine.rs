//! The machines that pods run on, and the Nodes that stand for them.

use super::pace::Pace;
use crate::base::hash::sha256;
use crate::base::sort;
use crate::base::{Instant, Text, Value};
use crate::controllers::{Action, Write};
use alloc::format;
use alloc::vec::Vec;

/// The machines of a cluster.
#[derive(Clone, Debug)]
pub struct Machines {
    pub list: Vec<Machine>,
    /// How long everything takes; without it everything happens at once, probes are not sent, and all containers are
    /// ready but those whose readiness probe executes `false`.
    pub pace: Option<Pace>,
    /// A Node that somebody else made has a machine behind it, too.
    pub any_node: bool,
}

/// A machine, whose kubelet registers a Node for it, and again when that was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    pub name: Text,
    /// Unique among the machines; UUIDs are made of it.
    pub number: u8,
    /// One, or one of each family.
    pub addresses: Vec<Text>,
    /// The ranges of its pods' addresses, one of each family.
    pub pod_cidrs: Vec<Text>,
    /// Further labels of its Node.
    pub labels: Vec<(Text, Text)>,
    pub taints: Vec<Value>,
}

impl Machines {
    /// So many machines named `node-1`, `node-2`, …, where everything happens at once.
    pub fn numbered(count: u8) -> Machines {
        Machines { list: (1..=count).map(Machine::numbered).collect(), pace: None, any_node: false }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Machine> {
        self.list.iter().find(|m| m.name == name)
    }
}

const OS: &str = "linux";
const ARCH: &str = "amd64";

/// Resource and amount.
const SIZE: &[(&str, &str)] = &[
    ("cpu", "4"),
    ("ephemeral-storage", "50Gi"),
    ("hugepages-2Mi", "0"),
    ("memory", "8Gi"),
    ("pods", "110"),
];

/// Type, status, reason, message.
const CONDITIONS: &[(&str, &str, &str, &str)] = &[
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
];

impl Machine {
    /// `node-N` at 192.168.1.10+N, with the pods 10.244.N.0/24.
    pub fn numbered(number: u8) -> Machine {
        Machine {
            name: format!("node-{number}").into(),
            number,
            addresses: [format!("192.168.1.{}", 10 + u32::from(number)).into()].into(),
            pod_cidrs: [format!("10.244.{number}.0/24").into()].into(),
            labels: Vec::new(),
            taints: Vec::new(),
        }
    }

    /// What the kubelet writes when it starts and its Node is not there.
    pub(super) fn register(&self, now: Instant) -> Vec<Write> {
        let (node, lease) = (self.node(), self.lease(now));
        let mut ready = node.clone();
        ready.set("status", self.status(now));
        [
            Action::Create { resource: "nodes".into(), object: node.clone() },
            Action::UpdateStatus { resource: "nodes".into(), object: ready },
            // Admission has tainted it as not ready.
            Action::Update { resource: "nodes".into(), object: node },
            Action::Create { resource: "leases.coordination.k8s.io".into(), object: lease },
        ]
        .map(Write::silent)
        .into()
    }

    fn node(&self) -> Value {
        let own = [
            ("beta.kubernetes.io/arch", ARCH),
            ("beta.kubernetes.io/os", OS),
            ("kubernetes.io/arch", ARCH),
            ("kubernetes.io/hostname", self.name.as_str()),
            ("kubernetes.io/os", OS),
        ];
        let own = own.into_iter().map(|(k, v)| (Text::from(k), Value::text(v)));
        let more = self.labels.iter().map(|(k, v)| (k.clone(), Value::from(v)));
        let mut labels: Vec<(Text, Value)> = own.chain(more).collect();
        sort::by(&mut labels, |a, b| a.0.cmp(&b.0));
        let metadata = Value::map([("name", Value::from(&self.name)), ("labels", Value::map(labels))]);
        let cidrs = Value::list(self.pod_cidrs.iter().map(Value::from));
        let mut spec = Value::map([
            ("podCIDR", self.pod_cidrs.first().map(Value::from).unwrap_or_default()),
            ("podCIDRs", cidrs),
        ]);
        if !self.taints.is_empty() {
            spec.set("taints", Value::list(self.taints.iter().cloned()));
        }
        Value::map([("metadata", metadata), ("spec", spec)])
    }

    fn status(&self, now: Instant) -> Value {
        let size = || Value::map(SIZE.iter().map(|(name, amount)| (*name, Value::text(*amount))));
        let address = |type_: &str, address: &Text| {
            Value::map([("type", Value::text(type_)), ("address", Value::from(address))])
        };
        let internal = self.addresses.iter().map(|a| address("InternalIP", a));
        let addresses = internal.chain([address("Hostname", &self.name)]);
        let endpoint = Value::map([("kubeletEndpoint", Value::map([("Port", Value::from(10250))]))]);
        Value::map([
            ("capacity", size()),
            ("allocatable", size()),
            ("conditions", conditions(now)),
            ("addresses", Value::list(addresses)),
            ("daemonEndpoints", endpoint),
            ("nodeInfo", self.info()),
        ])
    }

    fn info(&self) -> Value {
        let id = sha256(self.name.as_bytes());
        let uuid = |series: u32| format!("00000000-0000-4000-{series}-{:012}", self.number);
        let fields = [
            ("machineID", Text::from(id.get(..32).unwrap_or_default())),
            ("systemUUID", uuid(8000).into()),
            ("bootID", uuid(9000).into()),
            ("kernelVersion", "6.12.48".into()),
            ("osImage", "Debian GNU/Linux 13 (trixie)".into()),
            ("containerRuntimeVersion", "containerd://2.2.0".into()),
            ("kubeletVersion", "v1.37.2".into()),
            ("kubeProxyVersion", Text::EMPTY),
            ("operatingSystem", OS.into()),
            ("architecture", ARCH.into()),
        ];
        Value::map(fields.map(|(k, v)| (k, Value::Text(v))))
    }

    /// How the kubelet shows that it lives.
    fn lease(&self, now: Instant) -> Value {
        let metadata = [("name", Value::from(&self.name)), ("namespace", Value::text("kube-node-lease"))];
        let renewed = format!("{}.000000Z", now.rfc3339().trim_end_matches('Z'));
        let spec = [
            ("holderIdentity", Value::from(&self.name)),
            ("leaseDurationSeconds", Value::from(40)),
            ("renewTime", Value::from(renewed)),
        ];
        Value::map([("metadata", Value::map(metadata)), ("spec", Value::map(spec))])
    }
}

fn conditions(now: Instant) -> Value {
    let time = now.rfc3339();
    Value::list(CONDITIONS.iter().map(|(type_, status, reason, message)| {
        Value::map([
            ("type", Value::text(*type_)),
            ("status", Value::text(*status)),
            ("lastHeartbeatTime", Value::from(time.as_str())),
            ("lastTransitionTime", Value::from(time.as_str())),
            ("reason", Value::text(*reason)),
            ("message", Value::text(*message)),
        ])
    }))
}
