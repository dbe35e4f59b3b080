//! The commands that write: apply, create, delete, scale, expose, label, annotate, patch.
//!
//! Models the commands of those names in `k8s.io/kubectl/pkg/cmd`.

use super::apply::{LAST_APPLIED, Outcome, apply};
use super::builder::{Asked, FromFile, asked, files, named, namespace, plural, prefix, resource_of};
use super::client::{Client, Named};
use super::console::{Failure, Printed};
use super::expose::{Expose, expose};
use super::run::Call;
use super::scale::scale;
use crate::api::{mapping, url};
use crate::base::{Value, json};
use crate::manifest;
use crate::schema::Resource;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a mistake in the metadata of an object has in its text.
const METADATA: &str = "into Go struct field ObjectMeta.metadata.";

type Done = Result<(), Failure>;

pub fn apply_files(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    if call.args.find("filename").is_none() {
        return Err(Failure::own("must specify one of -f and -k"));
    }
    let (objects, problem) = files(&call.args, call.stdin, call.files);
    if objects.is_empty() {
        return Err(problem.unwrap_or_else(|| Failure::own("no objects passed to apply")));
    }
    let mut failures = Vec::from_iter(problem);
    for from in objects {
        match apply_one(client, call, from) {
            Ok(line) => out.say(&line),
            Err(failure) => failures.push(failure),
        }
        out.warn(client);
    }
    failures.iter().for_each(|failure| out.fail(failure));
    Ok(())
}

fn apply_one(client: &mut Client<'_>, call: &Call<'_>, from: FromFile) -> Result<String, Failure> {
    let resource = resource_of(client, &from)?;
    let FromFile { file, mut object } = from;
    place(&mut object, &resource, call)?;
    let (space, name) = (object.at(&["metadata", "namespace"]).str(), object.at(&["metadata", "name"]).str());
    let current = client.get(Named { kind: &plural(&resource), namespace: space, name });
    let is_new = current.is_err();
    let was_applied = |o: &Value| !o.at(&["metadata", "annotations"]).get(LAST_APPLIED).is_null();
    if current.is_ok_and(|current| !was_applied(&current)) {
        let what = format!("resource {}/{name}", plural(&resource));
        client.warnings.push(format!("{what} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically."));
    }
    let applied = apply(client, &object).map_err(|status| match is_new {
        // kubectl itself reads the metadata, and says so before it asks the server
        _ if status.message.contains(METADATA) => {
            let mistake = status.message.rsplit_once(": json: ").map_or("", |(_, mistake)| mistake);
            Failure::own(format!("unable to decode \"{file}\": json: {mistake}"))
        }
        true => Failure::Status(status, format!("error when creating \"{file}\"")),
        false => status.into(),
    })?;
    let done = match applied.outcome {
        Outcome::Created => "created",
        Outcome::Configured => "configured",
        Outcome::Unchanged => "unchanged",
    };
    Ok(format!("{}/{} {done}", prefix(&resource), applied.name))
}

/// Writes the namespace into an object that names none; one that names another than `-n` is refused.
fn place(object: &mut Value, resource: &Resource, call: &Call<'_>) -> Done {
    if !resource.namespaced {
        return Ok(());
    }
    let wanted = namespace(&call.args);
    let own = object.at(&["metadata", "namespace"]).str();
    if own.is_empty() {
        object.entry("metadata").set("namespace", wanted);
    } else if call.args.find("namespace").is_some() && own != wanted {
        return Err(Failure::own(format!(
            "the namespace from the provided object \"{own}\" does not match the namespace \"{wanted}\". You must pass '--namespace={own}' to perform this operation."
        )));
    }
    Ok(())
}

pub fn create_files(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    if call.args.find("filename").is_none() {
        return Err(Failure::own("must specify one of -f and -k"));
    }
    let (objects, problem) = files(&call.args, call.stdin, call.files);
    if objects.is_empty() {
        return Err(problem.unwrap_or_else(|| Failure::own("no objects passed to create")));
    }
    let mut failures = Vec::from_iter(problem);
    for mut from in objects {
        let created = resource_of(client, &from).and_then(|resource| {
            place(&mut from.object, &resource, call)?;
            let doing = format!("error when creating \"{}\"", from.file);
            let object = client
                .create(&from.object, "kubectl-create")
                .map_err(|status| Failure::Status(status, doing))?;
            Ok(format!("{}/{} created", prefix(&resource), object.at(&["metadata", "name"]).str()))
        });
        match created {
            Ok(line) => out.say(&line),
            Err(failure) => failures.push(failure),
        }
        out.warn(client);
    }
    failures.iter().for_each(|failure| out.fail(failure));
    Ok(())
}

