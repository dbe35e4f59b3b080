//! YAML as Go reads it: the YAML test suite and a table of scalars, with the answers that Go gave.

use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;
use svcscope_core::base;
use svcscope_core::manifest::{Node, yaml};

fn data(name: &str) -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("yaml").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn json_text(node: &Node) -> String {
    base::json::to_string(&node.to_value())
}

/// Compares what was found with what Go says, but for the cases that are known to differ; those must.
fn check(found: impl IntoIterator<Item = (String, String, Result<(), String>)>) {
    let differs = data("differs.json");
    let known: BTreeMap<&str, &str> = differs["cases"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str().unwrap()))
        .collect();
    let mut failures = Vec::new();
    let mut passed = 0;
    for (name, yaml, result) in found {
        match (result, known.get(name.as_str())) {
            (Ok(()), None) => passed += 1,
            (Err(_), Some(_)) => {}
            (Ok(()), Some(reason)) => failures.push(format!("{name} passes, though it is listed: {reason}")),
            (Err(difference), None) => failures.push(format!("== {name}\n{yaml}\n{difference}")),
        }
    }
    let failed = failures.len();
    assert!(failures.is_empty(), "{}\n{passed} passed, {failed} failed", failures.join("\n"));
}

fn same<T: PartialEq + std::fmt::Display>(go: T, ours: T) -> Result<(), String> {
    if go == ours { Ok(()) } else { Err(format!("  go:   {go}\n  ours: {ours}")) }
}

/// Numbers by value, not by how they are written.
fn parsed(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn the_yaml_test_suite_is_read_as_go_reads_it() {
    let suite = data("yaml-test-suite.json");
    check(suite.as_array().unwrap().iter().map(|case| {
        let text = case["yaml"].as_str().unwrap();
        let (documents, error) = yaml::documents(text);
        let documents: Vec<Json> = documents.iter().map(|d| parsed(&json_text(&d.node))).collect();
        let ours = serde_json::json!({
            "documents": if documents.is_empty() { Json::Null } else { documents.into() },
            "error": error.map(|e| e.message.to_string()),
        });
        let go = serde_json::json!({ "documents": case["documents"], "error": case["error"] });
        (case["case"].as_str().unwrap().to_owned(), text.to_owned(), same(go, ours))
    }));
}

#[test]
fn scalars_mean_what_they_mean_to_go() {
    let table = data("go-yaml-scalars.json");
    check(table["scalars"].as_array().unwrap().iter().map(|case| {
        let scalar = case["scalar"].as_str().unwrap();
        let text = format!("a: {scalar}\n");
        let ours = match yaml::to_node(&text) {
            Ok(read) => json_text(&read.node),
            Err(error) => error.message.to_string(),
        };
        (scalar.to_owned(), text, same(case["result"].as_str().unwrap().to_owned(), ours))
    }));
}

#[test]
fn documents_are_read_as_go_reads_them() {
    let table = data("go-yaml-scalars.json");
    check(table["documents"].as_array().unwrap().iter().map(|case| {
        let name = case["name"].as_str().unwrap();
        let text = case["yaml"].as_str().unwrap();
        let read = match name {
            // The recording shows its one byte that is no UTF-8 as the character of that number.
            "badutf" => yaml::bytes_to_node(&latin1(text)),
            _ => yaml::to_node(text),
        };
        let go = serde_json::json!({ "json": case["json"], "error": case["error"], "strict_error": case["strict_error"] });
        let strict = match name {
            "badutf" => yaml::bytes_to_node(&latin1(text)),
            _ => yaml::to_node_strict(text),
        };
        let error = |read: Result<_, svcscope_core::manifest::Error>| read.err().map(|e| e.message.to_string());
        let ours = serde_json::json!({
            "json": read.as_ref().ok().map(|read| json_text(&read.node)),
            "error": error(read),
            "strict_error": error(strict),
        });
        (name.to_owned(), text.to_owned(), same(go, ours))
    }));
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}
