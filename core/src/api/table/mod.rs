//! Objects as rows of a table, as kubectl asks for them.
//!
//! Models `pkg/printers/storage/storage.go` and `k8s.io/apiserver/pkg/endpoints/handlers/response.go` (`asTable`).

mod age;
mod columns;
mod rows;

use super::encode::partial;
use super::url::Query;
use crate::base::{Instant, Path, Status, Value, field};
use alloc::format;
use alloc::vec::Vec;
use columns::{COLUMNS, Column, Columns};

/// The cells of an object at a time.
type Cells = fn(&Value, Instant) -> Vec<Value>;

/// What goes with the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Include {
    Metadata,
    Object,
    Nothing,
}

/// How the objects of a resource become rows.
#[derive(Clone, Copy)]
pub(super) struct Table {
    columns: &'static Columns,
    include: Include,
}

impl core::fmt::Debug for Table {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "table of {} with {:?}", self.columns.resource, self.include)
    }
}

impl Table {
    /// The table of a resource; none where its columns are not known here.
    pub(super) fn of(resource: &str, query: &Query) -> Result<Option<Table>, Status> {
        let include = match query.get("includeObject") {
            "" | "Metadata" => Include::Metadata,
            "Object" => Include::Object,
            "None" => Include::Nothing,
            other => {
                let detail = "must be 'Metadata', 'Object', 'None', or empty";
                let error = field::invalid(&Path::new("includeObject"), other, detail);
                return Err(Status::bad_request(format!("Unable to convert to Table as requested: {error}")));
            }
        };
        let columns = COLUMNS.iter().find(|c| c.resource == resource);
        Ok(columns.map(|columns| Table { columns, include }))
    }

    /// An object, or a list of them, as a table.
    pub(super) fn show(&self, value: &Value, headers: bool, now: Instant) -> Value {
        let rows = match value.find("items") {
            Some(items) => items.items().iter().map(|o| self.row(o, now)).collect(),
            None => Vec::from([self.row(value, now)]),
        };
        let mut metadata = Value::empty_map();
        let kept = if value.find("items").is_some() {
            &["resourceVersion", "continue", "remainingItemCount"][..]
        } else {
            &["resourceVersion"][..]
        };
        for field in kept {
            if let Some(kept) = value.get("metadata").find(field) {
                metadata.set(field, kept);
            }
        }
        let definitions = || Value::list(self.columns.columns.iter().map(definition));
        Value::map([
            ("kind", Value::text("Table")),
            ("apiVersion", Value::text("meta.k8s.io/v1")),
            ("metadata", metadata),
            ("columnDefinitions", if headers { definitions() } else { Value::Null }),
            ("rows", Value::list(rows)),
        ])
    }

    fn row(&self, object: &Value, now: Instant) -> Value {
        let shown = match self.include {
            Include::Metadata => partial(object),
            Include::Object => object.clone(),
            Include::Nothing => Value::Null,
        };
        Value::map([("cells", Value::list((self.columns.row)(object, now))), ("object", shown)])
    }
}

fn definition(column: &Column) -> Value {
    Value::map([
        ("name", Value::text(column.name)),
        ("type", Value::text(column.type_)),
        ("format", Value::text(column.format)),
        ("description", Value::text(column.description)),
        ("priority", Value::Int(i64::from(column.wide))),
    ])
}
