//! From the ports of a Service to what listens in its pods.

use super::finding::{Finding, Fix, Severity, set};
use super::nearest::alike;
use super::scene::{Scene, concern, listed_pods};
use crate::base::{Text, Value};
use crate::node::app::{self, Listener};
use crate::object::{Container, ContainerPort, Pod, Port, Protocol, ServicePort, TargetPort};
use crate::store::Object;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a port of a Service comes to in a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Listens(u16),
    /// A program listens, but only for those in the pod itself.
    OnlyItself(u16),
    /// The number is right, the protocol is not: the one that is listened for.
    OtherProtocol(u16, Protocol),
    Nothing(u16),
    /// No container has a port of that name.
    NoName,
}

pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for (i, port) in scene.service.ports().enumerate() {
        let reached = scene.pods.iter().map(|p| (*p, reach(p, port))).collect::<Vec<_>>();
        // What others behind the selector do not serve is the selector's fault.
        let too_broad = findings.iter().any(|f| f.id == "selector-too-broad");
        let look = Look { scene, place: i, port, reached: &reached };
        if !too_broad {
            findings.extend(look.no_name());
            findings.extend(look.nothing_listens());
            findings.extend(look.other_protocol());
        }
        findings.extend(look.only_itself());
        findings.extend(look.headless());
    }
}

/// What a Service's port comes to in a pod.
pub(super) fn reach(pod: &Object, port: ServicePort<'_>) -> Reach {
    let number = match port.target_port() {
        Some(TargetPort::Number(number)) => number.get(),
        Some(TargetPort::Name(name)) => match named(pod, name, port.protocol()) {
            Some(number) => number.get(),
            None => return Reach::NoName,
        },
        None => return Reach::NoName,
    };
    let listeners = app::listeners(pod.value());
    let at_number = || listeners.iter().filter(|l| l.port == number);
    let mut fitting = at_number().filter(|l| l.protocol == port.protocol().name()).peekable();
    let only_itself = |l: &Listener| l.address.is_some_and(|ip| ip.is_loopback());
    match (fitting.peek().is_some(), fitting.all(only_itself)) {
        (true, false) => Reach::Listens(number),
        (true, true) => Reach::OnlyItself(number),
        (false, _) => match at_number().find_map(|l| Protocol::parse(&l.protocol)) {
            Some(protocol) => Reach::OtherProtocol(number, protocol),
            None => Reach::Nothing(number),
        },
    }
}

/// Models `podutil.FindPort`.
fn named(pod: &Object, name: &str, protocol: Protocol) -> Option<Port> {
    declared(pod).find(|p| p.name() == name && p.protocol() == protocol).and_then(ContainerPort::port)
}

fn declared(pod: &Object) -> impl Iterator<Item = ContainerPort<'_>> {
    let pod = Pod::of(pod.value());
    pod.containers().chain(pod.sidecars()).flat_map(Container::ports)
}

struct Look<'a, 'b> {
    scene: &'b Scene<'a>,
    place: usize,
    port: ServicePort<'a>,
    reached: &'b [(&'a Arc<Object>, Reach)],
}

