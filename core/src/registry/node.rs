//! A Node.
//!
//! Models `pkg/registry/core/node/strategy.go`, `SetDefaults_NodeStatus` and `ValidateNode` of
//! `pkg/apis/core/validation/validation.go`.

use super::pod::tolerations::EFFECTS;
use super::strategy::{GENERIC, Strategy};
use super::{check, edit, meta, node_config, resources};
use crate::base::field::{self, Errors};
use crate::base::ip::{self, Cidr, Family};
use crate::base::{Path, Value, names};
use crate::manifest;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "nodes",
    default,
    prepare_create: |node| {
        drop_disabled(node, &Value::Null);
        edit::member(node, "status", |status| {
            status.remove("config");
        });
    },
    prepare_update: drop_disabled,
    prepare_status: |node, old| {
        if old.at(&["status", "config"]).is_null() {
            edit::member(node, "status", |status| {
                status.remove("config");
            });
        }
    },
    validate,
    validate_update: |node, old| {
        let mut errors = validate(node);
        errors.extend(validate_update(node, old));
        errors
    },
    validate_status: validate_update,
    warnings: |node, _| warnings(node),
    // A kubelet registers with all that it knows.
    keeps_status: true,
    ..GENERIC
};

const METADATA: Path<'static> = Path::new("metadata");
const SPEC: Path<'static> = Path::new("spec");
const STATUS: Path<'static> = Path::new("status");
const TAINTS: &str = "scheduler.alpha.kubernetes.io/taints";
const AVOID_PODS: &str = "scheduler.alpha.kubernetes.io/preferAvoidPods";
const FEATURE_MAX: usize = 253;

fn default(node: &mut Value) {
    edit::member(node, "status", |status| {
        if status.get("allocatable").is_null() && !status.get("capacity").is_null() {
            let capacity = status.get("capacity").clone();
            status.set("allocatable", capacity);
        }
        resources::default_list(status, "capacity");
        resources::default_list(status, "allocatable");
    });
    edit::member(node, "spec", one_of_cidrs);
}

/// The one range and the first of the list are the same.
///
/// Models `Convert_v1_NodeSpec_To_core_NodeSpec` and the way back.
fn one_of_cidrs(spec: &mut Value) {
    let one = spec.get("podCIDR").clone();
    match spec.get("podCIDRs").items().first() {
        None if !one.is_empty() => spec.set("podCIDRs", Value::list([one])),
        Some(first) if one.is_empty() => {
            let first = first.clone();
            spec.set("podCIDR", first);
        }
        Some(first) if *first != one => {
            if let Some(first) = spec.entry("podCIDRs").list_mut().first_mut() {
                *first = one;
            }
        }
        _ => {}
    }
}

/// What an alpha feature would need, or what is not supported any more, stays only where it is.
fn drop_disabled(node: &mut Value, old: &Value) {
    edit::member(node, "spec", |spec| {
        for name in ["configSource", "podPreemptionPolicy"] {
            if old.get("spec").get(name).is_null() {
                spec.remove(name);
            }
        }
    });
}

fn validate(node: &Value) -> Errors {
    let mut errors = meta::validate_kube(node, false, names::dns1123_subdomain);
    annotations(node, &mut errors);
    taints(&(&METADATA / "taints"), node.at(&["spec", "taints"]).items(), &mut errors);
    amounts(node, &mut errors);
    let swap = node.at(&["status", "nodeInfo", "swap", "capacity"]);
    if let Some(capacity) = swap.as_int() {
        check::positive(&(&(&METADATA / "nodeSwapStatus") / "capacity"), capacity, &mut errors);
    }
    features(node, &mut errors);
    pod_cidrs(node, &mut errors);
    errors
}

fn validate_update(node: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(node, old);
    annotations(node, &mut errors);
    amounts(node, &mut errors);
    features(node, &mut errors);
    addresses(node, &mut errors);
    let (spec, was) = (node.get("spec"), old.get("spec"));
    let (cidrs, cidrs_were) = (spec.get("podCIDRs").items(), was.get("podCIDRs").items());
    let changed = match cidrs_were.len() {
        0 => 0,
        n if n != cidrs.len() => 1,
        _ => cidrs.iter().zip(cidrs_were).filter(|(new, old)| new != old).count(),
    };
    for _ in 0..changed {
        let detail = "node updates may not change podCIDR except from \"\" to valid";
        errors.push(field::forbidden(&(&SPEC / "podCIDRs"), detail));
    }
    let (provider, provider_was) = (spec.get("providerID").str(), was.get("providerID").str());
    if !provider_was.is_empty() && provider != provider_was {
        let what = if provider.is_empty() { "cleared" } else { "modified" };
        let detail = format!("field cannot be {what} once set");
        errors.push(field::invalid(&(&SPEC / "providerID"), Value::Null, detail));
    }
    node_config::check(node, &mut errors);
    taints(&(&METADATA / "taints"), spec.get("taints").items(), &mut errors);
    if spec.get("externalID").str() != was.get("externalID").str() {
        errors.push(field::forbidden(&(&SPEC / "externalID"), "may not be updated"));
    }
    errors
}

