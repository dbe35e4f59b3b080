//! An address of Endpoints, and what stands behind it.
//!
//! Models `EndpointAddress` and `ObjectReference` of `k8s.io/api/core/v1`.

use super::super::endpoint_pod::Pod;
use super::super::fields::Keys;
use super::super::hash::Dump;
use crate::base::{Text, Value};
use core::cmp::Ordering;

#[derive(Clone, Debug, Default)]
pub(in super::super) struct Address<'a> {
    pub(in super::super) ip: Text,
    /// The address's first characters as a number, which orders as they do: most comparisons end here.
    pub(super) start: u128,
    pub(in super::super) hostname: Option<&'a Text>,
    pub(in super::super) node: Option<&'a Text>,
    pub(in super::super) target: Target<'a>,
    /// The address as it is stored, if it was read there.
    pub(in super::super) stored: Option<&'a Value>,
}

/// The object behind an address.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) enum Target<'a> {
    #[default]
    None,
    Pod(Pod<'a>),
    /// A reference as somebody wrote it.
    Reference(&'a Value),
}

/// The fields of a reference as JSON and as Go name them, and their types in Go.
const FIELDS: [(&str, &str, &str); 7] = [
    ("kind", "Kind", "string"),
    ("namespace", "Namespace", "string"),
    ("name", "Name", "string"),
    ("uid", "UID", "types.UID"),
    ("apiVersion", "APIVersion", "string"),
    ("resourceVersion", "ResourceVersion", "string"),
    ("fieldPath", "FieldPath", "string"),
];

/// The revision of the target does not count.
impl PartialEq for Address<'_> {
    fn eq(&self, other: &Address<'_>) -> bool {
        let counts = |field: &str| field != "resourceVersion";
        let same = |field: &str| self.target.text(field) == other.target.text(field);
        self.start == other.start
            && self.ip == other.ip
            && self.hostname == other.hostname
            && self.node == other.node
            && matches!(self.target, Target::None) == matches!(other.target, Target::None)
            && FIELDS.iter().all(|(field, _, _)| !counts(field) || same(field))
    }
}

impl<'a> Address<'a> {
    pub(in super::super) fn new(ip: Text) -> Address<'a> {
        let mut start = [0; 16];
        start.iter_mut().zip(ip.bytes()).for_each(|(to, from)| *to = from);
        Address { start: u128::from_be_bytes(start), ip, ..Address::default() }
    }

    pub(in super::super) fn read(value: &'a Value) -> Address<'a> {
        let mut address = Address::new(value.get("ip").as_text().cloned().unwrap_or_default());
        for (field, value) in value.entries() {
            match field.as_str() {
                "hostname" => address.hostname = value.as_text(),
                "nodeName" => address.node = value.as_text(),
                "targetRef" => address.target = Target::Reference(value),
                _ => {}
            }
        }
        Address { stored: Some(value), ..address }
    }

    /// Whether `stored` is what this one would be written as.
    pub(in super::super) fn is_exactly(&self, stored: &Address<'_>) -> bool {
        let same_target = match (&self.target, &stored.target) {
            (Target::Pod(pod), Target::Reference(reference)) => pod.is_referred_to_by(reference),
            (Target::None, Target::None) => true,
            _ => false,
        };
        same_target
            && self.start == stored.start
            && self.ip == stored.ip
            && self.hostname == stored.hostname
            && self.node == stored.node
    }

    pub(in super::super) fn value(&self, keys: &mut Keys) -> Value {
        if let Some(stored) = self.stored {
            return stored.clone();
        }
        let target = self.target.value(keys);
        keys.map([
            ("ip", Value::from(&self.ip)),
            ("hostname", self.hostname.into()),
            ("nodeName", self.node.into()),
            ("targetRef", target),
        ])
    }

    /// By address and then by uid, as text: so they stand in a subset.
    pub(in super::super) fn order(&self, other: &Address<'_>) -> Ordering {
        self.start
            .cmp(&other.start)
            .then_with(|| self.ip.cmp(&other.ip))
            .then_with(|| self.target.text("uid").cmp(other.target.text("uid")))
    }

    pub(in super::super) fn dump(&self, dump: &mut Dump) {
        dump.field("IP", "string", &self.ip).raw(" ");
        dump.field("Hostname", "string", self.hostname.map_or("", |h| h)).raw(" ");
        dump.pointer("NodeName", "*string", self.node).raw(" ");
        if matches!(self.target, Target::None) {
            dump.field("TargetRef", "*v1.ObjectReference", "<nil>");
            return;
        }
        dump.field("TargetRef", "*v1.ObjectReference", "{");
        for (i, (field, name, go_type)) in FIELDS.iter().enumerate() {
            dump.raw(if i == 0 { "" } else { " " }).field(name, go_type, self.target.text(field));
        }
        dump.raw("}");
    }
}

impl<'a> Target<'a> {
    /// A field of the reference; empty where it is not set.
    pub(in super::super) fn text(&self, field: &str) -> &'a str {
        match self {
            Target::None => "",
            Target::Reference(value) => value.get(field).str(),
            Target::Pod(pod) => match field {
                "kind" => "Pod",
                "namespace" => pod.object.namespace(),
                "name" => pod.object.name(),
                "uid" => pod.uid.str(),
                _ => "",
            },
        }
    }

    /// The reference; null where there is none.
    pub(in super::super) fn value(&self, keys: &mut Keys) -> Value {
        match self {
            Target::None => Value::Null,
            Target::Reference(value) => (*value).clone(),
            Target::Pod(pod) => pod.reference(keys),
        }
    }
}
