//! Many cases at once: each against a cluster of its own, on several threads, reported in the order of the files.

use super::difference::{self, Revisions};
use super::digest::{Digest, Digested};
use super::engine::{SERVER_PORT, cluster};
use super::play::{Played, play};
use super::proxy;
use super::recording::{self, Case, Recording, Rules, Session, Steps};
use serde_json::Value;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Once, OnceLock};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// A case that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(120);
const STACK: usize = 16 << 20;

#[derive(Clone, Debug)]
pub struct Options {
    pub revisions: Revisions,
    /// What is left to chance in a cluster.
    pub seed: u64,
    /// Only cases with this in their name.
    pub only: String,
    pub threads: usize,
}

/// What became of a case.
#[derive(Clone, Debug)]
pub struct Report {
    /// Which of the recordings the case is from.
    pub file: usize,
    pub family: String,
    pub name: String,
    pub outcome: Outcome,
    /// Of all that the cluster answered.
    pub digest: u64,
}

#[derive(Clone, Debug)]
pub enum Outcome {
    Passed {
        /// The first object whose keys stand in another order than recorded.
        reordered: Option<String>,
    },
    Failed(Failure),
}

#[derive(Clone, Debug)]
pub struct Failure {
    /// Where and how the first answer differs, or why there is none.
    pub what: String,
    /// The step that was answered otherwise, as asked, as recorded and as answered.
    pub step: Option<Box<Step>>,
    /// Whether all would be well if any revision were as good as another.
    pub only_revisions: bool,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub asked: Value,
    pub want: Value,
    pub got: Value,
}

impl Report {
    pub fn passed(&self) -> bool {
        matches!(self.outcome, Outcome::Passed { .. })
    }

    /// `passed 0123456789abcdef services/a Service`: the same line wherever the engine runs.
    pub fn line(&self) -> String {
        let outcome = if self.passed() { "passed" } else { "failed" };
        format!("{outcome} {:016x} {}/{}", self.digest, self.family, self.name)
    }
}

impl Failure {
    fn because(what: String) -> Failure {
        Failure { what, step: None, only_revisions: false }
    }
}

