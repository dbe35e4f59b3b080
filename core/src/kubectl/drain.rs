//! `kubectl cordon`, `uncordon` and `drain`
//!
//! Models `k8s.io/kubectl/pkg/cmd/drain` and `k8s.io/kubectl/pkg/drain`.

use super::args::{Flag, number, switch, time, value};
use super::client::{Client, PATIENCE};
use super::console::{Failure, Printed};
use super::infos::{self, Ask, Info, infos};
use super::run::Call;
use super::writing::{self, Dry, Writing};
use crate::api::{mapping, url};
use crate::base::{Duration, Selector, Value};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const CORDON: &[&[Flag]] = &[infos::SELECTOR, writing::DRY_RUN];
pub const DRAIN: &[&[Flag]] = &[
    infos::SELECTOR,
    writing::DRY_RUN,
    &[
        switch("force", ""),
        switch("ignore-daemonsets", ""),
        switch("delete-emptydir-data", ""),
        switch("disable-eviction", ""),
        number("grace-period"),
        number("skip-wait-for-delete-timeout"),
        number("chunk-size"),
        time("timeout"),
        value("pod-selector", ""),
    ],
];

const STRATEGIC: &str = "application/strategic-merge-patch+json";
const MIRROR: &str = "kubernetes.io/config.mirror";
/// Between two tries to evict a pod that others protect.
const RETRY: Duration = Duration::from_secs(5);

type Done = Result<(), Failure>;

pub fn cordon(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let nodes = nodes(client, call, "cordon NODE")?;
    mark(client, call, &nodes, true, out)
}

pub fn uncordon(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let nodes = nodes(client, call, "uncordon NODE")?;
    mark(client, call, &nodes, false, out)
}

fn nodes(client: &mut Client<'_>, call: &Call<'_>, usage: &str) -> Result<Vec<Info>, Failure> {
    let args = &call.args;
    if args.words.is_empty() && !args.is_given("selector") {
        return Err(call.usage(&format!("USAGE: {usage} [flags]")));
    }
    if !args.words.is_empty() && !args.get("selector").is_empty() {
        return Err(call.usage("error: cannot specify both a node name and a --selector option"));
    }
    if Selector::parse(args.get("pod-selector")).is_err() {
        return Err(Failure::own("--pod-selector=<pod_selector> must be a valid label selector"));
    }
    let mut words = Vec::from(["nodes".to_string()]);
    words.extend(args.words.iter().map(|name| match name.split_once('/') {
        Some((_, name)) => name.to_string(),
        None => name.clone(),
    }));
    let (found, failures) = infos(client, call, &words, Ask::Fetch)?;
    match failures.into_iter().next() {
        Some(failure) => Err(failure),
        None => Ok(found),
    }
}

fn mark(client: &mut Client<'_>, call: &Call<'_>, nodes: &[Info], wanted: bool, out: &mut Printed) -> Done {
    let mut writing = Writing::of(&call.args, "kubectl")?;
    let verb = if wanted { "cordon" } else { "uncordon" };
    for info in nodes {
        let mut done = format!("{verb}ed");
        if info.object.at(&["spec", "unschedulable"]).is_true() == wanted {
            done = format!("already {done}");
        } else if writing.dry != Dry::Client {
            let value = if wanted { Value::Bool(true) } else { Value::Null };
            let patch = Value::map([("spec", Value::map([("unschedulable", value)]))]);
            if let Err(status) = writing.patch(client, &info.path(), STRATEGIC, &patch) {
                out.note(&format!("error: unable to {verb} node \"{}\": {}", info.name, status.message));
                continue;
            }
        }
        writing.print(out, &info.resource, &info.object, &done)?;
    }
    Ok(())
}

pub fn drain(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let dry = Dry::of(&call.args)?;
    let nodes = nodes(client, call, "drain NODE")?;
    mark(client, call, &nodes, true, out)?;
    let mut writing = Writing::of(&call.args, "kubectl")?;
    let mut failures = Vec::new();
    let mut pending = Vec::new();
    for info in &nodes {
        match empty(client, call, info, dry, out) {
            Ok(()) => writing.print(out, &info.resource, &info.object, "drained")?,
            Err(problem) => {
                out.note(&format!(
                    "error: unable to drain node \"{}\" due to error: {problem}, continuing command...",
                    info.name
                ));
                pending.push(info.name.as_str());
                failures.push(Failure::Plain(problem));
            }
        }
    }
    if !pending.is_empty() {
        out.note("There are pending nodes to be drained:");
        pending.iter().for_each(|name| out.note(&format!(" {name}")));
    }
    out.fail_all(&failures);
    Ok(())
}

