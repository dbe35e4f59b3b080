//! Where things are in this repository.

use crate::problem::{At, Problem, Result};
use std::path::{Path, PathBuf};

pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// What the verbs leave behind: `target/NAME`.
pub(crate) fn out(name: &str) -> PathBuf {
    root().join("target").join(name)
}

/// Where cargo puts what it builds for `target` with a profile. A user may have moved it.
pub(crate) fn built(target: &str, profile: &str) -> PathBuf {
    let moved = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    moved.map_or_else(|| out(""), |dir| root().join(dir)).join(target).join(profile)
}

/// Where cargo keeps the source of the crates it has downloaded.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo"));
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

/// The version that Cargo.lock has chosen for `krate`.
pub(crate) fn locked(krate: &str) -> Result<String> {
    let path = root().join("Cargo.lock");
    let text = std::fs::read_to_string(&path).at(&path)?;
    version_in(&text, krate).ok_or_else(|| Problem::new(format!("Cargo.lock names no {krate}")))
}

fn version_in(lock: &str, krate: &str) -> Option<String> {
    let name = format!("name = \"{krate}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(String::from)
}

#[test]
fn the_locked_version_of_a_crate_is_found_by_its_whole_name() {
    let lock = "[[package]]\nname = \"wasm-bindgen-test\"\nversion = \"0.3.79\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";
    assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.129"));
    assert_eq!(version_in(lock, "bindgen"), None);
}
