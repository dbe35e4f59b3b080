//! A Deployment.
//!
//! Models `pkg/registry/apps/deployment`, `SetDefaults_Deployment` and `ValidateDeployment` of
//! `pkg/apis/apps/validation/validation.go`.

use super::{counts, rolling, template};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::pod::{self, Options};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta};

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "deployments.apps",
    default,
    prepare_create: |deployment| template::drop_disabled(deployment, &Value::Null),
    prepare_update,
    prepare_status: |deployment, old| {
        let labels = old.at(&["metadata", "labels"]);
        if labels.is_null() {
            deployment.entry("metadata").remove("labels");
        } else {
            deployment.entry("metadata").set("labels", labels);
        }
    },
    validate: |deployment| {
        let mut errors = meta::validate_kube(deployment, true, names::dns1123_subdomain);
        check_spec(deployment, &Options::default(), &mut errors);
        errors
    },
    validate_update: |deployment, old| {
        let mut errors = meta::validate_update_kube(deployment, old);
        check_spec(deployment, &Options::from_old(old.at(&["spec", "template"])), &mut errors);
        let selector = |o: &Value| o.at(&["spec", "selector"]).clone();
        check::immutable(&(&SPEC / "selector"), &selector(deployment), &selector(old), &mut errors);
        errors
    },
    validate_status: |deployment, old| {
        let mut errors = meta::validate_update_kube(deployment, old);
        let status = deployment.get("status");
        counts::non_negative(&counts::STATUS, status, COUNTS, &mut errors);
        counts::within_replicas(status, PARTS, "cannot be greater than readyReplicas", &mut errors);
        counts::collisions(deployment, old, &mut errors);
        errors
    },
    warnings: template::warnings,
    generation: true,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const STRATEGY_TYPE: &str = "io.k8s.api.apps.v1.DeploymentStrategy";
/// Where a revision to go back to stands, since there is no field for it any more.
const ROLLBACK: &str = "deprecated.deployment.rollback.to";
const COUNTS: &[&str] = &[
    "observedGeneration",
    "replicas",
    "updatedReplicas",
    "readyReplicas",
    "availableReplicas",
    "unavailableReplicas",
    "terminatingReplicas",
    "collisionCount",
];
const PARTS: &[&str] = &["updatedReplicas", "readyReplicas", "availableReplicas"];

fn default(deployment: &mut Value) {
    edit::member(deployment, "spec", |spec| {
        edit::member(spec, "template", pod::defaults::template);
        spec.set_default("replicas", 1);
        let mut strategy = spec.get("strategy").clone();
        edit::default_text(&mut strategy, "type", "RollingUpdate");
        if strategy.get("type").str() == "RollingUpdate" {
            let rolling = strategy.entry("rollingUpdate");
            rolling.set_default("maxUnavailable", "25%");
            rolling.set_default("maxSurge", "25%");
        }
        if strategy != *spec.get("strategy") {
            spec.set("strategy", strategy);
        }
        spec.set_default("revisionHistoryLimit", 10);
        spec.set_default("progressDeadlineSeconds", 600);
    });
}

/// Annotations count as changes, too: they are copied to the ReplicaSets.
fn prepare_update(deployment: &mut Value, old: &Value) {
    template::drop_disabled(deployment, old);
    let annotations = |o: &Value| o.at(&["metadata", "annotations"]).clone();
    let (new, was) = (annotations(deployment), annotations(old));
    if new != was && !(new.is_empty() && was.is_empty()) {
        let generation = old.at(&["metadata", "generation"]).int() + 1;
        deployment.entry("metadata").set("generation", generation);
    }
}

/// Models `ValidateDeploymentSpec`.
fn check_spec(deployment: &Value, options: &Options, errors: &mut Errors) {
    let spec = deployment.get("spec");
    counts::non_negative(&SPEC, spec, &["replicas"], errors);
    template::check_selected(&SPEC, spec, ("ReplicaSet", "deployment"), options, errors);
    strategy(&(&SPEC / "strategy"), spec.get("strategy"), errors);
    counts::non_negative(&SPEC, spec, &["minReadySeconds", "revisionHistoryLimit"], errors);
    if let Ok(revision) = deployment.at(&["metadata", "annotations", ROLLBACK]).str().parse::<i64>() {
        check::non_negative(&(&SPEC / "rollback.version"), revision, errors);
    }
    if let Some(deadline) = spec.get("progressDeadlineSeconds").as_int() {
        let at = &SPEC / "progressDeadlineSeconds";
        check::non_negative(&at, deadline, errors);
        if deadline <= spec.get("minReadySeconds").int() {
            errors.push(field::invalid(&at, deadline, "must be greater than minReadySeconds"));
        }
    }
}

/// Models `ValidateDeploymentStrategy`.
fn strategy(at: &Path<'_>, strategy: &Value, errors: &mut Errors) {
    let (rolling_at, rolling) = (at / "rollingUpdate", strategy.get("rollingUpdate"));
    match strategy.get("type").str() {
        "Recreate" if !rolling.is_null() => {
            let detail = "may not be specified when strategy `type` is 'Recreate'";
            errors.push(field::forbidden(&rolling_at, detail));
        }
        "Recreate" => {}
        "RollingUpdate" => rolling_update(&rolling_at, rolling, errors),
        _ => {
            let error = field::not_supported(at, strategy, &["Recreate", "RollingUpdate"]);
            errors.push(error.of_type(STRATEGY_TYPE));
        }
    }
}

/// Models `ValidateRollingUpdateDeployment`.
fn rolling_update(at: &Path<'_>, update: &Value, errors: &mut Errors) {
    let (missing_at, missing) = (at / "maxUnavailable", update.get("maxUnavailable"));
    let surge = update.get("maxSurge");
    rolling::number_or_percent(&missing_at, missing, errors);
    rolling::number_or_percent(&(at / "maxSurge"), surge, errors);
    if rolling::amount(missing) == 0 && rolling::amount(surge) == 0 {
        errors.push(field::invalid(&missing_at, missing, "may not be 0 when `maxSurge` is 0"));
    }
    rolling::at_most_all(&missing_at, missing, errors);
}