/// Takes the pods off a node.
fn empty(
    client: &mut Client<'_>,
    call: &Call<'_>,
    node: &Info,
    dry: Dry,
    out: &mut Printed,
) -> Result<(), String> {
    let args = &call.args;
    let pods = doomed(client, call, &node.name, out)?;
    let limit = args.duration("timeout").filter(|t| *t != Duration::ZERO);
    let end = client.server.now + limit.unwrap_or(PATIENCE);
    let deletes = args.is_on("disable-eviction");
    let note = dry.note();
    for pod in &pods {
        if !deletes || dry == Dry::Client {
            out.say(&format!("evicting pod {}/{}{note}", pod.namespace, pod.name));
        }
    }
    if dry == Dry::Client {
        return Ok(());
    }
    let mut options = Value::empty_map();
    if let Some(grace) = args.int("grace-period").filter(|grace| *grace >= 0) {
        options.set("gracePeriodSeconds", grace);
    }
    if dry == Dry::Server {
        options.set("dryRun", Value::list([Value::text("All")]));
    }
    for pod in &pods {
        let called = format!("pods/\"{}\" -n \"{}\"", pod.name, pod.namespace);
        loop {
            match send(client, pod, deletes, &options) {
                Ok(_) => break,
                Err(status) if status.code == 404 => break,
                Err(status) if status.code == 429 && !deletes => {
                    if client.server.now + RETRY > end {
                        let limit = limit.unwrap_or(PATIENCE).as_secs();
                        return Err(format!(
                            "error when evicting {called}: global timeout reached: {limit}s"
                        ));
                    }
                    let why = &status.message;
                    out.note(&format!("error when evicting {called} (will retry after 5s): {why}"));
                    client.pass(RETRY);
                    out.say(&format!("evicting pod {}/{}{note}", pod.namespace, pod.name));
                }
                Err(status) if deletes => return Err(status.message.to_string()),
                Err(status) => return Err(format!("error when evicting {called}: {}", status.message)),
            }
        }
    }
    for pod in pods.iter().filter(|_| dry == Dry::No) {
        let uid = pod.object.at(&["metadata", "uid"]);
        let left = (end - client.server.now).max(Duration::ZERO);
        let gone = client.wait(left, &mut |client| match client.call("GET", pod.path(), "", None) {
            Ok(there) => Ok(there.at(&["metadata", "uid"]) != uid),
            Err(_) => Ok(true),
        });
        match gone {
            Ok(true) => {
                let done = if deletes { "deleted" } else { "evicted" };
                out.say(&format!("pod/{} {done}", pod.name));
            }
            _ => {
                let limit = limit.unwrap_or(PATIENCE).as_secs();
                return Err(format!(
                    "error when waiting for pod \"{}\" in namespace \"{}\" to terminate: global timeout reached: {limit}s",
                    pod.name, pod.namespace
                ));
            }
        }
    }
    Ok(())
}

fn send(
    client: &mut Client<'_>,
    pod: &Info,
    deletes: bool,
    options: &Value,
) -> Result<Value, crate::base::Status> {
    if deletes {
        return client.call("DELETE", pod.path(), "", Some(options));
    }
    let mut eviction =
        Value::map([("apiVersion", Value::text("policy/v1")), ("kind", Value::text("Eviction"))]);
    let metadata = eviction.entry("metadata");
    metadata.set("name", pod.name.as_str());
    metadata.set("namespace", pod.namespace.as_str());
    if !options.is_empty() {
        eviction.set("deleteOptions", options);
    }
    client.call("POST", format!("{}/eviction", pod.path()), "", Some(&eviction))
}

/// What is to become of a pod.
enum Fate {
    Goes,
    Stays,
    GoesBut(String),
    StaysBecause(String),
    Forbids(String),
}

