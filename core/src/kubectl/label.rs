//! `kubectl label` and `kubectl annotate`
//!
//! Models `k8s.io/kubectl/pkg/cmd/label` and `pkg/cmd/annotate`.

use super::args::{Flag, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Ask, Info, infos};
use super::run::Call;
use super::writing::{self, Dry, Writing};
use crate::base::field::quoted;
use crate::base::{Value, names};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[&[Flag]] = &[
    infos::FILES,
    infos::CHOICE,
    writing::DRY_RUN,
    writing::OUTPUT,
    writing::MANAGER,
    &[switch("overwrite", ""), switch("list", ""), switch("local", ""), value("resource-version", "")],
];

const MERGE: &str = "application/merge-patch+json";

/// What is put on objects.
#[derive(Clone, Copy)]
struct Mark {
    field: &'static str,
    noun: &'static str,
    manager: &'static str,
}

const LABEL: Mark = Mark { field: "labels", noun: "label", manager: "kubectl-label" };
const ANNOTATION: Mark = Mark { field: "annotations", noun: "annotation", manager: "kubectl-annotate" };
/// May be written over at any time.
const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

type Done = Result<(), Failure>;

pub fn label(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    mark(client, call, out, LABEL)
}

pub fn annotate(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    mark(client, call, out, ANNOTATION)
}

/// What is to be set, and what to be taken off.
#[derive(Default)]
struct Changes<'a> {
    set: Vec<(&'a str, &'a str)>,
    gone: Vec<&'a str>,
}

fn mark(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed, mark: Mark) -> Done {
    let args = &call.args;
    let is_label = mark.noun == "label";
    let (objects, given) = resources_and_pairs(&args.words, mark.noun)?;
    let changes = if is_label { labels(&given)? } else { annotations(&given)? };
    let lists = args.is_on("list");
    if lists && args.is_given("output") {
        return Err(Failure::own("--list and --output may not be specified together"));
    }
    for flag in ["selector", "field-selector"] {
        if args.is_on("all") && !args.get(flag).is_empty() {
            return Err(Failure::own(format!("cannot set --all and --{flag} at the same time")));
        }
    }
    let mut writing = Writing::of(args, mark.manager)?;
    let local = args.is_on("local");
    let has_files = args.is_given("filename") || args.is_given("kustomize");
    let example = if is_label { "pod" } else { "rsrc" };
    let problem = match (local, objects.is_empty(), has_files) {
        (true, ..) if writing.dry == Dry::Server => {
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?".to_string()
        }
        (true, false, _) => format!(
            "can only use local files by -f {example}.yaml or --filename={example}.json when --local=true is set"
        ),
        (true, _, false) => {
            format!("one or more files must be specified as -f {example}.yaml or --filename={example}.json")
        }
        (false, true, false) => {
            "one or more resources must be specified as <resource> <name> or <resource>/<name>".to_string()
        }
        _ if changes.set.is_empty() && changes.gone.is_empty() && !lists => {
            format!("at least one {} update is required", mark.noun)
        }
        _ => both(&changes, is_label),
    };
    if !problem.is_empty() {
        return Err(Failure::Own(problem));
    }
    let (found, mut failures) = infos(client, call, &objects, if local { Ask::Local } else { Ask::Fetch })?;
    let is_one = found.len() == 1 && !args.is_given("selector") && !args.is_on("all");
    if args.is_given("resource-version") && !is_one {
        return Err(Failure::own("--resource-version may only be used with a single resource"));
    }
    for info in found {
        if lists {
            list(&info, mark, is_one, out);
            continue;
        }
        let done = change(client, call, out, mark, &changes, &writing, &info);
        let printed = done.and_then(|(object, word)| writing.print(out, &info.resource, &object, word));
        failures.extend(printed.err());
        out.warn(client);
    }
    out.fail_all(&failures);
    Ok(())
}

/// Models `GetResourcesAndPairs`.
pub fn resources_and_pairs<'a>(
    words: &'a [String],
    noun: &str,
) -> Result<(Vec<String>, Vec<&'a str>), Failure> {
    let (mut objects, mut pairs) = (Vec::new(), Vec::new());
    for word in words {
        let is_pair = word.contains('=') && !word.starts_with('=') || word.ends_with('-') && word != "-";
        match (is_pair, pairs.is_empty()) {
            (true, _) => pairs.push(word.as_str()),
            (false, true) => objects.push(word.clone()),
            (false, false) => {
                return Err(Failure::own(format!(
                    "all resources must be specified before {noun} changes: {word}"
                )));
            }
        }
    }
    Ok((objects, pairs))
}

fn labels<'a>(given: &[&'a str]) -> Result<Changes<'a>, Failure> {
    let mut changes = Changes::default();
    for word in given {
        match word.split_once('=') {
            Some((_, value)) if value.contains('=') => {
                return Err(Failure::own(format!("invalid label spec: {word}")));
            }
            Some((key, value)) => {
                let complaints = names::label_value(value);
                if !complaints.is_empty() {
                    let all = complaints.iter().map(ToString::to_string).collect::<Vec<_>>().join(";");
                    return Err(Failure::own(format!("invalid label value: {}: {all}", quoted(word))));
                }
                changes.set.push((key, value));
            }
            None => changes.gone.push(word.trim_end_matches('-')),
        }
    }
    Ok(changes)
}

