//! `cargo xtask bench`: what the engine costs, in bytes and in time. Figures to read, not tests to pass.

use crate::problem::{Problem, Result};
use crate::{build, pack, repo, run, setup, sizes};
use std::process::Command;

struct Bench {
    name: &'static str,
    run: fn() -> Result,
}

/// Each prints its figures, beside those of its rival where there is one.
const BENCHES: &[Bench] = &[Bench { name: "size", run: size }, Bench { name: "rival", run: rival }];

pub(crate) fn run(names: &[String]) -> Result {
    if let Some(name) = names.iter().find(|name| !BENCHES.iter().any(|bench| bench.name == *name)) {
        let known: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
        return Err(Problem::new(format!("there is no bench {name:?}, but {}", known.join(", "))));
    }
    setup::ensure(setup::ENGINE)?;
    let chosen =
        BENCHES.iter().filter(|bench| names.is_empty() || names.iter().any(|name| name == bench.name));
    for bench in chosen {
        println!("\n{}", bench.name);
        (bench.run)()?;
    }
    Ok(())
}

/// The packed package beside `@ngrok/webernetes`, in one run of Node.
fn rival() -> Result {
    pack::package()?;
    setup::bench_npm()?;
    let mut node = Command::new("node");
    node.arg(repo::root().join("xtask/bench/rival.mjs")).arg(repo::out("npm").join("package"));
    run::shown(&mut node)
}

fn size() -> Result {
    build::engine()?;
    sizes::print(&build::wasm())
}
