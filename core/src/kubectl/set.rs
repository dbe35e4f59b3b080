//! `kubectl set`: one part of what is there.
//!
//! Models `k8s.io/kubectl/pkg/cmd/set`.

use super::args::{Flag, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::create::subjects;
use super::infos::{Ask, Info, infos};
use super::label::resources_and_pairs;
use super::run::Call;
use super::selectors;
use super::writing::{Dry, Writing, typed};
use crate::base::field::quoted;
use crate::base::{Quantity, Status, Value};
use crate::schema::patch::strategic;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[Flag] = &[value("selector", "l"), switch("all", ""), switch("local", "")];
pub const CONTAINERS: &[Flag] = &[value("containers", "c")];
pub const RESOURCES: &[Flag] = &[value("limits", ""), value("requests", "")];
pub const SELECTOR: &[Flag] = &[
    value("field-selector", ""),
    switch("all-namespaces", "A"),
    value("resource-version", ""),
    switch("all", ""),
    switch("local", ""),
];
pub const SUBJECTS: &[Flag] = &[value("user", ""), value("group", ""), value("serviceaccount", "")];

pub const STRATEGIC: &str = "application/strategic-merge-patch+json";

type Done = Result<(), Failure>;
/// Changes an object; an error is why it cannot.
pub type Mutate<'m> = &'m mut dyn FnMut(&mut Value, &Info) -> Result<(), String>;

/// What a change is called.
pub struct Words {
    pub done: &'static str,
    /// What the server's refusal is put behind.
    pub failed: &'static str,
}

/// Changes the objects one by one, and sends what differs.
///
/// Models `CalculatePatches` and what its callers do with them.
pub fn change(
    client: &mut Client<'_>,
    call: &Call<'_>,
    found: &[Info],
    words: &Words,
    mutate: Mutate<'_>,
    out: &mut Printed,
) -> Result<Vec<Failure>, Failure> {
    let mut writing = Writing::of(&call.args, "kubectl-set")?;
    let mut failures = Vec::new();
    for info in found {
        let mut changed = info.object.clone();
        if let Err(problem) = mutate(&mut changed, info) {
            failures.push(Failure::Plain(format!("error: {} {problem}", info.called())));
            continue;
        }
        let changed = typed(&client.server.schema, &info.resource, &changed);
        let patch = difference(client, info, &changed)?;
        if patch.is_empty() {
            continue;
        }
        if call.args.is_on("local") || writing.dry == Dry::Client {
            writing.print_as(out, &info.resource, &changed, words.done)?;
            continue;
        }
        match writing.patch(client, &info.path(), STRATEGIC, &patch) {
            Ok(object) => writing.print_as(out, &info.resource, &object, words.done)?,
            Err(status) => failures.push(Failure::own(format!("{}{}", words.failed, status.message))),
        }
        out.warn(client);
    }
    Ok(failures)
}

/// The patch that makes the one of the other.
pub fn difference(client: &Client<'_>, info: &Info, changed: &Value) -> Result<Value, Failure> {
    let (schema, resource) = (&client.server.schema, &info.resource);
    let Some(id) = schema.kind(&resource.group, &resource.version, &resource.kind) else {
        return Ok(Value::empty_map());
    };
    let before = typed(schema, resource, &info.object);
    Ok(strategic::create_two_way(schema, id, &before, changed).map_err(Status::from)?)
}

/// Where the pods of a kind are described.
pub fn pod_path(kind: &str) -> Result<&'static [&'static str], String> {
    match kind {
        "Pod" => Ok(&["spec"]),
        "Deployment" | "DaemonSet" | "ReplicaSet" | "StatefulSet" | "Job" | "ReplicationController" => {
            Ok(&["spec", "template", "spec"])
        }
        "CronJob" => Ok(&["spec", "jobTemplate", "spec", "template", "spec"]),
        other => Err(format!("the object is not a pod or does not have a pod template: *v1.{other}")),
    }
}

fn find(client: &mut Client<'_>, call: &Call<'_>, words: &[String]) -> Result<Vec<Info>, Failure> {
    let local = call.args.is_on("local");
    if local && Dry::of(&call.args)? == Dry::Server {
        return Err(Failure::own(
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?",
        ));
    }
    let (found, failures) = infos(client, call, words, if local { Ask::Local } else { Ask::Fetch })?;
    match failures.into_iter().next() {
        Some(failure) => Err(failure),
        None => Ok(found),
    }
}

pub fn image(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let (objects, given) = resources_and_pairs(&call.args.words, "image")?;
    let mut images = Vec::new();
    for pair in given {
        let pair =
            pair.split_once('=').ok_or_else(|| Failure::own(format!("invalid image format: {pair}")))?;
        images.push(pair);
    }
    let found = find(client, call, &objects)?;
    if images.is_empty() {
        return Err(Failure::own("at least one image update is required"));
    }
    if images.len() > 1 && images.iter().any(|(name, _)| *name == "*") {
        return Err(Failure::own(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs",
        ));
    }
    let mut missing = Vec::new();
    let words = Words { done: "image updated", failed: "failed to patch image update to pod template: " };
    let failures = change(
        client,
        call,
        &found,
        &words,
        &mut |object, info| {
            let path = pod_path(&info.resource.kind)?;
            for (name, image) in &images {
                let mut known = false;
                each_container(object, path, name, &mut |container| {
                    known = true;
                    container.set("image", *image);
                });
                if !known {
                    missing.push(Failure::Plain(format!(
                        "error: unable to find container named {}",
                        quoted(name)
                    )));
                }
            }
            Ok(())
        },
        out,
    )?;
    out.fail_all(&missing.into_iter().chain(failures).collect::<Vec<_>>());
    Ok(())
}

