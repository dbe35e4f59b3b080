//! Volumes that are made of files: of Secrets, ConfigMaps, fields of the pod, and of several of these at once.
//!
//! Models `validateSecretVolumeSource` … `validateProjectedVolumeSource` of `pkg/apis/core/validation/validation.go`.

use super::paths;
use crate::base::field::{self, Errors};
use crate::base::names;
use crate::base::{Path, Value};
use crate::registry::pod::{Options, field_ref};
use crate::registry::{check, selector, signer};
use alloc::collections::BTreeSet;
use alloc::format;

const FILE_MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";
const DUPLICATE_PATH: &str = "conflicting duplicate paths";
const KEY_TYPES: &[&str] = &["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];
/// The longest time that a certificate of a pod may last: 91 days, or one where Kubernetes signs it.
const CERTIFICATE_SECONDS_MAX: i64 = 91 * 24 * 3600;
const KUBERNETES_CERTIFICATE_SECONDS_MAX: i64 = 24 * 3600;
/// The last id that Linux has for users.
const USER_ID_MAX: i64 = i32::MAX as i64;

/// Fields of the pod that a file can hold.
const FILE_FIELDS: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

pub(super) fn secret(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "secretName", at, errors);
    modes_and_items(at, source, errors);
}

pub(super) fn config_map(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "name", at, errors);
    modes_and_items(at, source, errors);
}

fn modes_and_items(at: &Path<'_>, source: &Value, errors: &mut Errors) {
    file_mode(at, source, "defaultMode", errors);
    user(at, source, "defaultUser", errors);
    let at = at / "items";
    for (i, item) in source.get("items").items().iter().enumerate() {
        key_to_path(&(&at / i), item, errors);
    }
}

fn key_to_path(at: &Path<'_>, item: &Value, errors: &mut Errors) {
    check::required(item, "key", at, errors);
    check::required(item, "path", at, errors);
    paths::not_reserved(&(at / "path"), item.get("path").str(), errors);
    file_mode(at, item, "mode", errors);
    user(at, item, "user", errors);
}

fn file_mode(at: &Path<'_>, object: &Value, name: &str, errors: &mut Errors) {
    if let Some(mode) = object.get(name).as_int().filter(|m| !(0..=0o777).contains(m)) {
        errors.push(field::invalid(&(at / name), mode, FILE_MODE));
    }
}

fn user(at: &Path<'_>, object: &Value, name: &str, errors: &mut Errors) {
    if let Some(id) = object.get(name).as_int() {
        check::complain(&(at / name), id, names::in_range(id, 0, USER_ID_MAX), errors);
    }
}

pub(super) fn downward_api(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    file_mode(at, source, "defaultMode", errors);
    user(at, source, "defaultUser", errors);
    // Upstream names the volume, not the item.
    source.get("items").items().iter().for_each(|file| downward_file(at, file, errors));
}

fn downward_file(at: &Path<'_>, file: &Value, errors: &mut Errors) {
    check::required(file, "path", at, errors);
    paths::not_reserved(&(at / "path"), file.get("path").str(), errors);
    let (from_field, from_resource) = (file.get("fieldRef"), file.get("resourceFieldRef"));
    if !from_field.is_null() {
        field_ref::check(&(at / "fieldRef"), from_field, FILE_FIELDS, errors);
        if !from_resource.is_null() {
            let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
            errors.push(field::invalid(at, "resource", detail));
        }
    } else if !from_resource.is_null() {
        field_ref::check_resource(&(at / "resourceFieldRef"), from_resource, true, errors);
    } else {
        errors.push(field::required(at, "one of fieldRef and resourceFieldRef is required"));
    }
    file_mode(at, file, "mode", errors);
    user(at, file, "user", errors);
}

pub(super) fn projected(at: &Path<'_>, source: &Value, options: &Options, errors: &mut Errors) {
    file_mode(at, source, "defaultMode", errors);
    user(at, source, "defaultUser", errors);
    let mut projection = Projection { volume: *at, seen: BTreeSet::new(), options };
    let sources = at / "sources";
    for (i, source) in source.get("sources").items().iter().enumerate() {
        projection.source(&(&sources / i), source, errors);
    }
}

/// The files of a projected volume so far.
struct Projection<'a> {
    volume: Path<'a>,
    seen: BTreeSet<&'a str>,
    options: &'a Options,
}

/// A kind of source, and its check.
type SourceCheck<'a> = fn(&mut Projection<'a>, &Path<'_>, &'a Value, &mut Errors);

impl<'a> Projection<'a> {
    const SOURCES: [(&'static str, SourceCheck<'a>); 6] = [
        ("secret", Projection::named),
        ("configMap", Projection::named),
        ("downwardAPI", Projection::downward_api),
        ("serviceAccountToken", Projection::token),
        ("clusterTrustBundle", Projection::trust_bundle),
        ("podCertificate", Projection::certificate),
    ];

    fn source(&mut self, at: &Path<'_>, source: &'a Value, errors: &mut Errors) {
        let mut count = 0;
        for (name, check) in Self::SOURCES {
            let value = source.get(name);
            if !value.is_null() {
                count += 1;
                check(self, &(at / name), value, errors);
            }
        }
        if count > 1 {
            errors.push(field::forbidden(at, "may not specify more than 1 volume type per source"));
        }
    }

