//! Where a container finds the volumes of its pod: mounted, or as devices.
//!
//! Models `ValidateVolumeMounts` and `ValidateVolumeDevices` of `pkg/apis/core/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::registry::check as rules;
use crate::registry::volume::paths;
use crate::registry::volume::sources::Volumes;
use alloc::collections::BTreeSet;

const PROPAGATIONS: &[&str] = &["Bidirectional", "HostToContainer", "None"];
const RECURSIVE_READ_ONLY: &[&str] = &["Disabled", "Enabled", "IfPossible"];
const BIND_OPTIONS: &[&str] = &["nodev", "noexec", "nosuid"];

pub(super) fn check_volumes(at: &Path<'_>, container: &Value, volumes: &Volumes<'_>, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    let devices = container.get("volumeDevices").items();
    for (i, mount) in container.get("volumeMounts").items().iter().enumerate() {
        let item_at = at / i;
        let (name, path) = (mount.get("name").str(), mount.get("mountPath").str());
        let (name_at, path_at) = (&item_at / "name", &item_at / "mountPath");
        rules::required(mount, "name", &item_at, errors);
        let volume = volumes.get(name);
        if volume.is_none() {
            errors.push(field::not_found(&name_at, name));
        }
        rules::required(mount, "mountPath", &item_at, errors);
        if !seen.insert(path) {
            errors.push(field::invalid(&path_at, path, "must be unique"));
        }
        if devices.iter().any(|d| d.get("name").str() == name) {
            errors.push(field::invalid(&name_at, name, "must not already exist in volumeDevices"));
        }
        if devices.iter().any(|d| d.get("devicePath").str() == path) {
            let detail = "must not already exist as a path in volumeDevices";
            errors.push(field::invalid(&path_at, path, detail));
        }
        // Upstream names the list, not the item, for what follows.
        let (sub_path, sub_path_expr) = (mount.get("subPath").str(), mount.get("subPathExpr").str());
        if !sub_path.is_empty() {
            paths::descending(&(at / "subPath"), sub_path, errors);
        }
        if !sub_path_expr.is_empty() {
            if !sub_path.is_empty() {
                let detail = "subPathExpr and subPath are mutually exclusive";
                errors.push(field::invalid(&(&item_at / "subPathExpr"), sub_path_expr, detail));
            }
            paths::descending(&(at / "subPathExpr"), sub_path_expr, errors);
        }
        propagation(&(at / "mountPropagation"), mount, container, errors);
        recursive_read_only(&(at / "recursiveReadOnly"), mount, errors);
        bind_options(&(&item_at / "bindMountOptions"), mount, volume, errors);
    }
}

fn propagation(at: &Path<'_>, mount: &Value, container: &Value, errors: &mut Errors) {
    let Some(mode) = mount.get("mountPropagation").as_text() else { return };
    rules::one_of(at, mode, PROPAGATIONS, errors);
    let privileged = container.at(&["securityContext", "privileged"]).is_true();
    if mode == "Bidirectional" && !privileged {
        let detail = "Bidirectional mount propagation is available only to privileged containers";
        errors.push(field::forbidden(at, detail));
    }
}

fn recursive_read_only(at: &Path<'_>, mount: &Value, errors: &mut Errors) {
    let Some(mode) = mount.get("recursiveReadOnly").as_text() else { return };
    match mode.as_str() {
        "Disabled" => {}
        "Enabled" | "IfPossible" => {
            if !mount.get("readOnly").is_true() {
                errors.push(field::forbidden(at, "may only be specified when readOnly is true"));
            }
            if mount.get("mountPropagation").as_text().is_some_and(|p| p != "None") {
                let detail = "may only be specified when mountPropagation is None or not specified";
                errors.push(field::forbidden(at, detail));
            }
        }
        other => errors.push(field::not_supported(at, other, RECURSIVE_READ_ONLY)),
    }
}

fn bind_options(at: &Path<'_>, mount: &Value, volume: Option<&Value>, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    let options = mount.get("bindMountOptions");
    for (i, option) in options.items().iter().enumerate() {
        rules::one_of(&(at / i), option.str(), BIND_OPTIONS, errors);
        if !seen.insert(option.str()) {
            errors.push(field::duplicate(&(at / i), option));
        }
    }
    if !options.is_empty() && volume.is_some_and(|v| !v.get("image").is_null()) {
        let detail = "bindMountOptions may not be used with image volumes";
        errors.push(field::invalid(at, options, detail));
    }
}

pub(super) fn check_devices(at: &Path<'_>, container: &Value, volumes: &Volumes<'_>, errors: &mut Errors) {
    let (mut names, mut paths_seen) = (BTreeSet::new(), BTreeSet::new());
    let mounts = container.get("volumeMounts").items();
    for (i, device) in container.get("volumeDevices").items().iter().enumerate() {
        let at = at / i;
        let (name, path) = (device.get("name").str(), device.get("devicePath").str());
        let (name_at, path_at) = (&at / "name", &at / "devicePath");
        rules::required(device, "name", &at, errors);
        if names.contains(name) {
            errors.push(field::invalid(&name_at, name, "must be unique"));
        }
        match volumes.get(name) {
            None => errors.push(field::not_found(&name_at, name)),
            Some(v) if v.get("persistentVolumeClaim").is_null() && v.get("ephemeral").is_null() => {
                let detail =
                    "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
                errors.push(field::invalid(&name_at, name, detail));
            }
            Some(_) => {}
        }
        rules::required(device, "devicePath", &at, errors);
        if paths_seen.contains(path) {
            errors.push(field::invalid(&path_at, path, "must be unique"));
        }
        if paths::has_backsteps(path) {
            errors.push(field::invalid(&path_at, path, "can not contain backsteps ('..')"));
        } else {
            paths_seen.insert(path);
        }
        if mounts.iter().any(|m| m.get("name").str() == name) {
            errors.push(field::invalid(&name_at, name, "must not already exist in volumeMounts"));
        }
        if mounts.iter().any(|m| m.get("mountPath").str() == path) {
            errors.push(field::invalid(&path_at, path, "must not already exist as a path in volumeMounts"));
        }
        if !name.is_empty() {
            names.insert(name);
        }
    }
}
