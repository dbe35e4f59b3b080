//! `kubectl set`, `cordon` and `uncordon`: one field of what is there.
//!
//! Models `k8s.io/kubectl/pkg/cmd/set` and `pkg/cmd/drain`.

use super::builder::{named, namespace, prefix};
use super::client::Client;
use super::console::{Failure, Printed};
use super::run::Call;
use crate::api::mapping;
use crate::base::Value;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

type Done = Result<(), Failure>;

const STRATEGIC: &str = "application/strategic-merge-patch+json";
const MERGE: &str = "application/merge-patch+json";

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let (part, words) = call.args.words.split_first().map_or(("", &[][..]), |(p, rest)| (p.as_str(), rest));
    match part {
        "image" => image(client, call, words, out),
        "selector" => selector(client, call, words, out),
        "env" | "resources" | "serviceaccount" | "subject" | "" => {
            Err(Failure::Own(format!("svcscope does not have \"kubectl set {part}\"")))
        }
        other => Err(Failure::Own(format!(
            "unknown command \"{other}\"\nSee 'kubectl set -h' for help and examples"
        ))),
    }
}

/// What is to be changed, and the changes `name=value`.
fn split(words: &[String]) -> (Vec<String>, Vec<(&str, &str)>) {
    let objects = words.iter().filter(|w| !w.contains('=')).cloned().collect();
    let changes = words.iter().filter_map(|w| w.split_once('=')).collect();
    (objects, changes)
}

fn image(client: &mut Client<'_>, call: &Call<'_>, words: &[String], out: &mut Printed) -> Done {
    let (objects, images) = split(words);
    for (resource, name) in named(&client.server.schema, &objects)? {
        let path = mapping::path(&resource, namespace(&call.args), &name);
        let object = client.call("GET", path.clone(), "", None)?;
        let pod_path: &[&str] = match resource.kind.as_str() {
            "Pod" => &["spec"],
            "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
            _ => &["spec", "template", "spec"],
        };
        let mut patch = Value::empty_map();
        for (container, image) in &images {
            let mut found = false;
            for field in ["initContainers", "containers"] {
                for known in object.at(pod_path).get(field).items() {
                    let its_name = known.get("name").str();
                    if *container != "*" && *container != its_name {
                        continue;
                    }
                    found = true;
                    if known.get("image").str() != *image {
                        let changed =
                            Value::map([("name", Value::text(its_name)), ("image", Value::text(*image))]);
                        patch.entry_at(pod_path).entry(field).list_mut().push(changed);
                    }
                }
            }
            if !found {
                return Err(Failure::Own(format!("unable to find container named \"{container}\"")));
            }
        }
        if !patch.is_empty() {
            client.call("PATCH", format!("{path}?fieldManager=kubectl-set"), STRATEGIC, Some(&patch))?;
            out.say(&format!("{}/{name} image updated", prefix(&resource)));
        }
    }
    Ok(())
}

/// The new selector takes the place of the old one.
fn selector(client: &mut Client<'_>, call: &Call<'_>, words: &[String], out: &mut Printed) -> Done {
    let Some((given, objects)) = words.split_last() else {
        return Err(Failure::own(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    };
    let wanted = given.split(',').filter_map(|pair| pair.split_once('=')).collect::<Vec<_>>();
    for (resource, name) in named(&client.server.schema, objects)? {
        let path = mapping::path(&resource, namespace(&call.args), &name);
        let object = client.call("GET", path.clone(), "", None)?;
        if resource.kind.as_str() != "Service" {
            return Err(Failure::own("setting a selector is only supported for Services"));
        }
        let mut selector = Value::empty_map();
        for (key, _) in object.at(&["spec", "selector"]).entries() {
            selector.set(key, Value::Null);
        }
        wanted.iter().for_each(|(key, value)| selector.set(key, *value));
        let patch = Value::map([("spec", Value::map([("selector", selector)]))]);
        client.call("PATCH", format!("{path}?fieldManager=kubectl-set"), MERGE, Some(&patch))?;
        out.say(&format!("{}/{name} selector updated", prefix(&resource)));
    }
    Ok(())
}

pub fn cordon(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    unschedulable(client, call, out, true)
}

pub fn uncordon(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    unschedulable(client, call, out, false)
}

fn unschedulable(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed, wanted: bool) -> Done {
    let word = if wanted { "cordoned" } else { "uncordoned" };
    for given in &call.args.words {
        let name = given.strip_prefix("node/").unwrap_or(given);
        let words = [format!("node/{name}")];
        for (resource, name) in named(&client.server.schema, &words)? {
            let path = mapping::path(&resource, "", &name);
            let node = client.call("GET", path.clone(), "", None)?;
            if node.at(&["spec", "unschedulable"]).is_true() == wanted {
                out.say(&format!("node/{name} already {word}"));
                continue;
            }
            let value = if wanted { Value::Bool(true) } else { Value::Null };
            let patch = Value::map([("spec", Value::map([("unschedulable", value)]))]);
            client.call("PATCH", path, STRATEGIC, Some(&patch))?;
            out.say(&format!("node/{name} {word}"));
        }
    }
    Ok(())
}
