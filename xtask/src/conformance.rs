//! `cargo xtask conformance`: recorded sessions played against the engine. The runner is a binary of the tests crate.

use std::process::{Command, ExitCode};

pub(crate) fn run(args: &[String]) -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut runner = Command::new(cargo);
    runner.args(["run", "--quiet", "--package", "svcscope-tests", "--bin", "conformance", "--"]).args(args);
    match runner.status() {
        Ok(status) => {
            status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(error) => {
            eprintln!("cargo cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}
