//! An IngressClass.
//!
//! Models `pkg/registry/networking/ingressclass/strategy.go`, `SetDefaults_IngressClass` and the part of
//! `pkg/apis/networking/validation/validation.go` that is about IngressClasses.

use crate::base::field::{self, Errors};
use crate::base::{Path, Text, Value, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta};

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "ingressclasses.networking.k8s.io",
    default: |class| {
        edit::member(class, "spec", |spec| {
            edit::member(spec, "parameters", |parameters| parameters.set_default("scope", "Cluster"));
        });
    },
    validate,
    validate_update: |class, old| {
        let mut errors = meta::validate_update_kube(class, old);
        let (spec, was) = (class.get("spec"), old.get("spec"));
        let at = &SPEC / "controller";
        if spec.get("controller").str() != was.get("controller").str() {
            errors.push(field::invalid(&at, spec.get("controller").str(), check::IMMUTABLE));
        }
        errors.extend(validate(class));
        errors
    },
    generation: true,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const CONTROLLER_MAX: usize = 250;
const SCOPES: &[&str] = &["Cluster", "Namespace"];

fn validate(class: &Value) -> Errors {
    let mut errors = meta::validate_kube(class, false, names::dns1123_subdomain);
    let spec = class.get("spec");
    let (at, controller) = (&SPEC / "controller", spec.get("controller").str());
    if controller.len() > CONTROLLER_MAX {
        errors.push(field::too_long(&at, CONTROLLER_MAX));
    }
    check::domain_prefixed_path(&at, controller, &mut errors);
    parameters(&(&SPEC / "parameters"), spec.get("parameters"), &mut errors);
    errors
}

fn parameters(at: &Path<'_>, parameters: &Value, errors: &mut Errors) {
    if parameters.is_null() {
        return;
    }
    if let Some(group) = parameters.get("apiGroup").as_text() {
        check::complain(&(at / "apiGroup"), group, names::dns1123_subdomain(group), errors);
    }
    for name in ["kind", "name"] {
        match parameters.get(name).str() {
            "" => errors.push(field::required(&(at / name), "").declarative()),
            text => check::complain(&(at / name), text, names::path_segment(text), errors),
        }
    }
    let namespace_at = at / "namespace";
    let namespace = parameters.get("namespace").as_text();
    match (parameters.get("scope").as_text().map(Text::as_str), namespace) {
        (None, _) => errors.push(field::required(&(at / "scope"), "")),
        (Some("Namespace"), None) => {
            errors.push(field::required(&namespace_at, "`parameters.scope` is set to 'Namespace'"));
        }
        (Some("Namespace"), Some(name)) => {
            check::complain(&namespace_at, name, names::dns1123_label(name), errors);
        }
        (Some("Cluster"), Some(_)) => {
            errors.push(field::forbidden(&namespace_at, "`parameters.scope` is set to 'Cluster'"));
        }
        (Some("Cluster"), None) => {}
        (Some(other), _) => errors.push(field::not_supported(&(at / "scope"), other, SCOPES)),
    }
}
