//! `cargo xtask VERB`: the only tool to remember. Each verb is a file.

mod bench;
mod build;
mod cli;
mod conformance;
mod fuzz;
mod pack;
mod play;
mod problem;
mod replay;
mod repo;
mod run;
mod schema;
mod serve;
mod setup;
mod site;
mod sizes;
mod stamp;
mod test;
mod totals;

use problem::{Problem, Result};
use std::process::ExitCode;

struct Verb {
    name: &'static str,
    help: &'static str,
    run: fn(&[String]) -> Result,
}

const VERBS: &[Verb] = &[
    Verb { name: "play", help: "build the playground and open it  [--no-open] [--port N]", run: play::run },
    Verb { name: "test", help: "run every test there is           [SECTION…]", run: test::run },
    Verb { name: "setup", help: "make ready what play and test need, and nothing else", run: setup::run },
    Verb { name: "build", help: "the engine as WebAssembly         -> target/engine/", run: build::run },
    Verb { name: "pack", help: "the npm package                   -> target/npm/", run: pack::run },
    Verb { name: "site", help: "the playground as a static site   -> target/site/", run: site::run },
    Verb { name: "cli", help: "run the packed command line       -- ARGS", run: cli::run },
    Verb {
        name: "conformance",
        help: "play recorded sessions             [PATH…] [--help]",
        run: conformance::run,
    },
    Verb { name: "replay", help: "the same in WebAssembly, and compare every answer", run: replay::run },
    Verb { name: "schema", help: "the table of API types            [--check]", run: schema },
    Verb {
        name: "fuzz", help: "hand the engine arbitrary input   [TARGET…] [--seconds N]", run: fuzz::run
    },
    Verb { name: "bench", help: "measure                           [NAME…]", run: bench::run },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        print!("{}", usage());
        return ExitCode::from(2);
    };
    if matches!(name.as_str(), "help" | "-h" | "--help") {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    }
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        eprint!("there is no verb {name:?}\n\n{}", usage());
        return ExitCode::from(2);
    };
    match (verb.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn schema(args: &[String]) -> Result {
    schema::run(repo::root(), args.iter().any(|arg| arg == "--check")).map_err(Problem::new)
}

fn usage() -> String {
    let rows: Vec<String> = VERBS.iter().map(|verb| format!("  {:<12} {}\n", verb.name, verb.help)).collect();
    format!("cargo xtask VERB\n\n{}", rows.concat())
}
