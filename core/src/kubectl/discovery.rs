//! What the server serves and what it is: `api-resources`, `api-versions`, `version`, `cluster-info`, `auth can-i`.
//!
//! Models `k8s.io/kubectl/pkg/cmd/apiresources`, `.../version`, `.../clusterinfo` and `.../auth`.

use super::args::{Flag, switch, value};
use super::builder::namespace;
use super::client::Client;
use super::console::{Failure, Printed};
use super::run::Call;
use crate::api::{self, mapping};
use crate::base::{Text, Value, json, sort};
use crate::print::{Table, yaml};
use crate::schema::{Resource, Schema};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const RESOURCES: &[Flag] = &[
    value("output", "o"),
    value("api-group", ""),
    value("verbs", ""),
    value("sort-by", ""),
    value("categories", ""),
    switch("namespaced", ""),
    switch("cached", ""),
    switch("no-headers", ""),
    switch("show-managed-fields", ""),
];
pub const VERSION: &[Flag] = &[value("output", "o"), switch("client", "")];
pub const CAN_I: &[Flag] = &[
    value("subresource", ""),
    switch("all-namespaces", "A"),
    switch("quiet", "q"),
    switch("list", ""),
    switch("no-headers", ""),
];

pub fn versions(client: &mut Client<'_>, _: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let resources = client.server.schema.resources().iter();
    let all = resources.map(Resource::group_version).collect::<BTreeSet<_>>();
    all.iter().for_each(|version| out.say(version));
    Ok(())
}

pub fn resources(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    if !args.words.is_empty() {
        return Err(call.usage(&format!("unexpected arguments: [{}]", args.words.join(" "))));
    }
    let (form, by) = (args.get("output"), args.get("sort-by"));
    if !matches!(by, "" | "name" | "kind") {
        return Err(Failure::own("--sort-by accepts only name or kind"));
    }
    if !matches!(form, "" | "wide" | "name") {
        let problem = "unable to match a printer suitable for the output format";
        return Err(Failure::own(format!(
            "{problem} \"{form}\", allowed formats are: json,kyaml,name,wide,yaml"
        )));
    }
    let schema = client.server.schema.clone();
    let has_all =
        |flag: &str, of: &[Text]| args.each(flag).all(|wanted| of.iter().any(|known| known == wanted));
    let wanted = |r: &&Resource| {
        args.find("api-group").is_none_or(|group| r.group == group)
            && args.find("namespaced").is_none_or(|_| r.namespaced == args.is_on("namespaced"))
            && has_all("verbs", &r.verbs)
            && has_all("categories", &r.categories)
    };
    let mut all = preferred(&schema).into_iter().filter(wanted).collect::<Vec<_>>();
    sort::by(&mut all, |a, b| {
        let first = match by {
            "name" => a.name.cmp(&b.name),
            "kind" => a.kind.cmp(&b.kind),
            _ => a.group.cmp(&b.group),
        };
        first.then_with(|| a.name.cmp(&b.name))
    });
    if form == "name" {
        for resource in all {
            let dot = if resource.group.is_empty() { "" } else { "." };
            out.say(&format!("{}{dot}{}", resource.name, resource.group));
        }
        return Ok(());
    }
    let mut table = Table::default();
    let columns = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", "VERBS", "CATEGORIES"];
    let shown = if form == "wide" { 7 } else { 5 };
    if !args.is_on("no-headers") {
        table.rows.push(columns.iter().take(shown).map(ToString::to_string).collect());
    }
    let joined = |texts: &[Text]| texts.iter().map(Text::as_str).collect::<Vec<_>>().join(",");
    for r in all {
        let cells = [
            r.name.to_string(),
            joined(&r.short_names),
            r.group_version().to_string(),
            r.namespaced.to_string(),
            r.kind.to_string(),
            joined(&r.verbs),
            joined(&r.categories),
        ];
        table.rows.push(cells.into_iter().take(shown).collect());
    }
    out.stdout.push_str(&table.text());
    Ok(())
}

/// Each resource once, in the version that the server prefers.
///
/// Models `ServerPreferredResources`.
fn preferred(schema: &Schema) -> Vec<&Resource> {
    let mut all = Vec::<&Resource>::new();
    for resource in schema.resources().iter().filter(|r| !r.name.contains('/') && !r.verbs.is_empty()) {
        let is_known = |known: &&Resource| known.group == resource.group && known.name == resource.name;
        if !all.iter().any(is_known) {
            all.push(resource);
        }
    }
    all
}

pub fn version(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    const KUSTOMIZE: &str = "v5.8.1";
    const OF_CLIENT: [&str; 9] = [
        "major",
        "minor",
        "gitVersion",
        "gitCommit",
        "gitTreeState",
        "buildDate",
        "goVersion",
        "compiler",
        "platform",
    ];
    let args = &call.args;
    if !args.words.is_empty() {
        return Err(Failure::own(format!("extra arguments: [{}]", args.words.join(" "))));
    }
    let form = args.get("output");
    if !matches!(form, "" | "yaml" | "json") {
        return Err(Failure::own("--output must be 'yaml' or 'json'"));
    }
    let server = api::version(client.server);
    let of_client = OF_CLIENT.iter().filter_map(|field| Some((*field, server.find(field)?.clone())));
    let mut all =
        Value::map([("clientVersion", Value::map(of_client)), ("kustomizeVersion", Value::text(KUSTOMIZE))]);
    if !args.is_on("client") {
        all.set("serverVersion", server);
    }
    match form {
        "json" => out.say(&json::to_string_indented(&all, "  ")),
        "yaml" => out.say(&yaml::to_string(&all)),
        _ => {
            let of = |which: &str| all.get(which).get("gitVersion").str().to_string();
            out.say(&format!("Client Version: {}", of("clientVersion")));
            out.say(&format!("Kustomize Version: {KUSTOMIZE}"));
            if all.find("serverVersion").is_some() {
                out.say(&format!("Server Version: {}", of("serverVersion")));
            }
        }
    }
    Ok(())
}

