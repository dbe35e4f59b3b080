//! The strategies of all kinds that mean something here.

use super::strategy::Strategy;
use super::{
    apps, autoscaling, batch, config_map, disruption_budget, endpoint_slice, endpoints, event, ip_addresses,
    lease, limit_range, namespace, networking, node, pod, priority_class, rbac, resource_quota,
    runtime_class, secret, service, service_account, service_cidr, storage, volume,
};

const STRATEGIES: &[Strategy] = &[
    service::STRATEGY,
    endpoints::STRATEGY,
    endpoint_slice::STRATEGY,
    namespace::STRATEGY,
    node::STRATEGY,
    config_map::STRATEGY,
    secret::STRATEGY,
    service_account::STRATEGY,
    limit_range::STRATEGY,
    resource_quota::STRATEGY,
    event::STRATEGY,
    networking::ingress::STRATEGY,
    networking::ingress_class::STRATEGY,
    networking::network_policy::STRATEGY,
    rbac::ROLE,
    rbac::CLUSTER_ROLE,
    rbac::ROLE_BINDING,
    rbac::CLUSTER_ROLE_BINDING,
    runtime_class::STRATEGY,
    storage::class::STRATEGY,
    storage::driver::STRATEGY,
    storage::csi_node::STRATEGY,
    storage::capacity::STRATEGY,
    storage::attachment::STRATEGY,
    storage::attributes_class::STRATEGY,
    ip_addresses::strategy::STRATEGY,
    service_cidr::STRATEGY,
    pod::STRATEGY,
    volume::claim::STRATEGY,
    volume::persistent::STRATEGY,
    apps::deployment::STRATEGY,
    apps::replica_set::STRATEGY,
    apps::stateful_set::STRATEGY,
    apps::daemon_set::STRATEGY,
    apps::replication_controller::STRATEGY,
    pod::template::STRATEGY,
    batch::job::STRATEGY,
    batch::cron_job::STRATEGY,
    apps::revision::STRATEGY,
    autoscaling::STRATEGY,
    disruption_budget::STRATEGY,
    lease::STRATEGY,
    priority_class::STRATEGY,
];

/// The strategy of a resource, named as in messages.
pub fn of(resource: &str) -> Option<&'static Strategy> {
    STRATEGIES.iter().find(|s| s.resource == resource)
}
