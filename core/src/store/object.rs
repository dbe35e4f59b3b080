//! An object as it is stored.

use crate::base::{Text, Value};
use crate::schema::Schema;
use crate::schema::managed::Managed;
use alloc::format;

/// An object: its JSON in canonical form, with its revision in the metadata; and who owns which of its fields.
#[derive(Clone, Debug)]
pub struct Object {
    value: Value,
    managed: Managed,
    namespace: Text,
    name: Text,
    revision: u64,
}

impl Object {
    /// An object of which nobody owns anything.
    pub fn new(value: Value) -> Object {
        Object::owned(value, Managed::default())
    }

    /// An object without its managed fields, and those.
    pub fn owned(value: Value, managed: Managed) -> Object {
        let metadata = value.get("metadata");
        let text = |key: &str| metadata.get(key).as_text().cloned().unwrap_or_default();
        Object { namespace: text("namespace"), name: text("name"), value, managed, revision: 0 }
    }

    /// The object as the API shows it, managed fields included.
    pub fn shown(&self, schema: &Schema) -> Value {
        let mut value = self.value.clone();
        let managed = self.managed.to_value(schema);
        if !managed.is_null() {
            // The last field of the metadata in Go's struct.
            value.entry("metadata").set("managedFields", managed);
        }
        value
    }

    /// Who owns which of its fields.
    pub fn managed(&self) -> &Managed {
        &self.managed
    }

    /// The object without its managed fields.
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