/// Where the control plane and the services of the cluster itself are.
pub fn cluster_info(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    const SERVER: &str = "https://127.0.0.1:6443";
    let space = call.args.find("namespace").unwrap_or("kube-system");
    let query = "labelSelector=kubernetes.io%2Fcluster-service%3Dtrue";
    let path = format!("/api/v1/namespaces/{space}/services?{query}");
    let list = client.call("GET", path, "", None)?;
    out.say(&format!("Kubernetes control plane is running at {SERVER}"));
    for service in list.get("items").items() {
        let (metadata, ports) = (service.get("metadata"), service.at(&["spec", "ports"]).items());
        let name = metadata.get("name").str();
        let link = match service.at(&["status", "loadBalancer", "ingress"]).items().first() {
            Some(ingress) => {
                let address = ["ip", "hostname"].map(|field| ingress.get(field).str());
                let address = address.into_iter().find(|a| !a.is_empty()).unwrap_or_default();
                let link = |port: &Value| format!("http://{address}:{} ", port.get("port").int());
                ports.iter().map(link).collect::<String>()
            }
            None => {
                let proxied = match ports.first() {
                    None => name.to_string(),
                    Some(port) => proxied(name, port),
                };
                let space = metadata.get("namespace").str();
                format!("{SERVER}/api/v1/namespaces/{space}/services/{proxied}/proxy")
            }
        };
        let label = metadata.get("labels").get("kubernetes.io/name").str();
        out.say(&format!("{} is running at {link}", if label.is_empty() { name } else { label }));
    }
    out.say("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.");
    Ok(())
}

/// Models `JoinSchemeNamePort`.
fn proxied(name: &str, port: &Value) -> String {
    let port_name = port.get("name").str();
    match (port_name == "https" || port.get("port").int() == 443, port_name) {
        (true, port) => format!("https:{name}:{port}"),
        (false, "") => name.to_string(),
        (false, port) => format!("{name}:{port}"),
    }
}

pub fn top(_: &mut Client<'_>, _: &Call<'_>, _: &mut Printed) -> Result<(), Failure> {
    Err(Failure::own("Metrics API not available"))
}

pub fn can_i(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    const VERBS: &str = " get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest ";
    const PATH_VERBS: &str = " get put post head options delete patch * ";
    let args = &call.args;
    if args.is_on("list") {
        return Err(Failure::own("svcscope does not list what is allowed: everything is"));
    }
    let [verb, what] = args.words.as_slice() else {
        return Err(Failure::own(
            "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
        ));
    };
    let mut warn = |text: &str| out.note(&format!("Warning: {text}\n\n"));
    let everywhere = args.is_on("all-namespaces");
    let space = if everywhere { "" } else { namespace(args) };
    let knows = |verbs: &str| verbs.contains(&format!(" {verb} "));
    let spec = if what.starts_with('/') {
        if !knows(PATH_VERBS) {
            warn(&format!("verb '{verb}' is not a known verb"));
        }
        let path = Value::map([("path", Value::text(what)), ("verb", Value::text(verb))]);
        Value::map([("nonResourceAttributes", path)])
    } else {
        let (kind, name) = what.split_once('/').unwrap_or((what, ""));
        let found = mapping::resource(&client.server.schema, kind).cloned();
        if found.is_none() && !matches!(kind, "*" | "users" | "groups") {
            warn(&match kind.split_once('.') {
                None => format!("the server doesn't have a resource type '{kind}'"),
                Some((kind, group)) => {
                    format!("the server doesn't have a resource type '{kind}' in group '{group}'")
                }
            });
        }
        if let Some(resource) = found.as_ref().filter(|r| !r.namespaced && !everywhere) {
            let group = match resource.group.as_str() {
                "" => String::new(),
                group => format!(" in group '{group}'"),
            };
            warn(&format!("resource '{}' is not namespace scoped{group}", resource.name));
        }
        if !everywhere && !knows(VERBS) {
            warn(&format!("verb '{verb}' is not a known verb"));
        }
        let group = found.as_ref().map_or("", |r| r.group.as_str());
        let resource = found.as_ref().map_or(kind, |r| r.name.as_str());
        let attributes = [
            ("namespace", space),
            ("verb", verb),
            ("group", group),
            ("resource", resource),
            ("subresource", args.get("subresource")),
            ("name", name),
        ];
        let given = attributes.into_iter().filter(|(_, text)| !text.is_empty());
        let given = given.map(|(field, text)| (field, Value::text(text))).collect::<Vec<_>>();
        Value::map([("resourceAttributes", Value::map(given))])
    };
    let review = Value::map([
        ("apiVersion", Value::text("authorization.k8s.io/v1")),
        ("kind", Value::text("SelfSubjectAccessReview")),
        ("spec", spec),
    ]);
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews".to_string();
    let answer = client.call("POST", path, "", Some(&review))?;
    let allowed = answer.at(&["status", "allowed"]).is_true();
    out.exit = i32::from(!allowed);
    if !args.is_on("quiet") {
        out.say(if allowed { "yes" } else { "no" });
    }
    Ok(())
}
