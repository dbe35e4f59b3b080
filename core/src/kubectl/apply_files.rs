//! `kubectl apply`: manifests from files, one after the other, and what is left over pruned.
//!
//! Models `k8s.io/kubectl/pkg/cmd/apply/apply.go` and `prune.go`.

use super::apply::{LAST_APPLIED, annotated, original_of, without_nulls};
use super::args::{Flag, switch, value};
use super::builder::namespace;
use super::client::{Client, no_match};
use super::console::{Failure, Printed};
use super::delete::{DELETION, Deletion, await_end, cascade, delete};
use super::infos::{self, Info, given};
use super::run::Call;
use super::server_side;
use super::writing::{self, Dry, Writing, sorted};
use crate::api::{mapping, url};
use crate::base::{Duration, Value, json};
use crate::schema::Resource;
use crate::schema::patch::strategic;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[&[Flag]] = &[
    infos::FILES,
    infos::SELECTOR,
    DELETION,
    writing::DRY_RUN,
    writing::OUTPUT,
    writing::MANAGER,
    writing::VALIDATE,
    &[
        switch("server-side", ""),
        switch("force-conflicts", ""),
        switch("prune", ""),
        value("prune-allowlist", ""),
        switch("all", ""),
        switch("overwrite", ""),
        switch("openapi-patch", ""),
        value("subresource", ""),
    ],
];

const STRATEGIC: &str = "application/strategic-merge-patch+json";
/// How long a forced apply waits for the old object to go.
const FORCE_TIMEOUT: Duration = Duration::from_secs(300);
/// What is pruned where nothing else is said.
const PRUNED: &[&str] = &[
    "core/v1/ConfigMap",
    "core/v1/Endpoints",
    "core/v1/PersistentVolumeClaim",
    "core/v1/Pod",
    "core/v1/ReplicationController",
    "core/v1/Secret",
    "core/v1/Service",
    "batch/v1/Job",
    "batch/v1/CronJob",
    "networking.k8s.io/v1/Ingress",
    "apps/v1/DaemonSet",
    "apps/v1/Deployment",
    "apps/v1/ReplicaSet",
    "apps/v1/StatefulSet",
    "core/v1/Namespace",
    "core/v1/PersistentVolume",
];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    if !args.words.is_empty() {
        return Err(call.usage(&format!("Unexpected args: [{}]", args.words.join(" "))));
    }
    let on_server = args.is_on("server-side");
    let manager = if on_server { server_side::MANAGER } else { "kubectl-client-side-apply" };
    let mut writing = Writing::of(args, manager)?;
    check(call, writing.dry)?;
    let (found, mut failures) = given(client, call, "apply")?;
    let labels = args.get("selector");
    let pruned = if args.is_on("prune") { prunable(client, call)? } else { Vec::new() };
    let mut all = Vec::new();
    for info in found {
        if chosen(&info, labels)? {
            all.push(info);
        }
    }
    if all.is_empty() && failures.is_empty() {
        return Err(Failure::own("no objects passed to apply"));
    }
    let mut visited = Vec::new();
    for mut info in all {
        let done = match on_server {
            true => server_side::apply(client, call, &writing, &mut info, out),
            false => apply_one(client, call, &writing, &mut info, out),
        };
        out.warn(client);
        match done {
            Ok(_) if writing.prints_objects() => {}
            Ok(done) => writing.print(out, &info.resource, &info.object, done)?,
            Err(failure) => {
                failures.push(failure);
                continue;
            }
        }
        visited.push(info);
    }
    if !failures.is_empty() {
        out.fail_all(&failures);
        return Ok(());
    }
    if writing.prints_objects() {
        match visited.as_slice() {
            [] => {}
            [one] => writing.print(out, &one.resource, &one.object, "")?,
            many => {
                let items = many.iter().map(|info| sorted(&info.object));
                let list = Value::map([
                    ("apiVersion", Value::text("v1")),
                    ("items", Value::list(items)),
                    ("kind", Value::text("List")),
                    ("metadata", Value::empty_map()),
                ]);
                writing.print_list(out, &list)?;
            }
        }
    }
    if args.is_on("prune") {
        prune(client, call, &mut writing, (&pruned, &visited), out)?;
    }
    Ok(())
}

