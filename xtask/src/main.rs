//! `cargo xtask VERB`: the only tool to remember. Each verb is a file.

fn main() {
    eprintln!("cargo xtask play | test");
    std::process::exit(2);
}
