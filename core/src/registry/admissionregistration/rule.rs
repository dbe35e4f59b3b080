//! Which requests a webhook or a policy is about.
//!
//! Models `validateRuleWithOperations` of `pkg/apis/admissionregistration/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::registry::{check, edit};
use alloc::collections::BTreeSet;
use alloc::format;

const OPERATIONS: &[&str] = &["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const SCOPES: &[&str] = &["*", "Cluster", "Namespaced"];

/// Models `SetDefaults_Rule`.
pub(super) fn default(owner: &mut Value, list: &str) {
    edit::each(owner, list, |rule| rule.set_default("scope", "*"));
}

/// Models `SetDefaults_MatchResources`, for the member of that name.
pub(super) fn default_match(spec: &mut Value, name: &str) {
    edit::member(spec, name, |matched| {
        matched.set_default("matchPolicy", "Equivalent");
        matched.set_default("namespaceSelector", Value::empty_map());
        matched.set_default("objectSelector", Value::empty_map());
        default(matched, "resourceRules");
        default(matched, "excludeResourceRules");
    });
}

pub(super) fn check(at: &Path<'_>, rule: &Value, errors: &mut Errors) {
    let alone = |name: &str, what: &str, errors: &mut Errors| {
        let (at, list) = (at / name, rule.get(name));
        if list.is_empty() {
            errors.push(field::required(&at, ""));
        }
        if list.items().len() > 1 && list.items().iter().any(|item| item.str() == "*") {
            let detail = format!("if '*' is present, must not specify other {what}");
            errors.push(field::invalid(&at, list, detail));
        }
    };
    alone("operations", "operations", errors);
    let operations = at / "operations";
    for (i, operation) in rule.get("operations").items().iter().enumerate() {
        check::one_of(&(&operations / i), operation.str(), OPERATIONS, errors);
    }
    alone("apiGroups", "API groups", errors);
    alone("apiVersions", "API versions", errors);
    let versions = at / "apiVersions";
    for (i, _) in rule.get("apiVersions").items().iter().enumerate().filter(|(_, v)| v.is_empty()) {
        errors.push(field::required(&(&versions / i), ""));
    }
    resources(&(at / "resources"), rule.get("resources"), errors);
    check::one_of_if_any(&(at / "scope"), rule.get("scope"), SCOPES, errors);
}

/// What is meant by a wildcard already is not said again.
fn resources(at: &Path<'_>, list: &Value, errors: &mut Errors) {
    if list.is_empty() {
        errors.push(field::required(at, ""));
    }
    let (mut whole, mut everywhere) = (BTreeSet::new(), BTreeSet::new());
    let mut plain = false;
    for (i, item) in list.items().iter().map(Value::str).enumerate() {
        let at = at / i;
        if item.is_empty() {
            errors.push(field::required(&at, ""));
            continue;
        }
        let Some((resource, sub)) = item.split_once('/') else {
            plain = item != "*";
            continue;
        };
        if whole.contains(resource) {
            let detail = format!("if '{resource}/*' is present, must not specify {item}");
            errors.push(field::invalid(&at, item, detail));
        }
        if everywhere.contains(sub) {
            let detail = format!("if '*/{sub}' is present, must not specify {item}");
            errors.push(field::invalid(&at, item, detail));
        }
        if sub == "*" {
            whole.insert(resource);
        }
        if resource == "*" {
            everywhere.insert(sub);
        }
    }
    let has = |name: &str| list.items().iter().any(|item| item.str() == name);
    if list.items().len() > 1 && has("*/*") {
        let detail = "if '*/*' is present, must not specify other resources";
        errors.push(field::invalid(at, list, detail));
    }
    if has("*") && plain {
        let detail = "if '*' is present, must not specify other resources without subresources";
        errors.push(field::invalid(at, list, detail));
    }
}
