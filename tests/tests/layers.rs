//! The architecture of `core`, proven from its source: imports point down, files are small and say what they are.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom to the top. A layer uses itself and those that stand before it.
const LAYERS: &[&str] = &[
    "base",
    "manifest",
    "schema",
    "object",
    "store",
    "registry",
    "controllers",
    "node",
    "net",
    "print",
    "explain",
    "api",
    "kubectl",
    "cluster",
];

const MOST_LINES: usize = 600;

#[test]
fn imports_point_down() {
    report(&sources().iter().flat_map(upward_imports).collect::<Vec<_>>());
}

#[test]
fn files_are_small() {
    report(&sources().iter().filter_map(too_long).collect::<Vec<_>>());
}

#[test]
fn files_begin_by_saying_what_they_are() {
    report(&sources().iter().filter_map(unexplained).collect::<Vec<_>>());
}

/// A file of `core/src`.
struct Source {
    /// As it is shown.
    name: String,
    /// The path of its module: `["net", "dns"]` for `net/dns.rs` and for `net/dns/mod.rs`.
    module: Vec<String>,
    text: String,
}

/// A path of the crate that a file uses, as far as its layer.
#[derive(Debug, PartialEq, Eq)]
struct Use {
    line: usize,
    layer: String,
}

fn upward_imports(file: &Source) -> Vec<String> {
    // The root of the crate belongs to no layer: it names them all.
    let Some(here) = file.module.first() else { return Vec::new() };
    let Some(rank) = LAYERS.iter().position(|layer| layer == here) else {
        return vec![format!("{}:1: {here} is none of the layers", file.name)];
    };
    let objection = |used: &Use| match LAYERS.iter().position(|layer| *layer == used.layer) {
        Some(other) if other <= rank => None,
        Some(_) => Some(format!("{} stands above {here}: imports only point down", used.layer)),
        None => {
            Some(format!("`crate::{}` is none of the layers: use things where they are defined", used.layer))
        }
    };
    let uses = uses(&file.text, &file.module);
    uses.iter()
        .filter_map(|used| Some(format!("{}:{}: {}", file.name, used.line, objection(used)?)))
        .collect()
}

fn too_long(file: &Source) -> Option<String> {
    let lines = file.text.lines().count();
    let what = format!("{}:{lines}: more than {MOST_LINES} lines hold more than one concept", file.name);
    (lines > MOST_LINES).then_some(what)
}

fn unexplained(file: &Source) -> Option<String> {
    let what = format!("{}:1: a file begins with a `//!` line that says what it is", file.name);
    (!file.text.starts_with("//! ")).then_some(what)
}

/// What `text`, the file of `module`, uses of its crate: every path that begins with `crate`, or that climbs to the
/// crate's root with `super`. Macros' arguments count; comments and texts do not.
fn uses(text: &str, module: &[String]) -> Vec<Use> {
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{module:?} is not Rust: {error}"));
    let mut found = Vec::new();
    search(tokens, module, &mut found);
    found
}

fn search(tokens: TokenStream, module: &[String], found: &mut Vec<Use>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut rest = tokens.as_slice();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            TokenTree::Ident(word) if word == "mod" => {
                // `mod tests { … }`: inside, `super` means this module.
                if let [TokenTree::Ident(name), TokenTree::Group(body), after @ ..] = after {
                    let inner = [module, &[name.to_string()]].concat();
                    search(body.stream(), &inner, found);
                    rest = after;
                }
            }
            TokenTree::Ident(word) if word == "crate" || word == "super" => {
                let base = if word == "crate" { &[] } else { parent(module) };
                rest = path(after, base, found);
            }
            TokenTree::Group(group) => search(group.stream(), module, found),
            _ => {}
        }
    }
}

/// Reads on in a path that has come as far as the module `at`; answers with what follows it.
fn path<'a>(tokens: &'a [TokenTree], at: &[String], found: &mut Vec<Use>) -> &'a [TokenTree] {
    let [TokenTree::Punct(one), TokenTree::Punct(two), rest @ ..] = tokens else { return tokens };
    if (one.as_char(), two.as_char()) != (':', ':') {
        return tokens;
    }
    match rest {
        [TokenTree::Ident(word), rest @ ..] if word == "super" => path(rest, parent(at), found),
        // Not at the root: whatever it is, it lies in a layer that has been come through.
        [first, rest @ ..] if !at.is_empty() => {
            found.push(Use { line: first.span().start().line, layer: at[0].clone() });
            rest
        }
        [TokenTree::Group(group), rest @ ..] if group.delimiter() == Delimiter::Brace => {
            branches(group.stream(), found);
            rest
        }
        [first, rest @ ..] => {
            found.push(Use { line: first.span().start().line, layer: first.to_string() });
            rest
        }
        [] => rest,
    }
}

