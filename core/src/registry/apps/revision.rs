//! A ControllerRevision.
//!
//! Models `pkg/registry/apps/controllerrevision` and `ValidateControllerRevisionCreate` of
//! `pkg/apis/apps/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, meta};

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "controllerrevisions.apps",
    validate: |revision| {
        let mut errors = common(revision);
        match revision.get("data") {
            Value::Null => errors.push(field::required(&DATA, "data is mandatory")),
            Value::Map(_) => {}
            _ => errors.push(field::required(&DATA, "data must be a valid JSON object")),
        }
        errors
    },
    validate_update: |revision, old| {
        let mut errors = meta::validate_update_kube(revision, old);
        errors.extend(common(revision));
        check::immutable(&DATA, revision.get("data"), old.get("data"), &mut errors);
        errors
    },
    ..GENERIC
};

const DATA: Path<'static> = Path::new("data");

fn common(revision: &Value) -> Errors {
    let mut errors = meta::validate_kube(revision, true, names::dns1123_subdomain);
    check::non_negative(&Path::new("revision"), revision.get("revision").int(), &mut errors);
    errors
}
