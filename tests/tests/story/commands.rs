//! The commands of a story, and their results.

use std::collections::{BTreeMap, BTreeSet};
use svcscope_core::base::{Duration, Selector, Status, Text, Value};
use svcscope_core::cluster::{Cluster, PodState, PodView};
use svcscope_core::kubectl::Named;
use svcscope_core::kubectl::apply::Outcome;
use svcscope_core::kubectl::expose::Expose;
use svcscope_core::net::dns::Type;
use svcscope_core::net::{End, NoSource, Request, Source};
use svcscope_core::object::{Port, Protocol};

type Done = Result<Value, Value>;
type Command = fn(&mut Cluster, &Value, &Value) -> Done;

/// Each gets the cluster, what stands behind its name, and the whole step.
const COMMANDS: &[(&str, Command)] = &[
    ("apply", apply_files),
    ("manifest", |cluster, text, _| apply(cluster, text.str())),
    ("delete", delete),
    ("scale", scale),
    ("expose", expose),
    ("advance", advance),
    ("settle", settle),
    ("get", get),
    ("pods", pods),
    ("endpoints", endpoints),
    ("send", send),
    ("many", many),
    ("resolve", resolve),
    ("variables", variables),
];

pub fn run(cluster: &mut Cluster, step: &Value) -> Done {
    let command = COMMANDS.iter().find(|(name, _)| step.find(name).is_some());
    let (name, command) = command.unwrap_or_else(|| panic!("there is no such command: {step:?}"));
    command(cluster, step.get(name), step)
}

fn apply_files(cluster: &mut Cluster, files: &Value, _: &Value) -> Done {
    let read = |file: &Value| {
        let path = format!("{}/manifests/{}", env!("CARGO_MANIFEST_DIR"), file.str());
        std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
    };
    let texts: Vec<String> = files.items().iter().map(read).collect();
    apply(cluster, &texts.join("\n---\n"))
}

fn apply(cluster: &mut Cluster, text: &str) -> Done {
    let applied = cluster.apply(text).map_err(|rejected| refused(&rejected.problems[0].status))?.applied;
    Ok(Value::list(applied.iter().map(|a| {
        let result = match a.outcome {
            Outcome::Created => "created",
            Outcome::Configured => "configured",
            Outcome::Unchanged => "unchanged",
        };
        Value::map([
            ("kind", Value::from(&a.kind)),
            ("name", Value::from(&a.name)),
            ("result", result.into()),
        ])
    })))
}

fn delete(cluster: &mut Cluster, object: &Value, step: &Value) -> Done {
    cluster.delete(named(object, step)).map_err(|s| refused(&s)).map(|_| Value::empty_map())
}

fn scale(cluster: &mut Cluster, object: &Value, step: &Value) -> Done {
    let replicas = step.get("to").int();
    cluster.scale(named(object, step), replicas).map_err(|s| refused(&s)).map(|_| Value::empty_map())
}

fn expose(cluster: &mut Cluster, object: &Value, step: &Value) -> Done {
    let flags = step.get("flags");
    let flags = Expose {
        name: flags.get("name").str().into(),
        service_type: flags.get("type").str().into(),
        ports: flags.get("port").as_int().into_iter().collect(),
        ..Expose::default()
    };
    cluster.expose(named(object, step), &flags).map_err(|s| refused(&s))
}

fn advance(cluster: &mut Cluster, seconds: &Value, _: &Value) -> Done {
    cluster.advance(Duration::from_secs(seconds.int()));
    Ok(Value::empty_map())
}

fn settle(cluster: &mut Cluster, _: &Value, _: &Value) -> Done {
    cluster.advance_until_quiet(Duration::from_secs(3600));
    Ok(Value::empty_map())
}

fn get(cluster: &mut Cluster, object: &Value, step: &Value) -> Done {
    match cluster.get(named(object, step)) {
        Err(status) if status.code == 404 => Ok(Value::empty_map()),
        got => got.map_err(|s| refused(&s)),
    }
}

