//! `kubectl taint`
//!
//! Models `k8s.io/kubectl/pkg/cmd/taint`.

use super::args::{Flag, switch};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Ask, infos};
use super::run::Call;
use super::set::{STRATEGIC, difference};
use super::writing::{self, Dry, Writing, typed};
use crate::base::field::quoted;
use crate::base::{Value, names};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[&[Flag]] = &[
    infos::SELECTOR,
    writing::DRY_RUN,
    writing::OUTPUT,
    writing::MANAGER,
    writing::VALIDATE,
    &[switch("overwrite", ""), switch("all", "")],
];

/// Key, value and effect; those that are to go may have no effect, and then mean all.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Taint {
    key: String,
    value: String,
    effect: String,
}

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    let is_taint = |word: &String| word.contains(['=', ':']) || word.ends_with('-');
    let first = args.words.iter().position(is_taint).unwrap_or(args.words.len());
    let (objects, taints) = args.words.split_at(first);
    if let Some(late) = taints.iter().find(|word| !is_taint(word)) {
        return Err(Failure::own(format!("all resources must be specified before taint changes: {late}")));
    }
    let mut writing = Writing::of(args, "kubectl-taint")?;
    writing.tells_dry = false;
    let Some(kind) = objects.first() else {
        return Err(Failure::own("one or more resources must be specified as <resource> <name>"));
    };
    if taints.is_empty() {
        return Err(Failure::own("at least one taint update is required"));
    }
    let (add, remove) = read(taints).map_err(|problem| call.usage(&problem))?;
    let resource = super::client::resource(&client.server.schema, kind)?;
    if resource.kind != "Node" {
        let kind = kind.to_ascii_lowercase();
        return Err(Failure::own(format!("invalid resource type {kind}, only node types are supported")));
    }
    let conflicts = add.iter().flat_map(|a| remove.iter().map(move |r| (a, r)));
    let conflicts =
        conflicts.filter(|(a, r)| a.key == r.key && (r.effect.is_empty() || a.effect == r.effect));
    let conflicts = conflicts.map(|(_, r)| format!("{}={}", r.key, r.effect)).collect::<Vec<_>>();
    if !conflicts.is_empty() {
        let all = conflicts.join(", ");
        return Err(Failure::own(format!(
            "can not both modify and remove the following taint(s) in the same command: {all}"
        )));
    }
    let (all, selected) = (args.is_on("all"), !args.get("selector").is_empty());
    if all && selected {
        return Err(Failure::own("setting 'all' parameter with a non empty selector is prohibited"));
    }
    if !all && !selected && objects.len() < 2 {
        return Err(Failure::own(
            "at least one resource name must be specified since 'all' parameter is not set",
        ));
    }
    let words = if all || selected { objects.get(..1).unwrap_or_default() } else { objects };
    let (found, mut failures) = infos(client, call, words, Ask::Fetch)?;
    for info in found {
        let mut changed = info.object.clone();
        let done = match change(&mut changed, &add, &remove, args.is_on("overwrite")) {
            Ok(done) => done,
            Err(problem) => {
                failures.push(Failure::Own(problem));
                continue;
            }
        };
        let mut object = typed(&client.server.schema, &info.resource, &changed);
        if writing.dry != Dry::Client {
            let patch = difference(client, &info, &object)?;
            object = writing.patch(client, &info.path(), STRATEGIC, &patch)?;
        }
        writing.print_as(out, &info.resource, &object, done)?;
    }
    out.fail_all(&failures);
    Ok(())
}

/// The taints to put on, and those to take off.
fn read(words: &[String]) -> Result<(Vec<Taint>, Vec<Taint>), String> {
    let (mut add, mut remove) = (Vec::<Taint>::new(), Vec::new());
    for word in words {
        if let Some(word) = word.strip_suffix('-') {
            remove.push(taint(word)?);
            continue;
        }
        let new = taint(word)?;
        if new.effect.is_empty() {
            return Err(format!("invalid taint spec: {word}"));
        }
        if add.iter().any(|a| a.key == new.key && a.effect == new.effect) {
            let Taint { key, value, effect } = new;
            return Err(format!(
                "duplicated taints with the same key and effect: {{{key} {value} {effect} <nil>}}"
            ));
        }
        add.push(new);
    }
    Ok((add, remove))
}

/// `key=value:Effect`, `key:Effect` or `key`.
fn taint(word: &str) -> Result<Taint, String> {
    let invalid = || format!("invalid taint spec: {word}");
    let complaints = |all: names::Complaints| match all.is_empty() {
        true => Ok(()),
        false => {
            let all = all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            Err(format!("{}, {all}", invalid()))
        }
    };
    let parts = word.split(':').collect::<Vec<_>>();
    let (named, effect) = match parts.as_slice() {
        [key] => (*key, ""),
        [named, effect] => (*named, *effect),
        _ => return Err(invalid()),
    };
    let (mut key, mut value) = (named, "");
    if parts.len() == 2 {
        if !matches!(effect, "NoSchedule" | "PreferNoSchedule" | "NoExecute") {
            return Err(format!("invalid taint effect: {effect}, unsupported taint effect"));
        }
        (key, value) = named.split_once('=').unwrap_or((named, ""));
        if value.contains('=') {
            return Err(invalid());
        }
        complaints(names::label_value(value))?;
    }
    complaints(names::label_key(key))?;
    Ok(Taint { key: key.to_string(), value: value.to_string(), effect: effect.to_string() })
}

/// Models `updateTaints` and `reorganizeTaints`.
fn change(
    node: &mut Value,
    add: &[Taint],
    remove: &[Taint],
    overwrite: bool,
) -> Result<&'static str, String> {
    let old = node.at(&["spec", "taints"]).items().to_vec();
    let same =
        |a: &Taint, there: &Value| a.key == there.get("key").str() && a.effect == there.get("effect").str();
    if !overwrite {
        let known = add.iter().filter(|a| old.iter().any(|there| same(a, there)));
        let known = known.map(|a| a.key.as_str()).collect::<Vec<_>>();
        if !known.is_empty() {
            let name = node.at(&["metadata", "name"]).str();
            return Err(format!(
                "node {name} already has {} taint(s) with same effect(s) and --overwrite is false",
                known.join(",")
            ));
        }
    }
    let mut new = Vec::new();
    for Taint { key, value, effect } in add {
        let mut taint =
            Value::map([("key", Value::text(key.as_str())), ("effect", Value::text(effect.as_str()))]);
        if !value.is_empty() {
            taint.set("value", value.as_str());
        }
        new.push(taint);
    }
    new.extend(old.iter().filter(|there| !add.iter().any(|a| same(a, there))).cloned());
    let added = new.len() != old.len();
    let mut removed = false;
    let mut missing = Vec::new();
    for one in remove {
        let count = new.len();
        new.retain(|t| {
            one.key != t.get("key").str() || !one.effect.is_empty() && one.effect != t.get("effect").str()
        });
        removed = new.len() != count;
        if !removed {
            let effect = if one.effect.is_empty() { String::new() } else { format!(":{}", one.effect) };
            missing.push(format!("taint {} not found", quoted(&format!("{}{effect}", one.key))));
        }
    }
    match missing.as_slice() {
        [] => {}
        [one] => return Err(one.clone()),
        many => return Err(format!("[{}]", many.join(", "))),
    }
    match new.is_empty() {
        true => drop(node.entry("spec").remove("taints")),
        false => node.entry("spec").set("taints", Value::list(new)),
    }
    Ok(match (added, removed) {
        (true, true) => "modified",
        _ if overwrite => "modified",
        (true, false) => "tainted",
        _ => "untainted",
    })
}
