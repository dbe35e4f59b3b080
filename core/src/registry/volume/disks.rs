//! Volumes on disks and in storage systems, most of them long superseded by CSI.
//!
//! Models `validateISCSIVolumeSource` … `validateStorageOSVolumeSource` of `pkg/apis/core/validation/validation.go`.

use super::paths;
use crate::base::field::{self, Errors};
use crate::base::names;
use crate::base::{Path, Value};
use crate::registry::check;
use crate::registry::pod::Options;

const AZURE_CACHING: &[&str] = &["None", "ReadOnly", "ReadWrite"];
const AZURE_KINDS: &[&str] = &["Dedicated", "Managed", "Shared"];
const AZURE_MANAGED_URI: &str =
    "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
const AZURE_BLOB_URI: &str = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";
/// The longest `<volume name>:<target portal>`.
const ISCSI_NAME_MAX: usize = 64;
const ISCSI_NAME_TOO_LONG: &str = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";
const HOST_PORT_PAIRS: &str = "must be a host:port pair or multiple pairs separated by commas";

/// The texts that must not be empty.
fn all_required(names: &[&str], at: &Path<'_>, source: &Value, errors: &mut Errors) {
    names.iter().for_each(|name| check::required(source, name, at, errors));
}

pub(super) fn git_repo(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "repository", at, errors);
    paths::descending(&(at / "directory"), source.get("directory").str(), errors);
}

pub(super) fn gce(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "pdName", at, errors);
    partition(at, source, errors);
}

pub(super) fn aws(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "volumeID", at, errors);
    partition(at, source, errors);
}

fn partition(at: &Path<'_>, source: &Value, errors: &mut Errors) {
    let partition = source.get("partition").int();
    if !(0..=255).contains(&partition) {
        let detail = "must be between 1 and 255, inclusive";
        errors.push(field::invalid(&(at / "partition"), partition, detail));
    }
}

pub(super) fn nfs(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    all_required(&["server", "path"], at, source, errors);
    let path = source.get("path").str();
    if !path.starts_with('/') {
        errors.push(field::invalid(&(at / "path"), path, "must be an absolute path"));
    }
}

pub(super) fn iscsi(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "targetPortal", at, errors);
    iscsi_names(at, source, "must be valid format starting with iqn, eui, or naa", &[], errors);
}

/// Everything but the portal. `wrong_start` complains of names that start with none of the three kinds, `secret` lists
/// the parts of the secret's name that must be there.
pub(super) fn iscsi_names(
    at: &Path<'_>,
    source: &Value,
    wrong_start: &str,
    secret: &[&str],
    errors: &mut Errors,
) {
    match source.get("iqn").str() {
        "" => errors.push(field::required(&(at / "iqn"), "")),
        name => iscsi_name(&(at / "iqn"), name, wrong_start, errors),
    }
    lun(at, source, errors);
    let chap = source.get("chapAuthDiscovery").is_true() || source.get("chapAuthSession").is_true();
    if chap && source.get("secretRef").is_null() {
        errors.push(field::required(&(at / "secretRef"), ""));
    }
    secret_ref(at, source, secret, errors);
    if let Some(name) = source.get("initiatorName").as_text() {
        iscsi_name(&(at / "initiatorname"), name, wrong_start, errors);
    }
}

fn iscsi_name(at: &Path<'_>, name: &str, wrong_start: &str, errors: &mut Errors) {
    let fits = match name.get(..3) {
        Some("iqn") => is_iqn(name),
        Some("eui") => has_serial(name, 16),
        Some("naa") => has_serial(name, 32),
        _ => {
            errors.push(field::invalid(at, name, wrong_start));
            return;
        }
    };
    if !fits {
        errors.push(field::invalid(at, name, "must be valid format"));
    }
}

/// `iqn\.\d{4}-\d{2}\.([[:alnum:]-.]+)(:[^,;*&$|\s]+)$`, somewhere in the text.
fn is_iqn(name: &str) -> bool {
    let digits = |s: Option<&str>| s.is_some_and(|s| s.bytes().all(|b| b.is_ascii_digit()));
    let naming =
        |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    let rest =
        |s: &str| !s.is_empty() && !s.contains(|c: char| ",;*&$|".contains(c) || c.is_ascii_whitespace());
    name.match_indices("iqn.").filter_map(|(i, start)| name.get(i + start.len()..)).any(|s| {
        digits(s.get(..4))
            && s.get(4..5) == Some("-")
            && digits(s.get(5..7))
            && s.get(7..8) == Some(".")
            && s.get(8..).and_then(|s| s.split_once(':')).is_some_and(|(n, r)| naming(n) && rest(r))
    })
}

/// Three letters, any character, and so many letters and digits.
fn has_serial(name: &str, length: usize) -> bool {
    name.chars().count() == 4 + length && name.chars().skip(4).all(|c| c.is_ascii_alphanumeric())
}

/// Both names together make one that must not be too long.
pub(super) fn iscsi_length(at: &Path<'_>, source: &Value, volume: &str, errors: &mut Errors) {
    if is_iscsi_too_long(source, volume) {
        errors.push(field::invalid(&(at / "name"), volume, ISCSI_NAME_TOO_LONG));
    }
}

/// The same for a PersistentVolume, where the error stands at the portal.
pub(super) fn iscsi_portal_length(at: &Path<'_>, source: &Value, volume: &str, errors: &mut Errors) {
    if is_iscsi_too_long(source, volume) {
        let portal = source.get("targetPortal");
        errors.push(field::invalid(&(at / "targetportal"), portal, ISCSI_NAME_TOO_LONG));
    }
}

