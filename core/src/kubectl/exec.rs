//! `kubectl exec`, and what else goes on in pods: `logs`, `attach`, `cp`, `port-forward`.
//!
//! Models `k8s.io/kubectl/pkg/cmd/exec` and its neighbours as far as what they ask of the API. There are no containers
//! here: `exec` runs what the cluster knows to answer, the others say what they would need.

use super::args::{Flag, number, switch, time, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Ask, Info, all_infos};
use super::run::Call;
use crate::base::{Duration, Selector, Value};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const EXEC: &[&[Flag]] = &[
    infos::FILES,
    &[
        value("container", "c"),
        switch("stdin", "i"),
        switch("tty", "t"),
        switch("quiet", "q"),
        time("pod-running-timeout"),
    ],
];
pub const ATTACH: &[&[Flag]] = &[&[
    value("container", "c"),
    switch("stdin", "i"),
    switch("tty", "t"),
    switch("quiet", "q"),
    time("pod-running-timeout"),
    value("detach-keys", ""),
]];
pub const LOGS: &[&[Flag]] = &[&[
    value("container", "c"),
    value("selector", "l"),
    value("since-time", ""),
    switch("follow", "f"),
    switch("previous", "p"),
    switch("timestamps", ""),
    switch("all-containers", ""),
    switch("all-pods", ""),
    switch("ignore-errors", ""),
    switch("prefix", ""),
    switch("insecure-skip-tls-verify-backend", ""),
    number("limit-bytes"),
    number("tail"),
    number("max-log-requests"),
    time("since"),
    time("pod-running-timeout"),
]];
pub const FORWARD: &[&[Flag]] = &[&[value("address", ""), time("pod-running-timeout")]];
pub const COPY: &[&[Flag]] = &[&[value("container", "c"), switch("no-preserve", ""), number("retries")]];

const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

type Done = Result<(), Failure>;

/// A container of a pod; the first where none is named.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub namespace: &'a str,
    pub pod: &'a str,
    pub container: &'a str,
}

/// What a program left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

pub fn exec(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let words = &args.words;
    let dash = args.before_dash;
    let given = words.first().filter(|_| dash != Some(0));
    let has_files = args.is_given("filename");
    let command = match dash {
        Some(at @ (0 | 1)) => words.get(at..).unwrap_or_default(),
        _ if words.len() > 1 || !words.is_empty() && has_files => {
            return Err(call.usage(
                "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead",
            ));
        }
        _ => &[],
    };
    check_timeout(call)?;
    if given.is_none() && !has_files {
        return Err(Failure::own("pod, type/name or --filename must be specified"));
    }
    if command.is_empty() {
        return Err(Failure::own("you must specify at least one command for the container"));
    }
    let pod = pod_of(client, call, given.map_or("", String::as_str))?;
    let phase = pod.object.at(&["status", "phase"]).str();
    if matches!(phase, "Succeeded" | "Failed") {
        return Err(Failure::own(format!(
            "cannot exec into a container in a completed pod; current phase is {phase}"
        )));
    }
    let container = container_of(call, &pod, out)?;
    if phase != "Running" {
        return Err(Failure::own(format!(
            "Internal error occurred: unable to upgrade connection: container not found (\"{container}\")"
        )));
    }
    let place = Place { namespace: &pod.namespace, pod: &pod.name, container: &container };
    let Some(world) = client.world.as_mut() else { return Ok(()) };
    let ran = world.exec(client.server, place, command);
    out.stdout.push_str(&ran.stdout);
    out.stderr.push_str(&ran.stderr);
    if ran.exit != 0 {
        out.note(&format!("command terminated with exit code {}", ran.exit));
        out.exit = ran.exit;
    }
    Ok(())
}

fn check_timeout(call: &Call<'_>) -> Done {
    match call.args.duration("pod-running-timeout").is_some_and(|timeout| timeout <= Duration::ZERO) {
        true => Err(call.usage("--pod-running-timeout must be higher than zero")),
        false => Ok(()),
    }
}

