//! Rust for a target other than this machine: what the user's toolchain has, else what rustup can add to it,
//! else a toolchain of our own. The user's choice of toolchain is never touched.

use super::own_toolchain;
use crate::problem::Result;
use crate::run;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub(crate) const WASM: &str = "wasm32-unknown-unknown";
/// A target without an operating system: what compiles for it needs no std.
pub(crate) const BARE: &str = "thumbv7em-none-eabi";

/// A Rust that can compile for the target it was asked for.
#[derive(Clone, Debug)]
pub(crate) enum Toolchain {
    /// The one that cargo runs under now.
    Active,
    /// The one that set-up has made, in this folder.
    Own(PathBuf),
}

impl Toolchain {
    /// A cargo of this toolchain.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(match self {
            Toolchain::Active => cargo(),
            Toolchain::Own(dir) => dir.join("bin/cargo").into(),
        });
        self.lend_to(&mut command);
        command
    }

    /// Lets `command`, which calls cargo itself, find this toolchain.
    pub(crate) fn lend_to(&self, command: &mut Command) {
        if let Toolchain::Own(dir) = self {
            command.env("PATH", run::path_with(&dir.join("bin"), None));
            command.env("RUSTC", dir.join("bin/rustc")).env("RUSTDOC", dir.join("bin/rustdoc"));
            command.env_remove("LD_LIBRARY_PATH");
        }
    }
}

/// The toolchain that compiles for `target`, once set-up has seen to it.
pub(crate) fn toolchain(target: &str) -> Result<Toolchain> {
    match own_toolchain::made() {
        Some(dir) if !has(&active_sysroot()?, target) => Ok(Toolchain::Own(dir)),
        _ => Ok(Toolchain::Active),
    }
}

/// The cargo that runs this program.
pub(super) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

pub(super) fn wasm() -> Result<String> {
    provide(WASM)
}

pub(super) fn bare() -> Result<String> {
    provide(BARE)
}

fn provide(target: &str) -> Result<String> {
    let sysroot = active_sysroot()?;
    if has(&sysroot, target) {
        return Ok("in the active toolchain".to_owned());
    }
    if own_toolchain::made().is_none() && rustup_adds(target) && has(&sysroot, target) {
        return Ok("added to the active toolchain by rustup".to_owned());
    }
    own_toolchain::make()
}

/// Where rustup cannot download, it says so at once or never.
fn rustup_adds(target: &str) -> bool {
    let limit = Duration::from_secs(120);
    run::find(&["rustup"]).is_some_and(|rustup| {
        super::begin(&format!("rustup target add {target}"));
        run::within(limit, Command::new(rustup).args(["target", "add", target])).is_ok()
    })
}

fn active_sysroot() -> Result<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = run::silent(Command::new(rustc).args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(said.trim()))
}

fn has(sysroot: &Path, target: &str) -> bool {
    let libraries = std::fs::read_dir(sysroot.join("lib/rustlib").join(target).join("lib"));
    libraries.is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
    })
}
