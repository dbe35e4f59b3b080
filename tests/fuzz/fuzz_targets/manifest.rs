//! Any text: it is read or refused, with a place within it; and what was read is written so that it reads the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use svcscope_core::base::Value;
use svcscope_core::manifest::{self, Node, NodeKind, yaml};

fuzz_target!(|text: &str| {
    for document in manifest::documents(text) {
        match document {
            Ok(document) => {
                within(text, &document.node);
                same_when_written(&document.node.to_value());
            }
            Err(error) => {
                assert!(
                    text.is_char_boundary(error.offset),
                    "an error at {} of {}",
                    error.offset,
                    text.len()
                );
                manifest::position(text, error.offset);
            }
        }
    }
});

/// Places are places of the text.
fn within(text: &str, node: &Node) {
    assert!(text.get(node.span.start..node.span.end).is_some(), "{:?} of {}", node.span, text.len());
    match &node.kind {
        NodeKind::Map(entries) => entries.iter().for_each(|(key, value)| {
            assert!(text.get(key.span.start..key.span.end).is_some(), "{:?}", key.span);
            within(text, value);
        }),
        NodeKind::List(items) => items.iter().for_each(|item| within(text, item)),
        _ => {}
    }
}

fn same_when_written(value: &Value) {
    let written = yaml::to_string(value);
    let again = manifest::read(&written).map(|d| d.first().map(|d| d.node.to_value()));
    // A document that says nothing is left out.
    if !value.is_null() {
        assert_eq!(again, Ok(Some(value.clone())), "{written}");
    }
}
