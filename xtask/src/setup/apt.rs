//! Debian's package manager: used as root or through sudo, else the command is shown.

use crate::problem::{Problem, Result};
use crate::run;
use std::io::IsTerminal;
use std::process::Command;

/// Installs `packages`; `why` says what they are for.
pub(super) fn install(packages: &[&str], why: &str) -> Result {
    let by_hand = format!("apt-get install {}", packages.join(" "));
    if run::find(&["apt-get"]).is_none() {
        return Err(Problem::new(format!("{why} is missing, and there is no apt-get to install it with")));
    }
    let Some(root) = become_root() else {
        let fix = format!("as root: {by_hand}");
        return Err(Problem::new(format!("{why} is missing; installing it takes root")).fix(fix));
    };
    super::begin(&by_hand);
    let apt_get = |args: &[&str]| {
        let mut words = root.to_vec();
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=600"]);
        words.extend(args);
        let [program, args @ ..] = words.as_slice() else { return Ok(String::new()) };
        run::silent(Command::new(program).args(args))
    };
    let mut args = vec!["install", "-y", "--no-install-recommends"];
    args.extend(packages);
    // The lists of a fresh machine are empty, those of an old one name packages that are gone.
    apt_get(&args)
        .or_else(|_| apt_get(&["update"]).and_then(|_| apt_get(&args)))
        .map(|_| ())
        .map_err(|problem| problem.fix(format!("as root: apt-get update && {by_hand}")))
}

/// The words to put before a command that needs root, where there is a way.
fn become_root() -> Option<&'static [&'static str]> {
    let user = run::silent(Command::new("id").arg("-u")).ok()?;
    if user.trim() == "0" {
        return Some(&[]);
    }
    run::find(&["sudo"])?;
    let without_asking = run::silent(Command::new("sudo").args(["-n", "true"])).is_ok();
    // Somebody at a terminal can type the password; sudo asks for it there, not on standard input.
    (without_asking || std::io::stdin().is_terminal()).then_some(&["sudo"])
}
