//! The recorded sessions played in WebAssembly: the same cases pass there, and every answer is the same, byte for byte.

use crate::problem::{Problem, Result};
use crate::{build, conformance, repo, run, setup};
use std::collections::BTreeMap;
use std::process::Command;

const CRATE: &str = "svcscope-tests-wasm";
/// Its profile in Cargo.toml: built quickly.
const PROFILE: &str = "quick";

pub(crate) fn run(_: &[String]) -> Result {
    setup::ensure(&[setup::C_COMPILER, setup::NODE, setup::WASM_TARGET])?;
    let same = compared()?;
    println!("{same} cases are answered alike natively and in WebAssembly");
    Ok(())
}

/// How many cases have the same outcome and the same answers in both; those that have not are an error. Needs Node and
/// the target wasm32.
fn compared() -> Result<usize> {
    run::shown(build::cargo()?.args(["build", "--profile", PROFILE, "-p", CRATE]))?;
    let module = repo::built(setup::WASM, PROFILE).join("svcscope_tests_wasm.wasm");
    let recordings = repo::root().join("tests/conformance");
    let mut node = Command::new("node");
    node.arg(repo::root().join("tests/wasm/play.mjs")).arg(module).arg(recordings);
    // Both at once: one thread each.
    let there = std::thread::spawn(move || run::silent(&mut node));
    let here =
        run::silent(conformance::runner().args(["--digests", "--threads", "1"]).current_dir(repo::root()))?;
    let there = there.join().map_err(|_| Problem::new("the thread that waits for Node died"))??;
    let (here, there) = (lines(&here), lines(&there));
    let differing = differing(&here, &there);
    if differing.is_empty() && !here.is_empty() {
        return Ok(here.len());
    }
    let shown = differing.iter().take(20).cloned().collect::<Vec<_>>().join("\n    ");
    Err(Problem::new(format!(
        "{} of {} cases are answered otherwise in WebAssembly:\n    {shown}",
        differing.len(),
        here.len()
    )))
}

/// Name, outcome and digest of each case.
fn lines(output: &str) -> BTreeMap<&str, &str> {
    let parts = output.lines().filter_map(|line| Some((line.splitn(3, ' ').nth(2)?, line)));
    parts.map(|(name, line)| (name, line.get(..line.len() - name.len() - 1).unwrap_or_default())).collect()
}

fn differing(here: &BTreeMap<&str, &str>, there: &BTreeMap<&str, &str>) -> Vec<String> {
    let said = |side: &BTreeMap<&str, &str>, name: &str| {
        side.get(name).map_or("nothing".to_owned(), |s| (*s).to_owned())
    };
    let mut names = here.keys().chain(there.keys()).collect::<Vec<_>>();
    names.sort();
    names.dedup();
    names.retain(|name| here.get(**name) != there.get(**name));
    names
        .iter()
        .map(|name| format!("{name}: {} here, {} there", said(here, name), said(there, name)))
        .collect()
}

#[test]
fn a_case_that_is_answered_otherwise_or_not_at_all_is_named() {
    let here = lines("passed 01 a/one\npassed 02 a/two words\nfailed 03 b/three\n");
    assert_eq!(differing(&here, &here), Vec::<String>::new());
    let there = lines("passed 01 a/one\npassed 04 a/two words\n");
    assert_eq!(
        differing(&here, &there),
        ["a/two words: passed 02 here, passed 04 there", "b/three: failed 03 here, nothing there"]
    );
}
