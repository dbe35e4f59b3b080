//! A provider of load balancers: Services of type LoadBalancer get addresses of its ranges, and give them back.
//!
//! Models `k8s.io/cloud-provider/controllers/service`, and behind it a cloud that takes its time.

use super::{Action, Controller, Due, Heard, Key, Memory, Outcome, Record, Retry, View, Write, at_once};
use crate::base::ip::{self, Cidr, Family};
use crate::base::{Duration, Instant, Value};
use crate::store::{Change, Object};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;

pub const CONTROLLER: Controller = Controller {
    name: "service-lb-controller",
    manager: "cloud-controller-manager",
    component: "service-controller",
    affected,
    sync,
    retry: Retry::USUAL,
};

/// How the provider is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Where the addresses come from; a Service gets one of each of its families that has a range.
    pub ranges: Vec<Cidr>,
    /// Until a load balancer is there.
    pub takes: Duration,
}

impl Default for Provider {
    /// Ranges that are kept for documentation (RFC 5737, RFC 3849), as the addresses of the world outside are.
    fn default() -> Self {
        let ranges = ["198.51.100.0/24", "2001:db8:1::/120"];
        Provider {
            ranges: ranges.iter().filter_map(|r| Cidr::parse(r)).collect(),
            takes: Duration::from_secs(3),
        }
    }
}

impl Provider {
    /// What the controller has to know from the start: it stands in its memory, under no Service in particular.
    pub fn memory(&self) -> Value {
        let ranges = self.ranges.iter().map(|r| Value::from(r.to_string()));
        Value::map([("ranges", Value::list(ranges)), ("takes", Value::from(self.takes.as_millis()))])
    }

    fn of(memory: &Memory) -> Provider {
        let said = memory.of(&Key::default());
        Provider {
            ranges: said.get("ranges").items().iter().filter_map(|r| Cidr::parse(r.str())).collect(),
            takes: Duration::from_millis(said.get("takes").int()),
        }
    }
}

const RESOURCE: &str = "services";
const FINALIZER: &str = "service.kubernetes.io/load-balancer-cleanup";

fn affected(memory: &mut Memory, heard: &Heard<'_>) -> Vec<Due> {
    if heard.event.resource != RESOURCE || heard.own {
        return Vec::new();
    }
    let (object, key) = (&heard.event.object, Key::of(&heard.event.object));
    if heard.event.change == Change::Deleted {
        memory.keep(&key, Value::Null);
        return Vec::new();
    }
    at_once((wants(object) || needs_cleanup(object)).then_some(key))
}

/// Models `wantsLoadBalancer`: those of a class are left to the provider of that class.
fn wants(service: &Object) -> bool {
    let spec = service.value().get("spec");
    spec.get("type").str() == "LoadBalancer" && spec.get("loadBalancerClass").is_null()
}

fn needs_cleanup(service: &Object) -> bool {
    let finalizers = service.metadata().get("finalizers").items();
    let is_marked = finalizers.iter().any(|f| f.str() == FINALIZER);
    is_marked && (service.is_deleted() || service.value().at(&["spec", "type"]).str() != "LoadBalancer")
}

/// Models `syncLoadBalancerIfNeeded`.
fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(service) = view.store.get(RESOURCE, &key.namespace, &key.name) else {
        return Outcome::default();
    };
    if needs_cleanup(service) {
        return cleaned_up(service);
    }
    let has_address = !service.value().at(&["status", "loadBalancer", "ingress"]).items().is_empty();
    let known = view.memory.of(key);
    if !wants(service) || service.is_deleted() || has_address && !known.is_null() {
        return Outcome::default();
    }
    let provider = Provider::of(view.memory);
    match known.get("since").as_int() {
        None => begun(service, view.now, provider.takes),
        Some(since) if view.now < Instant(since) + provider.takes => Outcome::default(),
        Some(_) => ensured(view, key, service, &provider),
    }
}

fn begun(service: &Object, now: Instant, takes: Duration) -> Outcome {
    let ensuring = Record::normal(service.value(), "EnsuringLoadBalancer", "Ensuring load balancer".into());
    let mut writes = Vec::from([Write { action: Action::Nothing, record: Some(ensuring) }]);
    let mut object = service.value().clone();
    let finalizers = object.entry_at(&["metadata", "finalizers"]).list_mut();
    if !finalizers.iter().any(|f| f.str() == FINALIZER) {
        finalizers.push(Value::text(FINALIZER));
        writes.push(Write::silent(Action::Update { resource: RESOURCE.into(), object }));
    }
    let memory = Some(Value::map([("since", Value::from(now.0))]));
    Outcome { writes, again: Some(takes), memory, ..Outcome::default() }
}

