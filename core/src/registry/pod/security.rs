//! Security contexts of pods and containers: users, sysctls, seccomp, AppArmor.
//!
//! Models `validatePodSpecSecurityContext`, `ValidateSecurityContext` and what is near them in
//! `pkg/apis/core/validation/validation.go`.

use super::annotations::{APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD};
use super::containers::Containers;
use super::{Options, visit, windows};
use crate::base::field::{self, Error, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check as rules;
use crate::registry::volume::paths;
use alloc::collections::BTreeSet;
use alloc::format;

const ID_MAX: i64 = i32::MAX as i64;
const PROFILE_TYPES: &[&str] = &["Localhost", "RuntimeDefault", "Unconfined"];
const FS_GROUP_CHANGE_POLICIES: &[&str] = &["Always", "OnRootMismatch"];
const GROUPS_POLICIES: &[&str] = &["Merge", "Strict"];
const SELINUX_CHANGE_POLICIES: &[&str] = &["MountOption", "Recursive"];
const PROC_MOUNTS: &[&str] = &["Default", "Unmasked"];
const SYSCTL_MAX: usize = 253;
const SYSCTL_REGEX: &str = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
/// The longest path, without the zero at its end.
const APP_ARMOR_PROFILE_MAX: usize = 4095;
const SECURITY_CONTEXT_TYPE: &str = "io.k8s.api.core.v1.SecurityContext";
const SECCOMP_TYPE: &str = "io.k8s.api.core.v1.SeccompProfile";

/// The security context of the pod whose spec this is.
pub(super) fn check_pod(at: &Path<'_>, spec: &Value, options: &Options, errors: &mut Errors) {
    let context = spec.get("securityContext");
    if context.entries().is_empty() {
        return;
    }
    for name in ["fsGroup", "runAsUser", "runAsGroup"] {
        id(&(at / name), context.get(name), errors);
    }
    let groups = at / "supplementalGroups";
    for (i, group) in context.get("supplementalGroups").items().iter().enumerate() {
        id(&(&groups / i), group, errors);
    }
    sysctls(&(at / "sysctls"), spec, options, errors);
    let one_of = |name: &str, supported: &[&str], errors: &mut Errors| {
        rules::one_of_if_any(&(at / name), context.get(name), supported, errors);
    };
    one_of("fsGroupChangePolicy", FS_GROUP_CHANGE_POLICIES, errors);
    seccomp(&(at / "seccompProfile"), context.get("seccompProfile"), errors);
    windows::check_options(&(at / "windowsOptions"), context.get("windowsOptions"), errors);
    app_armor(&(at / "appArmorProfile"), context.get("appArmorProfile"), errors);
    one_of("supplementalGroupsPolicy", GROUPS_POLICIES, errors);
    one_of("seLinuxChangePolicy", SELINUX_CHANGE_POLICIES, errors);
}

pub(super) fn check_container(at: &Path<'_>, context: &Value, pod: &Containers<'_>, errors: &mut Errors) {
    if context.is_null() {
        return;
    }
    for name in ["runAsUser", "runAsGroup"] {
        id(&(at / name), context.get(name), errors);
    }
    if let Some(mount) = context.get("procMount").as_text() {
        let at = at / "procMount";
        rules::one_of(&at, mount, PROC_MOUNTS, errors);
        if mount == "Unmasked" && pod.spec.get("hostUsers") != &Value::Bool(false) {
            errors.push(field::invalid(&at, mount, "`hostUsers` must be false to use `Unmasked`"));
        }
    }
    seccomp(&(at / "seccompProfile"), context.get("seccompProfile"), errors);
    if context.get("allowPrivilegeEscalation") == &Value::Bool(false) {
        let mut push = |what: &str| {
            let detail = format!("cannot set `allowPrivilegeEscalation` to false and {what}");
            errors.push(field::invalid(at, context, detail).of_type(SECURITY_CONTEXT_TYPE));
        };
        if context.get("privileged").is_true() {
            push("`privileged` to true");
        }
        if !pod.options.allow_sys_admin_without_escalation {
            let admins = added_capabilities(context).filter(|c| c.str() == "CAP_SYS_ADMIN");
            admins.for_each(|_| push("`capabilities.Add` CAP_SYS_ADMIN"));
        }
    }
    windows::check_options(&(at / "windowsOptions"), context.get("windowsOptions"), errors);
    app_armor(&(at / "appArmorProfile"), context.get("appArmorProfile"), errors);
}

fn added_capabilities(context: &Value) -> impl Iterator<Item = &Value> {
    context.at(&["capabilities", "add"]).items().iter()
}

/// Models `hasSysAdminAndPrivilegeEscalationFalse`, which takes no answer for a no.
pub(super) fn is_sys_admin_without_escalation(context: &Value) -> bool {
    !context.get("allowPrivilegeEscalation").is_true()
        && added_capabilities(context).any(|c| c.str() == "CAP_SYS_ADMIN")
}

/// A user's or a group's id.
fn id(at: &Path<'_>, id: &Value, errors: &mut Errors) {
    if let Some(id) = id.as_int() {
        rules::complain(at, id, names::in_range(id, 0, ID_MAX), errors);
    }
}

fn sysctls(at: &Path<'_>, spec: &Value, options: &Options, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    for (i, sysctl) in spec.at(&["securityContext", "sysctls"]).items().iter().enumerate() {
        let (item_at, name) = (at / i, sysctl.get("name").str());
        let at = &item_at / "name";
        if name.is_empty() {
            errors.push(field::required(&at, ""));
        } else if !is_sysctl(name) {
            let detail = format!("must have at most {SYSCTL_MAX} characters and match regex {SYSCTL_REGEX}");
            errors.push(field::invalid(&at, name, detail));
        } else if seen.contains(name) {
            errors.push(field::duplicate(&at, name));
        }
        if !options.allow_host_sysctls {
            errors.extend(host_sysctl(&at, name, spec));
        }
        seen.insert(name);
    }
}

