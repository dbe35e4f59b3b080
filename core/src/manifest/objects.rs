//! The objects that a document holds.

use super::node::{Node, NodeKind};
use crate::base::Value;
use alloc::vec::Vec;

/// The objects of a document: itself, or the items of a list.
pub fn objects(document: &Node) -> Vec<(&Node, Value)> {
    let items = match document.get("items").map(|items| &items.kind) {
        Some(NodeKind::List(items)) if document.text_of("kind").ends_with("List") => items,
        _ => return Vec::from([(document, document.to_value())]),
    };
    let (kind, version) = (document.text_of("kind"), document.text_of("apiVersion"));
    let item_kind = kind.strip_suffix("List").unwrap_or_default();
    let completed = |item: &Node| {
        let mut object = item.to_value();
        // Items of a typed list need not say again what they are.
        if object.get("kind").is_null() && !item_kind.is_empty() {
            object.set("kind", item_kind);
            object.set_default("apiVersion", version);
        }
        object
    };
    items.iter().flat_map(objects_of_item).map(|item| (item, completed(item))).collect()
}

/// Lists may hold lists.
fn objects_of_item(item: &Node) -> Vec<&Node> {
    match item.get("items").map(|items| &items.kind) {
        Some(NodeKind::List(items)) if item.text_of("kind").ends_with("List") => {
            items.iter().flat_map(objects_of_item).collect()
        }
        _ => Vec::from([item]),
    }
}
