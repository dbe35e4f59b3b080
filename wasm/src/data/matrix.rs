//! Who reaches what.

use super::failure::Failure;
use super::traffic::{client, no_source, source};
use serde::{Deserialize, Serialize};
use svcscope_core::base::Text;
use svcscope_core::cluster::{self, Cluster};
use svcscope_core::net::Source;
use svcscope_core::object::resource;
use tsify::Tsify;

/// Who asks whom, and how often.
#[derive(Debug, Default, Deserialize, Tsify)]
#[serde(default)]
pub struct MatrixRequest {
    /// `outside`, `outside/ADDRESS`, `node/NAME` or `pod/[NAMESPACE/]NAME`; outside and all pods if not given.
    #[tsify(optional, type = "readonly string[]")]
    pub sources: Option<Vec<String>>,
    /// `[NAMESPACE/]NAME`; all Services if not given.
    #[tsify(optional, type = "readonly string[]")]
    pub services: Option<Vec<String>>,
    /// How often each asks; once if it is not given.
    #[tsify(optional)]
    pub times: Option<f64>,
}

/// Who reaches what: a row for each source, a cell in it for each target.
#[derive(Debug, Serialize, Tsify)]
pub struct Matrix {
    /// The ports of the Services, in their order.
    pub targets: Vec<MatrixTarget>,
    pub rows: Vec<MatrixRow>,
}

/// A port of a Service.
#[derive(Debug, Serialize, Tsify)]
pub struct MatrixTarget {
    pub namespace: String,
    pub service: String,
    pub port: u16,
    pub protocol: String,
}

#[derive(Debug, Serialize, Tsify)]
pub struct MatrixRow {
    /// As requests say it: `pod/default/web`.
    pub source: String,
    /// One for each target; none where nobody can send from there.
    pub cells: Vec<MatrixCell>,
    /// Why nobody can.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub error: Option<String>,
}

/// What came of the requests from one source to one target.
#[derive(Debug, Serialize, Tsify)]
pub struct MatrixCell {
    pub answered: u32,
    pub of: u32,
    /// Of the first that was not answered; `answered` where all were.
    #[tsify(type = "SendOutcome")]
    pub outcome: &'static str,
    /// Why that one was not, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub summary: Option<String>,
}

/// No more requests are sent for one cell.
const TIMES_MAX: f64 = 1_000_000.0;

pub fn matrix(cluster: &Cluster, request: &MatrixRequest) -> Result<Matrix, Failure> {
    let times = request.times.unwrap_or(1.0);
    if times.fract() != 0.0 || !(1.0..=TIMES_MAX).contains(&times) {
        return Err(Failure::usage(format!("times: {times} is no whole number from 1 to {TIMES_MAX}")));
    }
    let sources = match &request.sources {
        Some(named) => named.iter().map(|from| source(Some(from))).collect::<Result<Vec<_>, _>>()?,
        None => everybody(cluster),
    };
    let services = match &request.services {
        Some(named) => named.iter().map(|name| service(name)).collect(),
        None => cluster.names(resource::SERVICES),
    };
    Ok(Matrix::from(cluster.matrix(&sources, &services, times as u32)))
}

fn everybody(cluster: &Cluster) -> Vec<Source> {
    let pods = cluster.names(resource::PODS).into_iter();
    let pods = pods.map(|(namespace, name)| Source::Pod { namespace, name });
    std::iter::once(Source::Outside(None)).chain(pods).collect()
}

fn service(name: &str) -> (Text, Text) {
    let (namespace, name) = name.split_once('/').unwrap_or(("default", name));
    (namespace.into(), name.into())
}

impl From<cluster::Matrix> for Matrix {
    fn from(m: cluster::Matrix) -> Matrix {
        let targets = m.targets.iter().map(|t| MatrixTarget {
            namespace: t.namespace.to_string(),
            service: t.service.to_string(),
            port: t.port.get(),
            protocol: t.protocol.to_string(),
        });
        let row = |row: &cluster::Row| {
            let source = client(&row.source);
            match &row.cells {
                Ok(cells) => {
                    let cells =
                        cells.iter().zip(&m.targets).map(|(cell, target)| MatrixCell::new(cell, target));
                    MatrixRow { source, cells: cells.collect(), error: None }
                }
                Err(why) => {
                    let error = Some(no_source(&row.source, *why).message);
                    MatrixRow { source, cells: Vec::new(), error }
                }
            }
        };
        Matrix { targets: targets.collect(), rows: m.rows.iter().map(row).collect() }
    }
}

impl MatrixCell {
    fn new(cell: &cluster::Cell, target: &cluster::Target) -> MatrixCell {
        let name = || format!("{}.{}.svc.cluster.local", target.service, target.namespace);
        MatrixCell {
            answered: cell.answered,
            of: cell.of,
            outcome: cell.end.outcome.name(),
            summary: (cell.answered < cell.of).then(|| cell.end.summary(&name())),
        }
    }
}
