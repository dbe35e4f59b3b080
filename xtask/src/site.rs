//! `cargo xtask site`: the playground as a static site that any host can serve, under any path: `target/site/`.

use crate::problem::Result;
use crate::{pack, repo, run, setup, stamp};
use std::process::Command;

pub(crate) fn run(_: &[String]) -> Result {
    setup::ensure(setup::SITE)?;
    build()?;
    println!("{}", repo::out("site").display());
    Ok(())
}

/// Builds the site, and before it the package that it uses. Needs `setup::SITE`.
pub(crate) fn build() -> Result {
    pack::package()?;
    eprintln!("site");
    let web = repo::root().join("web");
    let inputs = [web.clone(), repo::out("npm/package")];
    stamp::unless_fresh(&repo::out("site").join(".stamp"), &inputs, &[], || {
        let mut npm = Command::new("npm");
        run::silent(npm.args(["run", "build"]).current_dir(&web).env("NO_COLOR", "1")).map(|_| ())
    })?;
    Ok(())
}
