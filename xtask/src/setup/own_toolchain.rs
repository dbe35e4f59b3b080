//! A Rust toolchain of our own, for machines where rustup is missing or cannot download: Debian's rustc and cargo,
//! with the standard library compiled for wasm32 and for a bare target from Debian's package of its source.
//!
//! It lies in the cache folder and consists of links, three small scripts and the compiled libraries.

use super::targets::{BARE, WASM};
use super::{apt, cache};
use crate::problem::{At, Problem, Result};
use crate::{repo, run};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "lld-22"];
const LIBRARY: &str = "/usr/lib/rustlib/src/rust/library/Cargo.toml";
const LINKER: &str = "/usr/bin/lld-22";
/// The files that `PACKAGES` bring.
const FILES: &[&str] = &["/usr/bin/rustc", "/usr/bin/cargo", LIBRARY, "/usr/bin/clippy-driver", LINKER];

/// What is compiled from the library's workspace for a target.
struct Library {
    target: &'static str,
    package: &'static str,
    features: &'static str,
}

const LIBRARIES: &[Library] = &[
    Library { target: WASM, package: "sysroot", features: "backtrace" },
    Library { target: BARE, package: "alloc", features: "compiler-builtins-mem" },
];

/// Where the toolchain is, if it has been made.
pub(super) fn made() -> Option<PathBuf> {
    let place = cache::place(&key(&debians_rustc()?)).ok()?;
    place.is_dir().then_some(place)
}

pub(super) fn make() -> Result<String> {
    if !FILES.iter().all(|file| Path::new(file).exists()) {
        apt::install(PACKAGES, "Rust for this target").map_err(|problem| {
            problem.fix(format!(
                "`rustup target add {WASM} {BARE}` where rustup can download; or as root: apt-get install {}",
                PACKAGES.join(" ")
            ))
        })?;
    }
    let rustc = debians_rustc().ok_or_else(|| Problem::new("/usr/bin/rustc does not run"))?;
    let key = key(&rustc);
    let place = cache::place(&key)?;
    let mut state = "in the cache";
    cache::get(&key, |dir| {
        state = "compiled";
        super::begin("compiling Rust's standard library for wasm32 and thumbv7em: about two minutes, once");
        lay_out(dir, &place, &rustc)?;
        LIBRARIES.iter().try_for_each(|library| compile(library, dir, &rustc))?;
        let build = dir.join("build");
        fs::remove_dir_all(&build).at(&build)
    })?;
    Ok(format!("Debian's rustc {}, {state}", rustc.release))
}

/// Which rustc Debian has.
struct Rustc {
    host: String,
    release: String,
    commit: String,
}

fn debians_rustc() -> Option<Rustc> {
    let said = run::silent(Command::new("/usr/bin/rustc").arg("-vV").env_remove("LD_LIBRARY_PATH")).ok()?;
    let field = |name: &str| said.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()));
    Some(Rustc { host: field("host:")?, release: field("release:")?, commit: field("commit-hash:")? })
}

/// The last letter changes with this recipe.
fn key(rustc: &Rustc) -> String {
    let commit: String = rustc.commit.chars().take(9).collect();
    format!("rust-{}-{}-{commit}-b", rustc.release, rustc.host)
}

/// Everything but the libraries. `dir` is where it is made, `place` where it will be.
fn lay_out(dir: &Path, place: &Path, rustc: &Rustc) -> Result {
    let bin = dir.join("bin");
    let rustlib = dir.join("lib/rustlib");
    let host = rustlib.join(&rustc.host);
    fs::create_dir_all(&bin).at(&bin)?;
    fs::create_dir_all(host.join("bin")).at(&host)?;
    // Debian's rustc takes its sysroot from its own location, so it is told ours.
    let place = place.display();
    let scripts = [
        ("rustc", format!("exec /usr/bin/rustc --sysroot '{place}' \"$@\"")),
        ("rustdoc", format!("exec /usr/bin/rustdoc --sysroot '{place}' \"$@\"")),
        ("clippy-driver", format!("SYSROOT='{place}' exec /usr/bin/clippy-driver \"$@\"")),
    ];
    for (name, line) in scripts {
        let script = bin.join(name);
        fs::write(&script, format!("#!/bin/sh\n{line}\n")).at(&script)?;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).at(&script)?;
    }
    // A copy: cargo-clippy looks for clippy-driver beside itself.
    fs::copy("/usr/bin/cargo-clippy", bin.join("cargo-clippy")).at(&bin)?;
    let links = [
        (PathBuf::from("/usr/bin/cargo"), bin.join("cargo")),
        (Path::new("/usr/lib/rustlib").join(&rustc.host).join("lib"), host.join("lib")),
        (PathBuf::from(LINKER), host.join("bin/rust-lld")),
        (PathBuf::from("/usr/lib/rustlib/src"), rustlib.join("src")),
    ];
    links.iter().try_for_each(|(from, to)| symlink(from, to).at(to))
}

fn compile(library: &Library, dir: &Path, rustc: &Rustc) -> Result {
    let build = dir.join("build");
    let source = fs::canonicalize("/usr/lib/rustlib/src/rust").at(Path::new("/usr/lib/rustlib/src/rust"))?;
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo.args(["build", "--quiet", "--locked", "--manifest-path", LIBRARY, "--target-dir"]).arg(&build);
    // The library's own profile for what is shipped: it keeps the bitcode that link-time optimisation needs.
    cargo.args(["--profile", "dist", "--target", library.target]);
    cargo.args(["-p", library.package, "--features", library.features]);
    cargo.current_dir("/");
    for leaked in [
        "RUSTUP_TOOLCHAIN",
        "RUSTDOC",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "LD_LIBRARY_PATH",
        "CARGO_ENCODED_RUSTFLAGS",
    ] {
        cargo.env_remove(leaked);
    }
    cargo.env("PATH", "/usr/bin:/bin").env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
    cargo.env("CARGO_PROFILE_DIST_DEBUG", "0");
    // The paths that a released standard library has in its messages, not those of this machine.
    let mut flags = format!(
        "-Zforce-unstable-if-unmarked --remap-path-prefix={}=/rustc/{}",
        source.display(),
        rustc.commit
    );
    if let Some(crates) = repo::cargo_home() {
        flags += &format!(" --remap-path-prefix={}=/rust", crates.display());
    }
    cargo.env("RUSTFLAGS", flags);
    run::silent(&mut cargo)?;

    let from = build.join(library.target).join("dist/deps");
    let to = dir.join("lib/rustlib").join(library.target).join("lib");
    fs::create_dir_all(&to).at(&to)?;
    for entry in fs::read_dir(&from).at(&from)? {
        let file = entry.at(&from)?.path();
        if let Some(name) = file.file_name().filter(|_| file.extension().is_some_and(|end| end == "rlib")) {
            fs::copy(&file, to.join(name)).at(&file)?;
        }
    }
    Ok(())
}
