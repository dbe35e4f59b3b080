//! How many endpoints each zone is to have.
//!
//! Models `getAllocations` of `k8s.io/endpointslice/topologycache/topologycache.go`.

use crate::base::Text;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

/// How much more traffic an endpoint may get than in a fair share.
const OVERLOAD: f64 = 0.2;

/// The endpoints of a zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Allocation {
    pub(super) minimum: usize,
    pub(super) maximum: usize,
    pub(super) desired: f64,
}

/// Shares out `endpoints` by the zones' parts of the CPU; the error says why that cannot be done.
pub(super) fn allocate(
    ratios: &BTreeMap<Text, f64>,
    endpoints: usize,
) -> Result<BTreeMap<Text, Allocation>, String> {
    let zones = ratios.len();
    if zones == 0 {
        let why = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";
        return Err(why.into());
    }
    let counts = |why: &str| format!("{why} ({endpoints} endpoints, {zones} zones)");
    if zones > endpoints {
        return Err(counts("Insufficient number of endpoints"));
    }
    let fair = |ratio: f64| ratio * number(endpoints);
    let mut allocations = ratios
        .iter()
        .map(|(zone, ratio)| {
            let minimum = needed(fair(*ratio));
            let desired = fair(*ratio).max(number(minimum));
            (zone.clone(), Allocation { minimum, maximum: minimum, desired })
        })
        .collect::<BTreeMap<_, _>>();
    let least = allocations.values().map(|a| a.minimum).sum::<usize>();
    let Some(spare) = endpoints.checked_sub(least) else {
        return Err(counts(
            "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold",
        ));
    };
    allocations.values_mut().for_each(|a| a.maximum += spare);
    Ok(allocations)
}

/// Whether a zone has fewer of a Service's endpoints than it needs; so many there are in each.
///
/// Models `serviceOverloaded`.
pub(super) fn is_overloaded(given: &BTreeMap<Text, usize>, ratios: &BTreeMap<Text, f64>) -> bool {
    if given.is_empty() {
        return false;
    }
    let total = number(given.values().sum());
    let lacks = |(zone, ratio): (&Text, &f64)| match given.get(zone) {
        Some(there) => *there < needed(total * ratio),
        None => true,
    };
    ratios.is_empty() || ratios.iter().any(lacks)
}

/// So many endpoints bear the traffic of `fair` ones without being overloaded.
fn needed(fair: f64) -> usize {
    let exact = fair * (1.0 / (1.0 + OVERLOAD));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of a number of endpoints, rounded down on purpose"
    )]
    let whole = exact as usize;
    whole + usize::from(number(whole) < exact)
}

pub(super) fn number(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}
