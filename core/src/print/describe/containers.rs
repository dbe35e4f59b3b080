//! The containers of a pod or of a pod template.
//!
//! Models `describeContainers` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::Lines;
use super::filters::amount;
use super::template::{self, Around};
use crate::base::field::quoted;
use crate::base::{Value, sort};
use crate::schema::patch::go_print;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A container whose `status`, where it has one, is beside its fields.
const CONTAINER: &str = "\
(status
    Container ID:\t{status.containerID}
)
    Image:\t{image}
(status
    Image ID:\t{status.imageID}
)
    {ports|ports}
    {ports|host-ports}
[securityContext.seccompProfile
    SeccompProfile:\t{type}
?      LocalhostProfile:\t{localhostProfile}
]
(command
    Command:
[command
      {|argument}
]
)
(args
    Args:
[args
      {|argument}
]
)
[status
    State:\t{state|state}
[state.running
      Started:\t{startedAt|date}
]
[state.waiting
?      Reason:\t{reason}
]
[state.terminated
@terminated
]
[lastState.terminated
    Last State:\tTerminated
@terminated
]
    Ready:\t{ready|Truth}
    Restart Count:\t{restartCount|n}
]
@container-resources
?    Liveness:\t{livenessProbe|probe}
?    Readiness:\t{readinessProbe|probe}
?    Startup:\t{startupProbe|probe}
(envFrom
    Environment Variables from:
[envFrom
      {|env-from}
]
)
    Environment:{env|tab-none}
@environment
    Mounts:{volumeMounts|tab-none}
[volumeMounts mountPath
      {|mount}
]
(volumeDevices
    Devices:{volumeMounts|tab-none}
[volumeDevices devicePath
      {devicePath} from {name}
]
)
";

/// What there is of a container that has ended.
pub(super) const TERMINATED: &str = "\
?      Reason:\t{reason}
?      Message:\t{message}
      Exit Code:\t{exitCode|n}
?      Signal:\t{signal}
      Started:\t{startedAt|date}
      Finished:\t{finishedAt|date}
";

/// The limits and requests of a container.
pub(super) const RESOURCES: &str = "\
(resources.limits
    Limits:
)
<resources.limits
      {key}:\t{value}
>
(resources.requests
    Requests:
)
<resources.requests
      {key}:\t{value}
>
";

/// The containers of `spec`, in full; what stands for a pod as a whole is not indented.
pub(super) fn all(out: &mut Lines, spec: &Value, status: &Value, around: &mut Around<'_>) {
    const LISTS: [(&str, &str, &str); 3] = [
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    ];
    let (space, indent) = if is_pod(&around.root) { ("", "") } else { ("  ", " ") };
    for (label, list, statuses) in LISTS {
        let containers = spec.get(list).items();
        // only the main ones are shown where there are none
        if containers.is_empty() && list != "containers" {
            continue;
        }
        let none = if containers.is_empty() { " <none>" } else { "" };
        out.line(&format!("{space}{label}:{none}"));
        for container in containers {
            let name = container.get("name");
            out.line(&format!("  {indent}{}:", name.str()));
            let mut container = container.clone();
            if let Some(status) = status.get(statuses).items().iter().find(|s| s.get("name") == name) {
                container.set("status", status.clone());
            }
            template::write(out, CONTAINER, &container, around);
        }
    }
}

/// What else has to be so for a pod to be ready.
pub(super) fn readiness_gates(out: &mut Lines, pod: &Value, _: &mut Around<'_>) {
    let gates = pod.at(&["spec", "readinessGates"]).items();
    if !gates.is_empty() {
        out.line("Readiness Gates:\n  Type\tStatus");
    }
    for gate in gates.iter().map(|g| g.get("conditionType")) {
        let conditions = pod.at(&["status", "conditions"]).items();
        let found = conditions.iter().find(|c| c.get("type") == gate);
        let status = found.map_or("<none>", |c| c.get("status").str());
        out.line(&format!("  {} \t{status} ", gate.str()));
    }
}

/// Whether what is described is a pod itself, not the template of one.
pub(super) fn is_pod(root: &Value) -> bool {
    root.get("kind").str() == "Pod"
}

/// Models `describeContainerPorts` and `describeContainerHostPorts`.
pub(super) fn ports(ports: &Value, label: &str, field: &str) -> String {
    let port = |p: &Value| {
        let text = format!("{}/{}", p.get(field).int(), p.get("protocol").str());
        match p.get("name").str() {
            "" => text,
            name => format!("{text} ({name})"),
        }
    };
    let all = ports.items().iter().map(port).collect::<Vec<_>>().join(", ");
    match all.as_str() {
        "" => format!("{label}:\t<none>"),
        all if all.contains(',') => format!("{label}s:\t{all}"),
        all => format!("{label}:\t{all}"),
    }
}

/// Models `describeStatus`.
pub(super) fn state(state: &Value) -> String {
    let known = [("running", "Running"), ("terminated", "Terminated")];
    let is = |(field, _): &&(&str, &str)| state.find(field).is_some();
    known.iter().find(is).map_or("Waiting", |(_, name)| name).to_string()
}

