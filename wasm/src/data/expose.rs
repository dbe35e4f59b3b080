//! The flags of `kubectl expose`.

use super::failure::Failure;
use serde::Deserialize;
use std::collections::BTreeMap;
use svcscope_core::kubectl::expose::Expose;
use tsify::Tsify;

/// The flags of `kubectl expose`; what is not given is taken from the object that is exposed.
#[derive(Debug, Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct ExposeFlags {
    #[tsify(optional)]
    pub name: Option<String>,
    #[serde(rename = "type")]
    #[tsify(optional)]
    pub service_type: Option<String>,
    #[tsify(optional)]
    pub port: Option<f64>,
    #[tsify(optional)]
    pub protocol: Option<String>,
    /// A number or the name of a port.
    #[tsify(optional)]
    pub target_port: Option<String>,
    #[serde(rename = "clusterIP")]
    #[tsify(optional)]
    pub cluster_ip: Option<String>,
    #[serde(rename = "externalIP")]
    #[tsify(optional)]
    pub external_ip: Option<String>,
    #[serde(rename = "loadBalancerIP")]
    #[tsify(optional)]
    pub load_balancer_ip: Option<String>,
    #[tsify(optional)]
    pub session_affinity: Option<String>,
    #[tsify(optional, type = "Record<string, string>")]
    pub selector: BTreeMap<String, String>,
    #[tsify(optional, type = "Record<string, string>")]
    pub labels: BTreeMap<String, String>,
}

impl ExposeFlags {
    pub fn read(self) -> Result<Expose, Failure> {
        if let Some(port) = self.port.filter(|p| p.fract() != 0.0) {
            return Err(Failure::usage(format!("port: {port} is no whole number")));
        }
        Ok(Expose {
            name: self.name.unwrap_or_default(),
            service_type: self.service_type.unwrap_or_default(),
            ports: self.port.map(|port| port as i64).into_iter().collect(),
            protocol: self.protocol.unwrap_or_default(),
            target_port: self.target_port.unwrap_or_default(),
            cluster_ip: self.cluster_ip.unwrap_or_default(),
            external_ip: self.external_ip.unwrap_or_default(),
            load_balancer_ip: self.load_balancer_ip.unwrap_or_default(),
            session_affinity: self.session_affinity.unwrap_or_default(),
            selector: self.selector.into_iter().collect(),
            labels: self.labels.into_iter().collect(),
        })
    }
}
