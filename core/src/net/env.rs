//! The environment variables by which a container finds the Services that were there when it started.
//!
//! Models `pkg/kubelet/envvars` and `getServiceEnvVarMap` in `pkg/kubelet/kubelet_pods.go`.

use crate::base::{Map, Text, Value};
use crate::object::{Pod, Service};
use crate::store::Object;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The one Service that pods of all namespaces are told of: its namespace and name.
pub const MASTER: (&str, &str) = ("default", "kubernetes");

/// What a container of `pod` is told when it starts: names and values, Service by Service in the order of their names.
/// `own`: the Services of its namespace at that time; `master`: that of the API server. A kubelet writes the variables in
/// no order at all; where two Services make variables of one name, one of them wins, here the one that comes later.
pub fn service_variables<'a>(
    pod: Pod<'_>,
    own: impl Iterator<Item = &'a Arc<Object>>,
    master: Option<&'a Arc<Object>>,
) -> Vec<(Text, Text)> {
    let links = pod.spec().get("enableServiceLinks").as_bool().unwrap_or(true);
    // A namespace's own Service called `kubernetes` takes the place of the master's.
    let services = master.into_iter().chain(own.filter(|_| links));
    let services = services.map(|o| (o.name(), Service::of(o.value())));
    let mut services = services.collect::<BTreeMap<_, _>>();
    services.retain(|_, s| s.has_cluster_ip());
    let mut variables = Map::default();
    for service in services.values() {
        variables_of(*service, |name, value| {
            variables.insert(name.into(), Value::text(value));
        });
    }
    variables.entries().iter().map(|(name, value)| (name.clone(), value.str().into())).collect()
}

/// Models `envvars.FromServices`.
pub fn variables_of(service: Service<'_>, mut set: impl FnMut(String, String)) {
    let (prefix, ip) = (variable_name(service.meta().name()), service.cluster_ip());
    let ports = || service.ports().filter_map(|p| Some((p, p.port()?)));
    set(format!("{prefix}_SERVICE_HOST"), ip.into());
    for (i, (port, number)) in ports().enumerate() {
        if i == 0 {
            set(format!("{prefix}_SERVICE_PORT"), format!("{number}"));
        }
        if !port.name().is_empty() {
            set(format!("{prefix}_SERVICE_PORT_{}", variable_name(port.name())), format!("{number}"));
        }
    }
    // What Docker's links set; the first port counts for the container as a whole.
    for (i, (port, number)) in ports().enumerate() {
        let protocol = port.protocol();
        let host = if ip.contains(':') { format!("[{ip}]:{number}") } else { format!("{ip}:{number}") };
        let url = format!("{}://{host}", protocol.lower());
        if i == 0 {
            set(format!("{prefix}_PORT"), url.clone());
        }
        let prefix = format!("{prefix}_PORT_{number}_{protocol}");
        set(prefix.clone(), url);
        set(format!("{prefix}_PROTO"), protocol.lower().into());
        set(format!("{prefix}_PORT"), format!("{number}"));
        set(format!("{prefix}_ADDR"), ip.into());
    }
}

