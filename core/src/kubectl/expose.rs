//! `kubectl expose`: a Service for what is there already.
//!
//! Models `k8s.io/kubectl/pkg/cmd/expose` and the parts of `polymorphichelpers` that it uses.

use super::args::{Args, Flag, switch, value};
use super::client::{Client, Named};
use super::console::{Failure, Printed};
use super::infos::{self, Ask, Info, infos};
use super::run::Call;
use super::writing::{self, Dry, Writing, overridden};
use crate::base::field::quoted;
use crate::base::{Status, Text, Value};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Names of Services are no longer than this.
const NAME_MAX: usize = 63;
const MANAGER: &str = "kubectl-expose";

/// The flags of `kubectl expose`; what is empty is taken from the object that is exposed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expose {
    pub name: String,
    /// `--type`
    pub service_type: String,
    /// None: those that the object has.
    pub ports: Vec<i64>,
    pub protocol: String,
    /// A number or the name of a port.
    pub target_port: String,
    pub cluster_ip: String,
    pub external_ip: String,
    pub load_balancer_ip: String,
    pub session_affinity: String,
    pub selector: Vec<(String, String)>,
    pub labels: Vec<(String, String)>,
}

pub const FLAGS: &[&[Flag]] = &[
    infos::FILES,
    writing::DRY_RUN,
    writing::OUTPUT,
    writing::MANAGER,
    &[
        value("name", ""),
        value("type", ""),
        value("port", ""),
        value("protocol", ""),
        value("target-port", ""),
        value("cluster-ip", ""),
        value("external-ip", ""),
        value("load-balancer-ip", ""),
        value("session-affinity", ""),
        value("selector", ""),
        value("labels", "l"),
        value("overrides", ""),
        value("override-type", ""),
        switch("save-config", ""),
    ],
];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    let mut writing = Writing::of(args, MANAGER)?;
    // its --selector is that of the Service
    let plain = Call { args: args.without("selector"), ..*call };
    let (found, mut failures) = infos(client, &plain, &args.words, Ask::AsGiven)?;
    for info in found {
        let exposed = generate(args, &info).and_then(|service| {
            let mut service = overridden(&client.server.schema, call, service)?;
            if let Some(namespace) = args.find("namespace").filter(|_| writing.dry == Dry::Client) {
                service.entry("metadata").set("namespace", namespace);
            }
            writing.create_new(client, out, call, &service, Failure::from, "exposed")
        });
        failures.extend(exposed.err());
        out.warn(client);
    }
    out.fail_all(&failures);
    Ok(())
}

fn generate(args: &Args, info: &Info) -> Result<Value, Failure> {
    let ports = args.find("port").filter(|p| !p.is_empty()).map_or(Ok(Vec::new()), |given| {
        given.split(',').map(|port| atoi(port).map_err(Failure::Own)).collect()
    })?;
    let text = |name: &str| args.get(name).to_string();
    let flags = Expose {
        name: text("name"),
        service_type: text("type"),
        ports,
        protocol: text("protocol"),
        target_port: text("target-port"),
        cluster_ip: text("cluster-ip"),
        external_ip: text("external-ip"),
        load_balancer_ip: text("load-balancer-ip"),
        session_affinity: text("session-affinity"),
        selector: pairs(args.get("selector"))?,
        labels: pairs(args.get("labels"))?,
    };
    service(&info.object, &flags).map_err(Failure::Own)
}

/// Models `parseLabels`.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut out = Vec::new();
    for pair in text.split(',').filter(|_| !text.is_empty()) {
        match pair.split_once('=') {
            Some(("", _)) => return Err(Failure::own("unexpected empty label key")),
            Some((key, value)) if !value.contains('=') => out.push((key.to_string(), value.to_string())),
            _ => return Err(Failure::own(format!("unexpected label spec: {pair}"))),
        }
    }
    Ok(out)
}

/// Models `strconv.Atoi`.
pub fn atoi(text: &str) -> Result<i64, String> {
    text.parse::<i64>().map_err(|_| format!("strconv.Atoi: parsing {}: invalid syntax", quoted(text)))
}

/// Creates the Service; the answer is what was created.
pub fn expose(client: &mut Client<'_>, object: Named<'_>, flags: &Expose) -> Result<Value, Status> {
    let exposed = client.get(object)?;
    let mut service = service(&exposed, flags).map_err(|message| Status::new(400, "BadRequest", message))?;
    let namespace = exposed.get("metadata").get("namespace");
    service.entry("metadata").set("namespace", namespace);
    client.create(&service, MANAGER)
}

