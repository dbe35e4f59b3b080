//! A CSINode: the drivers that run on a node.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, meta, volume};
use alloc::collections::BTreeSet;
use alloc::format;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "csinodes.storage.k8s.io",
    prepare_status: |node, old| meta::reset_for_status(node, old),
    validate,
    validate_update: |node, old| {
        let mut errors = validate(node);
        let spec = Path::new("spec");
        let fixed = |driver: &Value| {
            let mut driver = driver.clone();
            driver.remove("allocatable");
            driver
        };
        for was in drivers(old) {
            for driver in drivers(node).iter().filter(|d| d.get("name") == was.get("name")) {
                let (new, old) = (fixed(driver), fixed(was));
                if new != old {
                    let error = field::invalid(&(&spec / "drivers"), new, check::IMMUTABLE);
                    errors.push(error.of_type("io.k8s.api.storage.v1.CSINodeDriver"));
                }
            }
        }
        errors
    },
    validate_status: meta::validate_update_kube,
    unconditional_update: false,
    ..GENERIC
};

const NODE_ID_MAX: usize = 256;

fn drivers(node: &Value) -> &[Value] {
    node.at(&["spec", "drivers"]).items()
}

fn validate(node: &Value) -> Errors {
    let mut errors = meta::validate_kube(node, false, names::dns1123_subdomain);
    let spec = Path::new("spec");
    let at = &spec / "drivers";
    let mut seen = BTreeSet::new();
    for (i, driver) in drivers(node).iter().enumerate() {
        let (at, name) = (&at / i, driver.get("name").str());
        volume::csi_driver_name(&(&at / "name"), name, &mut errors);
        let (id_at, id) = (&at / "nodeID", driver.get("nodeID").str());
        if id.is_empty() {
            errors.push(field::required(&id_at, ""));
        }
        if id.len() > NODE_ID_MAX {
            let detail = format!("must be {NODE_ID_MAX} characters or less");
            errors.push(field::invalid(&id_at, id, detail));
        }
        if let Some(count) = driver.at(&["allocatable", "count"]).as_int() {
            check::non_negative(&(&(&at / "allocatable") / "count"), count, &mut errors);
        }
        if !seen.insert(name) {
            errors.push(field::duplicate(&(&at / "name"), name));
        }
        topology_keys(&at, driver.get("topologyKeys").items(), &mut errors);
    }
    errors
}

fn topology_keys(at: &Path<'_>, keys: &[Value], errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    for key in keys.iter().map(Value::str) {
        if key.is_empty() {
            errors.push(field::required(at, ""));
        }
        if !seen.insert(key) {
            errors.push(field::duplicate(at, key));
        }
        check::complain(at, key, names::label_key(key), errors);
    }
}
