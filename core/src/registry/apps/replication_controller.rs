//! A ReplicationController.
//!
//! Models `pkg/registry/core/replicationcontroller`, `SetDefaults_ReplicationController` and
//! `ValidateReplicationController` of `pkg/apis/core/validation/validation.go`.

use super::{counts, template};
use crate::base::field::{self, Errors};
use crate::base::{Path, Selector, Value, names};
use crate::registry::pod::{self, Options};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta};

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "replicationcontrollers",
    default,
    prepare_create: |controller| template::drop_disabled(controller, &Value::Null),
    prepare_update: template::drop_disabled,
    validate: |controller| {
        let mut errors = meta::validate_kube(controller, true, names::dns1123_subdomain);
        check_spec(controller.get("spec"), &Options::default(), &mut errors);
        errors
    },
    validate_update: |controller, old| {
        let mut errors = meta::validate_update_kube(controller, old);
        let options = Options::from_old(old.at(&["spec", "template"]));
        check_spec(controller.get("spec"), &options, &mut errors);
        errors
    },
    validate_status: |controller, old| {
        let mut errors = meta::validate_update_kube(controller, old);
        let status = controller.get("status");
        counts::non_negative(&counts::STATUS, status, COUNTS, &mut errors);
        counts::within_replicas(status, PARTS, "cannot be greater than readyReplicas", &mut errors);
        errors
    },
    // An update warns of the template that was.
    warnings: |controller, old| match old {
        Some(old) if template::generation(old) != template::generation(controller) => {
            template::template_warnings(old)
        }
        _ => template::warnings(controller, old),
    },
    generation: true,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const COUNTS: &[&str] =
    &["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"];
const PARTS: &[&str] = &["fullyLabeledReplicas", "readyReplicas", "availableReplicas"];

/// What it does not say, it takes from its template.
fn default(controller: &mut Value) {
    let labels = controller.at(&["spec", "template", "metadata", "labels"]).clone();
    edit::member(controller, "spec", |spec| {
        edit::member(spec, "template", pod::defaults::template);
        if !labels.is_empty() && spec.get("selector").is_empty() {
            spec.set("selector", &labels);
        }
        spec.set_default("replicas", 1);
    });
    if !labels.is_empty() && controller.at(&["metadata", "labels"]).is_empty() {
        *controller.entry_at(&["metadata", "labels"]) = labels;
    }
}

/// Models `ValidateReplicationControllerSpec`; declarative validation has taken over the numbers.
fn check_spec(spec: &Value, options: &Options, errors: &mut Errors) {
    let selector = spec.get("selector");
    let mut numbers = Errors::new();
    match spec.get("replicas").as_int() {
        None => numbers.push(field::required(&(&SPEC / "replicas"), "")),
        Some(replicas) => check::non_negative(&(&SPEC / "replicas"), replicas, &mut numbers),
    }
    counts::non_negative(&SPEC, spec, &["minReadySeconds"], &mut numbers);
    errors.extend(numbers.into_iter().map(field::Error::declarative));
    if selector.is_empty() {
        errors.push(field::required(&(&SPEC / "selector"), ""));
    }
    let (at, template) = (&SPEC / "template", spec.get("template"));
    if template.is_null() {
        errors.push(field::required(&at, ""));
        return;
    }
    let selector = Selector::from_map(selector);
    template::check_of_replicas(&at, template, &selector, "ReplicationController", options, errors);
}
