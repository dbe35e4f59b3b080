//! Manifests: real ones, arbitrary ones, and those that mean harm.

use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::{env, fs};
use svcscope_core::base::{Value, json};
use svcscope_core::manifest::{self, Document, Node, NodeKind, Span, limits, source_map, yaml};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "yml" || e == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The manifests beside this file, and those under `SVCSCOPE_MANIFESTS` where that is set: files of others, which are
/// not in the repository.
fn real_manifests() -> Vec<(PathBuf, String)> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests");
    let theirs = env::var_os("SVCSCOPE_MANIFESTS").map(PathBuf::from);
    let all = [Some(ours), theirs].into_iter().flatten().flat_map(|folder| files(&folder));
    all.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn real_manifests_are_read_as_other_parsers_read_them() {
    let manifests = real_manifests();
    assert!(manifests.len() > 5);
    for (path, text) in manifests {
        let ours: Vec<serde_json::Value> = manifest::read(&text)
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
            .iter()
            .map(as_json)
            .collect();
        let theirs: Vec<serde_json::Value> = serde_yaml::Deserializer::from_str(&text)
            .map(|document| serde::Deserialize::deserialize(document).unwrap())
            .filter(|document: &serde_json::Value| !document.is_null())
            .collect();
        assert!(!ours.is_empty(), "{}", path.display());
        assert_eq!(ours, theirs, "{}", path.display());
    }
}

fn as_json(document: &Document) -> serde_json::Value {
    serde_json::from_str(&json::to_string(&document.node.to_value())).unwrap()
}

#[test]
fn carriage_returns_change_nothing_but_places() {
    for (path, text) in real_manifests() {
        let unix = text.replace("\r\n", "\n");
        let windows = unix.replace('\n', "\r\n");
        let (unix_read, windows_read) = (manifest::read(&unix).unwrap(), manifest::read(&windows).unwrap());
        assert_eq!(unix_read.len(), windows_read.len(), "{}", path.display());
        for (a, b) in unix_read.iter().zip(&windows_read) {
            assert_eq!(a.node.to_value(), b.node.to_value());
            assert_eq!(scalars(&unix, &a.node), scalars(&windows, &b.node), "{}", path.display());
        }
    }
}

/// The text of all that stands on one line, as its place has it.
fn scalars(text: &str, node: &Node) -> Vec<String> {
    let here = |span: Span| text[span.start..span.end].to_owned();
    match &node.kind {
        NodeKind::Map(entries) => entries
            .iter()
            .flat_map(|(key, value)| [vec![here(key.span)], scalars(text, value)].concat())
            .collect(),
        NodeKind::List(items) => items.iter().flat_map(|item| scalars(text, item)).collect(),
        _ => vec![here(node.span)].into_iter().filter(|text| !text.contains('\n')).collect(),
    }
}

