//! `kubectl create ingress`
//!
//! Models `create_ingress.go`.

use super::{Client, Done, Failure, Printed, make, new_object};
use crate::base::Value;
use crate::kubectl::args::{Flag, value};
use crate::kubectl::run::Call;
use alloc::format;
use alloc::vec::Vec;

pub const INGRESS: &[Flag] =
    &[value("class", ""), value("rule", ""), value("default-backend", ""), value("annotation", "")];

pub fn ingress(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_ingress, |s| Failure::own(format!("failed to create ingress: {}", s.message)))
}

/// `host/path=service:port[,tls[=secret]]`
struct Rule<'a> {
    host: &'a str,
    path: &'a str,
    backend: &'a str,
    /// Empty: TLS with the secret of the controller.
    secret: Option<&'a str>,
}

fn new_ingress(_: &mut Client<'_>, call: &Call<'_>, name: &str, _: &mut Printed) -> Result<Value, Failure> {
    let args = &call.args;
    let backend_of_all = args.get("default-backend");
    let given = args.all("rule").collect::<Vec<_>>();
    if backend_of_all.is_empty() && given.is_empty() {
        return Err(Failure::own(
            "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
        ));
    }
    let mut rules = Vec::new();
    for text in given {
        rules.push(read(text).ok_or_else(|| {
            Failure::own(format!(
                "rule {text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            ))
        })?);
    }
    let mut object = new_object(call, "networking.k8s.io/v1", "Ingress", name);
    for text in args.all("annotation") {
        let (key, value) = text.split_once('=').ok_or_else(|| {
            Failure::own(format!("annotation {text} is invalid and should be in format key=[value]"))
        })?;
        object.entry_at(&["metadata", "annotations"]).set(key, value);
    }
    if !backend_of_all.is_empty() && backend_of_all.split(':').count() != 2 {
        return Err(Failure::own("default-backend should be in format servicename:serviceport"));
    }
    let spec = object.entry("spec");
    let class = args.get("class");
    if !class.is_empty() {
        spec.set("ingressClassName", class);
    }
    if !backend_of_all.is_empty() {
        spec.set("defaultBackend", backend(backend_of_all));
    }
    spec.set("tls", tls(&rules));
    spec.set("rules", paths(&rules));
    Ok(object)
}

/// Models `ruleRegex`.
fn read(text: &str) -> Option<Rule<'_>> {
    let (rule, tls) = match text.split_once(',') {
        Some((rule, tls)) => (rule, Some(tls)),
        None => (text, None),
    };
    let is_word = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let is_host = |s: &str| s.chars().all(|c| c.is_ascii_alphanumeric() || "_-.*".contains(c));
    let (host, rest) = rule.split_once('/')?;
    let (path, backend) = rest.split_once('=')?;
    let (service, port) = backend.split_once(':')?;
    // whatever stands behind one comma asks for TLS
    let secret = tls.filter(|tls| !tls.contains(',')).map(|tls| tls.split('=').nth(1).unwrap_or_default());
    (is_host(host) && is_word(service) && is_word(port)).then_some(Rule { host, path, backend, secret })
}

fn backend(text: &str) -> Value {
    let (name, port) = text.split_once(':').unwrap_or((text, ""));
    let port = match port.parse::<i32>() {
        Ok(number) => Value::map([("number", Value::from(number))]),
        Err(_) => Value::map([("name", Value::text(port))]),
    };
    Value::map([("service", Value::map([("name", Value::text(name)), ("port", port)]))])
}

/// Hosts by their secret; a host counts once.
fn tls(rules: &[Rule<'_>]) -> Value {
    let mut out = Vec::<(&str, Vec<&str>)>::new();
    let mut seen = Vec::new();
    for rule in rules {
        let Some(secret) = rule.secret.filter(|_| !seen.contains(&rule.host)) else { continue };
        seen.push(rule.host);
        match out.iter_mut().find(|(known, _)| *known == secret) {
            Some((_, hosts)) => hosts.push(rule.host),
            None if rule.host.is_empty() && secret.is_empty() => {}
            None => out.push((secret, Vec::from_iter((!rule.host.is_empty()).then_some(rule.host)))),
        }
    }
    Value::list(out.into_iter().map(|(secret, hosts)| {
        let mut one = Value::empty_map();
        if !hosts.is_empty() {
            one.set("hosts", super::texts(hosts));
        }
        if !secret.is_empty() {
            one.set("secretName", secret);
        }
        one
    }))
}

/// Paths by their host.
fn paths(rules: &[Rule<'_>]) -> Value {
    let mut out = Vec::<(&str, Vec<Value>)>::new();
    for rule in rules {
        let (path, type_) = match rule.path.strip_suffix('*') {
            Some(path) => (path, "Prefix"),
            None => (rule.path, "Exact"),
        };
        let path = Value::map([
            ("path", Value::text(format!("/{path}"))),
            ("pathType", Value::text(type_)),
            ("backend", backend(rule.backend)),
        ]);
        match out.iter_mut().find(|(host, _)| *host == rule.host) {
            Some((_, paths)) => paths.push(path),
            None => out.push((rule.host, Vec::from([path]))),
        }
    }
    Value::list(out.into_iter().map(|(host, paths)| {
        let mut one = Value::empty_map();
        if !host.is_empty() {
            one.set("host", host);
        }
        one.entry("http").set("paths", Value::list(paths));
        one
    }))
}
