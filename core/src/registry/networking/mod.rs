//! Ingresses, their classes, and network policies.

pub(super) mod ingress;
pub(super) mod ingress_class;
pub(super) mod network_policy;
