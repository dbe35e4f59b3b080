//! Jobs that have ended, or that are gone.
//!
//! Models the first half of `syncCronJob`, and `cleanupFinishedJobs`.

use super::{Cron, Record, is_finished};
use crate::base::sort;
use crate::base::{Instant, Value};
use crate::store::Object;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Brings the list of active Jobs up to date.
pub(super) fn settle(cron: &mut Cron<'_>) {
    for job in cron.jobs.clone() {
        let active = cron.has_active(|a| a.get("uid").str() == job.uid());
        if let Some(how) = is_finished(job.value()) {
            if active {
                cron.forget(job.uid());
                let message = format!("Saw completed job: {}, condition: {how}", job.name());
                cron.say(Record::normal(cron.object.value(), "SawCompletedJob", message));
            }
            succeeded(cron, job, how);
        }
    }
    let missing: Vec<Value> =
        cron.status.get("active").items().iter().filter(|a| !is_there(cron, a)).cloned().collect();
    for job in missing {
        let message = format!("Active job went missing: {}", job.get("name").str());
        cron.say(Record::normal(cron.object.value(), "MissingJob", message));
        cron.forget(job.get("uid").str());
    }
}

fn is_there(cron: &Cron<'_>, reference: &Value) -> bool {
    cron.jobs.iter().any(|j| j.uid() == reference.get("uid").str())
}

fn succeeded(cron: &mut Cron<'_>, job: &Object, how: &str) {
    let at = job.value().get("status").get("completionTime");
    let known = cron.status.get("lastSuccessfulTime").str();
    if how == "Complete" && !at.is_null() && at.str() > known {
        cron.status.set("lastSuccessfulTime", at);
    }
}

/// Of those that have ended the oldest go.
pub(super) fn clean_up(cron: &mut Cron<'_>) {
    for (how, limit) in [("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")] {
        let Some(limit) = cron.spec().get(limit).as_int().and_then(|n| usize::try_from(n).ok()) else {
            continue;
        };
        let ended = cron.jobs.iter().copied().filter(|j| is_finished(j.value()) == Some(how));
        let mut jobs: Vec<&Arc<Object>> = ended.filter(|j| !j.is_deleted()).collect();
        let start = |j: &Arc<Object>| Instant::parse(j.value().get("status").get("startTime").str());
        sort::by_key(&mut jobs, |j| (start(j).is_none(), start(j), j.name().clone()));
        let excess = jobs.len().saturating_sub(limit);
        jobs.into_iter().take(excess).for_each(|job| cron.delete(job));
    }
}
