//! `kubectl patch`
//!
//! Models `k8s.io/kubectl/pkg/cmd/patch`.

use super::args::{Flag, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Ask, infos};
use super::run::Call;
use super::writing::{self, Dry, Writing, sorted};
use crate::base::field::quoted;
use crate::base::{Value, json};
use crate::manifest;
use crate::schema::patch::json_patch::{Error, JsonPatch};
use crate::schema::patch::merge_patch::{self, NoPatch};
use crate::schema::patch::strategic;
use crate::schema::{Resource, Schema};
use alloc::format;
use alloc::string::String;

pub const FLAGS: &[&[Flag]] = &[
    infos::FILES,
    writing::DRY_RUN,
    writing::OUTPUT,
    writing::MANAGER,
    &[
        value("patch", "p"),
        value("patch-file", ""),
        value("type", ""),
        value("subresource", ""),
        switch("local", ""),
    ],
];

const TYPES: &[(&str, &str)] = &[
    ("json", "application/json-patch+json"),
    ("merge", "application/merge-patch+json"),
    ("strategic", "application/strategic-merge-patch+json"),
];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    let mut writing = Writing::of(args, "kubectl-patch")?;
    writing.tells_dry = false;
    let (given, file) = (args.get("patch"), args.get("patch-file"));
    let local = args.is_on("local");
    let problem = match (given.is_empty(), file.is_empty()) {
        (false, false) => "cannot specify --patch and --patch-file together",
        (true, true) => "must specify --patch or --patch-file containing the contents of the patch",
        _ if local && !args.words.is_empty() => "cannot specify --local and server resources",
        _ if local && writing.dry == Dry::Server => {
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
        }
        _ => "",
    };
    if !problem.is_empty() {
        return Err(Failure::own(problem));
    }
    let wanted = args.find("type").filter(|t| !t.is_empty()).unwrap_or("strategic");
    let known = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let Some((name, type_)) = known else {
        return Err(Failure::own(format!(
            "--type must be one of [json merge strategic], not {}",
            quoted(wanted)
        )));
    };
    let text = match file {
        "" => given,
        file => call.file(file).ok_or_else(|| {
            Failure::own(format!("unable to read patch file: open {file}: no such file or directory"))
        })?,
    };
    // what begins as JSON is left for the server to read
    let body = match text.trim_start().starts_with('{') {
        true => text.as_bytes().to_vec(),
        false => json::to_string(&read(text, given)?).into_bytes(),
    };
    let on_paper = local || writing.dry == Dry::Client;
    let (found, mut failures) =
        infos(client, call, &args.words, if local { Ask::Local } else { Ask::AsGiven })?;
    if found.is_empty() && failures.is_empty() {
        return Err(Failure::own("no objects passed to patch"));
    }
    for info in found {
        let patched = match on_paper {
            true => patched(&client.server.schema, &info.resource, &info.object, name, &body),
            false => {
                let path = match args.get("subresource") {
                    "" => info.path(),
                    part => format!("{}/{part}", info.path()),
                };
                writing.patch_raw(client, &path, type_, body.clone()).map_err(Failure::from)
            }
        };
        let printed = patched.and_then(|after| {
            let same = json::to_string(&sorted(&info.object)) == json::to_string(&sorted(&after));
            let done = if same { "patched (no change)" } else { "patched" };
            writing.print(out, &info.resource, &after, done)
        });
        failures.extend(printed.err());
        out.warn(client);
    }
    out.fail_all(&failures);
    Ok(())
}

/// A patch in YAML.
fn read(text: &str, shown: &str) -> Result<Value, Failure> {
    let problem = |why: &str| Failure::own(format!("unable to parse {}: {why}", quoted(shown)));
    let documents = manifest::read(text).map_err(|error| {
        let message = &error.message;
        problem(message.strip_prefix("error converting YAML to JSON: ").unwrap_or(message))
    })?;
    Ok(documents.first().map_or(Value::Null, |document| document.node.to_value()))
}

/// What becomes of the object without any server.
///
/// Models `getPatchedJSON`.
pub fn patched(
    schema: &Schema,
    resource: &Resource,
    object: &Value,
    type_: &str,
    patch: &[u8],
) -> Result<Value, Failure> {
    let text = String::from_utf8_lossy(patch);
    let node = manifest::json::parse(&text).map_err(|_| match type_ {
        "merge" => Failure::own(NoPatch::TEXT),
        _ => Failure::own("invalid JSON patch"),
    })?;
    let failed = |message: &str| Failure::own(message);
    match type_ {
        "json" => {
            let reason = |error: Error| match error {
                Error::Malformed(text) | Error::Failed(text) => failed(&text),
                Error::TooManyOperations(_) | Error::Panicked => failed("invalid JSON patch"),
            };
            let patch = JsonPatch::read(&text, &node).map_err(reason)?;
            Ok(patch.apply(object).map_err(reason)?.to_value())
        }
        "merge" => {
            let patched = merge_patch::apply(object, &node);
            Ok(patched.map_err(|NoPatch| failed(NoPatch::TEXT))?.to_value())
        }
        _ => {
            let Some(id) = schema.kind(&resource.group, &resource.version, &resource.kind) else {
                return Err(Failure::own(format!(
                    "strategic merge patch is not supported for {} locally, try --type merge",
                    resource.kind
                )));
            };
            strategic::apply(schema, id, object, &node.to_value()).map_err(|error| failed(&error.text))
        }
    }
}