    /// Notes a path; `shown` is what the error shows if it is there already.
    fn path(&mut self, path: &'a str, shown: &str, errors: &mut Errors) {
        if !self.seen.insert(path) {
            errors.push(field::invalid(&self.volume, shown, DUPLICATE_PATH));
        }
    }

    fn named(&mut self, at: &Path<'_>, source: &'a Value, errors: &mut Errors) {
        check::required(source, "name", at, errors);
        let items = at / "items";
        for (i, item) in source.get("items").items().iter().enumerate() {
            key_to_path(&(&items / i), item, errors);
            let path = item.get("path").str();
            if !path.is_empty() {
                self.path(path, source.get("name").str(), errors);
            }
        }
    }

    fn downward_api(&mut self, at: &Path<'_>, source: &'a Value, errors: &mut Errors) {
        for file in source.get("items").items() {
            downward_file(at, file, errors);
            let path = file.get("path").str();
            if !path.is_empty() {
                self.path(path, path, errors);
            }
        }
    }

    fn token(&mut self, at: &Path<'_>, source: &'a Value, errors: &mut Errors) {
        let seconds_at = at / "expirationSeconds";
        match source.get("expirationSeconds").as_int() {
            None => errors.push(field::required(&seconds_at, "")),
            Some(s) if s < 600 => {
                let detail = "may not specify a duration less than 10 minutes";
                errors.push(field::invalid(&seconds_at, s, detail));
            }
            Some(s) if s > 1 << 32 => {
                let detail = "may not specify a duration larger than 2^32 seconds";
                errors.push(field::invalid(&seconds_at, s, detail));
            }
            Some(_) => {}
        }
        let path_at = &self.volume / "path";
        match source.get("path").str() {
            "" => errors.push(field::required(&path_at, "")),
            path if !self.options.allow_non_local_token_path => paths::not_reserved(&path_at, path, errors),
            _ => {}
        }
        user(at, source, "user", errors);
    }

    fn trust_bundle(&mut self, at: &Path<'_>, source: &'a Value, errors: &mut Errors) {
        let (name, signer) = (source.get("name"), source.get("signerName"));
        let labels = source.get("labelSelector");
        if !name.is_null() && !signer.is_null() {
            let error = field::invalid(at, source, "only one of name and signerName may be used");
            errors.push(error.of_type("io.k8s.api.core.v1.ClusterTrustBundleProjection"));
        } else if let Some(name) = name.as_text() {
            if name.is_empty() {
                errors.push(field::required(&(at / "name"), "must be a valid object name"));
            }
            let complaints = signer::trust_bundle_name(name);
            let complaints =
                complaints.into_iter().map(|c| format!("not a valid clustertrustbundlename: {c}"));
            check::complain(&(at / "name"), name, complaints.collect(), errors);
            if !labels.is_null() {
                let detail = "labelSelector must be unset if name is specified";
                errors.push(field::invalid(&(at / "labelSelector"), labels, detail));
            }
        } else if let Some(signer) = signer.as_text() {
            if signer.is_empty() {
                errors.push(field::required(&(at / "signerName"), "must be a valid signer name"));
            }
            signer::check_name(&(at / "signerName"), signer, errors);
            selector::check(&(at / "labelSelector"), labels, errors);
        } else {
            errors.push(field::required(at, "either name or signerName must be specified"));
        }
        let path = source.get("path").str();
        check::required(source, "path", at, errors);
        user(at, source, "user", errors);
        paths::not_reserved(&(at / "path"), path, errors);
        self.path(path, path, errors);
    }

    fn certificate(&mut self, at: &Path<'_>, source: &'a Value, errors: &mut Errors) {
        let signer = source.get("signerName").str();
        signer::check_name(&(at / "signerName"), signer, errors);
        let annotations = source.get("userAnnotations");
        if !annotations.is_null() {
            signer::check_user_annotations(&(at / "userAnnotations"), annotations, errors);
        }
        user(at, source, "user", errors);
        check::one_of(&(at / "keyType"), source.get("keyType").str(), KEY_TYPES, errors);
        if let Some(seconds) = source.get("maxExpirationSeconds").as_int() {
            let seconds_at = at / "maxExpirationSeconds";
            if seconds < 3600 {
                let detail = "if provided, maxExpirationSeconds must be >= 3600";
                errors.push(field::invalid(&seconds_at, seconds, detail));
            }
            let max = match signer::is_kubernetes(signer) {
                true => KUBERNETES_CERTIFICATE_SECONDS_MAX,
                false => CERTIFICATE_SECONDS_MAX,
            };
            if seconds > max {
                let detail = format!("if provided, maxExpirationSeconds must be <= {max}");
                errors.push(field::invalid(&seconds_at, seconds, detail));
            }
        }
        let mut count = 0;
        for name in ["credentialBundlePath", "keyPath", "certificateChainPath"] {
            let path = source.get(name).str();
            if !path.is_empty() {
                count += 1;
                paths::not_reserved(&(at / name), path, errors);
                self.path(path, path, errors);
            }
        }
        if count == 0 {
            let detail = "specify at least one of credentialBundlePath, keyPath, and certificateChainPath";
            errors.push(field::required(at, detail));
        }
    }
}
