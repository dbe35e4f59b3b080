//! The little language in which the tests of this layer write down a cluster.
//!
//! ```text
//! namespace shop
//! node n1 192.168.1.11 zone=a pods=10.244.1.0/24
//! service shop/web 10.96.0.20 ports=http:80:8080@30080,dns:53/UDP type=NodePort external=Local
//! slice shop/web-1 of web ports=http:8080: 10.244.1.2@n1 10.244.2.2@n2!notready 10.244.2.3!terminating#db-0~a
//! pod client 10.244.1.9@n1
//! ```
//! Behind the address of an endpoint stand its node (`@`), conditions (`!notready`, `!terminating`, `!gone`: terminating
//! and no longer serving), hostname (`#`), zone hint (`~`) and node hint (`^`).

use crate::base::Value;
use crate::object::resource;
use crate::store::{Object, Store};
use alloc::string::String;
use alloc::vec::Vec;

/// The store that `text` describes, with the namespace `default`.
pub(crate) fn store(text: &str) -> Store {
    let mut store = Store::default();
    write(&mut store, "namespace default");
    write(&mut store, text);
    store
}

/// Writes more objects, or the same ones anew.
pub(crate) fn write(store: &mut Store, text: &str) {
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (resource, object) = match kind {
            "namespace" => (resource::NAMESPACES, object(rest, "", [])),
            "node" => (resource::NODES, node(rest)),
            "service" => (resource::SERVICES, service(rest)),
            "slice" => (resource::ENDPOINT_SLICES, slice(rest)),
            "pod" => (resource::PODS, pod(rest)),
            _ => panic!("no kind: {line}"),
        };
        store.put(&resource.into(), Object::new(object));
    }
}

fn object<const N: usize>(name: &str, namespace: &str, parts: [(&str, Value); N]) -> Value {
    let mut metadata = Value::map([("name", Value::text(name))]);
    if !namespace.is_empty() {
        metadata.set("namespace", namespace);
    }
    Value::map([("metadata", metadata)].into_iter().chain(parts))
}

/// `shop/web` is a namespace and a name; without a namespace it is `default`.
fn key(text: &str) -> (&str, &str) {
    text.split_once('/').unwrap_or(("default", text))
}

/// The words of a line: those that stand for themselves, and those of the form `key=value`.
struct Words<'a> {
    plain: Vec<&'a str>,
    named: Vec<(&'a str, &'a str)>,
}

fn words(text: &str) -> Words<'_> {
    let (named, plain): (Vec<_>, Vec<_>) = text.split_whitespace().partition(|w| w.contains('='));
    Words { plain, named: named.into_iter().filter_map(|w| w.split_once('=')).collect() }
}

impl<'a> Words<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        self.named.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
    }

    fn list(&self, key: &str) -> Vec<&'a str> {
        self.get(key).map(|v| v.split(',').collect()).unwrap_or_default()
    }
}

fn texts(items: &[&str]) -> Value {
    Value::list(items.iter().map(|i| Value::text(*i)))
}

fn node(text: &str) -> Value {
    let words = words(text);
    let addresses = words.plain.get(1).map(|a| a.split(',').collect::<Vec<_>>()).unwrap_or_default();
    let address = |a: &&str| Value::map([("type", Value::text("InternalIP")), ("address", Value::text(*a))]);
    let ready = if words.plain.contains(&"notready") { "False" } else { "True" };
    let conditions =
        Value::list([Value::map([("type", "Ready"), ("status", ready)].map(|(k, v)| (k, v.into())))]);
    let addresses = Value::list(addresses.iter().map(address));
    let mut object = object(
        words.plain[0],
        "",
        [
            ("spec", Value::map([("podCIDRs", texts(&words.list("pods")))])),
            ("status", Value::map([("addresses", addresses), ("conditions", conditions)])),
        ],
    );
    if let Some(zone) = words.get("zone") {
        object.entry_at(&["metadata", "labels"]).set("topology.kubernetes.io/zone", zone);
    }
    object
}

fn service(text: &str) -> Value {
    let words = words(text);
    let (namespace, name) = key(words.plain[0]);
    let ips = words.plain.get(1).map(|i| i.split(',').collect::<Vec<_>>()).unwrap_or_default();
    let mut spec = Value::empty_map();
    if let Some(first) = ips.first() {
        spec.set("clusterIP", *first);
        spec.set("clusterIPs", texts(&ips));
        let family = |ip: &&str| Value::text(if ip.contains(':') { "IPv6" } else { "IPv4" });
        spec.set("ipFamilies", Value::list(ips.iter().map(family)));
    }
    spec.set("ports", Value::list(words.list("ports").iter().map(|p| port(p, "port"))));
    for (word, field) in [
        ("type", "type"),
        ("name", "externalName"),
        ("external", "externalTrafficPolicy"),
        ("internal", "internalTrafficPolicy"),
    ] {
        words.get(word).into_iter().for_each(|v| spec.set(field, v));
    }
    for (word, field) in [("ips", "externalIPs"), ("ranges", "loadBalancerSourceRanges")] {
        spec.set(field, texts(&words.list(word)));
    }
    if let Some(seconds) = words.get("affinity") {
        spec.set("sessionAffinity", "ClientIP");
        let seconds: i64 = seconds.parse().expect("seconds");
        spec.entry_at(&["sessionAffinityConfig", "clientIP"]).set("timeoutSeconds", seconds);
    }
    if let Some(health) = words.get("health") {
        spec.set("healthCheckNodePort", health.parse::<i64>().expect("a port"));
    }
    let mode = words.get("mode").unwrap_or("VIP");
    let ingress = |ip: &&str| Value::map([("ip", Value::text(*ip)), ("ipMode", Value::text(mode))]);
    let ingress = Value::list(words.list("lb").iter().map(ingress));
    let status = Value::map([("loadBalancer", Value::map([("ingress", ingress)]))]);
    object(name, namespace, [("spec", spec), ("status", status)])
}

