//! Webhook configurations.
//!
//! Models `pkg/registry/admissionregistration/{mutating,validating}webhookconfiguration/strategy.go`,
//! `pkg/apis/admissionregistration/v1/defaults.go` and `pkg/apis/admissionregistration/validation/validation.go`. The
//! expressions of match conditions are not read.

use super::rule;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta, selector};
use alloc::collections::BTreeSet;
use alloc::format;

pub(in crate::registry) const VALIDATING: Strategy = Strategy {
    resource: "validatingwebhookconfigurations.admissionregistration.k8s.io",
    default: |hooks| edit::each(hooks, "webhooks", default_hook),
    validate: |hooks| validate(hooks, &Value::Null),
    validate_update: validate,
    generation: true,
    unconditional_update: false,
    ..GENERIC
};

pub(in crate::registry) const MUTATING: Strategy = Strategy {
    resource: "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    default: |hooks| {
        edit::each(hooks, "webhooks", |hook| {
            default_hook(hook);
            hook.set_default("reinvocationPolicy", "Never");
        });
    },
    ..VALIDATING
};

const FAILURE: &[&str] = &["Fail", "Ignore"];
const MATCH: &[&str] = &["Equivalent", "Exact"];
const REINVOCATION: &[&str] = &["IfNeeded", "Never"];
const ALL_SIDE_EFFECTS: &[&str] = &["None", "NoneOnDryRun", "Some", "Unknown"];
const NO_SIDE_EFFECTS: &[&str] = &["None", "NoneOnDryRun"];
const VERSIONS: &[&str] = &["v1", "v1beta1"];
const SECONDS_MAX: i64 = 30;
const CONDITIONS_MAX: usize = 64;
const URL_FORM: &str = "; desired format: https://host[/path]";

fn default_hook(hook: &mut Value) {
    hook.set_default("failurePolicy", "Fail");
    hook.set_default("matchPolicy", "Equivalent");
    hook.set_default("namespaceSelector", Value::empty_map());
    hook.set_default("objectSelector", Value::empty_map());
    hook.set_default("timeoutSeconds", 10);
    rule::default(hook, "rules");
    edit::member(hook, "clientConfig", |config| {
        edit::member(config, "service", |service| service.set_default("port", 443));
    });
}

/// What an older version has wrong, and so may keep.
struct Kept {
    side_effects: bool,
    versions: bool,
    names: bool,
    label_values: bool,
}

impl Kept {
    fn of(old: &Value) -> Kept {
        let hooks = old.get("webhooks").items();
        let names = hooks.iter().map(|hook| hook.get("name").str()).filter(|name| !name.is_empty());
        let mut seen = BTreeSet::new();
        let mut wrong = Errors::new();
        for hook in hooks {
            for name in ["namespaceSelector", "objectSelector"] {
                selector::check(&Path::ROOT, hook.get(name), &mut wrong);
            }
        }
        Kept {
            side_effects: hooks.iter().any(|hook| !NO_SIDE_EFFECTS.contains(&hook.get("sideEffects").str())),
            versions: hooks.iter().any(|hook| !knows_version(hook)),
            names: !names.into_iter().all(|name| seen.insert(name)),
            label_values: !wrong.is_empty(),
        }
    }
}

fn knows_version(hook: &Value) -> bool {
    hook.get("admissionReviewVersions").items().iter().any(|version| VERSIONS.contains(&version.str()))
}

fn validate(hooks: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate(hooks, false, names::dns1123_subdomain);
    let kept = Kept::of(old);
    let at = Path::new("webhooks");
    let mut seen = BTreeSet::new();
    for (i, hook) in hooks.get("webhooks").items().iter().enumerate() {
        let at = &at / i;
        check_hook(&at, hook, &kept, &mut errors);
        review_versions(&(&at / "admissionReviewVersions"), hook, &kept, &mut errors);
        let name = hook.get("name").str();
        if !kept.names && !name.is_empty() && !seen.insert(name) {
            errors.push(field::duplicate(&(&at / "name"), name));
        }
    }
    errors
}

fn check_hook(at: &Path<'_>, hook: &Value, kept: &Kept, errors: &mut Errors) {
    qualified_name(&(at / "name"), hook.get("name").str(), errors);
    let rules = at / "rules";
    for (i, item) in hook.get("rules").items().iter().enumerate() {
        rule::check(&(&rules / i), item, errors);
    }
    check::one_of_if_any(&(at / "failurePolicy"), hook.get("failurePolicy"), FAILURE, errors);
    check::one_of_if_any(&(at / "matchPolicy"), hook.get("matchPolicy"), MATCH, errors);
    let allowed = if kept.side_effects { ALL_SIDE_EFFECTS } else { NO_SIDE_EFFECTS };
    let effects = at / "sideEffects";
    match hook.get("sideEffects").as_text() {
        None => {
            errors.push(field::required(&effects, format!("must specify one of {}", allowed.join(", "))));
        }
        Some(said) => check::one_of(&effects, said, allowed, errors),
    }
    if let Some(seconds) = hook.get("timeoutSeconds").as_int().filter(|s| !(1..=SECONDS_MAX).contains(s)) {
        let detail = "the timeout value must be between 1 and 30 seconds";
        errors.push(field::invalid(&(at / "timeoutSeconds"), seconds, detail));
    }
    for name in ["namespaceSelector", "objectSelector"] {
        selector::check_with(&(at / name), hook.get(name), kept.label_values, errors);
    }
    check::one_of_if_any(&(at / "reinvocationPolicy"), hook.get("reinvocationPolicy"), REINVOCATION, errors);
    client(&(at / "clientConfig"), hook.get("clientConfig"), errors);
    conditions(&(at / "matchConditions"), hook.get("matchConditions").items(), errors);
}

