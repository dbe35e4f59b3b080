//! Roles, and who has them.
//!
//! Models `pkg/registry/rbac`, `pkg/apis/rbac/v1/defaults.go` and `pkg/apis/rbac/validation/validation.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, edit, meta, selector};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};

pub(super) const ROLE: Strategy = Strategy {
    resource: "roles.rbac.authorization.k8s.io",
    name: names::path_segment,
    validate: |role| validate_role(role, true),
    validate_update: |role, old| {
        let mut errors = validate_role(role, true);
        errors.extend(meta::validate_update_kube(role, old));
        errors
    },
    create_on_update: true,
    ..GENERIC
};

pub(super) const CLUSTER_ROLE: Strategy = Strategy {
    resource: "clusterroles.rbac.authorization.k8s.io",
    name: names::path_segment,
    validate: |role| validate_cluster_role(role, &Value::Null),
    validate_update: |role, old| {
        let mut errors = validate_cluster_role(role, old);
        errors.extend(meta::validate_update_kube(role, old));
        errors
    },
    create_on_update: true,
    ..GENERIC
};

pub(super) const ROLE_BINDING: Strategy = Strategy {
    resource: "rolebindings.rbac.authorization.k8s.io",
    name: names::path_segment,
    default: default_binding,
    validate: |binding| validate_binding(binding, true),
    validate_update: |binding, old| validate_binding_update(binding, old, true),
    create_on_update: true,
    ..GENERIC
};

pub(super) const CLUSTER_ROLE_BINDING: Strategy = Strategy {
    resource: "clusterrolebindings.rbac.authorization.k8s.io",
    name: names::path_segment,
    default: default_binding,
    validate: |binding| validate_binding(binding, false),
    validate_update: |binding, old| validate_binding_update(binding, old, false),
    create_on_update: true,
    ..GENERIC
};

const GROUP: &str = "rbac.authorization.k8s.io";
const SUBJECTS: &[&str] = &["ServiceAccount", "User", "Group"];

fn default_binding(binding: &mut Value) {
    edit::member(binding, "roleRef", |role| edit::default_text(role, "apiGroup", GROUP));
    edit::each(binding, "subjects", |subject| {
        if matches!(subject.get("kind").str(), "User" | "Group") {
            edit::default_text(subject, "apiGroup", GROUP);
        }
    });
}

fn validate_role(role: &Value, namespaced: bool) -> Errors {
    let mut errors = meta::validate_kube(role, namespaced, names::path_segment);
    let at = Path::new("rules");
    for (i, rule) in role.get("rules").items().iter().enumerate() {
        check_rule(&(&at / i), rule, namespaced, &mut errors);
    }
    errors
}

fn check_rule(at: &Path<'_>, rule: &Value, namespaced: bool, errors: &mut Errors) {
    if rule.get("verbs").is_empty() {
        errors.push(field::required(&(at / "verbs"), "").declarative());
    }
    let (urls_at, urls) = (at / "nonResourceURLs", rule.get("nonResourceURLs"));
    if !urls.is_empty() {
        if namespaced {
            errors.push(field::invalid(&urls_at, urls, "namespaced rules cannot apply to non-resource URLs"));
        }
        if ["apiGroups", "resources", "resourceNames"].iter().any(|name| !rule.get(name).is_empty()) {
            let detail = "rules cannot apply to both regular resources and non-resource URLs";
            errors.push(field::invalid(&urls_at, urls, detail));
        }
        return;
    }
    for (name, detail) in [
        ("apiGroups", "resource rules must supply at least one api group"),
        ("resources", "resource rules must supply at least one resource"),
    ] {
        if rule.get(name).is_empty() {
            errors.push(field::required(&(at / name), detail));
        }
    }
}

/// `old`: an older version, which may keep what it has wrong.
fn validate_cluster_role(role: &Value, old: &Value) -> Errors {
    let mut errors = validate_role(role, false);
    let aggregation = role.get("aggregationRule");
    if aggregation.is_null() {
        return errors;
    }
    let mut wrong = Errors::new();
    for was in old.at(&["aggregationRule", "clusterRoleSelectors"]).items() {
        selector::check(&Path::ROOT, was, &mut wrong);
    }
    let rule = Path::new("aggregationRule");
    let (at, selectors) = (&rule / "clusterRoleSelectors", aggregation.get("clusterRoleSelectors").items());
    if selectors.is_empty() {
        let detail = "at least one clusterRoleSelector required if aggregationRule is non-nil";
        errors.push(field::required(&at, detail));
    }
    for (i, item) in selectors.iter().enumerate() {
        let at = &at / i;
        selector::check_with(&at, item, !wrong.is_empty(), &mut errors);
        if selector::parse(item).is_none() {
            errors.push(field::invalid(&at, Value::Null, "invalid label selector."));
        }
    }
    errors
}

fn validate_binding_update(binding: &Value, old: &Value, namespaced: bool) -> Errors {
    let changed = binding.get("roleRef") != old.get("roleRef");
    // Declared rules of the role end with its being another one; the older check goes on.
    let mut errors = check_binding(binding, namespaced, !changed);
    errors.extend(meta::validate_update_kube(binding, old));
    if changed {
        let error = field::invalid(&Path::new("roleRef"), binding.get("roleRef"), check::IMMUTABLE);
        errors.push(error.of_type("io.k8s.api.rbac.v1.RoleRef"));
    }
    errors
}

fn validate_binding(binding: &Value, namespaced: bool) -> Errors {
    check_binding(binding, namespaced, true)
}

fn check_binding(binding: &Value, namespaced: bool, declared: bool) -> Errors {
    let mut errors = meta::validate_kube(binding, namespaced, names::path_segment);
    let (at, role) = (Path::new("roleRef"), binding.get("roleRef"));
    check::one_of(&(&at / "apiGroup"), role.get("apiGroup").str(), &[GROUP], &mut errors);
    let kinds = if namespaced { &["Role", "ClusterRole"][..] } else { &["ClusterRole"] };
    check::one_of(&(&at / "kind"), role.get("kind").str(), kinds, &mut errors);
    let at = &at / "name";
    match role.get("name").str() {
        "" if declared => errors.push(field::required(&at, "").declarative()),
        "" => errors.push(field::required(&at, "")),
        name => check::complain(&at, name, names::path_segment(name), &mut errors),
    }
    let at = Path::new("subjects");
    for (i, subject) in binding.get("subjects").items().iter().enumerate() {
        check_subject(&(&at / i), subject, namespaced, &mut errors);
    }
    errors
}

fn check_subject(at: &Path<'_>, subject: &Value, namespaced: bool, errors: &mut Errors) {
    let (name, group) = (subject.get("name").str(), subject.get("apiGroup").str());
    if name.is_empty() {
        errors.push(field::required(&(at / "name"), "").declarative());
    }
    match subject.get("kind").str() {
        "ServiceAccount" => {
            if !name.is_empty() {
                check::complain(&(at / "name"), name, names::dns1123_subdomain(name), errors);
            }
            check::one_of(&(at / "apiGroup"), group, &[""], errors);
            if !namespaced && subject.get("namespace").is_empty() {
                errors.push(field::required(&(at / "namespace"), ""));
            }
        }
        "User" | "Group" => check::one_of(&(at / "apiGroup"), group, &[GROUP], errors),
        other => errors.push(field::not_supported(&(at / "kind"), other, SUBJECTS)),
    }
}
