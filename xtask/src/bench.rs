//! `cargo xtask bench`: what the engine costs, in bytes and in time. Figures to read, not tests to pass.

use crate::problem::{Problem, Result};
use crate::{build, setup, sizes};

struct Bench {
    name: &'static str,
    run: fn() -> Result,
}

/// Each prints its figures, beside those of its rival where there is one.
const BENCHES: &[Bench] = &[Bench { name: "size", run: size }];

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

fn size() -> Result {
    build::engine()?;
    sizes::print(&build::wasm())
}