/// The Service that exposes `object`.
fn service(object: &Value, flags: &Expose) -> Result<Value, String> {
    let kind = Exposed::of(object)?;
    let headless = flags.cluster_ip == "None";
    let selector = match flags.selector.as_slice() {
        [] => kind.selector(object)?,
        given => map_of(given),
    };
    let declared = declared_ports(object, &kind);
    let numbers = match flags.ports.as_slice() {
        [] => declared.iter().map(|(number, _)| *number).collect(),
        given => given.to_vec(),
    };
    if numbers.is_empty() && !headless {
        return Err("couldn't find port via --port flag or introspection".to_string());
    }
    let labels = match flags.labels.as_slice() {
        [] => object.get("metadata").get("labels").clone(),
        given => map_of(given),
    };
    let named = object.get("metadata").get("name").str();
    let name = if flags.name.is_empty() { named.get(..NAME_MAX).unwrap_or(named) } else { &flags.name };

    let mut metadata = Value::map([("name", Value::text(name))]);
    if !labels.is_empty() {
        metadata.set("labels", labels);
    }
    let mut spec = Value::map([("selector", selector)]);
    let ports = ports(&numbers, &declared, flags);
    if !ports.is_empty() {
        spec.set("ports", Value::list(ports));
    }
    let optional = [
        ("type", &flags.service_type),
        ("clusterIP", &flags.cluster_ip),
        ("sessionAffinity", &flags.session_affinity),
    ];
    for (field, value) in optional.into_iter().filter(|(_, value)| !value.is_empty()) {
        spec.set(field, value.as_str());
    }
    if flags.service_type == "LoadBalancer" && !flags.load_balancer_ip.is_empty() {
        spec.set("loadBalancerIP", flags.load_balancer_ip.as_str());
    }
    if !matches!(flags.session_affinity.as_str(), "" | "None" | "ClientIP") {
        return Err(format!("unknown session affinity: {}", flags.session_affinity));
    }
    if !flags.external_ip.is_empty() {
        spec.set("externalIPs", Value::list([flags.external_ip.as_str().into()]));
    }
    Ok(Value::map([
        ("apiVersion", Value::text("v1")),
        ("kind", Value::text("Service")),
        ("metadata", metadata),
        ("spec", spec),
    ]))
}

/// Several ports need names; a port of several protocols becomes several ports.
fn ports(numbers: &[i64], declared: &Declared, flags: &Expose) -> Vec<Value> {
    let mut out = Vec::new();
    for (i, number) in numbers.iter().enumerate() {
        let protocols = match declared.iter().find(|(n, _)| n == number) {
            Some((_, protocols)) if flags.protocol.is_empty() => protocols.clone(),
            _ if flags.protocol.is_empty() => Vec::from([Text::from("TCP")]),
            _ => Vec::from([flags.protocol.as_str().into()]),
        };
        for protocol in &protocols {
            let mut port = Value::empty_map();
            if protocols.len() > 1 {
                port.set("name", format!("port-{}-{}", i + 1, protocol.to_ascii_lowercase()));
            } else if numbers.len() > 1 {
                port.set("name", format!("port-{}", i + 1));
            }
            port.set("protocol", protocol);
            port.set("port", *number);
            let target = match (flags.target_port.as_str(), flags.target_port.parse::<i32>()) {
                ("", _) => Value::Int(*number),
                (_, Ok(n)) => n.into(),
                (name, _) => Value::text(name),
            };
            port.set("targetPort", target);
            out.push(port);
        }
    }
    out
}

/// Ports by number, with their protocols, in the order of the object.
type Declared = Vec<(i64, Vec<Text>)>;

fn declared_ports(object: &Value, kind: &Exposed) -> Declared {
    let mut out = Declared::new();
    let mut add = |port: &Value, number: &str| {
        let protocol = port.get("protocol").as_text().cloned().unwrap_or_else(|| "TCP".into());
        let number = port.get(number).int();
        match out.iter_mut().find(|(n, _)| *n == number) {
            Some((_, protocols)) => protocols.push(protocol),
            None => out.push((number, Vec::from([protocol]))),
        }
    };
    let spec = object.get("spec");
    let pods = match kind {
        Exposed::Service => {
            spec.get("ports").items().iter().for_each(|p| add(p, "port"));
            return out;
        }
        Exposed::Pod => spec,
        _ => spec.at(&["template", "spec"]),
    };
    for port in pods.get("containers").items().iter().flat_map(|c| c.get("ports").items()) {
        add(port, "containerPort");
    }
    out
}

/// What can be exposed.
enum Exposed {
    Pod,
    Service,
    Controller,
    /// With a selector that may have expressions.
    Workload,
}

impl Exposed {
    fn of(object: &Value) -> Result<Exposed, String> {
        let (version, kind) = (object.get("apiVersion").str(), object.get("kind").str());
        match (version, kind) {
            ("v1", "Pod") => Ok(Exposed::Pod),
            ("v1", "Service") => Ok(Exposed::Service),
            ("v1", "ReplicationController") => Ok(Exposed::Controller),
            ("apps/v1", "Deployment" | "ReplicaSet") => Ok(Exposed::Workload),
            _ => Err(match version.split_once('/') {
                Some((group, _)) => format!("cannot expose a {kind}.{group}"),
                None => format!("cannot expose a {kind}"),
            }),
        }
    }

    /// The labels of the pods behind it.
    fn selector(&self, object: &Value) -> Result<Value, String> {
        let spec = object.get("spec");
        let labels = match self {
            Exposed::Pod => object.get("metadata").get("labels"),
            Exposed::Service | Exposed::Controller => spec.get("selector"),
            Exposed::Workload => spec.at(&["selector", "matchLabels"]),
        };
        let problem = match self {
            Exposed::Pod if labels.is_empty() => "the pod has no labels and cannot be exposed".to_string(),
            Exposed::Service if labels.is_empty() => "the service has no pod selector set".to_string(),
            Exposed::Workload if labels.is_empty() => {
                let kind = object.get("kind").str().to_ascii_lowercase();
                format!("invalid {kind}: no selectors, therefore cannot be exposed")
            }
            Exposed::Workload if !spec.at(&["selector", "matchExpressions"]).is_empty() => {
                "couldn't convert expressions to map-based selector format".to_string()
            }
            _ if labels.is_empty() => return Err("selector must be specified".to_string()),
            _ => return Ok(labels.clone()),
        };
        Err(format!("couldn't retrieve selectors via --selector flag or introspection: {problem}"))
    }
}

fn map_of(pairs: &[(String, String)]) -> Value {
    Value::map(pairs.iter().map(|(k, v)| (k.as_str(), Value::text(v.as_str()))))
}
