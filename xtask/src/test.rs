//! `cargo xtask test`: sets up what is missing and runs every test there is, section by section.
//! What fails does not hide what comes after it; at the end stands one line of totals.

use crate::problem::{Problem, Result};
use crate::setup::{self, Step, Toolchain};
use crate::totals::{self, Totals};
use crate::{build, conformance, pack, replay, repo, run, schema, site, sizes};
use std::process::Command;
use std::time::{Duration, Instant};

/// No single command of a test run takes so long unless it hangs.
const LIMIT: Duration = Duration::from_secs(20 * 60);

struct Section {
    name: &'static str,
    help: &'static str,
    needs: &'static [Step],
    work: fn(&mut Tally) -> Result,
}

use setup::{
    BARE_TARGET, BROWSER, C_COMPILER, NODE, PACKAGE_NPM, RUST_COMPONENTS, WASM_BINDGEN, WASM_PACK,
    WASM_TARGET, WEB_NPM,
};

/// In this order: what is quick and what others rest on comes first.
const SECTIONS: &[Section] = &[
    Section { name: "format", help: "rustfmt", needs: &[RUST_COMPONENTS], work: format },
    Section { name: "lint", help: "clippy", needs: &[C_COMPILER, RUST_COMPONENTS, WASM_TARGET], work: lint },
    Section { name: "generated", help: "what is generated and committed", needs: &[], work: generated },
    Section { name: "rust", help: "cargo test", needs: &[C_COMPILER], work: rust },
    Section { name: "conformance", help: "recorded sessions", needs: &[C_COMPILER], work: conformance },
    Section { name: "kernel", help: "rendered rules in the kernel", needs: &[C_COMPILER], work: kernel },
    Section { name: "no-std", help: "core without std", needs: &[WASM_TARGET, BARE_TARGET], work: no_std },
    Section { name: "replay", help: "the same in WebAssembly", needs: REPLAY, work: replay },
    Section { name: "package", help: "the npm package", needs: PACKAGE, work: package },
    Section { name: "chrome", help: "the engine in Chrome", needs: CHROME, work: chrome },
    Section { name: "web", help: "the playground's code", needs: SITE, work: web },
    Section { name: "site", help: "the playground in Chrome", needs: SITE_IN_CHROME, work: in_browser },
];

const REPLAY: &[Step] = &[C_COMPILER, NODE, WASM_TARGET];
const PACKAGE: &[Step] = &[C_COMPILER, NODE, WASM_TARGET, WASM_BINDGEN, PACKAGE_NPM, BROWSER];
const CHROME: &[Step] = &[C_COMPILER, WASM_TARGET, WASM_BINDGEN, WASM_PACK, BROWSER];
const SITE: &[Step] = &[C_COMPILER, NODE, WASM_TARGET, WASM_BINDGEN, PACKAGE_NPM, WEB_NPM];
const SITE_IN_CHROME: &[Step] = &[C_COMPILER, NODE, WASM_TARGET, WASM_BINDGEN, PACKAGE_NPM, WEB_NPM, BROWSER];

pub(crate) fn run(names: &[String]) -> Result {
    let sections = chosen(names)?;
    let steps: Vec<Step> = setup::ALL
        .iter()
        .filter(|step| sections.iter().any(|section| needs(section, step)))
        .copied()
        .collect();
    let start = Instant::now();
    let missing = setup::attempt(&steps);
    for (_, problem) in &missing {
        println!("{problem}");
    }
    let reports: Vec<Report> = sections.iter().map(|section| report(section, &missing)).collect();
    conclude(&reports, start)
}

fn chosen(names: &[String]) -> Result<Vec<&'static Section>> {
    if let Some(name) = names.iter().find(|name| !SECTIONS.iter().any(|section| section.name == *name)) {
        let known: Vec<&str> = SECTIONS.iter().map(|section| section.name).collect();
        return Err(Problem::new(format!("there is no section {name:?}, but {}", known.join(", "))));
    }
    Ok(SECTIONS
        .iter()
        .filter(|section| names.is_empty() || names.iter().any(|name| name == section.name))
        .collect())
}

