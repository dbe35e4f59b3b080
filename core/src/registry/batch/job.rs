//! A Job.
//!
//! Models `pkg/registry/batch/job`, `SetDefaults_Job` and `ValidateJobCreate` of
//! `pkg/apis/batch/validation/validation.go`.

use super::{job_spec, job_status};
use crate::base::field::{self, Errors};
use crate::base::{Path, Selector, Value, names};
use crate::registry::apps::template;
use crate::registry::pod::{self, Options};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta, selector};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "jobs.batch",
    default,
    prepare_create: |job| {
        generate_selector(job);
        edit::member(job, "spec", |spec| drop_disabled(spec, &Value::Null));
    },
    prepare_update: |job, old| edit::member(job, "spec", |spec| drop_disabled(spec, old.get("spec"))),
    validate: |job| {
        let mut errors = meta::validate_kube(job, true, names::dns1123_subdomain);
        generated_selector(job, &mut errors);
        check_spec(job.get("spec"), &Options::default(), &mut errors);
        name_fits(job, &mut errors);
        errors
    },
    validate_update,
    validate_status: job_status::validate,
    warnings,
    generation: true,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const TEMPLATE_TYPE: &str = "io.k8s.api.core.v1.PodTemplateSpec";
const POD_TYPE: &str = "io.k8s.api.core.v1.PodSpec";
const FAILURE_POLICY_TYPE: &str = "io.k8s.api.batch.v1.PodFailurePolicy";
const SUCCESS_POLICY_TYPE: &str = "io.k8s.api.batch.v1.SuccessPolicy";
/// What pods of a Job are labelled with, by an older name and by a newer one.
const UID_LABELS: &[&str] = &["controller-uid", UID_LABEL];
const NAME_LABELS: &[&str] = &["job-name", "batch.kubernetes.io/job-name"];
const UID_LABEL: &str = "batch.kubernetes.io/controller-uid";
const BACKOFF_LIMIT: i64 = 6;

fn default(job: &mut Value) {
    edit::member(job, "spec", |spec| {
        template_defaults(spec);
        if spec.get("completions").is_null() && spec.get("parallelism").is_null() {
            spec.set("completions", 1);
        }
        spec.set_default("parallelism", 1);
        let unlimited = !spec.get("backoffLimitPerIndex").is_null();
        spec.set_default("backoffLimit", if unlimited { i32::MAX.into() } else { BACKOFF_LIMIT });
        spec.set_default("completionMode", "NonIndexed");
        spec.set_default("suspend", false);
        let fails = !spec.get("podFailurePolicy").is_null();
        spec.set_default("podReplacementPolicy", if fails { "Failed" } else { "TerminatingOrFailed" });
        spec.set_default("manualSelector", false);
    });
    let labels = job.at(&["spec", "template", "metadata", "labels"]).clone();
    if !labels.is_empty() && job.at(&["metadata", "labels"]).is_empty() {
        *job.entry_at(&["metadata", "labels"]) = labels;
    }
}

/// What a Job's spec has by default wherever it stands.
pub(super) fn template_defaults(spec: &mut Value) {
    edit::member(spec, "template", pod::defaults::template);
    edit::member(spec, "podFailurePolicy", |policy| {
        edit::each(policy, "rules", |rule| {
            edit::each(rule, "onPodConditions", |pattern| edit::default_text(pattern, "status", "True"));
        });
    });
}

/// Fields of features that are off go, unless the old spec has them.
pub(super) fn drop_disabled(spec: &mut Value, old: &Value) {
    if old.get("scheduling").is_null() {
        spec.remove("scheduling");
    }
    edit::member(spec, "template", |new| pod::template::drop_disabled(new, old.get("template")));
}

