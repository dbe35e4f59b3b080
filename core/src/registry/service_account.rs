//! A ServiceAccount.
//!
//! Models `pkg/registry/core/serviceaccount/strategy.go` and `ValidateServiceAccount`.

use super::strategy::{GENERIC, Strategy};
use super::{edit, meta};
use crate::base::{Value, names};
use alloc::format;
use alloc::vec::Vec;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "serviceaccounts",
    prepare_create: only_names,
    prepare_update: |account, _| only_names(account),
    validate: |account| meta::validate_kube(account, true, names::dns1123_subdomain),
    validate_update: |account, old| {
        let mut errors = meta::validate_update_kube(account, old);
        errors.extend(meta::validate_kube(account, true, names::dns1123_subdomain));
        errors
    },
    warnings: |account, old| {
        let enforces = |account: &Value| account.at(&["metadata", "annotations"]).find(ENFORCE).is_some();
        if !enforces(account) || old.is_some_and(enforces) {
            return Vec::new();
        }
        [format!(
            "metadata.annotations[{ENFORCE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
        )]
        .into()
    },
    ..GENERIC
};

const ENFORCE: &str = "kubernetes.io/enforce-mountable-secrets";

/// Of its secrets an account knows nothing but their names.
fn only_names(account: &mut Value) {
    edit::each(account, "secrets", |secret| {
        let name = secret.get("name").clone();
        *secret = Value::map([("name", name)]);
    });
}
