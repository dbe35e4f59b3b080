//! A CronJob.
//!
//! Models `pkg/registry/batch/cronjob`, `SetDefaults_CronJob` and `ValidateCronJobCreate` of
//! `pkg/apis/batch/validation/validation.go`.

use super::{job, job_spec, zones};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, cron, names};
use crate::registry::apps::{counts, template};
use crate::registry::pod::Options;
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "cronjobs.batch",
    default,
    prepare_create: |cron| drop_disabled(cron, &Value::Null),
    prepare_update: drop_disabled,
    validate: |cron| {
        let mut errors = meta::validate_kube(cron, true, names::dns1123_subdomain);
        check_spec(cron.get("spec"), None, &Options::default(), &mut errors);
        let name = cron.at(&["metadata", "name"]).str();
        if name.len() > NAME_MAX {
            let detail = "must be no more than 52 characters";
            errors.push(field::invalid(&Path::new("metadata.name"), name, detail));
        }
        errors
    },
    validate_update: |cron, old| {
        let mut errors = meta::validate_update_kube(cron, old);
        let old = old.get("spec");
        let options = Options::from_old(old.at(&["jobTemplate", "spec", "template"]));
        check_spec(cron.get("spec"), Some(old), &options, &mut errors);
        errors
    },
    warnings,
    generation: true,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
/// What is left of a Job's name with the time behind it.
const NAME_MAX: usize = 52;
const CONCURRENCY_POLICIES: &[&str] = &["Allow", "Forbid", "Replace"];

fn default(cron: &mut Value) {
    edit::member(cron, "spec", |spec| {
        edit::member(spec, "jobTemplate", |t| edit::member(t, "spec", job::template_defaults));
        edit::default_text(spec, "concurrencyPolicy", "Allow");
        spec.set_default("suspend", false);
        spec.set_default("successfulJobsHistoryLimit", 3);
        spec.set_default("failedJobsHistoryLimit", 1);
    });
}

fn drop_disabled(cron: &mut Value, old: &Value) {
    let old = old.at(&["spec", "jobTemplate", "spec"]);
    edit::member(cron, "spec", |spec| {
        edit::member(spec, "jobTemplate", |t| edit::member(t, "spec", |s| job::drop_disabled(s, old)));
    });
}

/// Models `validateCronJobSpec`.
fn check_spec(spec: &Value, old: Option<&Value>, options: &Options, errors: &mut Errors) {
    schedule(&(&SPEC / "schedule"), spec, old, errors);
    counts::non_negative(&SPEC, spec, &["startingDeadlineSeconds"], errors);
    let zone = spec.get("timeZone");
    if old.is_none_or(|old| old.get("timeZone") != zone) {
        zones::check(&(&SPEC / "timeZone"), zone, errors);
    }
    let policy = spec.get("concurrencyPolicy").str();
    check::required_one_of(&(&SPEC / "concurrencyPolicy"), policy, CONCURRENCY_POLICIES, errors);
    let at = &SPEC / "jobTemplate.spec";
    let template = spec.at(&["jobTemplate", "spec"]);
    job_spec::check(&at, template, options, errors);
    let selector = template.get("selector");
    if !selector.is_null() {
        let detail = "`selector` will be auto-generated";
        errors.push(field::invalid(&(&at / "selector"), selector, detail));
    }
    if template.get("manualSelector").is_true() {
        errors.push(field::not_supported(&(&at / "manualSelector"), true, &["nil", "false"]));
    }
    counts::non_negative(&SPEC, spec, &["successfulJobsHistoryLimit", "failedJobsHistoryLimit"], errors);
}

/// Models `validateScheduleFormat`.
fn schedule(at: &Path<'_>, spec: &Value, old: Option<&Value>, errors: &mut Errors) {
    let schedule = spec.get("schedule").str();
    if schedule.is_empty() {
        errors.push(field::required(at, "").declarative());
        return;
    }
    if let Err(why) = cron::parse(schedule, zones::is_known) {
        errors.push(field::invalid(at, schedule, why));
    }
    let has_zone = |schedule: &str| schedule.contains("TZ");
    let had_zone = old.is_some_and(|old| has_zone(old.get("schedule").str()));
    let detail = match (had_zone, spec.get("timeZone").is_null()) {
        _ if !has_zone(schedule) => return,
        (false, _) => "cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
        (true, false) => "cannot use both timeZone field and TZ or CRON_TZ in schedule",
        (true, true) => return,
    };
    errors.push(field::invalid(at, schedule, detail));
}

fn warnings(cron: &Value, old: Option<&Value>) -> Vec<String> {
    let mut out = Vec::new();
    if old.is_none() {
        out.extend(template::name_warning(cron));
    }
    if old.is_none_or(|old| template::generation(old) != template::generation(cron)) {
        let spec = cron.at(&["spec", "jobTemplate", "spec"]);
        out.extend(job_spec::warnings(&(&SPEC / "jobTemplate.spec"), spec));
    }
    if old.is_some() && cron.at(&["spec", "schedule"]).str().contains("TZ") {
        out.push(
            "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
                .to_string(),
        );
    }
    out
}
