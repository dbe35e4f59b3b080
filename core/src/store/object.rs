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
    facts: Facts,
    revision: u64,
}

/// What is asked again and again of all the objects in a list, read once: each is written rarely and counted often.
#[derive(Clone, Debug)]
struct Facts {
    labels: Value,
    /// The uid of the owner that controls it.
    controller: Text,
    deleted: bool,
    ended: bool,
    ready: bool,
}

impl Facts {
    fn of(value: &Value) -> Facts {
        let (metadata, status) = (value.get("metadata"), value.get("status"));
        let mut owners = metadata.get("ownerReferences").items().iter();
        let controller = owners.find(|owner| owner.get("controller").is_true());
        let controller = controller.and_then(|owner| owner.get("uid").as_text());
        let mut conditions = status.get("conditions").items().iter();
        let ready = conditions.find(|condition| condition.get("type").str() == "Ready");
        Facts {
            labels: metadata.get("labels").clone(),
            controller: controller.cloned().unwrap_or_default(),
            deleted: !metadata.get("deletionTimestamp").is_null(),
            ended: matches!(status.get("phase").str(), "Succeeded" | "Failed"),
            ready: ready.is_some_and(|condition| condition.get("status").str() == "True"),
        }
    }
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
        let (namespace, name, facts) = (text("namespace"), text("name"), Facts::of(&value));
        Object { value, managed, namespace, name, facts, revision: 0 }
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
        &self.facts.labels
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

    /// The uid of the owner that controls it; empty where none does.
    pub fn controller(&self) -> &Text {
        &self.facts.controller
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
        self.facts.deleted
    }

    /// Whether it has come to its end, as the phase of a pod says.
    pub fn has_ended(&self) -> bool {
        self.facts.ended
    }

    /// Whether its condition `Ready` is true.
    pub fn is_ready(&self) -> bool {
        self.facts.ready
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
