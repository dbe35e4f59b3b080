//! Fields of the pod and of its containers that variables and files can hold (the downward API).
//!
//! Models `validateObjectFieldSelector` and `validateContainerResourceFieldSelector` of
//! `pkg/apis/core/validation/validation.go`, and `pkg/fieldpath`.

use super::visit;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check as rules;
use crate::registry::resources::quantity;
use alloc::format;

/// Fields that have a name in the downward API, whoever may use them.
const FIELDS: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
const HUGE_PAGES: &[&str] = &["limits.hugepages-", "requests.hugepages-"];
const DIVISORS: &[&str] =
    &["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];
const CPU_DIVISORS: &[&str] = &["1m", "1"];

/// A field of the pod, one of `allowed`.
pub(in crate::registry) fn check(at: &Path<'_>, selector: &Value, allowed: &[&str], errors: &mut Errors) {
    let (version, path) = (selector.get("apiVersion").str(), selector.get("fieldPath").str());
    for (name, value) in [("apiVersion", version), ("fieldPath", path)] {
        if value.is_empty() {
            errors.push(field::required(&(at / name), ""));
            return;
        }
    }
    let path_at = at / "fieldPath";
    if version != "v1" {
        let detail = format!("error converting fieldPath: unsupported pod version: {version}");
        errors.push(field::invalid(&path_at, path, detail));
        return;
    }
    match subscripted(path) {
        Some(("metadata.annotations", key)) => {
            let key = key.to_lowercase();
            rules::complain(at, key.as_str(), names::label_key(&key), errors);
        }
        Some(("metadata.labels", key)) => rules::complain(at, key, names::label_key(key), errors),
        Some(_) => {
            let detail =
                format!("error converting fieldPath: field label does not support subscript: {path}");
            errors.push(field::invalid(&path_at, path, detail));
        }
        None if path == "spec.host" => rules::one_of(&path_at, "spec.nodeName", allowed, errors),
        None if FIELDS.contains(&path) => rules::one_of(&path_at, path, allowed, errors),
        None => {
            let detail = format!("error converting fieldPath: field label not supported: {path}");
            errors.push(field::invalid(&path_at, path, detail));
        }
    }
}

/// `metadata.labels['app']`: the path and what stands in the brackets.
fn subscripted(path: &str) -> Option<(&str, &str)> {
    path.strip_suffix("']")?.split_once("['").filter(|(path, _)| !path.is_empty())
}

/// A limit or request of a container, which a file has to name.
pub(in crate::registry) fn check_resource(
    at: &Path<'_>,
    selector: &Value,
    in_file: bool,
    errors: &mut Errors,
) {
    let resource = selector.get("resource").str();
    let huge = HUGE_PAGES.iter().any(|p| resource.starts_with(p));
    if in_file && selector.get("containerName").is_empty() {
        errors.push(field::required(&(at / "containerName"), ""));
    } else if resource.is_empty() {
        errors.push(field::required(&(at / "resource"), ""));
    } else if !huge {
        rules::one_of(&(at / "resource"), resource, RESOURCES, errors);
    }
    let divisor = selector.get("divisor");
    if quantity(divisor).is_zero() {
        return;
    }
    let what = match resource.split_once('.') {
        Some((_, "cpu")) => "cpu",
        Some((_, "memory")) => "memory",
        Some((_, "ephemeral-storage")) => "local ephemeral storage",
        _ if huge => "hugepages",
        _ => return,
    };
    let known = if what == "cpu" { CPU_DIVISORS } else { DIVISORS };
    if !known.contains(&divisor.str()) {
        let list = if what == "cpu" { "1m and 1".into() } else { DIVISORS.join(", ") };
        let detail = format!("only divisor's values {list} are supported with the {what} resource");
        errors.push(field::invalid(&(at / "divisor"), resource, detail));
    }
}

/// Variables that are read from files: the files are in volumes that the containers can write.
///
/// Models `validateFileKeyRefVolumes`.
pub(super) fn check_files_exist(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    let volumes = spec.get("volumes").items();
    visit(at, spec, |at, container| {
        let env = at / "env";
        for (i, variable) in container.get("env").items().iter().enumerate() {
            let Some(file) = variable.get("valueFrom").find("fileKeyRef") else { continue };
            let name = file.get("volumeName").str();
            let variable_at = &env / i;
            let at = &variable_at / "valueFrom.fileKeyRef.volumeName";
            match volumes.iter().rfind(|v| v.get("name").str() == name) {
                None => errors.push(field::not_found(&at, name)),
                Some(volume) if volume.get("emptyDir").is_null() => {
                    let detail = "referenced volume must be of type emptyDir";
                    errors.push(field::invalid(&at, name, detail));
                }
                Some(_) => {}
            }
        }
    });
}
