//! What the programs in a pod's containers listen on.
//!
//! A program listens on the ports that its image is known for and on those its container declares; annotations of the
//! pod, `svcscope.dev/WHAT` for all containers or `svcscope.dev/WHAT.CONTAINER` for one, say otherwise:
//!
//! | annotation | example | |
//! | --- | --- | --- |
//! | `listen` | `8080, 127.0.0.1:9090, 53/UDP` | instead of everything else; empty: nowhere |
//! | `listens-after` | `5s` | so long after the container's start |
//! | `unready` | `30s-1m, 5m-` | while its readiness probes fail, from the container's start |
//! | `unhealthy` | `2m-` | while its liveness probes fail |
//! | `ends` | `10s with 3` | when the program ends by itself, and with which code |
//! | `stops-after` | `5s` | so long after it was told to stop |
//! | `latency` | `20ms` | until it answers |
//! | `response` | `hello` | what it answers |

use super::image;
use super::program::parse_duration;
use crate::base::ip;
use crate::base::sort;
use crate::base::{Duration, Text, Value};
use alloc::format;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

/// A port that a program in a pod listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    pub container: Text,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Text,
    pub port: u16,
    /// Of all the pod's addresses only this one; none where it listens on all of them.
    pub address: Option<IpAddr>,
}

/// Whether a program listens for packets to an address of the pod.
pub fn listens(pod: &Value, address: IpAddr, protocol: &str, port: u16) -> bool {
    listeners(pod).iter().any(|l| l.accepts(address, protocol, port))
}

impl Listener {
    pub fn accepts(&self, address: IpAddr, protocol: &str, port: u16) -> bool {
        self.port == port && self.protocol == protocol && self.address.is_none_or(|own| own == address)
    }
}

/// Everything that a pod listens on once all its programs have started.
pub fn listeners(pod: &Value) -> Vec<Listener> {
    let spec = pod.get("spec");
    let sidecars = spec.get("initContainers").items().iter();
    let sidecars = sidecars.filter(|c| c.get("restartPolicy").str() == "Always");
    sidecars.chain(spec.get("containers").items()).flat_map(|c| of_container(pod, c)).collect()
}

/// What a pod listens on, going by what its status says of its containers; where it says nothing of one, that runs.
pub fn listeners_by_status(pod: &Value) -> Vec<Listener> {
    const LISTS: [&str; 2] = ["initContainerStatuses", "containerStatuses"];
    let statuses = || LISTS.into_iter().flat_map(|list| pod.get("status").get(list).items());
    let stands = |container: &Text| {
        statuses()
            .any(|s| s.get("name").as_text() == Some(container) && s.at(&["state", "running"]).is_null())
    };
    let mut all = listeners(pod);
    all.retain(|l| !stands(&l.container));
    all
}

pub(super) fn of_container(pod: &Value, container: &Value) -> Vec<Listener> {
    let name = container.get("name").as_text().cloned().unwrap_or_default();
    if let Some(said) = annotation(pod, &name, "listen") {
        return said.split(',').filter_map(|l| parse(&name, l)).collect();
    }
    let known = known_ports(container).into_iter();
    let declared = container.get("ports").items().iter().filter_map(|p| {
        let protocol = p.get("protocol").as_text().filter(|protocol| !protocol.is_empty());
        let protocol = protocol.cloned().unwrap_or_else(|| "TCP".into());
        Some((u16::try_from(p.get("containerPort").int()).ok()?, protocol))
    });
    let mut ports: Vec<(u16, Text)> = known.chain(declared).collect();
    sort::sort(&mut ports);
    ports.dedup();
    let listener = |(port, protocol)| Listener { container: name.clone(), protocol, port, address: None };
    ports.into_iter().map(listener).collect()
}

/// `8080`, `127.0.0.1:8080`, `[::1]:8080/TCP`, `localhost:8080`.
fn parse(container: &str, text: &str) -> Option<Listener> {
    let (place, protocol) = text.trim().split_once('/').unwrap_or((text.trim(), "TCP"));
    let (address, port) = match place.rsplit_once(':') {
        Some((address, port)) => (Some(address.trim_matches(['[', ']'])), port),
        None => (None, place),
    };
    let address = match address {
        None | Some("*" | "0.0.0.0" | "::") => None,
        Some("localhost") => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        Some(text) => Some(ip::parse(text)?),
    };
    let (protocol, container) = (protocol.trim().to_ascii_uppercase().into(), container.into());
    Some(Listener { container, protocol, port: port.parse().ok()?, address })
}