/// The first words in `{base::Text, store, net::{dns, proxy}}`.
fn branches(tokens: TokenStream, found: &mut Vec<Use>) {
    let mut begins = true;
    for token in tokens {
        if let (true, TokenTree::Ident(word)) = (begins, &token) {
            found.push(Use { line: word.span().start().line, layer: word.to_string() });
        }
        begins = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == ',');
    }
}

fn parent(module: &[String]) -> &[String] {
    module.split_last().map_or(&[], |(_, parent)| parent)
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    let files = files(&root);
    assert!(!files.is_empty(), "there is nothing in {}", root.display());
    files.iter().map(|file| read(&root, file)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let found = paths.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    found.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

fn read(root: &Path, file: &Path) -> Source {
    let inside = file.strip_prefix(root).unwrap_or(file);
    let module = inside.with_extension("");
    let words = module.iter().map(|word| word.to_string_lossy().into_owned());
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    Source {
        name: format!("core/src/{}", inside.display()),
        module: words.filter(|word| word != "mod" && word != "lib").collect(),
        text,
    }
}

fn report(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

mod the_rules_themselves {
    use super::*;

    fn source(name: &str, text: &str) -> Source {
        Source { text: text.to_owned(), ..source_of(name) }
    }

    fn source_of(name: &str) -> Source {
        let module = name.trim_end_matches(".rs").split('/').map(String::from).collect();
        Source { name: name.to_owned(), module, text: String::new() }
    }

    /// Every way to reach up from `store/index.rs`, and the line in which it is found.
    #[test]
    fn no_way_up_is_missed() {
        let cases = [
            ("use crate::api::Request;", 1),
            ("use crate::{base::Text,\n    net::dns};", 2),
            ("use crate::{\n    base::{Text, labels},\n    schema, kubectl};", 3),
            ("pub(crate) use super::super::registry::{Strategy};", 1),
            ("fn f() -> crate::cluster::Cluster { todo() }", 1),
            ("fn f() {\n    format!(\"{}\", crate::api::code());\n}", 2),
            ("mod tests {\n    use super::super::super::explain::finding;\n}", 2),
            ("macro_rules! m { () => { $crate::node::Kubelet } }", 1),
            ("use crate::Cluster;", 1),
            ("use crate::*;", 1),
            ("use super::super::{base, net};", 1),
        ];
        for (text, line) in cases {
            let found = upward_imports(&source("store/index.rs", text));
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].starts_with(&format!("store/index.rs:{line}: ")), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_points_down_or_stays_is_allowed() {
        let text = r#"
            //! As `crate::api` does.
            use super::Store;
            use crate::base::{Text, labels::Selector};
            use crate::{manifest, schema::Type, store::Object};
            pub(in crate::store) fn f() { let text = "crate::net::dns"; } // crate::kubectl
            pub(crate) fn g() { super::h(crate::object::Pod::new()) }
            mod tests {
                use super::*;
                use super::super::Store;
                use crate::base;
            }
        "#;
        assert_eq!(upward_imports(&source("store/index.rs", text)), Vec::<String>::new());
    }

    #[test]
    fn a_folder_that_is_no_layer_is_found() {
        let found = upward_imports(&source("util/strings.rs", ""));
        assert_eq!(found, ["util/strings.rs:1: util is none of the layers"]);
    }

    #[test]
    fn a_long_or_unexplained_file_is_found() {
        let long = source("base/names.rs", &"//! Names.\n".repeat(MOST_LINES + 1));
        assert!(too_long(&long).is_some_and(|found| found.starts_with("base/names.rs:601: ")));
        assert_eq!(too_long(&source("base/names.rs", &"\n".repeat(MOST_LINES))), None);
        assert!(unexplained(&source("base/names.rs", "use alloc::vec;\n")).is_some());
        assert_eq!(unexplained(&source("base/names.rs", "//! Names.\n")), None);
    }
}
