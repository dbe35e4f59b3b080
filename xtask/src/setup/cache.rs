//! What takes long to make is kept in the user's cache folder, under a name that holds its version,
//! so that every clone of this repository finds it. A piece is made beside its place and moved there when complete.

use crate::problem::{At, Problem, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Where the piece called `key` is, or will be.
pub(super) fn place(key: &str) -> Result<PathBuf> {
    Ok(folder()?.join(key))
}

/// The piece called `key`; `make` fills an empty folder with it when it is not there yet.
///
/// Two runs may want the same piece: the second waits for the first. What an interrupted run has left is removed.
pub(super) fn get(key: &str, make: impl FnOnce(&Path) -> Result) -> Result<PathBuf> {
    let place = place(key)?;
    if place.is_dir() {
        return Ok(place);
    }
    let folder = folder()?;
    fs::create_dir_all(&folder).at(&folder)?;
    let lock = folder.join(format!("{key}.lock"));
    let held = File::create(&lock).at(&lock)?;
    if held.try_lock().is_err() {
        super::begin(&format!("another run is making {key}: waiting for it"));
        held.lock().at(&lock)?;
    }
    if place.is_dir() {
        return Ok(place);
    }
    let unfinished = folder.join(format!("{key}.unfinished"));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).at(&unfinished)?;
    }
    fs::create_dir(&unfinished).at(&unfinished)?;
    make(&unfinished)?;
    fs::rename(&unfinished, &place).at(&place)?;
    Ok(place)
}

fn folder() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    base.map(|base| base.join("svcscope")).ok_or_else(|| {
        Problem::new("there is no cache folder: neither XDG_CACHE_HOME nor HOME names one").fix("set HOME")
    })
}
