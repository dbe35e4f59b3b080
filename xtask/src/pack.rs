//! `cargo xtask pack`: the npm package, staged in `target/npm/package/` and packed beside it.

use crate::problem::{At, Problem, Result};
use crate::{build, repo, run, setup, sizes, stamp};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ENGINE: &[&str] = &["svcscope.js", "svcscope.d.ts", "svcscope_bg.wasm"];
/// Only for working on the package, not for using it.
const NOT_SHIPPED: &[&str] = &["devDependencies", "scripts"];

pub(crate) fn run(_: &[String]) -> Result {
    setup::ensure(setup::ENGINE)?;
    let tarball = package()?;
    sizes::print(&build::wasm())?;
    println!("{}", tarball.display());
    Ok(())
}

/// Builds the engine and the package around it; answers with the tarball. Needs `setup::ENGINE`.
pub(crate) fn package() -> Result<PathBuf> {
    build::engine()?;
    eprintln!("npm package");
    let source = repo::root().join("wasm/npm");
    let licences = ["LICENSE-APACHE", "LICENSE-MIT"].map(|name| repo::root().join(name));
    let out = repo::out("npm");
    let inputs = [&[source.clone(), repo::out("engine")][..], &licences].concat();
    stamp::unless_fresh(&out.join(".stamp"), &inputs, &[include_str!("pack.rs")], || {
        if out.exists() {
            fs::remove_dir_all(&out).at(&out)?;
        }
        stage(&source, &out.join("package"), &licences)?;
        let mut npm = Command::new("npm");
        npm.args(["pack", "--silent", "--pack-destination"]).arg(&out).current_dir(out.join("package"));
        run::silent(&mut npm).map(|_| ())
    })?;
    tarball(&out)
}

fn tarball(out: &Path) -> Result<PathBuf> {
    let files = fs::read_dir(out).at(out)?.flatten().map(|entry| entry.path());
    let mut packed = files.filter(|file| file.extension().is_some_and(|end| end == "tgz"));
    packed.next().ok_or_else(|| Problem::new(format!("npm pack has left no tarball in {}", out.display())))
}

fn stage(source: &Path, package: &Path, licences: &[PathBuf]) -> Result {
    fs::create_dir_all(package.join("wasm")).at(package)?;
    for name in ENGINE {
        copy(&repo::out("engine").join(name), &package.join("wasm").join(name))?;
    }
    for name in ["package.json", "README.md"] {
        copy(&source.join(name), &package.join(name))?;
    }
    for licence in licences {
        copy(licence, &package.join(licence.file_name().unwrap_or_default()))?;
    }
    // package.json says that these are modules: the compiler looks for it beside them.
    let tsc = source.join("node_modules/typescript/bin/tsc");
    run::silent(Command::new("node").arg(tsc).arg("--project").arg(source))?;
    run::silent(Command::new("npm").args(["pkg", "delete"]).args(NOT_SHIPPED).current_dir(package))
        .map(|_| ())
}

fn copy(from: &Path, to: &Path) -> Result {
    fs::copy(from, to).at(from).map(|_| ())
}
