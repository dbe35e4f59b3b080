//! The lines of a scene as objects.

use svcscope_core::base::Value;

pub enum Thing {
    /// Resource and object.
    Is(&'static str, Value),
    /// Resource and name.
    Gone(&'static str, String),
}

/// What a line says.
pub fn thing(line: &str) -> Thing {
    let (head, tail) = line.split_once(':').map_or((line, ""), |(head, tail)| (head, tail.trim()));
    // An address may be IPv6: the head ends behind it.
    let (head, tail) = match (line.find('('), line.find(')')) {
        (Some(_), Some(end)) => {
            let (head, tail) = line.split_at(end + 1);
            let (more, tail) = tail.split_once(": ").unwrap_or((tail, ""));
            (format!("{head}{more}"), tail)
        }
        _ => (head.to_owned(), tail),
    };
    let words = head.split_whitespace().collect::<Vec<_>>();
    let (ports, flags) = tail.split_once(';').unwrap_or((tail, ""));
    let flags = flags.split(';').map(str::trim).filter(|f| !f.is_empty()).collect::<Vec<_>>();
    match words.as_slice() {
        ["no", "pod", name] => Thing::Gone("pods", (*name).into()),
        ["no", "service", name] => Thing::Gone("services", (*name).into()),
        ["no", "node", name] => Thing::Gone("nodes", (*name).into()),
        ["service", name] => Thing::Is("services", service(name, ports, &flags)),
        ["pod", name] => Thing::Is("pods", pod(name, "", "n1", ports, &flags)),
        ["pod", name, ip] => Thing::Is("pods", pod(name, ip, "n1", ports, &flags)),
        ["pod", name, ip, "on", node] => Thing::Is("pods", pod(name, ip, node, ports, &flags)),
        ["node", name] => Thing::Is("nodes", node(name, tail)),
        _ => panic!("not understood: {line}"),
    }
}

/// `80 -> http, 53/UDP -> dns; headless; published`
fn service(name: &str, ports: &str, flags: &[&str]) -> Value {
    let ports = items(ports).map(|port| {
        let (left, target) = port.split_once("->").unwrap_or((port, port));
        let (name, left) = left.split_once('=').map_or(("", left), |(name, left)| (name.trim(), left));
        let (number, protocol) = with_protocol(left);
        let (target, _) = with_protocol(target.rsplit('=').next().expect("a target"));
        let mut port = Value::map([("port", number.clone()), ("protocol", protocol), ("targetPort", target)]);
        if !name.is_empty() {
            port.set("name", name);
        }
        port
    });
    let mut spec = Value::map([
        ("ports", Value::list(ports)),
        ("selector", Value::map([("app", Value::from("web"))])),
        ("clusterIP", "10.96.0.7".into()),
        ("ipFamilies", Value::list(["IPv4".into()])),
        ("type", "ClusterIP".into()),
    ]);
    let mut metadata = metadata(name, "default");
    for flag in flags {
        match flag.split_once(' ').unwrap_or((flag, "")) {
            ("headless", _) => spec.set("clusterIP", "None"),
            ("published", _) => spec.set("publishNotReadyAddresses", true),
            ("without", "selector") => drop(spec.remove("selector")),
            ("families", list) => spec.set("ipFamilies", Value::list(list.split(' ').map(Value::from))),
            ("distribution", value) => spec.set("trafficDistribution", value),
            ("auto", _) => metadata.entry("annotations").set("service.kubernetes.io/topology-mode", "Auto"),
            ("label", pair) => {
                let (key, value) = pair.split_once('=').expect("a label");
                metadata.entry("labels").set(key, value);
            }
            _ => panic!("not understood: {flag}"),
        }
    }
    Value::map([("metadata", metadata), ("spec", spec)])
}

/// `http = 8080, dns = 53/UDP; not ready; terminating`
fn pod(name: &str, ips: &str, node: &str, ports: &str, flags: &[&str]) -> Value {
    let ports = items(ports).map(|port| {
        let (name, number) = port.split_once('=').expect("a named port");
        let (number, protocol) = with_protocol(number);
        Value::map([("name", name.trim().into()), ("containerPort", number), ("protocol", protocol)])
    });
    let container = Value::map([("name", Value::from("c")), ("ports", Value::list(ports))]);
    let mut spec = Value::map([("nodeName", Value::from(node)), ("containers", Value::list([container]))]);
    let ips = ips.trim_matches(['(', ')']).split(',').filter(|ip| !ip.is_empty()).collect::<Vec<_>>();
    let mut metadata = metadata(name, "default");
    metadata.entry("labels").set("app", "web");
    let (mut ready, mut since) = ("True", "2026-01-01T00:00:00Z");
    let mut phase = "Running";
    for flag in flags {
        match flag.split_once(' ').unwrap_or((flag, "")) {
            ("not", "ready") => ready = "False",
            ("since", time) => since = time,
            ("terminating", _) => metadata.set("deletionTimestamp", "2026-01-01T00:00:30Z"),
            ("ended", _) => phase = "Succeeded",
            ("app", app) => metadata.entry("labels").set("app", app),
            ("named", hostname) => {
                spec.set("hostname", hostname);
                spec.set("subdomain", "web");
            }
            ("init", _) => {
                let containers = spec.remove("containers").expect("containers");
                spec.set("initContainers", containers);
            }
            ("sidecar", _) => {
                let mut container = spec.remove("containers").expect("containers").items()[0].clone();
                container.set("restartPolicy", "Always");
                spec.set("initContainers", Value::list([container]));
            }
            _ => panic!("not understood: {flag}"),
        }
    }
    let condition = [("type", "Ready"), ("status", ready), ("lastTransitionTime", since)];
    let condition = Value::map(condition.map(|(field, text)| (field, Value::from(text))));
    let mut status = Value::map([("phase", phase.into()), ("conditions", Value::list([condition]))]);
    if let Some(first) = ips.first() {
        status.set("podIP", *first);
        status.set("podIPs", Value::list(ips.iter().map(|ip| Value::map([("ip", Value::from(*ip))]))));
    }
    Value::map([("metadata", metadata), ("spec", spec), ("status", status)])
}

/// `zone a, cpu 2, not ready, control plane`
fn node(name: &str, said: &str) -> Value {
    let mut metadata = metadata(name, "");
    metadata.entry("labels").set("kubernetes.io/hostname", name);
    let (mut cpu, mut ready) = (Value::Null, "True");
    for word in items(said) {
        match word.split_once(' ').unwrap_or((word, "")) {
            ("zone", zone) => metadata.entry("labels").set("topology.kubernetes.io/zone", zone),
            ("cpu", amount) => cpu = amount.into(),
            ("not", "ready") => ready = "False",
            ("control", "plane") => metadata.entry("labels").set("node-role.kubernetes.io/control-plane", ""),
            _ => panic!("not understood: {word}"),
        }
    }
    let condition = Value::map([("type", Value::from("Ready")), ("status", ready.into())]);
    let status = [("conditions", Value::list([condition])), ("allocatable", Value::map([("cpu", cpu)]))];
    Value::map([("metadata", metadata), ("status", Value::map(status))])
}

fn metadata(name: &str, namespace: &str) -> Value {
    let fields = [("name", name), ("namespace", namespace)];
    Value::map(
        fields.into_iter().filter(|(_, v)| !v.is_empty()).map(|(field, text)| (field, Value::from(text))),
    )
}

fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// `53/UDP`: a number or a name, and a protocol.
fn with_protocol(text: &str) -> (Value, Value) {
    let (port, protocol) = text.trim().split_once('/').unwrap_or((text.trim(), "TCP"));
    (port.parse::<i64>().map_or_else(|_| port.into(), Value::Int), protocol.into())
}
