//! What holds for any objects and any patches.

use super::random::Objects;
use crate::schema;
use proptest::prelude::*;
use std::sync::Arc;
use svcscope_core::base::{Instant, Value};
use svcscope_core::schema::apply::{Set, Type, field_set};
use svcscope_core::schema::managed::{Apply, Managed, Subject, Update, reset_fields};
use svcscope_core::schema::patch::{from_map, merge_patch, strategic};
use svcscope_core::schema::{Kind, TypeId};

const TYPES: &[&str] = &[
    "io.k8s.api.core.v1.Service",
    "io.k8s.api.core.v1.Pod",
    "io.k8s.api.apps.v1.Deployment",
    "io.k8s.api.networking.v1.Ingress",
    "io.k8s.api.discovery.v1.EndpointSlice",
    "io.k8s.api.core.v1.Node",
];

fn any_type() -> impl Strategy<Value = TypeId> {
    (0..TYPES.len()).prop_map(|i| schema().named(TYPES[i]).expect("a type"))
}

fn subject(type_: TypeId) -> Arc<Subject> {
    let (group, version, kind) = schema().get(type_).gvk.clone().expect("a kind");
    let reset = reset_fields("any", "", true);
    Arc::new(Subject { type_, group, version, kind, subresource: "".into(), reset, convert: |_, _, _| None })
}

/// The same with all lists of texts in order.
fn with_sorted_texts(value: &Value) -> Value {
    match value {
        Value::Map(map) => Value::map(map.iter().map(|(k, v)| (k.clone(), with_sorted_texts(v)))),
        Value::List(items) if items.iter().all(|item| item.as_text().is_some()) => {
            let mut items = items.to_vec();
            items.sort_by(|a, b| a.str().cmp(b.str()));
            Value::list(items)
        }
        Value::List(items) => Value::list(items.iter().map(with_sorted_texts)),
        other => other.clone(),
    }
}

#[test]
fn that_a_list_of_texts_was_only_sorted_goes_unseen_as_upstream() {
    let node = |finalizers: [&str; 2]| {
        let list = Value::list(finalizers.map(Value::text));
        Value::map([("kind", Value::text("Node")), ("metadata", Value::map([("finalizers", list)]))])
    };
    let type_ = schema().named("io.k8s.api.core.v1.Node").expect("a type");
    let patch = |a, b| strategic::create_two_way(schema(), type_, &node(a), &node(b)).expect("a patch");
    assert_eq!(patch(["b", "a"], ["a", "b"]), Value::empty_map());
    assert_ne!(patch(["a", "b"], ["b", "a"]), Value::empty_map());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_strategic_patch_made_of_two_objects_makes_the_second_of_the_first(type_ in any_type(), seed: u64) {
        let mut objects = Objects::new(seed);
        let (a, b) = (objects.object(type_), objects.object(type_));
        let patch = strategic::create_two_way(schema(), type_, &a, &b).expect("a patch");
        let patched = strategic::apply(schema(), type_, &a, &patch).expect("an object");
        let patched = from_map::convert(schema(), type_, &patched).expect("of its type");
        prop_assert_eq!(patched.unknown, Vec::<String>::new());
        if patched.value != b {
            // Upstream sorts the texts of the first list before it compares, and so does not see that a list has only
            // been put in order. Nothing but that order may be lost, and nobody may see it.
            prop_assert_eq!(with_sorted_texts(&patched.value), with_sorted_texts(&b));
            let rest = strategic::create_two_way(schema(), type_, &patched.value, &b).expect("a patch");
            prop_assert_eq!(rest, Value::empty_map());
        }
    }

    #[test]
    fn a_merge_patch_that_is_applied_twice_changes_nothing_more(type_ in any_type(), seed: u64) {
        let mut objects = Objects::new(seed);
        let (a, patch) = (objects.object(type_), objects.object(type_));
        let patch = svcscope_core::manifest::Node::from_value(&patch);
        let once = merge_patch::apply(&a, &patch).expect("a map").to_value();
        let twice = merge_patch::apply(&once, &patch).expect("a map").to_value();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn an_apply_that_is_done_twice_changes_nothing_more(type_ in any_type(), seed: u64) {
        let mut objects = Objects::new(seed);
        let (live, config) = (objects.object(type_), objects.object(type_));
        let subject = subject(type_);
        let update =
            Update { subject: &subject, live: None, new: &live, sent: &Value::Null, manager: "a", now: Instant(0) };
        let managed = Managed::default().update(schema(), &update);
        let apply = |managed: &Managed, live: &Value, now| {
            let apply = Apply { subject: &subject, live: Some(live), config: &config, manager: "b", force: true, now };
            managed.apply(schema(), &apply).expect("forced")
        };
        let once = apply(&managed, &live, Instant(1000));
        let twice = apply(&once.managed, &once.object, Instant(2000));
        prop_assert_eq!(&once.object, &twice.object);
        prop_assert!(once.managed.equals(schema(), &twice.managed));
    }

    #[test]
    fn a_set_of_fields_is_read_as_it_was_written(type_ in any_type(), seed: u64) {
        let object = Objects::new(seed).object(type_);
        let kind = Kind::Struct(type_);
        let set = field_set(schema(), Type::of(&kind), &object);
        prop_assert_eq!(Set::from_value(&set.to_value()), Some(set));
    }

    #[test]
    fn sets_of_fields_follow_the_laws_of_sets(type_ in any_type(), seed: u64) {
        let mut objects = Objects::new(seed);
        let kind = Kind::Struct(type_);
        let mut set = || field_set(schema(), Type::of(&kind), &objects.object(type_));
        let (a, b) = (set(), set());
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.intersection(&b), b.intersection(&a));
        prop_assert_eq!(a.difference(&b).union(&a.intersection(&b)), a.clone());
        prop_assert_eq!(a.difference(&b).intersection(&b), Set::default());
        prop_assert!(a.intersection(&b).paths().iter().all(|p| a.has(p) && b.has(p)));
    }

    #[test]
    fn it_does_not_matter_when_managed_fields_are_looked_at(type_ in any_type(), seed: u64, looks: u32) {
        let mut objects = Objects::new(seed);
        let subject = subject(type_);
        let (mut eager, mut lazy) = (Managed::default(), Managed::default());
        let mut live: Option<Value> = None;
        for i in 0..24 {
            let new = if i % 5 == 4 { live.clone().expect("an object") } else { objects.object(type_) };
            let update = Update {
                subject: &subject,
                live: live.as_ref(),
                new: &new,
                sent: &Value::Null,
                manager: ["a", "b", "c"][i % 3],
                now: Instant(i as i64 * 1000),
            };
            eager = eager.update(schema(), &update);
            let _ = eager.to_value(schema());
            lazy = lazy.update(schema(), &update);
            if looks >> i & 1 == 1 {
                let _ = lazy.clone().to_value(schema());
            }
            live = Some(new);
        }
        prop_assert!(eager.equals(schema(), &lazy));
        let read = Managed::from_value(&lazy.to_value(schema())).expect("managed fields");
        prop_assert!(read.equals(schema(), &lazy));
    }
}