fn annotations<'a>(given: &[&'a str]) -> Result<Changes<'a>, Failure> {
    let mut changes = Changes::default();
    for word in given {
        match word.split_once('=') {
            Some(pair) => changes.set.push(pair),
            None => changes.gone.push(word.strip_suffix('-').unwrap_or(word)),
        }
    }
    Ok(changes)
}

/// What is said of keys that are to be set and taken off; empty where there are none.
fn both(changes: &Changes<'_>, is_label: bool) -> String {
    let in_both = |key: &&&str| changes.set.iter().any(|(set, _)| set == *key);
    let keys = changes.gone.iter().filter(in_both).copied().collect::<Vec<_>>();
    match (keys.is_empty(), is_label) {
        (true, _) => String::new(),
        (false, true) => "can not both modify and remove a label in the same command".to_string(),
        (false, false) => {
            let what = "can not both modify and remove the following annotation(s) in the same command";
            format!("{what}: {}", keys.join(", "))
        }
    }
}

fn list(info: &Info, mark: Mark, is_one: bool, out: &mut Printed) {
    if !is_one {
        let group = &info.resource.group;
        out.say(&format!("Listing {} for {}.{group}/{}:", mark.field, info.resource.kind, info.name));
    }
    let indent = if is_one { "" } else { " " };
    for (key, value) in info.object.at(&["metadata", mark.field]).entries() {
        out.say(&format!("{indent}{key}={}", value.str()));
    }
}

/// The object as it then is, and what was done to it.
fn change(
    client: &mut Client<'_>,
    call: &Call<'_>,
    out: &mut Printed,
    mark: Mark,
    changes: &Changes<'_>,
    writing: &Writing<'_>,
    info: &Info,
) -> Result<(Value, &'static str), Failure> {
    let is_label = mark.noun == "label";
    let known = info.object.at(&["metadata", mark.field]);
    let on_paper = writing.dry == Dry::Client || call.args.is_on("local");
    let mut patch = Value::empty_map();
    let mut gone = false;
    if is_label && !on_paper {
        for key in changes.gone.iter().filter(|key| known.find(key).is_none()) {
            out.say(&format!("label {} not found.", quoted(key)));
        }
    }
    if !call.args.is_on("overwrite") {
        check_overwrites(changes, known, is_label)?;
    }
    for (key, value) in &changes.set {
        if known.find(key).map(Value::str) != Some(value) {
            patch.set(key, *value);
        }
    }
    let added = !patch.is_empty();
    for key in changes.gone.iter().filter(|key| known.find(key).is_some()) {
        patch.set(key, Value::Null);
        gone = true;
    }
    let word = match (is_label, added, gone) {
        (false, ..) => "annotated",
        (_, true, true) => "modified",
        (_, true, false) => "labeled",
        (_, false, true) => "unlabeled",
        (_, false, false) => "not labeled",
    };
    let mut object = info.object.clone();
    let marks = object.entry("metadata").entry(mark.field);
    for (key, value) in patch.entries() {
        match value {
            Value::Null => drop(marks.remove(key)),
            value => marks.set(key, value),
        }
    }
    if marks.is_empty() {
        object.entry("metadata").remove(mark.field);
    }
    if !on_paper && (!patch.is_empty() || !is_label) {
        let mut metadata = Value::empty_map();
        if !patch.is_empty() {
            metadata.set(mark.field, patch);
        }
        if let Some(version) = call.args.find("resource-version") {
            metadata.set("resourceVersion", version.to_string());
        }
        let body = match metadata.is_empty() {
            true => metadata,
            false => Value::map([("metadata", metadata)]),
        };
        let answer = writing.patch(client, &info.path(), MERGE, &body)?;
        if !is_label {
            object = answer;
        }
    }
    Ok((object, word))
}

fn check_overwrites(changes: &Changes<'_>, known: &Value, is_label: bool) -> Done {
    let mut found = Vec::new();
    for (key, value) in &changes.set {
        let old = known.find(key).map(Value::str).filter(|old| old != value);
        let Some(old) = old.filter(|_| is_label || *key != CHANGE_CAUSE) else { continue };
        found.push(format!("'{key}' already has a value ({old})"));
    }
    match (found.is_empty(), is_label) {
        (true, _) => Ok(()),
        (false, true) => {
            let said = found.iter().map(|text| format!("{text}, and --overwrite is false"));
            let said = said.collect::<Vec<_>>();
            Err(Failure::Own(match said.as_slice() {
                [one] => one.clone(),
                many => format!("[{}]", many.join(", ")),
            }))
        }
        (false, false) => {
            let what = "--overwrite is false but found the following declared annotation(s)";
            Err(Failure::own(format!("{what}: {}", found.join("; "))))
        }
    }
}
