//! Why traffic does not go where it is meant to: what is wrong with a Service and with what it stands on, and what
//! would put it right.
//!
//! Each file holds the findings about one thing. A finding is only told where the simulated cluster behaves so, too.

mod environment;
mod external_name;
mod families;
mod finding;
mod ingress;
mod load_balancer;
mod nearest;
mod owner;
mod policy;
mod ports;
mod readiness;
mod scene;
mod selector;
mod selector_near;
mod slices;
mod stateful;
mod written;

pub use finding::{Finding, Fix, Severity};
pub use written::{Change, Written};

use crate::base::sort;
use crate::object::resource;
use crate::store::Store;
use alloc::vec::Vec;
use scene::Scene;

/// The looks that are taken at a Service, in the order in which somebody who knows would take them.
const LOOKS: &[fn(&Scene<'_>, &mut Vec<Finding>)] = &[
    external_name::look,
    selector::look,
    slices::look,
    ports::look,
    readiness::look,
    families::look,
    policy::look,
    load_balancer::look,
    environment::look,
];

/// What is wrong with a Service, the worst first; none where there is no such Service.
pub fn why(store: &Store, namespace: &str, name: &str) -> Option<Vec<Finding>> {
    let scene = Scene::of(store, store.get(resource::SERVICES, namespace, name)?);
    let mut findings = Vec::new();
    LOOKS.iter().for_each(|look| look(&scene, &mut findings));
    sort::by_key(&mut findings, |f| f.severity);
    Some(findings)
}

/// What is wrong with all Services, and with what names Services that are not there.
pub fn all(store: &Store) -> Vec<Finding> {
    let services = store.list(resource::SERVICES, "");
    let mut findings =
        services.filter_map(|s| why(store, s.namespace(), s.name())).flatten().collect::<Vec<_>>();
    stateful::look(store, &mut findings);
    ingress::look(store, &mut findings);
    findings
}
