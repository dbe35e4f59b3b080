//! `cargo xtask build`: the engine as WebAssembly, for every JavaScript runtime: `target/engine/`.

use crate::problem::{At, Result};
use crate::{repo, run, setup, sizes, stamp};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const CRATE: &str = "svcscope-wasm";
/// Its profile in Cargo.toml: small first.
const PROFILE: &str = "wasm";

/// What rustc emits for wasm32 by default, and every browser since 2023 runs.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub(crate) fn run(_: &[String]) -> Result {
    setup::ensure(setup::ENGINE)?;
    engine()?;
    sizes::print(&wasm())
}

/// The finished module.
pub(crate) fn wasm() -> PathBuf {
    repo::out("engine").join("svcscope_bg.wasm")
}

/// Builds the engine: cargo, then wasm-bindgen, then wasm-opt. Needs `setup::ENGINE`.
pub(crate) fn engine() -> Result {
    eprintln!("engine");
    run::shown(cargo()?.args(["build", "--profile", PROFILE, "-p", CRATE]))?;

    let module = repo::built(setup::WASM, PROFILE).join("svcscope_wasm.wasm");
    let out = repo::out("engine");
    let inputs = [module.clone(), repo::root().join("wasm/npm/package-lock.json")];
    let bindgen = repo::locked("wasm-bindgen")?;
    let facts = [bindgen.as_str(), include_str!("build.rs")];
    stamp::unless_fresh(&out.join(".stamp"), &inputs, &facts, || {
        if out.exists() {
            fs::remove_dir_all(&out).at(&out)?;
        }
        bind(&module)?;
        optimise()
    })?;
    Ok(())
}

/// A cargo that compiles for WebAssembly, with the settings that all such builds share.
pub(crate) fn cargo() -> Result<Command> {
    let mut cargo = setup::toolchain(setup::WASM)?.cargo();
    cargo.current_dir(repo::root()).args(["--config", &remapped()]).env("CARGO_BUILD_TARGET", setup::WASM);
    Ok(cargo)
}

/// Panic messages name source files: by where they are in the project, not by where it is on this machine.
fn remapped() -> String {
    let map = |from: &Path, to: &str| format!("'--remap-path-prefix={}={to}'", from.display());
    let home = repo::cargo_home().map(|home| map(&home, "/cargo"));
    let flags: Vec<String> = home.into_iter().chain([map(repo::root(), "/svcscope")]).collect();
    format!("target.{}.rustflags=[{}]", setup::WASM, flags.join(","))
}

/// One loader for all: `--target web` leaves it to the caller where the bytes come from.
fn bind(module: &Path) -> Result {
    let mut bindgen = Command::new(setup::wasm_bindgen()?);
    bindgen.args(["--target", "web", "--omit-default-module-path", "--out-name", "svcscope"]);
    bindgen.args(["--remove-name-section", "--remove-producers-section"]);
    bindgen.arg("--out-dir").arg(repo::out("engine")).arg(module);
    run::silent(&mut bindgen).map(|_| ())
}

fn optimise() -> Result {
    let mut opt = Command::new("node");
    opt.arg(repo::root().join("wasm/npm/node_modules/binaryen/bin/wasm-opt")).args(FEATURES);
    // Smaller still is what it makes with -Oz, but not when compressed, and a tenth slower.
    opt.args(["-O3", "--strip-debug", "--strip-producers", "--strip-target-features"]);
    opt.arg(wasm()).arg("-o").arg(wasm());
    run::silent(&mut opt).map(|_| ())
}
