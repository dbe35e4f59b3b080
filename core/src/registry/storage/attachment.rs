//! A VolumeAttachment.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, meta};

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "volumeattachments.storage.k8s.io",
    prepare_status: |attachment, old| meta::reset_for_status(attachment, old),
    validate,
    validate_update,
    // Upstream's status has no rules of its own.
    validate_status: validate_update,
    unconditional_update: false,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const STATUS: Path<'static> = Path::new("status");
const DRIVER_NAME_MAX: usize = 63;
const METADATA_MAX: usize = 256 * 1024;
const MESSAGE_MAX: usize = 1024;

fn validate(attachment: &Value) -> Errors {
    let mut errors = meta::validate_kube(attachment, false, names::dns1123_subdomain);
    let spec = attachment.get("spec");
    attacher(spec.get("attacher").str(), &mut errors);
    source(spec.get("source"), &mut errors);
    let node = spec.get("nodeName").str();
    check::complain(&(&SPEC / "nodeName"), node, names::dns1123_subdomain(node), &mut errors);
    status(attachment.get("status"), &mut errors);
    if let Some(name) = spec.at(&["source", "persistentVolumeName"]).as_text() {
        let at = Path::new("spec.source.persistentVolumeName");
        check::complain(&at, name, names::dns1123_subdomain(name), &mut errors);
    }
    errors
}

fn validate_update(attachment: &Value, old: &Value) -> Errors {
    let mut errors = validate(attachment);
    check::declared_immutable(&SPEC, attachment.get("spec"), old.get("spec"), &mut errors);
    errors
}

fn attacher(name: &str, errors: &mut Errors) {
    let at = &SPEC / "attacher";
    if name.is_empty() {
        errors.push(field::required(&at, "").declarative());
        return;
    }
    let complaints = names::dns1123_subdomain(&name.to_lowercase());
    errors.extend(complaints.into_iter().map(|c| field::invalid(&at, name, c).declarative()));
    if name.chars().count() > DRIVER_NAME_MAX {
        errors.push(field::too_long_characters(&at, DRIVER_NAME_MAX).declarative());
    }
}

fn source(source: &Value, errors: &mut Errors) {
    let at = &SPEC / "source";
    let exactly_one = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    let name = source.get("persistentVolumeName");
    match (source.get("inlineVolumeSpec").is_null(), name.is_null()) {
        (true, true) => errors.push(field::required(&at, exactly_one)),
        (false, false) => errors.push(field::forbidden(&at, exactly_one)),
        (true, false) if name.is_empty() => {
            let detail = "must specify non empty persistentVolumeName";
            errors.push(field::required(&(&at / "persistentVolumeName"), detail));
        }
        _ => {}
    }
}

fn status(status: &Value, errors: &mut Errors) {
    let metadata = status.get("attachmentMetadata").entries();
    if metadata.iter().map(|(key, value)| key.len() + value.str().len()).sum::<usize>() > METADATA_MAX {
        errors.push(field::too_long(&(&STATUS / "attachmentMetadata"), METADATA_MAX));
    }
    for name in ["attachError", "detachError"] {
        let (at, error) = (&STATUS / name, status.get(name));
        if error.get("message").str().len() > MESSAGE_MAX {
            errors.push(field::too_long(&(&at / "message"), MESSAGE_MAX));
        }
        if let Some(code) = error.get("errorCode").as_int().filter(|code| *code < 0) {
            let complaints = names::in_range(code, 0, i64::from(i32::MAX));
            check::complain(&(&at / "errorCode"), code, complaints, errors);
        }
    }
}