fn is_iscsi_too_long(source: &Value, volume: &str) -> bool {
    let portal = source.get("targetPortal").str();
    !source.get("initiatorName").is_null() && volume.len() + 1 + portal.len() > ISCSI_NAME_MAX
}

fn lun(at: &Path<'_>, source: &Value, errors: &mut Errors) {
    let lun = source.get("lun").int();
    check::complain(&(at / "lun"), lun, names::in_range(lun, 0, 255), errors);
}

pub(super) fn glusterfs(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    all_required(&["endpoints", "path"], at, source, errors);
}

pub(super) fn flocker(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    let (name, uuid) = (source.get("datasetName").str(), source.get("datasetUUID").str());
    if name.is_empty() && uuid.is_empty() {
        errors.push(field::required(at, "one of datasetName and datasetUUID is required"));
    }
    if !name.is_empty() && !uuid.is_empty() {
        let detail = "datasetName and datasetUUID can not be specified simultaneously";
        errors.push(field::invalid(at, "resource", detail));
    }
    if name.contains('/') {
        errors.push(field::invalid(&(at / "datasetName"), name, "must not contain '/'"));
    }
}

pub(super) fn rbd(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    all_required(&["monitors", "image"], at, source, errors);
}

pub(super) fn cinder(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "volumeID", at, errors);
    secret_ref(at, source, &["name"], errors);
}

/// The parts of `secretRef` that must be there if it is.
pub(super) fn secret_ref(at: &Path<'_>, source: &Value, parts: &[&str], errors: &mut Errors) {
    let secret = source.get("secretRef");
    if !secret.is_null() {
        all_required(parts, &(at / "secretRef"), secret, errors);
    }
}

pub(super) fn cephfs(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "monitors", at, errors);
}

pub(super) fn quobyte(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    let registry = source.get("registry").str();
    if registry.is_empty() {
        errors.push(field::required(&(at / "registry"), HOST_PORT_PAIRS));
    } else if source.get("tenant").str().len() >= 65 {
        let detail = "must be a UUID and may not exceed a length of 64 characters";
        errors.push(field::required(&(at / "tenant"), detail));
    } else {
        let wrong = registry.split(',').filter(|pair| !is_host_port(pair));
        errors.extend(wrong.map(|_| field::invalid(&(at / "registry"), registry, HOST_PORT_PAIRS)));
    }
    check::required(source, "volume", at, errors);
}

/// Models `net.SplitHostPort`.
fn is_host_port(pair: &str) -> bool {
    match pair.rsplit_once(':') {
        Some((host, _)) => match host.strip_prefix('[') {
            Some(v6) => v6.strip_suffix(']').is_some_and(|v6| !v6.contains(['[', ']'])),
            None => !host.contains([':', '[', ']']),
        },
        None => false,
    }
}

pub(super) fn fc(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    let (names, ids) = (source.get("targetWWNs"), source.get("wwids"));
    let at_names = at / "targetWWNs";
    if names.is_empty() && ids.is_empty() {
        let detail = "must specify either targetWWNs or wwids, but not both";
        errors.push(field::required(&at_names, detail));
    }
    if !names.is_empty() && !ids.is_empty() {
        let detail = "targetWWNs and wwids can not be specified simultaneously";
        errors.push(field::invalid(&at_names, names, detail));
    }
    if !names.is_empty() {
        match source.get("lun") {
            Value::Null => {
                errors.push(field::required(&(at / "lun"), "lun is required if targetWWNs is specified"));
            }
            _ => lun(at, source, errors),
        }
    }
}

pub(super) fn flex(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "driver", at, errors);
    let at = at / "options";
    for (key, _) in source.get("options").entries() {
        let domain = key.split('/').next().unwrap_or_default().to_lowercase();
        let reserved =
            |own: &str| domain == own || domain.strip_suffix(own).is_some_and(|d| d.ends_with('.'));
        if reserved("kubernetes.io") || reserved("k8s.io") {
            let detail = "kubernetes.io and k8s.io namespaces are reserved";
            errors.push(field::invalid(&at.key(key), key, detail));
        }
    }
}

pub(super) fn azure_file(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    all_required(&["secretName", "shareName"], at, source, errors);
}

pub(super) fn azure_disk(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    all_required(&["diskName", "diskURI"], at, source, errors);
    check::one_of_if_any(&(at / "cachingMode"), source.get("cachingMode"), AZURE_CACHING, errors);
    check::one_of_if_any(&(at / "kind"), source.get("kind"), AZURE_KINDS, errors);
    let uri = source.get("diskURI").str();
    let (start, form) = match source.get("kind").as_text() {
        Some(kind) if kind == "Managed" => ("/subscriptions/", AZURE_MANAGED_URI),
        Some(_) => ("https://", AZURE_BLOB_URI),
        None => return,
    };
    if !uri.starts_with(start) {
        errors.push(field::not_supported(&(at / "diskURI"), uri, &[form]));
    }
}

pub(super) fn vsphere(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "volumePath", at, errors);
}

pub(super) fn photon(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "pdID", at, errors);
}

pub(super) fn portworx(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "volumeID", at, errors);
}

pub(super) fn scale_io(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    all_required(&["gateway", "system", "volumeName"], at, source, errors);
}

pub(super) fn storage_os(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    storage_os_names(at, source, errors);
    secret_ref(at, source, &["name"], errors);
}

pub(super) fn storage_os_names(at: &Path<'_>, source: &Value, errors: &mut Errors) {
    let (name, namespace) = (source.get("volumeName").str(), source.get("volumeNamespace").str());
    check::required(source, "volumeName", at, errors);
    for (field, value) in [("volumeName", name), ("volumeNamespace", namespace)] {
        if !value.is_empty() {
            check::complain(&(at / field), value, names::dns1123_label(value), errors);
        }
    }
}
