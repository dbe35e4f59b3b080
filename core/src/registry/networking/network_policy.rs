//! A NetworkPolicy.
//!
//! Models `pkg/registry/networking/networkpolicy/strategy.go`, `SetDefaults_NetworkPolicy` and the part of
//! `pkg/apis/networking/validation/validation.go` that is about NetworkPolicies.

use crate::base::field::{self, Errors};
use crate::base::ip::{self, Cidr};
use crate::base::{Path, Value, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta, selector};
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "networkpolicies.networking.k8s.io",
    default,
    validate: |policy| {
        let mut errors = meta::validate_kube(policy, true, names::dns1123_subdomain);
        check_spec(policy.get("spec"), &Kept::default(), &mut errors);
        errors
    },
    validate_update: |policy, old| {
        let mut errors = meta::validate_update_kube(policy, old);
        check_spec(policy.get("spec"), &Kept::of(old.get("spec")), &mut errors);
        errors
    },
    warnings: |policy, _| warnings(policy.get("spec")),
    generation: true,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const PROTOCOLS: &[&str] = &["TCP", "UDP", "SCTP"];
const TYPES: &[&str] = &["Ingress", "Egress"];
/// The rules of each direction, and their lists of peers.
const DIRECTIONS: [(&str, &str); 2] = [("ingress", "from"), ("egress", "to")];

fn default(policy: &mut Value) {
    let spec = policy.entry("spec");
    for (direction, _) in DIRECTIONS {
        edit::each(spec, direction, |rule| {
            edit::each(rule, "ports", |port| port.set_default("protocol", "TCP"));
        });
    }
    if spec.get("policyTypes").is_empty() {
        let types = if spec.get("egress").is_empty() { &["Ingress"][..] } else { TYPES };
        spec.set("policyTypes", Value::list(types.iter().copied().map(Value::text)));
    }
}

/// What an older version has wrong, and so may keep.
#[derive(Default)]
struct Kept<'a> {
    label_values: bool,
    cidrs: Vec<&'a str>,
}

impl Kept<'_> {
    fn of(old: &Value) -> Kept<'_> {
        let mut wrong = Errors::new();
        selector::check(&Path::ROOT, old.get("podSelector"), &mut wrong);
        let mut cidrs = Vec::new();
        for (direction, list) in DIRECTIONS {
            let peers = old.get(direction).items().iter().flat_map(|rule| rule.get(list).items());
            for block in peers.map(|peer| peer.get("ipBlock")).filter(|block| !block.is_null()) {
                cidrs.push(block.get("cidr").str());
                cidrs.extend(block.get("except").items().iter().map(Value::str));
            }
        }
        Kept { label_values: !wrong.is_empty(), cidrs }
    }
}

fn check_spec(spec: &Value, kept: &Kept<'_>, errors: &mut Errors) {
    selector::check_with(&(&SPEC / "podSelector"), spec.get("podSelector"), kept.label_values, errors);
    for (direction, list) in DIRECTIONS {
        let at = &SPEC / direction;
        for (i, rule) in spec.get(direction).items().iter().enumerate() {
            let rule_at = &at / i;
            let at = &rule_at / "ports";
            for (i, port) in rule.get("ports").items().iter().enumerate() {
                check_port(&(&at / i), port, errors);
            }
            let at = &rule_at / list;
            for (i, peer) in rule.get(list).items().iter().enumerate() {
                check_peer(&(&at / i), peer, kept, errors);
            }
        }
    }
    let (at, types) = (&SPEC / "policyTypes", spec.get("policyTypes"));
    if types.items().len() > TYPES.len() {
        errors.push(field::invalid(&at, types, "may not specify more than two policyTypes"));
        return;
    }
    for (i, name) in types.items().iter().enumerate() {
        check::one_of(&(&at / i), name.str(), TYPES, errors);
    }
}

fn check_port(at: &Path<'_>, port: &Value, errors: &mut Errors) {
    check::one_of_if_any(&(at / "protocol"), port.get("protocol"), PROTOCOLS, errors);
    let (port_at, end_at) = (at / "port", at / "endPort");
    let end = port.get("endPort").as_int();
    match port.get("port") {
        Value::Null => {
            if let Some(end) = end {
                let detail = "may not be specified when `port` is not specified";
                errors.push(field::invalid(&end_at, end, detail));
            }
        }
        Value::Text(name) => {
            if let Some(end) = end {
                let detail = "may not be specified when `port` is non-numeric";
                errors.push(field::invalid(&end_at, end, detail));
            }
            check::complain(&port_at, name, names::port_name(name), errors);
        }
        number => {
            let number = number.int();
            check::complain(&port_at, number, names::port_number(number), errors);
            let Some(end) = end else { return };
            if end < number {
                errors.push(field::invalid(&end_at, end, "must be greater than or equal to `port`"));
            }
            check::complain(&end_at, end, names::port_number(end), errors);
        }
    }
}

fn check_peer(at: &Path<'_>, peer: &Value, kept: &Kept<'_>, errors: &mut Errors) {
    let selectors = ["podSelector", "namespaceSelector"];
    for name in selectors {
        selector::check_with(&(at / name), peer.get(name), kept.label_values, errors);
    }
    let block = peer.get("ipBlock");
    if !block.is_null() {
        check_block(&(at / "ipBlock"), block, kept, errors);
    }
    let selects = selectors.iter().any(|name| !peer.get(name).is_null());
    match (selects, block.is_null()) {
        (false, true) => errors.push(field::required(at, "must specify a peer")),
        (true, false) => {
            errors.push(field::forbidden(at, "may not specify both ipBlock and another peer"));
        }
        _ => {}
    }
}

fn check_block(at: &Path<'_>, block: &Value, kept: &Kept<'_>, errors: &mut Errors) {
    let (cidr_at, text) = (at / "cidr", block.get("cidr").str());
    if text.is_empty() {
        errors.push(field::required(&cidr_at, "").declarative());
        return;
    }
    errors.extend(ip::check_cidr_legacy(&cidr_at, text, &kept.cidrs));
    let Some(cidr) = Cidr::parse(text) else { return };
    let at = at / "except";
    for (i, except) in block.get("except").items().iter().enumerate() {
        let at = &at / i;
        errors.extend(ip::check_cidr_legacy(&at, except.str(), &kept.cidrs));
        let Some(inner) = Cidr::parse(except.str()) else { continue };
        if !cidr.contains(inner.first()) || cidr.bits() >= inner.bits() {
            errors.push(field::invalid(&at, except, "must be a strict subset of `cidr`"));
        }
    }
}

fn warnings(spec: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for (direction, list) in DIRECTIONS {
        let at = &SPEC / direction;
        for (i, rule) in spec.get(direction).items().iter().enumerate() {
            let rule_at = &at / i;
            let at = &rule_at / list;
            for (i, block) in rule.get(list).items().iter().map(|peer| peer.get("ipBlock")).enumerate() {
                let peer_at = &at / i;
                let at = &peer_at / "ipBlock";
                if !block.is_null() {
                    out.extend(ip::cidr_warnings(&(&at / "cidr"), block.get("cidr").str()));
                }
                let at = &at / "except";
                for (i, except) in block.get("except").items().iter().enumerate() {
                    out.extend(ip::cidr_warnings(&(&at / i), except.str()));
                }
            }
        }
    }
    out
}