/// Flags that do not go together.
fn check(call: &Call<'_>, dry: Dry) -> Result<(), Failure> {
    let args = &call.args;
    let (on_server, force) = (args.is_on("server-side"), args.is_on("force"));
    let selector = !args.get("selector").is_empty();
    let problems = [
        (args.is_on("force-conflicts") && !on_server, "--force-conflicts only works with --server-side"),
        (
            dry == Dry::Client && on_server,
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        ),
        (on_server && force, "--force cannot be used with --server-side"),
        (dry == Dry::Server && force, "--dry-run=server cannot be used with --force"),
        (args.is_on("all") && selector, "cannot set --all and --selector at the same time"),
        (args.is_on("prune") && force, "--force cannot be used with --prune"),
        (
            args.is_on("prune") && !args.is_on("all") && !selector,
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
        ),
        (
            !args.get("subresource").is_empty() && !on_server,
            "--subresource can only be specified for --server-side",
        ),
    ];
    match problems.iter().find(|(is_so, _)| *is_so) {
        Some((_, problem)) => Err(Failure::own(*problem)),
        None => Ok(()),
    }
}

fn chosen(info: &Info, labels: &str) -> Result<bool, Failure> {
    let selector = crate::base::Selector::parse(labels)
        .map_err(|why| Failure::own(format!("the provided selector \"{labels}\" is not valid: {why}")))?;
    Ok(selector.matches(info.object.at(&["metadata", "labels"])))
}

/// What was done; the object is then as it is there, or would be.
fn apply_one(
    client: &mut Client<'_>,
    call: &Call<'_>,
    writing: &Writing<'_>,
    info: &mut Info,
    out: &mut Printed,
) -> Result<&'static str, Failure> {
    let generated = info.object.at(&["metadata", "generateName"]).str();
    if info.name.is_empty() && !generated.is_empty() {
        return Err(Failure::own(format!("from {generated}: cannot use generate name with apply")));
    }
    if info.name.is_empty() {
        let what = described(info);
        return Err(Failure::own(format!(
            "error when retrieving current configuration of:\n{what}\nfrom server for: \"{}\": resource name may not be empty",
            info.source
        )));
    }
    let modified = annotated(&info.object);
    let current = match client.call("GET", info.path(), "", None) {
        Ok(current) => current,
        Err(status) if status.code == 404 => {
            info.object = without_nulls(&modified);
            if writing.dry != Dry::Client {
                let created = writing.create(client, &info.resource, &info.object);
                info.object = created.map_err(|status| info.refused(status, "creating"))?;
            }
            return Ok("created");
        }
        Err(status) => return Err(status.into()),
    };
    if current.at(&["metadata", "annotations"]).get(LAST_APPLIED).is_null() {
        out.note(&format!("Warning: resource {} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.", info.called()));
    }
    info.object = current;
    let patch = patch_for(client, info, &modified)?;
    if patch.is_empty() {
        warn_if_deleting(info, out);
        return Ok("unchanged");
    }
    let patched = match writing.dry {
        Dry::Client => {
            let (schema, resource) = (&client.server.schema, &info.resource);
            let text = json::to_string(&patch);
            super::patch::patched(schema, resource, &info.object, "strategic", text.as_bytes())?
        }
        _ => match writing.patch_checked(client, &info.path(), STRATEGIC, &patch) {
            Ok(patched) => patched,
            Err(status) if call.args.is_on("force") && matches!(status.code, 409 | 422) => {
                recreate(client, call, writing, info, &modified, out)?
            }
            Err(status) => {
                let doing = format!(
                    "error when applying patch:\n{}\nto:\n{}\nfor: \"{}\": error when patching \"{}\"",
                    json::to_string(&patch),
                    described(info),
                    info.source,
                    info.source
                );
                return Err(Failure::Status(status, doing));
            }
        },
    };
    info.object = patched;
    warn_if_deleting(info, out);
    Ok("configured")
}

/// What makes of the object as it is there what the manifest says.
fn patch_for(client: &Client<'_>, info: &Info, modified: &Value) -> Result<Value, Failure> {
    let (schema, resource) = (&client.server.schema, &info.resource);
    let type_id = schema
        .kind(&resource.group, &resource.version, &resource.kind)
        .ok_or_else(|| no_match(&resource.group_version(), &resource.kind))?;
    let original = original_of(&info.object);
    let patch = strategic::create_three_way(schema, type_id, &original, modified, &info.object);
    Ok(patch.map_err(crate::base::Status::from)?)
}

