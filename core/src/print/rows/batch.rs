//! Jobs as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::age::{age_of, human};
use super::columns::batch as columns;
use super::table::{Around, Printer};
use super::text::{self, NONE, UNSET, age, count, holds, is_deleted, name, selector};
use crate::base::{Instant, Value};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] = &[
    Printer { resource: "jobs.batch", columns: columns::JOB, cells: job },
    Printer { resource: "cronjobs.batch", columns: columns::CRON_JOB, cells: cron_job },
];

fn job(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let spec = o.get("spec");
    let [names, images] = text::containers(spec.at(&["template", "spec"]));
    vec![
        name(o),
        Value::text(status(o)),
        Value::from(completions(o)),
        Value::from(duration(o, around.now)),
        age(o, around.now),
        names,
        images,
        selector(spec.get("selector")),
    ]
}

fn status(o: &Value) -> &'static str {
    const AFTER: &[&str] = &["Suspended", "FailureTarget", "SuccessCriteriaMet"];
    let find = |states: &[&'static str]| states.iter().copied().find(|state| holds(o, state));
    let deleted = || is_deleted(o).then_some("Terminating");
    find(&["Complete", "Failed"]).or_else(deleted).or_else(|| find(AFTER)).unwrap_or("Running")
}

fn completions(o: &Value) -> String {
    let (spec, done) = (o.get("spec"), o.at(&["status", "succeeded"]).int());
    match (spec.get("completions").as_int(), spec.get("parallelism").int()) {
        (Some(wanted), _) => format!("{done}/{wanted}"),
        (None, parallelism) if parallelism > 1 => format!("{done}/1 of {parallelism}"),
        _ => format!("{done}/1"),
    }
}

fn duration(o: &Value, now: Instant) -> String {
    let time = |field: &str| Instant::parse(o.at(&["status", field]).str());
    match (time("startTime"), time("completionTime")) {
        (None, _) => String::new(),
        (Some(start), end) => human((end.unwrap_or(now) - start).as_millis()),
    }
}

fn cron_job(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let (spec, status) = (o.get("spec"), o.get("status"));
    let job = spec.at(&["jobTemplate", "spec"]);
    let [names, images] = text::containers(job.at(&["template", "spec"]));
    let suspend = match spec.get("suspend").as_bool() {
        None => UNSET,
        Some(true) => "True",
        Some(false) => "False",
    };
    let last = match status.get("lastScheduleTime") {
        Value::Null => NONE.into(),
        time => age_of(time, around.now),
    };
    vec![
        name(o),
        text::text(spec.get("schedule")),
        spec.get("timeZone").as_text().map_or(Value::text(NONE), Value::from),
        Value::text(suspend),
        Value::Int(count(status.get("active"))),
        Value::from(last),
        age(o, around.now),
        names,
        images,
        selector(job.get("selector")),
    ]
}
