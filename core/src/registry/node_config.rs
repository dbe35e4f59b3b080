//! Where a kubelet once took its configuration from. The feature is gone, its validation is not.
//!
//! Models `validateNodeConfigSourceSpec` and `validateNodeConfigStatus` of `pkg/apis/core/validation/validation.go`.

use super::check;
use crate::base::field::{self, Errors};
use crate::base::names::{self, Complaints};
use crate::base::{Path, Value};

type Rule = fn(&str) -> Complaints;

/// Both in the spec and in the status of a Node.
pub(super) fn check(node: &Value, errors: &mut Errors) {
    let (spec, status) = (Path::new("spec"), Path::new("status"));
    let source = node.at(&["spec", "configSource"]);
    if !source.is_null() {
        check_source(&(&spec / "configSource"), source, false, errors);
    }
    let (at, config) = (&status / "config", node.at(&["status", "config"]));
    for name in ["assigned", "active", "lastKnownGood"] {
        if !config.get(name).is_null() {
            check_source(&(&at / name), config.get(name), true, errors);
        }
    }
}

/// Which revision of the ConfigMap it is stands in the status, and only there.
fn check_source(at: &Path<'_>, source: &Value, in_status: bool, errors: &mut Errors) {
    let (map_at, map) = (at / "configMap", source.get("configMap"));
    if map.is_null() {
        let error = field::invalid(at, source, "exactly one reference subfield must be non-nil");
        errors.push(error.of_type("io.k8s.api.core.v1.NodeConfigSource"));
        return;
    }
    for name in ["uid", "resourceVersion"] {
        match (in_status, map.get(name).is_empty()) {
            (true, true) => errors.push(field::required(&(&map_at / name), "")),
            (false, false) => {
                let detail = alloc::format!("{name} must not be set in spec");
                errors.push(field::forbidden(&(&map_at / name), detail));
            }
            _ => {}
        }
    }
    const NAMES: &[(&str, Rule)] = &[
        ("namespace", names::dns1123_label),
        ("name", names::dns1123_subdomain),
        ("kubeletConfigKey", names::config_map_key),
    ];
    for (name, rule) in NAMES {
        let (at, text) = (&map_at / *name, map.get(name).str());
        if text.is_empty() {
            errors.push(field::required(&at, ""));
        } else {
            check::complain(&at, text, rule(text), errors);
        }
    }
}
