//! Tools that come as crates, compiled once per version.

use super::cache;
use crate::problem::Result;
use crate::{repo, run};
use std::path::{Path, PathBuf};
use std::process::Command;

const WASM_PACK: &str = "0.15.1";
const CARGO_FUZZ: &str = "0.13.2";

/// The `wasm-bindgen` that fits the crate in Cargo.lock: the two must be of one version.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    program("wasm-bindgen", &repo::locked("wasm-bindgen")?)
}

/// The `wasm-pack` that runs the tests in a browser.
pub(crate) fn wasm_pack() -> Result<PathBuf> {
    program("wasm-pack", WASM_PACK)
}

/// What drives the fuzz targets.
pub(crate) fn cargo_fuzz() -> Result<PathBuf> {
    program("cargo-fuzz", CARGO_FUZZ)
}

pub(super) fn install_cargo_fuzz() -> Result<String> {
    install("cargo-fuzz", "cargo-fuzz", CARGO_FUZZ)
}

pub(super) fn install_wasm_bindgen() -> Result<String> {
    install("wasm-bindgen", "wasm-bindgen-cli", &repo::locked("wasm-bindgen")?)
}

pub(super) fn install_wasm_pack() -> Result<String> {
    install("wasm-pack", "wasm-pack", WASM_PACK)
}

fn program(name: &str, version: &str) -> Result<PathBuf> {
    Ok(cache::place(&format!("{name}-{version}"))?.join("bin").join(name))
}

fn install(name: &str, krate: &str, version: &str) -> Result<String> {
    let mut state = "in the cache";
    cache::get(&format!("{name}-{version}"), |dir| {
        state = "compiled";
        super::begin(&format!("compiling {krate} {version}: some minutes, once"));
        // A mirror may lack a release that the crate's lock file names; then what fits is good enough.
        cargo_install(krate, version, dir, &["--locked"]).or_else(|_| cargo_install(krate, version, dir, &[]))
    })?;
    Ok(format!("{version}, {state}"))
}

fn cargo_install(krate: &str, version: &str, dir: &Path, how: &[&str]) -> Result {
    let build = dir.join("build");
    let mut cargo = Command::new(super::targets::cargo());
    cargo.args(["install", "--quiet", krate, "--version", version]).args(how);
    cargo.arg("--root").arg(dir).arg("--target-dir").arg(&build);
    // Away from this repository and its configuration.
    cargo.current_dir(dir);
    // These run for seconds: what the optimiser would save is less than what it takes.
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    run::silent(&mut cargo)?;
    let _ = std::fs::remove_dir_all(&build);
    Ok(())
}