/// The pod that is named, or one of what is.
///
/// Models `AttachablePodForObjectFn`.
fn pod_of(client: &mut Client<'_>, call: &Call<'_>, name: &str) -> Result<Info, Failure> {
    let words = match name {
        "" => Vec::new(),
        name if name.contains('/') => Vec::from([name.to_string()]),
        name => Vec::from(["pods".to_string(), name.to_string()]),
    };
    let mut found = all_infos(client, call, &words, Ask::Fetch)?;
    if found.len() > 1 {
        return Err(Failure::own("cannot exec into multiple objects at a time"));
    }
    let Some(info) = found.pop() else { return Err(Failure::own("expected a resource")) };
    let spec = info.object.get("spec");
    let selector = match info.resource.kind.as_str() {
        "Pod" => return Ok(info),
        "Service" | "ReplicationController" => Selector::from_map(spec.get("selector")),
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" => {
            Selector::from_spec(spec.get("selector"))
        }
        kind => {
            return Err(Failure::own(format!(
                "cannot attach to *v1.{kind}: selector for *v1.{kind} not implemented"
            )));
        }
    };
    if info.resource.kind == "Service" && spec.get("selector").is_empty() {
        return Err(Failure::own(format!(
            "cannot attach to *v1.Service: invalid service '{}': Service is defined without a selector",
            info.name
        )));
    }
    let resource = super::client::resource(&client.server.schema, "pods")?.clone();
    let path = crate::api::mapping::path(&resource, &info.namespace, "");
    let list = client.call("GET", path, "", None)?;
    let mut pods = list.get("items").items().iter();
    // those that are ready come first
    let fits = |pod: &&Value| selector.matches(pod.at(&["metadata", "labels"]));
    let mut all = pods.by_ref().filter(fits).collect::<Vec<_>>();
    all.sort_by_key(|pod| !is_ready(pod));
    let Some(pod) = all.first() else {
        return Err(Failure::own("timed out waiting for the condition"));
    };
    let name = pod.at(&["metadata", "name"]).str().to_string();
    Ok(Info { resource, namespace: info.namespace, name, object: (*pod).clone(), source: String::new() })
}

fn is_ready(pod: &Value) -> bool {
    let is = |c: &Value| c.get("type").str() == "Ready" && c.get("status").str() == "True";
    pod.at(&["status", "conditions"]).items().iter().any(is)
}

/// Models `FindOrDefaultContainerByName`.
fn container_of(call: &Call<'_>, pod: &Info, out: &mut Printed) -> Result<String, Failure> {
    let spec = pod.object.get("spec");
    let fields = [("containers", ""), ("ephemeralContainers", " (ephem)"), ("initContainers", " (init)")];
    let all = fields
        .iter()
        .flat_map(|(field, note)| spec.get(field).items().iter().map(move |c| (c.get("name").str(), *note)));
    let all = all.collect::<Vec<_>>();
    let names = all.iter().map(|(name, note)| format!("{name}{note}")).collect::<Vec<_>>().join(", ");
    let wanted = match call.args.get("container") {
        "" => pod.object.at(&["metadata", "annotations"]).get(DEFAULT_CONTAINER).str(),
        given => given,
    };
    if !wanted.is_empty() {
        return match all.iter().any(|(name, _)| *name == wanted) {
            true => Ok(wanted.to_string()),
            false => Err(Failure::own(format!(
                "container {wanted} is not valid for pod {} out of: {names}",
                pod.name
            ))),
        };
    }
    let first = all.first().map_or("", |(name, _)| *name);
    if all.len() > 1 && !call.args.is_on("quiet") {
        out.note(&format!("Defaulted container \"{first}\" out of: {names}"));
    }
    Ok(first.to_string())
}

