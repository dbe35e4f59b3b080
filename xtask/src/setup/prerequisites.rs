//! What the user brings along: Node, a C compiler, rustfmt and clippy. These are looked at, not installed.

use crate::problem::{Problem, Result};
use crate::run;
use std::process::Command;

/// The releases of Node that Vite and the other tools run on. (The npm package runs on every 20.)
const NODE_AT_LEAST: &[(u32, u32)] = &[(20, 19), (22, 12)];

pub(super) fn node() -> Result<String> {
    let fix = "install Node 20.19, 22.12 or newer, with npm: https://nodejs.org";
    let node = version("node").map_err(|problem| problem.fix(fix))?;
    let npm = version("npm").map_err(|problem| problem.fix(fix))?;
    if !is_new_enough(&node) {
        return Err(Problem::new(format!("Node {node} is too old")).fix(fix));
    }
    Ok(format!("{node}, npm {npm}"))
}

/// Within a major version of the table the minor one counts; above all of them anything will do.
fn is_new_enough(version: &str) -> bool {
    let mut numbers =
        version.trim_start_matches('v').split('.').map_while(|number| number.parse::<u32>().ok());
    let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) else { return false };
    let newest = NODE_AT_LEAST.iter().map(|(major, _)| *major).max();
    NODE_AT_LEAST.iter().any(|&(of, least)| major == of && minor >= least) || Some(major) > newest
}

#[test]
fn node_has_to_be_one_that_the_tools_run_on() {
    let cases = [
        ("v18.20.4", false),
        ("v20.18.9", false),
        ("v20.19.0", true),
        ("v21.7.3", false),
        ("v22.11.0", false),
        ("v22.12.0", true),
        ("v23.0.0", true),
        ("v100.1.0", true),
        ("nonsense", false),
    ];
    for (version, enough) in cases {
        assert_eq!(is_new_enough(version), enough, "{version}");
    }
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
