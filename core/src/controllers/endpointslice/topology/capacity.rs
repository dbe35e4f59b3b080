//! How much CPU the nodes of each zone have.
//!
//! Models `SetNodes` and `GetOverloadedServices` of `k8s.io/endpointslice/topologycache/topologycache.go`. It is looked
//! at only when a node comes, goes, becomes ready or not, or changes its zone, and remembered until then.

use super::super::backend::ZONE;
use super::Zones;
use super::allocation::is_overloaded;
use crate::base::ip::Family;
use crate::base::{Quantity, Text, Value};
use crate::store::{Change, Event, Object, Store};
use alloc::collections::BTreeMap;

/// The CPU of the zones, in thousandths; of none where it cannot be told for all, or where there is only one zone.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Capacity {
    zones: BTreeMap<Text, i64>,
    total: i64,
}

/// Whether a change of a node makes the capacity be looked at again. A change of its CPU does not.
pub(in super::super) fn node_matters(event: &Event) -> bool {
    let zone = |node: &Object| node.labels().get(ZONE).as_text().cloned().unwrap_or_default();
    match (event.change, &event.before) {
        (Change::Modified, Some(before)) => {
            is_ready(before) != is_ready(&event.object) || zone(before) != zone(&event.object)
        }
        _ => true,
    }
}

impl Capacity {
    pub(in super::super) fn of_nodes(store: &Store) -> Capacity {
        let mut zones = BTreeMap::<Text, Quantity>::new();
        let mut total = Quantity::ZERO;
        for node in store.list("nodes", "").filter(|n| !is_control_plane(n) && is_ready(n)) {
            let cpu = node.value().get("status").get("allocatable").get("cpu");
            let cpu = Quantity::parse(cpu.str()).ok().filter(|cpu| !cpu.is_zero());
            let zone = node.labels().get(ZONE).as_text().filter(|zone| !zone.is_empty());
            // One node that tells not enough, and nothing can be said of any.
            let (Some(cpu), Some(zone)) = (cpu, zone) else { return Capacity::default() };
            total = total.plus(&cpu);
            let sum = zones.get(zone).map_or_else(|| cpu.clone(), |there| there.plus(&cpu));
            zones.insert(zone.clone(), sum);
        }
        if zones.len() < 2 {
            return Capacity::default();
        }
        let zones = zones.into_iter().map(|(zone, cpu)| (zone, cpu.milli())).collect();
        Capacity { zones, total: total.milli() }
    }

    /// The part of the CPU that each zone has.
    pub(super) fn ratios(&self) -> BTreeMap<Text, f64> {
        self.zones.iter().map(|(zone, cpu)| (zone.clone(), *cpu as f64 / self.total as f64)).collect()
    }

    /// Whether a Service has too few endpoints in some zone, by what is remembered of its hints.
    pub(in super::super) fn overloads(&self, hints: &Value) -> bool {
        let ratios = self.ratios();
        let given = |family: Family| hints.get("zones").get(family.name()).entries();
        let given = [Family::IPv4, Family::IPv6].map(|f| {
            let zones = given(f).iter().map(|(z, n)| (z.clone(), usize::try_from(n.int()).unwrap_or(0)));
            zones.collect::<Zones>()
        });
        given.iter().any(|zones| is_overloaded(zones, &ratios))
    }

    pub(in super::super) fn read(remembered: &Value) -> Capacity {
        let zones = remembered.get("zones").entries().iter().map(|(zone, cpu)| (zone.clone(), cpu.int()));
        Capacity { zones: zones.collect(), total: remembered.get("total").int() }
    }

    pub(in super::super) fn value(&self) -> Value {
        let zones = self.zones.iter().map(|(zone, cpu)| (zone.clone(), Value::from(*cpu)));
        Value::map([("zones", Value::map(zones)), ("total", self.total.into())])
    }
}

fn is_control_plane(node: &Object) -> bool {
    let roles = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];
    roles.iter().any(|role| node.labels().find(role).is_some())
}

fn is_ready(node: &Object) -> bool {
    let conditions = node.value().get("status").get("conditions").items();
    let ready = conditions.iter().find(|c| c.get("type").str() == "Ready");
    ready.is_some_and(|c| c.get("status").str() == "True")
}
