//! `/etc/resolv.conf` of a container.
//!
//! Models `pkg/kubelet/network/dns/dns.go`, and containerd, which writes the file.

use crate::base::{Text, Value};
use crate::object::Pod;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

/// Whom to ask for names, and what to append to short ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolvConf {
    pub nameservers: Vec<Text>,
    pub searches: Vec<Text>,
    pub options: Vec<Text>,
}

/// What a kubelet knows of names.
#[derive(Clone, Debug)]
pub struct Kubelet {
    /// `--cluster-dns`: the addresses of the cluster's DNS Service.
    pub cluster_dns: Vec<IpAddr>,
    /// `--cluster-domain`: `cluster.local`, without a dot at its end.
    pub cluster_domain: Text,
    /// The node's own file.
    pub host: ResolvConf,
}

/// What a file may hold (`pkg/apis/core/validation`).
const NAMESERVERS_MAX: usize = 3;
const SEARCHES_MAX: usize = 32;
const SEARCH_LINE_MAX: usize = 2048;
const SEARCH_MAX: usize = crate::base::names::SUBDOMAIN_MAX;

impl ResolvConf {
    /// The file in the containers of `pod`.
    pub fn of_pod(pod: Pod<'_>, kubelet: &Kubelet) -> ResolvConf {
        let mut conf = match pod.spec().get("dnsPolicy").str() {
            "None" => ResolvConf::default(),
            "Default" => kubelet.host.clone(),
            "ClusterFirst" if pod.host_network() => kubelet.host.clone(),
            // Without an address of the cluster's DNS there is nothing else to ask.
            _ if kubelet.cluster_dns.is_empty() => kubelet.host.clone(),
            _ => ResolvConf::of_cluster(pod.meta().namespace(), kubelet),
        };
        let more = pod.spec().get("dnsConfig");
        if !more.is_null() {
            conf.append(more);
        }
        conf.cut();
        conf
    }

    fn of_cluster(namespace: &str, kubelet: &Kubelet) -> ResolvConf {
        let domain = &kubelet.cluster_domain;
        let own = [format!("{namespace}.svc.{domain}"), format!("svc.{domain}"), domain.to_string()];
        let mut searches = own.map(Text::from).to_vec();
        searches.extend(kubelet.host.searches.iter().cloned());
        ResolvConf {
            nameservers: kubelet.cluster_dns.iter().map(|ip| ip.to_string().into()).collect(),
            searches: without_duplicates(searches),
            options: [Text::from("ndots:5")].into(),
        }
    }

    /// Adds a pod's `dnsConfig`.
    fn append(&mut self, config: &Value) {
        let texts = |field: &str| config.get(field).items().iter().filter_map(Value::as_text).cloned();
        self.nameservers.extend(texts("nameservers"));
        self.nameservers = without_duplicates(core::mem::take(&mut self.nameservers));
        self.searches.extend(texts("searches"));
        self.searches = without_duplicates(core::mem::take(&mut self.searches));
        for option in config.get("options").items() {
            let (name, value) = (option.get("name").str(), option.get("value").str());
            let text = if value.is_empty() { name.to_string() } else { format!("{name}:{value}") };
            let same = |o: &Text| o.split(':').next() == Some(name);
            match self.options.iter_mut().find(|o| same(o)) {
                Some(old) => *old = text.into(),
                None => self.options.push(text.into()),
            }
        }
    }

    /// Leaves out what is too much.
    fn cut(&mut self) {
        self.nameservers.truncate(NAMESERVERS_MAX);
        self.searches.truncate(SEARCHES_MAX);
        self.searches.retain(|s| s.len() <= SEARCH_MAX);
        while self.searches.iter().map(|s| s.len() + 1).sum::<usize>() > SEARCH_LINE_MAX + 1 {
            self.searches.pop();
        }
    }

    /// From how many dots on a name is tried as it stands before the search list is.
    pub fn ndots(&self) -> usize {
        // glibc takes no more than 15.
        self.option("ndots").map_or(1, |n| n.min(15))
    }

    /// How often each server is asked.
    pub fn attempts(&self) -> usize {
        self.option("attempts").map_or(2, |n| n.min(5))
    }

