//! Hints of topology mode `Auto`: endpoints in proportion to the CPU of the zones.
//!
//! Models `k8s.io/endpointslice/topologycache`.

mod allocation;
mod capacity;
mod lending;

pub(super) use capacity::{Capacity, node_matters};

use super::distribution::{for_zone, unhint};
use super::plan::{Plan, is_ready};
use crate::base::ip::Family;
use crate::base::{Text, Value};
use crate::store::Object;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use allocation::{Allocation, allocate};

/// Endpoints per zone.
pub(super) type Zones = BTreeMap<Text, usize>;

/// Something to record as an Event about the Service.
#[derive(Debug)]
pub(super) struct Notice {
    pub(super) warning: bool,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

impl Notice {
    fn disabled(why: &str, family: Family) -> Notice {
        let message = format!("{why}, addressType: {}", family.name());
        Notice { warning: true, reason: "TopologyAwareHintsDisabled", message }
    }

    fn enabled(family: Family) -> Notice {
        let message = format!("Topology Aware Hints has been enabled, addressType: {}", family.name());
        Notice { warning: false, reason: "TopologyAwareHintsEnabled", message }
    }
}

/// Whether the Service asks for hints by annotation. The older annotation counts where both are there.
pub(super) fn is_auto(service: &Object) -> bool {
    let annotations = service.metadata().get("annotations");
    let names = ["service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"];
    let value = names.iter().find_map(|name| annotations.find(name));
    value.is_some_and(|v| matches!(v.str(), "Auto" | "auto"))
}

/// What is remembered of the hints of a Service: per family how many endpoints were given to each zone, and whether
/// there are any. It outlives the Service, and one of the same name begins with it.
#[derive(Debug)]
pub(super) struct Given<'a>(pub(super) &'a mut Value);

impl Given<'_> {
    pub(super) fn are_there(&self) -> bool {
        self.0.get("given").is_true()
    }

    fn set(&mut self, family: Family, zones: &Zones) {
        let zones =
            zones.iter().map(|(zone, n)| (zone.clone(), i64::try_from(*n).unwrap_or(i64::MAX).into()));
        let zones = Value::map(zones);
        self.0.entry("zones").set(family.name(), zones);
        self.0.set("given", true);
    }

    /// Hints of one family are gone; upstream then takes the Service for one without hints, whatever the other has.
    pub(super) fn remove(&mut self, address_type: &str) {
        if self.0.is_null() {
            return;
        }
        self.0.remove("given");
        self.0.entry("zones").remove(address_type);
        if self.0.get("zones").is_empty() {
            *self.0 = Value::Null;
        }
    }

    /// Says that the annotation is gone, if hints are still there.
    pub(super) fn withdrawn(&self, family: Family) -> Option<Notice> {
        self.are_there().then(|| Notice::disabled("Topology Aware Hints has been disabled", family))
    }
}

/// Gives hints to the endpoints of one family, or takes them all away where that cannot be done well.
///
/// Models `AddHints`.
pub(super) fn hint(
    plan: &mut Plan<'_>,
    capacity: &Capacity,
    given: &mut Given<'_>,
    family: Family,
) -> Option<Notice> {
    match try_to_hint(plan, capacity) {
        Ok(zones) => {
            let notice = (!given.are_there()).then(|| Notice::enabled(family));
            given.set(family, &zones);
            notice
        }
        Err(why) => {
            given.remove(family.name());
            unhint(plan);
            Some(Notice::disabled(&why, family))
        }
    }
}

fn try_to_hint(plan: &mut Plan<'_>, capacity: &Capacity) -> Result<Zones, String> {
    let allocations = allocate(&capacity.ratios(), ready_endpoints(plan))?;
    let mut zones = Zones::new();
    plan.update_those(|slice| match zones_of_slice(slice, &zones, &allocations) {
        Some(more) => {
            more.into_iter().for_each(|(zone, n)| *zones.entry(zone).or_default() += n);
            false
        }
        None => true,
    });
    for endpoint in plan.written().filter(|e| e.is_ready()) {
        let zone = endpoint.zone().filter(|zone| !zone.is_empty());
        let zone = zone.ok_or("One or more endpoints do not have a zone specified")?.clone();
        endpoint.hints = for_zone(&zone);
        *zones.entry(zone).or_default() += 1;
    }
    let (giving, receiving) = lending::balance(&allocations, &zones);
    lending::lend(plan, giving, receiving, &mut zones);
    if zones.is_empty() {
        return Err("No hints allocated for zones".into());
    }
    Ok(zones)
}

fn ready_endpoints(plan: &mut Plan<'_>) -> usize {
    let unchanged = plan.unchanged.iter().flat_map(|s| s.value().get("endpoints").items());
    let unchanged = unchanged.filter(|e| is_ready(e)).count();
    unchanged + plan.written().filter(|e| e.is_ready()).count()
}

/// The zones that the hints of a slice name, if the slice can stay as it is: each ready endpoint has hints, for zones
/// that there are, and no zone gets more than it may.
///
/// Models `getHintsByZone`.
fn zones_of_slice(slice: &Object, so_far: &Zones, allocations: &BTreeMap<Text, Allocation>) -> Option<Zones> {
    let mut zones = Zones::new();
    for endpoint in slice.value().get("endpoints").items().iter().filter(|e| is_ready(e)) {
        let hinted = endpoint.get("hints").get("forZones").items();
        if hinted.is_empty() {
            return None;
        }
        for zone in hinted.iter().filter_map(|z| z.get("name").as_text()) {
            allocations.get(zone)?;
            *zones.entry(zone.clone()).or_default() += 1;
        }
    }
    let fits = |(zone, n): (&Text, &usize)| {
        let there = so_far.get(zone).copied().unwrap_or(0);
        allocations.get(zone).is_some_and(|a| n + there <= a.maximum)
    };
    zones.iter().all(fits).then_some(zones)
}
