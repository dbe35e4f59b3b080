//! What holds for whatever the API server accepts: the bodies of all recorded creations, written again, read as protobuf,
//! applied twice, applied by two.

use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::Path;
use svcscope_core::api::{Body, Request};
use svcscope_core::base::{Value, json};
use svcscope_core::cluster::{Cluster, Options};
use svcscope_core::manifest::json as manifest;

const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
const APPLY: &str = "application/apply-patch+yaml";

/// A creation that a real server accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Creation {
    collection: String,
    body: String,
}

/// The creations of the recordings that need nothing before them.
fn creations() -> BTreeSet<Creation> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    let folders = [folder.clone(), folder.join("own")];
    let files = folders.iter().flat_map(|f| std::fs::read_dir(f).expect("a folder"));
    let files = files.map(|entry| entry.expect("an entry").path()).filter(|p| p.extension().is_some());
    let mut out = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a text");
        let recording: Json = serde_json::from_str(&text).expect("JSON");
        for case in recording["cases"].as_array().into_iter().flatten() {
            out.extend(case["steps"].as_array().into_iter().flatten().filter_map(creation));
        }
    }
    assert!(out.len() > 500, "{}", out.len());
    out
}

fn creation(step: &Json) -> Option<Creation> {
    let collection = step.get("do")?.as_str()?.strip_prefix("POST ")?;
    let body = step.get("body").filter(|body| body.is_object())?;
    let alone = !collection.contains('?') && body["metadata"]["name"].is_string();
    let here = collection.contains("/namespaces/default/") || !collection.contains("/namespaces/");
    let text = serde_json::to_string(body).ok()?;
    let accepted =
        step.get("expect").is_some_and(|e| e["code"] == 201) && alone && here && !text.contains('$');
    let parts = collection.split('/').filter(|p| !p.is_empty()).count();
    // What is posted to an object is an eviction, a binding, a token.
    let to_collection = parts <= if collection.starts_with("/apis") { 6 } else { 5 };
    (accepted && to_collection && step.get("headers").is_none())
        .then(|| Creation { collection: collection.to_owned(), body: text })
}

struct Answer {
    code: u16,
    body: Vec<u8>,
}

impl Answer {
    fn value(&self) -> Value {
        manifest::parse_bytes(&self.body).map(|node| node.to_value()).unwrap_or_default()
    }
}

fn send(cluster: &mut Cluster, method: &str, path: &str, type_: &str, body: Vec<u8>) -> Answer {
    let accept = if type_ == PROTOBUF { PROTOBUF } else { "application/json" };
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![header("Content-Type", type_), header("Accept", accept)];
    let request = Request { method: method.to_owned(), path: path.to_owned(), headers, body };
    let response = cluster.request(&request);
    let Body::Bytes(body) = response.body else { panic!("a watch") };
    Answer { code: response.code, body }
}

/// The cluster in which the object was created, and its path; none if it needs what is not there.
fn created(running: &Cluster, creation: &Creation) -> Option<(Cluster, String)> {
    let mut cluster = running.clone();
    let body = creation.body.clone().into_bytes();
    let made = send(&mut cluster, "POST", &creation.collection, "application/json", body);
    let name = made.value().at(&["metadata", "name"]).str().to_owned();
    (made.code == 201).then(|| (cluster, format!("{}/{name}", creation.collection)))
}

#[test]
fn what_is_there_can_be_written_as_it_is_and_nothing_happens() {
    let running = Cluster::new(&Options::default());
    let mut count = 0;
    for creation in creations() {
        let Some((mut cluster, path)) = created(&running, &creation) else { continue };
        count += 1;
        for type_ in ["application/json", PROTOBUF] {
            let before = send(&mut cluster, "GET", &path, type_, Vec::new());
            let after = send(&mut cluster, "PUT", &path, type_, before.body.clone());
            assert_eq!(after.code, 200, "{path}: {}", String::from_utf8_lossy(&after.body));
            assert!(
                before.body == after.body,
                "{type_}\n{creation:?}\n{:?}\n{:?}",
                before.value(),
                after.value()
            );
        }
    }
    assert!(count > 400, "{count}");
}

