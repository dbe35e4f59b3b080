//! Storage: classes, CSI drivers and where they run, how much room there is, and what is attached where.
//!
//! Models `pkg/registry/storage` and `pkg/apis/storage/validation/validation.go`.

pub(super) mod attachment;
pub(super) mod attributes_class;
pub(super) mod capacity;
pub(super) mod class;
pub(super) mod csi_node;
pub(super) mod driver;

use super::check;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};

const PARAMETERS_MAX: usize = 512;
const PARAMETERS_SIZE_MAX: usize = 256 * 1024;

/// Who provides volumes. Capital letters are taken for small ones.
fn check_provisioner(at: &Path<'_>, name: &str, errors: &mut Errors) {
    let lower = name.to_lowercase();
    check::complain(at, lower.as_str(), names::label_key(&lower), errors);
}

/// What a provisioner is told.
fn check_parameters(at: &Path<'_>, parameters: &Value, allow_none: bool, errors: &mut Errors) {
    let parameters = parameters.entries();
    if parameters.len() > PARAMETERS_MAX {
        errors.push(field::too_long(at, PARAMETERS_MAX));
        return;
    }
    for (key, _) in parameters.iter().filter(|(key, _)| key.is_empty()) {
        errors.push(field::invalid(at, key, "field can not be empty."));
    }
    if parameters.iter().map(|(key, value)| key.len() + value.str().len()).sum::<usize>()
        > PARAMETERS_SIZE_MAX
    {
        errors.push(field::too_long(at, PARAMETERS_SIZE_MAX));
    }
    if !allow_none && parameters.is_empty() {
        errors.push(field::required(at, "must contain at least one key/value pair"));
    }
}
