//! Chromium and its driver, for the tests that run in a real browser.

use super::apt;
use crate::problem::{Problem, Result};
use crate::run;
use std::path::{Path, PathBuf};
use std::process::Command;

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser: `CHROME_BIN` where the user has set it, else the first on the PATH.
pub(crate) fn chromium() -> Option<PathBuf> {
    chosen("CHROME_BIN").or_else(|| run::find(BROWSERS))
}

/// What drives the browser: `CHROMEDRIVER` where the user has set it, else the one on the PATH.
pub(crate) fn chromedriver() -> Option<PathBuf> {
    chosen("CHROMEDRIVER").or_else(|| run::find(&["chromedriver"]))
}

pub(super) fn install() -> Result<String> {
    if chromium().is_none() || chromedriver().is_none() {
        apt::install(&["chromium", "chromium-driver"], "Chromium, or its driver,").map_err(or_set)?;
    }
    let (Some(browser), Some(driver)) = (chromium(), chromedriver()) else {
        return Err(or_set(Problem::new("Chromium or its driver is still not on the PATH")));
    };
    let [browser, driver] = [major(&browser)?, major(&driver)?];
    if browser != driver {
        let what = format!("Chromium is version {browser}, its driver version {driver}");
        return Err(or_set(Problem::new(what)));
    }
    Ok(format!("version {browser}, with its driver"))
}

fn or_set(problem: Problem) -> Problem {
    problem.fix("as root: apt-get install chromium chromium-driver; or let CHROME_BIN and CHROMEDRIVER name a pair of one version")
}

/// The first number of what `--version` says: "Chromium 156.0.8078.79 built on …".
fn major(program: &Path) -> Result<String> {
    let said = run::silent(Command::new(program).arg("--version"))?;
    let number = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let major = number.and_then(|number| number.split('.').next());
    major
        .map(String::from)
        .ok_or_else(|| Problem::new(format!("{} says no version: {said}", program.display())))
}

fn chosen(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}
