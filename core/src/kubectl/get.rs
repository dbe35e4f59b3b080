//! `kubectl get`: tables, or objects in one of many forms.
//!
//! Models `k8s.io/kubectl/pkg/cmd/get`.

use super::args::{Args, Flag, switch, value};
use super::builder::{self, Asked, asked, namespace, prefix};
use super::client::Client;
use super::console::{Failure, Printed};
use super::output::{self, Form};
use super::run::Call;
use super::sorting;
use crate::api::{mapping, url};
use crate::base::Value;
use crate::print::{Table, rows};
use crate::schema::Resource;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[Flag] = &[
    output::OUTPUT,
    output::TEMPLATE,
    output::MISSING_KEYS,
    output::MANAGED_FIELDS,
    value("selector", "l"),
    value("field-selector", ""),
    value("label-columns", "L"),
    value("sort-by", ""),
    value("filename", "f"),
    value("chunk-size", ""),
    value("subresource", ""),
    value("raw", ""),
    switch("recursive", "R"),
    switch("all-namespaces", "A"),
    switch("no-headers", ""),
    switch("show-labels", ""),
    switch("show-kind", ""),
    switch("ignore-not-found", ""),
    switch("server-print", ""),
    switch("watch", "w"),
    switch("watch-only", ""),
    switch("output-watch-events", ""),
];

/// What one question found.
struct Found {
    resource: Resource,
    objects: Vec<Value>,
    /// Whether it was asked for by name.
    named: bool,
}

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    if let Some(path) = args.find("raw") {
        out.stdout.push_str(&client.raw(path)?);
        return Ok(());
    }
    if args.words.is_empty() && args.find("filename").is_none() {
        out.note("You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n\n");
        return Err(Failure::own(
            "Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples",
        ));
    }
    check(args)?;
    let mut failures = Vec::new();
    let found = find(client, call, &mut failures)?;
    out.warn(client);
    let form = args.get("output");
    if matches!(form, "" | "wide") && args.find("template").is_none() {
        tables(client, args, &found, failures.is_empty(), out)?;
    } else {
        objects(call, &found, &failures, out)?;
    }
    failures.iter().for_each(|failure| out.fail(failure));
    Ok(())
}

/// Models `GetOptions.Validate`.
fn check(args: &Args) -> Result<(), Failure> {
    let form = args.get("output");
    if args.is_on("show-labels") && !matches!(form, "" | "wide") {
        return Err(Failure::own(format!("--show-labels option cannot be used with {form} printer")));
    }
    if args.find("label-columns").is_some() && form.starts_with("custom-columns") {
        return Err(Failure::own(format!("--label-columns option cannot be used with {form} printer")));
    }
    if args.is_on("output-watch-events") && !args.is_on("watch") && !args.is_on("watch-only") {
        let problem = "--output-watch-events option can only be used with --watch or --watch-only";
        return Err(Failure::own(problem));
    }
    Ok(())
}

fn find(
    client: &mut Client<'_>,
    call: &Call<'_>,
    failures: &mut Vec<Failure>,
) -> Result<Vec<Found>, Failure> {
    let args = &call.args;
    let space = if args.is_on("all-namespaces") { "" } else { namespace(args) };
    let mut found = Vec::new();
    if args.find("filename").is_some() {
        let (objects, failure) = builder::files(args, call.stdin, call.files);
        failures.extend(failure);
        for from in objects {
            let resource = builder::resource_of(client, &from)?;
            let metadata = from.object.get("metadata");
            let space = Some(metadata.get("namespace").str()).filter(|s| !s.is_empty()).unwrap_or(space);
            found.extend(by_name(client, args, &resource, space, metadata.get("name").str(), failures));
        }
        return Ok(found);
    }
    let selects = !args.get("selector").is_empty() || !args.get("field-selector").is_empty();
    for Asked { resource, names } in asked(&client.server.schema, &args.words)? {
        let problem = match (names.is_empty(), args.words.iter().any(|w| w.contains('/'))) {
            (false, false) if selects => "name cannot be provided when a selector is specified",
            (false, true) if selects => {
                "selectors and the all flag cannot be used when passing resource/name arguments"
            }
            (false, _) if space.is_empty() && resource.namespaced => {
                "a resource cannot be retrieved by name across all namespaces"
            }
            (true, _) if args.find("subresource").is_some() => {
                "subresource cannot be used when bulk resources are specified"
            }
            _ => "",
        };
        if !problem.is_empty() {
            return Err(Failure::own(problem));
        }
        for name in &names {
            found.extend(by_name(client, args, &resource, space, name, failures));
        }
        if names.is_empty() {
            found.extend(all(client, args, &resource, space, failures));
        }
    }
    Ok(found)
}

