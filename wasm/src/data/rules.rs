//! Whose rules are shown.

use super::failure::Failure;
use serde::Deserialize;
use svcscope_core::base::Value;
use svcscope_core::base::ip::Family;
use svcscope_core::cluster::Cluster;
use svcscope_core::net::proxy::Config;
use tsify::Tsify;

/// Whose rules are shown, and of which kind.
#[derive(Debug, Default, Deserialize, Tsify)]
#[serde(default)]
pub struct RulesRequest {
    #[tsify(type = "string")]
    pub node: String,
    /// IPv4 if it is not given.
    #[tsify(optional, type = "\"IPv4\" | \"IPv6\"")]
    pub family: Option<String>,
    /// What the rules would be in that mode of kube-proxy; if it is not given, in the one that it runs in.
    #[tsify(optional, type = "\"iptables\" | \"nftables\"")]
    pub mode: Option<String>,
}

impl RulesRequest {
    /// The family, and the settings of kube-proxy where they are others than it has.
    pub fn read(&self, cluster: &Cluster) -> Result<(Family, Option<Config>), Failure> {
        let family = self.family.as_deref().unwrap_or("IPv4");
        let parsed = Family::parse(family);
        let family =
            parsed.ok_or_else(|| Failure::usage(format!("family: {family:?} is not IPv4 or IPv6")))?;
        let config = match self.mode.as_deref() {
            None => None,
            Some(mode @ ("iptables" | "nftables")) => {
                let own = cluster.network().config().proxy.clone();
                Some(own.with(&Value::map([("mode", Value::text(mode))])))
            }
            Some(mode) => {
                return Err(Failure::usage(format!("mode: {mode:?} is not iptables or nftables")));
            }
        };
        Ok((family, config))
    }
}
