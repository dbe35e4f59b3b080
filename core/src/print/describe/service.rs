//! The ports of a Service, and what is behind them.
//!
//! Models `describeService` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::Lines;
use super::related::list;
use super::template::{self, Around};
use crate::base::Value;
use crate::print::joined;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const PORT: &str = "\
Port:\t{name|unset}\t{port|n}/{protocol}
TargetPort:\t{targetPort}/{protocol}
?AppProtocol:\t{appProtocol}
(nodePort
NodePort:\t{name|unset}\t{nodePort}/{protocol}
)
Endpoints:\t{endpoints}
";

pub(super) fn ports(out: &mut Lines, service: &Value, around: &mut Around<'_>) {
    let slices = slices(service.at(&["metadata", "name"]).str(), around);
    for port in service.at(&["spec", "ports"]).items() {
        let mut port = port.clone();
        port.set("endpoints", Value::from(endpoints(&slices, port.get("name").str())));
        template::write(out, PORT, &port, around);
    }
}

/// The EndpointSlices of a Service.
pub(super) fn slices(service: &str, around: &mut Around<'_>) -> Vec<Value> {
    let query = format!("?labelSelector=kubernetes.io%2Fservice-name%3D{service}");
    list(around, "/apis/discovery.k8s.io/v1", "endpointslices", &query)
}

/// The ready ones behind a port: a few, and how many more there are. Which count as more depends on where the ready
/// ones stand among the others, as upstream has it.
///
/// Models `formatEndpointSlices`.
pub(super) fn endpoints(slices: &[Value], port: &str) -> String {
    const MOST: usize = 3;
    if slices.is_empty() {
        return "<none>".to_string();
    }
    let (mut shown, mut count, mut more) = (Vec::new(), 0usize, false);
    for slice in slices {
        let ports = slice.get("ports").items();
        let numbers = ports.iter().filter(|p| p.get("name").str() == port).map(|p| Some(p.get("port").int()));
        // a headless service may have no ports
        let numbers = if ports.is_empty() { Vec::from([None]) } else { numbers.collect() };
        for number in numbers {
            for endpoint in slice.get("endpoints").items() {
                more |= shown.len() == MOST;
                if endpoint.at(&["conditions", "ready"]).as_bool() == Some(false) {
                    continue;
                }
                count += 1;
                if !more {
                    let address = endpoint.get("addresses").items().first().map_or("", Value::str);
                    shown.push(number.map_or(address.to_string(), |number| joined(address, number)));
                }
            }
        }
    }
    let text = shown.join(",");
    if more { format!("{text} + {} more...", count.saturating_sub(MOST)) } else { text }
}

/// Models `buildIngressString`.
pub(super) fn ingress(ingress: &Value) -> String {
    let text = |i: &Value| match (i.get("ip").str(), i.get("ipMode").str()) {
        ("", _) => i.get("hostname").str().to_string(),
        (ip, "") => ip.to_string(),
        (ip, mode) => format!("{ip} ({mode})"),
    };
    ingress.items().iter().map(text).collect::<Vec<_>>().join(", ")
}
