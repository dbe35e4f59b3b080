//! Pods made after a template.
//!
//! Models `GetPodFromTemplate` in `pkg/controller/controller_utils.go`.

use super::owner::{Kind, name_of};
use crate::base::hash::Fnv32a;
use crate::base::{Value, names, rng};
use crate::schema::Schema;
use alloc::format;
use alloc::string::String;

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
