//! `cargo xtask bench`: what the engine costs, in bytes and in time. Figures to read, not tests to pass.

use crate::problem::{Problem, Result};
use crate::{build, pack, repo, run, setup, site, sizes};
use std::process::Command;

struct Bench {
    name: &'static str,
    run: fn() -> Result,
}

/// Each prints its figures, beside those of its rival where there is one.
const BENCHES: &[Bench] = &[
    Bench { name: "size", run: size },
    Bench { name: "speed", run: speed },
    Bench { name: "rival", run: rival },
    Bench { name: "upstream", run: upstream },
    Bench { name: "web", run: web },
];

pub(crate) fn run(names: &[String]) -> Result {
    if let Some(name) = names.iter().find(|name| !BENCHES.iter().any(|bench| bench.name == *name)) {
        let known: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
        return Err(Problem::new(format!("there is no bench {name:?}, but {}", known.join(", "))));
    }
    let chosen =
        BENCHES.iter().filter(|bench| names.is_empty() || names.iter().any(|name| name == bench.name));
    for bench in chosen {
        println!("\n{}", bench.name);
        (bench.run)()?;
    }
    Ok(())
}

/// What DESIGN asks of the engine, each figure beside its goal, in one run of Node.
fn speed() -> Result {
    setup::ensure(setup::ENGINE)?;
    build::engine()?;
    run::shown(Command::new("node").arg(repo::root().join("xtask/bench/speed.mjs")).arg(repo::out("engine")))
}

/// The packed package beside `@ngrok/webernetes`, in one run of Node.
fn rival() -> Result {
    setup::ensure(setup::ENGINE)?;
    pack::package()?;
    setup::bench_npm()?;
    let mut node = Command::new("node");
    node.arg(repo::root().join("xtask/bench/rival.mjs")).arg(repo::out("npm").join("package"));
    run::shown(&mut node)
}

/// The engine, natively, beside what it models: upstream's reconciler of EndpointSlices, kube-proxy and CoreDNS. They are
/// written in Go, and need it and its module proxy.
fn upstream() -> Result {
    if Command::new("go").arg("version").output().is_err() {
        println!("left out: it needs Go");
        return Ok(());
    }
    for bench in ["endpoint_controllers", "network"] {
        let mut cargo = setup::Toolchain::Active.cargo();
        cargo.args(["bench", "--quiet", "-p", "svcscope-core", "--bench", bench]).current_dir(repo::root());
        run::shown(&mut cargo)?;
    }
    for module in ["upstream", "coredns"] {
        println!("\n{module}, in Go");
        let mut go = Command::new("go");
        go.args(["run", "-mod=mod", "."]).current_dir(repo::root().join("xtask/bench").join(module));
        run::shown(&mut go)?;
    }
    Ok(())
}

/// The playground in Chromium: the first second, every keystroke, an hour of traffic, and Lighthouse.
fn web() -> Result {
    setup::ensure(setup::SITE)?;
    setup::ensure(&[setup::BROWSER])?;
    site::build()?;
    let mut npm = Command::new("npm");
    if let Some(browser) = setup::chromium() {
        npm.env("CHROME_BIN", browser);
    }
    run::shown(npm.args(["run", "--silent", "bench"]).current_dir(repo::root().join("web")))
}

fn size() -> Result {
    setup::ensure(setup::ENGINE)?;
    build::engine()?;
    sizes::print(&build::wasm())
}
