//! An object as it is stored.

use crate::base::{Text, Value};
use alloc::format;

/// An object: its JSON in canonical form, with its revision in the metadata.
#[derive(Clone, Debug)]
pub struct Object {
    value: Value,
    namespace: Text,
    name: Text,
    revision: u64,
}

impl Object {
    pub fn new(value: Value) -> Object {
        let metadata = value.get("metadata");
        let text = |key: &str| metadata.get(key).as_text().cloned().unwrap_or_default();
        Object { namespace: text("namespace"), name: text("name"), value, revision: 0 }
    }

    pub fn value(&self) -> &Value {
        &self.value
    }

    pub fn metadata(&self) -> &Value {
        self.value.get("metadata")
    }

    pub fn labels(&self) -> &Value {
        self.metadata().get("labels")
    }

    /// `metadata.ownerReferences`: whom it belongs to.
    pub fn owners(&self) -> &Value {
        self.metadata().get("ownerReferences")
    }

    /// `spec.selector`: whom it selects, if it selects.
    pub fn selector(&self) -> &Value {
        self.value.get("spec").get("selector")
    }

    /// Empty where the object is in no namespace.
    pub fn namespace(&self) -> &Text {
        &self.namespace
    }

    pub fn name(&self) -> &Text {
        &self.name
    }

    pub fn uid(&self) -> &str {
        self.metadata().get("uid").str()
    }

    /// The revision of its last write.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether it is being deleted.
    pub fn is_deleted(&self) -> bool {
        !self.metadata().get("deletionTimestamp").is_null()
    }

    pub(super) fn set_revision(&mut self, revision: u64) {
        self.revision = revision;
        // Behind the uid, where Go's struct has it.
        self.value.entry("metadata").map_mut().insert_after(
            "uid",
            "resourceVersion",
            format!("{revision}").into(),
        );
    }
}
