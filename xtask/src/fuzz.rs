//! `cargo xtask fuzz`: hands the engine arbitrary input and keeps what finds new ways through it.
//!
//! Takes a nightly compiler, which the instrumentation needs; nothing else here does.

use crate::problem::{At, Problem, Result};
use crate::{repo, run, setup};
use std::process::Command;

/// The folder of a target's corpus: what was found, and where it began.
const SEEDS: &[(&str, &[&str])] = &[
    ("manifest", &["tests/manifests/chapter", "tests/manifests/figures"]),
    ("apply", &["tests/manifests/chapter", "tests/manifests/figures"]),
    ("api", &[]),
    ("protobuf", &[]),
];

/// One input takes milliseconds; one that takes so many seconds, or MB, is a finding.
const SECONDS_PER_INPUT: u32 = 10;
const MEGABYTES: u32 = 2048;

pub(crate) fn run(args: &[String]) -> Result {
    let wish = Wish::read(args)?;
    setup::ensure(&[setup::C_COMPILER, setup::CARGO_FUZZ])?;
    for (target, seeds) in SEEDS.iter().filter(|(target, _)| wish.wants(target)) {
        let corpus = repo::root().join("tests/fuzz/corpus").join(target);
        std::fs::create_dir_all(&corpus).at(&corpus)?;
        let mut fuzz = cargo_fuzz("run")?;
        fuzz.arg(target).arg(&corpus);
        fuzz.args(seeds.iter().map(|folder| repo::root().join(folder)));
        fuzz.args(["--", &format!("-max_total_time={}", wish.seconds), "-use_value_profile=1"]);
        fuzz.arg(format!("-timeout={SECONDS_PER_INPUT}")).arg(format!("-rss_limit_mb={MEGABYTES}"));
        run::shown(&mut fuzz)?;
        // What finds nothing that a smaller input does not find is not kept.
        run::shown(cargo_fuzz("cmin")?.arg(target).arg(&corpus))?;
    }
    Ok(())
}

fn cargo_fuzz(verb: &str) -> Result<Command> {
    let folder = repo::root().join("tests/fuzz");
    let mut command = Command::new(setup::cargo_fuzz()?);
    // Cargo passes its own name on; the toolchain is chosen by rustup's variable, for this process alone.
    command
        .args(["fuzz", verb, "--fuzz-dir"])
        .arg(&folder)
        .current_dir(&folder)
        .env("RUSTUP_TOOLCHAIN", "nightly");
    Ok(command)
}

struct Wish {
    targets: Vec<String>,
    seconds: u64,
}

impl Wish {
    fn read(args: &[String]) -> Result<Wish> {
        let mut wish = Wish { targets: Vec::new(), seconds: 60 };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if arg == "--seconds" {
                let number = args.next().and_then(|text| text.parse().ok());
                wish.seconds = number.ok_or_else(|| Problem::new("--seconds takes a number"))?;
            } else if SEEDS.iter().any(|(target, _)| target == arg) {
                wish.targets.push(arg.clone());
            } else {
                let known: Vec<&str> = SEEDS.iter().map(|(target, _)| *target).collect();
                return Err(Problem::new(format!("{arg}? fuzz takes --seconds N and {}", known.join(", "))));
            }
        }
        Ok(wish)
    }

    fn wants(&self, target: &str) -> bool {
        self.targets.is_empty() || self.targets.iter().any(|name| name == target)
    }
}