    fn option(&self, name: &str) -> Option<usize> {
        let value = |o: &Text| o.strip_prefix(name)?.strip_prefix(':').map(String::from);
        self.options.iter().rev().find_map(value)?.parse().ok()
    }
}

fn without_duplicates(texts: Vec<Text>) -> Vec<Text> {
    let mut kept = Vec::new();
    for text in texts {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}

/// The file as containerd writes it.
impl fmt::Display for ResolvConf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.searches.is_empty() {
            writeln!(f, "search {}", self.searches.join(" "))?;
        }
        for server in &self.nameservers {
            writeln!(f, "nameserver {server}")?;
        }
        if !self.options.is_empty() {
            writeln!(f, "options {}", self.options.join(" "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kubelet() -> Kubelet {
        Kubelet {
            cluster_dns: [IpAddr::from([10, 96, 0, 10])].into(),
            cluster_domain: "cluster.local".into(),
            host: ResolvConf {
                nameservers: ["192.168.1.1".into()].into(),
                searches: ["lan".into()].into(),
                options: Vec::new(),
            },
        }
    }

    fn file(policy: &str, host_network: bool, config: Option<Value>) -> String {
        let mut spec = Value::map([("dnsPolicy", Value::text(policy)), ("hostNetwork", host_network.into())]);
        spec.set("dnsConfig", config);
        let metadata = Value::map([("namespace", Value::text("shop"))]);
        let pod = Value::map([("metadata", metadata), ("spec", spec)]);
        ResolvConf::of_pod(Pod::of(&pod), &kubelet()).to_string()
    }

    const CLUSTER: &str = "search shop.svc.cluster.local svc.cluster.local cluster.local lan\nnameserver 10.96.0.10\noptions ndots:5\n";
    const HOST: &str = "search lan\nnameserver 192.168.1.1\n";

    #[test]
    fn the_policy_says_whom_a_pod_asks() {
        for (policy, host_network, expected) in [
            ("ClusterFirst", false, CLUSTER),
            ("ClusterFirst", true, HOST),
            ("ClusterFirstWithHostNet", true, CLUSTER),
            ("Default", false, HOST),
            ("None", false, ""),
        ] {
            assert_eq!(file(policy, host_network, None), expected, "{policy} {host_network}");
        }
    }

    #[test]
    fn the_config_of_a_pod_is_added() {
        let list = |items: &[&str]| Value::list(items.iter().map(|i| Value::text(*i)));
        let option =
            |name: &str, value: &str| Value::map([("name", name.into()), ("value", Value::text(value))]);
        let config = || {
            Value::map([
                ("nameservers", list(&["1.1.1.1", "10.96.0.10", "2.2.2.2", "3.3.3.3"])),
                ("searches", list(&["svc.cluster.local", "example.com"])),
                ("options", Value::list([option("ndots", "2"), option("edns0", "")])),
            ])
        };
        assert_eq!(
            file("ClusterFirst", false, Some(config())),
            "search shop.svc.cluster.local svc.cluster.local cluster.local lan example.com\n\
             nameserver 10.96.0.10\nnameserver 1.1.1.1\nnameserver 2.2.2.2\noptions ndots:2 edns0\n"
        );
        assert_eq!(
            file("None", false, Some(config())),
            "search svc.cluster.local example.com\n\
             nameserver 1.1.1.1\nnameserver 10.96.0.10\nnameserver 2.2.2.2\noptions ndots:2 edns0\n"
        );
    }

    #[test]
    fn a_search_list_that_is_too_long_is_cut() {
        let long = |n: usize| Value::text(format!("{}.{n}", "a".repeat(200)));
        let config = Value::map([("searches", Value::list((0..40).map(long)))]);
        let spec = Value::map([("dnsPolicy", Value::text("None")), ("dnsConfig", config)]);
        let pod = Value::map([("spec", spec)]);
        let conf = ResolvConf::of_pod(Pod::of(&pod), &kubelet());
        assert_eq!(conf.searches.len(), 10, "ten names of 202 letters and nine spaces fit into 2048");
    }
}
