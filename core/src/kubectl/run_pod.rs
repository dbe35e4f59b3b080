//! `kubectl run`: a pod, and a Service for it if asked for.
//!
//! Models `k8s.io/kubectl/pkg/cmd/run`.

use super::args::{Flag, number, switch, time, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::create::cluster_object;
use super::expose::pairs;
use super::infos::FILES;
use super::run::Call;
use super::writing::{self, Dry, Writing, overridden};
use crate::base::field::quoted;
use crate::base::{Duration, Value, names};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[&[Flag]] = &[
    FILES,
    writing::DRY_RUN,
    writing::OUTPUT,
    writing::MANAGER,
    &[
        value("image", "").required(),
        value("image-pull-policy", ""),
        value("annotations", ""),
        value("env", ""),
        value("port", ""),
        value("labels", "l"),
        value("restart", ""),
        value("overrides", ""),
        value("override-type", ""),
        value("detach-keys", ""),
        value("cascade", "").or("background"),
        number("grace-period"),
        time("timeout"),
        time("pod-running-timeout"),
        switch("rm", ""),
        switch("stdin", "i"),
        switch("tty", "t"),
        switch("attach", ""),
        switch("leave-stdin-open", ""),
        switch("command", ""),
        switch("expose", ""),
        switch("quiet", "q"),
        switch("privileged", ""),
        switch("save-config", ""),
        switch("force", ""),
        switch("wait", ""),
    ],
];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    let said = Said::read(call)?;
    let mut writing = Writing::of(args, "kubectl-run")?;
    let attach = if args.is_given("attach") { args.is_on("attach") } else { args.is_on("stdin") };
    let Some(name) = args.words.first().filter(|_| args.before_dash != Some(0)) else {
        return Err(Failure::own("NAME is required for run"));
    };
    let (image, port) = (args.get("image"), args.get("port"));
    let number = port.parse::<i64>();
    let problem = match args.is_on("expose") {
        _ if image.is_empty() => "--image is required".to_string(),
        _ if !is_image(image) => {
            format!("invalid image name {}: invalid reference format", quoted(image))
        }
        _ if args.is_on("tty") && !args.is_on("stdin") => {
            "-i/--stdin is required for containers with -t/--tty=true".to_string()
        }
        true if port.is_empty() => "--port must be set when exposing a service".to_string(),
        _ if !port.is_empty() && number.is_err() => "--port must be a number".to_string(),
        _ if !attach && args.is_on("rm") => {
            "--rm should only be used for attached containers".to_string()
        }
        _ if attach && writing.dry != Dry::No => "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)".to_string(),
        // nothing is made that could not be attached to
        _ if attach => "svcscope does not attach to containers; see what is asked of a pod with \"kubectl exec\"".to_string(),
        _ => String::new(),
    };
    if !problem.is_empty() {
        return Err(Failure::Own(problem));
    }
    let labels = match said.labels.is_empty() {
        true => Value::map([("run", Value::text(name.as_str()))]),
        false => said.labels.clone(),
    };
    let mut pod = pod(call, name, &said, &labels);
    place(call, writing.dry, &mut pod);
    let pod = overridden(&client.server.schema, call, pod)?;
    writing.create_new(client, out, call, &pod, Failure::from, "created")?;
    if args.is_on("expose") {
        let mut service = service(name, &said, &labels, number.unwrap_or_default());
        place(call, writing.dry, &mut service);
        writing.create_new(client, out, call, &service, Failure::from, "created")?;
    }
    Ok(())
}

/// On paper the namespace stands there, if one was asked for.
fn place(call: &Call<'_>, dry: Dry, object: &mut Value) {
    if let Some(namespace) = call.args.find("namespace").filter(|_| dry == Dry::Client) {
        object.entry("metadata").set("namespace", namespace);
    }
}

/// What flags say that has to be read.
struct Said {
    labels: Value,
    annotations: Value,
    env: Vec<Value>,
    restart: String,
}

