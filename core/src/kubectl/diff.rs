//! `kubectl diff`: what an apply would change.
//!
//! Models `k8s.io/kubectl/pkg/cmd/diff`, and what `diff -u -N` prints of its two folders.

use super::apply::{LAST_APPLIED, original_of};
use super::args::{Flag, number, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Info, given};
use super::run::Call;
use super::writing::{self, sorted};
use crate::base::{Instant, Status, Value, difflib};
use crate::print::yaml;
use crate::schema::patch::strategic;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub const FLAGS: &[&[Flag]] = &[
    infos::FILES,
    infos::SELECTOR,
    writing::MANAGER,
    &[
        switch("server-side", ""),
        switch("force-conflicts", ""),
        switch("show-managed-fields", ""),
        switch("prune", ""),
        value("prune-allowlist", ""),
        switch("all", ""),
        number("concurrency"),
    ],
];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let compared = compare(client, call, out);
    out.warn(client);
    match compared {
        Ok(true) => out.exit = 1,
        Ok(false) => {}
        // 1 says that there are differences
        Err(failure) => {
            out.fail(&failure);
            out.exit = 2;
        }
    }
    Ok(())
}

fn compare(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<bool, Failure> {
    if call.args.is_on("force-conflicts") && !call.args.is_on("server-side") {
        return Err(Failure::own("--force-conflicts only works with --server-side"));
    }
    let (found, failures) = given(client, call, "diff")?;
    if let Some(failure) = failures.into_iter().next() {
        return Err(failure);
    }
    let mut texts = Vec::new();
    for info in found {
        let live = match client.call("GET", info.path(), "", None) {
            Ok(live) => Some(live),
            Err(status) if status.code == 404 => None,
            Err(status) => return Err(status.into()),
        };
        let merged = merged(client, call, &info, live.as_ref())?;
        let group = &info.resource.group;
        let dot = if group.is_empty() { "" } else { "." };
        let version = &info.resource.version;
        let name = format!("{group}{dot}{version}.{}.{}.{}", info.resource.kind, info.namespace, info.name);
        let keep = call.args.is_on("show-managed-fields");
        let mut live = live.map(|live| shown(live, keep)).unwrap_or_default();
        let mut merged = shown(merged, keep);
        if info.resource.kind == "Secret" {
            masked(&mut live, &mut merged);
        }
        texts.push((name, text_of(&live), text_of(&merged)));
    }
    texts.sort();
    let now = client.server.now;
    let mut differs = false;
    for (name, live, merged) in texts {
        if live != merged {
            differs = true;
            out.stdout.push_str(&unified(&name, &live, &merged, now));
        }
    }
    Ok(differs)
}

/// As the server would have it after an apply.
fn merged(
    client: &mut Client<'_>,
    call: &Call<'_>,
    info: &Info,
    live: Option<&Value>,
) -> Result<Value, Failure> {
    let server_side = call.args.is_on("server-side");
    let default = if server_side { "kubectl" } else { "kubectl-client-side-apply" };
    let manager = call.args.find("field-manager").unwrap_or(default);
    let query = format!("?dryRun=All&fieldManager={manager}");
    if server_side {
        let force = call.args.is_on("force-conflicts");
        let path = format!("{}{query}&force={force}", info.path());
        return Ok(client.call(
            "PATCH",
            path,
            "application/apply-patch+yaml",
            Some(&sorted(&info.object)),
        )?);
    }
    let Some(live) = live else {
        let path = crate::api::mapping::path(&info.resource, &info.namespace, "");
        return Ok(client.call("POST", format!("{path}{query}"), "", Some(&info.object))?);
    };
    let (schema, resource) = (&client.server.schema, &info.resource);
    let Some(id) = schema.kind(&resource.group, &resource.version, &resource.kind) else {
        return Ok(live.clone());
    };
    let mut wanted = info.object.clone();
    let annotations = wanted.entry("metadata").entry("annotations");
    annotations.map_mut();
    annotations.remove(LAST_APPLIED);
    let patch = strategic::create_three_way(schema, id, &original_of(live), &sorted(&wanted), live)
        .map_err(Status::from)?;
    if patch.is_empty() {
        return Ok(live.clone());
    }
    let path = format!("{}{query}", info.path());
    Ok(client.call("PATCH", path, "application/strategic-merge-patch+json", Some(&patch))?)
}

fn shown(mut object: Value, keep: bool) -> Value {
    if !keep && !object.is_null() {
        object.entry("metadata").remove("managedFields");
    }
    object
}

fn text_of(object: &Value) -> String {
    if object.is_null() { String::new() } else { yaml::to_string(object) }
}

/// What `diff -u -N` prints.
fn unified(name: &str, old: &str, new: &str, now: Instant) -> String {
    let stamp = stamp(now);
    let (live, merged) = (format!("/tmp/LIVE-1/{name}"), format!("/tmp/MERGED-1/{name}"));
    let mut out = format!("diff -u -N {live} {merged}\n--- {live}\t{stamp}\n+++ {merged}\t{stamp}\n");
    if old.is_empty() {
        out.push_str(&format!("@@ -0,0 +1,{} @@\n", new.lines().count()));
        new.lines().for_each(|line| out.push_str(&format!("+{line}\n")));
    } else {
        out.push_str(&difflib::unified(old.trim_end_matches('\n'), new.trim_end_matches('\n')));
    }
    out
}

/// What is secret is not shown, but whether it changes is.
///
/// Models `Masker`.
fn masked(live: &mut Value, merged: &mut Value) {
    let (from, to) = (live.get("data").clone(), merged.get("data").clone());
    let mask = |object: &mut Value, own: &Value, other: &Value, word: &str| {
        for (key, value) in own.entries() {
            let differs = other.find(key).is_some_and(|there| there != value);
            object.entry("data").set(key, if differs { word } else { "***" });
        }
    };
    mask(live, &from, &to, "*** (before)");
    mask(merged, &to, &from, "*** (after)");
}

/// `2026-01-01 00:00:00.000000000 +0000`
fn stamp(now: Instant) -> String {
    let text = now.rfc3339();
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    format!("{date} {}.{:03}000000 +0000", time.trim_end_matches('Z'), now.0.rem_euclid(1000))
}
