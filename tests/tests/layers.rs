//! The architecture of `core`, proven from its source: imports point down, files are small and say what they are.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom to the top. A layer uses itself and those that stand before it.
const LAYERS: &[&str] = &[
    "base", "manifest", "schema", "object", "store", "registry", "controllers", "node", "net", "print", "explain", "api",
    "kubectl", "cluster",
];

const MOST_LINES: usize = 600;

#[test]
fn imports_point_down() {
    assert_none(violations(|file| {
        let here = file.layer()?;
        let rank = rank(here).ok_or_else(|| vec![file.at(1, &format!("{here} is not one of the layers"))])?;
        let uses = uses(&file.text, &file.module).map_err(|error| vec![file.at(1, &error)])?;
        Ok(uses.iter().filter_map(|used| Some(file.at(used.line, &objection(here, rank, used)?))).collect())
    }));
}

#[test]
fn files_are_small() {
    assert_none(violations(|file| {
        let lines = file.text.lines().count();
        let what = format!("{lines} lines: more than {MOST_LINES} hold more than one concept");
        Ok(if lines > MOST_LINES { vec![file.at(lines, &what)] } else { vec![] })
    }));
}

#[test]
fn files_begin_by_saying_what_they_are() {
    assert_none(violations(|file| {
        let says = file.text.lines().next().is_some_and(|line| line.starts_with("//! "));
        Ok(if says { vec![] } else { vec![file.at(1, "the first line is no `//!` doc comment")] })
    }));
}