/// Segments of letters, digits and, within them, dashes and underscores, separated by dots and slashes.
fn is_sysctl(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = |b: Option<u8>| b.is_some_and(word);
    name.len() <= SYSCTL_MAX
        && name.split(['.', '/']).all(|s| {
            ends(s.bytes().next())
                && ends(s.bytes().last())
                && s.bytes().all(|b| word(b) || matches!(b, b'-' | b'_'))
        })
}

/// A sysctl that the host has to itself where it shares its namespace.
///
/// Models `ValidateHostSysctl`.
fn host_sysctl(at: &Path<'_>, name: &str, spec: &Value) -> Option<Error> {
    const IPC: &[&str] = &[
        "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
        "kernel.shm_rmid_forced",
        "kernel.shm",
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.msgmni",
        "kernel.msg",
    ];
    let normal = normalised(name);
    let normal = normal.split('*').next().unwrap_or_default();
    if spec.get("hostNetwork").is_true() && normal.starts_with("net.") {
        return Some(field::invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    }
    let is_ipc = IPC.contains(&normal) || normal.starts_with("fs.mqueue.");
    let shared = spec.get("hostIPC").is_true() && is_ipc;
    shared.then(|| field::invalid(at, name, "may not be specified when 'hostIPC' is true"))
}

/// Slashes and dots change places where a slash comes first.
///
/// Models `sysctl.NormalizeName`.
fn normalised(name: &str) -> alloc::string::String {
    match name.find(['.', '/']).and_then(|i| name.get(i..=i)) {
        Some("/") => name
            .chars()
            .map(|c| match c {
                '/' => '.',
                '.' => '/',
                c => c,
            })
            .collect(),
        _ => name.into(),
    }
}

pub(super) fn has_host_sysctl(spec: &Value) -> bool {
    let sysctls = spec.at(&["securityContext", "sysctls"]).items().iter();
    sysctls.into_iter().any(|s| host_sysctl(&Path::ROOT, s.get("name").str(), spec).is_some())
}

fn seccomp(at: &Path<'_>, profile: &Value, errors: &mut Errors) {
    if profile.is_null() {
        return;
    }
    let type_ = profile.get("type").str();
    match type_ {
        "" => errors.push(field::required(&(at / "type"), "type is required when seccompProfile is set")),
        other => rules::one_of(&(at / "type"), other, PROFILE_TYPES, errors),
    }
    let local_at = at / "localhostProfile";
    match (type_, profile.get("localhostProfile").as_text()) {
        ("Localhost", None) => {
            errors.push(field::required(&local_at, "must be set when seccomp type is Localhost"));
        }
        ("Localhost", Some(path)) => paths::descending(&local_at, path, errors),
        (_, Some(_)) => {
            let error = field::invalid(&local_at, profile, "can only be set when seccomp type is Localhost");
            errors.push(error.of_type(SECCOMP_TYPE));
        }
        (_, None) => {}
    }
}

fn app_armor(at: &Path<'_>, profile: &Value, errors: &mut Errors) {
    const LOCALHOST: &str = "must be set when AppArmor type is Localhost";
    if profile.is_null() {
        return;
    }
    let local_at = at / "localhostProfile";
    match (profile.get("type").str(), profile.get("localhostProfile").as_text()) {
        ("Localhost", None) => errors.push(field::required(&local_at, LOCALHOST)),
        ("Localhost", Some(name)) => {
            if name.trim().len() != name.len() {
                errors.push(field::invalid(&local_at, name, "must not be padded with whitespace"));
            } else if name.is_empty() {
                errors.push(field::required(&local_at, LOCALHOST));
            }
            if name.len() > APP_ARMOR_PROFILE_MAX {
                errors.push(field::too_long(&local_at, APP_ARMOR_PROFILE_MAX));
            }
        }
        ("RuntimeDefault" | "Unconfined", Some(name)) => {
            errors.push(field::invalid(&local_at, name, "can only be set when AppArmor type is Localhost"));
        }
        ("RuntimeDefault" | "Unconfined", None) => {}
        ("", _) => {
            let detail = "type is required when appArmorProfile is set";
            errors.push(field::required(&(at / "type"), detail));
        }
        (other, _) => errors.push(field::not_supported(&(at / "type"), other, PROFILE_TYPES)),
    }
}

/// Whether upstream accepts the profile.
pub(super) fn is_app_armor_valid(profile: &Value) -> bool {
    let mut errors = Errors::new();
    app_armor(&Path::ROOT, profile, &mut errors);
    errors.is_empty()
}

/// Models `ValidateSeccompProfile`, for the annotation.
pub(super) fn seccomp_annotation(at: &Path<'_>, profile: &str, errors: &mut Errors) {
    match (profile, profile.strip_prefix("localhost/")) {
        ("runtime/default" | "docker/default" | "unconfined", _) => {}
        (_, Some(path)) => paths::descending(at, path, errors),
        _ => errors.push(field::invalid(at, profile, "must be a valid seccomp profile")),
    }
}

/// Models `ValidateAppArmorProfileFormat`, for the annotation.
pub(super) fn app_armor_annotation(at: &Path<'_>, profile: &str, errors: &mut Errors) {
    if !matches!(profile, "" | "runtime/default" | "unconfined") && !profile.starts_with("localhost/") {
        let detail = format!("invalid AppArmor profile name: {}", field::quoted(profile));
        errors.push(field::invalid(at, profile, detail));
    }
}

/// The annotations say what the fields say, where there are both.
///
/// Models `validateSeccompAnnotationsAndFields`.
pub(super) fn seccomp_annotations_match(
    at: &Path<'_>,
    annotations: &Value,
    spec: &Value,
    errors: &mut Errors,
) {
    let defaults = &["runtime/default", "docker/default"];
    if let Some(annotation) = annotations.find(SECCOMP_POD) {
        let profile = spec.at(&["securityContext", "seccompProfile"]);
        let at = at / "securityContext.seccompProfile";
        profile_matches(&at, "seccomp", annotation.str(), profile, defaults, errors);
    }
    visit(at, spec, |at, container| {
        let key = format!("{SECCOMP_CONTAINER}{}", container.get("name").str());
        if let Some(annotation) = annotations.find(&key) {
            let profile = container.at(&["securityContext", "seccompProfile"]);
            let at = at / "securityContext.seccompProfile";
            profile_matches(&at, "seccomp", annotation.str(), profile, defaults, errors);
        }
    });
}

/// Models `validateAppArmorAnnotationsAndFieldsMatchOnCreate`.
pub(super) fn app_armor_annotations_match(
    at: &Path<'_>,
    annotations: &Value,
    spec: &Value,
    errors: &mut Errors,
) {
    if spec.at(&["os", "name"]).str() == "windows" {
        return;
    }
    let of_pod = spec.at(&["securityContext", "appArmorProfile"]);
    visit(at, spec, |at, container| {
        let own = container.at(&["securityContext", "appArmorProfile"]);
        let profile = if own.is_null() { of_pod } else { own };
        let key = format!("{APP_ARMOR}{}", container.get("name").str());
        if let Some(annotation) = annotations.find(&key) {
            let at = at / "securityContext.appArmorProfile";
            profile_matches(&at, "apparmor", annotation.str(), profile, &["runtime/default"], errors);
        }
    });
}

fn profile_matches(
    at: &Path<'_>,
    what: &str,
    annotation: &str,
    profile: &Value,
    defaults: &[&str],
    errors: &mut Errors,
) {
    let local = annotation.strip_prefix("localhost/");
    let fits = match profile.get("type").str() {
        "Unconfined" => annotation == "unconfined",
        "RuntimeDefault" => defaults.contains(&annotation),
        "Localhost" => match local {
            Some(local) if profile.get("localhostProfile").as_text().is_none_or(|p| p != local) => {
                let detail = format!("{what} profile in annotation and field must match");
                errors.push(field::forbidden(&(at / "localhostProfile"), detail));
                return;
            }
            local => local.is_some(),
        },
        _ => true,
    };
    if !fits {
        let detail = format!("{what} type in annotation and field must match");
        errors.push(field::forbidden(&(at / "type"), detail));
    }
}
