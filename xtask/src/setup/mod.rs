//! Set-up: what the verbs need, made ready once, step by step. Each step looks first and works only when it must.

mod apt;
mod browser;
mod cache;
mod cargo_tools;
mod npm;
mod own_toolchain;
mod prerequisites;
mod targets;

pub(crate) use browser::{chromedriver, chromium};
pub(crate) use cargo_tools::{cargo_fuzz, wasm_bindgen, wasm_pack};
pub(crate) use npm::bench as bench_npm;
pub(crate) use targets::{BARE, Toolchain, WASM, toolchain};

use crate::problem::{Problem, Result};
use std::time::Instant;

/// One thing that has to be there. The work answers with what it found or made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    work: fn() -> Result<String>,
}

pub(crate) const NODE: Step = Step { name: "Node", work: prerequisites::node };
pub(crate) const C_COMPILER: Step = Step { name: "C compiler", work: prerequisites::c_compiler };
pub(crate) const RUST_COMPONENTS: Step = Step { name: "rustfmt, clippy", work: prerequisites::components };
pub(crate) const WASM_TARGET: Step = Step { name: "Rust for wasm32", work: targets::wasm };
pub(crate) const BARE_TARGET: Step = Step { name: "Rust for thumbv7em", work: targets::bare };
pub(crate) const WASM_BINDGEN: Step = Step { name: "wasm-bindgen", work: cargo_tools::install_wasm_bindgen };
pub(crate) const WASM_PACK: Step = Step { name: "wasm-pack", work: cargo_tools::install_wasm_pack };
pub(crate) const CARGO_FUZZ: Step = Step { name: "cargo-fuzz", work: cargo_tools::install_cargo_fuzz };
pub(crate) const PACKAGE_NPM: Step = Step { name: "npm in wasm/npm", work: npm::package };
pub(crate) const WEB_NPM: Step = Step { name: "npm in web", work: npm::web };
pub(crate) const BROWSER: Step = Step { name: "Chromium", work: browser::install };

/// What turns the engine into WebAssembly.
pub(crate) const ENGINE: &[Step] = &[C_COMPILER, NODE, WASM_TARGET, WASM_BINDGEN, PACKAGE_NPM];
/// What builds the playground.
pub(crate) const SITE: &[Step] = &[C_COMPILER, NODE, WASM_TARGET, WASM_BINDGEN, PACKAGE_NPM, WEB_NPM];
/// Everything.
pub(crate) const ALL: &[Step] = &[
    C_COMPILER,
    NODE,
    RUST_COMPONENTS,
    WASM_TARGET,
    BARE_TARGET,
    WASM_BINDGEN,
    WASM_PACK,
    PACKAGE_NPM,
    WEB_NPM,
    BROWSER,
];

/// `cargo xtask setup`
pub(crate) fn run(_: &[String]) -> Result {
    ensure(ALL)
}

/// Makes `steps` ready in their order; the first that cannot be ends it.
pub(crate) fn ensure(steps: &[Step]) -> Result {
    eprintln!("set-up");
    steps.iter().try_for_each(take)
}

/// Makes ready what can be of `steps`; returns those that cannot, with the reason.
pub(crate) fn attempt(steps: &[Step]) -> Vec<(Step, Problem)> {
    eprintln!("set-up");
    steps.iter().filter_map(|step| Some((*step, take(step).err()?))).collect()
}

fn take(step: &Step) -> Result {
    let start = Instant::now();
    let result = (step.work)();
    let seconds = start.elapsed().as_secs_f32();
    match &result {
        Ok(found) => eprintln!("  ok    {:<20} {found:<58} {seconds:>6.1} s", step.name),
        Err(_) => eprintln!("  FAIL  {:<79} {seconds:>6.1} s", step.name),
    }
    result.map(|_| ()).map_err(|problem| problem.during(step.name))
}

/// Says before a long piece of work that it has begun.
fn begin(what: &str) {
    eprintln!("  ..    {what}");
}
