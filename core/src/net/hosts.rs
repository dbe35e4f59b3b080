//! `/etc/hosts` of a container, and the host name it has.
//!
//! Models `ensureHostsFile` and `GeneratePodHostNameAndDomain` in `pkg/kubelet/kubelet_pods.go`.

use crate::base::{Text, Value, ip};
use crate::object::Pod;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

/// The file in the containers of `pod`.
pub fn hosts_file(pod: Pod<'_>, cluster_domain: &str) -> String {
    let mut file = String::new();
    if pod.host_network() {
        file.push_str("# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n");
    } else {
        file.push_str(MANAGED);
        let (name, domain) = host_name(pod, cluster_domain);
        let names = if domain.is_empty() { name } else { format!("{name}.{domain}\t{name}") };
        pod.ips().for_each(|ip| file.push_str(&format!("{ip}\t{names}\n")));
    }
    let aliases = pod.spec().get("hostAliases").items();
    if !aliases.is_empty() {
        file.push_str("\n# Entries added by HostAliases.\n");
    }
    for alias in aliases {
        let names = alias.get("hostnames").items().iter().map(Value::str).collect::<Vec<_>>().join("\t");
        file.push_str(&format!("{}\t{names}\n", alias.get("ip").str()));
    }
    file
}

const MANAGED: &str = "# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
";

/// The addresses that a hosts file gives a name.
pub fn lookup(file: &str, name: &str) -> Vec<IpAddr> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let address = |line: &str| {
        let mut words = line.split('#').next()?.split_whitespace();
        let ip = ip::parse_sloppy(words.next()?)?;
        words.any(|w| w.eq_ignore_ascii_case(name)).then_some(ip)
    };
    file.lines().filter_map(address).collect()
}

/// What `hostname` prints, and the domain behind it; empty without a subdomain.
pub fn host_name(pod: Pod<'_>, cluster_domain: &str) -> (String, String) {
    let text = |field: &str| pod.spec().get(field).as_text().filter(|t| !t.is_empty()).map(Text::as_str);
    if let Some(name) = text("hostnameOverride") {
        return (shortened(name), String::new());
    }
    let domain = text("subdomain").map(|s| format!("{s}.{}.svc.{cluster_domain}", pod.meta().namespace()));
    (shortened(text("hostname").unwrap_or(pod.meta().name())), domain.unwrap_or_default())
}

/// The kernel takes no more than 63 letters.
fn shortened(name: &str) -> String {
    match name.get(..crate::base::names::LABEL_MAX) {
        Some(start) if start.len() < name.len() => start.trim_end_matches(['-', '.']).into(),
        _ => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::testing::store;

    #[test]
    fn a_pod_knows_itself_by_name() {
        let store = store(
            "
            pod plain 10.244.1.2
            pod named 10.244.1.3,fd00::3 hostname=db-0 subdomain=db
            pod host 192.168.1.11 host
            ",
        );
        let file = |name: &str| hosts_file(Pod::of(store.value("pods", "default", name)), "cluster.local");
        for (pod, name, addresses) in [
            ("plain", "plain", &["10.244.1.2"] as &[&str]),
            ("plain", "LOCALHOST", &["127.0.0.1", "::1"]),
            ("plain", "named", &[]),
            ("named", "named", &[]),
            ("named", "db-0", &["10.244.1.3", "fd00::3"]),
            ("named", "db-0.db.default.svc.cluster.local", &["10.244.1.3", "fd00::3"]),
            ("host", "host", &[]),
            ("host", "localhost.", &["127.0.0.1"]),
        ] {
            let found = lookup(&file(pod), name).iter().map(|ip| format!("{ip}")).collect::<Vec<_>>();
            assert_eq!(found, addresses, "{name} in {pod}");
        }
    }
}
