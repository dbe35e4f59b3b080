//! `cargo xtask cli -- ARGS`: the command line as users get it, installed from the tarball.

use crate::problem::{At, Result};
use crate::{pack, repo, run, setup, stamp};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

pub(crate) fn run(args: &[String]) -> Result {
    setup::ensure(setup::ENGINE)?;
    let program = installed()?;
    eprintln!();
    let args = args.strip_prefix(&["--".to_owned()][..]).unwrap_or(args);
    let status = run::status(Command::new(program).args(args))?;
    // The command's exit code is the answer; it has said itself what it means.
    if status.success() { Ok(()) } else { std::process::exit(status.code().unwrap_or(1)) }
}

/// Installs the tarball into a folder of its own and answers with the command.
fn installed() -> Result<PathBuf> {
    let tarball = pack::package()?;
    let folder = repo::out("cli");
    stamp::unless_fresh(&folder.join(".stamp"), std::slice::from_ref(&tarball), &[], || {
        fs::create_dir_all(&folder).at(&folder)?;
        fs::write(folder.join("package.json"), "{ \"private\": true }\n").at(&folder)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--no-package-lock"]).arg(&tarball);
        run::silent(npm.current_dir(&folder)).map(|_| ())
    })?;
    Ok(folder.join("node_modules/.bin/svcscope"))
}
