//! Questions for names, and the answers.

use super::failure::Failure;
use super::traffic::{TraceStep, source};
use serde::{Deserialize, Serialize};
use svcscope_core::cluster::Resolved;
use svcscope_core::net::Source;
use svcscope_core::net::dns::{Record, Type};
use tsify::Tsify;

/// A question for a name, as a program asks it.
#[derive(Debug, Default, Deserialize, Tsify)]
#[serde(default)]
pub struct ResolveRequest {
    /// `outside`, `node/NAME` or `pod/[NAMESPACE/]NAME`; outside if it is not given.
    #[tsify(optional)]
    pub from: Option<String>,
    #[tsify(type = "string")]
    pub name: String,
    /// The type of the records: `A`, `AAAA`, `SRV`, `PTR`; A if it is not given.
    #[serde(rename = "type")]
    #[tsify(optional)]
    pub kind: Option<String>,
}

/// What a name turned out to be.
#[derive(Debug, Serialize, Tsify)]
pub struct ResolveResult {
    /// Under which of the names that were tried it was found; not there if under none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub name: Option<String>,
    pub records: Vec<DnsRecord>,
    /// Why there is no answer, as `getaddrinfo` words it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub error: Option<&'static str>,
    /// What was asked, and what was answered.
    pub steps: Vec<TraceStep>,
}

#[derive(Debug, Serialize, Tsify)]
pub struct DnsRecord {
    pub name: String,
    /// Seconds.
    pub ttl: u32,
    #[serde(rename = "type")]
    pub kind: String,
    /// As dig prints it: an address, a name, `0 100 8080 web.default.svc.cluster.local.`
    pub data: String,
}

impl ResolveRequest {
    pub fn read(&self) -> Result<(Source, Type), Failure> {
        let kind = self.kind.as_deref().unwrap_or("A");
        let parsed = Type::parse(kind);
        let kind =
            parsed.ok_or_else(|| Failure::usage(format!("type: {kind:?} is no type of DNS records")))?;
        Ok((source(self.from.as_deref())?, kind))
    }
}

impl ResolveResult {
    pub fn new(from: &Source, resolved: Resolved) -> ResolveResult {
        let steps = resolved.steps.into_iter().map(|step| TraceStep::new(from, step)).collect();
        match resolved.found {
            Ok(found) => ResolveResult {
                name: Some(found.name.to_string()),
                records: found.answers.iter().map(DnsRecord::from).collect(),
                error: None,
                steps,
            },
            Err(e) => ResolveResult { name: None, records: Vec::new(), error: Some(e.words()), steps },
        }
    }
}

impl From<&Record> for DnsRecord {
    fn from(r: &Record) -> DnsRecord {
        DnsRecord {
            name: r.name.to_string(),
            ttl: r.ttl,
            kind: r.data.kind().to_string(),
            data: r.data.to_string(),
        }
    }
}