/// What a pod's annotation says of a container.
pub fn annotation<'a>(pod: &'a Value, container: &str, what: &str) -> Option<&'a str> {
    let annotations = pod.get("metadata").get("annotations");
    if annotations.is_empty() {
        return None;
    }
    let own = annotations.find(&format!("svcscope.dev/{what}.{container}"));
    own.or_else(|| annotations.find(&format!("svcscope.dev/{what}"))).map(Value::str)
}

/// How long after its container's start the program listens, where the pod says so.
pub(super) fn listens_after(pod: &Value, container: &str) -> Option<Duration> {
    annotation(pod, container, "listens-after").and_then(parse_duration)
}

/// How long the program takes to answer.
pub fn latency(pod: &Value, container: &str) -> Duration {
    annotation(pod, container, "latency").and_then(parse_duration).unwrap_or_default()
}

/// Spans of a container's life: `30s-1m, 5m-`.
pub(super) fn spans(text: &str) -> Vec<(Duration, Option<Duration>)> {
    let span = |part: &str| {
        let (from, to) = part.trim().split_once('-')?;
        let from = if from.trim().is_empty() { Duration::ZERO } else { parse_duration(from)? };
        let to = if to.trim().is_empty() { None } else { Some(parse_duration(to)?) };
        Some((from, to))
    };
    text.split(',').filter_map(span).collect()
}

/// Image, its ports.
const KNOWN: &[(&str, &[(u16, &str)])] = &[
    ("nginx", &[(80, "TCP")]),
    ("nginxinc/nginx-unprivileged", &[(8080, "TCP")]),
    ("httpd", &[(80, "TCP")]),
    ("caddy", &[(80, "TCP"), (443, "TCP")]),
    ("traefik/whoami", &[(80, "TCP")]),
    ("kennethreitz/httpbin", &[(80, "TCP")]),
    ("hashicorp/http-echo", &[(5678, "TCP")]),
    ("echoserver", &[(8080, "TCP")]),
    ("google-samples/hello-app", &[(8080, "TCP")]),
    ("google-samples/gb-frontend", &[(80, "TCP")]),
    ("nigelpoulton/k8sbook", &[(8080, "TCP")]),
    ("redis", &[(6379, "TCP")]),
    ("memcached", &[(11211, "TCP")]),
    ("mysql", &[(3306, "TCP")]),
    ("mariadb", &[(3306, "TCP")]),
    ("postgres", &[(5432, "TCP")]),
    ("mongo", &[(27017, "TCP")]),
    ("rabbitmq", &[(5672, "TCP")]),
    ("elasticsearch", &[(9200, "TCP"), (9300, "TCP")]),
    ("coredns/coredns", &[(53, "TCP"), (53, "UDP"), (8080, "TCP"), (8181, "TCP"), (9153, "TCP")]),
];

fn known_ports(container: &Value) -> Vec<(u16, Text)> {
    let image = image::short_name(container.get("image").str());
    let args = command_line(container);
    if image.ends_with("agnhost") {
        return agnhost(&args, container);
    }
    // A command of one's own runs instead of what the image is known for.
    if !container.get("command").is_empty() {
        return Vec::new();
    }
    let known = KNOWN.iter().find(|(name, _)| *name == image).map(|(_, ports)| *ports);
    let known = known.unwrap_or_default().iter().map(|(port, protocol)| (*port, Text::from(*protocol)));
    match (image, flag(&args, "listen").and_then(|l| l.rsplit(':').next()?.parse().ok())) {
        ("hashicorp/http-echo", Some(port)) => [(port, Text::from("TCP"))].into(),
        _ => known.collect(),
    }
}

