//! `cargo xtask conformance`: plays recorded files and says what passed.

use std::process::ExitCode;
use svcscope_tests::conformance::command;

fn main() -> ExitCode {
    match command::run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
