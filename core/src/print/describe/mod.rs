//! An object in full, for people.
//!
//! Models `k8s.io/kubectl/pkg/describe`.

mod containers;
mod events;
mod filters;
mod generic;
mod hpa;
mod ingress;
mod kinds;
mod lines;
mod network_policy;
mod node;
mod parts;
mod rbac;
mod related;
mod service;
mod template;
mod volumes;

use crate::base::{Instant, Status, Value};
use alloc::string::String;
pub use lines::Lines;
use template::Around;

/// The description of an object of a group. What it needs of other objects it asks the API for, by path.
pub fn describe(
    group: &str,
    object: &Value,
    with_events: bool,
    now: Instant,
    ask: &mut dyn FnMut(&str) -> Result<Value, Status>,
) -> String {
    let mut out = Lines::default();
    let mut around = Around { now, ask, root: object.clone() };
    let kind = kinds::find(group, object.get("kind").str());
    template::write(&mut out, kind.map_or("@head\n", |kind| kind.template), object, &mut around);
    if kind.is_none() {
        generic::fields(&mut out, object);
    }
    if with_events && kind.is_none_or(|kind| kind.events) {
        events::about(&mut out, object, &mut around);
    }
    out.finish()
}

/// The description of a pod template alone, tabs and all, as `kubectl rollout` prints it.
pub fn pod_template(template: &Value, now: Instant) -> String {
    let mut out = Lines::default();
    let mut around = Around {
        now,
        ask: &mut |_| Err(Status::new(404, "NotFound", "nobody is asked")),
        root: Value::empty_map(),
    };
    let owner = Value::map([("spec", Value::map([("template", template.clone())]))]);
    template::write(&mut out, "@pod-template\n", &owner, &mut around);
    out.raw()
}
