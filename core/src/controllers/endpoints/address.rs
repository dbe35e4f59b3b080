//! An address of Endpoints, and what stands behind it.
//!
//! Models `EndpointAddress` and `ObjectReference` of `k8s.io/api/core/v1`.

use super::super::hash::Dump;
use crate::base::{Text, Value};
use alloc::vec::Vec;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Address {
    pub(in super::super) ip: Text,
    pub(in super::super) hostname: Text,
    pub(in super::super) node: Option<Text>,
    pub(in super::super) target: Option<Target>,
}

/// A reference to the object behind an address.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Target {
    pub(in super::super) kind: Text,
    pub(in super::super) namespace: Text,
    pub(in super::super) name: Text,
    pub(in super::super) uid: Text,
    pub(in super::super) api_version: Text,
    pub(in super::super) resource_version: Text,
    pub(in super::super) field_path: Text,
}

/// The revision of the object does not count.
impl PartialEq for Target {
    fn eq(&self, other: &Target) -> bool {
        fn known(t: &Target) -> [&Text; 6] {
            [&t.kind, &t.namespace, &t.name, &t.uid, &t.api_version, &t.field_path]
        }
        known(self) == known(other)
    }
}

impl Eq for Target {}

impl Address {
    pub(in super::super) fn read(value: &Value) -> Address {
        let target = value.get("targetRef");
        Address {
            ip: value.get("ip").as_text().cloned().unwrap_or_default(),
            hostname: value.get("hostname").as_text().cloned().unwrap_or_default(),
            node: value.get("nodeName").as_text().cloned(),
            target: (!target.is_null()).then(|| Target::read(target)),
        }
    }

    pub(in super::super) fn value(&self) -> Value {
        let hostname = (!self.hostname.is_empty()).then_some(&self.hostname);
        let fields = [
            ("ip", Value::from(&self.ip)),
            ("hostname", hostname.into()),
            ("nodeName", self.node.as_ref().into()),
            ("targetRef", self.target.as_ref().map(Target::value).into()),
        ];
        Value::map(fields.into_iter().filter(|(_, v)| !v.is_null()))
    }

    pub(in super::super) fn uid(&self) -> &Text {
        const NONE: &Text = &Text::EMPTY;
        self.target.as_ref().map_or(NONE, |t| &t.uid)
    }

    pub(in super::super) fn dump(&self, dump: &mut Dump) {
        dump.field("IP", "string", &self.ip).raw(" ");
        dump.field("Hostname", "string", &self.hostname).raw(" ");
        dump.pointer("NodeName", "*string", self.node.as_ref()).raw(" ");
        let Some(target) = &self.target else {
            dump.field("TargetRef", "*v1.ObjectReference", "<nil>");
            return;
        };
        dump.field("TargetRef", "*v1.ObjectReference", "{");
        for (i, (_, name, value)) in target.fields().into_iter().enumerate() {
            let go_type = if name == "UID" { "types.UID" } else { "string" };
            dump.raw(if i == 0 { "" } else { " " }).field(name, go_type, value);
        }
        dump.raw("}");
    }
}

impl Target {
    fn read(value: &Value) -> Target {
        let text = |field: &str| value.get(field).as_text().cloned().unwrap_or_default();
        Target {
            kind: text("kind"),
            namespace: text("namespace"),
            name: text("name"),
            uid: text("uid"),
            api_version: text("apiVersion"),
            resource_version: text("resourceVersion"),
            field_path: text("fieldPath"),
        }
    }

    fn value(&self) -> Value {
        let fields = self.fields().into_iter().filter(|(_, _, value)| !value.is_empty());
        Value::map(fields.map(|(name, _, value)| (name, Value::from(value))).collect::<Vec<_>>())
    }

    /// The fields as JSON and as Go name them.
    fn fields(&self) -> [(&'static str, &'static str, &Text); 7] {
        [
            ("kind", "Kind", &self.kind),
            ("namespace", "Namespace", &self.namespace),
            ("name", "Name", &self.name),
            ("uid", "UID", &self.uid),
            ("apiVersion", "APIVersion", &self.api_version),
            ("resourceVersion", "ResourceVersion", &self.resource_version),
            ("fieldPath", "FieldPath", &self.field_path),
        ]
    }
}
