//! What the user brings along: Node, a C compiler, rustfmt and clippy. These are looked at, not installed.

use crate::problem::{Problem, Result};
use crate::run;
use std::process::Command;

const NODE_AT_LEAST: u32 = 20;

pub(super) fn node() -> Result<String> {
    let fix = "install Node 20 or newer with npm: https://nodejs.org, or `apt-get install nodejs npm` where that is new enough";
    let node = version("node").map_err(|problem| problem.fix(fix))?;
    let npm = version("npm").map_err(|problem| problem.fix(fix))?;
    let major = node.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_AT_LEAST) {
        return Err(Problem::new(format!("Node {node} is too old, {NODE_AT_LEAST} is needed")).fix(fix));
    }
    Ok(format!("{node}, npm {npm}"))
}

/// Rust links with it, and some of the tools compile C.
pub(super) fn c_compiler() -> Result<String> {
    let fix = "install one: `apt-get install gcc libc6-dev`, or Xcode's command line tools on macOS";
    let said = run::silent(Command::new("cc").arg("--version"))
        .map_err(|_| Problem::new("there is no C compiler `cc` on the PATH").fix(fix))?;
    Ok(first_line(&said))
}

pub(super) fn components() -> Result<String> {
    let fix = "rustup component add rustfmt clippy";
    let versions = ["fmt", "clippy"]
        .map(|tool| run::silent(Command::new(super::targets::cargo()).args([tool, "--version"])));
    let [fmt, clippy] = versions;
    let fmt = fmt.map_err(|_| Problem::new("rustfmt is not part of this Rust installation").fix(fix))?;
    let clippy = clippy.map_err(|_| Problem::new("clippy is not part of this Rust installation").fix(fix))?;
    let number = |said: &str| said.split_whitespace().nth(1).unwrap_or("?").to_owned();
    Ok(format!("rustfmt {}, clippy {}", number(&fmt), number(&clippy)))
}

fn version(program: &str) -> Result<String> {
    let said = run::silent(Command::new(program).arg("--version"))?;
    Ok(first_line(&said))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}