fn ensured(view: &View<'_>, key: &Key, service: &Object, provider: &Provider) -> Outcome {
    let mut memory = view.memory.of(key).clone();
    let addresses = match addresses(view.memory, key, service, provider) {
        Ok(addresses) => addresses,
        Err(why) => {
            let message = format!("Error syncing load balancer: failed to ensure load balancer: {why}");
            let record = Record::warning(service.value(), "SyncLoadBalancerFailed", message);
            let writes = [Write { action: Action::Nothing, record: Some(record) }].into();
            return Outcome { writes, failed: true, ..Outcome::default() };
        }
    };
    memory.set("addresses", Value::list(addresses.iter().map(|ip| Value::from(ip.to_string()))));
    let ingress = addresses
        .iter()
        .map(|ip| Value::map([("ip", Value::from(ip.to_string())), ("ipMode", Value::text("VIP"))]));
    let ensured = Record::normal(service.value(), "EnsuredLoadBalancer", "Ensured load balancer".into());
    let writes = [
        Write { action: Action::Nothing, record: Some(ensured) },
        status(service, Value::map([("ingress", Value::list(ingress))])),
    ];
    Outcome { writes: writes.into(), memory: Some(memory), ..Outcome::default() }
}

fn cleaned_up(service: &Object) -> Outcome {
    let record = |reason, message: &str| {
        let record = Record::normal(service.value(), reason, message.into());
        Write { action: Action::Nothing, record: Some(record) }
    };
    let mut object = service.value().clone();
    object.entry_at(&["metadata", "finalizers"]).list_mut().retain(|f| f.str() != FINALIZER);
    let mut writes = Vec::from([record("DeletingLoadBalancer", "Deleting load balancer")]);
    // The API server keeps no status of a load balancer on a Service of another type; one on its way out needs none.
    writes.push(Write::silent(Action::Update { resource: RESOURCE.into(), object }));
    writes.push(record("DeletedLoadBalancer", "Deleted load balancer"));
    Outcome { writes, memory: Some(Value::Null), ..Outcome::default() }
}

fn status(service: &Object, load_balancer: Value) -> Write {
    let mut object = service.value().clone();
    object.entry("status").set("loadBalancer", load_balancer);
    Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object })
}

/// An address of each family of the Service: those it has, the one it asks for, or the next that is free.
fn addresses(
    memory: &Memory,
    key: &Key,
    service: &Object,
    provider: &Provider,
) -> Result<Vec<IpAddr>, String> {
    let spec = service.value().get("spec");
    let families = spec.get("ipFamilies").items().iter().filter_map(|f| Family::parse(f.str()));
    let ranges = families.filter_map(|f| provider.ranges.iter().find(|r| r.family() == f));
    let others = memory.iter().filter(|(other, _)| *other != key);
    let taken = others.flat_map(|(_, known)| known.get("addresses").items());
    let taken = taken.filter_map(|a| ip::parse(a.str())).collect::<BTreeSet<_>>();
    let there = service.value().at(&["status", "loadBalancer", "ingress"]).items();
    let wanted = there.iter().map(|i| i.get("ip")).chain([spec.get("loadBalancerIP")]);
    let wanted = wanted.filter_map(|ip| ip::parse(ip.str())).collect::<Vec<_>>();
    let address = |range: &Cidr| {
        let asked_for = wanted.iter().copied().find(|ip| Family::of(*ip) == range.family());
        if let Some(ip) = asked_for {
            return match (range.contains(ip), taken.contains(&ip)) {
                (true, false) => Ok(ip),
                (true, true) => Err(format!("address {ip} is in use")),
                (false, _) => Err(format!("address {ip} is not in {range}")),
            };
        }
        // The first address is the network's, the last that of all its neighbours.
        let mut free = (1..range.size().saturating_sub(1)).filter_map(|n| range.nth(n));
        free.find(|ip| !taken.contains(ip)).ok_or_else(|| format!("no address is left in {range}"))
    };
    ranges.map(address).collect()
}
