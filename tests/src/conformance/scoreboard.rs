//! The score that is kept in the repository: how many cases of each family pass, and which; none of those may fail again.

use super::run::Report;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

const FIX: &str = "run `cargo xtask conformance --write` and commit what it changes";

/// Where the score is, and the recordings.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Writes the score, or only compares it with what is there. What is wrong comes back, a line each.
pub fn keep(reports: &[Report], only_compare: bool) -> Result<Vec<String>, String> {
    let reasons = reasons(&read("conformance-reasons.json")?)?;
    let before = lines(&read("passing.txt")?);
    let score = Score { reports, before: &before, reasons: &reasons };
    let mut problems = score.problems();
    for (name, text) in [("scoreboard.md", score.scoreboard()), ("passing.txt", score.passing())] {
        let path = folder().join(name);
        if read(name)? == text {
            continue;
        }
        if only_compare {
            problems.push(format!("tests/{name} is out of date: {FIX}"));
        } else {
            fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(problems)
}

struct Score<'a> {
    reports: &'a [Report],
    /// What passed before, as `family/case`.
    before: &'a BTreeSet<String>,
    /// Why a case does not pass, where there is a reason.
    reasons: &'a BTreeMap<String, String>,
}

impl Score<'_> {
    fn problems(&self) -> Vec<String> {
        let passing = self.names(Report::passed);
        let all = self.names(|_| true);
        let fails = self.before.difference(&passing).map(|name| match all.contains(name) {
            true => format!("passed once and fails now: {name}"),
            false => format!("passed once and is not there any more: {name}"),
        });
        let idle = self.reasons.keys().filter(|name| passing.contains(*name) || !all.contains(*name));
        let idle = idle
            .map(|name| format!("tests/conformance-reasons.json says why {name} fails, which it does not"));
        fails.chain(idle).collect()
    }

    /// What passes or once did.
    fn passing(&self) -> String {
        let names = self.names(Report::passed);
        names.union(self.before).map(|name| format!("{name}\n")).collect()
    }

    fn scoreboard(&self) -> String {
        let mut families = BTreeMap::<&str, (usize, usize)>::new();
        for report in self.reports {
            let (passed, total) = families.entry(&report.family).or_default();
            *passed += usize::from(report.passed());
            *total += 1;
        }
        let all = families.values().fold((0, 0), |(p, t), (passed, total)| (p + passed, t + total));
        let row =
            |(name, (passed, total)): (&str, (usize, usize))| format!("| {name} | {passed} | {total} |\n");
        let rows = families.into_iter().map(row).collect::<String>();
        let reasons =
            self.reasons.iter().map(|(name, reason)| format!("- `{name}`: {reason}\n")).collect::<String>();
        let reasons = if reasons.is_empty() { reasons } else { format!("\n## Why some fail\n\n{reasons}") };
        format!(
            "# Scoreboard\n\nSessions recorded with a real Kubernetes 1.37 and played against this one: how many were answered \
             alike. Written by `cargo xtask conformance --write`.\n\n| family | passed | total |\n| --- | ---: | ---: |\n{rows}{}{reasons}",
            row(("**all**", all)),
        )
    }

    fn names(&self, which: impl Fn(&Report) -> bool) -> BTreeSet<String> {
        let chosen = self.reports.iter().filter(|report| which(report));
        chosen.map(|report| format!("{}/{}", report.family, report.name)).collect()
    }
}

fn read(name: &str) -> Result<String, String> {
    let path = folder().join(name);
    if !path.exists() {
        return Ok(String::new());
    }
    fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
}

fn lines(text: &str) -> BTreeSet<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// `{"family/case": "why it fails"}`.
fn reasons(text: &str) -> Result<BTreeMap<String, String>, String> {
    let at = |e: &dyn std::fmt::Display| format!("tests/conformance-reasons.json: {e}");
    if text.is_empty() {
        return Ok(BTreeMap::new());
    }
    let json = serde_json::from_str::<Value>(text).map_err(|e| at(&e))?;
    let entries = json.as_object().ok_or_else(|| at(&"an object is wanted"))?;
    let entry =
        |(name, reason): (&String, &Value)| reason.as_str().map(|reason| (name.clone(), reason.to_owned()));
    entries.iter().map(entry).collect::<Option<_>>().ok_or_else(|| at(&"a reason is a string"))
}

#[cfg(test)]
mod tests {
    use super::super::run::{Failure, Outcome};
    use super::*;

    fn report(name: &str, passed: bool) -> Report {
        let (family, name) = name.split_once('/').unwrap();
        let failure = Failure { what: String::new(), step: None, only_revisions: false };
        let outcome = if passed { Outcome::Passed { reordered: None } } else { Outcome::Failed(failure) };
        Report { file: 0, family: family.into(), name: name.into(), outcome, digest: 0 }
    }

    #[test]
    fn what_once_passed_may_not_fail_again_and_is_not_forgotten() {
        let reports = [report("a/old", false), report("a/new", true), report("b/never", false)];
        let before = lines("a/gone\na/old\n");
        let reasons = reasons(r#"{"b/never": "left to chance", "a/new": "once"}"#).unwrap();
        let score = Score { reports: &reports, before: &before, reasons: &reasons };
        assert_eq!(
            score.problems(),
            [
                "passed once and is not there any more: a/gone",
                "passed once and fails now: a/old",
                "tests/conformance-reasons.json says why a/new fails, which it does not",
            ]
        );
        assert_eq!(score.passing(), "a/gone\na/new\na/old\n");
        let board = score.scoreboard();
        assert!(board.contains("| a | 1 | 2 |\n| b | 0 | 1 |\n| **all** | 1 | 3 |\n"), "{board}");
        assert!(
            board.ends_with("## Why some fail\n\n- `a/new`: once\n- `b/never`: left to chance\n"),
            "{board}"
        );
    }
}