pub fn delete(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let cascade = args.find("cascade").unwrap_or("background");
    if !matches!(cascade, "background" | "foreground" | "orphan" | "true" | "false") {
        return Err(Failure::own(format!(
            "invalid cascade value ({cascade}). Must be \"background\", \"foreground\", or \"orphan\""
        )));
    }
    let mut failures = Vec::new();
    let mut targets = Vec::<(Resource, String, String, String)>::new();
    if args.find("filename").is_some() {
        let (objects, problem) = files(args, call.stdin, call.files);
        failures.extend(problem);
        for mut from in objects {
            let placed = resource_of(client, &from)
                .and_then(|resource| place(&mut from.object, &resource, call).map(|()| resource));
            let metadata = from.object.get("metadata");
            match placed {
                Ok(resource) => targets.push((
                    resource,
                    metadata.get("namespace").str().to_string(),
                    metadata.get("name").str().to_string(),
                    format!("error when deleting \"{}\"", from.file),
                )),
                Err(failure) => failures.push(failure),
            }
        }
    } else {
        for Asked { resource, names } in asked(&client.server.schema, &args.words)? {
            let space = if resource.namespaced { namespace(args) } else { "" };
            let chosen = args.get("selector");
            if names.is_empty() {
                if chosen.is_empty() && !args.is_on("all") {
                    return Err(Failure::own("resource(s) were provided, but no name was specified"));
                }
                let path = mapping::path(&resource, space, "");
                let list =
                    client.call("GET", format!("{path}?labelSelector={}", url::escaped(chosen)), "", None)?;
                let names =
                    list.get("items").items().iter().map(|o| o.at(&["metadata", "name"]).str().to_string());
                targets.extend(names.map(|name| (resource.clone(), space.to_string(), name, String::new())));
            } else {
                targets.extend(
                    names.into_iter().map(|n| (resource.clone(), space.to_string(), n, String::new())),
                );
            }
        }
        if targets.is_empty() {
            out.say("No resources found");
        }
    }
    client.warnings.clear();
    for (resource, space, name, doing) in targets {
        let place = if resource.namespaced { format!(" from {space} namespace") } else { String::new() };
        let deleted = format!("{} \"{name}\" deleted{place}", prefix(&resource));
        if args.get("dry-run") == "client" {
            out.say(&format!("{deleted} (dry run)"));
            continue;
        }
        let policy = match cascade {
            "orphan" | "false" => "Orphan",
            "foreground" => "Foreground",
            _ => "Background",
        };
        let options = Value::map([("propagationPolicy", Value::text(policy))]);
        match client.call("DELETE", mapping::path(&resource, &space, &name), "", Some(&options)) {
            Ok(_) => out.say(&deleted),
            Err(status) if status.code == 404 && args.is_on("ignore-not-found") => {}
            Err(status) => failures.push(Failure::Status(status, doing)),
        }
        out.warn(client);
    }
    failures.iter().for_each(|failure| out.fail(failure));
    Ok(())
}

pub fn scale_to(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let Some(wanted) = args.find("replicas") else {
        return Err(Failure::Plain("required flag(s) \"replicas\" not set".to_string()));
    };
    let Some(replicas) = wanted.parse::<i32>().ok().filter(|r| *r >= 0) else {
        return Err(Failure::own(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        ));
    };
    for (resource, name) in named(&client.server.schema, &call.args.words)? {
        let object = Named { kind: &plural(&resource), namespace: namespace(args), name: &name };
        let current = client.get(object)?.at(&["spec", "replicas"]).int();
        if let Some(expected) =
            args.find("current-replicas").filter(|e| *e != "-1" && *e != current.to_string())
        {
            return Err(Failure::own(format!("Expected replicas to be {expected}, was {current}")));
        }
        scale(client, object, i64::from(replicas))?;
        out.say(&format!("{}/{name} scaled", prefix(&resource)));
    }
    Ok(())
}

pub fn expose_as(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let pairs = |name: &str| {
        let given = args.get(name).split(',').filter_map(|p| p.split_once('='));
        given.map(|(k, v)| (k.to_string(), v.to_string())).collect::<Vec<_>>()
    };
    for (resource, name) in named(&client.server.schema, &call.args.words)? {
        let object = Named { kind: &plural(&resource), namespace: namespace(args), name: &name };
        let port =
            match args.find("port") {
                None => None,
                Some(port) => Some(port.parse::<i32>().map(i64::from).map_err(|_| {
                    Failure::own(format!("strconv.Atoi: parsing \"{port}\": invalid syntax"))
                })?),
            };
        let flags = Expose {
            name: args.get("name").to_string(),
            service_type: args.get("type").to_string(),
            port,
            protocol: args.get("protocol").to_string(),
            target_port: args.get("target-port").to_string(),
            cluster_ip: args.get("cluster-ip").to_string(),
            external_ip: args.get("external-ip").to_string(),
            load_balancer_ip: args.get("load-balancer-ip").to_string(),
            session_affinity: args.get("session-affinity").to_string(),
            selector: pairs("selector"),
            labels: pairs("labels"),
        };
        client.get(object)?;
        let service = expose(client, object, &flags).map_err(|status| match status.details {
            // what is refused before anything is sent has no details
            None if status.code == 400 => Failure::own(status.message.as_str()),
            _ => status.into(),
        })?;
        out.say(&format!("service/{} exposed", service.at(&["metadata", "name"]).str()));
    }
    Ok(())
}

