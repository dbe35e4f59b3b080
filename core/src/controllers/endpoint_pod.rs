//! What endpoint controllers read of a pod, read once.
//!
//! Models `ShouldPodBeInEndpoints`, `IsPodReady` and `ShouldSetHostname` of `k8s.io/endpointslice/util`.

use super::fields::{Fields, Keys};
use crate::base::ip::{Family, parse_sloppy};
use crate::base::{Text, Value};
use crate::store::Object;
use alloc::string::ToString;
use core::net::Ipv4Addr;

#[derive(Clone, Copy, Debug)]
pub(super) struct Pod<'a> {
    pub(super) object: &'a Object,
    pub(super) uid: &'a Value,
    pub(super) spec: &'a Value,
    /// The node it is bound to; null if none.
    pub(super) node: &'a Value,
    pub(super) hostname: &'a Value,
    pub(super) subdomain: &'a Value,
    /// Its address, as its status has it; there may be more of them.
    pub(super) ip: &'a Value,
    pub(super) ips: &'a [Value],
    /// Its `Ready` condition is true.
    pub(super) ready: bool,
    /// Since when that condition is what it is; null where there is none.
    pub(super) since: &'a Value,
    /// It is being deleted.
    pub(super) terminating: bool,
    /// It has an address and has not ended: it can have endpoints.
    addressed: bool,
}

static NULL: Value = Value::Null;

impl<'a> Pod<'a> {
    pub(super) fn of(object: &'a Object) -> Pod<'a> {
        let mut pod = Pod {
            object,
            uid: &NULL,
            spec: &NULL,
            node: &NULL,
            hostname: &NULL,
            subdomain: &NULL,
            ip: &NULL,
            ips: &[],
            ready: false,
            since: &NULL,
            terminating: false,
            addressed: false,
        };
        for (field, value) in object.value().entries() {
            match field.as_str() {
                "metadata" => pod.read_metadata(value),
                "spec" => pod.read_spec(value),
                "status" => pod.read_status(value),
                _ => {}
            }
        }
        pod
    }

    fn read_metadata(&mut self, metadata: &'a Value) {
        for (field, value) in metadata.entries() {
            match field.as_str() {
                "uid" => self.uid = value,
                "deletionTimestamp" => self.terminating = !value.is_null(),
                _ => {}
            }
        }
    }

    fn read_spec(&mut self, spec: &'a Value) {
        self.spec = spec;
        for (field, value) in spec.entries() {
            match field.as_str() {
                "nodeName" => self.node = value,
                "hostname" => self.hostname = value,
                "subdomain" => self.subdomain = value,
                _ => {}
            }
        }
    }

    fn read_status(&mut self, status: &'a Value) {
        let mut ended = false;
        for (field, value) in status.entries() {
            match field.as_str() {
                "phase" => ended = matches!(value.str(), "Succeeded" | "Failed"),
                "conditions" => self.read_conditions(value.items()),
                "podIP" => self.ip = value,
                "podIPs" => self.ips = value.items(),
                _ => {}
            }
        }
        let addressed = !self.ips.is_empty() || !self.ip.is_empty();
        self.addressed = addressed && !ended;
    }

    fn read_conditions(&mut self, conditions: &'a [Value]) {
        let ready = conditions.iter().find(|c| c.get("type").str() == "Ready");
        for (field, value) in ready.map_or(&[][..], Value::entries) {
            match field.as_str() {
                "status" => self.ready = value.str() == "True",
                "lastTransitionTime" => self.since = value,
                _ => {}
            }
        }
    }

    /// Whether it can have endpoints; one that is being deleted only where `terminating` ones count.
    pub(super) fn is_listed(&self, terminating: bool) -> bool {
        self.addressed && (terminating || !self.terminating)
    }

    /// The name that DNS gives its endpoint: that of a pod in the subdomain of the Service.
    pub(super) fn name_in(&self, service: &Object) -> Option<&'a Text> {
        let hostname = self.hostname.as_text().filter(|h| !h.is_empty())?;
        let within = self.subdomain.as_text() == Some(service.name());
        (within && self.object.namespace() == service.namespace()).then_some(hostname)
    }

    /// What endpoints refer to it by.
    pub(super) fn reference(&self, keys: &mut Keys) -> Value {
        keys.map([
            ("kind", Value::from("Pod")),
            ("namespace", self.object.namespace().into()),
            ("name", self.object.name().into()),
            ("uid", self.uid.clone()),
        ])
    }

    /// Whether that is a reference to it as [`Pod::reference`] writes it.
    pub(super) fn is_referred_to_by(&self, reference: &Value) -> bool {
        let mut fields = Fields::of(reference);
        fields.take("kind").str() == "Pod"
            && fields.take("namespace").as_text() == Some(self.object.namespace())
            && fields.take("name").as_text() == Some(self.object.name())
            && fields.take("uid") == self.uid
            && fields.are_done()
    }
}

/// An address in its short form, and its family.
pub(super) fn canonical(ip: &Text) -> Option<(Text, Family)> {
    // What the strict reader takes has its short form already: nearly all addresses there are.
    if ip.parse::<Ipv4Addr>().is_ok() {
        return Some((ip.clone(), Family::IPv4));
    }
    let parsed = parse_sloppy(ip)?;
    let short = parsed.to_string();
    let text = if ip.as_str() == short { ip.clone() } else { short.into() };
    Some((text, Family::of(parsed)))
}
