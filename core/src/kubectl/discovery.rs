//! What the server serves and what it is: `api-resources`, `api-versions`, `version`.
//!
//! Models `k8s.io/kubectl/pkg/cmd/apiresources` and `k8s.io/kubectl/pkg/cmd/version`.

use super::args::{Flag, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::run::Call;
use crate::api;
use crate::base::{Text, Value, json, sort};
use crate::print::{Table, yaml};
use crate::schema::{Resource, Schema};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::ToString;
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

pub fn versions(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    if !call.args.words.is_empty() {
        return Err(call.usage(&format!("unexpected arguments: [{}]", call.args.words.join(" "))));
    }
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
    let server = api::version(&client.server.schema);
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
