//! Volumes: what pods, PersistentVolumes and claims say about storage.

pub(super) mod claim;
pub(super) mod defaults;
mod disks;
mod files;
pub(super) mod paths;
pub(super) mod persistent;
pub(super) mod sources;

use super::check;
use crate::base::field::{self, Errors};
use crate::base::{Path, names};

/// The longest name of a CSI driver.
const DRIVER_NAME_MAX: usize = 63;

pub(super) const ACCESS_MODES: &[&str] =
    &["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
pub(super) const VOLUME_MODES: &[&str] = &["Block", "Filesystem"];
/// The annotation that named the storage class before there was a field for it.
pub(super) const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";

/// Models `ValidateCSIDriverName`.
pub(super) fn csi_driver_name(at: &Path<'_>, name: &str, errors: &mut Errors) {
    if name.is_empty() {
        errors.push(field::required(at, ""));
        return;
    }
    if name.len() > DRIVER_NAME_MAX {
        errors.push(field::too_long(at, DRIVER_NAME_MAX));
    }
    check::complain(at, name, names::dns1123_subdomain(&name.to_lowercase()), errors);
}

/// Each must be known, and the one that allows a single pod stands alone.
fn access_modes(at: &Path<'_>, modes: &[crate::base::Value], errors: &mut Errors) {
    modes.iter().for_each(|m| check::one_of(at, m.str(), ACCESS_MODES, errors));
    let single = modes.iter().any(|m| m.str() == "ReadWriteOncePod");
    let other = |m: &str| m != "ReadWriteOncePod" && ACCESS_MODES.contains(&m);
    if single && modes.iter().any(|m| other(m.str())) {
        errors.push(field::forbidden(at, "may not use ReadWriteOncePod with other access modes"));
    }
}
