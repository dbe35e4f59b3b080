//! A reference to an object of any version: what is scaled, and what a metric describes.
//!
//! Models `ValidateCrossVersionObjectReference` of `pkg/apis/autoscaling/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check as rules;
use alloc::format;
use alloc::string::{String, ToString};

/// What versions a reference may have.
#[derive(Clone, Copy, Debug)]
pub(super) enum Allowed {
    Any,
    /// Of the core group, too.
    Core,
    Groups,
}

impl Allowed {
    pub(super) const ANY: Allowed = Allowed::Any;
    pub(super) const CORE: Allowed = Allowed::Core;
    pub(super) const GROUPS: Allowed = Allowed::Groups;

    /// Models `ValidateAPIVersion`.
    pub(super) fn version(self, version: &str) -> Result<(), String> {
        let slashes = version.matches('/').count();
        let has_group = !version.starts_with('/') && slashes == 1;
        match self {
            Allowed::Any => Ok(()),
            _ if slashes > 1 => Err(format!("unexpected GroupVersion string: {version}")),
            Allowed::Groups if !has_group => Err("apiVersion must specify API group".to_string()),
            Allowed::Core | Allowed::Groups => Ok(()),
        }
    }
}

pub(super) fn check(at: &Path<'_>, reference: &Value, allowed: Allowed, errors: &mut Errors) {
    for name in ["kind", "name"] {
        match reference.get(name).str() {
            "" => errors.push(field::required(&(at / name), "")),
            text => rules::complain(&(at / name), text, names::path_segment(text), errors),
        }
    }
    let version = reference.get("apiVersion").str();
    if let Err(why) = allowed.version(version) {
        errors.push(field::invalid(&(at / "apiVersion"), version, why));
    }
}