/// The programs in the image of Kubernetes' own tests.
///
/// Models `test/images/agnhost`.
fn agnhost(args: &[&str], container: &Value) -> Vec<(u16, Text)> {
    let has = |word: &str| args.contains(&word);
    let port = |name: &str, default: u16| match flag(args, name) {
        Some(text) => text.parse().ok().filter(|n| *n != 0),
        None => Some(default).filter(|n| *n != 0),
    };
    let ports: Vec<(Option<u16>, &str)> = if has("netexec") {
        [(port("http-port", 8080), "TCP"), (port("udp-port", 8081), "UDP"), (port("sctp-port", 0), "SCTP")]
            .into()
    } else if has("serve-hostname") {
        let protocol = if has("--udp") { "UDP" } else { "TCP" };
        [(port("port", 9376), protocol)].into()
    } else if has("porter") {
        let env = container.get("env").items().iter();
        let number = |e: &Value| {
            let name = e.get("name").str();
            let text = name.strip_prefix("SERVE_PORT_").or_else(|| name.strip_prefix("SERVE_TLS_PORT_"))?;
            text.parse().ok()
        };
        env.filter_map(number).map(|n| (Some(n), "TCP")).collect()
    } else if has("guestbook") {
        [(port("http-port", 80), "TCP")].into()
    } else {
        Vec::new()
    };
    ports.into_iter().filter_map(|(port, protocol)| Some((port?, Text::from(protocol)))).collect()
}

/// A container's own command and arguments.
pub(super) fn command_line(container: &Value) -> Vec<&str> {
    ["command", "args"].iter().flat_map(|f| container.get(f).items()).map(Value::str).collect()
}

/// The value of `--name=value`, `-name=value` or `--name value`.
pub(super) fn flag<'a>(args: &[&'a str], name: &str) -> Option<&'a str> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let word = arg.trim_start_matches('-');
        if arg.starts_with('-') && word == name {
            return args.next().copied();
        }
        if let Some(value) = word.strip_prefix(name).and_then(|rest| rest.strip_prefix('='))
            && arg.starts_with('-')
        {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::{String, ToString};

    fn shown(pod: &str) -> Vec<String> {
        let pod = crate::manifest::json::parse(pod).expect("JSON").to_value();
        let show = |l: &Listener| match l.address {
            Some(address) => format!("{address}:{}/{}", l.port, l.protocol),
            None => format!("{}/{}", l.port, l.protocol),
        };
        listeners(&pod).iter().map(show).map(|s| s.to_string()).collect()
    }

    #[test]
    fn a_program_listens_where_its_image_its_ports_and_annotations_say() {
        for (pod, ports) in [
            (r#"{"spec":{"containers":[{"name":"c","image":"nginx:1.27"}]}}"#, &["80/TCP"][..]),
            (
                r#"{"spec":{"containers":[{"name":"c","image":"web","ports":[{"containerPort":53,"protocol":"UDP"},{"containerPort":80}]}]}}"#,
                &["53/UDP", "80/TCP"],
            ),
            (
                r#"{"metadata":{"annotations":{"svcscope.dev/listen":"127.0.0.1:8080, 9090"}},"spec":{"containers":[{"name":"c","image":"nginx"}]}}"#,
                &["127.0.0.1:8080/TCP", "9090/TCP"],
            ),
            (
                r#"{"metadata":{"annotations":{"svcscope.dev/listen.b":""}},"spec":{"containers":[{"name":"a","image":"redis"},{"name":"b","image":"nginx"}]}}"#,
                &["6379/TCP"],
            ),
            (
                r#"{"spec":{"containers":[{"name":"c","image":"registry.k8s.io/e2e-test-images/agnhost:2.53","args":["netexec","--http-port=80","--udp-port=90"]}]}}"#,
                &["80/TCP", "90/UDP"],
            ),
            (
                r#"{"spec":{"containers":[{"name":"c","image":"registry.k8s.io/e2e-test-images/agnhost:2.53","args":["serve-hostname"]}]}}"#,
                &["9376/TCP"],
            ),
            (r#"{"spec":{"containers":[{"name":"c","image":"registry.k8s.io/pause:3.10"}]}}"#, &[]),
        ] {
            assert_eq!(shown(pod), ports, "{pod}");
        }
    }
}
