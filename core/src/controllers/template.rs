//! Pods made after a template.
//!
//! Models `GetPodFromTemplate` in `pkg/controller/controller_utils.go`.

use super::owner::{Kind, name_of};
use super::{Action, Detail, Record, Write};
use crate::base::hash::Fnv32a;
use crate::base::{Value, names, rng};
use crate::schema::Schema;
use crate::store::Object;
use alloc::format;
use alloc::string::{String, ToString};

/// A pod after the template of `owner`, which is to control it, with a name that is still to be generated.
pub fn pod(template: &Value, owner: &Value, kind: Kind) -> Value {
    let mut metadata =
        Value::map([("generateName", Value::from(prefix(&name_of(owner)))), ("namespace", namespace(owner))]);
    for field in ["labels", "annotations", "finalizers"] {
        let value = template.get("metadata").get(field);
        if !value.is_empty() {
            metadata.set(field, value);
        }
    }
    metadata.set("ownerReferences", Value::list([kind.reference(owner)]));
    Value::map([("metadata", metadata), ("spec", template.get("spec").clone())])
}

/// The creation of a pod, and what its owner says of it.
///
/// Models `RealPodControl`.
pub fn create(owner: &Value, pod: Value) -> Write {
    let record = Record {
        about: owner.clone(),
        done: Some(("SuccessfulCreate", "Created pod: {name}".to_string())),
        failed: Some(("FailedCreate", "Error creating: {error}".to_string())),
        warning: false,
        detail: Detail::default(),
    };
    Write { action: Action::Create { resource: "pods".into(), object: pod }, record: Some(record) }
}

/// The deletion of a pod, and what its owner says of it.
pub fn delete(owner: &Value, pod: &Object) -> Write {
    let record = Record {
        about: owner.clone(),
        done: Some(("SuccessfulDelete", format!("Deleted pod: {}", pod.name()))),
        failed: Some(("FailedDelete", "Error deleting: {error}".to_string())),
        warning: false,
        detail: Detail::default(),
    };
    Write { action: Action::delete("pods", pod), record: Some(record) }
}

fn namespace(owner: &Value) -> Value {
    owner.get("metadata").get("namespace").clone()
}

/// A dash behind the name makes it prettier, if it is not too long for one.
pub fn prefix(owner: &str) -> String {
    let pretty = format!("{owner}-");
    let fits = names::dns1123_subdomain(&names::mask_trailing_dash(&pretty)).is_empty();
    if fits { pretty } else { owner.into() }
}

/// The hash of a template that tells its pods from others', and another one for each collision.
///
/// Models `ComputeHash`.
pub fn hash(schema: &Schema, template: &Value, collisions: Option<i64>) -> String {
    let mut hash = Fnv32a::default();
    if let Some(type_) = schema.named("io.k8s.api.core.v1.PodTemplateSpec") {
        schema.spew(type_, template, &mut |text| hash.write(text.as_bytes()));
    }
    if let Some(count) = collisions {
        hash.write(&u64::try_from(count).unwrap_or(0).to_le_bytes());
    }
    rng::safe_encode(&format!("{}", hash.sum()))
}