/// `--force`: the object goes, and comes again as the manifest has it.
fn recreate(
    client: &mut Client<'_>,
    call: &Call<'_>,
    writing: &Writing<'_>,
    info: &Info,
    modified: &Value,
    out: &mut Printed,
) -> Result<Value, Failure> {
    let args = &call.args;
    let how = Deletion {
        grace: args.int("grace-period").unwrap_or(-1),
        policy: cascade(args)?,
        waits: Some(args.duration("timeout").filter(|t| *t > Duration::ZERO).unwrap_or(FORCE_TIMEOUT)),
        dry: Dry::No,
        only_names: false,
    };
    let mut silent = Printed::default();
    let (gone, failures) = delete(client, core::slice::from_ref(info), &how, &mut silent);
    out.stderr.push_str(&silent.stderr);
    let late = await_end(client, &gone, &how)?;
    if let Some(failure) = failures.into_iter().chain(late).next() {
        return Err(failure);
    }
    Ok(writing.create(client, &info.resource, modified)?)
}

/// Models `Info.String`.
fn described(info: &Info) -> String {
    let Resource { group, version, name, kind, .. } = &info.resource;
    format!(
        "Resource: \"{group}/{version}, Resource={name}\", GroupVersionKind: \"{group}/{version}, Kind={kind}\"\nName: \"{}\", Namespace: \"{}\"",
        info.name, info.namespace
    )
}

pub fn warn_if_deleting(info: &Info, out: &mut Printed) {
    if info.object.at(&["metadata", "deletionTimestamp"]).is_null() {
        return;
    }
    out.note(&format!(
        "Warning: Detected changes to resource {} which is currently being deleted.",
        info.name
    ));
}

/// The kinds of which is pruned.
fn prunable(client: &Client<'_>, call: &Call<'_>) -> Result<Vec<Resource>, Failure> {
    let given = call.args.all("prune-allowlist").collect::<Vec<_>>();
    let kinds = if given.is_empty() { PRUNED } else { &given };
    let mut resources = Vec::new();
    for kind in kinds {
        let parts = kind.split('/').collect::<Vec<_>>();
        let [group, version, kind] = parts.as_slice() else {
            return Err(Failure::own(format!(
                "invalid GroupVersionKind format: {kind}, please follow <group/version/kind>"
            )));
        };
        let api_version = if *group == "core" { version.to_string() } else { format!("{group}/{version}") };
        let found = mapping::of_kind(&client.server.schema, &api_version, kind).cloned();
        resources.push(found.ok_or_else(|| Failure::own(no_match(&api_version, kind).message.as_str()))?);
    }
    Ok(resources)
}

/// Deletes what was applied once and is not in the files any more.
fn prune(
    client: &mut Client<'_>,
    call: &Call<'_>,
    writing: &mut Writing<'_>,
    (resources, visited): (&[Resource], &[Info]),
    out: &mut Printed,
) -> Result<(), Failure> {
    let args = &call.args;
    if !args.is_given("prune-allowlist") {
        let text = "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.";
        out.log(client.server.now, "prune.go:71", text);
    }
    let mut spaces =
        visited.iter().filter(|i| i.resource.namespaced).map(|i| i.namespace.clone()).collect::<Vec<_>>();
    if args.is_given("namespace") {
        spaces.push(namespace(args).to_string());
    }
    spaces.sort();
    spaces.dedup();
    let everywhere = [String::new()];
    for (namespaced, spaces) in [(true, spaces.as_slice()), (false, &everywhere)] {
        for space in spaces {
            for resource in resources.iter().filter(|r| r.namespaced == namespaced) {
                prune_kind(client, call, writing, (resource, space), visited, out)?;
            }
        }
    }
    Ok(())
}

fn prune_kind(
    client: &mut Client<'_>,
    call: &Call<'_>,
    writing: &mut Writing<'_>,
    (resource, space): (&Resource, &str),
    visited: &[Info],
    out: &mut Printed,
) -> Result<(), Failure> {
    let labels = url::escaped(call.args.get("selector"));
    let path = format!("{}?labelSelector={labels}", mapping::path(resource, space, ""));
    let list = client.call("GET", path, "", None)?;
    out.warn(client);
    for object in list.get("items").items() {
        let metadata = object.get("metadata");
        let uid = metadata.get("uid");
        let was_visited = visited.iter().any(|info| info.object.at(&["metadata", "uid"]) == uid);
        if metadata.get("annotations").get(LAST_APPLIED).is_null() || was_visited {
            continue;
        }
        if writing.dry != Dry::Client {
            let mut options = Value::map([("propagationPolicy", Value::text(cascade(&call.args)?))]);
            if writing.dry == Dry::Server {
                options.set("dryRun", Value::list([Value::text("All")]));
            }
            client.call(
                "DELETE",
                mapping::path(resource, space, metadata.get("name").str()),
                "",
                Some(&options),
            )?;
        }
        writing.print(out, resource, object, "pruned")?;
    }
    Ok(())
}