fn by_name(
    client: &mut Client<'_>,
    args: &Args,
    resource: &Resource,
    space: &str,
    name: &str,
    failures: &mut Vec<Failure>,
) -> Option<Found> {
    let mut path = mapping::path(resource, space, name);
    let mut resource = resource.clone();
    let subresource = args.get("subresource");
    if !subresource.is_empty() {
        path.push_str(&format!("/{subresource}"));
        if subresource == "scale" {
            (resource.kind, resource.group) = ("Scale".into(), "autoscaling".into());
        }
    }
    match client.call("GET", path, "", None) {
        Ok(object) => return Some(Found { resource, objects: Vec::from([object]), named: true }),
        Err(status) if status.code == 404 && args.is_on("ignore-not-found") => {}
        Err(status) => failures.push(status.into()),
    }
    None
}

fn all(
    client: &mut Client<'_>,
    args: &Args,
    resource: &Resource,
    space: &str,
    failures: &mut Vec<Failure>,
) -> Option<Found> {
    let (labels, fields) = (args.get("selector"), args.get("field-selector"));
    let mut path = format!("{}?limit=500", mapping::path(resource, space, ""));
    for (key, given) in [("labelSelector", labels), ("fieldSelector", fields)] {
        if !given.is_empty() {
            path.push_str(&format!("&{key}={}", url::escaped(given)));
        }
    }
    match client.call("GET", path, "", None) {
        Ok(list) => {
            let objects = list.get("items").items().iter().map(|item| typed(item, resource)).collect();
            return Some(Found { resource: resource.clone(), objects, named: false });
        }
        Err(status) if status.code == 400 => {
            let what = format!("{}/{}, Resource={}", resource.group, resource.version, resource.name);
            let doing = format!(
                "Unable to find \"{what}\" that match label selector \"{labels}\", field selector \"{fields}\""
            );
            failures.push(Failure::Status(status, doing));
        }
        Err(status) => failures.push(status.into()),
    }
    None
}

/// Items of a list do not say what they are; alone they do.
pub(super) fn typed(item: &Value, resource: &Resource) -> Value {
    let mut object = Value::map([
        ("apiVersion", Value::text(resource.group_version())),
        ("kind", Value::text(&resource.kind)),
    ]);
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
    let everywhere = args.is_on("all-namespaces");
    let is_same = |a: &Found, b: &Found| plural(&a.resource) == plural(&b.resource);
    let kinds = found.iter().any(|f| found.first().is_some_and(|first| !is_same(f, first)));
    let with_kind = kinds || args.is_on("show-kind");
    if found.len() > 1 && !args.get("sort-by").is_empty() {
        sorting::tables(args.get("sort-by")).map_err(Failure::Own)?;
    }
    // what was found of the same kind, one after the other, is one table
    for of_kind in found.chunk_by(is_same) {
        let Some(first) = of_kind.first() else { continue };
        let mut table = Table::default();
        for one in of_kind {
            rows(client, args, one, with_kind, &mut table);
        }
        if table.rows.is_empty() {
            continue;
        }
        if !args.is_on("no-headers") {
            if !out.stdout.is_empty() {
                out.stdout.push('\n');
            }
            table.rows.insert(0, headers(args, &first.resource));
        }
        out.stdout.push_str(&table.text());
    }
    if out.stdout.is_empty() && complete && !args.is_on("ignore-not-found") {
        let namespaced = found.iter().all(|f| f.resource.namespaced);
        out.note(&match namespaced && !everywhere {
            true => format!("No resources found in {} namespace.", namespace(args)),
            false => "No resources found".to_string(),
        });
    }
    Ok(())
}

/// `deployments.apps`
fn plural(resource: &Resource) -> String {
    match resource.group.as_str() {
        "" => resource.name.to_string(),
        group => format!("{}.{group}", resource.name),
    }
}

