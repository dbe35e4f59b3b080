//! What kubectl printed, as it was and as it was recorded.

use crate::{recordings, replayed};
use svcscope_tests::conformance::realign::realign;
use svcscope_tests::conformance::recording::{Session, Step};

#[test]
fn what_kubectl_really_printed_becomes_what_was_recorded() {
    let mut count = 0;
    for recording in recordings() {
        for case in &recording.cases {
            let Session::Steps(steps) = &case.session else { continue };
            let answers =
                if steps.steps.iter().any(is_raw) { replayed(&recording, steps).answers } else { Vec::new() };
            for (step, answer) in steps.steps.iter().zip(answers).filter(|(step, _)| is_raw(step)) {
                let (want, got) = (step.expect.as_ref().unwrap(), answer.unwrap());
                assert_ne!(want["raw"], want["stdout"]);
                assert_eq!(got["stdout"], want["stdout"], "{}: {}", case.name, want["raw"]);
                count += 1;
            }
        }
    }
    assert!(count > 40, "{count} steps");
}

#[test]
fn recorded_tables_are_laid_out_already() {
    let mut count = 0;
    for step in recordings().iter().flat_map(|r| &r.cases).flat_map(|case| match &case.session {
        Session::Steps(steps) => steps.steps.as_slice(),
        Session::Rules(_) => &[],
    }) {
        let Some(stdout) = step.expect.as_ref().and_then(|expect| expect["stdout"].as_str()) else {
            continue;
        };
        let bare = step.asked["kubectl"].as_array().unwrap().iter().any(|arg| arg == "--no-headers");
        assert_eq!(realign(stdout, |cell, _| cell.to_owned(), bare), stdout);
        count += 1;
    }
    assert!(count > 500, "{count} steps");
}

fn is_raw(step: &Step) -> bool {
    step.expect.as_ref().is_some_and(|expect| expect.get("raw").is_some())
}
