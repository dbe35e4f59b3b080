//! `kubectl get`: tables, or objects in one of many forms.
//!
//! Models `k8s.io/kubectl/pkg/cmd/get`.

use super::args::{Args, Flag, switch, value};
use super::builder::{Asked, asked, namespace, prefix};
use super::client::Client;
use super::console::{Failure, Printed};
use crate::api::{mapping, url};
use crate::base::{Value, json};
use crate::print::{Table, jsonpath, rows, yaml};
use crate::schema::Resource;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[Flag] = &[
    value("output", "o"),
    value("selector", "l"),
    value("field-selector", ""),
    value("label-columns", "L"),
    value("sort-by", ""),
    switch("all-namespaces", "A"),
    switch("no-headers", ""),
    switch("show-labels", ""),
    switch("show-kind", ""),
    switch("show-managed-fields", ""),
    switch("ignore-not-found", ""),
];

/// What was found of one kind.
struct Found {
    resource: Resource,
    objects: Vec<Value>,
    /// Whether it was asked for by name.
    named: bool,
}

pub fn run(client: &mut Client<'_>, args: &Args, out: &mut Printed) -> Result<(), Failure> {
    if args.words.is_empty() {
        let hint = "Use \"kubectl api-resources\" for a complete list of supported resources.";
        return Err(Failure::own(format!(
            "You must specify the type of resource to get. {hint}\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples"
        )));
    }
    let asked = asked(&client.server.schema, &args.words)?;
    let mut failures = Vec::new();
    let mut found = Vec::new();
    for one in asked {
        found.push(find(client, args, one, &mut failures));
    }
    out.warn(client);
    match args.get("output") {
        "" | "wide" => tables(client, args, &found, failures.is_empty(), out)?,
        form => objects(form, args, &found, &failures, out)?,
    }
    failures.iter().for_each(|failure| out.fail(failure));
    Ok(())
}

fn find(client: &mut Client<'_>, args: &Args, asked: Asked, failures: &mut Vec<Failure>) -> Found {
    let Asked { resource, names } = asked;
    let everywhere = args.is_on("all-namespaces");
    let space = if everywhere { "" } else { namespace(args) };
    let mut objects = Vec::new();
    for name in &names {
        match client.call("GET", mapping::path(&resource, space, name), "", None) {
            Ok(object) => objects.push(object),
            Err(status) if status.code == 404 && args.is_on("ignore-not-found") => {}
            Err(status) => failures.push(status.into()),
        }
    }
    if names.is_empty() {
        let (labels, fields) = (args.get("selector"), args.get("field-selector"));
        let mut path = format!("{}?limit=500", mapping::path(&resource, space, ""));
        for (key, given) in [("labelSelector", labels), ("fieldSelector", fields)] {
            if !given.is_empty() {
                path.push_str(&format!("&{key}={}", url::escaped(given)));
            }
        }
        match client.call("GET", path, "", None) {
            Ok(list) => objects.extend(list.get("items").items().iter().map(|item| typed(item, &resource))),
            Err(status) if status.code == 400 => {
                let what = format!("{}/{}, Resource={}", resource.group, resource.version, resource.name);
                let doing = format!(
                    "Unable to find \"{what}\" that match label selector \"{labels}\", field selector \"{fields}\""
                );
                failures.push(Failure::Status(status, doing));
            }
            Err(status) => failures.push(status.into()),
        }
    }
    Found { resource, objects, named: !names.is_empty() }
}

/// Items of a list do not say what they are; alone they do.
pub(super) fn typed(item: &Value, resource: &Resource) -> Value {
    let version = match resource.group.as_str() {
        "" => resource.version.to_string(),
        group => format!("{group}/{}", resource.version),
    };
    let mut object =
        Value::map([("apiVersion", Value::text(version)), ("kind", Value::text(&resource.kind))]);
    item.entries().iter().for_each(|(key, inner)| object.set(key, inner.clone()));
    object
}

