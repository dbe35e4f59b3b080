//! YAML as Go reads and writes it: the YAML test suite, a table of scalars, and some 750 texts that Go was asked about.
//!
//! `yaml/differs.json` lists the cases that differ, each with the reason; one listed that passes fails.

use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::Path;
use svcscope_core::base;
use svcscope_core::manifest::{self, Error, Node, yaml};

#[test]
fn the_yaml_test_suite_is_read_as_go_reads_it() {
    check(data("yaml-test-suite.json").as_array().unwrap().iter().map(|case| {
        let text = string(&case["yaml"]);
        let (documents, error) = yaml::documents(text);
        let documents: Vec<Json> = documents.iter().map(|d| parsed(&json_text(&d.node))).collect();
        let go = json!({ "documents": case["documents"], "error": case["error"] });
        let ours = json!({
            "documents": if documents.is_empty() { Json::Null } else { documents.into() },
            "error": error.map(|e| e.message.to_string()),
        });
        (string(&case["case"]).to_owned(), text.to_owned(), go, ours)
    }));
}

#[test]
fn scalars_mean_what_they_mean_to_go() {
    check(data("go-yaml-scalars.json")["scalars"].as_array().unwrap().iter().map(|case| {
        let scalar = string(&case["scalar"]);
        let text = format!("a: {scalar}\n");
        let ours = match yaml::to_node(&text) {
            Ok(read) => json_text(&read.node),
            Err(error) => error.message.to_string(),
        };
        (scalar.to_owned(), text, case["result"].clone(), ours.into())
    }));
}

#[test]
fn a_document_becomes_the_json_that_go_makes_of_it() {
    check(data("go-yaml-scalars.json")["documents"].as_array().unwrap().iter().map(|case| {
        let (name, text) = (string(&case["name"]), string(&case["yaml"]));
        let (read, strict) = match name {
            // The recording shows its one byte that is no UTF-8 as the character of that number.
            "badutf" => (yaml::bytes_to_node(&latin1(text)), yaml::bytes_to_node(&latin1(text))),
            _ => (yaml::to_node(text), yaml::to_node_strict(text)),
        };
        let go = json!({ "json": case["json"], "error": case["error"], "strict": case["strict_error"] });
        (name.to_owned(), text.to_owned(), go, answer(read, strict))
    }));
}

#[test]
fn what_is_wrong_is_said_in_the_words_of_go() {
    check(data("asked-of-go.json")["read"].as_array().unwrap().iter().map(|case| {
        let text = string(&case["yaml"]);
        let go = json!({ "json": case["json"], "error": case["error"], "strict": case["strict"] });
        (text.to_owned(), text.to_owned(), go, answer(yaml::to_node(text), yaml::to_node_strict(text)))
    }));
}

#[test]
fn a_file_falls_into_documents_as_it_does_for_kubectl() {
    check(data("asked-of-go.json")["documents"].as_array().unwrap().iter().map(|case| {
        let text = string(&case["text"]);
        let mut documents = Vec::new();
        let mut error = None;
        for document in manifest::documents(text) {
            match document {
                Ok(document) => documents.push(parsed(&json_text(&document.node))),
                Err(wrong) => error = Some(wrong.message.to_string()),
            }
        }
        let go: Vec<Json> = case["documents"].as_array().unwrap().iter().map(|d| parsed(string(d))).collect();
        let go = json!({ "documents": go, "error": case["error"] });
        (text.to_owned(), text.to_owned(), go, json!({ "documents": documents, "error": error }))
    }));
}

#[test]
fn values_are_written_as_kubectl_writes_them() {
    check(data("asked-of-go.json")["write"].as_array().unwrap().iter().map(|case| {
        let text = string(&case["json"]);
        let value = manifest::json::parse(text).unwrap().to_value();
        (text.to_owned(), text.to_owned(), case["yaml"].clone(), yaml::to_string(&value).into())
    }));
}

fn data(name: &str) -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("yaml").join(name);
    parsed(&std::fs::read_to_string(path).unwrap())
}

fn parsed(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn string(json: &Json) -> &str {
    json.as_str().unwrap()
}

fn json_text(node: &Node) -> String {
    base::json::to_string(&node.to_value())
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn answer(read: Result<yaml::Decoded, Error>, strict: Result<yaml::Decoded, Error>) -> Json {
    json!({
        "json": read.as_ref().ok().map(|read| json_text(&read.node)),
        "error": read.err().map(|e| e.message.to_string()),
        "strict": strict.err().map(|e| e.message.to_string()),
    })
}

/// Each case has a name, what was read, what Go says and what we say.
fn check(cases: impl IntoIterator<Item = (String, String, Json, Json)>) {
    let differs = data("differs.json");
    let known: BTreeMap<&str, &str> = differs["cases"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, why)| (name.as_str(), string(why)))
        .collect();
    let mut passed = 0;
    let mut failures = Vec::new();
    for (name, text, go, ours) in cases {
        match (go == ours, known.get(name.as_str())) {
            (true, None) => passed += 1,
            (false, Some(_)) => {}
            (true, Some(why)) => failures.push(format!("{name} passes, though it is listed: {why}")),
            (false, None) => failures.push(format!("== {name:?}\n{text}\n  go:   {go}\n  ours: {ours}")),
        }
    }
    assert!(passed > 0, "no case was found");
    assert!(failures.is_empty(), "{}\n{passed} passed, {} failed", failures.join("\n"), failures.len());
}
