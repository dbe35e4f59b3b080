//! Pods of Windows, and what pods of one operating system cannot have of the other.
//!
//! Models `validateWindows`, `validateLinux`, `validateWindowsSecurityContextOptions` and
//! `validateWindowsHostProcessPod` of `pkg/apis/core/validation/validation.go`.

use super::visit;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check as rules;
use alloc::format;

const NOT_ON_WINDOWS: &str = "cannot be set for a windows pod";
const POD_LINUX_ONLY: &[&str] = &[
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
];
const CONTAINER_LINUX_ONLY: &[&str] = &[
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
];
const CREDENTIAL_SPEC_KIB_MAX: usize = 64;
const DOMAIN_MAX: usize = 256;
const USER_MAX: usize = 104;

/// A pod of Linux has nothing of Windows.
pub(super) fn check_linux(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    const DETAIL: &str = "windows options cannot be set for a linux pod";
    let mut check = |at: &Path<'_>, object: &Value| {
        if !object.at(&["securityContext", "windowsOptions"]).is_null() {
            errors.push(field::forbidden(&(&(at / "securityContext") / "windowsOptions"), DETAIL));
        }
    };
    check(at, spec);
    visit(at, spec, check);
}

/// A pod of Windows has nothing of Linux.
pub(super) fn check_windows(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    let forbid = |at: &Path<'_>, object: &Value, names: &[&str], errors: &mut Errors| {
        let set = names.iter().filter(|name| !object.get(name).is_null());
        errors.extend(set.map(|name| field::forbidden(&(at / *name), NOT_ON_WINDOWS)));
    };
    forbid(&(at / "securityContext"), spec.get("securityContext"), POD_LINUX_ONLY, errors);
    forbid(at, spec, &["hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"], errors);
    visit(at, spec, |at, container| {
        let context = container.get("securityContext");
        forbid(&(at / "securityContext"), context, CONTAINER_LINUX_ONLY, errors);
    });
}

/// `windowsOptions` of a security context.
pub(super) fn check_options(at: &Path<'_>, options: &Value, errors: &mut Errors) {
    if let Some(name) = options.get("gmsaCredentialSpecName").as_text() {
        let complaints = names::dns1123_subdomain(name);
        rules::complain(&(at / "gmsaCredentialSpecName"), name, complaints, errors);
    }
    if let Some(spec) = options.get("gmsaCredentialSpec").as_text() {
        let at = at / "gmsaCredentialSpec";
        if spec.is_empty() {
            errors.push(field::invalid(&at, spec, "gmsaCredentialSpec cannot be an empty string"));
        } else if spec.len() > CREDENTIAL_SPEC_KIB_MAX * 1024 {
            let detail = format!("gmsaCredentialSpec size must be under {CREDENTIAL_SPEC_KIB_MAX} KiB");
            errors.push(field::invalid(&at, spec, detail));
        }
    }
    if let Some(name) = options.get("runAsUserName").as_text() {
        user_name(&(at / "runAsUserName"), name, errors);
    }
}

/// `user` or `domain\user`
fn user_name(at: &Path<'_>, name: &str, errors: &mut Errors) {
    let mut push = |detail: &str| errors.push(field::invalid(at, name, format!("runAsUserName{detail}")));
    if name.is_empty() {
        return push(" cannot be an empty string");
    }
    if name.chars().any(|c| c.is_ascii_control()) {
        return push(" cannot contain control characters");
    }
    let (domain, user) = match name.split_once('\\') {
        Some((_, user)) if user.contains('\\') => return push(" cannot contain more than one backslash"),
        Some((domain, user)) => (Some(domain), user),
        None => (None, name),
    };
    if domain.is_some_and(|d| d.len() >= DOMAIN_MAX) {
        push(&format!("'s Domain length must be under {DOMAIN_MAX} characters"));
    }
    if domain.is_some_and(|d| !is_net_bios(d) && !is_dns(d)) {
        push("'s Domain doesn't match the NetBios nor the DNS format");
    }
    if user.is_empty() {
        push("'s User cannot be empty");
    } else if user.len() > USER_MAX {
        push(&format!("'s User length must not be longer than {USER_MAX} characters"));
    }
    if !user.is_empty() && user.chars().all(|c| matches!(c, '.' | ' ')) {
        push("'s User cannot contain only periods or spaces");
    }
    if user.contains(|c| "\"/\\:;|=,+*?<>@[]".contains(c)) {
        push("'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
    }
}

/// `^[^\\/:\*\?"<>|\.][^\\/:\*\?"<>|]{0,14}$`
fn is_net_bios(domain: &str) -> bool {
    let wrong = |c: char| "\\/:*?\"<>|".contains(c);
    !domain.is_empty() && domain.chars().count() <= 15 && !domain.starts_with('.') && !domain.contains(wrong)
}

fn is_dns(domain: &str) -> bool {
    let ends = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    domain.split('.').all(|label| {
        label.len() <= 63
            && ends(label.bytes().next())
            && ends(label.bytes().last())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

/// Processes of the host: all containers are, or none is.
pub(super) fn check_host_processes(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    let flag = |object: &Value| object.at(&["securityContext", "windowsOptions", "hostProcess"]).as_bool();
    let of_pod = flag(spec);
    let (mut all, mut host) = (0, 0);
    visit(at, spec, |at, container| {
        all += 1;
        let own = flag(container);
        if let (Some(pod), Some(own)) = (of_pod, own)
            && pod != own
        {
            let context = at / "securityContext";
            let options = &context / "windowsOptions";
            let detail = format!("pod hostProcess value must be identical if both are specified, was {pod}");
            errors.push(field::invalid(&(&options / "hostProcess"), own, detail));
        }
        host += i32::from(own.or(of_pod).unwrap_or(false));
    });
    if host == 0 {
        return;
    }
    if host != all {
        let detail =
            "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        errors.push(field::invalid(at, "", detail));
    }
    if !spec.get("hostNetwork").is_true() {
        let detail = "hostNetwork must be true if pod contains any hostProcess containers";
        errors.push(field::invalid(&(at / "hostNetwork"), false, detail));
    }
}