impl<'a> Look<'a, '_> {
    fn such(&self, is: impl Fn(&Reach) -> bool) -> Vec<&'a Arc<Object>> {
        self.reached.iter().filter(|(_, r)| is(r)).map(|(p, _)| *p).collect()
    }

    /// Traffic fails where all pods are so, else now and then.
    fn severity(&self, pods: &[&Arc<Object>]) -> Severity {
        if pods.len() == self.reached.len() { Severity::Error } else { Severity::Warning }
    }

    fn field(&self, name: &str) -> Text {
        format!("spec.ports[{}].{name}", self.place).into()
    }

    fn change(&self, title: alloc::string::String, field: &str, value: impl Into<Value>) -> Fix {
        let place = format!("{}", self.place);
        Fix::new(title, &self.scene.place(""), [set(&["spec", "ports", &place, field], value)])
    }

    fn no_name(&self) -> Option<Finding> {
        let pods = self.such(|r| *r == Reach::NoName);
        let first = pods.first()?;
        let Some(TargetPort::Name(name)) = self.port.target_port() else { return None };
        let protocol = self.port.protocol();
        let others = declared(first).filter(|p| !p.name().is_empty());
        let others = others.map(|p| format!("{} ({}/{})", p.name(), port_number(p), p.protocol()));
        let others = others.collect::<Vec<_>>();
        let known = match others.as_slice() {
            [] => "no port that has a name".into(),
            others => others.join(", "),
        };
        let message = format!(
            "targetPort {name}: no container of {} has a port of that name for {protocol}; there is {known}. So they are no endpoints of this port.",
            listed_pods(&pods),
        );
        let field = self.field("targetPort");
        let found = self.scene.finding("target-port-name-missing", self.severity(&pods), &field, message);
        let fix = self.meant_by(name, &pods).map(|target| {
            let title = format!("Set targetPort to {}", shown(&target));
            self.change(title, "targetPort", target)
        });
        Some(
            found.with(pods.iter().take(3).map(|p| concern("Pod", p).field("spec.containers"))).fixed_by(fix),
        )
    }

    /// The port that a name stands for that no pod has: the one like it, or the only one there is.
    fn meant_by(&self, name: &str, pods: &[&Arc<Object>]) -> Option<Value> {
        let protocol = self.port.protocol();
        let of = |pod: &Arc<Object>| {
            let fitting = declared(pod).filter(|p| p.protocol() == protocol);
            fitting.map(|p| (Text::from(p.name()), port_number(p))).collect::<BTreeSet<_>>()
        };
        let mut sets = pods.iter().map(|p| of(p));
        let first = sets.next()?;
        let common = sets.fold(first, |all, set| all.intersection(&set).cloned().collect());
        let chosen = match common.iter().find(|(other, _)| !other.is_empty() && alike(other, name)) {
            Some(like) => like,
            None if common.len() == 1 => common.first()?,
            None => return None,
        };
        Some(if chosen.0.is_empty() { chosen.1.into() } else { Value::from(&chosen.0) })
    }

    fn nothing_listens(&self) -> Option<Finding> {
        let pods = self.such(|r| matches!(r, Reach::Nothing(_)));
        let number = self.reached.iter().find_map(|(_, r)| match r {
            Reach::Nothing(number) => Some(*number),
            _ => None,
        })?;
        let protocol = self.port.protocol();
        let listened = common_listeners(&pods, protocol);
        let instead = match listened.iter().map(|n| format!("{n}")).collect::<Vec<_>>() {
            none if none.is_empty() => {
                "nothing listens there at all, as far as images and containerPorts tell".into()
            }
            some => format!("they listen at {}", some.join(", ")),
        };
        let message = format!(
            "Traffic goes to port {number}/{protocol} of {}, where nothing listens: {instead}. Clients get \"Connection refused\".",
            listed_pods(&pods),
        );
        let field = self.field("targetPort");
        let found = self.scene.finding("target-port-not-listened", self.severity(&pods), &field, message);
        let only = Some(&listened).filter(|l| l.len() == 1 && pods.len() == self.reached.len());
        let fix = only
            .and_then(|l| l.first())
            .map(|n| self.change(format!("Set targetPort to {n}"), "targetPort", i64::from(*n)));
        Some(
            found.with(pods.iter().take(3).map(|p| concern("Pod", p).field("spec.containers"))).fixed_by(fix),
        )
    }

    fn other_protocol(&self) -> Option<Finding> {
        let pods = self.such(|r| matches!(r, Reach::OtherProtocol(..)));
        let (number, spoken) = self.reached.iter().find_map(|(_, r)| match r {
            Reach::OtherProtocol(number, spoken) => Some((*number, *spoken)),
            _ => None,
        })?;
        let protocol = self.port.protocol();
        let message = format!(
            "The port is for {protocol}, but at {number} {} listens for {spoken}.",
            listed_pods(&pods),
        );
        let field = self.field("protocol");
        let found = self.scene.finding("protocol-differs", self.severity(&pods), &field, message);
        let fix = (pods.len() == self.reached.len()).then(|| {
            self.change(format!("Set protocol to {spoken}"), "protocol", Value::text(spoken.name()))
        });
        Some(found.with(pods.iter().take(3).map(|p| concern("Pod", p))).fixed_by(fix))
    }

    fn only_itself(&self) -> Option<Finding> {
        let pods = self.such(|r| matches!(r, Reach::OnlyItself(_)));
        let number = self.reached.iter().find_map(|(_, r)| match r {
            Reach::OnlyItself(number) => Some(*number),
            _ => None,
        })?;
        let message = format!(
            "In {} the program listens at 127.0.0.1:{number} only: nobody outside the pod gets through. It has to listen at 0.0.0.0.",
            listed_pods(&pods),
        );
        let field = self.field("targetPort");
        let found = self.scene.finding("listens-on-loopback", self.severity(&pods), &field, message);
        Some(found.with(pods.iter().take(3).map(|p| concern("Pod", p).field("spec.containers"))))
    }

    /// Without a cluster IP nobody translates ports: names lead to the pods themselves.
    fn headless(&self) -> Option<Finding> {
        let service = self.scene.service;
        if !service.is_headless() || service.selector().is_empty() {
            return None;
        }
        let own = self.port.port()?.get();
        let target = match self.port.target_port()? {
            TargetPort::Number(number) => number.get(),
            TargetPort::Name(_) => self.reached.iter().find_map(|(_, r)| match r {
                Reach::Listens(n) | Reach::OnlyItself(n) | Reach::Nothing(n) | Reach::OtherProtocol(n, _) => {
                    Some(*n)
                }
                Reach::NoName => None,
            })?,
        };
        if own == target {
            return None;
        }
        let message = format!(
            "The Service is headless: its name stands for the pods themselves, and no port is translated. Clients have to use port {target}; port {own} is refused.",
        );
        let field = self.field("port");
        let found = self.scene.finding("headless-port-mapping", Severity::Warning, &field, message);
        let fix = self.change(format!("Set port to {target}"), "port", i64::from(target));
        Some(found.fixed_by(Some(fix)))
    }
}

fn port_number(port: ContainerPort<'_>) -> i64 {
    port.port().map_or(0, |p| p.get().into())
}

fn shown(target: &Value) -> alloc::string::String {
    target.as_int().map_or_else(|| target.str().into(), |n| format!("{n}"))
}

/// The ports that all of the pods listen at, for others than themselves.
fn common_listeners(pods: &[&Arc<Object>], protocol: Protocol) -> BTreeSet<u16> {
    let of = |pod: &Arc<Object>| {
        let open = app::listeners(pod.value()).into_iter();
        let open =
            open.filter(|l| l.protocol == protocol.name() && !l.address.is_some_and(|ip| ip.is_loopback()));
        open.map(|l| l.port).collect::<BTreeSet<_>>()
    };
    let mut sets = pods.iter().map(|p| of(p));
    let first = sets.next().unwrap_or_default();
    sets.fold(first, |all, set| all.intersection(&set).copied().collect())
}