fn tables(
    client: &Client<'_>,
    args: &Args,
    found: &[Found],
    complete: bool,
    out: &mut Printed,
) -> Result<(), Failure> {
    let wide = args.get("output") == "wide";
    let kinds = found.len() > 1 || args.is_on("show-kind");
    let everywhere = args.is_on("all-namespaces");
    let filled = found.iter().filter(|f| !f.objects.is_empty()).collect::<Vec<_>>();
    if filled.is_empty() && complete && !args.is_on("ignore-not-found") {
        let namespaced = found.iter().any(|f| f.resource.namespaced);
        out.note(&match namespaced && !everywhere {
            true => format!("No resources found in {} namespace.", namespace(args)),
            false => "No resources found".to_string(),
        });
    }
    for (i, of_kind) in filled.iter().enumerate() {
        if i > 0 {
            out.stdout.push('\n');
        }
        let (resource, now) = (&of_kind.resource, client.server.now);
        let name = match resource.group.as_str() {
            "" => resource.name.to_string(),
            group => format!("{}.{group}", resource.name),
        };
        let columns = rows::columns(&name);
        let list = if of_kind.named { &[][..] } else { &of_kind.objects };
        let labels = args.each("label-columns").collect::<Vec<_>>();
        let spaces = everywhere && resource.namespaced;
        let mut table = Table::default();
        if !args.is_on("no-headers") {
            let names = columns.iter().filter(|c| wide || !c.is_wide()).map(|c| c.name.to_ascii_uppercase());
            let mut head = Vec::from_iter(spaces.then(|| "NAMESPACE".to_string()));
            head.extend(names);
            let last = |l: &&str| l.rsplit('/').next().unwrap_or_default().to_ascii_uppercase();
            head.extend(labels.iter().map(last));
            head.extend(args.is_on("show-labels").then(|| "LABELS".to_string()));
            table.rows.push(head);
        }
        for object in sorted(&of_kind.objects, args.get("sort-by"))? {
            let metadata = object.get("metadata");
            let cells = rows::row(&name, object, list, now).into_iter().zip(columns);
            let cells = cells.filter(|(_, column)| wide || !column.is_wide());
            let mut cells = cells.map(|(cell, _)| cell).collect::<Vec<_>>();
            if let Some(name) = cells.first_mut().filter(|_| kinds) {
                *name = format!("{}/{name}", prefix(resource));
            }
            if spaces {
                cells.insert(0, metadata.get("namespace").str().to_string());
            }
            let known = metadata.get("labels");
            cells.extend(labels.iter().map(|l| known.get(l).str().to_string()));
            cells.extend(args.is_on("show-labels").then(|| all_labels(known)));
            table.rows.push(cells);
        }
        out.stdout.push_str(&table.text());
    }
    Ok(())
}

fn all_labels(labels: &Value) -> String {
    let pairs = labels.entries().iter().map(|(k, v)| format!("{k}={}", v.str())).collect::<BTreeSet<_>>();
    if pairs.is_empty() { "<none>".to_string() } else { pairs.into_iter().collect::<Vec<_>>().join(",") }
}

/// By the value at a path; objects that are equal there stay in their order.
fn sorted<'v>(objects: &'v [Value], path: &str) -> Result<Vec<&'v Value>, Failure> {
    let mut all = objects.iter().collect::<Vec<_>>();
    if path.is_empty() {
        return Ok(all);
    }
    let path = path.trim_start_matches('{').trim_end_matches('}');
    let mut keys = Vec::new();
    for object in &all {
        let found = jsonpath::find(path, object).map_err(Failure::Own)?;
        let number = found.first().and_then(|v| v.as_int());
        keys.push((number, found.first().map_or("", |v| v.str()).to_string()));
    }
    let mut keyed = keys.into_iter().zip(all).collect::<Vec<_>>();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    all = keyed.into_iter().map(|(_, object)| object).collect();
    Ok(all)
}