fn needs(section: &Section, step: &Step) -> bool {
    section.needs.iter().any(|need| need.name == step.name)
}

/// What a section has come to.
struct Report {
    name: &'static str,
    totals: Totals,
    failures: Vec<String>,
    time: Duration,
}

fn report(section: &Section, missing: &[(Step, Problem)]) -> Report {
    println!("\n==== {}: {}", section.name, section.help);
    let start = Instant::now();
    let mut tally = Tally::default();
    let done = match missing.iter().find(|(step, _)| needs(section, step)) {
        Some((step, _)) => Err(Problem::new(format!("not run, for want of {}", step.name))),
        None => (section.work)(&mut tally),
    };
    if done.is_err() {
        tally.check("it could not be run", done);
    }
    Report { name: section.name, totals: tally.totals, failures: tally.failures, time: start.elapsed() }
}

fn conclude(reports: &[Report], start: Instant) -> Result {
    println!("\n{:<12}{:>8}{:>8}{:>10}", "section", "passed", "failed", "seconds");
    let mut sum = Totals::default();
    for Report { name, totals, time, .. } in reports {
        println!("{name:<12}{:>8}{:>8}{:>10.1}", totals.passed, totals.failed, time.as_secs_f32());
        sum += *totals;
    }
    println!("{:<28}{:>10.1}", "", start.elapsed().as_secs_f32());
    for report in reports {
        for failure in &report.failures {
            println!("FAILED {}: {failure}", report.name);
        }
    }
    println!("\n{} passed, {} failed", sum.passed, sum.failed);
    if sum.failed == 0 { Ok(()) } else { std::process::exit(1) }
}

/// Counts as a section goes on.
#[derive(Default)]
struct Tally {
    totals: Totals,
    failures: Vec<String>,
}

impl Tally {
    /// Something that is right or wrong as a whole.
    fn check(&mut self, what: &str, result: Result) {
        match result {
            Ok(()) => self.totals.passed += 1,
            Err(problem) => {
                println!("{problem}");
                self.fail(what);
            }
        }
    }

    /// A command that is right if it ends well.
    fn command(&mut self, what: &str, command: &mut Command) {
        self.check(what, run::heard(command, LIMIT).1);
    }

    /// A command that runs tests and counts them itself. It counts as one failure more when it ends
    /// badly without a failed test, or well without any test: then it was something else that it did.
    fn tests(&mut self, what: &str, command: &mut Command) {
        let (output, result) = run::heard(command, LIMIT);
        let totals = totals::read(&output);
        self.totals += totals;
        if totals.failed > 0 {
            self.failures.push(format!("{what}: {} tests", totals.failed));
        } else if let Err(problem) = result {
            println!("{problem}");
            self.fail(what);
        } else if totals.passed == 0 {
            self.fail(&format!("{what}: no tests were run"));
        }
    }

    /// What the conformance runner says: how many cases pass, and which have passed before and do not now.
    fn score(&mut self, output: &str, result: Result) {
        let score = output.lines().find_map(|line| line.strip_prefix("total: ")).map(totals::read);
        self.totals.passed += score.unwrap_or_default().passed;
        let lost: Vec<&str> = output.lines().filter(|line| line.starts_with("passed once and ")).collect();
        lost.iter().for_each(|line| self.fail(line));
        if let (Err(problem), true) = (result, lost.is_empty()) {
            println!("{problem}");
            self.fail("cargo xtask conformance --check");
        }
    }

    fn fail(&mut self, what: &str) {
        self.totals.failed += 1;
        self.failures.push(what.to_owned());
    }
}

fn cargo() -> Command {
    let mut cargo = Toolchain::Active.cargo();
    cargo.current_dir(repo::root());
    cargo
}

fn format(tally: &mut Tally) -> Result {
    tally.command("cargo fmt", cargo().args(["fmt", "--all", "--check"]));
    Ok(())
}