pub fn label(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    mark(client, call, out, Mark { field: "labels", noun: "label", done: "labeled" })
}

pub fn annotate(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    mark(client, call, out, Mark { field: "annotations", noun: "annotation", done: "annotated" })
}

/// What is put on objects.
#[derive(Clone, Copy)]
struct Mark {
    field: &'static str,
    noun: &'static str,
    done: &'static str,
}

fn mark(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed, mark: Mark) -> Done {
    let Mark { field, noun, done } = mark;
    let is_change = |w: &&String| w.contains('=') || w.ends_with('-');
    let (changes, words) = call.args.words.iter().partition::<Vec<_>, _>(is_change);
    if words.is_empty() {
        return Err(Failure::own(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    }
    if changes.is_empty() {
        return Err(Failure::own(format!("at least one {noun} update is required")));
    }
    let words = words.into_iter().cloned().collect::<Vec<_>>();
    let named = named(&client.server.schema, &words)?;
    for (resource, name) in named {
        let path = mapping::path(&resource, namespace(&call.args), &name);
        let object = client.call("GET", path.clone(), "", None)?;
        let known = object.at(&["metadata", field]);
        let mut patch = Value::empty_map();
        let mut word = format!("not {done}");
        for change in &changes {
            match change.split_once('=') {
                Some((key, value)) => {
                    let old = known.find(key).map(Value::str);
                    if let Some(old) = old.filter(|old| *old != value && !call.args.is_on("overwrite")) {
                        return Err(Failure::own(format!(
                            "'{key}' already has a value ({old}), and --overwrite is false"
                        )));
                    }
                    if old != Some(value) {
                        word = done.to_string();
                    }
                    patch.set(key, value);
                }
                None => {
                    let key = change.strip_suffix('-').unwrap_or(change);
                    if known.find(key).is_some() {
                        word = if done == "labeled" { "unlabeled".to_string() } else { done.to_string() };
                        patch.set(key, Value::Null);
                    } else {
                        out.say(&format!("{noun} \"{key}\" not found."));
                    }
                }
            }
        }
        if !patch.is_empty() {
            let body = Value::map([("metadata", Value::map([(field, patch)]))]);
            let path =
                format!("{path}?fieldManager=kubectl-{}", if noun == "label" { "label" } else { "annotate" });
            client.call("PATCH", path, "application/merge-patch+json", Some(&body))?;
        }
        out.say(&format!("{}/{name} {word}", prefix(&resource)));
    }
    Ok(())
}

pub fn patch(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let type_ = match args.find("type").unwrap_or("strategic") {
        "strategic" => "application/strategic-merge-patch+json",
        "merge" => "application/merge-patch+json",
        "json" => "application/json-patch+json",
        other => {
            return Err(Failure::own(format!(
                "--type must be one of [json merge strategic], not \"{other}\""
            )));
        }
    };
    let Some(text) = args.find("patch").filter(|p| !p.is_empty()) else {
        return Err(Failure::own(
            "must specify --patch or --patch-file containing the contents of the patch",
        ));
    };
    let problem =
        |text: &str| Failure::own(format!("unable to parse \"{text}\": {}", "it is neither JSON nor YAML"));
    let documents = manifest::read(text).map_err(|_| problem(text))?;
    let body = documents.first().map(|d| d.node.to_value()).ok_or_else(|| problem(text))?;
    for (resource, name) in named(&client.server.schema, &call.args.words)? {
        let path = mapping::path(&resource, namespace(args), &name);
        let before = client.call("GET", path.clone(), "", None)?;
        let path = match args.get("subresource") {
            "" => path,
            part => format!("{path}/{part}"),
        };
        let after = client.call("PATCH", format!("{path}?fieldManager=kubectl-patch"), type_, Some(&body))?;
        let same = json::to_string(&before) == json::to_string(&after);
        let note = if same { " (no change)" } else { "" };
        out.say(&format!("{}/{name} patched{note}", prefix(&resource)));
    }
    Ok(())
}
