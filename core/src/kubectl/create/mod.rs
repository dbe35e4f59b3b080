//! `kubectl create`: what files say, and what subcommands make up.
//!
//! Models `k8s.io/kubectl/pkg/cmd/create`.

mod access;
mod data;
mod ingress;
mod plain;
mod service;
mod workload;

pub use access::*;
pub use data::*;
pub use ingress::*;
pub use plain::*;
pub use service::*;
pub use workload::*;

use super::apply::annotated;
use super::args::{Flag, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, given};
use super::run::{Call, group};
use super::writing::{self, Dry, Writing};
use crate::base::{Status, Value};
use alloc::format;

type Done = Result<(), Failure>;
/// Makes an object of that name up.
type Generate = fn(&mut Client<'_>, &Call<'_>, &str, &mut Printed) -> Result<Value, Failure>;

pub const FLAGS: &[&[Flag]] = &[
    infos::FILES,
    infos::SELECTOR,
    COMMON,
    writing::DRY_RUN,
    writing::OUTPUT,
    writing::MANAGER,
    writing::VALIDATE,
    &[value("raw", ""), switch("edit", ""), switch("windows-line-endings", "")],
];
pub const COMMON: &[Flag] = &[switch("save-config", "")];
/// Of all subcommands, beside their own.
pub const ALL: &[Flag] = &[
    switch("save-config", ""),
    value("dry-run", "").or("unchanged"),
    value("output", "o"),
    value("template", ""),
    switch("show-managed-fields", ""),
    switch("allow-missing-template-keys", ""),
    value("field-manager", ""),
    value("validate", "").or("strict"),
];

const MANAGER: &str = "kubectl-create";

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    for flag in ["raw", "edit"] {
        if args.is_given(flag) {
            return Err(Failure::own(format!("svcscope does not have \"kubectl create --{flag}\"")));
        }
    }
    if !args.words.is_empty() {
        return Err(call.usage(&format!("Unexpected args: [{}]", args.words.join(" "))));
    }
    if !args.is_given("filename") && !args.is_given("kustomize") {
        out.note("Error: must specify one of -f and -k\n\n");
        return group(call, out, true);
    }
    let mut writing = Writing::of(args, MANAGER)?;
    let (found, mut failures) = given(client, call, "create")?;
    for mut info in found {
        if args.is_on("save-config") {
            info.object = annotated(&info.object);
        }
        if writing.dry != Dry::Client {
            match writing.create(client, &info.resource, &info.object) {
                Ok(object) => info.object = object,
                Err(status) => {
                    failures.push(info.refused(status, "creating"));
                    out.warn(client);
                    continue;
                }
            }
        }
        out.warn(client);
        writing.print(out, &info.resource, &info.object, "created")?;
    }
    out.fail_all(&failures);
    Ok(())
}

/// Makes an object up and creates it; what the server refuses is told in words of the command, or as it is.
fn make(
    client: &mut Client<'_>,
    call: &Call<'_>,
    out: &mut Printed,
    generate: Generate,
    refused: fn(Status) -> Failure,
) -> Done {
    let words = &call.args.words;
    let count = call.args.before_dash.unwrap_or(words.len());
    let Some(name) = words.first().filter(|_| count == 1) else {
        return Err(call.usage(&format!("exactly one NAME is required, got {count}")));
    };
    let mut writing = Writing::of(&call.args, MANAGER)?;
    let object = generate(client, call, name, out)?;
    writing.create_new(client, out, call, &object, refused, "created")
}

/// `apiVersion`, `kind`, and a name; the namespace only where one was asked for.
pub fn new_object(call: &Call<'_>, api_version: &str, kind: &str, name: &str) -> Value {
    let mut object = cluster_object(api_version, kind, name);
    if let Some(namespace) = call.args.find("namespace") {
        object.entry("metadata").set("namespace", namespace);
    }
    object
}

pub fn cluster_object(api_version: &str, kind: &str, name: &str) -> Value {
    Value::map([
        ("apiVersion", Value::text(api_version)),
        ("kind", Value::text(kind)),
        ("metadata", Value::map([("name", Value::text(name))])),
    ])
}

fn texts<'t>(all: impl IntoIterator<Item = &'t str>) -> Value {
    Value::list(all.into_iter().map(Value::text))
}