impl Said {
    fn read(call: &Call<'_>) -> Result<Said, Failure> {
        let args = &call.args;
        let mut annotations = Value::empty_map();
        for pair in args.all("annotations") {
            let (key, value) = pair
                .split_once('=')
                .filter(|(key, _)| !key.is_empty())
                .ok_or_else(|| Failure::own(format!("invalid annotations format: {pair}")))?;
            annotations.set(key, value);
        }
        let mut labels = Value::empty_map();
        for (key, value) in pairs(args.get("labels"))? {
            labels.set(&key, value);
        }
        let mut env = Vec::new();
        for variable in args.all("env") {
            let pair =
                variable.split_once('=').filter(|(name, _)| names::strict_env_var_name(name).is_empty());
            let (name, value) = pair.ok_or_else(|| Failure::own(format!("invalid env: {variable}")))?;
            env.push(Value::map([("name", Value::text(name)), ("value", Value::text(value))]));
        }
        let restart = match args.find("restart").unwrap_or("Always") {
            "" if args.is_on("stdin") => "OnFailure",
            "" => "Always",
            known @ ("Always" | "OnFailure" | "Never") => known,
            other => {
                return Err(Failure::own(format!(
                    "invalid restart policy: {other}, valid values are: Always, OnFailure, Never"
                )));
            }
        };
        let pull = args.get("image-pull-policy");
        if !matches!(pull, "" | "Always" | "IfNotPresent" | "Never") {
            return Err(Failure::own(format!(
                "invalid image pull policy: {pull}, valid values are: Always, IfNotPresent, Never"
            )));
        }
        if args.duration("pod-running-timeout").is_some_and(|timeout| timeout <= Duration::ZERO) {
            return Err(Failure::own("--pod-running-timeout must be higher than zero"));
        }
        Ok(Said { labels, annotations, env, restart: restart.to_string() })
    }
}

/// Roughly what `github.com/distribution/reference` takes for an image: parts in lower case, a tag, a digest.
fn is_image(text: &str) -> bool {
    let (named, digest) = text.split_once('@').unwrap_or((text, "sha256:0"));
    let (host, path) = match named.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
        _ => ("", named),
    };
    let (path, tag) = match path.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, tag),
        _ => (path, "latest"),
    };
    let is_part = |part: &str| {
        let ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(ends) && part.ends_with(ends) && part.chars().all(|c| ends(c) || "._-".contains(c))
    };
    let in_tag = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    path.split('/').all(is_part)
        && host.chars().all(|c| c.is_ascii_alphanumeric() || ".:-[]".contains(c))
        && !tag.is_empty()
        && !tag.starts_with(['.', '-'])
        && tag.chars().all(in_tag)
        && digest.split_once(':').is_some_and(|(_, sum)| !sum.is_empty())
}

fn pod(call: &Call<'_>, name: &str, said: &Said, labels: &Value) -> Value {
    let args = &call.args;
    let mut container = Value::map([("name", Value::text(name)), ("image", Value::text(args.get("image")))]);
    let arguments = args.words.get(1..).unwrap_or_default();
    if !arguments.is_empty() {
        let field = if args.is_on("command") { "command" } else { "args" };
        container.set(field, Value::list(arguments.iter().map(|word| Value::text(word.as_str()))));
    }
    if let Ok(port) = args.get("port").parse::<i64>() {
        container.set("ports", Value::list([Value::map([("containerPort", Value::Int(port))])]));
    }
    if !said.env.is_empty() {
        container.set("env", Value::list(said.env.iter().cloned()));
    }
    let pull = args.get("image-pull-policy");
    if !pull.is_empty() {
        container.set("imagePullPolicy", pull);
    }
    if args.is_on("privileged") {
        container.entry("securityContext").set("privileged", true);
    }
    let mut pod = cluster_object("v1", "Pod", name);
    let metadata = pod.entry("metadata");
    metadata.set("labels", labels);
    if !said.annotations.is_empty() {
        metadata.set("annotations", &said.annotations);
    }
    let spec = pod.entry("spec");
    spec.set("containers", Value::list([container]));
    spec.set("dnsPolicy", "ClusterFirst");
    spec.set("restartPolicy", said.restart.as_str());
    pod
}

fn service(name: &str, said: &Said, labels: &Value, port: i64) -> Value {
    let mut service = cluster_object("v1", "Service", name);
    if !said.labels.is_empty() {
        service.entry("metadata").set("labels", &said.labels);
    }
    let spec = service.entry("spec");
    spec.set("selector", labels);
    let port = Value::map([
        ("protocol", Value::text("TCP")),
        ("port", Value::Int(port)),
        ("targetPort", Value::Int(port)),
    ]);
    spec.set("ports", Value::list([port]));
    service
}