#[test]
fn a_field_is_found_in_the_text_and_the_text_names_its_field() {
    let text = "
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: {app: \"a b\", app.kubernetes.io/name: web}
  annotations:
spec:
  ports:
  - name: http   # the first
    port: 80
  - &p {name: https, port: 0x1bb, protocol: TCP}
  - *p
  - <<: *p
    nodePort: 30001
  selector:
    app: |
      web
";
    let node = &manifest::read(text).unwrap()[0].node;
    for (path, underlined, exact) in [
        ("spec.ports[0].port", "80", true),
        ("spec.ports[1].port", "0x1bb", true),
        ("spec.ports[1]", "&p {name: https, port: 0x1bb, protocol: TCP}", true),
        ("spec.ports[2]", "*p", true),
        ("spec.ports[2].port", "0x1bb", true),
        ("spec.ports[3].nodePort", "30001", true),
        ("spec.ports[3].protocol", "TCP", true),
        ("spec.ports[3].targetPort", "<<: *p\n    nodePort: 30001", false),
        ("spec.ports[4].port", "ports", false),
        (".spec.ports[port=443,protocol=\"TCP\"].name", "https", true),
        (".spec.ports[port=80,protocol=\"TCP\"].name", "http", true),
        (
            "spec.ports",
            "- name: http   # the first\n    port: 80\n  - &p {name: https, port: 0x1bb, protocol: TCP}\n  - *p\n  - <<: *p\n    nodePort: 30001",
            true,
        ),
        ("spec.selector[app]", "|\n      web", true),
        ("spec.selector.app", "|\n      web", true),
        ("metadata.labels[app.kubernetes.io/name]", "web", true),
        ("metadata.labels.app.kubernetes.io/name", "web", true),
        ("metadata.labels[app]", "\"a b\"", true),
        ("metadata.labels[tier]", "labels", false),
        ("metadata.annotations", "annotations", true),
        ("metadata.annotations[x]", "annotations", false),
        ("metadata.namespace", "metadata", false),
        ("spec.clusterIP", "spec", false),
        ("status.loadBalancer", "apiVersion", false),
        ("<nil>", &text[1..text.len() - 1], true),
    ] {
        let place = source_map::place(node, path);
        let span = place.span();
        assert_eq!((&text[span.start..span.end], place.exact), (underlined, exact), "{path}");
    }
    for (word, path) in [
        ("v1", "apiVersion"),
        ("http ", "spec.ports[0].name"),
        ("# the first", "spec.ports[0]"),
        ("0x1bb", "spec.ports[1].port"),
        ("*p\n  - <<", "spec.ports[2]"),
        ("30001", "spec.ports[3].nodePort"),
        ("<<", "spec.ports[3]"),
        ("web}", "metadata.labels[app.kubernetes.io/name]"),
        ("annotations", "metadata.annotations"),
        ("web\n", "metadata.name"),
        ("metadata", "metadata"),
    ] {
        assert_eq!(source_map::path_at(node, text.find(word).unwrap()), path, "{word}");
    }
}

#[test]
fn what_means_harm_is_refused_by_name_and_soon() {
    let nested = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    let laughs = (1..9).fold("a0: &a0 [x]\n".to_owned(), |text, level| {
        let aliases = format!("*a{},", level - 1).repeat(10);
        format!("{text}a{level}: &a{level} [{aliases}]\n")
    });
    let shared = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a,".repeat(100_000));
    let too_deep = format!("exceeded max depth of {}", limits::MAX_DEPTH);
    let deep_aliases = (1..40).fold(format!("a0: &a0 {}\n", nested("[", "]", 20)), |text, level| {
        format!("{text}a{level}: &a{level} {}*a{}{}\n", "[".repeat(20), level - 1, "]".repeat(20))
    });
    for (what, text, message) in [
        ("laughs", laughs, "document contains excessive aliasing"),
        ("a long text, shared", shared, "document contains excessive aliasing"),
        ("brackets", nested("[", "]", 100_000), &too_deep),
        ("open brackets", "[".repeat(100_000), &too_deep),
        ("braces", format!("a: {}", nested("{a: ", "}", 100_000)), &too_deep),
        ("a stair", (0..5_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect(), &too_deep),
        ("dashes", "- ".repeat(100_000), &too_deep),
        ("aliases in aliases", deep_aliases, &too_deep),
        ("question marks", "? ".repeat(100_000), &too_deep),
        ("too many documents", "---\n".repeat(500_000), limits::TOO_MANY_DOCUMENTS),
        ("too long", " ".repeat(limits::MAX_TEXT + 1), limits::TEXT_TOO_LONG),
        ("binary", "\u{1}\u{2}\u{3}".into(), "control characters are not allowed"),
    ] {
        let error = manifest::read(&text).map(|d| d.len()).expect_err(what);
        assert!(error.message.ends_with(message), "{what}: {error}");
    }
}

#[test]
fn what_is_long_but_harmless_is_read() {
    let one_key = |value: String| format!("a: {value}\n");
    for (what, text) in [
        ("a long scalar", one_key("x".repeat(1 << 20))),
        ("many words", one_key("x ".repeat(1 << 19))),
        ("a long quoted scalar", one_key(format!("\"{}\"", "\\n".repeat(1 << 19)))),
        ("a long block", format!("a: |\n{}", "  x\n".repeat(1 << 18))),
        ("a long folded block", format!("a: >\n{}", "  x\n".repeat(1 << 18))),
        ("a long plain scalar over many lines", format!("a:\n{}", "  x\n".repeat(1 << 18))),
        ("a long comment", format!("# {}\na: b\n", "x".repeat(1 << 20))),
        ("many comments", format!("{}a: b\n", "# x\n".repeat(1 << 18))),
        ("empty lines", format!("{}a: b\n", "\n".repeat(1 << 20))),
        ("many keys", (0..100_000).map(|n| format!("key{n}: {n}\n")).collect()),
        (
            "many keys on one line",
            format!("{{{}}}", (0..30_000).map(|n| format!("key{n}: {n}, ")).collect::<String>()),
        ),
        ("many brackets on one line", format!("[{}]", "[x, y], ".repeat(30_000))),
        ("many anchors", (0..30_000).map(|n| format!("- &a{n} x\n")).collect()),
        ("one key, many times", "a: b\n".repeat(30_000)),
    ] {
        let read = manifest::read(&text).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(read.len(), 1, "{what}");
    }
}

/// Text with all that YAML stumbles over.
fn nasty_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[ -~]{0,12}",
        2 => "\\PC{0,8}",
        2 => "[a-z \n:#'\"\\-]{0,20}",
        1 => any::<String>(),
        2 => prop::sample::select(vec![
            "", " ", "~", "null", "yes", "No", "on", "y", "1", "-1", "0x1F", "0o7", "010", "1e3", ".5", ".inf", "-.INF", ".nan",
            "1_000", "2001-01-01", "12:30", "=", "-", "?", ":", "- a", "a: b", "a #b", "---", "--- a", "...", "a\n", "\na",
            " a\nb", "a\n\n", "\t", "\r\n", "\u{85}", "\u{2028}", "\u{feff}", "\u{feff}a b", "\u{7f}", "\u{ffff}", "😀", "'", "\"", "\\",
        ]).prop_map(String::from),
        1 => ("[a-z]{1,9}( |  |, )").prop_map(|word| word.repeat(30)),
    ];
    prop_oneof![3 => word.clone(), 1 => (word.clone(), word).prop_map(|(a, b)| a + &b)]
}