/// Models `DescribeProbe`.
pub(super) fn probe(probe: &Value) -> String {
    if probe.is_null() {
        return String::new();
    }
    let number = |field: &str| probe.get(field).int();
    let attributes = format!(
        "delay={}s timeout={}s period={}s successThreshold={} failureThreshold={}",
        number("initialDelaySeconds"),
        number("timeoutSeconds"),
        number("periodSeconds"),
        number("successThreshold"),
        number("failureThreshold"),
    );
    let port = |of: &Value| go_print::plain(of.get("port"));
    let what = if let Some(exec) = probe.find("exec") {
        let command = exec.get("command");
        format!("exec {}", if command.is_null() { "[]".to_string() } else { go_print::plain(command) })
    } else if let Some(get) = probe.find("httpGet") {
        let (scheme, path) = (get.get("scheme").str().to_ascii_lowercase(), get.get("path").str());
        let host = get.get("host").str();
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_string() };
        let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
        format!("http-get {scheme}://{host}:{}{slash}{}", port(get), escaped(path))
    } else if let Some(socket) = probe.find("tcpSocket") {
        format!("tcp-socket {}:{}", socket.get("host").str(), port(socket))
    } else if let Some(grpc) = probe.find("grpc") {
        format!("grpc <pod>:{} {}", port(grpc), grpc.get("service").str())
    } else {
        "unknown".to_string()
    };
    format!("{what} {attributes}")
}

/// The path of a URL as Go writes it.
fn escaped(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            _ if b"-_.~$&+,/:;=@".contains(&byte) => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Models `describeContainerEnvFrom`.
pub(super) fn env_from(source: &Value) -> String {
    let (kind, of) = match (source.find("configMapRef"), source.find("secretRef")) {
        (Some(of), _) => ("ConfigMap", of),
        (None, Some(of)) => ("Secret", of),
        (None, None) => ("", &Value::Null),
    };
    let prefix = match source.get("prefix").str() {
        "" => String::new(),
        prefix => format!(" with prefix '{prefix}'"),
    };
    format!("{}\t{kind}{prefix}\tOptional: {}", of.get("name").str(), of.get("optional").is_true())
}

/// Models `describeContainerVolumes`.
pub(super) fn mount(mount: &Value) -> String {
    let mode = if mount.get("readOnly").is_true() { "ro" } else { "rw" };
    let path = match mount.get("subPath").str() {
        "" => String::new(),
        path => format!(",path={}", quoted(path)),
    };
    format!("{} from {} ({mode}{path})", mount.get("mountPath").str(), mount.get("name").str())
}

/// Models `describeContainerEnvVars`.
pub(super) fn environment(out: &mut Lines, container: &Value, around: &mut Around<'_>) {
    for variable in container.get("env").items() {
        let name = variable.get("name").str();
        let from = variable.get("valueFrom");
        if from.is_null() {
            let value = variable.get("value").str().replace('\n', "\n      \t");
            out.line(&format!("      {name}:\t{value}"));
        } else if let Some(field) = from.find("fieldRef") {
            let path = field.get("fieldPath").str();
            let value = if is_pod(&around.root) { pod_field(&around.root, path) } else { String::new() };
            out.line(&format!("      {name}:\t{value} ({}:{path})", field.get("apiVersion").str()));
        } else if let Some(field) = from.find("resourceFieldRef") {
            let resource = field.get("resource").str();
            let mut value = container_resource(container, resource, field.get("divisor"));
            if value == "0" && matches!(resource, "limits.cpu" | "limits.memory") {
                value = "node allocatable".to_string();
            }
            out.line(&format!("      {name}:\t{value} ({resource})"));
        } else {
            for (field, what) in [("secretKeyRef", "in secret"), ("configMapKeyRef", "of config map")] {
                if let Some(key) = from.find(field) {
                    let (k, of) = (key.get("key").str(), key.get("name").str());
                    let optional = key.get("optional").is_true();
                    let value = format!("<set to the key '{k}' {what} '{of}'>\tOptional: {optional}");
                    out.line(&format!("      {name}:\t{value}"));
                }
            }
        }
    }
}

/// What kubectl itself knows of a pod's fields.
///
/// Models `ExtractFieldPathAsString`.
fn pod_field(pod: &Value, path: &str) -> String {
    let metadata = pod.get("metadata");
    let Some(field) = path.strip_prefix("metadata.") else { return String::new() };
    if let Some((map @ ("labels" | "annotations"), key)) =
        field.strip_suffix("']").and_then(|f| f.split_once("['"))
    {
        return metadata.get(map).get(key).str().to_string();
    }
    match field {
        "labels" | "annotations" => {
            let mut entries = metadata.get(field).entries().iter().collect::<Vec<_>>();
            sort::by(&mut entries, |a, b| a.0.cmp(&b.0));
            let shown = entries.iter().map(|(k, v)| format!("{k}={}", quoted(v.str())));
            shown.collect::<Vec<_>>().join("\n")
        }
        "name" | "namespace" | "uid" => metadata.get(field).str().to_string(),
        _ => String::new(),
    }
}

/// Models `ExtractContainerResourceValue`.
fn container_resource(container: &Value, resource: &str, divisor: &Value) -> String {
    let Some((list, name)) = resource.split_once('.') else { return String::new() };
    let of = container.at(&["resources", list]).get(name);
    let known = matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-");
    if !matches!(list, "limits" | "requests") || !known {
        return String::new();
    }
    let (asked, divisor) = (amount(of), amount(divisor));
    let (asked, mut unit) = match name {
        "cpu" => (asked.milli(), divisor.milli()),
        _ => (asked.units(), divisor.units()),
    };
    if divisor.is_zero() {
        unit = if name == "cpu" { 1000 } else { 1 };
    }
    let up = asked.checked_div(unit).unwrap_or_default();
    let rest = asked.checked_rem(unit).unwrap_or_default();
    (up + i64::from(rest > 0)).to_string()
}
