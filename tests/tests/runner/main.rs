//! The runner proved without the engine: a cluster that answers what was recorded passes every case, and no case passes
//! once what it expects is changed.

mod console;
mod made_up;
mod mutation;
mod rules;
mod script;

use made_up::MadeUp;
use script::Script;
use svcscope_tests::conformance::difference::Revisions;
use svcscope_tests::conformance::engine::SERVER_PORT;
use svcscope_tests::conformance::play::{Played, play};
use svcscope_tests::conformance::recording::{self, Recording, Session, Steps};
use svcscope_tests::conformance::run::judge;
use svcscope_tests::conformance::scoreboard;

/// All that is recorded.
fn recordings() -> Vec<Recording> {
    let files = recording::files(&scoreboard::folder().join("conformance")).unwrap();
    files.iter().map(|file| recording::read(file).unwrap()).collect()
}

/// What the runner makes of a cluster that answers as recorded, with made-up values.
fn replayed(recording: &Recording, steps: &Steps) -> Played {
    play(&mut Script::new(steps, MadeUp::of(steps)), steps, &recording.drop, SERVER_PORT)
}

#[test]
fn a_cluster_that_answers_as_recorded_passes() {
    let mut failed = Vec::new();
    let mut count = 0;
    for recording in recordings() {
        for case in &recording.cases {
            let Session::Steps(steps) = &case.session else { continue };
            count += 1;
            if let Err(failure) = judge(steps, &replayed(&recording, steps), Revisions::Bound) {
                failed.push(format!("{}/{}: {}", recording.family, case.name, failure.what));
            }
        }
    }
    assert!(count > 800, "{count} cases");
    assert!(failed.is_empty(), "{} of {count} fail:\n{}", failed.len(), failed.join("\n"));
}
