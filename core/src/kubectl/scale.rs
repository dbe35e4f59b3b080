//! `kubectl scale`
//!
//! Models `k8s.io/kubectl/pkg/cmd/scale` and `k8s.io/kubectl/pkg/scale`.

use super::args::{Flag, number, switch, time, value};
use super::client::{Client, Named};
use super::console::{Failure, Printed};
use super::infos::{self, Ask, infos};
use super::run::Call;
use super::writing::{self, Dry, Writing};
use crate::base::{Duration, Status, Value};
use alloc::format;

pub const FLAGS: &[&[Flag]] = &[
    infos::FILES,
    infos::SELECTOR,
    writing::DRY_RUN,
    writing::OUTPUT,
    &[
        number("replicas").required(),
        number("current-replicas"),
        value("resource-version", ""),
        time("timeout"),
        switch("all", ""),
    ],
];

const MERGE: &str = "application/merge-patch+json";

/// Asks for so many replicas; the answer is the new scale.
pub fn scale(client: &mut Client<'_>, object: Named<'_>, replicas: i64) -> Result<Value, Status> {
    let path = client.path(object)?;
    client.call("PATCH", format!("{path}/scale"), MERGE, Some(&wanted(replicas)))
}

fn wanted(replicas: i64) -> Value {
    Value::map([("spec", Value::map([("replicas", Value::Int(replicas))]))])
}

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    let mut writing = Writing::of(args, "kubectl")?;
    let replicas = args.int("replicas").unwrap_or(-1);
    if replicas < 0 {
        return Err(Failure::own(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        ));
    }
    let expected = args.int("current-replicas").unwrap_or(-1);
    if expected < -1 {
        return Err(Failure::own("The --current-replicas must specify an integer of -1 or greater"));
    }
    let (found, failures) = infos(client, call, &args.words, Ask::AsGiven)?;
    if args.is_given("resource-version") && found.len() > 1 {
        return Err(Failure::own("cannot use --resource-version with multiple resources"));
    }
    if found.is_empty() && failures.is_empty() {
        return Err(Failure::own("no objects passed to scale"));
    }
    for mut info in found {
        let part = format!("{}/scale", info.path());
        if writing.dry != Dry::Client {
            let version = args.get("resource-version");
            if expected != -1 || !version.is_empty() {
                let current = client.call("GET", part.clone(), "", None)?;
                let size = current.at(&["spec", "replicas"]).int();
                if expected != -1 && size != expected {
                    return Err(Failure::own(format!("Expected replicas to be {expected}, was {size}")));
                }
                let found = current.at(&["metadata", "resourceVersion"]).str();
                if !version.is_empty() && version != found {
                    return Err(Failure::own(format!(
                        "Expected resource version to be {version}, was {found}"
                    )));
                }
            }
            writing.patch(client, &part, MERGE, &wanted(replicas))?;
            if let Some(limit) =
                args.duration("timeout").filter(|t| *t != Duration::ZERO && writing.dry == Dry::No)
            {
                let reached = client.wait(limit, &mut |client| {
                    let scale = client.call("GET", part.clone(), "", None)?;
                    Ok(scale.at(&["status", "replicas"]).int() == replicas)
                })?;
                if !reached {
                    return Err(Failure::own(format!(
                        "timed out waiting for \"{}\" to be synced",
                        info.name
                    )));
                }
            }
        }
        if info.object.get("spec").find("replicas").is_some() {
            info.object.entry("spec").set("replicas", replicas);
        }
        writing.print(out, &info.resource, &info.object, "scaled")?;
    }
    out.fail_all(&failures);
    Ok(())
}