pub fn logs(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let selected = !args.get("selector").is_empty();
    let usage = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";
    match args.words.len() {
        0 if !selected => return Err(call.usage(usage)),
        1 if selected => return Err(call.usage("only a selector (-l) or a POD name is allowed")),
        0..=2 => {}
        _ => return Err(call.usage(usage)),
    }
    check_timeout(call)?;
    let mut pod = None;
    if let Some(name) = args.words.first() {
        let words = match name.contains('/') {
            true => Vec::from([name.clone()]),
            false => Vec::from(["pods".to_string(), name.clone()]),
        };
        let plain = Call { args: args.without("selector"), ..*call };
        let found = all_infos(client, &plain, &words, Ask::Fetch).map_err(|failure| match failure {
            Failure::Status(status, _) if status.code == 404 => {
                let space = super::builder::namespace(args);
                let what =
                    format!("error from server (NotFound): {} in namespace \"{space}\"", status.message);
                Failure::Plain(format!("error: {what}"))
            }
            other => other,
        })?;
        pod = found.into_iter().find(|info| info.resource.kind == "Pod");
    }
    let since = args.duration("since").unwrap_or_default();
    let problem = match args.int("tail") {
        _ if args.is_given("since-time") && since != Duration::ZERO => {
            "at most one of `sinceTime` or `sinceSeconds` may be specified".to_string()
        }
        _ if args.is_on("all-containers") && !args.get("container").is_empty() => format!(
            "--all-containers=true should not be specified with container name {}",
            args.get("container")
        ),
        _ if args.is_given("container") && args.words.len() == 2 => {
            "only one of -c or an inline [CONTAINER] arg is allowed".to_string()
        }
        _ if args.int("limit-bytes").is_some_and(|n| n < 0) => {
            "--limit-bytes must be greater than 0".to_string()
        }
        _ if since < Duration::ZERO => "--since must be greater than 0".to_string(),
        Some(..-1) => "--tail must be greater than or equal to -1".to_string(),
        _ => {
            if let Some(pod) = &pod {
                container_of(call, pod, out)?;
            }
            "svcscope keeps no logs of containers".to_string()
        }
    };
    out.warn(client);
    Err(Failure::Own(problem))
}

pub fn attach(client: &mut Client<'_>, call: &Call<'_>, _: &mut Printed) -> Done {
    let words = &call.args.words;
    if words.is_empty() {
        return Err(Failure::own("at least 1 argument is required for attach"));
    }
    if words.len() > 2 {
        return Err(call.usage(&format!(
            "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {}: {words:?}",
            words.len()
        )));
    }
    check_timeout(call)?;
    let named = words.join("/");
    pod_of(client, call, &named)?;
    Err(Failure::own("svcscope does not attach to containers"))
}

pub fn forward(client: &mut Client<'_>, call: &Call<'_>, _: &mut Printed) -> Done {
    let words = &call.args.words;
    if words.len() < 2 {
        return Err(call.usage("TYPE/NAME and list of ports are required for port-forward"));
    }
    check_timeout(call)?;
    let pod = pod_of(client, call, words.first().map_or("", String::as_str))?;
    let containers = pod.object.at(&["spec", "containers"]).items();
    for port in words.iter().skip(1) {
        let remote = port.rsplit(':').next().unwrap_or_default();
        let mut ports = containers.iter().flat_map(|c| c.get("ports").items());
        if remote.parse::<u16>().is_err() && !ports.any(|p| p.get("name").str() == remote) {
            return Err(Failure::own(format!("Pod '{}' does not have a named port '{remote}'", pod.name)));
        }
    }
    Err(Failure::own("svcscope opens no ports outside of its cluster"))
}

pub fn copy(_: &mut Client<'_>, call: &Call<'_>, _: &mut Printed) -> Done {
    let words = &call.args.words;
    let [from, to] = words.as_slice() else {
        return Err(Failure::own("source and destination are required"));
    };
    match [from, to].iter().filter(|file| file.contains(':')).count() {
        0 => Err(Failure::own("one of src or dest must be a remote file specification")),
        2 => Err(Failure::own("one of src or dest must be a local file specification")),
        _ if to.contains(':') && call.file(from).is_none() => {
            Err(Failure::own(format!("{from} doesn't exist in local filesystem")))
        }
        _ => Err(Failure::own("svcscope has no files in containers")),
    }
}