/// The pods that have to leave.
///
/// Models `GetPodsForDeletion`.
fn doomed(
    client: &mut Client<'_>,
    call: &Call<'_>,
    node: &str,
    out: &mut Printed,
) -> Result<Vec<Info>, String> {
    let resource =
        super::client::resource(&client.server.schema, "pods").map_err(|s| s.message.to_string())?.clone();
    let labels = url::escaped(call.args.get("pod-selector"));
    let fields = url::escaped(&format!("spec.nodeName={node}"));
    let path = format!("{}?labelSelector={labels}&fieldSelector={fields}", mapping::path(&resource, "", ""));
    let list = client.call("GET", path, "", None).map_err(|status| status.message.to_string())?;
    let mut pods = Vec::new();
    let (mut warnings, mut errors) =
        (BTreeMap::<String, Vec<String>>::new(), BTreeMap::<String, Vec<String>>::new());
    for pod in list.get("items").items() {
        let metadata = pod.get("metadata");
        let (namespace, name) = (metadata.get("namespace").str(), metadata.get("name").str());
        let called = format!("{namespace}/{name}");
        let goes = match fate(client, call, pod) {
            Fate::Goes => true,
            Fate::Stays => false,
            Fate::GoesBut(why) => {
                warnings.entry(why).or_default().push(called);
                true
            }
            Fate::StaysBecause(why) => {
                warnings.entry(why).or_default().push(called);
                false
            }
            Fate::Forbids(why) => {
                errors.entry(why).or_default().push(called);
                false
            }
        };
        if goes {
            let (namespace, name) = (namespace.to_string(), name.to_string());
            let source = String::new();
            pods.push(Info { resource: resource.clone(), namespace, name, object: pod.clone(), source });
        }
    }
    if !errors.is_empty() {
        let all = errors.iter().map(|(why, pods)| format!("cannot delete {why}: {}", pods.join(", ")));
        let all = all.collect::<Vec<_>>();
        return Err(match all.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        });
    }
    let all = warnings.iter().map(|(why, pods)| format!("{why}: {}", pods.join(", "))).collect::<Vec<_>>();
    if !all.is_empty() {
        out.note(&format!("Warning: {}", all.join("; ")));
    }
    Ok(pods)
}

/// Models `makeFilters`: what is said last counts.
fn fate(client: &mut Client<'_>, call: &Call<'_>, pod: &Value) -> Fate {
    let args = &call.args;
    let metadata = pod.get("metadata");
    let ended = matches!(pod.at(&["status", "phase"]).str(), "Succeeded" | "Failed");
    let mut owners = metadata.get("ownerReferences").items().iter();
    let owner = owners.find(|owner| owner.get("controller").is_true());
    let force = args.is_on("force");
    let mut said = None;
    if let Some(owner) = owner.filter(|o| o.get("kind").str() == "DaemonSet" && !ended) {
        let (space, name) = (metadata.get("namespace").str(), owner.get("name").str());
        let path = format!("/apis/apps/v1/namespaces/{space}/daemonsets/{name}");
        match client.call("GET", path, "", None) {
            Err(status) if status.code == 404 && force => said = Some(status.message.to_string()),
            Err(status) => return Fate::Forbids(status.message.to_string()),
            Ok(_) if !args.is_on("ignore-daemonsets") => {
                return Fate::Forbids(
                    "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)".to_string(),
                );
            }
            Ok(_) => return Fate::StaysBecause("ignoring DaemonSet-managed Pods".to_string()),
        }
    }
    if metadata.get("annotations").find(MIRROR).is_some() {
        return Fate::Stays;
    }
    let is_local = |volume: &Value| !volume.get("emptyDir").is_null();
    if pod.at(&["spec", "volumes"]).items().iter().any(is_local) && !ended {
        if !args.is_on("delete-emptydir-data") {
            return Fate::Forbids(
                "Pods with local storage (use --delete-emptydir-data to override)".to_string(),
            );
        }
        said = Some("deleting Pods with local storage".to_string());
    }
    if owner.is_none() && !ended {
        if !force {
            return Fate::Forbids("Pods that declare no controller (use --force to override)".to_string());
        }
        said = Some("deleting Pods that declare no controller".to_string());
    }
    said.map_or(Fate::Goes, Fate::GoesBut)
}
