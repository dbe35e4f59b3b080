//! Why traffic does not arrive, and who reaches whom.

use super::Cluster;
use crate::base::Text;
use crate::explain::{self, Change, Finding, Written};
use crate::manifest::Span;
use crate::net::{Cause, End, NoSource, Outcome, Request, Source};
use crate::object::service::Ingress;
use crate::object::{Port, Protocol, Service, ServiceType, resource};
use alloc::format;
use alloc::vec::Vec;

/// Who reaches what: a row for each source, a cell in it for each target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    pub targets: Vec<Target>,
    pub rows: Vec<Row>,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub namespace: Text,
    pub service: Text,
    pub port: Port,
    pub protocol: Protocol,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub source: Source,
    pub cells: Result<Vec<Cell>, NoSource>,
}

/// What came of some requests from one source to one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub answered: u32,
    pub of: u32,
    /// The first that was not answered; else the first.
    pub end: End,
}

impl Cluster {
    /// What is wrong with a Service, the worst first; none where there is no such Service.
    pub fn why(&self, namespace: &str, service: &str) -> Option<Vec<Finding>> {
        explain::why(&self.server.store, namespace, service)
    }

    /// What is wrong with all Services, and with what refers to Services.
    pub fn findings(&self) -> Vec<Finding> {
        explain::all(&self.server.store)
    }

    /// Where in the texts that it comes from stands what a finding blames, and what its fix changes there.
    pub fn written(
        &self,
        written: &Written<'_>,
        finding: &Finding,
    ) -> (Option<(usize, Span)>, Option<Change>) {
        let fix = finding.fix.as_ref().and_then(|fix| written.change(fix));
        (written.place(&self.server.store, &finding.place), fix)
    }

    /// Lets each source ask each port of each Service so often, by the name of the Service. Leaves no trace in the
    /// cluster: no connection is known afterwards, no client remembered.
    pub fn matrix(&self, sources: &[Source], services: &[(Text, Text)], times: u32) -> Matrix {
        let targets = services.iter().flat_map(|(namespace, name)| self.targets(namespace, name));
        let targets = targets.collect::<Vec<_>>();
        let mut copy = self.clone();
        let row = |source: &Source| {
            let cells = targets.iter().map(|target| copy.cell(source, target, times)).collect();
            Row { source: source.clone(), cells }
        };
        Matrix { rows: sources.iter().map(row).collect(), targets }
    }

    fn targets(&self, namespace: &str, name: &str) -> Vec<Target> {
        let Some(object) = self.server.store.get(resource::SERVICES, namespace, name) else {
            return Vec::new();
        };
        let (namespace, service) = (object.namespace(), object.name());
        let target = |port, protocol| Target {
            namespace: namespace.clone(),
            service: service.clone(),
            port,
            protocol,
        };
        let ports = Service::of(object.value()).ports();
        ports.filter_map(|p| Some(target(p.port()?, p.protocol()))).collect()
    }

    fn cell(&mut self, source: &Source, target: &Target, times: u32) -> Result<Cell, NoSource> {
        let request = Request {
            from: source.clone(),
            to: self.address(source, target),
            port: target.port,
            protocol: target.protocol,
            client_port: None,
            payload: Text::EMPTY,
        };
        let mut cell = Cell { answered: 0, of: times, end: nobody_asked() };
        for i in 0..times {
            let end = self.send_unrecorded(&request)?;
            let answered = end.outcome == Outcome::Answered;
            cell.answered += u32::from(answered);
            if i == 0 || !answered && cell.end.outcome == Outcome::Answered {
                cell.end = end;
            }
        }
        Ok(cell)
    }

    /// What a client there would use: the name; outside, where no name is known, the address that is meant for it.
    fn address(&self, source: &Source, target: &Target) -> Text {
        let full = || Text::from(format!("{}.{}.svc.cluster.local", target.service, target.namespace));
        let service = self.server.store.value(resource::SERVICES, &target.namespace, &target.service);
        let service = Service::of(service);
        let by_address = !matches!(source, Source::Pod { .. }) && service.kind() != ServiceType::ExternalName;
        if !by_address {
            return full();
        }
        let balanced = service.ingress().filter_map(Ingress::ip).next().map(|ip| format!("{ip}"));
        balanced.map_or_else(
            || if service.has_cluster_ip() { service.cluster_ip().into() } else { full() },
            Text::from,
        )
    }
}

fn nobody_asked() -> End {
    End {
        outcome: Outcome::Unresolved,
        cause: Cause::NobodyThere,
        address: None,
        service: None,
        pod: None,
        node: Text::EMPTY,
        seen: None,
        response: Text::EMPTY,
    }
}

#[cfg(test)]
mod tests;