/// A value as it comes out of JSON.
fn value() -> impl Strategy<Value = Value> {
    // To go-yaml -0 is an integer and so 0; JSON has neither infinity nor NaN.
    let float = any::<f64>().prop_filter("changed on purpose", |f| f.is_finite() && *f != 0.0);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-100_000..100_000i64).prop_map(Value::Int),
        float.prop_map(|f| yaml::to_node(&format!("{f:e}")).unwrap().node.to_value()),
        any::<u64>().prop_map(|u| yaml::to_node(&u.to_string()).unwrap().node.to_value()),
        nasty_text().prop_map(Value::text),
        nasty_text().prop_map(Value::text),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        // go-yaml writes the key `<<` so that it is a merge when it is read.
        let key = nasty_text().prop_filter("a merge", |key| key != "<<");
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::list),
            prop::collection::vec((key, inner), 0..6).prop_map(Value::map),
        ]
    })
}

/// A text that is nearly YAML.
fn text() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "\n",
        "\n",
        "\n  ",
        "\n    ",
        "\n- ",
        "- ",
        "-",
        ": ",
        ":",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a ",
        "*a ",
        "!!str ",
        "!!int ",
        "!!binary ",
        "!",
        "!<x> ",
        "|",
        ">",
        "|2-",
        ">+\n",
        "'",
        "\"",
        "\\",
        "\\x4",
        "#",
        " #",
        "%YAML 1.1\n",
        "%TAG ! x\n",
        "---\n",
        "---",
        "...\n",
        "\t",
        " ",
        "a",
        "b",
        "key",
        "yes",
        "~",
        "1",
        "0x1F",
        "<<",
        "<<: *a",
        "é",
        "😀",
        "\u{2028}",
        "\u{85}",
        "\r\n",
        "\r",
        "\u{feff}",
        "\u{1}",
        "{\"a\":1}",
        "[1,",
        "null",
    ]);
    prop_oneof![
        4 => prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat()),
        1 => any::<String>(),
        1 => value().prop_map(|value| yaml::to_string(&value)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(value in value()) {
        let text = yaml::to_string(&value);
        let read = yaml::to_node(&text).map(|read| read.node.to_value());
        prop_assert_eq!(read, Ok(value), "{}", text);
    }

    #[test]
    fn what_is_written_means_the_same_to_others(value in value()) {
        let text = yaml::to_string(&value);
        // They know neither `\_` nor floats that are not printed with a point, and take more than Go for numbers.
        prop_assume!(text.chars().all(|c| c == '\n' || (' '..='~').contains(&c)));
        let theirs: serde_json::Value = serde_yaml::from_str(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
        let ours: serde_json::Value = serde_json::from_str(&json::to_string(&value)).unwrap();
        prop_assert!(same(&theirs, &ours), "{}\n{}\n{}", text, theirs, ours);
    }

    #[test]
    fn every_text_is_read_or_refused_and_all_places_lie_within_it(text in text()) {
        for document in manifest::documents(&text) {
            match document {
                Ok(document) => {
                    prop_assert!(text.get(document.span.start..document.span.end).is_some());
                    within(&text, &document.node)?;
                }
                Err(error) => prop_assert!(error.offset <= text.len(), "{error:?}"),
            }
        }
    }

    #[test]
    fn what_is_read_is_the_same_after_it_was_written(text in text()) {
        if let Ok(read) = yaml::to_node(&text) {
            let value = read.node.to_value();
            let merges = json::to_string(&value).contains("\"\\u003c\\u003c\":");
            if !merges {
                let again = yaml::to_node(&yaml::to_string(&value)).map(|read| read.node.to_value());
                prop_assert_eq!(again, Ok(value));
            }
        }
    }
}

fn same(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    match (a, b) {
        // serde_json's own reading of floats is not exact.
        (serde_json::Value::Number(a), serde_json::Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= a.abs() * 1e-14
        }
        (serde_json::Value::Array(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (serde_json::Value::Object(a), serde_json::Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        (a, b) => a == b,
    }
}

fn within(text: &str, node: &Node) -> Result<(), TestCaseError> {
    prop_assert!(text.get(node.span.start..node.span.end).is_some(), "{:?} of {:?}", node.span, text);
    match &node.kind {
        NodeKind::List(items) => items.iter().try_for_each(|item| within(text, item)),
        NodeKind::Map(entries) => entries.iter().try_for_each(|(key, value)| {
            prop_assert!(text.get(key.span.start..key.span.end).is_some());
            within(text, value)
        }),
        _ => Ok(()),
    }
}
