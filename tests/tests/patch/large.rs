//! Inputs that are there to hurt: a hundred thousand entries, and patches within patches. Nothing here asserts a time;
//! what took the square of the size would take hours.

use crate::{parsed, schema};
use std::fmt::Write;
use std::sync::Arc;
use svcscope_core::base::{Instant, Value};
use svcscope_core::manifest::Node;
use svcscope_core::schema::TypeId;
use svcscope_core::schema::managed::{Apply, Managed, Subject, Update, reset_fields};
use svcscope_core::schema::patch::json_patch::{Error, JsonPatch};
use svcscope_core::schema::patch::{from_map, merge_patch, strategic};

/// Unoptimised code gets fewer, and would still not come to an end if it took the square.
const MANY: i64 = if cfg!(debug_assertions) { 20_000 } else { 100_000 };

fn service() -> TypeId {
    schema().named("io.k8s.api.core.v1.Service").expect("a type")
}

fn with(metadata: Value, spec: Value) -> Value {
    Value::map([
        ("kind", Value::text("Service")),
        ("apiVersion", "v1".into()),
        ("metadata", metadata),
        ("spec", spec),
    ])
}

fn numbered(of: impl Fn(i64) -> Value) -> Value {
    Value::list((0..MANY).map(of))
}

fn labels(of: impl Fn(i64) -> Value) -> Value {
    Value::map([("labels", Value::map((0..MANY).map(|i| (format!("k{i}"), of(i)))))])
}

fn port(i: i64) -> Value {
    Value::map([("port", Value::Int(i)), ("name", format!("p{i}").into())])
}

