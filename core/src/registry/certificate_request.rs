//! A CertificateSigningRequest. Whether its signature is right is not looked at.
//!
//! Models `pkg/registry/certificates/certificates/strategy.go` and `pkg/apis/certificates/validation/validation.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, meta, secret, signer};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "certificatesigningrequests.certificates.k8s.io",
    name: |_| Vec::new(),
    prepare_update: |request, old| request.set("spec", old.get("spec")),
    validate: |request| validate(request, &Value::Null),
    validate_update: |request, old| update(request, old, false),
    validate_status: |request, old| update(request, old, true),
    ..GENERIC
};

const USAGES: &[&str] = &[
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];
const SPEC: Path<'static> = Path::new("spec");
const STATUS: Path<'static> = Path::new("status");
const LEGACY_SIGNER: &str = "kubernetes.io/legacy-unknown";
const SECONDS_MIN: i64 = 600;
/// Conditions that are either there or not.
const ONLY_TRUE: &[&str] = &["Approved", "Denied", "Failed"];
const STATUSES: &[&str] = &["False", "True", "Unknown"];

fn validate(request: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_kube(request, false, |_| Vec::new());
    let spec = request.get("spec");
    if !secret::is_pem(spec.get("request"), "CERTIFICATE REQUEST") {
        let detail = "PEM block type must be CERTIFICATE REQUEST";
        errors.push(field::invalid(&(&SPEC / "request"), spec.get("request"), detail));
    }
    let (at, usages) = (&SPEC / "usages", spec.get("usages").items());
    if usages.is_empty() {
        errors.push(field::required(&at, ""));
    }
    for (i, usage) in usages.iter().enumerate() {
        check::one_of(&(&at / i), usage.str(), USAGES, &mut errors);
    }
    let mut seen = BTreeSet::new();
    for (i, usage) in usages.iter().map(Value::str).enumerate() {
        if !seen.insert(usage) {
            errors.push(field::duplicate(&(&at / i), usage));
        }
    }
    let (at, name) = (&SPEC / "signerName", spec.get("signerName").str());
    if name == LEGACY_SIGNER && old.at(&["spec", "signerName"]).str() != LEGACY_SIGNER {
        let detail = "the legacy signerName is not allowed via this API version";
        errors.push(field::invalid(&at, name, detail));
    } else {
        signer::check_name(&at, name, &mut errors);
    }
    if let Some(seconds) = spec.get("expirationSeconds").as_int().filter(|s| *s < SECONDS_MIN) {
        let detail = "may not specify a duration less than 600 seconds (10 minutes)";
        errors.push(field::invalid(&(&SPEC / "expirationSeconds"), seconds, detail));
    }
    conditions(request, &mut errors);
    errors
}

fn conditions(request: &Value, errors: &mut Errors) {
    let at = &STATUS / "conditions";
    let mut seen = BTreeSet::new();
    for (i, condition) in request.at(&["status", "conditions"]).items().iter().enumerate() {
        let (at, kind) = (&at / i, condition.get("type").str());
        if kind.is_empty() {
            errors.push(field::required(&(&at / "type"), ""));
        }
        let allowed = if ONLY_TRUE.contains(&kind) { &["True"][..] } else { STATUSES };
        check::required_one_of(&(&at / "status"), condition.get("status").str(), allowed, errors);
        if !seen.insert(kind) {
            errors.push(field::duplicate(&(&at / "type"), kind));
        }
    }
    if seen.contains("Approved") && seen.contains("Denied") {
        let detail = "Approved and Denied conditions are mutually exclusive";
        errors.push(field::invalid(&at, "Denied", detail));
    }
}

fn update(request: &Value, old: &Value, sets_certificate: bool) -> Errors {
    let mut errors = validate(request, old);
    let of = |object: &Value, kind: &str| {
        let all = object.at(&["status", "conditions"]).items().iter();
        all.filter(|c| c.get("type").str() == kind).cloned().collect::<Vec<_>>()
    };
    let at = &STATUS / "conditions";
    for kind in ONLY_TRUE {
        if of(request, kind).len() < of(old, kind).len() {
            let detail = format!("updates may not remove a condition of type \"{kind}\"");
            errors.push(field::forbidden(&at, detail));
        }
    }
    for kind in ["Approved", "Denied"] {
        if of(request, kind).len() > of(old, kind).len() {
            let detail = format!("updates may not add a condition of type \"{kind}\"");
            errors.push(field::forbidden(&at, detail));
        }
    }
    let certificate = |object: &Value| object.at(&["status", "certificate"]).clone();
    if certificate(request) != certificate(old) {
        let detail = match (sets_certificate, certificate(old).is_empty()) {
            (false, _) => Some("updates may not set certificate content"),
            (true, false) => Some("updates may not modify existing certificate content"),
            (true, true) => None,
        };
        errors.extend(detail.map(|detail| field::forbidden(&(&STATUS / "certificate"), detail)));
    }
    errors.extend(meta::validate_update_kube(request, old));
    errors
}
