//! npm packages, exactly as the lock files name them.

use crate::problem::Result;
use crate::{repo, run, stamp};
use std::process::Command;

/// TypeScript, wasm-opt and what the tests of the npm package use.
pub(super) fn package() -> Result<String> {
    ci("wasm/npm")
}

/// What the playground is made of and made with.
pub(super) fn web() -> Result<String> {
    ci("web")
}

/// What the engine is measured beside.
pub(crate) fn bench() -> Result<String> {
    ci("xtask/bench")
}

fn ci(folder: &str) -> Result<String> {
    let folder = repo::root().join(folder);
    let inputs = [folder.join("package.json"), folder.join("package-lock.json")];
    let done = stamp::unless_fresh(&folder.join("node_modules/.svcscope-stamp"), &inputs, &[], || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--prefer-offline"]).current_dir(&folder);
        // Tests use the Chromium that set-up finds.
        npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        run::silent(&mut npm).map(|_| ())
    })?;
    Ok(if done { "installed" } else { "as package-lock.json says" }.to_owned())
}