/// Models `IsFullyQualifiedName`.
fn qualified_name(at: &Path<'_>, name: &str, errors: &mut Errors) {
    let complaints = names::dns1123_subdomain(name);
    if name.is_empty() {
        errors.push(field::required(at, ""));
    } else if !complaints.is_empty() {
        errors.push(field::invalid(at, name, complaints.join(",")));
    } else if name.split('.').count() < 3 {
        let detail = "should be a domain with at least three segments separated by dots";
        errors.push(field::invalid(at, name, detail));
    }
}

fn client(at: &Path<'_>, config: &Value, errors: &mut Errors) {
    match (config.get("url").as_text(), config.get("service")) {
        (Some(url), Value::Null) => check_url(&(at / "url"), url, errors),
        (None, service) if !service.is_null() => check_service(&(at / "service"), service, errors),
        _ => errors.push(field::required(at, "exactly one of url or service is required")),
    }
}

/// Models `ValidateWebhookURL`, for what can be read as a URL.
fn check_url(at: &Path<'_>, url: &str, errors: &mut Errors) {
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, rest) = match rest.split_once(':') {
        Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => (scheme, rest),
        _ => ("", rest),
    };
    let authority = rest.strip_prefix("//").map_or("", |rest| rest.split('/').next().unwrap_or_default());
    let (user, host) =
        authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let scheme = scheme.to_lowercase();
    if scheme != "https" {
        let detail = format!("'https' is the only allowed URL scheme{URL_FORM}");
        errors.push(field::invalid(at, scheme, detail));
    }
    if host.is_empty() {
        errors.push(field::invalid(at, host, format!("host must be specified{URL_FORM}")));
    }
    let parts = [
        (user.unwrap_or_default(), user.is_some(), "user information is not permitted in the URL"),
        (fragment, !fragment.is_empty(), "fragments are not permitted in the URL"),
        (query, !query.is_empty(), "query parameters are not permitted in the URL"),
    ];
    for (part, _, detail) in parts.into_iter().filter(|(_, is_there, _)| *is_there) {
        errors.push(field::invalid(at, part, detail));
    }
}

/// Models `ValidateWebhookService`, which is handed name and namespace the wrong way round.
fn check_service(at: &Path<'_>, service: &Value, errors: &mut Errors) {
    for (name, from) in [("name", "namespace"), ("namespace", "name")] {
        if service.get(from).is_empty() {
            errors.push(field::required(&(at / name), ""));
        }
    }
    let port = service.get("port").int();
    let complaints = names::port_number(port);
    if !complaints.is_empty() {
        let detail = format!("port is not valid: {}", complaints.join(", "));
        errors.push(field::invalid(&(at / "port"), port, detail));
    }
    check_path(&(at / "path"), service.get("path").str(), errors);
}

fn check_path(at: &Path<'_>, path: &str, errors: &mut Errors) {
    match path {
        "" | "/" => return,
        "//" => {
            errors.push(field::invalid(at, path, "segment[0] may not be empty"));
            return;
        }
        _ => {}
    }
    if !path.starts_with('/') {
        errors.push(field::invalid(at, path, "must start with a '/'"));
    }
    // Whatever the first character is, it is passed over.
    let mut chars = path.chars();
    chars.next();
    let rest = chars.as_str();
    for (i, step) in rest.strip_suffix('/').unwrap_or(rest).split('/').enumerate() {
        if step.is_empty() {
            errors.push(field::invalid(at, path, format!("segment[{i}] may not be empty")));
            continue;
        }
        for complaint in names::dns1123_subdomain(step) {
            errors.push(field::invalid(at, path, format!("segment[{i}]: {complaint}")));
        }
    }
}

fn conditions(at: &Path<'_>, conditions: &[Value], errors: &mut Errors) {
    if conditions.len() > CONDITIONS_MAX {
        errors.push(field::too_many(at, conditions.len(), CONDITIONS_MAX));
    }
    let mut seen = BTreeSet::new();
    for (i, condition) in conditions.iter().enumerate() {
        let (at, name) = (at / i, condition.get("name").str());
        if condition.get("expression").str().trim().is_empty() {
            errors.push(field::required(&(&at / "expression"), ""));
        }
        match name {
            "" => errors.push(field::required(&(&at / "name"), "")),
            name => check::complain(&(&at / "name"), name, names::label_key(name), errors),
        }
        if !name.is_empty() && !seen.insert(name) {
            errors.push(field::duplicate(&(&at / "name"), name));
        }
    }
}

fn review_versions(at: &Path<'_>, hook: &Value, kept: &Kept, errors: &mut Errors) {
    let list = hook.get("admissionReviewVersions");
    let known = VERSIONS.join(", ");
    if list.is_empty() {
        errors.push(field::required(at, format!("must specify one of {known}")));
        return;
    }
    let mut seen = BTreeSet::new();
    for (i, version) in list.items().iter().map(Value::str).enumerate() {
        if !seen.insert(version) {
            errors.push(field::invalid(&(at / i), version, "duplicate version"));
            continue;
        }
        check::complain(&(at / i), version, names::dns1035_label(version), errors);
    }
    if !kept.versions && !knows_version(hook) {
        errors.push(field::invalid(at, list, format!("must include at least one of {known}")));
    }
}
