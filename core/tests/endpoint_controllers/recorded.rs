//! The recorded cases of the endpoint families: what a real cluster's controllers made of the same objects.
//!
//! Whatever clients wrote is taken from the recorded answers, with made-up values for what differed from run to run;
//! what controllers wrote is compared with what they write here.

mod kubelet;
mod print;
mod replay;
mod unify;

use std::path::PathBuf;
use svcscope_core::base::Value;
use svcscope_core::manifest::json;

/// Replays all cases of a family; answers how many pass.
fn family(name: &str) -> Option<(usize, usize)> {
    let path = recordings()?.join(format!("{name}.json"));
    if !path.exists() {
        println!("skipped: no {}", path.display());
        return None;
    }
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let file = json::parse(&text).expect("recordings are JSON").to_value();
    let cases = file.get("cases").items();
    let only = std::env::var("ONLY").unwrap_or_default();
    let chosen = cases.iter().filter(|c| c.get("name").str().contains(&only)).collect::<Vec<&Value>>();
    let mut failures = Vec::new();
    for case in &chosen {
        let dropped = [&file, *case].into_iter().flat_map(|v| v.get("drop").items()).map(Value::str);
        if let Err(why) = replay::case(case, &dropped.collect::<Vec<_>>()) {
            failures.push(format!("---- {}\n{why}", case.get("name").str()));
        }
    }
    let passed = chosen.len() - failures.len();
    println!("{name}: {passed} of {} pass", chosen.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    Some((passed, chosen.len()))
}

/// Where the recordings are: in `RECORDINGS`, or beside the repository, or beside the folder that working copies are in.
fn recordings() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("RECORDINGS") {
        return Some(folder.into());
    }
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().map(|dir| dir.join("shared/conformance/1.37")).find(|dir| dir.is_dir());
    if found.is_none() {
        println!("skipped: no recordings here");
    }
    found
}

#[test]
fn controllers_do_what_those_of_the_recorded_cluster_did() {
    family("endpoints");
}

#[test]
fn controllers_do_what_those_of_the_recorded_dual_stack_cluster_did() {
    family("endpoints-dual");
}