/// Everything but tables.
fn objects(
    form: &str,
    args: &Args,
    found: &[Found],
    failures: &[Failure],
    out: &mut Printed,
) -> Result<(), Failure> {
    let keep = args.is_on("show-managed-fields");
    let all = found.iter().flat_map(|f| f.objects.iter().map(move |o| (&f.resource, o)));
    let all = all.map(|(r, o)| (r, if keep { o.clone() } else { without_managed(o) })).collect::<Vec<_>>();
    if form == "name" {
        all.iter()
            .for_each(|(r, o)| out.say(&format!("{}/{}", prefix(r), o.get("metadata").get("name").str())));
        return Ok(());
    }
    let single = found.len() == 1 && found.iter().all(|f| f.named && f.objects.len() + failures.len() == 1);
    if single && all.is_empty() {
        return Ok(());
    }
    let shown = sorted_keys(&match all.as_slice() {
        [(_, object)] if single => object.clone(),
        many => Value::map([
            ("apiVersion", Value::text("v1")),
            ("items", Value::list(many.iter().map(|(_, o)| o.clone()))),
            ("kind", Value::text("List")),
            ("metadata", Value::map([("resourceVersion", Value::text(""))])),
        ]),
    });
    let (kind, template) = form.split_once('=').unwrap_or((form, ""));
    match (kind, template) {
        ("yaml", "") => out.stdout.push_str(&yaml::to_string(&shown)),
        ("json", "") => {
            out.say(&json::to_string_indented(&shown, "    "));
        }
        ("jsonpath", template) if !template.is_empty() => {
            let text = jsonpath::print(template, &shown).map_err(Failure::Own)?;
            out.stdout.push_str(&text);
        }
        ("custom-columns", template) if !template.is_empty() => {
            let objects = all.iter().map(|(_, o)| o).collect::<Vec<_>>();
            out.stdout.push_str(&custom(template, &objects, args.is_on("no-headers"))?);
        }
        _ => {
            let known = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";
            let kind = form.split_once('=').map_or(form, |(kind, _)| kind);
            return Err(Failure::own(format!(
                "unable to match a printer suitable for the output format \"{kind}\", allowed formats are: {known}"
            )));
        }
    }
    Ok(())
}

/// Models `k8s.io/kubectl/pkg/cmd/get/customcolumn.go`.
fn custom(template: &str, objects: &[&Value], bare: bool) -> Result<String, Failure> {
    let mut columns = Vec::new();
    for column in template.split(',') {
        let Some((name, path)) = column.split_once(':') else {
            return Err(Failure::own(format!(
                "unexpected custom-columns spec: {column}, expected <header>:<json-path-expr>"
            )));
        };
        columns.push((name.to_string(), path.trim_start_matches('{').trim_end_matches('}').to_string()));
    }
    let mut table = Table::default();
    if !bare {
        table.rows.push(columns.iter().map(|(name, _)| name.clone()).collect());
    }
    for object in objects {
        let mut cells = Vec::new();
        for (_, path) in &columns {
            let found = jsonpath::find(path, object).map_err(Failure::Own)?;
            let text = |v: &&Value| v.as_text().map_or_else(|| json::to_string(v), ToString::to_string);
            let joined = found.iter().map(text).collect::<Vec<_>>().join(",");
            cells.push(if found.is_empty() { "<none>".to_string() } else { joined });
        }
        table.rows.push(cells);
    }
    Ok(table.text())
}

fn without_managed(object: &Value) -> Value {
    let mut object = object.clone();
    if !object.at(&["metadata", "managedFields"]).is_null() {
        object.entry("metadata").remove("managedFields");
    }
    object
}

/// As Go writes maps.
fn sorted_keys(value: &Value) -> Value {
    match value {
        Value::Map(map) => {
            let mut sorted = Value::map(map.iter().map(|(k, v)| (k.clone(), sorted_keys(v))));
            sorted.map_mut().sort();
            sorted
        }
        Value::List(items) => Value::list(items.iter().map(sorted_keys)),
        scalar => scalar.clone(),
    }
}
