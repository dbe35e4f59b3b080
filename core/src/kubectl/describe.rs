//! `kubectl describe`
//!
//! Models `k8s.io/kubectl/pkg/cmd/describe`.

use super::args::{Flag, switch, value};
use super::builder::{self, Asked, asked, namespace};
use super::client::Client;
use super::console::{Failure, Printed};
use super::get::typed;
use super::run::Call;
use crate::api::{mapping, url};
use crate::base::Value;
use crate::print::describe;
use crate::schema::Resource;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[Flag] = &[
    value("filename", "f"),
    value("selector", "l"),
    value("chunk-size", ""),
    switch("recursive", "R"),
    switch("all-namespaces", "A"),
    switch("show-events", ""),
];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    let files = args.find("filename").is_some();
    if args.words.is_empty() && !files {
        let hint = "Use \"kubectl api-resources\" for a complete list of supported resources.";
        return Err(Failure::own(format!("You must specify the type of resource to describe. {hint}\n")));
    }
    let mut found = find(client, call)?;
    let everywhere = args.is_on("all-namespaces");
    let space = if everywhere { "" } else { namespace(args) };
    // of several objects only those are told of whose events are asked for
    let wanted = args.find("show-events").map(|_| args.is_on("show-events"));
    let with_events = wanted.unwrap_or(found.failures.is_empty() && found.objects.len() <= 1);
    if let ([Failure::Status(status, _)], [kind, start]) = (found.failures.as_slice(), args.words.as_slice())
        && status.code == 404
    {
        let resource = asked(&client.server.schema, core::slice::from_ref(kind))?;
        if resource.len() > 1 {
            return Err(Failure::own("you may only specify a single resource type"));
        }
        let begins = |o: &Value| o.at(&["metadata", "name"]).str().starts_with(start.as_str());
        for Asked { resource, .. } in resource {
            let list = client.call("GET", mapping::path(&resource, space, ""), "", None)?;
            for object in list.get("items").items().iter().filter(|o| begins(o)) {
                let text = text(client, &resource, &typed(object, &resource), with_events);
                out.say(&text);
                found.failures.clear();
            }
        }
    } else {
        let mut texts = Vec::new();
        for (resource, object) in &found.objects {
            texts.push(text(client, resource, object, with_events));
        }
        out.stdout.push_str(&texts.join("\n\n"));
    }
    out.warn(client);
    if out.stdout.is_empty() && found.failures.is_empty() {
        let place = if everywhere { String::new() } else { format!(" in {space} namespace.") };
        out.note(&format!("No resources found{place}"));
    }
    found.failures.iter().for_each(|failure| out.fail(failure));
    Ok(())
}

/// What is to be described.
#[derive(Default)]
struct Found {
    objects: Vec<(Resource, Value)>,
    failures: Vec<Failure>,
}

fn find(client: &mut Client<'_>, call: &Call<'_>) -> Result<Found, Failure> {
    let args = &call.args;
    let space = if args.is_on("all-namespaces") { "" } else { namespace(args) };
    let mut found = Found::default();
    if args.find("filename").is_some() {
        let (objects, failure) = builder::files(args, call.stdin, call.files);
        found.failures.extend(failure);
        for from in objects {
            let resource = builder::resource_of(client, &from)?;
            let metadata = from.object.get("metadata");
            let space = Some(metadata.get("namespace").str()).filter(|s| !s.is_empty()).unwrap_or(space);
            get(client, &resource, space, metadata.get("name").str(), &mut found);
        }
        return Ok(found);
    }
    for Asked { resource, names } in asked(&client.server.schema, &args.words)? {
        if names.is_empty() {
            let path = mapping::path(&resource, space, "");
            let path = format!("{path}?limit=500&labelSelector={}", url::escaped(args.get("selector")));
            let list = client.call("GET", path, "", None)?;
            let objects = list.get("items").items().iter().map(|o| typed(o, &resource));
            found.objects.extend(objects.map(|o| (resource.clone(), o)));
        }
        for name in &names {
            get(client, &resource, space, name, &mut found);
        }
    }
    Ok(found)
}

fn get(client: &mut Client<'_>, resource: &Resource, space: &str, name: &str, found: &mut Found) {
    match client.call("GET", mapping::path(resource, space, name), "", None) {
        Ok(object) => found.objects.push((resource.clone(), object)),
        Err(status) => found.failures.push(status.into()),
    }
}

fn text(client: &mut Client<'_>, resource: &Resource, object: &Value, with_events: bool) -> String {
    let now = client.server.now;
    let mut ask = |path: &str| client.call("GET", path.to_string(), "", None);
    describe::describe(&resource.group, object, with_events, now, &mut ask)
}
