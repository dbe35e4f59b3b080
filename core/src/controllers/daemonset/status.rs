//! What the status of a DaemonSet says.
//!
//! Models `updateDaemonSetStatus` in `pkg/controller/daemon/daemon_controller.go`.

use super::nodes::{self, Fit};
use super::{RESOURCE, Set, pods};
use crate::base::Duration;
use crate::controllers::conditions::set_count;
use crate::controllers::{Action, Write};

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    desired: i64,
    current: i64,
    misplaced: i64,
    ready: i64,
    updated: i64,
    available: i64,
}

/// The write that brings the status up to date, if it is not; and when it has to be looked at again.
pub(super) fn of(set: &Set<'_>) -> (Option<Write>, Option<Duration>) {
    let counts = counted(set);
    let mut object = set.value().clone();
    let status = object.entry("status");
    let counted = [
        ("currentNumberScheduled", counts.current),
        ("numberMisscheduled", counts.misplaced),
        ("desiredNumberScheduled", counts.desired),
        ("numberReady", counts.ready),
    ];
    counted.into_iter().for_each(|(field, count)| status.set(field, count));
    set_count(status, "observedGeneration", set.object.metadata().get("generation").int());
    set_count(status, "updatedNumberScheduled", counts.updated);
    set_count(status, "numberAvailable", counts.available);
    set_count(status, "numberUnavailable", counts.desired - counts.available);
    let was = set.value().get("status");
    // The order in which the fields stand is no reason to write.
    let same = status.entries().len() == was.entries().len()
        && status.entries().iter().all(|(field, value)| was.get(field) == value);
    let min_ready = set.spec().get("minReadySeconds").int();
    let again = min_ready > 0 && counts.ready != counts.available;
    let write = (!same).then(|| Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object }));
    (write, again.then(|| Duration::from_secs(min_ready)))
}

fn counted(set: &Set<'_>) -> Counts {
    let fit = Fit::of(set);
    let mut counts = Counts::default();
    for node in nodes::all(set) {
        let oldest = set.on(node.name()).first();
        match (fit.place(node).should_run, oldest) {
            (false, oldest) => counts.misplaced += i64::from(oldest.is_some()),
            (true, None) => counts.desired += 1,
            (true, Some(oldest)) => {
                counts.desired += 1;
                counts.current += 1;
                counts.ready += i64::from(oldest.is_ready());
                counts.available += i64::from(set.is_available(oldest));
                counts.updated += i64::from(pods::is_updated(set, oldest));
            }
        }
    }
    counts
}
