//! `kubectl create deployment`, `job` and `cronjob`
//!
//! Models `create_deployment.go`, `create_job.go`, `create_cronjob.go`.

use super::{Client, Done, Failure, Printed, make, new_object, texts};
use crate::base::Value;
use crate::kubectl::args::{Flag, small_number, value};
use crate::kubectl::infos::{Ask, all_infos};
use crate::kubectl::run::Call;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const DEPLOYMENT: &[Flag] =
    &[value("image", "").required(), small_number("port"), Flag { short: "r", ..small_number("replicas") }];
pub const JOB: &[Flag] = &[value("image", ""), value("from", "")];
pub const CRON_JOB: &[Flag] =
    &[value("image", "").required(), value("schedule", "").required(), value("restart", "")];

pub fn deployment(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_deployment, |s| {
        Failure::own(format!("failed to create deployment: {}", s.message))
    })
}

pub fn job(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_job, |s| Failure::own(format!("failed to create job: {}", s.message)))
}

pub fn cron_job(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_cron_job, |s| {
        Failure::own(format!("failed to create cronjob: {}", s.message))
    })
}

/// What stands behind the name is the command of the container.
fn command<'a>(call: &'a Call<'_>) -> &'a [String] {
    call.args.words.get(1..).unwrap_or_default()
}

fn container(name: &str, image: &str, command: &[String]) -> Value {
    let mut container = Value::map([("name", Value::text(name)), ("image", Value::text(image))]);
    if !command.is_empty() {
        container.set("command", texts(command.iter().map(String::as_str)));
    }
    container
}

fn new_deployment(
    client: &mut Client<'_>,
    call: &Call<'_>,
    name: &str,
    _: &mut Printed,
) -> Result<Value, Failure> {
    let args = &call.args;
    let images = args.each("image").collect::<Vec<_>>();
    let command = command(call);
    if images.len() > 1 && !command.is_empty() {
        return Err(Failure::own("cannot specify multiple --image options and command"));
    }
    let mut containers =
        images.iter().map(|image| container(&name_of(client, image), image, command)).collect::<Vec<_>>();
    let port = args.int("port").unwrap_or(-1);
    if let Some(first) = containers.first_mut().filter(|_| port >= 0) {
        first.set("ports", Value::list([Value::map([("containerPort", Value::Int(port))])]));
    }
    let own = Value::map([("app", Value::text(name))]);
    let mut object = new_object(call, "apps/v1", "Deployment", name);
    object.entry("metadata").set("labels", own.clone());
    let spec = object.entry("spec");
    spec.set("replicas", args.int("replicas").unwrap_or(1));
    spec.entry("selector").set("matchLabels", own.clone());
    spec.entry_at(&["template", "metadata"]).set("labels", own);
    spec.entry_at(&["template", "spec"]).set("containers", Value::list(containers));
    Ok(object)
}

/// A name for the container of an image.
fn name_of(client: &mut Client<'_>, image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or_default();
    let name = last.split([':', '@']).next().unwrap_or_default();
    match name.contains(['_', '.']) {
        true => format!("{}-{}", name.replace(['_', '.'], "-"), client.server.rng.name_suffix(5)),
        false => name.to_string(),
    }
}

fn new_job(client: &mut Client<'_>, call: &Call<'_>, name: &str, _: &mut Printed) -> Result<Value, Failure> {
    let (image, from) = (call.args.get("image"), call.args.get("from"));
    let command = command(call);
    if image.is_empty() == from.is_empty() {
        return Err(Failure::own("either --image or --from must be specified"));
    }
    if !from.is_empty() && !command.is_empty() {
        return Err(Failure::own("cannot specify --from and command"));
    }
    let mut object = new_object(call, "batch/v1", "Job", name);
    if from.is_empty() {
        let spec = object.entry_at(&["spec", "template", "spec"]);
        spec.set("containers", Value::list([container(name, image, command)]));
        spec.set("restartPolicy", "Never");
        return Ok(object);
    }
    let found = all_infos(client, call, &[from.to_string()], Ask::Fetch)?;
    let [info] = found.as_slice() else { return Err(Failure::own("from must be an existing cronjob")) };
    if info.resource.kind != "CronJob" {
        return Err(Failure::own(format!("unknown object type *v1.{}", info.resource.kind)));
    }
    let template = info.object.at(&["spec", "jobTemplate"]);
    let metadata = object.entry("metadata");
    let annotations = metadata.entry("annotations");
    annotations.set("cronjob.kubernetes.io/instantiate", "manual");
    for (key, value) in template.at(&["metadata", "annotations"]).entries() {
        annotations.set(key, value);
    }
    metadata.set("labels", template.at(&["metadata", "labels"]));
    let owner = Value::map([
        ("apiVersion", Value::text("batch/v1")),
        ("kind", Value::text("CronJob")),
        ("name", Value::text(info.name.as_str())),
        ("uid", info.object.at(&["metadata", "uid"]).clone()),
        ("controller", Value::Bool(true)),
    ]);
    metadata.set("ownerReferences", Value::list([owner]));
    object.set("spec", template.get("spec"));
    Ok(object)
}

fn new_cron_job(_: &mut Client<'_>, call: &Call<'_>, name: &str, _: &mut Printed) -> Result<Value, Failure> {
    let args = &call.args;
    let mut object = new_object(call, "batch/v1", "CronJob", name);
    let spec = object.entry("spec");
    spec.set("schedule", args.get("schedule"));
    let template = spec.entry("jobTemplate");
    template.entry("metadata").set("name", name);
    let pod = template.entry_at(&["spec", "template", "spec"]);
    pod.set("containers", Value::list([container(name, args.get("image"), command(call))]));
    pod.set("restartPolicy", args.find("restart").filter(|r| !r.is_empty()).unwrap_or("OnFailure"));
    Ok(object)
}
