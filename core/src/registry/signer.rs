//! The names of those who sign certificates.
//!
//! Models `pkg/apis/core/validation/names.go`.

use super::{check, meta};
use crate::base::field::{self, Errors};
use crate::base::names::{self, Complaints, LABEL_MAX, SUBDOMAIN_MAX};
use crate::base::{Path, Value};
use alloc::format;

/// The path behind the domain can hold the name of an object and that of its namespace.
const NAME_MAX: usize = SUBDOMAIN_MAX + 1 + SUBDOMAIN_MAX + LABEL_MAX + 1;

/// Reserved for Kubernetes itself.
pub(super) fn is_kubernetes(signer: &str) -> bool {
    let host = signer.split('/').next().unwrap_or_default();
    host == "kubernetes.io" || host.ends_with(".kubernetes.io")
}

/// `example.com/signer-name`
pub(super) fn check_name(at: &Path<'_>, signer: &str, errors: &mut Errors) {
    if signer.is_empty() {
        errors.push(field::required(at, ""));
        return;
    }
    let Some((domain, path)) = signer.split_once('/').filter(|(_, path)| !path.contains('/')) else {
        let detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
        errors.push(field::invalid(at, signer, detail));
        return;
    };
    if domain.len() > SUBDOMAIN_MAX {
        errors.push(field::too_long(at, SUBDOMAIN_MAX));
    }
    check_parts(at, domain, names::dns1123_label, errors);
    if !domain.contains('.') {
        let detail = "should be a domain with at least two segments separated by dots";
        errors.push(field::invalid(at, domain, detail));
    }
    check_parts(at, path, names::dns1123_subdomain, errors);
    if signer.len() > NAME_MAX {
        errors.push(field::too_long(at, NAME_MAX));
    }
}

/// The complaints about the first part that is wrong.
fn check_parts(at: &Path<'_>, text: &str, rule: fn(&str) -> Complaints, errors: &mut Errors) {
    let wrong = text.split('.').map(|part| (part, rule(part))).find(|(_, c)| !c.is_empty());
    if let Some((part, complaints)) = wrong {
        let part = field::quoted(part);
        let complaints = complaints.into_iter().map(|c| format!("validating label {part}: {c}"));
        check::complain(at, text, complaints.collect(), errors);
    }
}

/// The name of a ClusterTrustBundle: that of its signer, with colons, stands before it if it has one.
pub(super) fn trust_bundle_name(name: &str) -> Complaints {
    match name.rsplit_once(':') {
        Some((signer, _)) if signer.contains('/') => {
            let signer = signer.replace(':', "/");
            let prefix = signer.replace('/', ":");
            [format!("ClusterTrustBundle for signerName {signer} must be named with prefix {prefix}:")].into()
        }
        Some((_, own)) => names::dns1123_subdomain(own),
        None => names::dns1123_subdomain(name),
    }
}

/// Keys that all have a domain.
///
/// Models `ValidateUserAnnotations`.
pub(super) fn check_user_annotations(at: &Path<'_>, annotations: &Value, errors: &mut Errors) {
    for (key, _) in annotations.entries() {
        let key = key.to_lowercase();
        if key.is_empty() {
            errors.push(field::required(at, ""));
            continue;
        }
        let complaints = names::label_key(&key);
        if complaints.is_empty() && !key.contains('/') {
            let detail = "must be a domain-prefixed key (such as \"acme.io/foo\")";
            errors.push(field::invalid(at, key.as_str(), detail));
        }
        check::complain(at, key.as_str(), complaints, errors);
    }
    meta::check_annotations_size(annotations, at, errors);
}