fn pods(cluster: &mut Cluster, labels: &Value, _: &Value) -> Done {
    let wanted: Vec<(&str, &str)> = labels.str().split(',').filter_map(|l| l.split_once('=')).collect();
    let topology = cluster.topology();
    let has = |pod: &&PodView| {
        wanted.iter().all(|(key, value)| pod.labels.iter().any(|(k, v)| *k == *key && *v == *value))
    };
    let pods: Vec<&PodView> = topology.pods.iter().filter(has).collect();
    let ready: Vec<&PodView> = pods.iter().filter(|p| p.state == PodState::Ready).copied().collect();
    let nodes = ready.iter().map(|p| &p.node).collect::<BTreeSet<_>>().len();
    let names = ready.iter().map(|p| &p.name).collect::<BTreeSet<_>>();
    Ok(Value::map([
        ("count", count(pods.len())),
        ("ready", count(ready.len())),
        ("nodes", count(nodes)),
        ("names", Value::list(names.into_iter().map(Value::from))),
    ]))
}

/// What Endpoints and EndpointSlices say of a Service, and whether they say the same.
fn endpoints(cluster: &mut Cluster, service: &Value, step: &Value) -> Done {
    let ips = |addresses: &Value| {
        addresses.items().iter().map(|a| a.get("ip").str().to_owned()).collect::<Vec<_>>()
    };
    let object = get(cluster, &Value::text(format!("Endpoints/{}", service.str())), step)?;
    let all = |list: &str| {
        object.get("subsets").items().iter().flat_map(|s| ips(s.get(list))).collect::<BTreeSet<_>>()
    };
    let (ready, not_ready) = (all("addresses"), all("notReadyAddresses"));
    let slices = cluster.list("endpointslices", "default").map_err(|s| refused(&s))?;
    let of_service = |slice: &&Value| {
        slice.at(&["metadata", "labels"]).get("kubernetes.io/service-name").str() == service.str()
    };
    let mut in_slices = (BTreeSet::new(), BTreeSet::new());
    for endpoint in
        slices.get("items").items().iter().filter(of_service).flat_map(|s| s.get("endpoints").items())
    {
        let set = match endpoint.get("conditions").get("ready").is_true() {
            true => &mut in_slices.0,
            false => &mut in_slices.1,
        };
        set.extend(endpoint.get("addresses").items().iter().map(|a| a.str().to_owned()));
    }
    let selector = cluster
        .get(Named { kind: "Service", namespace: "", name: service.str() })
        .map_err(|s| refused(&s))?;
    let selector = Selector::from_map(selector.get("spec").get("selector"));
    let topology = cluster.topology();
    let labels = |pod: &PodView| Value::map(pod.labels.iter().map(|(k, v)| (k.clone(), Value::from(v))));
    let selected = |pod: &&PodView| {
        pod.namespace == "default" && pod.state == PodState::Ready && selector.matches(&labels(pod))
    };
    let pods: BTreeSet<String> = topology.pods.iter().filter(selected).map(|p| p.ip.to_string()).collect();
    let agree = ready == in_slices.0 && not_ready == in_slices.1 && ready == pods;
    Ok(Value::map([
        ("ready", count(ready.len())),
        ("notReady", count(not_ready.len())),
        ("agree", agree.into()),
    ]))
}

fn send(cluster: &mut Cluster, request: &Value, _: &Value) -> Done {
    let request = request_of(request);
    let sent = cluster.send(&request).map_err(nobody)?;
    let mut result = result_of(&sent.end);
    result.set("error", sent.error.map(Value::from));
    result.set("summary", sent.summary);
    result.set("steps", Value::list(sent.steps.iter().map(|s| Value::text(s.what.name()))));
    Ok(result)
}

