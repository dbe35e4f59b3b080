//! An object, or a list of them, as a table.
//!
//! Models `pkg/printers/tablegenerator.go` and `k8s.io/apiserver/pkg/registry/rest/table.go`.

use super::columns::{self, Column};
use super::text;
use super::{
    access, apps, autoscaling, batch, events, networking, node, pod, policy, resource, service, storage,
};
use crate::base::{Instant, Value};
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

/// The columns of a resource, named as `deployments.apps`.
pub fn columns(resource: &str) -> &'static [Column] {
    printer(resource).columns
}

/// The cells of an object, as text: one for each of the columns of its resource. `list` is what it is listed with.
pub fn row(resource: &str, object: &Value, list: &[Value], now: Instant) -> Vec<String> {
    let printer = printer(resource);
    let cells = (printer.cells)(object, &Around { now, list });
    let text = |cell: Value| match cell {
        Value::Bool(b) => b.to_string(),
        Value::Int(i) => i.to_string(),
        other => other.str().to_string(),
    };
    cells.into_iter().take(printer.columns.len()).map(text).collect()
}

/// How an object of a resource becomes a row.
pub(super) struct Printer {
    /// As `deployments.apps`.
    pub(super) resource: &'static str,
    pub(super) columns: &'static [Column],
    pub(super) cells: fn(&Value, &Around<'_>) -> Vec<Value>,
}

/// What a row depends on beside its object.
pub(super) struct Around<'a> {
    pub(super) now: Instant,
    /// All the objects of the list; none where the table is of one object.
    pub(super) list: &'a [Value],
}

/// How a table is to be made.
pub struct Options<'a> {
    pub now: Instant,
    /// Whether the columns are to be named.
    pub headers: bool,
    /// The object in the version of which the rows are made.
    pub stored: &'a dyn Fn(&Value) -> Value,
    /// What a row has of its object.
    pub object: &'a dyn Fn(&Value) -> Value,
}

/// The table of an object or a list of a resource, named as `deployments.apps`.
pub fn table(resource: &str, value: &Value, options: &Options<'_>) -> Value {
    let printer = printer(resource);
    let is_list = value.find("items").is_some();
    let objects = if is_list { value.get("items").items() } else { core::slice::from_ref(value) };
    let stored = objects.iter().map(options.stored).collect::<Vec<_>>();
    let around = Around { now: options.now, list: if is_list { &stored } else { &[] } };
    let rows = objects.iter().zip(&stored).map(|(object, stored)| {
        let mut row = Value::map([("cells", Value::list((printer.cells)(stored, &around)))]);
        if resource == "pods"
            && let Some(condition) = pod::completed(stored)
        {
            row.set("conditions", Value::list([condition]));
        }
        row.set("object", (options.object)(object));
        row
    });
    let rows = rows.collect::<Vec<_>>();
    let columns = options.headers.then(|| Value::list(printer.columns.iter().map(Column::to_value)));
    // The default has a slice of rows only once there is one.
    let no_rows = printer.resource.is_empty() && rows.is_empty();
    Value::map([
        ("kind", Value::text("Table")),
        ("apiVersion", Value::text("meta.k8s.io/v1")),
        ("metadata", metadata(value.get("metadata"))),
        ("columnDefinitions", Value::from(columns)),
        ("rows", if no_rows { Value::Null } else { Value::list(rows) }),
    ])
}

/// What a table takes over from a list or an object.
fn metadata(of: &Value) -> Value {
    let fields = ["resourceVersion", "continue", "remainingItemCount"];
    Value::map(fields.iter().filter_map(|f| Some((*f, of.find(f)?.clone()))))
}

/// Kinds without columns of their own.
const DEFAULT: Printer = Printer { resource: "", columns: columns::DEFAULT, cells: name_and_creation };

fn printer(resource: &str) -> &'static Printer {
    let groups = [
        super::core::PRINTERS,
        access::PRINTERS,
        apps::PRINTERS,
        autoscaling::PRINTERS,
        batch::PRINTERS,
        events::PRINTERS,
        networking::PRINTERS,
        node::PRINTERS,
        pod::PRINTERS,
        policy::PRINTERS,
        resource::PRINTERS,
        service::PRINTERS,
        storage::PRINTERS,
    ];
    groups.into_iter().flatten().find(|p| p.resource == resource).unwrap_or(&DEFAULT)
}

fn name_and_creation(object: &Value, _: &Around<'_>) -> Vec<Value> {
    vec![text::name(object), object.at(&["metadata", "creationTimestamp"]).clone()]
}
