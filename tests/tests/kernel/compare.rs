//! What the kernel does beside what the engine says, and beside what the table of scenarios expects.

use super::lab::Lab;
use super::scenario::Run;
use super::talk::{self, Heard};
use super::world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use svcscope_core::net::Outcome;

/// How often each thing came of many requests: an error, or who answered and whom he saw.
type Tally = BTreeMap<Result<(String, String), String>, usize>;

/// So many clients at once: most of them wait for an answer that never comes.
const CLIENTS: usize = 24;
/// What the trace is asked, to know all that may happen, and how often.
const ASKED: u32 = 600;
/// Packets for each thing that may happen, enough that none is missed but once in many thousand runs of the table.
const FOR_EACH: usize = 24;

/// Plays all runs; answers what differs.
pub fn all(world: &World, lab: &Lab, runs: &[Run]) -> Vec<String> {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(run) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(problem) = play(world, lab, run) {
                failed.lock().expect("nobody panics").push(problem);
            }
        }
    };
    thread::scope(|scope| (0..CLIENTS).for_each(|_| drop(scope.spawn(work))));
    failed.into_inner().expect("nobody panics")
}

fn play(world: &World, lab: &Lab, run: &Run) -> Result<(), String> {
    let trace = told(world, run)?;
    let (ip, port) = world.target(run);
    let answers = trace.keys().filter(|k| k.is_ok()).count();
    let silent = trace.contains_key(&Err("timed out".into()));
    let times = match answers {
        _ if run.is_sticky() => FOR_EACH,
        0 if silent => 1,
        0 | 1 => 2,
        many => FOR_EACH * many,
    };
    // Who will be answered may be slow on a busy machine. TCP from a node that is refused hears of it after a second,
    // when it tries again.
    let patience =
        Duration::from_millis(if trace.contains_key(&Err("timed out".into())) { 1300 } else { 8000 });
    let namespace = lab.namespace(world, &run.from);
    let heard = talk::ask(&namespace, run.protocol, SocketAddr::new(ip, port), times, patience);
    let kernel = tally(world, &heard);
    let mut problems = String::new();
    for (who, found) in [("kernel", &kernel), ("trace", &trace)] {
        if let Some(problem) = unexpected(run, found) {
            write!(problems, "\n    {who}: {problem}").expect("text");
        }
    }
    if !run.is_sticky() {
        if !kernel.keys().eq(trace.keys()) {
            write!(problems, "\n    kernel: {}\n    trace: {}", shown(&kernel), shown(&trace)).expect("text");
        } else if let Some(problem) = unlikely(&kernel, &trace) {
            write!(problems, "\n    {problem}").expect("text");
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(format!("{run} at {ip}: {problems}")) }
}

/// What the engine says.
fn told(world: &World, run: &Run) -> Result<Tally, String> {
    let shares = world.cluster.clone().send_many(&world.request(run), ASKED);
    let mut tally = Tally::new();
    for share in shares.map_err(|e| format!("{run}: {e:?}"))? {
        let end = share.end;
        let key = match end.outcome {
            Outcome::Answered => {
                let name = end.pod.map_or(end.node, |(_, name)| name).to_string();
                Ok((name, end.seen.map(|ip| world.owner(ip)).unwrap_or_default()))
            }
            Outcome::Refused => Err("refused".to_owned()),
            Outcome::TimedOut => Err("timed out".to_owned()),
            Outcome::NoRoute => Err("no route".to_owned()),
            Outcome::NoNetwork => Err("no network".to_owned()),
            Outcome::NotPermitted => Err("not permitted".to_owned()),
            Outcome::Unresolved => Err("unresolved".to_owned()),
        };
        *tally.entry(key).or_default() += share.count as usize;
    }
    Ok(tally)
}

fn tally(world: &World, heard: &[Heard]) -> Tally {
    let mut tally = Tally::new();
    for one in heard {
        let key = one.clone().map(|(name, ip)| (name, world.owner(ip)));
        *tally.entry(key).or_default() += 1;
    }
    tally
}

/// What the table does not say.
fn unexpected(run: &Run, found: &Tally) -> Option<String> {
    let set = |all: &[String]| all.iter().cloned().collect::<BTreeSet<_>>();
    let pods = found.keys().flatten().map(|(pod, _)| pod.clone()).collect::<BTreeSet<_>>();
    let seen = found.keys().flatten().map(|(_, seen)| seen.clone()).collect::<BTreeSet<_>>();
    let errors = found.keys().filter_map(|k| k.as_ref().err()).cloned().collect::<Vec<_>>();
    let as_said = match run.outcome.as_str() {
        "answered" => errors.is_empty() && pods == set(&run.pods) && seen == set(&run.seen),
        "sticky" => {
            errors.is_empty() && pods.len() == 1 && pods.is_subset(&set(&run.pods)) && seen == set(&run.seen)
        }
        error => pods.is_empty() && errors == [error],
    };
    (!as_said).then(|| format!("{} is not as the table says", shown(found)))
}

/// Shares that differ by more than chance allows: five standard deviations.
fn unlikely(kernel: &Tally, trace: &Tally) -> Option<String> {
    let (n, m) = (kernel.values().sum::<usize>() as f64, trace.values().sum::<usize>() as f64);
    kernel.iter().zip(trace).find_map(|((what, seen), (_, said))| {
        let (here, there) = (*seen as f64, *said as f64);
        let share = (here + there) / (n + m);
        let bound = 5.0 * (share * (1.0 - share) * (1.0 / n + 1.0 / m)).sqrt();
        let far = (here / n - there / m).abs() > bound + 1e-9;
        far.then(|| format!("{what:?}: {seen} of {n} in the kernel, {said} of {m} in the trace"))
    })
}

fn shown(tally: &Tally) -> String {
    let one = |(what, count): (&Result<(String, String), String>, &usize)| match what {
        Ok((pod, seen)) => format!("{pod} sees {seen} {count}×"),
        Err(error) => format!("{error} {count}×"),
    };
    tally.iter().map(one).collect::<Vec<_>>().join(", ")
}