/// Its pods are labelled with its name and uid, and selected by the uid. A Job without labels has those of its pods.
fn generate_selector(job: &mut Value) {
    let own = job.at(&["metadata", "labels"]).clone();
    // Labels that were taken from the template are the same map still, and grow with it; not so in the copy that is made
    // where a name is generated.
    let copied = !job.at(&["metadata", "generateName"]).is_empty();
    let shared = own.is_empty() || !copied && own.same(job.at(&["spec", "template", "metadata", "labels"]));
    if job.at(&["spec", "manualSelector"]).is_true() {
        return;
    }
    let metadata = job.get("metadata");
    let (name, uid) = (metadata.get("name").clone(), metadata.get("uid").clone());
    let labels = job.entry_at(&["spec", "template", "metadata", "labels"]);
    for (keys, value) in [(NAME_LABELS, &name), (UID_LABELS, &uid)] {
        for key in keys {
            labels.set_default(key, value);
        }
    }
    labels.map_mut().sort();
    let labels = labels.clone();
    if shared {
        *job.entry_at(&["metadata", "labels"]) = labels;
    }
    job.entry_at(&["spec", "selector", "matchLabels"]).set_default(UID_LABEL, uid);
    job.entry_at(&["spec", "selector", "matchLabels"]).map_mut().sort();
}

/// Models `validateGeneratedSelector`.
fn generated_selector(job: &Value, errors: &mut Errors) {
    let (spec, metadata) = (job.get("spec"), job.get("metadata"));
    if spec.get("manualSelector").is_true() || spec.get("selector").is_null() {
        return;
    }
    let (uid, name) = (metadata.get("uid"), metadata.get("name"));
    if uid.is_empty() {
        errors.push(field::required(&Path::new("metadata.uid"), ""));
    }
    let at = &SPEC / "template.metadata.labels";
    let labels = spec.at(&["template", "metadata", "labels"]);
    let mut expected = Value::empty_map();
    for i in 0..UID_LABELS.len() {
        for (keys, value) in [(UID_LABELS, uid), (NAME_LABELS, name)] {
            let Some(key) = keys.get(i) else { continue };
            has_label(&at, labels, key, value.str(), errors);
            expected.set(key, value);
        }
    }
    let own = spec.get("selector");
    if selector::parse(own).is_some_and(|selector| !selector.matches(&expected)) {
        errors.push(field::invalid(&(&SPEC / "selector"), own, "`selector` not auto-generated"));
    }
}

/// Models `ValidateHasLabel`.
fn has_label(at: &Path<'_>, labels: &Value, key: &str, value: &str, errors: &mut Errors) {
    let detail = format!("must be '{value}'");
    match labels.find(key) {
        None => errors.push(field::required(&at.key(key), detail)),
        Some(actual) if actual.str() != value => {
            errors.push(field::invalid(&at.key(key), labels, detail));
        }
        Some(_) => {}
    }
}

/// Models `ValidateJobSpec`.
fn check_spec(spec: &Value, options: &Options, errors: &mut Errors) {
    job_spec::check(&SPEC, spec, options, errors);
    let (at, own) = (&SPEC / "selector", spec.get("selector"));
    if own.is_null() {
        errors.push(field::required(&at, ""));
    } else {
        selector::check_with(&at, own, options.allow_invalid_affinity_values, errors);
    }
    let labels = spec.at(&["template", "metadata", "labels"]);
    let selects = |selector: Selector| selector.matches(labels);
    if selector::parse(own).is_some_and(|selector| !selects(selector)) {
        let at = &SPEC / "template.metadata.labels";
        errors.push(field::invalid(&at, labels, "`selector` does not match template `labels`"));
    }
}

/// The host of an Indexed Job's pod is named after the Job and the index.
fn name_fits(job: &Value, errors: &mut Errors) {
    let (spec, name) = (job.get("spec"), job.at(&["metadata", "name"]));
    let completions = spec.get("completions").int();
    if !job_spec::is_indexed(spec) || completions <= 0 {
        return;
    }
    let host = format!("{}-{}", name.str(), completions - 1);
    if !names::dns1123_label(&host).is_empty() {
        let detail = format!("will not able to create pod with invalid DNS label: {host}");
        errors.push(field::invalid(&Path::new("metadata.name"), name, detail));
    }
}

fn validate_update(job: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(job, old);
    let (spec, was) = (job.get("spec"), old.get("spec"));
    let mut options = Options::from_old(was.get("template"));
    options.allow_invalid_affinity_values |= selector::has_invalid_value(was.get("selector"));
    check_spec(spec, &options, &mut errors);
    completions(spec, was, &mut errors);
    immutable("selector", None, spec, was, &mut errors);
    template_update(old, spec, was, &mut errors);
    for (name, type_) in [
        ("completionMode", None),
        ("podFailurePolicy", Some(FAILURE_POLICY_TYPE)),
        ("backoffLimitPerIndex", None),
        ("managedBy", None),
        ("successPolicy", Some(SUCCESS_POLICY_TYPE)),
    ] {
        immutable(name, type_, spec, was, &mut errors);
    }
    name_fits(job, &mut errors);
    errors
}

