//! Roles, certificates, webhooks and policies of admission as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::age::human;
use super::columns::{self, access as c};
use super::table::{Around, Printer};
use super::text::{NONE, UNSET, age, condition, count, labels, name, or, text};
use crate::base::{Value, sort};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] = &[
    printer("rolebindings.rbac.authorization.k8s.io", c::ROLE_BINDING, binding),
    printer("clusterrolebindings.rbac.authorization.k8s.io", c::CLUSTER_ROLE_BINDING, binding),
    printer(
        "certificatesigningrequests.certificates.k8s.io",
        c::CERTIFICATE_SIGNING_REQUEST,
        signing_request,
    ),
    printer("clustertrustbundles.certificates.k8s.io", c::CLUSTER_TRUST_BUNDLE, trust_bundle),
    printer("podcertificaterequests.certificates.k8s.io", c::POD_CERTIFICATE_REQUEST, pod_certificate),
    printer("mutatingwebhookconfigurations.admissionregistration.k8s.io", c::MUTATING_WEBHOOK, webhooks),
    printer("validatingwebhookconfigurations.admissionregistration.k8s.io", c::VALIDATING_WEBHOOK, webhooks),
    printer(
        "validatingadmissionpolicies.admissionregistration.k8s.io",
        c::VALIDATING_ADMISSION_POLICY,
        |o, around| policy(o, around, "validations"),
    ),
    printer(
        "mutatingadmissionpolicies.admissionregistration.k8s.io",
        c::MUTATING_ADMISSION_POLICY,
        |o, around| policy(o, around, "mutations"),
    ),
    printer(
        "validatingadmissionpolicybindings.admissionregistration.k8s.io",
        c::VALIDATING_ADMISSION_POLICY_BINDING,
        policy_binding,
    ),
    printer(
        "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
        c::MUTATING_ADMISSION_POLICY_BINDING,
        policy_binding,
    ),
    printer("apiservices.apiregistration.k8s.io", columns::API_SERVICE, api_service),
];

const fn printer(
    resource: &'static str,
    columns: &'static [columns::Column],
    cells: fn(&Value, &Around<'_>) -> Vec<Value>,
) -> Printer {
    Printer { resource, columns, cells }
}

fn binding(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let role = o.get("roleRef");
    let subjects = |kind: &str| {
        let of_kind = o.get("subjects").items().iter().filter(|s| s.get("kind").str() == kind);
        let names = of_kind.map(|s| match kind {
            "ServiceAccount" => format!("{}/{}", s.get("namespace").str(), s.get("name").str()),
            _ => s.get("name").str().to_string(),
        });
        Value::from(names.collect::<Vec<_>>().join(", "))
    };
    vec![
        name(o),
        Value::from(format!("{}/{}", role.get("kind").str(), role.get("name").str())),
        age(o, around.now),
        subjects("User"),
        subjects("Group"),
        subjects("ServiceAccount"),
    ]
}

fn signing_request(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let spec = o.get("spec");
    let seconds = spec.get("expirationSeconds").as_int();
    let lasting = seconds.map_or(NONE.to_string(), |s| human(s.saturating_mul(1000)));
    vec![
        name(o),
        age(o, around.now),
        Value::text(or(spec.get("signerName"), NONE)),
        text(spec.get("username")),
        Value::from(lasting),
        Value::from(signing_state(o)),
    ]
}

/// Models `extractCSRStatus`.
fn signing_state(o: &Value) -> String {
    let has = |type_: &str| condition(o, type_).is_some();
    let decided = match () {
        () if has("Denied") => "Denied",
        () if has("Approved") => "Approved",
        () => "Pending",
    };
    let failed = if has("Failed") { ",Failed" } else { "" };
    let issued = if o.at(&["status", "certificate"]).is_empty() { "" } else { ",Issued" };
    format!("{decided}{failed}{issued}")
}

fn trust_bundle(o: &Value, _: &Around<'_>) -> Vec<Value> {
    vec![name(o), Value::text(or(o.at(&["spec", "signerName"]), NONE))]
}

fn pod_certificate(o: &Value, _: &Around<'_>) -> Vec<Value> {
    let spec = o.get("spec");
    let mut conditions = o.at(&["status", "conditions"]).items().iter().map(|c| c.get("type").str());
    let state = conditions.rfind(|type_| matches!(*type_, "Issued" | "Denied" | "Failed"));
    vec![
        name(o),
        text(spec.get("podName")),
        text(spec.get("serviceAccountName")),
        text(spec.get("nodeName")),
        text(spec.get("signerName")),
        Value::text(state.unwrap_or("Pending")),
        labels(spec.get("unverifiedUserAnnotations")),
    ]
}

fn webhooks(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![name(o), Value::Int(count(o.get("webhooks"))), age(o, around.now)]
}

fn policy(o: &Value, around: &Around<'_>, rules: &str) -> Vec<Value> {
    let spec = o.get("spec");
    let parameters = match spec.get("paramKind") {
        Value::Null => UNSET.to_string(),
        of => format!("{}/{}", of.get("apiVersion").str(), of.get("kind").str()),
    };
    vec![name(o), Value::Int(count(spec.get(rules))), Value::from(parameters), age(o, around.now)]
}

fn policy_binding(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let parameters = o.at(&["spec", "paramRef"]);
    let shown = match parameters.get("name").str() {
        // Whether the parameter is in a namespace at all is not to be seen from here.
        name if !name.is_empty() => format!("{}/{name}", or(parameters.get("namespace"), "*")),
        _ if parameters.get("selector").is_null() => UNSET.to_string(),
        _ => go_selector(parameters.get("selector")),
    };
    vec![name(o), text(o.at(&["spec", "policyName"])), Value::from(shown), age(o, around.now)]
}

/// A selector as Go shows the structure.
///
/// Models `LabelSelector.String`.
fn go_selector(selector: &Value) -> String {
    let mut labels = selector.get("matchLabels").entries().iter().collect::<Vec<_>>();
    sort::by(&mut labels, |a, b| a.0.cmp(&b.0));
    let labels = labels.iter().map(|(key, value)| format!("{key}: {},", value.str())).collect::<String>();
    let expressions = selector.get("matchExpressions").items().iter().map(|e| {
        let values = e.get("values").items().iter().map(Value::str).collect::<Vec<_>>().join(" ");
        let (key, operator) = (e.get("key").str(), e.get("operator").str());
        format!("LabelSelectorRequirement{{Key:{key},Operator:{operator},Values:[{values}],}},")
    });
    let expressions = expressions.collect::<String>();
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{labels}}},\
         MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
}

fn api_service(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let service = match o.at(&["spec", "service"]) {
        Value::Null => "Local".to_string(),
        of => format!("{}/{}", of.get("namespace").str(), of.get("name").str()),
    };
    let available = match condition(o, "Available") {
        None => "Unknown".to_string(),
        Some(c) => match (c.get("status").str(), c.get("reason").str()) {
            (status @ "True", _) | (status, "") => status.to_string(),
            (status, reason) => format!("{status} ({reason})"),
        },
    };
    vec![name(o), Value::from(service), Value::from(available), age(o, around.now)]
}
