//! What pods ask of a node: amounts of resources, and ports.
//!
//! Models `k8s.io/component-helpers/resource/helpers.go` and the plugins `noderesources` and `nodeports`.

use crate::base::{Quantity, Text, Value};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Amounts by resource; CPU in thousandths, everything else in whole units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Resources(BTreeMap<Text, i64>);

impl Resources {
    /// What a pod asks for: its containers together, or a step of its start, whichever is more.
    ///
    /// Models `PodRequests`.
    pub(super) fn asked(pod: &Value) -> Resources {
        let spec = pod.get("spec");
        let mut all = Resources::default();
        for container in spec.get("containers").items() {
            all.add(&Resources::of(requests(container)));
        }
        let (mut sidecars, mut steps) = (Resources::default(), Resources::default());
        for container in spec.get("initContainers").items() {
            let mut step = Resources::of(requests(container));
            if container.get("restartPolicy").str() == "Always" {
                sidecars.add(&step);
                step = sidecars.clone();
            } else {
                step.add(&sidecars);
            }
            steps.raise(&step);
        }
        all.add(&sidecars);
        all.raise(&steps);
        // What is asked for the pod as a whole counts, whatever its containers ask for.
        all.0.extend(Resources::of(requests(spec)).0);
        all.add(&Resources::of(spec.get("overhead")));
        all
    }

    /// The amounts of a `ResourceList`.
    pub(super) fn of(list: &Value) -> Resources {
        let amount = |name: &Text, value: &Value| {
            let text = value.as_text().cloned().unwrap_or_else(|| alloc::format!("{}", value.int()).into());
            let quantity = Quantity::parse(&text).ok()?;
            Some((name.clone(), if name == "cpu" { quantity.milli() } else { quantity.units() }))
        };
        Resources(list.entries().iter().filter_map(|(name, value)| amount(name, value)).collect())
    }

    pub(super) fn get(&self, name: &str) -> i64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Text, i64)> {
        self.0.iter().map(|(name, amount)| (name, *amount))
    }

    pub(super) fn add(&mut self, other: &Resources) {
        self.combine(other, i64::saturating_add);
    }

    pub(super) fn subtract(&mut self, other: &Resources) {
        self.combine(other, i64::saturating_sub);
    }

    fn raise(&mut self, other: &Resources) {
        self.combine(other, Ord::max);
    }

    fn combine(&mut self, other: &Resources, how: fn(i64, i64) -> i64) {
        for (name, amount) in &other.0 {
            let there = self.0.entry(name.clone()).or_default();
            *there = how(*there, *amount);
        }
    }
}

fn requests(of: &Value) -> &Value {
    of.get("resources").get("requests")
}

/// A port of the node that a container takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Port {
    number: i64,
    protocol: Text,
    /// `0.0.0.0` takes it on all addresses.
    ip: Text,
}

const ANY: &str = "0.0.0.0";

impl Port {
    pub(super) fn asked(pod: &Value) -> Vec<Port> {
        let spec = pod.get("spec");
        let inits = spec.get("initContainers").items().iter();
        let sidecars = inits.filter(|c| c.get("restartPolicy").str() == "Always");
        let containers = sidecars.chain(spec.get("containers").items());
        let ports = containers.flat_map(|c| c.get("ports").items());
        ports.filter(|p| p.get("hostPort").int() > 0).map(Port::of).collect()
    }

    fn of(port: &Value) -> Port {
        let or = |field: &str, default: &str| match port.get(field).str() {
            "" => Text::from(default),
            text => Text::from(text),
        };
        Port { number: port.get("hostPort").int(), protocol: or("protocol", "TCP"), ip: or("hostIP", ANY) }
    }

    /// Whether both cannot be had at once.
    pub(super) fn conflicts(&self, other: &Port) -> bool {
        let same_ip = self.ip == other.ip || self.ip == ANY || other.ip == ANY;
        self.number == other.number && self.protocol == other.protocol && same_ip
    }
}
