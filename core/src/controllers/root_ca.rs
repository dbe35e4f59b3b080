//! Each namespace has the certificate of the API server's authority, in a ConfigMap.
//!
//! Models `pkg/controller/certificates/rootcacertpublisher`. There is no such authority here, as in a cluster whose
//! controllers were told of none: what is published is empty.

use super::{Action, Controller, Due, Heard, Key, Outcome, Retry, View, Write};
use crate::base::Value;
use crate::store::Change;
use alloc::vec::Vec;

pub const CONTROLLER: Controller = Controller {
    name: "root-ca-certificate-publisher-controller",
    manager: "kube-controller-manager",
    component: "root-ca-certificate-publisher-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry::USUAL,
};

const RESOURCE: &str = "configmaps";
const NAME: &str = "kube-root-ca.crt";
const ANNOTATION: &str = "kubernetes.io/description";
const DESCRIPTION: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let (event, object) = (heard.event, &heard.event.object);
    let active = || object.value().at(&["status", "phase"]).str() == "Active";
    let namespace = match (event.resource.as_str(), event.change) {
        ("namespaces", Change::Added) => object.name(),
        ("namespaces", Change::Modified) if active() => object.name(),
        (RESOURCE, Change::Modified | Change::Deleted) if object.name().as_str() == NAME => {
            object.namespace()
        }
        _ => return Vec::new(),
    };
    [Due::from(Key { name: namespace.clone(), ..Key::default() })].into()
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let data = Value::map([("ca.crt", Value::text(""))]);
    let action = match view.store.get(RESOURCE, &key.name, NAME) {
        None if view.store.get("namespaces", "", &key.name).is_none() => return Outcome::default(),
        None => {
            let metadata = Value::map([
                ("name", Value::text(NAME)),
                ("namespace", Value::from(&key.name)),
                ("annotations", Value::map([(ANNOTATION, Value::text(DESCRIPTION))])),
            ]);
            let object = Value::map([("metadata", metadata), ("data", data)]);
            Action::Create { resource: RESOURCE.into(), object }
        }
        Some(there) => {
            let described = !there.metadata().get("annotations").get(ANNOTATION).is_empty();
            if *there.value().get("data") == data && described {
                return Outcome::default();
            }
            let mut object = there.value().clone();
            object.set("data", data);
            object.entry_at(&["metadata", "annotations"]).set(ANNOTATION, DESCRIPTION);
            Action::Update { resource: RESOURCE.into(), object }
        }
    };
    Outcome { writes: [Write::silent(action)].into(), ..Outcome::default() }
}
