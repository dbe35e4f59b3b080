//! Each namespace has a ServiceAccount named `default`.
//!
//! Models `pkg/controller/serviceaccount/serviceaccounts_controller.go`.

use super::{Action, Controller, Due, Heard, Key, Outcome, Retry, View, Write};
use crate::base::Value;
use crate::store::Change;
use alloc::vec::Vec;

pub const CONTROLLER: Controller = Controller {
    name: "serviceaccount-controller",
    manager: "kube-controller-manager",
    component: "serviceaccount-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry::USUAL,
};

const RESOURCE: &str = "serviceaccounts";
const NAME: &str = "default";

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let (event, object) = (heard.event, &heard.event.object);
    let namespace = match event.resource.as_str() {
        "namespaces" if event.change != Change::Deleted => object.name(),
        RESOURCE if event.change == Change::Deleted && object.name().as_str() == NAME => object.namespace(),
        _ => return Vec::new(),
    };
    [Due::from(Key { name: namespace.clone(), ..Key::default() })].into()
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let namespace = view.store.value("namespaces", "", &key.name);
    // A namespace that is to go gets nothing more.
    if namespace.at(&["status", "phase"]).str() != "Active"
        || view.store.get(RESOURCE, &key.name, NAME).is_some()
    {
        return Outcome::default();
    }
    let metadata = Value::map([("name", Value::text(NAME)), ("namespace", Value::from(&key.name))]);
    let object = Value::map([("metadata", metadata)]);
    let writes = [Write::silent(Action::Create { resource: RESOURCE.into(), object })].into();
    Outcome { writes, ..Outcome::default() }
}
