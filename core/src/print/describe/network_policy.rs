//! The traffic that a NetworkPolicy allows.
//!
//! Models `describeNetworkPolicySpec` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::Lines;
use super::filters::joined;
use crate::base::{Selector, Value};
use crate::schema::patch::go_print;
use alloc::format;
use alloc::string::{String, ToString};

/// How one direction is worded.
struct Direction {
    /// The policy type, and the field of the rules.
    field: &'static str,
    policy_type: &'static str,
    peers: &'static str,
    label: &'static str,
    end: &'static str,
}

const DIRECTIONS: &[Direction] = &[
    Direction { field: "ingress", policy_type: "Ingress", peers: "from", label: "From", end: "source" },
    Direction { field: "egress", policy_type: "Egress", peers: "to", label: "To", end: "destination" },
];

pub(super) fn traffic(out: &mut Lines, policy: &Value, field: &str) {
    let Some(direction) = DIRECTIONS.iter().find(|d| d.field == field) else { return };
    let spec = policy.get("spec");
    let types = spec.get("policyTypes").items();
    if !types.iter().any(|t| t.str() == direction.policy_type) {
        return out.line(&format!("  Not affecting {field} traffic"));
    }
    out.line(&format!("  Allowing {field} traffic:"));
    let rules = spec.get(field).items();
    if rules.is_empty() {
        out.line(&format!("    <none> (Selected pods are isolated for {field} connectivity)"));
    }
    for (i, rule) in rules.iter().enumerate() {
        if i > 0 {
            out.line("    ----------");
        }
        self::rule(out, rule, direction);
    }
}

fn rule(out: &mut Lines, rule: &Value, direction: &Direction) {
    let ports = rule.get("ports").items();
    if ports.is_empty() {
        out.line("    To Port: <any> (traffic allowed to all ports)");
    }
    for port in ports {
        let protocol = port.get("protocol").as_text().map_or("TCP", |p| p.as_str());
        let number = match port.get("port") {
            Value::Null => "<nil>".to_string(),
            number => go_print::plain(number),
        };
        out.line(&match port.get("endPort").as_int() {
            None => format!("    To Port: {number}/{protocol}"),
            Some(end) => format!("    To Port Range: {number}-{end}/{protocol}"),
        });
    }
    let (label, peers) = (direction.label, rule.get(direction.peers).items());
    if peers.is_empty() {
        out.line(&format!("    {label}: <any> (traffic not restricted by {})", direction.end));
    }
    for peer in peers {
        out.line(&format!("    {label}:"));
        self::peer(out, peer);
    }
}

fn peer(out: &mut Lines, peer: &Value) {
    let selectors = [("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")];
    let selectors = selectors.iter().filter_map(|(label, field)| Some((label, peer.find(field)?)));
    let mut is_selected = false;
    for (label, spec) in selectors {
        is_selected = true;
        out.line(&format!("      {label}: {}", selector(spec)));
    }
    if let Some(block) = peer.find("ipBlock").filter(|_| !is_selected) {
        out.line("      IPBlock:");
        out.line(&format!("        CIDR: {}", block.get("cidr").str()));
        out.line(&format!("        Except: {}", joined(block.get("except"), ", ")));
    }
}

/// The pods that a policy is about.
pub(super) fn subject(spec: &Value) -> String {
    let is_empty = spec.get("matchLabels").is_empty() && spec.get("matchExpressions").is_empty();
    if is_empty {
        return "<none> (Allowing the specific traffic to all pods in this namespace)".to_string();
    }
    selector(spec)
}

fn selector(spec: &Value) -> String {
    let text = Selector::from_spec(spec).to_string();
    if text.is_empty() { "<none>".to_string() } else { text }
}
