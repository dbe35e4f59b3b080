//! `kubectl delete`
//!
//! Models `k8s.io/kubectl/pkg/cmd/delete`.

use super::args::{Args, Flag, number, switch, time, value};
use super::builder::prefix;
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Ask, Info, infos};
use super::run::Call;
use super::wait::{WEEK, timed_out};
use super::writing::{self, Dry};
use crate::base::{Duration, Value};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[&[Flag]] = &[
    infos::FILES,
    infos::CHOICE,
    DELETION,
    writing::DRY_RUN,
    &[
        value("output", "o"),
        value("raw", ""),
        switch("now", ""),
        switch("ignore-not-found", ""),
        switch("interactive", "i"),
    ],
];
/// The flags of all commands that delete.
pub const DELETION: &[Flag] = &[
    value("cascade", "").or("background"),
    number("grace-period"),
    time("timeout"),
    switch("force", ""),
    switch("wait", ""),
];
const NOTHING: &str = "No resources found";

/// How things are deleted.
#[derive(Clone, Debug)]
pub struct Deletion {
    pub grace: i64,
    pub policy: &'static str,
    pub waits: Option<Duration>,
    pub dry: Dry,
    pub only_names: bool,
}

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    if args.is_given("raw") {
        return Err(Failure::own("svcscope does not have \"kubectl delete --raw\""));
    }
    let policy = cascade(args)?;
    let mut grace = args.int("grace-period").unwrap_or(-1);
    if args.is_on("now") {
        if grace != -1 {
            return Err(Failure::own("--now and --grace-period cannot be specified together"));
        }
        grace = 1;
    }
    let force = args.is_on("force");
    if grace == 0 && !force {
        grace = 1;
    }
    if force && grace < 0 {
        grace = 0;
    }
    let dry = Dry::of(args)?;
    let (found, mut failures) = infos(client, call, &args.words, Ask::Names)?;
    client.warnings.clear();
    if !matches!(args.get("output"), "" | "name") {
        let form = args.get("output");
        return Err(Failure::own(format!("unexpected -o output mode: {form}. We only support '-o name'")));
    }
    for flag in ["selector", "field-selector"] {
        if args.is_on("all") && !args.get(flag).is_empty() {
            return Err(Failure::own(format!("cannot set --all and --{flag} at the same time")));
        }
    }
    match (force, grace) {
        (true, 0) => out.note("Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely."),
        (true, _) => {
            return Err(Failure::own("--force and --grace-period greater than 0 cannot be specified together"));
        }
        _ => {}
    }
    if args.is_on("interactive") && !found.is_empty() && !confirmed(call, &found, out) {
        out.say("deletion is cancelled");
        return Ok(());
    }
    let deletion = Deletion {
        grace,
        policy,
        waits: args.is_not_off("wait").then(|| match args.duration("timeout") {
            None | Some(Duration::ZERO) => WEEK,
            Some(limit) => limit,
        }),
        dry,
        only_names: args.get("output") == "name",
    };
    let chosen = args.is_on("all") || args.is_given("selector") || args.is_given("field-selector");
    let forgiving = args.find("ignore-not-found").map_or(chosen, |_| args.is_on("ignore-not-found"));
    failures.retain(|f| !(forgiving && f.is_not_found()));
    if args.is_given("namespace")
        && !args.is_on("all-namespaces")
        && found.iter().any(|i| !i.resource.namespaced)
    {
        out.note("Warning: deleting cluster-scoped resources, not scoped to the provided namespace");
    }
    if found.is_empty() && failures.is_empty() {
        out.say(NOTHING);
    }
    let (gone, more) = delete(client, &found, &deletion, out);
    failures.extend(more.into_iter().filter(|f| !(forgiving && f.is_not_found())));
    if failures.is_empty() {
        failures.extend(await_end(client, &gone, &deletion)?);
    }
    out.fail_all(&failures);
    Ok(())
}

pub fn cascade(args: &Args) -> Result<&'static str, Failure> {
    match args.find("cascade").unwrap_or("background") {
        "background" | "true" => Ok("Background"),
        "foreground" => Ok("Foreground"),
        "orphan" | "false" => Ok("Orphan"),
        other => Err(Failure::own(format!(
            "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
        ))),
    }
}

fn confirmed(call: &Call<'_>, found: &[Info], out: &mut Printed) -> bool {
    out.say(&format!("You are about to delete the following {} resource(s):", found.len()));
    found.iter().for_each(|info| out.say(&format!("{}/{}", prefix(&info.resource), info.name)));
    out.stdout.push_str("Do you want to continue? (y/N): ");
    call.stdin.lines().next().unwrap_or_default().trim().eq_ignore_ascii_case("y")
}

/// Deletes the objects one by one: those that were there, and what went wrong.
pub fn delete(
    client: &mut Client<'_>,
    all: &[Info],
    how: &Deletion,
    out: &mut Printed,
) -> (Vec<(Info, String)>, Vec<Failure>) {
    let mut gone = Vec::new();
    let mut failures = Vec::new();
    for info in all {
        if how.dry != Dry::Client {
            let mut options = Value::map([("propagationPolicy", Value::text(how.policy))]);
            if how.grace >= 0 {
                options.set("gracePeriodSeconds", how.grace);
            }
            if how.dry == Dry::Server {
                options.set("dryRun", Value::list([Value::text("All")]));
            }
            match client.call("DELETE", info.path(), "", Some(&options)) {
                Ok(answer) => {
                    let uid = match answer.at(&["details", "uid"]).str() {
                        "" => answer.at(&["metadata", "uid"]).str(),
                        uid => uid,
                    };
                    gone.push((info.clone(), uid.to_string()));
                }
                Err(status) => {
                    failures.push(info.refused(status, "deleting"));
                    continue;
                }
            }
        }
        let kind = prefix(&info.resource);
        let forced = if how.grace == 0 { "force " } else { "" };
        let place = match info.resource.namespaced {
            true => format!(" from {} namespace", info.namespace),
            false => String::new(),
        };
        out.say(&match how.only_names {
            true => format!("{kind}/{}", info.name),
            false => format!("{kind} \"{}\" {forced}deleted{place}{}", info.name, how.dry.note()),
        });
        out.warn(client);
    }
    (gone, failures)
}

/// Lets time pass until they are gone; the first that stays too long is told of.
pub fn await_end(
    client: &mut Client<'_>,
    gone: &[(Info, String)],
    how: &Deletion,
) -> Result<Option<Failure>, Failure> {
    let Some(limit) = how.waits.filter(|_| how.dry == Dry::No) else { return Ok(None) };
    let end = client.server.now + limit;
    for (info, uid) in gone {
        let left = (end - client.server.now).max(Duration::ZERO);
        let path = info.path();
        let is_gone = client.wait(left, &mut |client| match client.call("GET", path.clone(), "", None) {
            Ok(object) => Ok(object.at(&["metadata", "uid"]).str() != uid),
            Err(_) => Ok(true),
        })?;
        client.warnings.clear();
        if !is_gone {
            return Ok(Some(timed_out(info)));
        }
    }
    Ok(None)
}
