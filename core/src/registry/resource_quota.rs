//! A ResourceQuota.
//!
//! Models `pkg/registry/core/resourcequota/strategy.go` and `ValidateResourceQuota` of
//! `pkg/apis/core/validation/validation.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, edit, meta, resources};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "resourcequotas",
    default: |quota| {
        edit::member(quota, "spec", |spec| resources::default_list(spec, "hard"));
        edit::member(quota, "status", |status| {
            resources::default_list(status, "hard");
            resources::default_list(status, "used");
        });
    },
    validate: |quota| {
        let mut errors = meta::validate_kube(quota, true, names::dns1123_subdomain);
        check_spec(quota.get("spec"), &mut errors);
        check_status(quota.get("status"), &mut errors);
        errors
    },
    validate_update: |quota, old| {
        let mut errors = meta::validate_update_kube(quota, old);
        check_spec(quota.get("spec"), &mut errors);
        let (scopes, were) = (quota.at(&["spec", "scopes"]), old.at(&["spec", "scopes"]));
        let set = |list: &Value| list.items().iter().map(|s| String::from(s.str())).collect::<BTreeSet<_>>();
        if set(scopes) != set(were) {
            errors.push(field::invalid(&(&SPEC / "scopes"), scopes, check::IMMUTABLE));
        }
        errors
    },
    validate_status: |quota, old| {
        let mut errors = meta::validate_update_kube(quota, old);
        check_status(quota.get("status"), &mut errors);
        errors
    },
    warnings: |quota, old| match old {
        None => warnings(quota.at(&["spec", "hard"])),
        Some(_) => Vec::new(),
    },
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
/// What quotas know.
const RESOURCES: &[&str] = &[
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "persistentvolumeclaims",
    "configmaps",
    "services.nodeports",
    "services.loadbalancers",
];
const PODS: &[&str] = &["pods"];
const PODS_AND_COMPUTE: &[&str] =
    &["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];
const CLAIMS: &[&str] = &["persistentvolumeclaims", "requests.storage"];
/// The scopes, and the resources that each is for.
const SCOPES: &[(&str, &[&str])] = &[
    ("Terminating", PODS_AND_COMPUTE),
    ("NotTerminating", PODS_AND_COMPUTE),
    ("BestEffort", PODS),
    ("NotBestEffort", PODS_AND_COMPUTE),
    ("PriorityClass", PODS_AND_COMPUTE),
    ("VolumeAttributesClass", CLAIMS),
    ("CrossNamespacePodAffinity", PODS_AND_COMPUTE),
];
/// Scopes that a pod is in or is not: they have no values.
const WITHOUT_VALUES: &[&str] =
    &["BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"];
const CONFLICTING: &[[&str; 2]] = &[["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];

fn is_known(name: &str) -> bool {
    RESOURCES.contains(&name) || resources::is_huge_page(name) || name.starts_with("requests.hugepages-")
}

fn check_amounts(at: &Path<'_>, amounts: &Value, errors: &mut Errors) {
    for (name, amount) in amounts.entries() {
        let at = at.key(name);
        resources::check_name(&at, name, errors);
        if !name.contains('/') && !is_known(name) {
            errors.push(field::invalid(&at, name, "must be a standard resource for quota"));
        }
        resources::check_amount(&at, name, amount, errors);
    }
}

fn check_status(status: &Value, errors: &mut Errors) {
    let at = Path::new("status");
    for list in ["hard", "used"] {
        check_amounts(&(&at / list), status.get(list), errors);
    }
}

fn check_spec(spec: &Value, errors: &mut Errors) {
    check_amounts(&(&SPEC / "hard"), spec.get("hard"), errors);
    let (at, scopes) = (&SPEC / "scopes", spec.get("scopes"));
    let mut hard: Vec<&str> = spec.get("hard").entries().iter().map(|(name, _)| name.as_str()).collect();
    hard.sort_unstable();
    let names = scopes.items().iter().map(Value::str).collect::<Vec<_>>();
    for scope in &names {
        check_scope(scope, &hard, errors, |errors, what| {
            errors.push(field::invalid(&at, scopes, what));
        });
    }
    conflicts(&at, &names, scopes, errors);
    check_selector(spec, &hard, errors);
}

/// `say` is told what is wrong with the scope, once for each resource that it is not for.
fn check_scope(scope: &str, hard: &[&str], errors: &mut Errors, say: impl Fn(&mut Errors, &'static str)) {
    let known = SCOPES.iter().find(|(name, _)| *name == scope);
    match known {
        None => say(errors, "unsupported scope"),
        Some((_, fits)) => {
            for _ in hard.iter().filter(|name| is_known(name) && !fits.contains(name)) {
                say(errors, "unsupported scope applied to resource");
            }
        }
    }
}

fn conflicts(at: &Path<'_>, names: &[&str], shown: &Value, errors: &mut Errors) {
    let both = CONFLICTING.iter().filter(|pair| pair.iter().all(|name| names.contains(name)));
    errors.extend(both.map(|_| field::invalid(at, shown, "conflicting scopes")));
}

/// Models `validateScopedResourceSelectorRequirement`.
fn check_selector(spec: &Value, hard: &[&str], errors: &mut Errors) {
    let selector = spec.get("scopeSelector");
    let selector_at = &SPEC / "scopeSelector";
    let at = &selector_at / "matchExpressions";
    let mut names = Vec::new();
    for expression in selector.get("matchExpressions").items() {
        let (scope, operator) = (expression.get("scopeName").str(), expression.get("operator").str());
        let values = expression.get("values");
        check_scope(scope, hard, errors, |errors, what| {
            errors.push(match what {
                "unsupported scope" => field::invalid(&(&at / "scopeName"), scope, what),
                what => field::invalid(&at, selector, what).of_type("io.k8s.api.core.v1.ScopeSelector"),
            });
        });
        if WITHOUT_VALUES.contains(&scope) && operator != "Exists" {
            let detail = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
            errors.push(field::invalid(&(&at / "operator"), operator, detail));
        }
        match operator {
            "In" | "NotIn" if values.is_empty() => {
                let detail =
                    "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
                errors.push(field::required(&(&at / "values"), detail));
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                let detail =
                    "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
                errors.push(field::invalid(&(&at / "values"), values, detail));
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            other => {
                errors.push(field::invalid(&(&at / "operator"), other, "not a valid selector operator"));
            }
        }
        names.push(scope);
    }
    conflicts(&at, &names, spec.get("scopes"), errors);
}

fn warnings(hard: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for name in ["cpu", "memory", "storage", "ephemeral-storage"] {
        let mut requests = format!("requests.{name}");
        let mut request = hard.find(&requests);
        if request.is_none() && matches!(name, "cpu" | "memory") {
            request = hard.find(name);
            requests = name.into();
        }
        let limits = format!("limits.{name}");
        if let (Some(request), Some(limit)) = (request, hard.find(&limits))
            && resources::quantity(request) > resources::quantity(limit)
        {
            out.push(format!(
                "ResourceQuota {requests} ({}) should be less than {limits} ({})",
                request.str(),
                limit.str()
            ));
        }
    }
    out
}