/// Calls `change` with the containers of a name, or of all with `*`.
fn each_container(object: &mut Value, path: &[&str], name: &str, change: &mut dyn FnMut(&mut Value)) {
    let spec = object.entry_at(path);
    for field in ["containers", "initContainers"] {
        if spec.get(field).is_empty() {
            continue;
        }
        for container in spec.entry(field).list_mut() {
            if matches(name, container.get("name").str()) {
                change(container);
            }
        }
    }
}

/// Models `selectString`: `*` stands for anything.
pub fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => {
            let Some(behind) = text.strip_prefix(start) else { return false };
            rest.is_empty()
                || behind.char_indices().any(|(at, _)| matches(rest, behind.get(at..).unwrap_or_default()))
        }
    }
}

pub fn resources(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let found = find(client, call, &args.words)?;
    let mut wanted = Vec::new();
    for field in ["limits", "requests"] {
        let text = args.get(field);
        for statement in text.split(',').filter(|_| !text.is_empty()) {
            let pair = statement.split_once('=').filter(|(_, amount)| !amount.contains('='));
            let (name, amount) = pair.ok_or_else(|| {
                Failure::own(format!("invalid argument syntax {statement}, expected <resource>=<value>"))
            })?;
            Quantity::parse(amount).map_err(Failure::own)?;
            wanted.push((field, name, amount));
        }
    }
    if wanted.is_empty() {
        return Err(Failure::own(
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        ));
    }
    let chosen = args.find("containers").unwrap_or("*");
    let mut missing = Vec::new();
    let words = Words {
        done: "resource requirements updated",
        failed: "failed to patch resources update to pod template ",
    };
    let failures = change(
        client,
        call,
        &found,
        &words,
        &mut |object, info| {
            let path = pod_path(&info.resource.kind)?;
            let mut known = false;
            each_container(object, path, chosen, &mut |container| {
                known = true;
                for (field, name, amount) in &wanted {
                    container.entry_at(&["resources", field]).set(name, *amount);
                }
            });
            if !known {
                missing.push(Failure::Plain(format!("error: unable to find container named {chosen}")));
            }
            Ok(())
        },
        out,
    )?;
    out.fail_all(&missing.into_iter().chain(failures).collect::<Vec<_>>());
    Ok(())
}

/// The new selector takes the place of the old one.
pub fn selector(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let Some((given, objects)) = call.args.words.split_last() else {
        return Err(Failure::own("one selector is required"));
    };
    let mut writing = Writing::of(&call.args, "kubectl-set")?;
    let wanted = selectors::to_label_selector(given)?;
    for info in find(client, call, objects)? {
        if info.resource.kind != "Service" {
            return Err(Failure::own("setting a selector is only supported for Services"));
        }
        if !wanted.get("matchExpressions").is_empty() {
            let all = wanted.get("matchExpressions").items().iter().map(|e| {
                let values = e.get("values").items().iter().map(Value::str).collect::<Vec<_>>().join(" ");
                format!("{{{} {} [{values}]}}", e.get("key").str(), e.get("operator").str())
            });
            let all = all.collect::<Vec<_>>().join(" ");
            return Err(Failure::own(format!("match expression [{all}] not supported on this object")));
        }
        let mut changed = info.object.clone();
        changed.entry("spec").set("selector", wanted.get("matchLabels"));
        let changed = typed(&client.server.schema, &info.resource, &changed);
        if call.args.is_on("local") || writing.dry == Dry::Client {
            writing.print_as(out, &info.resource, &changed, "selector updated")?;
            continue;
        }
        let mut patch = difference(client, &info, &changed)?;
        if let Some(version) = call.args.find("resource-version") {
            patch.entry("metadata").set("resourceVersion", version);
        }
        let object = writing.patch(client, &info.path(), STRATEGIC, &patch)?;
        writing.print_as(out, &info.resource, &object, "selector updated")?;
    }
    Ok(())
}

pub fn service_account(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let Some((name, objects)) = call.args.words.split_last() else {
        return Err(Failure::own("serviceaccount is required"));
    };
    let found = find(client, call, objects)?;
    let words = Words { done: "serviceaccount updated", failed: "failed to patch ServiceAccountName " };
    let failures = change(
        client,
        call,
        &found,
        &words,
        &mut |object, info| {
            object.entry_at(pod_path(&info.resource.kind)?).set("serviceAccountName", name.as_str());
            Ok(())
        },
        out,
    )?;
    out.fail_all(&failures);
    Ok(())
}

pub fn subject(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let found = find(client, call, &args.words)?;
    if !["user", "group", "serviceaccount"].iter().any(|flag| args.is_given(flag)) {
        return Err(Failure::own("you must specify at least one value of user, group or serviceaccount"));
    }
    let wanted = subjects(call)?;
    let words = Words { done: "subjects updated", failed: "failed to patch subjects to rolebinding: " };
    let failures = change(
        client,
        call,
        &found,
        &words,
        &mut |object, info| {
            if !matches!(info.resource.kind.as_str(), "RoleBinding" | "ClusterRoleBinding") {
                return Err(
                    "setting subjects is only supported for RoleBinding/ClusterRoleBinding".to_string()
                );
            }
            let known = object.entry("subjects").list_mut();
            for one in &wanted {
                let same = |there: &Value| {
                    ["kind", "name", "namespace"]
                        .iter()
                        .all(|field| there.get(field).str() == one.get(field).str())
                };
                if !known.iter().any(same) {
                    known.push(one.clone());
                }
            }
            Ok(())
        },
        out,
    )?;
    out.fail_all(&failures);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_in_the_name_of_a_container_stands_for_anything() {
        for (pattern, text, expected) in [
            ("*", "web", true),
            ("w*", "web", true),
            ("*b", "web", true),
            ("w*x", "web", false),
            ("web", "we", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