#[test]
fn ten_thousand_operations_on_a_long_list() {
    let object = Value::map([("l", numbered(Value::Int)), ("m", labels(Value::Int))]);
    let mut text = String::from("[");
    for i in 0..2000 {
        let operations = [
            r#"{"op":"add","path":"/l/0","value":7}"#.to_owned(),
            r#"{"op":"remove","path":"/l/10000"}"#.to_owned(),
            r#"{"op":"test","path":"/l","value":[1]}"#.replace("[1]", "7").replace("/l\"", "/l/0\""),
            format!(r#"{{"op":"move","from":"/m/labels/k{i}","path":"/m/labels/moved{i}"}}"#),
            format!(r#"{{"op":"copy","from":"/m/labels/moved{i}","path":"/m/copied{i}"}}"#),
        ];
        for operation in operations {
            write!(text, "{}{operation}", if text.len() > 1 { "," } else { "" }).expect("a String");
        }
    }
    text.push(']');
    let patch = parsed(&text);
    let read = JsonPatch::read(&text, &patch).expect("a patch");
    let patched = read.apply(&object).expect("an object").to_value();
    assert_eq!(i64::try_from(patched.get("l").items().len()), Ok(MANY));
    assert_eq!(patched.get("m").entries().len(), 2001);
}

#[test]
fn more_operations_than_the_server_takes() {
    let text = format!("[{}]", vec![r#"{"op":"test","path":"/a"}"#; 10_001].join(","));
    let patch = parsed(&text);
    assert_eq!(JsonPatch::read(&text, &patch).err(), Some(Error::TooManyOperations(10_001)));
}

#[test]
fn copies_within_copies_end_at_a_limit() {
    let deeper = r#"{"op":"copy","from":"/a","path":"/a/b"}"#;
    let text = format!(r#"[{{"op":"add","path":"/a","value":{{}}}},{}]"#, vec![deeper; 600].join(","));
    let patch = parsed(&text);
    let read = JsonPatch::read(&text, &patch).expect("a patch");
    assert!(matches!(read.apply(&Value::empty_map()), Err(Error::Failed(_))));
    let wide = r#"{"op":"copy","from":"/l","path":"/l/0"}"#;
    let text = format!("[{}]", vec![wide; 100].join(","));
    let patch = parsed(&text);
    let read = JsonPatch::read(&text, &patch).expect("a patch");
    let object = Value::map([("l", numbered(Value::Int))]);
    let Err(Error::Failed(why)) = read.apply(&object) else { panic!("copied without end") };
    assert!(why.contains("the accumulated size increase of copy is"), "{why}");
}

#[test]
fn a_merge_patch_that_deletes_a_hundred_thousand_labels() {
    let object = with(labels(|_| "v".into()), Value::empty_map());
    let patch = Node::from_value(&Value::map([("metadata", labels(|_| Value::Null))]));
    let patched = merge_patch::apply(&object, &patch).expect("a map").to_value();
    assert_eq!(patched.at(&["metadata", "labels"]).entries().len(), 0);
}

#[test]
fn strategic_patches_of_long_lists_and_maps() {
    let scalar = |i: i64| Value::from(format!("f{i}"));
    let original = with(
        Value::map([
            ("finalizers", numbered(scalar)),
            ("labels", labels(|_| "v".into()).get("labels").clone()),
        ]),
        Value::map([("ports", numbered(port)), ("selector", labels(|_| "v".into()).get("labels").clone())]),
    );
    let backwards = |of: &dyn Fn(i64) -> Value| numbered(|i| of(MANY - 1 - i));
    let deleted = |i: i64| Value::map([("port", Value::Int(i)), ("$patch", "delete".into())]);
    let changed = |i: i64| Value::map([("port", Value::Int(i)), ("name", "x".into())]);
    let named = |i: i64| Value::map([("port", Value::Int(i))]);
    let metadata = |entries: Vec<(&str, Value)>| Value::map([("metadata", Value::map(entries))]);
    let spec = |entries: Vec<(&str, Value)>| Value::map([("spec", Value::map(entries))]);
    for (patch, ports, finalizers) in [
        (metadata(vec![("labels", labels(|_| Value::Null).get("labels").clone())]), MANY, MANY),
        (metadata(vec![("finalizers", backwards(&scalar))]), MANY, MANY),
        (metadata(vec![("finalizers", numbered(|i| format!("new{i}").into()))]), MANY, 2 * MANY),
        (metadata(vec![("$deleteFromPrimitiveList/finalizers", numbered(scalar))]), MANY, 0),
        (metadata(vec![("$setElementOrder/finalizers", backwards(&scalar))]), MANY, MANY),
        (spec(vec![("ports", backwards(&changed))]), MANY, MANY),
        (spec(vec![("ports", backwards(&deleted))]), 0, MANY),
        (spec(vec![("ports", numbered(|i| changed(i + MANY)))]), 2 * MANY, MANY),
        (
            spec(vec![("$setElementOrder/ports", backwards(&named)), ("ports", backwards(&changed))]),
            MANY,
            MANY,
        ),
        (spec(vec![("selector", Value::map([("$retainKeys", numbered(scalar))]))]), MANY, MANY),
        (spec(vec![("selector", labels(|_| Value::Null).get("labels").clone())]), MANY, MANY),
    ] {
        let patched = strategic::apply(schema(), service(), &original, &patch).expect("an object");
        let converted = from_map::convert(schema(), service(), &patched).expect("a Service");
        let length = |path: &[&str]| i64::try_from(converted.value.at(path).items().len()).expect("a length");
        assert_eq!((length(&["spec", "ports"]), length(&["metadata", "finalizers"])), (ports, finalizers));
    }
}

#[test]
fn strategic_patches_made_of_long_lists() {
    let scalar = |i: i64| Value::from(format!("f{}", i * 7919 % MANY));
    let a = with(Value::map([("finalizers", numbered(scalar))]), Value::map([("ports", numbered(port))]));
    let b = with(
        Value::map([("finalizers", numbered(|i| format!("f{}", i * 2).into()))]),
        Value::map([("ports", numbered(|i| port(i * 2 * 7919 % MANY)))]),
    );
    let same = Value::map([("ports", numbered(|_| port(1)))]);
    for (original, modified) in [(&a, &b), (&b, &a)] {
        strategic::create_two_way(schema(), service(), original, modified).expect("a patch");
    }
    strategic::create_three_way(schema(), service(), &a, &b, &a).expect("a patch");
    // All of one key: the worst that a sort can meet.
    let alike = with(Value::empty_map(), same);
    strategic::create_two_way(schema(), service(), &alike, &a).expect("a patch");
}

#[test]
fn applies_and_updates_of_large_objects() {
    let (group, version, kind) = schema().get(service()).gvk.clone().expect("a kind");
    let reset = reset_fields("services", "", true);
    let subject = Arc::new(Subject {
        type_: service(),
        group,
        version,
        kind,
        subresource: "".into(),
        reset,
        convert: |_, _, _| None,
    });
    let a = with(labels(|_| "v".into()), Value::map([("ports", numbered(port))]));
    let b = with(labels(|_| "w".into()), Value::map([("ports", numbered(|i| port(MANY - 1 - i)))]));
    let update = |live: Option<&Value>, new: &Value, managed: &Managed| {
        let sent = Value::Null;
        let update = Update { subject: &subject, live, new, sent: &sent, manager: "a", now: Instant(0) };
        let managed = managed.update(schema(), &update);
        Managed::from_value(&managed.to_value(schema())).expect("managed fields")
    };
    let managed = update(None, &a, &Managed::default());
    let managed = update(Some(&a), &b, &managed);
    let apply = |config: &Value, force| Apply {
        subject: &subject,
        live: Some(&b),
        config: Box::leak(Box::new(config.clone())),
        manager: "b",
        force,
        now: Instant(0),
    };
    let refused = managed.apply(schema(), &apply(&a, false)).expect_err("conflicts");
    let message = format!("Apply failed with {MANY} conflicts:");
    assert!(refused.message.starts_with(&message), "{:.80}", refused.message);
    let applied = managed.apply(schema(), &apply(&a, true)).expect("forced");
    assert_eq!(i64::try_from(applied.object.at(&["spec", "ports"]).items().len()), Ok(MANY));
    let nothing = with(Value::empty_map(), Value::empty_map());
    let applied = applied.managed.apply(schema(), &apply(&nothing, true)).expect("forced");
    assert_eq!(applied.object.at(&["metadata", "labels"]).entries().len(), 0);
}

#[test]
fn thousands_of_owners() {
    let entry = |i: i64| {
        let field = format!("f:k{i}");
        let fields = Value::map([("f:data", Value::map([(field, Value::empty_map())]))]);
        Value::map([
            ("manager", Value::from(format!("m{i}"))),
            ("operation", "Update".into()),
            ("apiVersion", "v1".into()),
            ("fieldsType", "FieldsV1".into()),
            ("fieldsV1", fields),
        ])
    };
    let sent = Value::list((0..20_000).map(entry));
    let id = schema().named("io.k8s.api.core.v1.ConfigMap").expect("a type");
    let (group, version, kind) = schema().get(id).gvk.clone().expect("a kind");
    let subject = Arc::new(Subject {
        type_: id,
        group,
        version,
        kind,
        subresource: "".into(),
        reset: reset_fields("configmaps", "", false),
        convert: |_, _, _| None,
    });
    let object = |of: &dyn Fn(i64) -> Value| {
        let metadata = Value::map([("name", "c")].map(|(k, v)| (k, Value::text(v))));
        let data = Value::map((0..20_000).map(|i| (format!("k{i}"), of(i))));
        Value::map([
            ("kind", "ConfigMap".into()),
            ("apiVersion", "v1".into()),
            ("metadata", metadata),
            ("data", data),
        ])
    };
    let (live, new) =
        (object(&|_| "v".into()), object(&|i| if i < 10_000 { "w".into() } else { "v".into() }));
    let update = Update {
        subject: &subject,
        live: Some(&live),
        new: &new,
        sent: &sent,
        manager: "a",
        now: Instant(0),
    };
    let managed = Managed::default().update(schema(), &update).to_value(schema());
    assert_eq!(managed.items().len(), 10);
}

#[test]
fn patches_as_deep_as_they_may_be() {
    let mut deep = Value::text("x");
    for _ in 0..490 {
        deep = Value::map([("a", deep)]);
    }
    let object = with(Value::empty_map(), Value::map([("selector", Value::map([("a", "b".into())]))]));
    let patch = Value::map([("spec", Value::map([("selector", deep.clone()), ("more", deep.clone())]))]);
    let patched = strategic::apply(schema(), service(), &object, &patch).expect("an object");
    assert!(from_map::convert(schema(), service(), &patched).is_err());
    let patched = merge_patch::apply(&object, &Node::from_value(&patch)).expect("a map");
    assert_eq!(patched.to_value().at(&["spec", "more"]), &deep);
}
