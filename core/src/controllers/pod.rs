//! What endpoint controllers read of a pod, read once.
//!
//! Models `ShouldPodBeInEndpoints`, `IsPodReady` and `ShouldSetHostname` of `k8s.io/endpointslice/util`.

use crate::base::ip::{Family, parse_sloppy};
use crate::base::{Text, Value};
use crate::store::Object;
use alloc::string::ToString;
use core::net::Ipv4Addr;

#[derive(Clone, Copy, Debug)]
pub(super) struct Pod<'a> {
    pub(super) object: &'a Object,
    pub(super) spec: &'a Value,
    /// The node it is bound to; empty if none.
    pub(super) node: &'a Value,
    /// Its addresses, as its status lists them.
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

impl<'a> Pod<'a> {
    pub(super) fn of(object: &'a Object) -> Pod<'a> {
        let value = object.value();
        let (spec, status) = (value.get("spec"), value.get("status"));
        let ips = status.get("podIPs").items();
        let ended = matches!(status.get("phase").str(), "Succeeded" | "Failed");
        let condition = ready_condition(status);
        Pod {
            object,
            spec,
            node: spec.get("nodeName"),
            ips,
            ready: condition.get("status").str() == "True",
            since: condition.get("lastTransitionTime"),
            terminating: object.is_deleted(),
            addressed: !ended && (!ips.is_empty() || !status.get("podIP").is_empty()),
        }
    }

    /// Whether it can have endpoints; one that is being deleted only where `terminating` ones count.
    pub(super) fn is_listed(&self, terminating: bool) -> bool {
        self.addressed && (terminating || !self.terminating)
    }

    /// The name that DNS gives its endpoint: that of a pod in the subdomain of the Service.
    pub(super) fn hostname(&self, service: &Object) -> Option<&'a Text> {
        let hostname = self.spec.get("hostname").as_text().filter(|h| !h.is_empty())?;
        let within = self.spec.get("subdomain").as_text() == Some(service.name());
        (within && self.object.namespace() == service.namespace()).then_some(hostname)
    }
}

/// The `Ready` condition of a status; null where there is none.
fn ready_condition(status: &Value) -> &Value {
    static NONE: Value = Value::Null;
    let conditions = status.get("conditions").items();
    conditions.iter().find(|c| c.get("type").str() == "Ready").unwrap_or(&NONE)
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