/// Plays the cases of the recordings, and reports on each in order.
pub fn run(recordings: Vec<Recording>, options: &Options) -> Vec<Report> {
    let work = Arc::new(Work::new(recordings, options));
    let (sender, done) = channel();
    let mut outcomes = vec![None; work.jobs.len()];
    let mut running = vec![None; work.jobs.len()];
    (0..options.threads.max(1)).for_each(|_| Work::start(&work, &sender));
    while outcomes.iter().any(Option::is_none) {
        match done.recv_timeout(Duration::from_secs(1)) {
            Ok((job, None)) => running[job] = Some(Instant::now()),
            Ok((job, outcome)) => {
                running[job] = None;
                outcomes[job] = outcome;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        for (job, since) in running.iter_mut().enumerate() {
            if since.is_some_and(|since: Instant| since.elapsed() > LIMIT) {
                *since = None;
                let late = Failure::because(format!("no end after {} s", LIMIT.as_secs()));
                outcomes[job] = Some((Outcome::Failed(late), 0));
                Work::start(&work, &sender); // in place of the thread that hangs
            }
        }
    }
    let report = |(&(recording, case), outcome): (&(usize, usize), Option<Ended>)| {
        let (file, recording) = (recording, &work.recordings[recording]);
        let lost = || (Outcome::Failed(Failure::because("its thread died".to_owned())), 0);
        let (family, name) = (recording.family.clone(), recording.cases[case].name.clone());
        let (outcome, digest) = outcome.unwrap_or_else(lost);
        Report { file, family, name, outcome, digest }
    };
    work.jobs.iter().zip(outcomes).map(report).collect()
}

/// The cases of one recording, to be played one by one, where there are no threads.
#[derive(Debug)]
pub struct Alone(Work);

impl Alone {
    pub fn new(recording: Recording, seed: u64) -> Alone {
        let options = Options { revisions: Revisions::Any, seed, only: String::new(), threads: 1 };
        Alone(Work::new(vec![recording], &options))
    }

    /// How many cases there are.
    pub fn count(&self) -> usize {
        self.0.jobs.len()
    }

    pub fn play(&self, case: usize) -> Report {
        let recording = &self.0.recordings[0];
        let (outcome, digest) = self.0.outcome(0, case);
        let (family, name) = (recording.family.clone(), recording.cases[case].name.clone());
        Report { file: 0, family, name, outcome, digest }
    }
}

#[derive(Debug)]
struct Work {
    recordings: Vec<Recording>,
    /// What the rules of each recording are told against: its first case's.
    bases: Vec<OnceLock<Result<Value, String>>>,
    /// Recording and case.
    jobs: Vec<(usize, usize)>,
    next: AtomicUsize,
    options: Options,
}

/// What became of a case, and the digest of the answers.
type Ended = (Outcome, u64);

/// A case begins, or has ended.
type Note = (usize, Option<Ended>);

impl Work {
    fn new(recordings: Vec<Recording>, options: &Options) -> Work {
        let chosen = |(r, recording): (usize, &Recording)| {
            let cases = recording.cases.iter().enumerate();
            let cases = cases.filter(|(_, case)| case.name.contains(&options.only));
            cases.map(|(c, _)| (r, c)).collect::<Vec<_>>()
        };
        let jobs = recordings.iter().enumerate().flat_map(chosen).collect();
        let bases = recordings.iter().map(|_| OnceLock::new()).collect();
        Work { recordings, bases, jobs, next: AtomicUsize::new(0), options: options.clone() }
    }

    fn start(work: &Arc<Work>, sender: &Sender<Note>) {
        let (work, sender) = (Arc::clone(work), sender.clone());
        let run = move || {
            loop {
                let job = work.next.fetch_add(1, Ordering::Relaxed);
                let Some(&(recording, case)) = work.jobs.get(job) else { return };
                let told = sender
                    .send((job, None))
                    .and_then(|()| sender.send((job, Some(work.outcome(recording, case)))));
                if told.is_err() {
                    return;
                }
            }
        };
        // A thread that cannot be started leaves its work to the others.
        drop(Builder::new().stack_size(STACK).spawn(run));
    }

    fn outcome(&self, recording: usize, case: usize) -> Ended {
        let digest = Digest::default();
        let attempt = || {
            let of = &self.recordings[recording];
            match &of.cases[case] {
                Case { session: Session::Steps(steps), .. } => self.steps(of, steps, &digest),
                Case { session: Session::Rules(rules), .. } => self.rules(recording, case, rules, &digest),
            }
        };
        let outcome = match guarded(attempt) {
            Ok(reordered) => Outcome::Passed { reordered },
            Err(failure) => Outcome::Failed(failure),
        };
        (outcome, digest.sum())
    }

    fn steps(
        &self,
        recording: &Recording,
        steps: &Steps,
        digest: &Digest,
    ) -> Result<Option<String>, Failure> {
        let server = cluster(&recording.cluster, self.options.seed).map_err(Failure::because)?;
        let played = play(&mut Digested { server, digest }, steps, &recording.drop, SERVER_PORT);
        judge(steps, &played, self.options.revisions)
    }

    fn rules(
        &self,
        recording: usize,
        case: usize,
        rules: &Rules,
        digest: &Digest,
    ) -> Result<Option<String>, Failure> {
        let of = &self.recordings[recording];
        let looks = |rules: &Rules, digest: &Digest| {
            let server = cluster(&of.cluster, self.options.seed)?;
            proxy::looks(&mut Digested { server, digest }, rules)
        };
        let first = || match &of.cases[0].session {
            Session::Rules(first) => {
                let looks = looks(first, &Digest::default());
                looks.map(|looks| looks.into_iter().next().unwrap_or_default())
            }
            Session::Steps(_) => Err("the first case of the file is about something else".to_owned()),
        };
        let base =
            self.bases[recording].get_or_init(first).as_ref().map_err(|e| Failure::because(e.clone()))?;
        let looks = looks(rules, digest).map_err(Failure::because)?;
        judge_looks(rules, &looks, (case > 0).then_some(base))
    }
}

/// Compares the answers of a session with the recorded ones. If all is as wanted: where the keys of an object
/// stand in another order.
pub fn judge(case: &Steps, played: &Played, revisions: Revisions) -> Result<Option<String>, Failure> {
    let step = |(step, got): (&recording::Step, &Option<Value>)| Step {
        asked: step.asked.clone(),
        want: step.expect.clone().unwrap_or_default(),
        got: got.clone().unwrap_or_default(),
    };
    let steps = case.steps.iter().zip(&played.answers).map(step).collect::<Vec<_>>();
    match (compared(&steps, revisions), &played.error) {
        (Ok(_), Some(error)) => Err(Failure::because(error.clone())),
        (Err(failure), Some(_)) => Err(Failure { only_revisions: false, ..failure }),
        (result, None) => result,
    }
}

/// Compares what was to be seen of a node's rules with what was recorded: all of it, or what differs from `base`.
pub fn judge_looks(case: &Rules, looks: &[Value], base: Option<&Value>) -> Result<Option<String>, Failure> {
    let told = |look: &Value| base.map_or_else(|| look.clone(), |base| proxy::differs(look, base));
    let got = looks.iter().map(told).collect();
    compared(&[Step { asked: Value::Null, want: case.expect.clone(), got }], Revisions::Bound)
}

fn compared(steps: &[Step], revisions: Revisions) -> Result<Option<String>, Failure> {
    let same = |step: &Step| difference::first(&step.want, &step.got, Revisions::Any).is_none();
    for (i, step) in steps.iter().enumerate() {
        if let Some(difference) = difference::first(&step.want, &step.got, revisions) {
            return Err(Failure {
                what: format!("step {i}{difference}"),
                step: Some(Box::new(step.clone())),
                only_revisions: steps[i..].iter().all(same),
            });
        }
    }
    let order = |(i, step): (usize, &Step)| {
        difference::first_reordered(&step.want, &step.got).map(|path| format!("step {i}{path}"))
    };
    Ok(steps.iter().enumerate().find_map(order))
}

thread_local! {
    /// Of a thread that is guarded: what its last panic said, and where.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic is a failure like others.
fn guarded<T>(attempt: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    static HOOK: Once = Once::new();
    HOOK.call_once(remember_panics);
    PANIC.set(Some(String::new()));
    let result = catch_unwind(AssertUnwindSafe(attempt));
    let said = PANIC.take().unwrap_or_default();
    result.unwrap_or_else(|_| Err(Failure::because(format!("panic: {said}"))))
}

/// Keeps panics of guarded threads from the terminal.
fn remember_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if PANIC.with_borrow(Option::is_none) {
            return usual(info);
        }
        let text = info.payload_as_str().unwrap_or("no message");
        let place = info.location().map_or_else(String::new, |at| format!(" ({}:{})", at.file(), at.line()));
        PANIC.set(Some(format!("{text}{place}")));
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_that_says_where() {
        let empty = Vec::<u8>::new();
        let failure = guarded(|| Ok(empty[0])).unwrap_err();
        let place =
            "panic: index out of bounds: the len is 0 but the index is 0 (tests/src/conformance/run.rs:";
        assert!(failure.what.starts_with(place), "{}", failure.what);
        assert_eq!(guarded(|| Ok(1)).ok(), Some(1));
    }
}