fn many(cluster: &mut Cluster, asked: &Value, _: &Value) -> Done {
    let request = request_of(asked);
    let times = u32::try_from(asked.get("times").int()).expect("a number of times");
    let sent = cluster.send_many(&request, times).map_err(nobody)?;
    let mut outcomes = BTreeMap::<&str, i64>::new();
    let mut pods = BTreeMap::<&(Text, Text), i64>::new();
    for share in &sent {
        *outcomes.entry(share.end.outcome.name()).or_default() += i64::from(share.count);
        if let Some(pod) = &share.end.pod {
            *pods.entry(pod).or_default() += i64::from(share.count);
        }
    }
    let mut shares = BTreeMap::<String, i64>::new();
    for pod in cluster.topology().pods {
        let label = pod.labels.iter().find(|(k, _)| *k == *asked.get("by").str());
        if let (Some((_, value)), Some(n)) = (label, pods.get(&(pod.namespace.clone(), pod.name.clone()))) {
            *shares.entry(value.to_string()).or_default() += n;
        }
    }
    let share = |n: i64| Value::Number(format!("{}", n as f64 / f64::from(times)).into());
    Ok(Value::map([
        ("outcomes", Value::map(outcomes.into_iter().map(|(k, n)| (k, Value::Int(n))))),
        ("pods", count(pods.len())),
        ("least", share(pods.values().copied().min().unwrap_or(0))),
        ("most", share(pods.values().copied().max().unwrap_or(0))),
        ("shares", Value::map(shares.into_iter().map(|(k, n)| (k, share(n))))),
    ]))
}

fn resolve(cluster: &mut Cluster, asked: &Value, _: &Value) -> Done {
    let kind = Type::parse(asked.get("type").str()).expect("a type of records");
    let resolved =
        cluster.resolve(&source(asked.get("from")), asked.get("name").str(), kind).map_err(nobody)?;
    Ok(match resolved.found {
        Ok(found) => Value::map([
            ("name", Value::from(&found.name)),
            (
                "records",
                Value::list(
                    found.answers.iter().map(|r| Value::text(format!("{} {}", r.data.kind(), r.data))),
                ),
            ),
        ]),
        Err(e) => Value::map([("error", Value::text(e.words()))]),
    })
}

fn variables(cluster: &mut Cluster, pod: &Value, _: &Value) -> Done {
    let all =
        cluster.variables("default", pod.str(), "").unwrap_or_else(|| panic!("there is no pod {pod:?}"));
    Ok(Value::map(all.into_iter().map(|(name, value)| (name, Value::Text(value)))))
}

fn named<'a>(object: &'a Value, step: &'a Value) -> Named<'a> {
    let (kind, name) = object.str().split_once('/').expect("KIND/NAME");
    Named { kind, namespace: step.get("namespace").str(), name }
}

fn request_of(asked: &Value) -> Request {
    let port = u16::try_from(asked.get("port").int()).ok().and_then(Port::new);
    Request {
        from: source(asked.get("from")),
        to: asked.get("to").str().into(),
        port: port.unwrap_or_else(|| panic!("no port: {asked:?}")),
        protocol: Protocol::of(asked.get("protocol")),
        client_port: None,
        payload: Text::EMPTY,
    }
}

fn source(from: &Value) -> Source {
    match from.str().split('/').collect::<Vec<_>>()[..] {
        ["outside"] => Source::Outside(None),
        ["node", name] => Source::Node(name.into()),
        ["pod", name] => Source::Pod { namespace: "default".into(), name: name.into() },
        ["pod", namespace, name] => Source::Pod { namespace: namespace.into(), name: name.into() },
        _ => panic!("nobody sends: {from:?}"),
    }
}

fn result_of(end: &End) -> Value {
    let key = |key: &Option<(Text, Text)>| key.as_ref().map(|(ns, name)| Value::from(format!("{ns}/{name}")));
    let some = |text: &Text| if text.is_empty() { Value::Null } else { Value::from(text) };
    Value::map([
        ("outcome", Value::text(end.outcome.name())),
        ("pod", key(&end.pod).unwrap_or_default()),
        ("node", some(&end.node)),
        ("service", key(&end.service).unwrap_or_default()),
        ("response", some(&end.response)),
    ])
}

fn refused(status: &Status) -> Value {
    Value::map([
        ("message", Value::from(&status.message)),
        ("reason", status.reason.into()),
        ("code", status.code.into()),
    ])
}

fn nobody(why: NoSource) -> Value {
    Value::map([("message", Value::text(format!("{why:?}")))])
}

fn count(n: usize) -> Value {
    Value::Int(i64::try_from(n).expect("few"))
}
