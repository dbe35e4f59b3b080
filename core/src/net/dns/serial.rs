//! The serial number of the zones: the second of the last write that changed a record, or could have.
//!
//! Models `detectChanges` in `plugin/kubernetes/controller.go` of CoreDNS.

use crate::base::{Instant, Value};
use crate::object::{Endpoint, EndpointSlice, Service, resource};
use crate::store::{Change, Event};

#[derive(Clone, Debug, Default)]
pub(super) struct Serial {
    modified: Instant,
}

impl Serial {
    pub(super) fn number(&self) -> u32 {
        let seconds = self.modified.0.div_euclid(1000) & i64::from(u32::MAX);
        u32::try_from(seconds).unwrap_or(0)
    }

    pub(super) fn hear(&mut self, event: &Event, now: Instant) {
        let same: fn(&Value, &Value) -> bool = if event.resource == *resource::SERVICES {
            same_service
        } else if event.resource == *resource::ENDPOINT_SLICES {
            same_slice
        } else {
            return;
        };
        let untouched = match (&event.before, event.change) {
            (Some(before), Change::Modified) => same(before.value(), event.object.value()),
            _ => false,
        };
        if !untouched {
            self.modified = now;
        }
    }
}

/// The other fields that records are made of cannot change, or are not looked at.
fn same_service(a: &Value, b: &Value) -> bool {
    let (a, b) = (Service::of(a), Service::of(b));
    let ports = a.ports().zip(b.ports());
    let mut same =
        ports.map(|(x, y)| (x.name(), x.port(), x.protocol()) == (y.name(), y.port(), y.protocol()));
    a.external_name() == b.external_name() && a.ports().len() == b.ports().len() && same.all(|same| same)
}

fn is_ready(endpoint: &Endpoint<'_>) -> bool {
    endpoint.is_ready()
}

/// The same ready addresses with the same hostnames, and the same ports.
fn same_slice(a: &Value, b: &Value) -> bool {
    let (a, b) = (EndpointSlice::of(a), EndpointSlice::of(b));
    let ports = a.ports().zip(b.ports());
    let mut same =
        ports.map(|(x, y)| (x.name(), x.number(), x.protocol()) == (y.name(), y.number(), y.protocol()));
    if a.ports().len() != b.ports().len() || !same.all(|same| same) {
        return false;
    }
    let (mut left, mut right) = (a.endpoints().filter(is_ready), b.endpoints().filter(is_ready));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(x), Some(y)) if x.same(y) => {}
            (Some(x), Some(y)) if x.addresses().eq(y.addresses()) && x.hostname() == y.hostname() => {}
            _ => return false,
        }
    }
}
