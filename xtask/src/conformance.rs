//! `cargo xtask conformance`: recorded sessions played against the engine. The runner is a binary of the tests crate.

use crate::problem::Result;
use crate::run;
use crate::setup::Toolchain;
use std::process::Command;

pub(crate) fn run(args: &[String]) -> Result {
    let status = run::status(runner().args(args))?;
    // The runner has said itself what its exit code means.
    if status.success() { Ok(()) } else { std::process::exit(status.code().unwrap_or(1)) }
}

/// The runner; its options stand in `cargo xtask conformance --help`.
pub(crate) fn runner() -> Command {
    let mut cargo = Toolchain::Active.cargo();
    cargo.args(["run", "--quiet", "--package", "svcscope-tests", "--bin", "conformance", "--"]);
    cargo
}
