//! `kubectl rollout status`, `pause`, `resume` and `restart`
//!
//! Models `k8s.io/kubectl/pkg/cmd/rollout` and the parts of `polymorphichelpers` that it uses.

use super::args::{Flag, number, switch, time};
use super::builder::namespace;
use super::client::{Client, PATIENCE};
use super::console::{Failure, Printed};
use super::infos::{self, Ask, Info, infos_or_all};
use super::run::Call;
use super::set::{STRATEGIC, difference};
use super::writing::{self, Writing, typed};
use crate::base::{Duration, Value};
use crate::schema::Resource;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const STATUS: &[&[Flag]] =
    &[infos::FILES, infos::SELECTOR, &[switch("watch", "w"), number("revision"), time("timeout")]];
pub const CHANGE: &[&[Flag]] = &[infos::FILES, infos::SELECTOR, writing::OUTPUT, writing::MANAGER];

const DEADLINE: &str = "ProgressDeadlineExceeded";

type Done = Result<(), Failure>;

/// The objects that the words name; a kind alone stands for all of them.
pub fn find(client: &mut Client<'_>, call: &Call<'_>) -> Result<(Vec<Info>, Vec<Failure>), Failure> {
    let args = &call.args;
    if args.words.is_empty() && !args.is_given("filename") && !args.is_given("kustomize") {
        return Err(Failure::own("required resource not specified"));
    }
    infos_or_all(client, call, &args.words, Ask::Fetch)
}

pub fn in_group(resource: &Resource) -> String {
    match resource.group.as_str() {
        "" => resource.kind.to_string(),
        group => format!("{}.{group}", resource.kind),
    }
}

pub fn status(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let revision = args.int("revision").unwrap_or_default();
    if revision < 0 {
        return Err(Failure::own(format!("revision must be a positive integer: {revision}")));
    }
    let (found, failures) = find(client, call)?;
    if found.is_empty() && failures.is_empty() {
        out.note(&format!("No resources found in {} namespace.", namespace(args)));
    }
    let limit = args.duration("timeout").filter(|limit| *limit != Duration::ZERO);
    let mut failures = failures;
    for info in found {
        if !matches!(info.resource.kind.as_str(), "Deployment" | "DaemonSet" | "StatefulSet") {
            let what = in_group(&info.resource);
            failures.push(Failure::own(format!("no status viewer has been implemented for {what}")));
            continue;
        }
        let mut said = String::new();
        let mut last = String::new();
        let done = client.wait(limit.unwrap_or(PATIENCE), &mut |client| {
            let object = match client.call("GET", info.path(), "", None) {
                Ok(object) => object,
                Err(status) if status.code == 404 => return Err(Failure::own("object has been deleted")),
                Err(status) => return Err(status.into()),
            };
            // each version of the object is told of, and said again where it says the same
            let version = object.at(&["metadata", "resourceVersion"]).str();
            if version != last {
                last = version.to_string();
                let (line, done) = progress(&info.resource.kind, &object, revision)?;
                said.push_str(&line);
                return Ok(done || !args.is_not_off("watch"));
            }
            Ok(false)
        });
        out.stdout.push_str(&said);
        match done {
            Ok(true) => {}
            Ok(false) => failures.push(Failure::own("timed out waiting for the condition")),
            Err(failure) => failures.push(failure),
        }
    }
    out.fail_all(&failures);
    Ok(())
}

/// How far a rollout has come, and whether that is all.
///
/// Models `polymorphichelpers/rollout_status.go`.
fn progress(kind: &str, object: &Value, revision: i64) -> Result<(String, bool), Failure> {
    let (spec, status) = (object.get("spec"), object.get("status"));
    let name = object.at(&["metadata", "name"]).str();
    let observed = status.get("observedGeneration").int();
    let generation = object.at(&["metadata", "generation"]).int();
    let number = |field: &str| status.get(field).int();
    let wait = |text: String| Ok((format!("{text}...\n"), false));
    let done = |text: String| Ok((format!("{text}\n"), true));
    let replicas = spec.get("replicas").as_int();
    match kind {
        "Deployment" => {
            let own = object.at(&["metadata", "annotations"]).get(super::history::REVISION).str();
            let own = own.parse::<i64>().unwrap_or_default();
            if revision > 0 && revision != own {
                return Err(Failure::own(format!(
                    "desired revision ({revision}) is different from the running revision ({own})"
                )));
            }
            if generation > observed {
                return wait("Waiting for deployment spec update to be observed".to_string());
            }
            let is_late =
                |c: &Value| c.get("type").str() == "Progressing" && c.get("reason").str() == DEADLINE;
            if status.get("conditions").items().iter().any(is_late) {
                return Err(Failure::own(format!("deployment \"{name}\" exceeded its progress deadline")));
            }
            let (updated, available) = (number("updatedReplicas"), number("availableReplicas"));
            let start = format!("Waiting for deployment \"{name}\" rollout to finish:");
            if let Some(replicas) = replicas.filter(|replicas| updated < *replicas) {
                return wait(format!("{start} {updated} out of {replicas} new replicas have been updated"));
            }
            let old = number("replicas") - updated;
            if old > 0 {
                return wait(format!("{start} {old} old replicas are pending termination"));
            }
            if available < updated {
                return wait(format!("{start} {available} of {updated} updated replicas are available"));
            }
            done(format!("deployment \"{name}\" successfully rolled out"))
        }
        "DaemonSet" => {
            check_strategy(spec)?;
            if generation > observed {
                return wait("Waiting for daemon set spec update to be observed".to_string());
            }
            let start = format!("Waiting for daemon set \"{name}\" rollout to finish:");
            let (updated, wanted) = (number("updatedNumberScheduled"), number("desiredNumberScheduled"));
            if updated < wanted {
                return wait(format!("{start} {updated} out of {wanted} new pods have been updated"));
            }
            let available = number("numberAvailable");
            if available < wanted {
                return wait(format!("{start} {available} of {wanted} updated pods are available"));
            }
            done(format!("daemon set \"{name}\" successfully rolled out"))
        }
        _ => {
            check_strategy(spec)?;
            if observed == 0 || generation > observed {
                return wait("Waiting for statefulset spec update to be observed".to_string());
            }
            let ready = number("readyReplicas");
            if let Some(replicas) = replicas.filter(|replicas| ready < *replicas) {
                return wait(format!("Waiting for {} pods to be ready", replicas - ready));
            }
            let rolling = spec.at(&["updateStrategy", "rollingUpdate"]);
            let updated = number("updatedReplicas");
            if !rolling.is_null() {
                let left = replicas.zip(rolling.get("partition").as_int()).map(|(all, kept)| all - kept);
                if let Some(left) = left.filter(|left| updated < *left) {
                    return wait(format!(
                        "Waiting for partitioned roll out to finish: {updated} out of {left} new pods have been updated"
                    ));
                }
                return done(format!(
                    "partitioned roll out complete: {updated} new pods have been updated..."
                ));
            }
            let (new, current) = (status.get("updateRevision").str(), status.get("currentRevision").str());
            if new != current {
                return wait(format!(
                    "waiting for statefulset rolling update to complete {updated} pods at revision {new}"
                ));
            }
            let pods = number("currentReplicas");
            done(format!("statefulset rolling update complete {pods} pods at revision {current}..."))
        }
    }
}

