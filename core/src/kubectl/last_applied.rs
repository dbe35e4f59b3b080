//! `kubectl apply view-last-applied` and `set-last-applied`
//!
//! Models `k8s.io/kubectl/pkg/cmd/apply/apply_view_last_applied.go` and `apply_set_last_applied.go`.

use super::apply::LAST_APPLIED;
use super::args::{Flag, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Ask, all_infos, given};
use super::run::Call;
use super::writing::{self, Dry, Writing, sorted};
use crate::base::{Value, json};
use crate::manifest;
use crate::print::yaml;
use alloc::format;

pub const VIEW: &[&[Flag]] = &[infos::FILES, infos::SELECTOR, &[value("output", "o"), switch("all", "")]];
pub const SET: &[&[Flag]] =
    &[infos::FILES, writing::DRY_RUN, writing::OUTPUT, &[switch("create-annotation", "")]];

const MERGE: &str = "application/merge-patch+json";

pub fn view(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    for info in all_infos(client, call, &call.args.words, Ask::Fetch)? {
        let said = info.object.at(&["metadata", "annotations"]).get(LAST_APPLIED).str();
        if said.is_empty() {
            let problem =
                format!("no last-applied-configuration annotation found on resource: {}\n", info.name);
            return Err(Failure::Own(match info.source.as_str() {
                "" => return Ok(()),
                source => format!("error when {problem} \"{source}\": <nil>"),
            }));
        }
        let Ok(node) = manifest::json::parse(said) else {
            return Err(Failure::own("the last-applied-configuration annotation is no JSON"));
        };
        match call.args.find("output").unwrap_or("yaml") {
            "yaml" => out.stdout.push_str(&yaml::to_string(&node.to_value())),
            "json" => out.say(&json::to_string_indented(&node.to_value(), "  ")),
            other => {
                return Err(call.usage(&format!(
                    "Unexpected -o output mode: {other}, the flag 'output' must be one of yaml|json"
                )));
            }
        }
    }
    Ok(())
}

pub fn set(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let mut writing = Writing::of(&call.args, "kubectl")?;
    let (found, failures) = given(client, call, "set-last-applied")?;
    if let Some(failure) = failures.into_iter().next() {
        return Err(failure);
    }
    for info in found {
        let mut wanted = sorted(&info.object);
        if wanted.at(&["metadata", "annotations"]).find(LAST_APPLIED).is_some() {
            wanted.entry_at(&["metadata", "annotations"]).remove(LAST_APPLIED);
        }
        let wanted = Value::text(format!("{}\n", json::to_string(&wanted)));
        let mut current = client.call("GET", info.path(), "", None)?;
        let said = current.at(&["metadata", "annotations"]).get(LAST_APPLIED);
        if said.is_null() && !call.args.is_on("create-annotation") {
            return Err(Failure::own(format!(
                "no last-applied-configuration annotation found on resource: {}, to create the annotation, run the command with --create-annotation",
                info.name
            )));
        }
        if said.str().trim_end() == wanted.str().trim_end() {
            out.say(&format!("set-last-applied {}: no changes required.", info.name));
            continue;
        }
        let annotations = Value::map([(LAST_APPLIED, wanted.clone())]);
        let patch = Value::map([("metadata", Value::map([("annotations", annotations)]))]);
        if writing.dry != Dry::Client {
            current = writing.patch(client, &info.path(), MERGE, &patch)?;
        }
        writing.print(out, &info.resource, &current, "configured")?;
    }
    Ok(())
}
