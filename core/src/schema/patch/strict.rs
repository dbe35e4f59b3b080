//! What strict decoding has to say of a patch that is decoded into no type: keys written twice.
//!
//! Models `sigs.k8s.io/json` (`UnmarshalStrict`) where the target is an `interface{}`.

use crate::base::field;
use crate::manifest::node::{Node, NodeKind};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// More complaints than these are not listed.
const MAX: usize = 100;

/// The keys of a patch that were written twice: `duplicate field "spec.ports[0].port"`.
pub fn duplicates(patch: &Node) -> Vec<String> {
    let mut complaints = Complaints::default();
    complaints.duplicates(patch, "");
    complaints.into_texts()
}

#[derive(Debug, Default)]
pub(super) struct Complaints {
    texts: Vec<String>,
}

impl Complaints {
    /// A complaint about a place, unless it was made before.
    pub(super) fn add(&mut self, what: &str, path: &str) {
        let text = format!("{what} {}", field::quoted(path));
        if self.texts.len() < MAX && !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    pub(super) fn duplicates(&mut self, node: &Node, path: &str) {
        match &node.kind {
            NodeKind::Map(entries) => {
                let mut seen = BTreeSet::new();
                for (key, inner) in entries {
                    let dot = if path.is_empty() { "" } else { "." };
                    let first = seen.insert(key.text.as_str());
                    let nested = matches!(inner.kind, NodeKind::Map(_) | NodeKind::List(_));
                    if first && !nested {
                        continue;
                    }
                    let path = format!("{path}{dot}{}", key.text);
                    if !first {
                        self.add("duplicate field", &path);
                    }
                    self.duplicates(inner, &path);
                }
            }
            NodeKind::List(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.duplicates(item, &format!("{path}[{i}]"));
                }
            }
            _ => {}
        }
    }

    pub(super) fn into_texts(self) -> Vec<String> {
        self.texts
    }
}