pub fn variable_name(name: &str) -> String {
    name.replace('-', "_").to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::testing::{store, table};
    use crate::object::resource::SERVICES;
    use crate::store::Store;

    fn variables(store: &Store, pod: &Value) -> Vec<(Text, Text)> {
        let pod = Pod::of(pod);
        let own = store.list(SERVICES, pod.meta().namespace());
        service_variables(pod, own, store.get(SERVICES, MASTER.0, MASTER.1))
    }

    /// The variables of a pod that starts in the cluster, a line each.
    fn check(cluster: &str, pod: &str, expected: &str) {
        let store = store(cluster);
        let namespace = pod.split_once('/').map_or("default", |(namespace, _)| namespace);
        let metadata = Value::map([("namespace", Value::text(namespace))]);
        let spec = Value::map([("enableServiceLinks", Value::Bool(!pod.ends_with("without links")))]);
        let pod = Value::map([("metadata", metadata), ("spec", spec)]);
        let variables = variables(&store, &pod);
        let seen = variables.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        assert_eq!(seen, table(expected), "\n{}\n", seen.join("\n"));
    }

    #[test]
    fn a_pod_is_told_of_the_services_of_its_namespace_and_of_the_api_server() {
        let cluster = "
            service kubernetes 10.96.0.1 ports=https:443
            service shop/my-web 10.96.0.20 ports=http:80,dns:53/UDP
            service shop/headless None ports=80
            service other/api 10.96.0.21 ports=80
        ";
        let master = "
            KUBERNETES_SERVICE_HOST=10.96.0.1
            KUBERNETES_SERVICE_PORT=443
            KUBERNETES_SERVICE_PORT_HTTPS=443
            KUBERNETES_PORT=tcp://10.96.0.1:443
            KUBERNETES_PORT_443_TCP=tcp://10.96.0.1:443
            KUBERNETES_PORT_443_TCP_PROTO=tcp
            KUBERNETES_PORT_443_TCP_PORT=443
            KUBERNETES_PORT_443_TCP_ADDR=10.96.0.1
        ";
        let own = "
            MY_WEB_SERVICE_HOST=10.96.0.20
            MY_WEB_SERVICE_PORT=80
            MY_WEB_SERVICE_PORT_HTTP=80
            MY_WEB_SERVICE_PORT_DNS=53
            MY_WEB_PORT=tcp://10.96.0.20:80
            MY_WEB_PORT_80_TCP=tcp://10.96.0.20:80
            MY_WEB_PORT_80_TCP_PROTO=tcp
            MY_WEB_PORT_80_TCP_PORT=80
            MY_WEB_PORT_80_TCP_ADDR=10.96.0.20
            MY_WEB_PORT_53_UDP=udp://10.96.0.20:53
            MY_WEB_PORT_53_UDP_PROTO=udp
            MY_WEB_PORT_53_UDP_PORT=53
            MY_WEB_PORT_53_UDP_ADDR=10.96.0.20
        ";
        check(cluster, "shop/client", &format!("{master}{own}"));
        check(cluster, "shop/client without links", master);
    }

    #[test]
    fn an_ipv6_address_stands_in_brackets_in_urls_only() {
        check(
            "service web fd00:10:96::20 ports=80",
            "client",
            "
            WEB_SERVICE_HOST=fd00:10:96::20
            WEB_SERVICE_PORT=80
            WEB_PORT=tcp://[fd00:10:96::20]:80
            WEB_PORT_80_TCP=tcp://[fd00:10:96::20]:80
            WEB_PORT_80_TCP_PROTO=tcp
            WEB_PORT_80_TCP_PORT=80
            WEB_PORT_80_TCP_ADDR=fd00:10:96::20
            ",
        );
    }

    #[test]
    fn of_two_variables_with_one_name_one_wins() {
        let store = store(
            "
            service a 10.96.0.20 ports=80
            service a-port-80-tcp 10.96.0.21 ports=81
            service shop/kubernetes 10.96.0.22 ports=443
            service kubernetes 10.96.0.1 ports=443
            ",
        );
        let in_namespace = |namespace: &str| {
            let pod = Value::map([("metadata", Value::map([("namespace", Value::text(namespace))]))]);
            variables(&store, &pod)
        };
        let of = |namespace: &str, name: &str| {
            let found =
                in_namespace(namespace).into_iter().filter(|(n, _)| n == name).map(|(_, value)| value);
            found.collect::<Vec<_>>()
        };
        assert_eq!(of("default", "A_PORT_80_TCP_PORT"), ["tcp://10.96.0.21:81"]);
        assert_eq!(of("shop", "KUBERNETES_SERVICE_HOST"), ["10.96.0.22"]);
    }
}
