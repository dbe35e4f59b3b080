//! Probes and lifecycle hooks, and what they do.
//!
//! Models `validateProbe`, `validateHandler` and `validateLifecycle` of `pkg/apis/core/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check as rules;
use alloc::format;

const SCHEMES: &[&str] = &["HTTP", "HTTPS"];
const HTTP_PROTOCOLS: &[&str] = &["HTTP1", "HTTP2"];
const GRPC_MODES: &[&str] = &["Plaintext", "TLS"];
const WINDOWS_SIGNALS: &[&str] = &["SIGKILL", "SIGTERM"];

/// What a probe or a hook can do, in the order in which upstream looks; the last only hooks can.
const HANDLERS: &[&str] = &["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

/// The probes and hooks of a container that has some.
pub(super) fn check_all(at: &Path<'_>, container: &Value, spec: &Value, errors: &mut Errors) {
    let lifecycle = container.get("lifecycle");
    if !lifecycle.is_null() {
        check_lifecycle(&(at / "lifecycle"), lifecycle, spec, errors);
    }
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let probe = container.get(name);
        if !probe.is_null() {
            check(&(at / name), probe, name == "readinessProbe", errors);
        }
    }
}

fn check(at: &Path<'_>, probe: &Value, readiness: bool, errors: &mut Errors) {
    handler(at, probe, None, errors);
    for name in
        ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"]
    {
        rules::non_negative(&(at / name), probe.get(name).int(), errors);
    }
    let (grace_at, grace) =
        (at / "terminationGracePeriodSeconds", probe.get("terminationGracePeriodSeconds"));
    if grace.as_int().is_some_and(|s| s <= 0) {
        errors.push(field::invalid(&grace_at, grace, "must be greater than 0"));
    }
    let successes = probe.get("successThreshold").int();
    if readiness {
        if !grace.is_null() {
            errors.push(field::invalid(&grace_at, grace, "must not be set for readinessProbes"));
        }
    } else if successes != 1 {
        errors.push(field::invalid(&(at / "successThreshold"), successes, "must be 1"));
    }
}

fn check_lifecycle(at: &Path<'_>, lifecycle: &Value, spec: &Value, errors: &mut Errors) {
    let grace = spec.get("terminationGracePeriodSeconds").as_int();
    for name in ["postStart", "preStop"] {
        let hook = lifecycle.get(name);
        if !hook.is_null() {
            handler(&(at / name), hook, grace, errors);
        }
    }
    if let Some(signal) = lifecycle.get("stopSignal").as_text() {
        let at = at / "stopSignal";
        match spec.at(&["os", "name"]).str() {
            "" => {
                let detail = "may not be set for containers with empty `spec.os.name`";
                errors.push(field::forbidden(&at, detail));
            }
            "windows" => rules::one_of(&at, signal, WINDOWS_SIGNALS, errors),
            _ => {}
        }
    }
}

/// Exactly one thing to do. `grace` is the time a pod has to end, for hooks that wait.
fn handler(at: &Path<'_>, handler: &Value, grace: Option<i64>, errors: &mut Errors) {
    let mut count = 0;
    for name in HANDLERS {
        let action = handler.get(name);
        if action.is_null() {
            continue;
        }
        let at = at / *name;
        if count > 0 {
            errors.push(field::forbidden(&at, "may not specify more than 1 handler type"));
            continue;
        }
        count += 1;
        match *name {
            "exec" => rules::required(action, "command", &at, errors),
            "httpGet" => http_get(&at, action, errors),
            "sleep" => sleep(&at, action, grace, errors),
            _ => {
                port(&(&at / "port"), action.get("port"), errors);
                rules::one_of_if_any(&(&at / "mode"), action.get("mode"), GRPC_MODES, errors);
            }
        }
    }
    if count == 0 {
        errors.push(field::required(at, "must specify a handler type"));
    }
}

fn http_get(at: &Path<'_>, action: &Value, errors: &mut Errors) {
    rules::required(action, "path", at, errors);
    port(&(at / "port"), action.get("port"), errors);
    let scheme = action.get("scheme").str();
    rules::one_of(&(at / "scheme"), scheme, SCHEMES, errors);
    for header in action.get("httpHeaders").items() {
        let name = header.get("name").str();
        rules::complain(&(at / "httpHeaders"), name, names::http_header_name(name), errors);
    }
    let Some(protocol) = action.get("protocol").as_text() else { return };
    let (protocol_at, host) = (at / "protocol", action.get("host"));
    if !HTTP_PROTOCOLS.contains(&protocol.as_str()) {
        errors.push(field::not_supported(&protocol_at, protocol, HTTP_PROTOCOLS));
    } else if protocol == "HTTP2" && scheme != "HTTP" {
        errors.push(field::invalid(&protocol_at, protocol, "is only supported with HTTP (H2C)"));
    } else if protocol == "HTTP2" && !host.is_empty() {
        let detail = "must be empty when `protocol` is \"HTTP2\"";
        errors.push(field::invalid(&(at / "host"), host, detail));
    }
}

/// Models `ValidatePortNumOrName`.
fn port(at: &Path<'_>, port: &Value, errors: &mut Errors) {
    match port {
        Value::Text(name) => rules::complain(at, name, names::port_name(name), errors),
        number => rules::complain(at, number.int(), names::port_number(number.int()), errors),
    }
}

fn sleep(at: &Path<'_>, action: &Value, grace: Option<i64>, errors: &mut Errors) {
    let seconds = action.get("seconds").int();
    if let Some(grace) = grace.filter(|grace| !(0..=*grace).contains(&seconds)) {
        let detail = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        errors.push(field::invalid(at, seconds, detail));
    }
}
