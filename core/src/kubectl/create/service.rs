//! `kubectl create service`
//!
//! Models `create_service.go`.

use super::{Client, Done, Failure, Printed, make, new_object};
use crate::base::field::quoted;
use crate::base::{Status, Value, names};
use crate::kubectl::args::{Flag, number, value};
use crate::kubectl::expose::atoi;
use crate::kubectl::run::Call;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const SERVICE: &[Flag] = &[value("tcp", "")];
pub const CLUSTER_IP: &[Flag] = &[value("clusterip", "")];
pub const NODE_PORT: &[Flag] = &[number("node-port")];
pub const EXTERNAL_NAME: &[Flag] = &[value("external-name", "").required()];

pub fn cluster_ip(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, |_, call, name, _| service(call, name, "ClusterIP"), |s| refused("ClusterIP", &s))
}

pub fn node_port(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, |_, call, name, _| service(call, name, "NodePort"), |s| refused("NodePort", &s))
}

pub fn load_balancer(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(
        client,
        call,
        out,
        |_, call, name, _| service(call, name, "LoadBalancer"),
        |s| refused("LoadBalancer", &s),
    )
}

pub fn external_name(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(
        client,
        call,
        out,
        |_, call, name, _| service(call, name, "ExternalName"),
        |s| refused("ExternalName", &s),
    )
}

fn refused(type_: &str, status: &Status) -> Failure {
    Failure::own(format!("failed to create {type_} service: {}", status.message))
}

fn service(call: &Call<'_>, name: &str, type_: &str) -> Result<Value, Failure> {
    let args = &call.args;
    let address = args.get("clusterip");
    let ports = args.each("tcp").collect::<Vec<_>>();
    if address != "None" && ports.is_empty() && type_ != "ExternalName" {
        return Err(Failure::own("at least one tcp port specifier must be provided"));
    }
    let outside = args.get("external-name");
    if type_ == "ExternalName" && !names::dns1123_subdomain(outside).is_empty() {
        return Err(Failure::own(format!("invalid service external name {outside}")));
    }
    let node_port = args.int("node-port").unwrap_or_default();
    let ports = ports.iter().map(|text| port(text, node_port)).collect::<Result<Vec<_>, _>>();
    let own = Value::map([("app", Value::text(name))]);
    let mut object = new_object(call, "v1", "Service", name);
    object.entry("metadata").set("labels", own.clone());
    let spec = object.entry("spec");
    spec.set("ports", Value::list(ports.map_err(Failure::Own)?));
    spec.set("selector", own);
    spec.set("type", type_);
    for (field, given) in [("clusterIP", address), ("externalName", outside)] {
        if !given.is_empty() {
            spec.set(field, given);
        }
    }
    Ok(object)
}

/// `80`, `80:8080`, `80:http`.
fn port(text: &str, node_port: i64) -> Result<Value, String> {
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or_default();
    let parsing = |why: &str| format!("strconv.ParseUint: parsing {}: {why}", quoted(first));
    let is_number = !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit());
    let number = match first.parse::<u16>() {
        _ if !is_number => return Err(parsing("invalid syntax")),
        Ok(number) => i64::from(number),
        Err(_) => return Err(parsing("value out of range")),
    };
    let said = |complaints: names::Complaints| match complaints.is_empty() {
        true => Ok(()),
        false => Err(complaints.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
    };
    let target = match parts.next() {
        None => Value::Int(number),
        Some(name) => match atoi(name) {
            Ok(number) => said(names::port_number(number)).map(|()| Value::Int(number))?,
            Err(_) => said(names::port_name(name)).map(|()| Value::text(name))?,
        },
    };
    let mut port = Value::map([
        ("name", Value::text(text.replace(':', "-"))),
        ("protocol", Value::text("TCP")),
        ("port", Value::Int(number)),
        ("targetPort", target),
    ]);
    if node_port != 0 {
        port.set("nodePort", node_port);
    }
    Ok(port)
}
