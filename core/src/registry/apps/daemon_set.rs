//! A DaemonSet.
//!
//! Models `pkg/registry/apps/daemonset`, `SetDefaults_DaemonSet`, the conversion of its template's generation, and
//! `ValidateDaemonSet` of `pkg/apis/apps/validation/validation.go`.

use super::{counts, rolling, template};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::pod::{self, Options};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta, selector};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "daemonsets.apps",
    default,
    prepare_create: |set| {
        set_template_generation(set, template_generation(set).max(1));
        template::drop_disabled(set, &Value::Null);
    },
    prepare_update: |set, old| {
        template::drop_disabled(set, old);
        let changed = set.at(&["spec", "template"]) != old.at(&["spec", "template"]);
        set_template_generation(set, template_generation(old) + i64::from(changed));
    },
    prepare_status: |set, old| set_template_generation(set, template_generation(old)),
    validate: |set| {
        let mut errors = meta::validate_kube(set, true, names::dns1123_subdomain);
        check_spec(set, &Options::default(), &mut errors);
        errors
    },
    validate_update,
    validate_status: |set, old| {
        let mut errors = meta::validate_update_kube(set, old);
        counts::non_negative(&counts::STATUS, set.get("status"), COUNTS, &mut errors);
        counts::collisions(set, old, &mut errors);
        errors
    },
    warnings,
    generation: true,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const STRATEGY_TYPE: &str = "io.k8s.api.apps.v1.DaemonSetUpdateStrategy";
/// Where the generation of the template stands, since there is no field for it any more.
const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";
const COUNTS: &[&str] = &[
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
    "collisionCount",
];

fn default(set: &mut Value) {
    // The server has a number there, which comes back as an annotation: whoever leaves it out has sent zero.
    if set.at(&["metadata", "annotations", TEMPLATE_GENERATION]).is_null() {
        set_template_generation(set, 0);
    }
    edit::member(set, "spec", |spec| {
        edit::member(spec, "template", pod::defaults::template);
        let mut strategy = spec.get("updateStrategy").clone();
        edit::default_text(&mut strategy, "type", "RollingUpdate");
        if strategy.get("type").str() == "RollingUpdate" {
            let rolling = strategy.entry("rollingUpdate");
            rolling.set_default("maxUnavailable", 1);
            rolling.set_default("maxSurge", 0);
        } else {
            // The numbers are no pointers inside the server, so nothing becomes zero.
            edit::member(&mut strategy, "rollingUpdate", |rolling| {
                rolling.set_default("maxUnavailable", 0);
                rolling.set_default("maxSurge", 0);
            });
        }
        if strategy != *spec.get("updateStrategy") {
            spec.set("updateStrategy", strategy);
        }
        spec.set_default("revisionHistoryLimit", 10);
    });
}

fn template_generation(set: &Value) -> i64 {
    set.at(&["metadata", "annotations", TEMPLATE_GENERATION]).str().parse().unwrap_or(0)
}

fn set_template_generation(set: &mut Value, generation: i64) {
    let text = format!("{generation}");
    if set.at(&["metadata", "annotations", TEMPLATE_GENERATION]).str() != text {
        let annotations = set.entry_at(&["metadata", "annotations"]);
        annotations.set(TEMPLATE_GENERATION, text);
        annotations.map_mut().sort();
    }
}

fn validate_update(set: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(set, old);
    let (spec, old_spec) = (set.get("spec"), old.get("spec"));
    check::immutable(&(&SPEC / "selector"), spec.get("selector"), old_spec.get("selector"), &mut errors);
    let mut options = Options::from_old(old_spec.get("template"));
    options.allow_invalid_affinity_values |= selector::has_invalid_value(old_spec.get("selector"));
    check_spec(set, &options, &mut errors);
    errors
}

/// Models `ValidateDaemonSetSpec`.
fn check_spec(set: &Value, options: &Options, errors: &mut Errors) {
    let (spec, template_at) = (set.get("spec"), &SPEC / "template");
    let (at, labels, template) = (&SPEC / "selector", spec.get("selector"), spec.get("template"));
    selector::check_with(&at, labels, options.allow_invalid_affinity_values, errors);
    if let Some(selector) = selector::parse(labels) {
        template::selected(&template_at, template, &selector, errors);
    }
    if !labels.is_null() {
        template::selects_something(&at, labels, "daemonset", errors);
    }
    pod::template::check(&template_at, template, options, errors);
    template::runs_on(&template_at, template, "DaemonSet", errors);
    counts::non_negative(&SPEC, spec, &["minReadySeconds"], errors);
    check::non_negative(&(&SPEC / "templateGeneration"), template_generation(set), errors);
    update_strategy(&(&SPEC / "updateStrategy"), spec.get("updateStrategy"), errors);
    counts::non_negative(&SPEC, spec, &["revisionHistoryLimit"], errors);
}

/// Models `ValidateDaemonSetUpdateStrategy`.
fn update_strategy(at: &Path<'_>, strategy: &Value, errors: &mut Errors) {
    match strategy.get("type").str() {
        "OnDelete" => {}
        "RollingUpdate" => {
            rolling_update(&(at / "rollingUpdate"), strategy.get("rollingUpdate"), errors);
        }
        _ => {
            let error = field::not_supported(at, strategy, &["RollingUpdate", "OnDelete"]);
            errors.push(error.of_type(STRATEGY_TYPE));
        }
    }
}

/// Models `ValidateRollingUpdateDaemonSet`.
fn rolling_update(at: &Path<'_>, update: &Value, errors: &mut Errors) {
    let (missing_at, missing) = (at / "maxUnavailable", update.get("maxUnavailable"));
    let (surge_at, surge) = (at / "maxSurge", update.get("maxSurge"));
    rolling::number_or_percent(&missing_at, missing, errors);
    rolling::number_or_percent(&surge_at, surge, errors);
    rolling::at_most_all(&missing_at, missing, errors);
    rolling::at_most_all(&surge_at, surge, errors);
    match (rolling::amount(missing) != 0, rolling::amount(surge) != 0) {
        (true, true) => {
            let detail = "may not be set when maxUnavailable is non-zero";
            errors.push(field::invalid(&surge_at, surge, detail));
        }
        (false, false) => {
            errors.push(field::required(&missing_at, "cannot be 0 when maxSurge is 0"));
        }
        _ => {}
    }
}

fn warnings(set: &Value, old: Option<&Value>) -> Vec<String> {
    match old {
        Some(old) if template_generation(old) == template_generation(set) => Vec::new(),
        _ => template::template_warnings(set),
    }
}
