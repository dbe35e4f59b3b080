//! The columns of tables: their names, and what the documentation of the API says of them.
//!
//! Models `metav1.TableColumnDefinition`.

pub(super) mod access;
pub(super) mod apps;
pub(super) mod batch;
pub(super) mod core;
pub(super) mod networking;
pub(super) mod policy;
pub(super) mod resource;
pub(super) mod storage;

use crate::base::Value;

/// A column, as a table describes it.
#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    type_: &'static str,
    format: &'static str,
    description: &'static str,
    /// 0 is always shown; higher ones only where there is room.
    priority: i64,
}

const NAME: Column = Column::new("Name", "string", "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names").named();

const AGE: Column = Column::new(
    "Age",
    "string",
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
);

/// Of whatever makes pods of a template.
const CONTAINERS: Column = Column::wide("Containers", "string", "Names of each container in the template.");
const IMAGES: Column =
    Column::wide("Images", "string", "Images referenced by each container in the template.");

/// The columns of a kind that has none of its own.
///
/// Models `rest.NewDefaultTableConvertor`.
pub(super) const DEFAULT: &[Column] = &[NAME, Column::new("Created At", "date", AGE.description)];

/// The columns of `apiregistration.k8s.io`.
///
/// Models `kube-aggregator/pkg/registry/apiservice/etcd`.
pub(super) const API_SERVICE: &[Column] = &[
    NAME,
    Column::new("Service", "string", "The reference to the service that hosts this API endpoint."),
    Column::new("Available", "string", "Whether this service is available."),
    AGE,
];

impl Column {
    /// Whether it is shown only where there is room.
    pub fn is_wide(&self) -> bool {
        self.priority > 0
    }

    const fn new(name: &'static str, type_: &'static str, description: &'static str) -> Column {
        Column { name, type_, format: "", description, priority: 0 }
    }

    /// One that is shown only where there is room.
    const fn wide(name: &'static str, type_: &'static str, description: &'static str) -> Column {
        Column { priority: 1, ..Column::new(name, type_, description) }
    }

    /// The one that says what the object is called.
    const fn named(self) -> Column {
        Column { format: "name", ..self }
    }

    pub(super) fn to_value(&self) -> Value {
        Value::map([
            ("name", Value::text(self.name)),
            ("type", Value::text(self.type_)),
            ("format", Value::text(self.format)),
            ("description", Value::text(self.description)),
            ("priority", Value::Int(self.priority)),
        ])
    }
}
