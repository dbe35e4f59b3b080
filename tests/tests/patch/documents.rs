//! JSON patch and merge patch, which know nothing of types.

use crate::parsed;
use svcscope_core::base::{Value, json};
use svcscope_core::manifest::Node;
use svcscope_core::manifest::node::{Key, NodeKind};
use svcscope_core::schema::patch::json_patch::{self, Error, JsonPatch};
use svcscope_core::schema::patch::{merge_patch, strict};

pub(crate) fn json_patch(case: &Value) -> Vec<(&'static str, Value)> {
    let text = case.get("patch").str();
    let patch = parsed(text);
    let complaints = match json_patch::check(&patch) {
        Ok(complaints) => complaints,
        Err(error) => return vec![("decodeError", error.into())],
    };
    let answer = match JsonPatch::read(text, &patch).and_then(|p| p.apply(case.get("doc"))) {
        Ok(node) => ("result", shown(&node, case.get("result"))),
        Err(Error::Malformed(error)) => ("decodeError", error.into()),
        Err(Error::Failed(error)) => ("error", error.into()),
        Err(Error::Panicked) => ("panic", true.into()),
        Err(Error::TooManyOperations(n)) => panic!("{n} operations"),
    };
    vec![answer, ("strict", listed(complaints))]
}

pub(crate) fn merge_patch(case: &Value) -> Vec<(&'static str, Value)> {
    let patch = parsed(case.get("patch").str());
    let answer = match merge_patch::apply(case.get("doc"), &patch) {
        Ok(node) => ("result", shown(&node, case.get("result"))),
        Err(_) => ("error", merge_patch::NoPatch::TEXT.into()),
    };
    let mut answers = vec![answer];
    if case.get("decodeError").is_null() {
        answers.push(("strict", listed(strict::duplicates(&patch))));
    }
    answers
}

fn listed(texts: Vec<String>) -> Value {
    if texts.is_empty() { Value::Null } else { texts.into() }
}

/// The expected text if it says the same, keys written twice included; else this document's own.
fn shown(node: &Node, expected: &Value) -> Value {
    let same = expected.as_text().is_some_and(|text| text_of(&parsed(text)) == text_of(node));
    if same { expected.clone() } else { text_of(node).into() }
}

fn text_of(node: &Node) -> String {
    match &node.kind {
        NodeKind::Map(entries) => {
            let entry = |(k, v): &(Key, Node)| format!("{:?}:{}", k.text.as_str(), text_of(v));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
        }
        NodeKind::List(items) => format!("[{}]", items.iter().map(text_of).collect::<Vec<_>>().join(",")),
        _ => json::to_string(&node.to_value()),
    }
}
