//! Work is skipped while nothing it depends on has changed since it last succeeded.

use crate::problem::{At, Result};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

/// Does `work` unless `stamp` says that it was done with these very inputs; says whether it did.
///
/// `inputs` are files and folders (contents count, not times), `facts` anything else such as versions.
/// Keep the stamp inside what the work leaves behind: then deleting that makes it be done again.
pub(crate) fn unless_fresh(
    stamp: &Path,
    inputs: &[PathBuf],
    facts: &[&str],
    work: impl FnOnce() -> Result,
) -> Result<bool> {
    let now = fingerprint(inputs, facts)?;
    if std::fs::read_to_string(stamp).is_ok_and(|then| then == now) {
        return Ok(false);
    }
    let _ = std::fs::remove_file(stamp);
    work()?;
    std::fs::write(stamp, now).at(stamp)?;
    Ok(true)
}

fn fingerprint(inputs: &[PathBuf], facts: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    facts.hash(&mut hasher);
    for input in inputs {
        for file in files(input)? {
            file.hash(&mut hasher);
            std::fs::read(&file).at(&file)?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// All files at or under `path`, sorted; not those that tools leave behind.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>> {
    const LEFT_BEHIND: &[&str] = &["node_modules", "target", "dist", "test-results", "playwright-report"];
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).at(path)? {
        let entry = entry.at(path)?;
        let ours = !LEFT_BEHIND.iter().any(|name| entry.file_name() == *name);
        if entry.file_type().at(path)?.is_dir() {
            if ours {
                found.extend(files(&entry.path())?);
            }
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

#[test]
fn work_is_done_once_and_again_when_a_file_or_a_fact_changes() {
    let dir = std::env::temp_dir().join(format!("svcscope-stamp-{}", std::process::id()));
    std::fs::create_dir_all(dir.join("in")).expect("a temporary folder can be made");
    let write = |text: &str| std::fs::write(dir.join("in/a"), text).expect("it can be written to");
    let done = |fact: &str| {
        unless_fresh(&dir.join("stamp"), &[dir.join("in")], &[fact], || Ok(())).expect("the work succeeds")
    };
    write("1");
    assert_eq!([done("x"), done("x"), done("y"), done("y")], [true, false, true, false]);
    write("2");
    assert_eq!([done("y"), done("y")], [true, false]);
    std::fs::remove_dir_all(&dir).expect("it can be removed");
}