/// `[name:]number[:target][/PROTOCOL][@nodePort]`
fn port(text: &str, number: &str) -> Value {
    let (rest, node_port) = text.split_once('@').unwrap_or((text, ""));
    let (rest, protocol) = rest.split_once('/').unwrap_or((rest, "TCP"));
    let mut parts = rest.split(':').collect::<Vec<_>>();
    let named = parts[0].parse::<i64>().is_err();
    let name = if named { parts.remove(0) } else { "" };
    let mut port = Value::map([("name", name.into()), ("protocol", Value::text(protocol))]);
    if let Some(n) = parts.first() {
        port.set(number, n.parse::<i64>().expect("a port"));
    }
    if let Some(target) = parts.get(1) {
        port.set("targetPort", target.parse::<i64>().map_or_else(|_| Value::text(*target), Value::Int));
    }
    if let Ok(n) = node_port.parse::<i64>() {
        port.set("nodePort", n);
    }
    port
}

fn slice(text: &str) -> Value {
    let (head, endpoints) = text.split_once(": ").unwrap_or((text.trim_end_matches(':'), ""));
    let words = words(head);
    let (namespace, name) = key(words.plain[0]);
    let first = endpoints.split_whitespace().next().unwrap_or_default();
    let address = first.split(['@', '!', '#', '~', '^']).next().unwrap_or_default();
    let kind = match address {
        a if a.contains(':') => "IPv6",
        a if a.chars().all(|c| c.is_ascii_digit() || c == '.') => "IPv4",
        _ => "FQDN",
    };
    let mut object = object(
        name,
        namespace,
        [
            ("addressType", words.get("type").unwrap_or(kind).into()),
            ("endpoints", Value::list(endpoints.split_whitespace().map(endpoint))),
            ("ports", Value::list(words.list("ports").iter().map(|p| port(p, "port")))),
        ],
    );
    if let Some(at) = words.plain.iter().position(|w| *w == "of") {
        object.entry_at(&["metadata", "labels"]).set("kubernetes.io/service-name", words.plain[at + 1]);
    }
    object
}

fn endpoint(text: &str) -> Value {
    let marks = ['@', '!', '#', '~', '^'];
    let end = text.find(marks).unwrap_or(text.len());
    let (addresses, mut rest) = text.split_at(end);
    let (mut ready, mut serving, mut terminating) = (true, true, false);
    let mut endpoint = Value::map([("addresses", texts(&addresses.split('+').collect::<Vec<_>>()))]);
    while let Some(mark) = rest.chars().next() {
        let end = rest[1..].find(marks).map_or(rest.len(), |e| e + 1);
        let (word, behind) = (&rest[1..end], &rest[end..]);
        match (mark, word) {
            ('@', node) => endpoint.set("nodeName", node),
            ('#', hostname) => endpoint.set("hostname", hostname),
            ('~', zones) => {
                let names = zones.split(',').map(|z| Value::map([("name", Value::text(z))]));
                endpoint.entry_at(&["hints"]).set("forZones", Value::list(names));
            }
            ('^', nodes) => {
                let names = nodes.split(',').map(|n| Value::map([("name", Value::text(n))]));
                endpoint.entry_at(&["hints"]).set("forNodes", Value::list(names));
            }
            (_, "notready") => (ready, serving) = (false, false),
            (_, "terminating") => (ready, terminating) = (false, true),
            (_, "gone") => (ready, serving, terminating) = (false, false, true),
            _ => panic!("no such mark: {text}"),
        }
        rest = behind;
    }
    let conditions = [("ready", ready), ("serving", serving), ("terminating", terminating)];
    endpoint.set("conditions", Value::map(conditions.map(|(k, v)| (k, Value::Bool(v)))));
    endpoint
}

fn pod(text: &str) -> Value {
    let words = words(text);
    let (namespace, name) = key(words.plain[0]);
    let place = words.plain.get(1).copied().unwrap_or_default();
    let (ips, node) = place.split_once('@').unwrap_or((place, ""));
    let ips = ips.split(',').filter(|i| !i.is_empty()).collect::<Vec<_>>();
    let mut spec = Value::map([("nodeName", Value::text(node))]);
    if words.plain.contains(&"host") {
        spec.set("hostNetwork", true);
    }
    let ports = Value::list(words.list("ports").iter().map(|p| container_port(p)));
    let container = Value::map([("name", Value::text("main")), ("ports", ports)]);
    spec.set("containers", Value::list([container]));
    for (word, field) in [("policy", "dnsPolicy"), ("hostname", "hostname"), ("subdomain", "subdomain")] {
        words.get(word).into_iter().for_each(|v| spec.set(field, v));
    }
    let many = Value::list(ips.iter().map(|i| Value::map([("ip", Value::text(*i))])));
    let phase = words.get("phase").unwrap_or("Running");
    let status = Value::map([
        ("phase", Value::text(phase)),
        ("podIP", ips.first().copied().unwrap_or_default().into()),
        ("podIPs", many),
    ]);
    object(name, namespace, [("spec", spec), ("status", status)])
}

/// `number[/PROTOCOL][@hostPort]`
fn container_port(text: &str) -> Value {
    let mut value = port(text, "containerPort");
    if let Some(host) = value.remove("nodePort") {
        value.set("hostPort", host);
    }
    value
}

/// A table without the spaces around its rows, to compare with another.
pub(crate) fn table(text: &str) -> Vec<String> {
    text.lines()
        .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|l| !l.is_empty())
        .collect()
}
