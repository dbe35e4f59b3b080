//! Zones that have more endpoints than they need lend some to those that have fewer.
//!
//! Models `getGivingAndReceivingZones` and `redistributeHints` of `k8s.io/endpointslice/topologycache/utils.go`. Where
//! upstream takes any zone, or any of the most needy ones, this takes the first by name.

use super::super::distribution::for_zone;
use super::super::plan::Plan;
use super::Zones;
use super::allocation::{Allocation, number};
use crate::base::Text;
use alloc::collections::BTreeMap;

/// How many endpoints each zone gives, and how many each receives.
pub(super) fn balance(allocations: &BTreeMap<Text, Allocation>, zones: &Zones) -> (Zones, Zones) {
    let (mut more, mut less) = (BTreeMap::new(), BTreeMap::new());
    for (zone, allocation) in allocations {
        let there = number(zones.get(zone).copied().unwrap_or(0));
        if there > allocation.desired {
            more.insert(zone, there - allocation.desired);
        } else if there < allocation.desired {
            less.insert(zone, allocation.desired - there);
        }
    }
    let (mut giving, mut receiving) = (Zones::new(), Zones::new());
    while let (Some((giver, gives)), Some((receiver, receives))) = (most(&more), most(&less)) {
        if gives < 0.5 || receives < 0.5 || gives < 1.0 && receives < 1.0 {
            break;
        }
        *giving.entry(giver.clone()).or_default() += 1;
        *receiving.entry(receiver.clone()).or_default() += 1;
        more.insert(giver, gives - 1.0);
        less.insert(receiver, receives - 1.0);
    }
    (giving, receiving)
}

fn most<'a>(zones: &BTreeMap<&'a Text, f64>) -> Option<(&'a Text, f64)> {
    let more = |best: Option<(&'a Text, f64)>, (zone, n): (&&'a Text, &f64)| match best {
        Some((_, top)) if *n <= top => best,
        _ => Some((*zone, *n)),
    };
    zones.iter().filter(|(_, n)| **n > 0.0).fold(None, more)
}

/// Gives hints for receiving zones to endpoints of giving ones, and counts them there.
pub(super) fn lend(plan: &mut Plan<'_>, mut giving: Zones, mut receiving: Zones, zones: &mut Zones) {
    for endpoint in plan.written().filter(|e| e.is_ready()) {
        let Some(zone) = endpoint.zone().cloned() else { continue };
        if !giving.contains_key(&zone) {
            continue;
        }
        let Some(to) = receiving.keys().next().cloned() else { return };
        endpoint.hints = for_zone(&to);
        take_one(&mut giving, &zone);
        take_one(&mut receiving, &to);
        if let Some(n) = zones.get_mut(&zone) {
            *n = n.saturating_sub(1);
        }
        *zones.entry(to).or_default() += 1;
    }
}

fn take_one(zones: &mut Zones, zone: &Text) {
    if let Some(n) = zones.get_mut(zone) {
        *n -= 1;
        if *n == 0 {
            zones.remove(zone);
        }
    }
}
