//! `metadata`, as every kind has it.

use crate::base::Value;

#[derive(Clone, Copy, Debug)]
pub struct Meta<'a>(&'a Value);

impl<'a> Meta<'a> {
    /// The metadata of a whole object.
    pub fn of(object: &'a Value) -> Meta<'a> {
        Meta(object.get("metadata"))
    }

    pub fn name(self) -> &'a str {
        self.0.get("name").str()
    }

    /// Empty where the object is in no namespace.
    pub fn namespace(self) -> &'a str {
        self.0.get("namespace").str()
    }

    pub fn labels(self) -> &'a Value {
        self.0.get("labels")
    }

    /// The value of a label; none where the label is missing, which is not the same as empty.
    pub fn label(self, key: &str) -> Option<&'a str> {
        self.labels().find(key).map(Value::str)
    }

    pub fn annotation(self, key: &str) -> Option<&'a str> {
        self.0.get("annotations").find(key).map(Value::str)
    }

    /// Whether the object is being deleted.
    pub fn is_deleted(self) -> bool {
        !self.0.get("deletionTimestamp").is_null()
    }
}
