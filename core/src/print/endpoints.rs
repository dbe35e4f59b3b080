//! The cells of Endpoints and EndpointSlices: the first three, and how many more there are.
//!
//! Models `formatEndpoints` and `formatDiscoveryEndpoints` of `pkg/printers/internalversion/printers.go`.

use crate::base::Value;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// So many are shown.
const SHOWN: usize = 3;

/// The addresses of Endpoints, with each of their ports.
pub fn endpoints(object: &Value) -> String {
    let subsets = object.get("subsets").items();
    if subsets.is_empty() {
        return "<none>".to_string();
    }
    let mut all = Vec::new();
    for subset in subsets {
        let addresses = || subset.get("addresses").items().iter().map(|a| a.get("ip").str());
        match subset.get("ports").items() {
            [] => all.extend(addresses().map(ToString::to_string)),
            ports => {
                all.extend(ports.iter().flat_map(|p| addresses().map(|a| joined(a, p.get("port").int()))));
            }
        }
    }
    with_more(&all)
}

/// The addresses of an EndpointSlice.
pub fn slice_endpoints(slice: &Value) -> String {
    let endpoints = slice.get("endpoints").items().iter();
    let addresses = endpoints.flat_map(|e| e.get("addresses").items());
    or_unset(with_more(&addresses.map(|a| a.str().to_string()).collect::<Vec<_>>()))
}

/// The ports of an EndpointSlice.
pub fn slice_ports(slice: &Value) -> String {
    let port = |p: &Value| match (p.get("port").as_int(), p.get("name").as_text()) {
        (Some(number), _) => number.to_string(),
        (None, Some(name)) => name.to_string(),
        (None, None) => "*".to_string(),
    };
    or_unset(with_more(&slice.get("ports").items().iter().map(port).collect::<Vec<_>>()))
}

fn or_unset(text: String) -> String {
    if text.is_empty() { "<unset>".to_string() } else { text }
}

pub(super) fn with_more(all: &[String]) -> String {
    match all.get(..SHOWN) {
        Some(shown) if all.len() > SHOWN => {
            format!("{} + {} more...", shown.join(","), all.len() - SHOWN)
        }
        _ => all.join(","),
    }
}

/// Address and port; colons in the address need brackets.
pub(super) fn joined(address: &str, port: i64) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}
