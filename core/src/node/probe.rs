//! Probes, and when what they find makes a difference.
//!
//! Models `pkg/kubelet/prober/worker.go`. The outcome of a probe changes only at times that are known beforehand (the
//! program begins to listen, an annotation makes it fail), so no clock has to tick: the probe that tips the scales is
//! computed.

use super::app::{self, annotation};
use crate::base::sort;
use crate::base::{Duration, Instant, Value};
use alloc::vec::Vec;
use core::net::IpAddr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Startup,
    Readiness,
    Liveness,
}

impl Kind {
    /// The field of the container; and the annotation that makes it fail.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Kind::Startup => ("startupProbe", "unhealthy"),
            Kind::Readiness => ("readinessProbe", "unready"),
            Kind::Liveness => ("livenessProbe", "unhealthy"),
        }
    }
}

/// A probe of a container that runs.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    period: Duration,
    /// So many in a row that succeed, or fail, make a difference.
    successes: i64,
    failures: i64,
    first: Instant,
    /// Whether it succeeds, from each of these times on.
    outcomes: Vec<(Instant, bool)>,
}

/// What decides how a probe of a container ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probed<'a> {
    pub(super) pod: &'a Value,
    pub(super) container: &'a Value,
    pub(super) address: Option<IpAddr>,
    pub(super) since: Instant,
    pub(super) listens_at: Instant,
}

impl Probe {
    /// The container's probe of that kind, if it has one, with its first try at `first` or after its initial delay.
    pub(super) fn of(kind: Kind, probed: &Probed<'_>, first: Instant) -> Option<Probe> {
        let (field, failing) = kind.names();
        let spec = probed.container.get(field);
        if spec.is_null() {
            return None;
        }
        let or = |field: &str, default: i64| spec.get(field).as_int().filter(|n| *n > 0).unwrap_or(default);
        let delay = Duration::from_secs(spec.get("initialDelaySeconds").int());
        Some(Probe {
            period: Duration::from_secs(or("periodSeconds", 10)),
            successes: or("successThreshold", 1),
            failures: or("failureThreshold", 3),
            first: first.max(probed.since + delay),
            outcomes: outcomes(spec, probed, failing),
        })
    }

    /// The try that makes it `success`, of those at or after `from`.
    pub(super) fn tips(&self, success: bool, from: Instant) -> Option<Instant> {
        let needed = if success { self.successes } else { self.failures };
        for (i, (start, outcome)) in self.outcomes.iter().enumerate() {
            let end = self.outcomes.get(i + 1).map(|(end, _)| *end);
            if *outcome != success || end.is_some_and(|end| end <= from) {
                continue;
            }
            let first = self.tick((*start).max(from));
            let last = first + Duration(self.period.0.saturating_mul(needed - 1));
            if end.is_none_or(|end| last < end) {
                return Some(last);
            }
        }
        None
    }

    /// The first try at or after a time.
    fn tick(&self, from: Instant) -> Instant {
        let (late, period) = ((from - self.first).as_millis(), self.period.as_millis().max(1));
        if late <= 0 {
            return self.first;
        }
        let tries = (late + period - 1).div_euclid(period);
        self.first + Duration(tries.saturating_mul(period))
    }
}

/// When the outcome changes.
fn outcomes(spec: &Value, probed: &Probed<'_>, failing: &str) -> Vec<(Instant, bool)> {
    let name = probed.container.get("name").str();
    let failing = annotation(probed.pod, name, failing).map(app::spans).unwrap_or_default();
    let mut times = Vec::from([probed.since, probed.listens_at]);
    for (from, to) in &failing {
        times.push(probed.since + *from);
        times.extend(to.map(|to| probed.since + to));
    }
    sort::sort(&mut times);
    times.dedup();
    let fails_at = |at: Instant| {
        let inside = |(from, to): &(Duration, Option<Duration>)| {
            probed.since + *from <= at && to.is_none_or(|to| at < probed.since + to)
        };
        failing.iter().any(inside)
    };
    let works = works(spec, probed);
    let outcome = |at: Instant| match works {
        Works::Always => !fails_at(at),
        Works::OnceItListens => at >= probed.listens_at && !fails_at(at),
        Works::Never => false,
    };
    times.into_iter().filter(|at| *at >= probed.since).map(|at| (at, outcome(at))).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Works {
    Always,
    OnceItListens,
    Never,
}

fn works(spec: &Value, probed: &Probed<'_>) -> Works {
    let command = spec.at(&["exec", "command"]).items();
    if let Some(first) = command.first() {
        return if first.str() == "false" { Works::Never } else { Works::Always };
    }
    let target = ["httpGet", "tcpSocket", "grpc"].iter().map(|a| spec.get(a)).find(|a| !a.is_null());
    let Some(target) = target else { return Works::Always };
    match port(target.get("port"), probed.container).filter(|port| is_listening(probed, *port)) {
        Some(_) => Works::OnceItListens,
        None => Works::Never,
    }
}

fn port(port: &Value, container: &Value) -> Option<u16> {
    let number = match port.as_int() {
        Some(number) => number,
        None => {
            let named = |p: &&Value| p.get("name").str() == port.str();
            container.get("ports").items().iter().find(named)?.get("containerPort").int()
        }
    };
    u16::try_from(number).ok()
}

/// Probes come from the node, to the pod's own address.
fn is_listening(probed: &Probed<'_>, port: u16) -> bool {
    let listeners = app::of_container(probed.pod, probed.container);
    let open = |address: IpAddr| listeners.iter().any(|l| l.accepts(address, "TCP", port));
    probed.address.is_some_and(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(first: i64, outcomes: &[(i64, bool)]) -> Probe {
        let outcomes = outcomes.iter().map(|(at, ok)| (Instant(at * 1000), *ok)).collect();
        Probe {
            period: Duration::from_secs(10),
            successes: 1,
            failures: 3,
            first: Instant(first * 1000),
            outcomes,
        }
    }

    #[test]
    fn the_try_that_tips_the_scales_is_found_without_trying() {
        for (first, outcomes, success, from, at) in [
            (0, &[(0, true)][..], true, 0, Some(0)),
            (5, &[(0, false), (7, true)], true, 0, Some(15)),
            // Three failures in a row make it unready: at 40, 50 and 60.
            (0, &[(0, true), (35, false)], false, 0, Some(60)),
            // A short failure is over before it counts.
            (0, &[(0, true), (35, false), (55, true)], false, 0, None),
            (0, &[(0, true), (35, false), (62, true), (70, false)], false, 0, Some(60)),
            (0, &[(0, false)], true, 0, None),
            (0, &[(0, true)], true, 25, Some(30)),
        ] {
            let tipped = probe(first, outcomes).tips(success, Instant(from * 1000));
            assert_eq!(tipped, at.map(|s: i64| Instant(s * 1000)), "{first} {outcomes:?} {success} {from}");
        }
    }
}
