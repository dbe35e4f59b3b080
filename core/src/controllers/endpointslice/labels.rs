//! The labels of slices: those of the Service, and three that are the controller's own.
//!
//! Models `setEndpointSliceLabels` of `k8s.io/endpointslice/utils.go`.

use super::super::backends::has_cluster_ip;
use super::super::endpoints::HEADLESS;
use super::super::tracker::{MANAGED_BY, SERVICE_NAME};
use super::MANAGER;
use crate::base::{Text, Value};
use crate::store::Object;

/// The labels that the slices of a Service are to have.
pub(super) fn of(service: &Object) -> Value {
    let headless = (!has_cluster_ip(service.value())).then_some((HEADLESS, Value::from("")));
    let own = [(SERVICE_NAME, Value::from(service.name())), (MANAGED_BY, MANAGER.into())];
    let own = own.into_iter().chain(headless).map(|(key, value)| (Text::from(key), value));
    let mut labels = Value::map(copied(service).map(|(k, v)| (k.clone(), v.clone())).chain(own));
    labels.map_mut().sort();
    labels
}

/// Whether a slice has the labels of its Service, and no more. The controller's own do not count here: whether they are
/// right is seen to when the slice is written for another reason.
pub(super) fn are_copied(slice: &Object, service: &Object) -> bool {
    let theirs = service.labels();
    copied(slice).all(|(key, value)| theirs.find(key) == Some(value))
        && copied(slice).count() == copied(service).count()
}

fn copied(object: &Object) -> impl Iterator<Item = (&Text, &Value)> {
    let own = |key: &str| matches!(key, SERVICE_NAME | MANAGED_BY | HEADLESS);
    object.labels().entries().iter().map(|(key, value)| (key, value)).filter(move |(key, _)| !own(key))
}

/// Whether two sets of labels are equal where a missing label counts as an empty one.
pub(super) fn are_like(a: &Value, b: &Value) -> bool {
    let within =
        |a: &Value, b: &Value| a.entries().iter().all(|(key, value)| b.get(key).str() == value.str());
    within(a, b) && within(b, a)
}
