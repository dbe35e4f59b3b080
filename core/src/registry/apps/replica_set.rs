//! A ReplicaSet.
//!
//! Models `pkg/registry/apps/replicaset` and `ValidateReplicaSet` of `pkg/apis/apps/validation/validation.go`.

use super::{counts, template};
use crate::base::field::Errors;
use crate::base::{Path, Value, names};
use crate::registry::pod::{self, Options};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta};

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "replicasets.apps",
    default: |set| {
        edit::member(set, "spec", |spec| {
            edit::member(spec, "template", pod::defaults::template);
            spec.set_default("replicas", 1);
        });
    },
    prepare_create: |set| template::drop_disabled(set, &Value::Null),
    prepare_update: template::drop_disabled,
    validate: |set| {
        let mut errors = meta::validate_kube(set, true, names::dns1123_subdomain);
        check_spec(set.get("spec"), &Options::default(), &mut errors);
        errors
    },
    validate_update: |set, old| {
        let mut errors = meta::validate_update_kube(set, old);
        let (spec, old) = (set.get("spec"), old.get("spec"));
        check_spec(spec, &Options::from_old(old.get("template")), &mut errors);
        check::immutable(&(&SPEC / "selector"), spec.get("selector"), old.get("selector"), &mut errors);
        errors
    },
    validate_status: |set, old| {
        let mut errors = meta::validate_update_kube(set, old);
        let status = set.get("status");
        counts::non_negative(&counts::STATUS, status, COUNTS, &mut errors);
        counts::within_replicas(status, PARTS, NOT_READY, &mut errors);
        errors
    },
    warnings: template::warnings,
    generation: true,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const COUNTS: &[&str] = &[
    "replicas",
    "fullyLabeledReplicas",
    "readyReplicas",
    "availableReplicas",
    "observedGeneration",
    "terminatingReplicas",
];
const PARTS: &[&str] = &["fullyLabeledReplicas", "readyReplicas", "availableReplicas"];
const NOT_READY: &str = "cannot be greater than readyReplicas";

/// Models `ValidateReplicaSetSpec`.
fn check_spec(spec: &Value, options: &Options, errors: &mut Errors) {
    counts::non_negative(&SPEC, spec, &["replicas", "minReadySeconds"], errors);
    // It says deployment, too.
    template::check_selected(&SPEC, spec, ("ReplicaSet", "deployment"), options, errors);
}