fn lint(tally: &mut Tally) -> Result {
    let clippy = ["clippy", "--quiet", "--all-targets"];
    let strictly = ["--", "-D", "warnings"];
    tally.command("clippy", cargo().args(clippy).arg("--workspace").args(strictly));
    let mut wasm = build::cargo()?;
    tally.command("clippy for wasm32", wasm.args(clippy).args(["-p", build::CRATE]).args(strictly));
    Ok(())
}

fn generated(tally: &mut Tally) -> Result {
    tally.check("the table of API types", schema::run(repo::root(), true).map_err(Problem::new));
    Ok(())
}

/// Unit tests, integration tests and the examples in the documentation of the whole workspace.
fn rust(tally: &mut Tally) -> Result {
    tally.tests("cargo test", cargo().args(["test", "--workspace", "--no-fail-fast"]));
    Ok(())
}

/// What needs root is no part of `cargo test`; without it the tests say so and pass.
fn kernel(tally: &mut Tally) -> Result {
    let test = ["test", "--quiet", "-p", "svcscope-tests", "--test", "kernel"];
    let shown = ["--", "--ignored", "--nocapture"];
    tally.tests("rendered rules in the kernel", cargo().args(test).args(shown));
    Ok(())
}

fn no_std(tally: &mut Tally) -> Result {
    for target in [setup::BARE, setup::WASM] {
        let mut cargo = setup::toolchain(target)?.cargo();
        cargo.current_dir(repo::root()).args(["build", "-p", "svcscope-core", "--target", target]);
        tally.command(&format!("core for {target}"), &mut cargo);
    }
    Ok(())
}

/// Cases that do not pass yet are no failures; those that did before and do not now are.
fn conformance(tally: &mut Tally) -> Result {
    let (output, result) = run::heard(conformance::runner().arg("--check").current_dir(repo::root()), LIMIT);
    tally.score(&output, result);
    Ok(())
}

/// Each case is answered in WebAssembly as it is natively.
fn replay(tally: &mut Tally) -> Result {
    tally.check("wasm = native", replay::run(&[]));
    Ok(())
}

/// The tests install the tarball as a user would.
fn package(tally: &mut Tally) -> Result {
    let tarball = pack::package()?;
    tally.check("sizes", sizes::print(&build::wasm()));
    let mut npm = npm_run("wasm/npm", "test");
    npm.env("SVCSCOPE_TARBALL", tarball);
    tally.tests("npm test in wasm/npm", &mut with_browser(npm));
    Ok(())
}

fn chrome(tally: &mut Tally) -> Result {
    let driver = setup::chromedriver().ok_or_else(|| Problem::new("there is no chromedriver"))?;
    let bindgen = setup::wasm_bindgen()?;
    let mut command = Command::new(setup::wasm_pack()?);
    setup::toolchain(setup::WASM)?.lend_to(&mut command);
    // wasm-pack takes the wasm-bindgen that it finds on the PATH when its version is the right one.
    let lent = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path);
    let path = run::path_with(bindgen.parent().unwrap_or(&bindgen), lent.map(Into::into));
    command.args(["test", "--headless", "--chrome", "--mode", "no-install", "--chromedriver"]);
    command.arg(driver).arg("wasm").env("PATH", path).current_dir(repo::root());
    tally.tests("wasm-pack test", &mut with_browser(command));
    Ok(())
}

/// Types, style and units; the types of the engine come from the package.
fn web(tally: &mut Tally) -> Result {
    pack::package()?;
    tally.command("npm run check in web", &mut npm_run("web", "check"));
    tally.tests("npm test in web", &mut npm_run("web", "test"));
    Ok(())
}

fn in_browser(tally: &mut Tally) -> Result {
    site::build()?;
    tally.tests("npm run e2e in web", &mut with_browser(npm_run("web", "e2e")));
    Ok(())
}

fn npm_run(folder: &str, script: &str) -> Command {
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", script]).current_dir(repo::root().join(folder)).env("CI", "1");
    npm
}

/// Says which browser to use.
fn with_browser(mut command: Command) -> Command {
    if let Some(browser) = setup::chromium() {
        command.env("CHROME_BIN", browser);
    }
    command
}
