//! `cargo xtask VERB`: the only tool to remember. Each verb is a file.

mod conformance;
mod schema;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
    let args = std::env::args().skip(1).collect::<Vec<_>>();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["schema"] => schema::run(root, false),
        ["schema", "--check"] => schema::run(root, true),
        ["conformance", ..] => return conformance::run(args.get(1..).unwrap_or_default()),
        _ => Err("usage: cargo xtask schema [--check] | conformance [PATH…]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}
