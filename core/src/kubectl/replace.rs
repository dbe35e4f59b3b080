//! `kubectl replace`
//!
//! Models `k8s.io/kubectl/pkg/cmd/replace`.

use super::apply::annotated;
use super::args::{Flag, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::create;
use super::delete::{DELETION, Deletion, await_end, cascade, delete};
use super::infos::{self, Info, given};
use super::run::Call;
use super::wait::WEEK;
use super::writing::{self, Dry, Writing};
use crate::base::{Duration, Status, Value};
use alloc::format;
use alloc::vec::Vec;

pub const FLAGS: &[&[Flag]] = &[
    infos::FILES,
    DELETION,
    create::COMMON,
    writing::DRY_RUN,
    writing::OUTPUT,
    writing::MANAGER,
    writing::VALIDATE,
    &[value("raw", ""), value("subresource", "")],
];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    let mut writing = Writing::of(args, "kubectl-replace")?;
    let force = args.is_on("force");
    let problems = [
        (args.int("grace-period").unwrap_or(-1) >= 0 && !force, "--grace-period must have --force specified"),
        (
            args.duration("timeout").is_some_and(|t| t != Duration::ZERO) && !force,
            "--timeout must have --force specified",
        ),
        (force && writing.dry != Dry::No, "--dry-run can not be used when --force is set"),
        (args.is_given("raw"), "svcscope does not have \"kubectl replace --raw\""),
    ];
    if let Some((_, problem)) = problems.iter().find(|(is_so, _)| *is_so) {
        return Err(Failure::own(*problem));
    }
    let (mut found, mut failures) = given(client, call, "replace")?;
    if args.is_on("save-config") {
        found.iter_mut().for_each(|info| info.object = annotated(&info.object));
    }
    if force && let Some(failure) = remove(client, call, &found, out)? {
        out.fail(&failure);
        return Ok(());
    }
    for mut info in found {
        let replaced = match (force, writing.dry) {
            (true, _) => writing.create(client, &info.resource, &info.object).map_err(Failure::from),
            (false, Dry::Client) => Ok(info.object.clone()),
            (false, _) => {
                replace(client, call, &writing, &mut info).map_err(|status| info.refused(status, "replacing"))
            }
        };
        out.warn(client);
        match replaced {
            Ok(object) => writing.print(out, &info.resource, &object, "replaced")?,
            Err(failure) => failures.push(failure),
        }
    }
    out.fail_all(&failures);
    Ok(())
}

/// Puts the object in the place of what is there, whichever version that has.
fn replace(
    client: &mut Client<'_>,
    call: &Call<'_>,
    writing: &Writing<'_>,
    info: &mut Info,
) -> Result<Value, Status> {
    let part = call.args.get("subresource");
    if info.object.at(&["metadata", "resourceVersion"]).str().is_empty()
        && let Ok(there) = client.call("GET", info.path(), "", None)
    {
        let version = there.at(&["metadata", "resourceVersion"]).clone();
        info.object.entry("metadata").set("resourceVersion", version);
    }
    let slash = if part.is_empty() { "" } else { "/" };
    client.call("PUT", format!("{}{slash}{part}{}", info.path(), writing.query()), "", Some(&info.object))
}

/// `--force`: what is there goes first.
fn remove(
    client: &mut Client<'_>,
    call: &Call<'_>,
    found: &[Info],
    out: &mut Printed,
) -> Result<Option<Failure>, Failure> {
    let args = &call.args;
    let grace = args.int("grace-period").unwrap_or(-1);
    let how = Deletion {
        grace: if grace == 0 { 1 } else { grace },
        policy: cascade(args)?,
        waits: Some(args.duration("timeout").filter(|t| *t > Duration::ZERO).unwrap_or(WEEK)),
        dry: Dry::No,
        only_names: args.get("output") == "name",
    };
    let (gone, failures) = delete(client, found, &how, out);
    let failed = failures.into_iter().filter(|f| !f.is_not_found()).collect::<Vec<_>>();
    match failed.into_iter().next() {
        Some(failure) => Ok(Some(failure)),
        None => await_end(client, &gone, &how),
    }
}
