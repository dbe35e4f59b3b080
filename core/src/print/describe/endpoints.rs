//! Endpoints and EndpointSlices in full.
//!
//! Models `describeEndpoints` and `describeEndpointSliceV1` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::Lines;
use crate::base::Value;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Everything but its events.
pub fn endpoints(object: &Value) -> Lines {
    let mut out = Lines::default();
    out.head(object);
    out.line("Subsets:");
    for subset in object.get("subsets").items() {
        let addresses = |field: &str| {
            let all = subset.get(field).items().iter().map(|a| a.get("ip").str());
            or(&all.collect::<Vec<_>>().join(","), "<none>")
        };
        out.line(&format!("  Addresses:\t{}", addresses("addresses")));
        out.line(&format!("  NotReadyAddresses:\t{}", addresses("notReadyAddresses")));
        let ports = subset.get("ports").items();
        if !ports.is_empty() {
            out.line("  Ports:");
            out.line("    Name\tPort\tProtocol");
            out.line("    ----\t----\t--------");
            for port in ports {
                let (name, number) = (or(port.get("name").str(), "<unset>"), port.get("port").int());
                out.line(&format!("    {name}\t{number}\t{}", port.get("protocol").str()));
            }
        }
        out.line("");
    }
    out
}

/// Everything but its events.
pub fn slice(slice: &Value) -> Lines {
    let mut out = Lines::default();
    out.head(slice);
    out.field("AddressType", slice.get("addressType").str());
    match slice.get("ports").items() {
        [] => out.line("Ports: <unset>"),
        ports => {
            out.line("Ports:");
            out.line("  Name\tPort\tProtocol");
            out.line("  ----\t----\t--------");
            for port in ports {
                let name = or(port.get("name").str(), "<unset>");
                let number = port.get("port").as_int().map_or("<unset>".to_string(), |n| n.to_string());
                out.line(&format!("  {name}\t{number}\t{}", port.get("protocol").str()));
            }
        }
    }
    match slice.get("endpoints").items() {
        [] => out.line("Endpoints: <none>"),
        all => {
            out.line("Endpoints:");
            all.iter().for_each(|endpoint| one(&mut out, endpoint));
        }
    }
    out
}

fn one(out: &mut Lines, endpoint: &Value) {
    let addresses = endpoint.get("addresses").items().iter().map(Value::str);
    out.line(&format!("  - Addresses:\t{}", addresses.collect::<Vec<_>>().join(", ")));
    out.line("    Conditions:");
    let ready = match endpoint.at(&["conditions", "ready"]).as_bool() {
        None => "<unset>",
        Some(true) => "true",
        Some(false) => "false",
    };
    out.line(&format!("      Ready:\t{ready}"));
    let unset = |field: &str| or(endpoint.get(field).str(), "<unset>");
    out.line(&format!("    Hostname:\t{}", unset("hostname")));
    let target = endpoint.get("targetRef");
    if !target.is_null() {
        out.line(&format!("    TargetRef:\t{}/{}", target.get("kind").str(), target.get("name").str()));
    }
    out.line(&format!("    NodeName:\t{}", unset("nodeName")));
    out.line(&format!("    Zone:\t{}", unset("zone")));
    let hints = endpoint.at(&["hints", "forZones"]).items();
    if !hints.is_empty() {
        let zones = hints.iter().map(|z| z.get("name").str()).collect::<Vec<_>>().join(", ");
        out.line(&format!("    Hints:\t{zones}"));
    }
}

fn or(text: &str, other: &str) -> String {
    if text.is_empty() { other.to_string() } else { text.to_string() }
}
