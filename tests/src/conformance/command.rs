//! The command line of the runner.

use super::difference::Revisions;
use super::recording::{self, Recording};
use super::run::{self, Options, Outcome, Report, Step};
use super::scoreboard;
use lexopt::{Arg, ValueExt};
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask conformance [PATH…]     files or folders; without, those of the repository

  -v, -vv            the first difference of each failing case; and both answers side by side
  --names-passed     only the names of the passing cases, one a line
  --only TEXT        only cases with this in their name
  --digests          a line for each case: outcome, digest of all answers, name
  --json             the outcome of each case as JSON
  --key-order        which passing cases have keys in another order than recorded
  --bound-revisions  revisions that were equal have to be equal, and the others not
  --seed N           what is left to chance in the clusters
  --threads N
  --write            write the scoreboard and the list of passing cases
  --check            write them (in CI: only compare), and fail if a case fails that once passed
";

#[derive(Default)]
struct Arguments {
    paths: Vec<PathBuf>,
    verbose: u8,
    names_passed: bool,
    json: bool,
    digests: bool,
    key_order: bool,
    revisions: Revisions,
    only: String,
    seed: Option<u64>,
    threads: Option<usize>,
    keep: Option<Keep>,
}

/// What becomes of the score.
#[derive(Clone, Copy, PartialEq)]
enum Keep {
    Write,
    Check,
}

/// Runs the cases that the arguments of this process name. An error is one of usage, or a file that cannot be read.
pub fn run() -> Result<ExitCode, String> {
    let Some(arguments) = arguments().map_err(|e| format!("{e}\n\n{USAGE}"))? else {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    };
    let recordings = recordings(&arguments)?;
    let families = recordings.iter().map(|recording| recording.family.clone()).collect::<Vec<_>>();
    let options = Options {
        revisions: arguments.revisions,
        seed: arguments.seed.unwrap_or(1),
        only: arguments.only.clone(),
        threads: arguments.threads.or(std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1),
    };
    let reports = run::run(recordings, &options);
    show(&arguments, &families, &reports);
    let Some(keep) = arguments.keep else { return Ok(ExitCode::SUCCESS) };
    let only_compare = keep == Keep::Check && std::env::var_os("CI").is_some();
    let problems = scoreboard::keep(&reports, only_compare)?;
    problems.iter().for_each(|problem| println!("{problem}"));
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn arguments() -> Result<Option<Arguments>, lexopt::Error> {
    let mut arguments = Arguments::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('v') => arguments.verbose += 1,
            Arg::Long("names-passed") => arguments.names_passed = true,
            Arg::Long("digests") => arguments.digests = true,
            Arg::Long("json") => arguments.json = true,
            Arg::Long("key-order") => arguments.key_order = true,
            Arg::Long("bound-revisions") => arguments.revisions = Revisions::Bound,
            Arg::Long("only") => arguments.only = parser.value()?.string()?,
            Arg::Long("seed") => arguments.seed = Some(parser.value()?.parse()?),
            Arg::Long("threads") => arguments.threads = Some(parser.value()?.parse()?),
            Arg::Long("write") => arguments.keep = Some(Keep::Write),
            Arg::Long("check") => arguments.keep = Some(Keep::Check),
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Value(path) => arguments.paths.push(path.into()),
            _ => return Err(argument.unexpected()),
        }
    }
    let partial =
        !arguments.paths.is_empty() || !arguments.only.is_empty() || arguments.revisions == Revisions::Bound;
    if partial && arguments.keep.is_some() {
        return Err("the score is kept of all cases of the repository, compared as usual".into());
    }
    Ok(Some(arguments))
}

/// Those at the paths, or those of the repository.
fn recordings(arguments: &Arguments) -> Result<Vec<Recording>, String> {
    let own = [scoreboard::folder().join("conformance")];
    let paths = if arguments.paths.is_empty() { &own[..] } else { &arguments.paths };
    let mut found = Vec::new();
    for path in paths {
        for file in recording::files(path)? {
            found.push(recording::read(&file)?);
        }
    }
    Ok(found)
}

fn show(arguments: &Arguments, families: &[String], reports: &[Report]) {
    if arguments.names_passed {
        reports.iter().filter(|report| report.passed()).for_each(|report| println!("{}", report.name));
    } else if arguments.digests {
        reports.iter().for_each(|report| println!("{}", report.line()));
    } else if arguments.json {
        println!("{}", Value::from_iter(reports.iter().map(as_json)));
    } else {
        for (file, family) in families.iter().enumerate() {
            let own = reports.iter().filter(|report| report.file == file).collect::<Vec<_>>();
            own.iter().for_each(|report| show_case(arguments, report));
            if !own.is_empty() || arguments.only.is_empty() {
                println!("{family}: {}", totals(&own));
            }
        }
        println!("total: {}", totals(&reports.iter().collect::<Vec<_>>()));
        show_sides(arguments, reports);
    }
}

fn totals(reports: &[&Report]) -> String {
    let passed = reports.iter().filter(|report| report.passed()).count();
    format!("{passed} passed, {} failed", reports.len() - passed)
}

fn show_case(arguments: &Arguments, report: &Report) {
    match &report.outcome {
        Outcome::Passed { reordered: Some(place) } if arguments.key_order => {
            println!("KEYS {}: {place}", report.name);
        }
        Outcome::Passed { .. } => {}
        Outcome::Failed(failure) if arguments.verbose > 0 => {
            println!("FAIL {}: {}", report.name, failure.what);
            if let Some(step) = failure.step.as_ref().filter(|_| arguments.verbose > 1) {
                show_step(step);
            }
        }
        Outcome::Failed(_) => {}
    }
}

/// What was asked, and both answers line by line: `-` was recorded, `+` was answered.
fn show_step(step: &Step) {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    println!("{}", pretty(&step.asked));
    let (want, got) = (pretty(&step.want), pretty(&step.got));
    for change in TextDiff::from_lines(&want, &got).iter_all_changes() {
        let mark = match change.tag() {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        println!("{mark} {}", change.value().trim_end_matches('\n'));
    }
}

/// What is counted beside passed and failed.
fn show_sides(arguments: &Arguments, reports: &[Report]) {
    let only_revisions = |report: &&Report| matches!(&report.outcome, Outcome::Failed(f) if f.only_revisions);
    let revisions = reports.iter().filter(only_revisions).count();
    if revisions > 0 {
        println!("{revisions} of the failed would pass if any revision were as good as another");
    }
    if arguments.key_order {
        let reordered = |report: &&Report| matches!(report.outcome, Outcome::Passed { reordered: Some(_) });
        println!("{} of the passed have keys in another order", reports.iter().filter(reordered).count());
    }
}

fn as_json(report: &Report) -> Value {
    let (reordered, what, only_revisions) = match &report.outcome {
        Outcome::Passed { reordered } => (reordered.as_deref(), None, false),
        Outcome::Failed(failure) => (None, Some(failure.what.as_str()), failure.only_revisions),
    };
    json!({"family": report.family, "name": report.name, "passed": report.passed(), "difference": what,
        "onlyRevisions": only_revisions, "keysReordered": reordered})
}