fn immutable(name: &str, type_: Option<&'static str>, spec: &Value, was: &Value, errors: &mut Errors) {
    if spec.get(name) != was.get(name) {
        let error = field::invalid(&(&SPEC / name), spec.get(name), check::IMMUTABLE);
        errors.push(match type_ {
            Some(type_) => error.of_type(type_),
            None => error,
        });
    }
}

/// Only an Indexed Job is elastic, and only as a whole.
fn completions(spec: &Value, was: &Value, errors: &mut Errors) {
    if !job_spec::is_indexed(spec) {
        return immutable("completions", None, spec, was, errors);
    }
    let (new, old) = (spec.get("completions"), was.get("completions"));
    if new != old && !new.is_null() && new != spec.get("parallelism") {
        // The place of the other field is taken from the root of the path, whose name is the spec's.
        let detail = "can only be modified in tandem with spec.parallelism";
        errors.push(field::invalid(&(&SPEC / "completions"), new, detail));
    }
}

/// The template of a Job that is suspended and has no pods may still change where its pods go and what they get.
///
/// Models `validatePodTemplateUpdate`.
fn template_update(old_job: &Value, spec: &Value, was: &Value, errors: &mut Errors) {
    let (new, mut old) = (spec.get("template"), was.get("template").clone());
    let at = &SPEC / "template";
    let suspended = was.get("suspend").is_true();
    let status = old_job.get("status");
    let at_rest =
        status.get("startTime").is_null() || job_status::has_condition(old_job, "Suspended", "True");
    let mutable = suspended && at_rest && status.get("active").int() == 0;
    if mutable {
        adopt_scheduling(new, &mut old);
    }
    if !suspended || !mutable {
        if *new != old {
            errors.push(field::invalid(&at, new, check::IMMUTABLE).of_type(TEMPLATE_TYPE));
        }
        return;
    }
    let (new, old) = (new.get("spec"), old.entry("spec"));
    for list in ["containers", "initContainers"] {
        adopt_resources(new.get(list).items(), old, list);
    }
    if new != old {
        errors.push(field::invalid(&(&at / "spec"), new, check::IMMUTABLE).of_type(POD_TYPE));
    }
}

/// Takes over what says where pods may go.
fn adopt_scheduling(new: &Value, old: &mut Value) {
    let affinity = new.at(&["spec", "affinity"]);
    edit::member(old, "spec", |spec| {
        for name in ["nodeSelector", "tolerations", "schedulingGates"] {
            adopt(spec, new.get("spec"), name);
        }
        if affinity.is_null() && spec.get("affinity").is_null() {
            return;
        }
        adopt(spec.entry("affinity"), affinity, "nodeAffinity");
        if affinity.is_null() && spec.get("affinity").entries().iter().all(|(_, v)| v.is_null()) {
            spec.remove("affinity");
        } else if spec.get("affinity").is_null() {
            spec.set("affinity", Value::empty_map());
        }
    });
    let metadata = old.entry("metadata");
    for name in ["annotations", "labels"] {
        adopt(metadata, new.get("metadata"), name);
    }
}

fn adopt(old: &mut Value, new: &Value, name: &str) {
    match new.find(name) {
        Some(value) => old.set(name, value),
        None => {
            old.remove(name);
        }
    }
}

fn adopt_resources(new: &[Value], old: &mut Value, list: &str) {
    if new.len() != old.get(list).items().len() {
        return;
    }
    edit::member(old, list, |old| {
        for (old, new) in old.list_mut().iter_mut().zip(new) {
            if old.get("name") == new.get("name") {
                adopt(old, new, "resources");
            }
        }
    });
}

fn warnings(job: &Value, old: Option<&Value>) -> Vec<String> {
    let mut out = Vec::new();
    match old {
        Some(old) if template::generation(old) == template::generation(job) => return out,
        Some(_) => {}
        None => out.extend(template::name_warning(job)),
    }
    out.extend(job_spec::warnings(&SPEC, job.get("spec")));
    out
}
