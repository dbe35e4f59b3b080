//! A VolumeAttributesClass.

use super::{check_parameters, check_provisioner};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::meta;
use crate::registry::strategy::{GENERIC, Strategy};
use alloc::format;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "volumeattributesclasses.storage.k8s.io",
    validate,
    validate_update: |class, old| {
        let mut errors = meta::validate_update_kube(class, old);
        for name in ["driverName", "parameters"] {
            if class.get(name) != old.get(name) {
                let detail = format!("updates to {name} are forbidden.");
                errors.push(field::forbidden(&Path::new(name), detail));
            }
        }
        errors.extend(validate(class));
        errors
    },
    ..GENERIC
};

fn validate(class: &Value) -> Errors {
    let mut errors = meta::validate_kube(class, false, names::dns1123_subdomain);
    let at = Path::new("driverName");
    match class.get("driverName").str() {
        "" => errors.push(field::required(&at, "")),
        name => check_provisioner(&at, name, &mut errors),
    }
    check_parameters(&Path::new("parameters"), class.get("parameters"), false, &mut errors);
    errors
}
