//! `kubectl rollout history` and `undo`: the revisions that controllers keep.
//!
//! Models `k8s.io/kubectl/pkg/polymorphichelpers/history.go` and `rollback.go`.

use super::apply::LAST_APPLIED;
use super::args::{Flag, number};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Info};
use super::rollout::{find, in_group};
use super::run::Call;
use super::writing::{self, Dry, Writing};
use crate::api::{mapping, url};
use crate::base::field::quoted;
use crate::base::{Status, Value, json};
use crate::print::describe;
use crate::schema::patch::strategic;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};

pub const FLAGS: &[&[Flag]] = &[infos::FILES, infos::SELECTOR, writing::OUTPUT, &[number("revision")]];
pub const UNDO: &[&[Flag]] =
    &[infos::FILES, infos::SELECTOR, writing::OUTPUT, writing::DRY_RUN, &[number("to-revision")]];

/// The annotation of Deployments and their ReplicaSets.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";
const HASH: &str = "pod-template-hash";
const JSON_PATCH: &str = "application/json-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
/// Annotations that stay those of the Deployment.
const KEPT: &[&str] = &[
    LAST_APPLIED,
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

type Done = Result<(), Failure>;
/// ReplicaSets or ControllerRevisions, by their number.
type Revisions = BTreeMap<i64, Value>;

pub fn history(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let wanted = call.args.int("revision").unwrap_or_default();
    if wanted < 0 {
        return Err(Failure::own(format!("revision must be a positive integer: {wanted}")));
    }
    let mut writing = Writing::of(&call.args, "kubectl")?;
    let (found, mut failures) = find(client, call)?;
    for info in found {
        let shown = revisions(client, &info, "history viewer", "history for").and_then(|all| {
            if call.args.is_given("output") {
                let chosen = all.iter().filter(|(number, _)| wanted == 0 || **number == wanted);
                let mut printed = false;
                for (_, revision) in chosen {
                    let object = whole(client, &info, revision)?;
                    let resource =
                        if is_deployment(&info) { replica_sets(client)? } else { info.resource.clone() };
                    writing.print_as(out, &resource, &object, "")?;
                    printed = true;
                }
                return match printed || wanted == 0 {
                    true => Ok(()),
                    false => Err(Failure::own("unable to find the specified revision")),
                };
            }
            let text = view(client, &info, &all, wanted)?;
            let which = if wanted > 0 { format!("with revision #{wanted}") } else { String::new() };
            writing.print(out, &info.resource, &info.object, &format!("{which}\n{text}"))
        });
        failures.extend(shown.err());
    }
    out.fail_all(&failures);
    Ok(())
}

fn is_deployment(info: &Info) -> bool {
    info.resource.kind == "Deployment"
}

fn replica_sets(client: &Client<'_>) -> Result<crate::schema::Resource, Failure> {
    Ok(super::client::resource(&client.server.schema, "replicasets")?.clone())
}

fn view(client: &Client<'_>, info: &Info, all: &Revisions, wanted: i64) -> Result<String, Failure> {
    if all.is_empty() {
        return Ok("No rollout history found.".to_string());
    }
    if wanted > 0 {
        let revision = all.get(&wanted);
        let revision = revision.ok_or_else(|| Failure::own("unable to find the specified revision"))?;
        let object = whole(client, info, revision)?;
        let mut template = object.at(&["spec", "template"]).clone();
        let cause = cause_of(revision);
        if is_deployment(info) && !cause.is_empty() {
            template.entry_at(&["metadata", "annotations"]).set(CHANGE_CAUSE, cause);
        }
        return Ok(describe::pod_template(&template, client.server.now));
    }
    let width =
        all.keys().map(|n| n.to_string().len()).chain(["REVISION".len()]).max().unwrap_or_default() + 2;
    let mut text = format!("{:<width$}CHANGE-CAUSE\n", "REVISION");
    for (number, revision) in all {
        let cause = match cause_of(revision) {
            "" => "<none>",
            cause => cause,
        };
        text.push_str(&format!("{number:<width$}{cause}\n"));
    }
    Ok(text)
}

fn cause_of(revision: &Value) -> &str {
    revision.at(&["metadata", "annotations"]).get(CHANGE_CAUSE).str()
}

/// The object as a revision has it: a ReplicaSet as it is, else what the revision makes of the object.
fn whole(client: &Client<'_>, info: &Info, revision: &Value) -> Result<Value, Failure> {
    if is_deployment(info) {
        return Ok(revision.clone());
    }
    let schema = &client.server.schema;
    let id = schema.kind("apps", "v1", &info.resource.kind);
    let id = id.ok_or_else(|| Failure::own("unable to parse history"))?;
    Ok(strategic::apply(schema, id, &info.object, revision.get("data")).map_err(Status::from)?)
}

/// What the controller of the object has kept. `noun` and `what` are how errors call what asks.
fn revisions(client: &mut Client<'_>, info: &Info, noun: &str, what: &str) -> Result<Revisions, Failure> {
    let kind = match info.resource.kind.as_str() {
        "Deployment" => "replicasets",
        "DaemonSet" | "StatefulSet" => "controllerrevisions",
        "Job" | "Pod" | "ReplicaSet" | "ReplicationController" | "CronJob" => {
            let kind = quoted(&in_group(&info.resource));
            return Err(Failure::own(format!("no {noun} has been implemented for {kind}")));
        }
        _ => {
            let kind = in_group(&info.resource);
            return Err(Failure::own(format!(
                "error retrieving {what} {}, no visitor method exists for {{{} {}}}",
                quoted(&kind),
                info.resource.group,
                info.resource.kind
            )));
        }
    };
    let resource = super::client::resource(&client.server.schema, kind)?.clone();
    let selector = crate::base::Selector::from_spec(info.object.at(&["spec", "selector"]));
    let path = format!(
        "{}?labelSelector={}",
        mapping::path(&resource, &info.namespace, ""),
        url::escaped(&selector.to_string())
    );
    let list = client.call("GET", path, "", None)?;
    let uid = info.object.at(&["metadata", "uid"]);
    let is_own = |object: &&Value| {
        let mut owners = object.at(&["metadata", "ownerReferences"]).items().iter();
        owners.any(|owner| owner.get("controller").is_true() && owner.get("uid") == uid)
    };
    let mut out = Revisions::new();
    for object in list.get("items").items().iter().filter(is_own) {
        let number = match kind {
            "replicasets" => object.at(&["metadata", "annotations"]).get(REVISION).str().parse().ok(),
            _ => object.get("revision").as_int(),
        };
        if let Some(number) = number {
            let mut typed = Value::map([
                ("apiVersion", Value::text(resource.group_version())),
                ("kind", Value::text(&resource.kind)),
            ]);
            object.entries().iter().for_each(|(key, value)| typed.set(key, value));
            out.insert(number, typed);
        }
    }
    Ok(out)
}

pub fn undo(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let wanted = call.args.int("to-revision").unwrap_or_default();
    let mut writing = Writing::of(&call.args, "kubectl")?;
    let (found, mut failures) = find(client, call)?;
    for info in found {
        if !info.object.at(&["metadata", "annotations"]).get(LAST_APPLIED).is_null() {
            out.note(&format!("Warning: resource {} was previously managed with 'kubectl apply'. Rolling back will not update the {LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.", info.called()));
        }
        let done = back(client, &info, wanted, &writing)
            .and_then(|done| writing.print(out, &info.resource, &info.object, &done));
        failures.extend(done.err());
    }
    out.fail_all(&failures);
    Ok(())
}

/// Makes the object what it was at a revision, at the last but one where it is 0. Answers what was done.
fn back(client: &mut Client<'_>, info: &Info, wanted: i64, writing: &Writing<'_>) -> Result<String, Failure> {
    let not_found = || Failure::own(format!("unable to find specified revision {wanted} in history"));
    let all = revisions(client, info, "rollbacker", "rollbacker for")?;
    if wanted < 0 {
        return Err(not_found());
    }
    let revision = match wanted {
        0 => all.values().rev().nth(1).ok_or_else(|| match is_deployment(info) {
            true => Failure::own(format!("no rollout history found for deployment {}", quoted(&info.name))),
            false => Failure::own("no last revision to roll back to"),
        })?,
        number => all.get(&number).ok_or_else(not_found)?,
    };
    let target = whole(client, info, revision)?;
    let template = target.at(&["spec", "template"]);
    if writing.dry == Dry::Client {
        let text = describe::pod_template(template, client.server.now);
        return Ok(if is_deployment(info) { text } else { format!("will roll back to {text}") });
    }
    if info.object.at(&["spec", "paused"]).is_true() {
        return Err(Failure::own(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
        ));
    }
    let (old, new) = (without_hash(info.object.at(&["spec", "template"])), without_hash(template));
    if json::to_string(&old) == json::to_string(&new) {
        return Ok(format!("skipped rollback (current template already matches revision {wanted})"));
    }
    let failed =
        |status: Status| Failure::own(format!("failed restoring revision {wanted}: {}", status.message));
    if !is_deployment(info) {
        writing.patch(client, &info.path(), STRATEGIC, revision.get("data")).map_err(failed)?;
        return Ok("rolled back".to_string());
    }
    let mut annotations = Value::empty_map();
    for (key, value) in info.object.at(&["metadata", "annotations"]).entries() {
        if KEPT.contains(&key.as_str()) {
            annotations.set(key, value);
        }
    }
    for (key, value) in revision.at(&["metadata", "annotations"]).entries() {
        if !KEPT.contains(&key.as_str()) {
            annotations.set(key, value);
        }
    }
    let replace = |path: &str, value: Value| {
        Value::map([("op", Value::text("replace")), ("path", Value::text(path)), ("value", value)])
    };
    let patch = Value::list([replace("/spec/template", new), replace("/metadata/annotations", annotations)]);
    let body = json::to_string(&patch).into_bytes();
    writing.patch_raw(client, &info.path(), JSON_PATCH, body).map_err(failed)?;
    Ok("rolled back".to_string())
}

fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    if template.at(&["metadata", "labels"]).find(HASH).is_some() {
        template.entry_at(&["metadata", "labels"]).remove(HASH);
    }
    template
}
