//! Hints for `spec.trafficDistribution`: each ready endpoint is for its own zone, or its own node.
//!
//! Models `k8s.io/endpointslice/trafficdist`.

use super::plan::{Plan, is_ready};
use crate::base::{Text, Value};

/// The values of `trafficDistribution` that give hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Distribution {
    SameZone,
    SameNode,
}

impl Distribution {
    pub(super) fn of(spec: &Value) -> Option<Distribution> {
        match spec.get("trafficDistribution").str() {
            "PreferClose" | "PreferSameZone" => Some(Distribution::SameZone),
            "PreferSameNode" => Some(Distribution::SameNode),
            _ => None,
        }
    }

    /// Gives hints to what is written, and has slices written whose hints are wrong.
    pub(super) fn hint(self, plan: &mut Plan<'_>) {
        plan.update_those(|slice| {
            let endpoints = slice.value().get("endpoints").items();
            endpoints.iter().filter(|e| is_ready(e)).any(|e| e.get("hints") != &self.hints(e))
        });
        for endpoint in plan.written().filter(|e| e.is_ready()) {
            endpoint.hints = self.hints(&endpoint.value);
        }
    }

    /// The hints of a ready endpoint; null for none.
    fn hints(self, endpoint: &Value) -> Value {
        let zones = endpoint.get("zone").as_text().map(|zone| ("forZones", names([zone])));
        let node = endpoint.get("nodeName").as_text().filter(|_| self == Distribution::SameNode);
        let nodes = node.map(|node| ("forNodes", names([node])));
        match (&zones, &nodes) {
            (None, None) => Value::Null,
            _ => Value::map(zones.into_iter().chain(nodes)),
        }
    }
}

/// The hint for one zone.
pub(super) fn for_zone(zone: &Text) -> Value {
    Value::map([("forZones", names([zone]))])
}

fn names<'a>(names: impl IntoIterator<Item = &'a Text>) -> Value {
    Value::list(names.into_iter().map(|name| Value::map([("name", Value::from(name))])))
}

/// Takes all hints away, and has slices written that have some.
///
/// Models `RemoveHintsFromSlices`.
pub(super) fn unhint(plan: &mut Plan<'_>) {
    plan.update_those(|slice| {
        slice.value().get("endpoints").items().iter().any(|e| !e.get("hints").is_null())
    });
    plan.written().for_each(|e| e.hints = Value::Null);
}