/// The name under which the rows of a resource are made.
fn printed_as(resource: &Resource) -> String {
    if resource.kind == "Scale" { "scale".to_string() } else { plural(resource) }
}

fn headers(args: &Args, resource: &Resource) -> Vec<String> {
    let wide = args.get("output") == "wide";
    let spaces = args.is_on("all-namespaces") && resource.namespaced;
    let mut head = Vec::from_iter(spaces.then(|| "NAMESPACE".to_string()));
    let columns = rows::columns(&printed_as(resource)).iter().filter(|c| wide || !c.is_wide());
    head.extend(columns.map(|c| c.name.to_ascii_uppercase()));
    let last = |l: &str| l.rsplit('/').next().unwrap_or_default().to_ascii_uppercase();
    head.extend(args.each("label-columns").map(last));
    head.extend(args.is_on("show-labels").then(|| "LABELS".to_string()));
    head
}

fn rows(client: &Client<'_>, args: &Args, found: &Found, with_kind: bool, table: &mut Table) {
    let (resource, objects) = (&found.resource, &found.objects);
    let wide = args.get("output") == "wide";
    let spaces = args.is_on("all-namespaces") && resource.namespaced;
    let name = printed_as(resource);
    let list = if found.named { &[][..] } else { objects };
    let order = match args.get("sort-by") {
        // what cannot be sorted is not printed, and nobody says so
        by if !by.is_empty() && objects.len() > 1 => sorting::order(objects, by).unwrap_or_default(),
        _ => (0..objects.len()).collect(),
    };
    for object in order.iter().filter_map(|i| objects.get(*i)) {
        let metadata = object.get("metadata");
        let cells = rows::row(&name, object, list, client.server.now).into_iter().zip(rows::columns(&name));
        let cells = cells.filter(|(_, column)| wide || !column.is_wide());
        let mut cells = cells.map(|(cell, _)| cell).collect::<Vec<_>>();
        if let Some(name) = cells.first_mut().filter(|_| with_kind) {
            *name = format!("{}/{name}", prefix(resource));
        }
        if spaces {
            cells.insert(0, metadata.get("namespace").str().to_string());
        }
        let known = metadata.get("labels");
        cells.extend(args.each("label-columns").map(|l| known.get(l).str().to_string()));
        cells.extend(args.is_on("show-labels").then(|| all_labels(known)));
        table.rows.push(cells);
    }
}

fn all_labels(labels: &Value) -> String {
    let pairs = labels.entries().iter().map(|(k, v)| format!("{k}={}", v.str())).collect::<BTreeSet<_>>();
    if pairs.is_empty() { "<none>".to_string() } else { pairs.into_iter().collect::<Vec<_>>().join(",") }
}

/// Everything but tables.
///
/// Models `printGeneric`.
fn objects(call: &Call<'_>, found: &[Found], failures: &[Failure], out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    let count = found.len() + failures.len();
    let single = count == 1 && (found.iter().any(|f| f.named) || (found.is_empty() && is_one(args)));
    if (single && found.is_empty()) || (found.is_empty() && args.is_on("ignore-not-found")) {
        return Ok(());
    }
    let form = Form::of(args, call.files)?;
    let mut all = found.iter().flat_map(|f| f.objects.iter().cloned()).collect::<Vec<_>>();
    if let (true, [object]) = (single, all.as_slice()) {
        out.stdout.push_str(&form.print(object)?);
        return Ok(());
    }
    if !args.get("sort-by").is_empty() && !all.is_empty() {
        let order = sorting::order(&all, args.get("sort-by")).map_err(Failure::Own)?;
        all = order.iter().filter_map(|i| all.get(*i).cloned()).collect();
    }
    let list = Value::map([
        ("apiVersion", Value::text("v1")),
        ("items", Value::list(all)),
        ("kind", Value::text("List")),
        ("metadata", Value::map([("resourceVersion", Value::text(""))])),
    ]);
    out.stdout.push_str(&form.print(&list)?);
    Ok(())
}

/// Whether one object is asked for by its name.
fn is_one(args: &Args) -> bool {
    match args.words.as_slice() {
        [] => true,
        [one] => one.contains('/'),
        [first, _] => !first.contains('/'),
        _ => false,
    }
}