fn check_strategy(spec: &Value) -> Done {
    match spec.at(&["updateStrategy", "type"]).str() {
        "RollingUpdate" => Ok(()),
        _ => Err(Failure::own("rollout status is only available for RollingUpdate strategy type")),
    }
}

/// A change of the whole, what it is called, and what it is called where nothing had to be changed.
struct Turn {
    done: &'static str,
    mutate: fn(&mut Value, &Info, &str) -> Result<(), String>,
}

pub fn pause(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    turn(
        client,
        call,
        out,
        &Turn {
            done: "paused",
            mutate: |object, info, _| match (
                info.resource.kind.as_str(),
                object.at(&["spec", "paused"]).is_true(),
            ) {
                ("Deployment", true) => Err("is already paused".to_string()),
                ("Deployment", false) => {
                    object.entry("spec").set("paused", true);
                    Ok(())
                }
                _ => Err("pausing is not supported".to_string()),
            },
        },
    )
}

pub fn resume(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    turn(
        client,
        call,
        out,
        &Turn {
            done: "resumed",
            mutate: |object, info, _| match (
                info.resource.kind.as_str(),
                object.at(&["spec", "paused"]).is_true(),
            ) {
                ("Deployment", false) => Err("is not paused".to_string()),
                ("Deployment", true) => {
                    object.entry("spec").remove("paused");
                    Ok(())
                }
                _ => Err("resuming is not supported".to_string()),
            },
        },
    )
}

pub fn restart(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    turn(
        client,
        call,
        out,
        &Turn {
            done: "restarted",
            mutate: |object, info, now| {
                if !matches!(info.resource.kind.as_str(), "Deployment" | "DaemonSet" | "StatefulSet") {
                    return Err("restarting is not supported".to_string());
                }
                if object.at(&["spec", "paused"]).is_true() {
                    return Err("can't restart paused deployment (run rollout resume first)".to_string());
                }
                let annotations = object.entry_at(&["spec", "template", "metadata", "annotations"]);
                annotations.set("kubectl.kubernetes.io/restartedAt", now);
                Ok(())
            },
        },
    )
}

fn turn(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed, turn: &Turn) -> Done {
    let mut writing = Writing::of(&call.args, "kubectl-rollout")?;
    let (found, mut failures) = find(client, call)?;
    if found.is_empty() && failures.is_empty() {
        out.note(&format!("No resources found in {} namespace.", namespace(&call.args)));
    }
    let now = client.server.now.rfc3339();
    for info in found {
        let mut changed = info.object.clone();
        if let Err(problem) = (turn.mutate)(&mut changed, &info, &now) {
            let Resource { name, group, .. } = &info.resource;
            let dot = if group.is_empty() { "" } else { "." };
            failures.push(Failure::Plain(format!("error: {name}{dot}{group} \"{}\" {problem}", info.name)));
            continue;
        }
        let changed = typed(&client.server.schema, &info.resource, &changed);
        let patch = difference(client, &info, &changed)?;
        if patch.is_empty() {
            failures.push(Failure::own(format!("failed to create patch for {}: if restart has already been triggered within the past second, please wait before attempting to trigger another", info.name)));
            continue;
        }
        match writing.patch(client, &info.path(), STRATEGIC, &patch) {
            Ok(object) => writing.print_as(out, &info.resource, &object, turn.done)?,
            Err(status) => failures.push(Failure::own(format!("failed to patch: {}", status.message))),
        }
    }
    out.fail_all(&failures);
    Ok(())
}