#[test]
fn what_is_applied_twice_is_applied_once() {
    let running = Cluster::new(&Options::default());
    let mut count = 0;
    for creation in creations() {
        let mut cluster = running.clone();
        let Ok(node) = manifest::parse(&creation.body) else { continue };
        let object = node.to_value();
        if object.get("kind").is_null() || object.get("apiVersion").is_null() {
            continue;
        }
        let name = object.at(&["metadata", "name"]).str().to_owned();
        let path = format!("{}/{name}?fieldManager=one", creation.collection);
        let mut apply = || send(&mut cluster, "PATCH", &path, APPLY, creation.body.clone().into_bytes());
        let (first, second) = (apply(), apply());
        if first.code != 201 {
            continue;
        }
        count += 1;
        assert_eq!(second.code, 200, "{path}: {}", String::from_utf8_lossy(&second.body));
        assert!(first.body == second.body, "{creation:?}\n{:?}\n{:?}", first.value(), second.value());
    }
    assert!(count > 300, "{count}");
}

#[test]
fn what_two_apply_is_shared_and_stays_when_one_of_them_lets_go() {
    let running = Cluster::new(&Options::default());
    let mut count = 0;
    for creation in creations() {
        let mut cluster = running.clone();
        let Ok(node) = manifest::parse(&creation.body) else { continue };
        let object = node.to_value();
        let name = object.at(&["metadata", "name"]).str().to_owned();
        let (kind, version) = (object.get("kind").clone(), object.get("apiVersion").clone());
        let metadata = Value::map([("name", Value::text(name.as_str()))]);
        let nothing = Value::map([("kind", kind), ("apiVersion", version), ("metadata", metadata)]);
        let mut apply = |manager: &str, body: &str| {
            let path = format!("{}/{name}?fieldManager={manager}", creation.collection);
            send(&mut cluster, "PATCH", &path, APPLY, body.as_bytes().to_vec())
        };
        if apply("one", &creation.body).code != 201 {
            continue;
        }
        let both = apply("two", &creation.body);
        // A list that is one value is another one with what was filled in: upstream has a conflict there, too.
        if both.code == 409 {
            continue;
        }
        count += 1;
        let both = both.value();
        assert_eq!(fields_of(&both, "one"), fields_of(&both, "two"), "{creation:?}");
        let left = apply("one", &json::to_string(&nothing)).value();
        assert_eq!(fields_of(&left, "two"), fields_of(&both, "two"), "{creation:?}");
        assert_eq!(without_history(&left), without_history(&both), "{creation:?}");
    }
    assert!(count > 300, "{count}");
}

/// What a manager owns of an object.
fn fields_of(object: &Value, manager: &str) -> Value {
    let entries = object.at(&["metadata", "managedFields"]).items().iter();
    let mut own =
        entries.filter(|e| e.get("manager").str() == manager && e.get("operation").str() == "Apply");
    own.next().map_or(Value::Null, |entry| entry.get("fieldsV1").clone())
}

/// An object without what says who wrote it when.
fn without_history(object: &Value) -> Value {
    let mut object = object.clone();
    for field in ["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation"] {
        object.entry("metadata").remove(field);
    }
    object
}

#[test]
fn the_order_of_writes_that_have_nothing_to_do_with_each_other_does_not_matter() {
    let running = Cluster::new(&Options::default());
    // Addresses and ports are taken in turn: those who get some are not independent.
    let alone = |c: &&Creation| {
        let kinds =
            ["configmaps", "secrets", "networkpolicies", "ingresses", "priorityclasses", "limitranges"];
        kinds.iter().any(|kind| c.collection.ends_with(kind))
    };
    let all = creations();
    let mut seen = BTreeSet::new();
    let name = |c: &Creation| {
        manifest::parse(&c.body).map(|n| n.to_value().at(&["metadata", "name"]).str().to_owned())
    };
    let mut chosen = all.iter().filter(alone).collect::<Vec<_>>();
    chosen.retain(|c| seen.insert((c.collection.clone(), name(c).unwrap_or_default())));
    let state = |order: &[&Creation]| {
        let mut cluster = running.clone();
        for c in order {
            send(&mut cluster, "POST", &c.collection, "application/json", c.body.clone().into_bytes());
        }
        let collections = order.iter().map(|c| c.collection.clone()).collect::<BTreeSet<_>>();
        let lists = collections.iter().map(|path| {
            let list = send(&mut cluster, "GET", path, "application/json", Vec::new()).value();
            Value::list(list.get("items").items().iter().map(without_history).collect::<Vec<_>>())
        });
        lists.collect::<Vec<_>>()
    };
    let forwards = state(&chosen);
    chosen.reverse();
    assert_eq!(forwards, state(&chosen));
    assert!(forwards.iter().map(|list| list.items().len()).sum::<usize>() > 20);
}