/// Taints and the pods to avoid, as they were said before there were fields for them.
///
/// Models `ValidateNodeSpecificAnnotations`.
fn annotations(node: &Value, errors: &mut Errors) {
    let (at, annotations) = (&METADATA / "annotations", node.at(&["metadata", "annotations"]));
    let text = annotations.get(TAINTS).str();
    if !text.is_empty()
        && let Ok(parsed) = manifest::json::parse(text)
    {
        taints(&(&at / TAINTS), parsed.to_value().items(), errors);
    }
    let text = annotations.get(AVOID_PODS).str();
    if text.is_empty() {
        return;
    }
    if let Ok(parsed) = manifest::json::parse(text) {
        let at = &at / AVOID_PODS;
        for (i, entry) in parsed.to_value().get("preferAvoidPods").items().iter().enumerate() {
            let (at, controller) = (&at / i, entry.at(&["podSignature", "podController"]));
            let at = &at / "PodSignature";
            if controller.is_null() {
                errors.push(field::required(&at, ""));
            } else if !controller.get("controller").is_true() {
                let (at, detail) = (&at / "PodController", "must point to a controller");
                errors.push(field::invalid(&(&at / "Controller"), false, detail));
            }
        }
    }
}

/// Models `validateNodeTaints`.
fn taints(at: &Path<'_>, taints: &[Value], errors: &mut Errors) {
    for (i, taint) in taints.iter().enumerate() {
        let at = at / i;
        let (key, effect) = (taint.get("key").str(), taint.get("effect").str());
        check::complain(&(&at / "key"), key, names::label_key(key), errors);
        let complaints = names::label_value(taint.get("value").str());
        if !complaints.is_empty() {
            errors.push(field::invalid(&(&at / "value"), taint.get("value").str(), complaints.join(";")));
        }
        check::required_one_of(&(&at / "effect"), effect, EFFECTS, errors);
        let same = |t: &Value| t.get("key").str() == key && t.get("effect").str() == effect;
        if taints.iter().take(i).any(same) {
            let mut error = field::duplicate(&at, taint).of_type("io.k8s.api.core.v1.Taint");
            error.detail = "taints must be unique by key and effect pair".into();
            errors.push(error);
        }
    }
}

/// Models `ValidateNodeResources`.
fn amounts(node: &Value, errors: &mut Errors) {
    for list in ["capacity", "allocatable"] {
        let at = &STATUS / list;
        for (name, amount) in node.get("status").get(list).entries() {
            resources::check_amount(&(&at / name.as_str()), name, amount, errors);
        }
    }
}

/// Models `validateNodeDeclaredFeatures`: well named, each once, and sorted.
fn features(node: &Value, errors: &mut Errors) {
    let (at, features) = (&STATUS / "declaredFeatures", node.at(&["status", "declaredFeatures"]).items());
    for (i, feature) in features.iter().map(Value::str).enumerate() {
        let shown = field::quoted(feature);
        let detail = if feature.len() > FEATURE_MAX {
            Some(format!("invalid feature name {shown}: must be no more than {FEATURE_MAX} characters"))
        } else if !is_feature(feature) {
            Some(format!(
                "invalid feature name {shown}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes"
            ))
        } else {
            None
        };
        errors.extend(detail.map(|detail| field::invalid(&(&at / i), feature, detail)));
        let Some(next) = features.get(i + 1).map(Value::str) else { continue };
        if feature == next {
            errors.push(field::duplicate(&(&at / (i + 1)), next));
        } else if feature > next {
            errors.push(field::invalid(&(&at / (i + 1)), next, "list must be sorted alphabetically"));
        }
    }
}

fn is_feature(name: &str) -> bool {
    let segment = |s: &str| {
        s.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
            && s.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.split('/').all(segment)
}

fn pod_cidrs(node: &Value, errors: &mut Errors) {
    let (at, list) = (&SPEC / "podCIDRs", node.at(&["spec", "podCIDRs"]));
    for (i, cidr) in list.items().iter().enumerate() {
        errors.extend(ip::check_cidr_legacy(&(&at / i), cidr.str(), &[]));
    }
    if list.items().len() < 2 {
        return;
    }
    let parsed = list.items().iter().map(|c| (c.str(), Cidr::parse(c.str())));
    let wrong = parsed.clone().enumerate().find(|(_, (_, cidr))| cidr.is_none());
    if let Some((i, (text, _))) = wrong {
        let detail = format!(
            "invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[{i}]: <nil> (invalid CIDR address: {text})"
        );
        errors.push(field::internal(&at, detail));
    }
    let families: Vec<Family> = parsed.filter_map(|(_, cidr)| cidr).map(Cidr::family).collect();
    let both = wrong.is_none() && families.contains(&Family::IPv4) && families.contains(&Family::IPv6);
    if !both || list.items().len() > 2 {
        errors.push(field::invalid(&at, list, "may specify no more than one CIDR for each IP family"));
    }
}

fn addresses(node: &Value, errors: &mut Errors) {
    let (at, addresses) = (&STATUS / "addresses", node.at(&["status", "addresses"]).items());
    for (i, address) in addresses.iter().enumerate() {
        if addresses.iter().take(i).any(|a| a == address) {
            errors.push(field::duplicate(&(&at / i), address).of_type("io.k8s.api.core.v1.NodeAddress"));
        }
    }
}

fn warnings(node: &Value) -> Vec<String> {
    let spec = node.get("spec");
    let mut out = Vec::new();
    if !spec.get("configSource").is_null() {
        out.push("spec.configSource: the feature is removed".to_string());
    }
    if !spec.get("externalID").is_empty() {
        out.push("spec.externalID: this field is deprecated, and is unused by Kubernetes".to_string());
    }
    let at = &SPEC / "podCIDRs";
    for (i, cidr) in spec.get("podCIDRs").items().iter().enumerate() {
        out.extend(ip::cidr_warnings(&(&at / i), cidr.str()));
    }
    out
}
