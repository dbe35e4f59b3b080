//! What is behind an Ingress.
//!
//! Models `describeIngressV1` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::template::Around;
use super::{Lines, service};
use crate::base::Value;
use alloc::format;
use alloc::string::{String, ToString};

pub(super) fn backend(out: &mut Lines, ingress: &Value, around: &mut Around<'_>) {
    let text = default(ingress, around);
    out.line(&format!("Default backend:\t{text}"));
}

fn default(ingress: &Value, around: &mut Around<'_>) -> String {
    match ingress.at(&["spec", "defaultBackend"]) {
        Value::Null => "<default>".to_string(),
        backend => of(backend, around),
    }
}

pub(super) fn rules(out: &mut Lines, ingress: &Value, around: &mut Around<'_>) {
    let mut is_empty = true;
    for rule in ingress.at(&["spec", "rules"]).items() {
        let Some(http) = rule.find("http").filter(|http| !http.is_null()) else { continue };
        is_empty = false;
        let host = rule.get("host").str();
        out.line(&format!("  {}\t", if host.is_empty() { "*" } else { host }));
        for path in http.get("paths").items() {
            let backend = of(path.get("backend"), around);
            out.line(&format!("    \t{} \t{backend}", path.get("path").str()));
        }
    }
    if is_empty {
        let backend = default(ingress, around);
        out.line(&format!("  *\t*\t{backend}"));
    }
}

/// Models `describeBackendV1`.
fn of(backend: &Value, around: &mut Around<'_>) -> String {
    if let Some(of) = backend.find("service") {
        let (name, port) = (of.get("name").str(), of.get("port"));
        let number = port.get("number").int();
        let shown = if number == 0 { port.get("name").str().to_string() } else { number.to_string() };
        let slices = service::slices(name, around);
        let space = around.root.at(&["metadata", "namespace"]).str();
        let path = format!("/api/v1/namespaces/{space}/services/{name}");
        return match (around.ask)(&path) {
            Err(status) => format!("{name}:{shown} (<error: {}>)", status.message),
            Ok(found) => {
                let is_it = |p: &&Value| match (number, port.get("name").str()) {
                    (0, name) => !name.is_empty() && p.get("name").str() == name,
                    (number, _) => p.get("port").int() == number,
                };
                // the last one that fits
                let fitting = found.at(&["spec", "ports"]).items().iter().rev().find(is_it);
                let port = fitting.map_or("", |p| p.get("name").str());
                format!("{name}:{shown} ({})", service::endpoints(&slices, port))
            }
        };
    }
    match backend.find("resource") {
        None => String::new(),
        Some(of) => {
            let group = of.get("apiGroup").as_text().map_or("<none>", |g| g.as_str());
            let (kind, name) = (of.get("kind").str(), of.get("name").str());
            format!("APIGroup: {group}, Kind: {kind}, Name: {name}")
        }
    }
}
