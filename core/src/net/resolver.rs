//! Names to addresses, the way a program in a container finds them: the hosts file, then the DNS servers, with the
//! search list for names that have few dots.
//!
//! Models glibc: `getaddrinfo`, and `res_search` (`resolv/res_query.c`) below it.

use super::dns::{Answer, Data, Rcode, Record, Type, name};
use super::hosts;
use super::resolv_conf::ResolvConf;
use super::trace::{Query, Recorder, Step, What};
use crate::base::{Text, ip};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;

/// What a resolver works with.
#[derive(Clone, Debug)]
pub struct Resolver {
    pub conf: ResolvConf,
    /// The hosts file.
    pub hosts: String,
}

/// Why there is no answer. `curl` does not tell them apart; other programs do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// "Name or service not known"
    NoSuchName,
    /// "No address associated with hostname"
    NoData,
    /// "Temporary failure in name resolution"
    TryAgain,
    /// "Non-recoverable failure in name resolution"
    Failed,
}

/// What a DNS server answered, or why it did not.
pub type Asked = Result<Answer, String>;

/// What was found, and under which of the names that were tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub name: Text,
    pub answers: Vec<Record>,
}

impl Resolver {
    /// The addresses of a name, in the order in which the answers have them, IPv4 first. `ask` puts a question to a
    /// server.
    ///
    /// Models `getaddrinfo` with `AF_UNSPEC`.
    pub fn addresses(
        &self,
        name: &str,
        mut ask: impl FnMut(IpAddr, &str, Type) -> Asked,
        note: &mut impl Recorder,
    ) -> Result<Vec<IpAddr>, Unresolved> {
        if let Some(ip) = ip::parse(name.trim_start_matches('[').trim_end_matches(']')) {
            return Ok([ip].into());
        }
        let known = hosts::lookup(&self.hosts, name);
        if !known.is_empty() {
            note.step(|| {
                Step::new(What::HostsFile, format!("/etc/hosts says that {name} is {}.", listed(&known)))
            });
            return Ok(known);
        }
        let found = self.search(name, &[Type::A, Type::AAAA], &mut ask, note);
        let found = found.and_then(|found| match leading_to(&found) {
            // An alias that leads to nothing ends the search all the same.
            addresses if addresses.is_empty() => Err(Unresolved::NoData),
            addresses => Ok((found.name, addresses)),
        });
        note.step(|| match &found {
            Ok((full, addresses)) => {
                Step::new(What::Resolved, format!("{name} is {full}, which is {}.", listed(addresses)))
            }
            Err(e) => Step::new(What::Resolved, format!("{name} has no address: {}.", e.words())),
        });
        found.map(|(_, addresses)| addresses)
    }

    /// The records of a name, or of the first of the names of the search list that has any.
    ///
    /// Models `__res_context_search`.
    pub fn search(
        &self,
        name: &str,
        kinds: &[Type],
        mut ask: impl FnMut(IpAddr, &str, Type) -> Asked,
        note: &mut impl Recorder,
    ) -> Result<Found, Unresolved> {
        let (complete, dots) = (name.ends_with('.'), name.matches('.').count());
        let bare = name.strip_suffix('.').unwrap_or(name);
        let mut query = |full: &str| self.query(full, kinds, &mut ask, note);
        // The failure that counts if all else fails too, and whether the name was asked for as it stands.
        let (mut as_is, mut got_nodata, mut got_failure) = (None, false, false);
        let mut last = Unresolved::NoSuchName;
        if complete || dots >= self.conf.ndots() {
            match query(&format!("{bare}.")) {
                Ok(found) => return Ok(found),
                Err(e) if complete => return Err(e.cause),
                Err(e) => as_is = Some(e.cause),
            }
        }
        let mut root_listed = false;
        for domain in &self.conf.searches {
            let domain = domain.trim_matches('.');
            root_listed |= domain.is_empty();
            let full = if domain.is_empty() { format!("{bare}.") } else { format!("{bare}.{domain}.") };
            let failure = match query(&full) {
                Ok(found) => return Ok(found),
                Err(e) => e,
            };
            last = failure.cause;
            match failure.cause {
                Unresolved::NoData => got_nodata = true,
                Unresolved::NoSuchName => {}
                Unresolved::TryAgain if failure.answered => got_failure = true,
                Unresolved::TryAgain | Unresolved::Failed => break,
            }
        }
        if as_is.is_none() && !root_listed {
            match query(&format!("{bare}.")) {
                Ok(found) => return Ok(found),
                Err(e) => last = e.cause,
            }
        }
        Err(match as_is {
            Some(cause) => cause,
            None if got_nodata => Unresolved::NoData,
            None if got_failure => Unresolved::TryAgain,
            None => last,
        })
    }

    /// Models `__res_context_query`: all kinds are asked for at once.
    fn query(
        &self,
        full: &str,
        kinds: &[Type],
        mut ask: impl FnMut(IpAddr, &str, Type) -> Asked,
        note: &mut impl Recorder,
    ) -> Result<Found, Failure> {
        if !name::is_valid(full) {
            return Err(Failure { cause: Unresolved::Failed, answered: false });
        }
        let answers = self.send(full, kinds, &mut ask, note);
        let good = |a: &&Answer| a.rcode == Rcode::NoError && !a.answers.is_empty();
        let found = answers.iter().filter(good).flat_map(|a| &a.answers).cloned().collect::<Vec<_>>();
        if !found.is_empty() {
            return Ok(Found { name: full.into(), answers: found });
        }
        let rcodes = || answers.iter().map(|a| a.rcode);
        let failure = |cause| Failure { cause, answered: true };
        Err(match rcodes().find(|r| *r != Rcode::NoError).or_else(|| rcodes().next()) {
            None => Failure { cause: Unresolved::TryAgain, answered: false },
            Some(Rcode::NoError) => failure(Unresolved::NoData),
            Some(Rcode::NxDomain) => failure(Unresolved::NoSuchName),
            Some(Rcode::ServFail) => failure(Unresolved::TryAgain),
            Some(_) => Failure { cause: Unresolved::TryAgain, answered: false },
        })
    }

    /// Asks one server after the other, and again, until one answers all questions properly; else what was answered
    /// last.
    ///
    /// Models `__res_context_send`.
    fn send(
        &self,
        full: &str,
        kinds: &[Type],
        mut ask: impl FnMut(IpAddr, &str, Type) -> Asked,
        note: &mut impl Recorder,
    ) -> Vec<Answer> {
        let mut last = Vec::new();
        for _ in 0..self.conf.attempts() {
            for server in self.conf.nameservers.iter().filter_map(|s| ip::parse_sloppy(s)) {
                let mut answers = Vec::new();
                for kind in kinds {
                    let answer = ask(server, full, *kind);
                    note.step(|| query_step(full, *kind, server, &answer));
                    answers.extend(answer);
                }
                let proper =
                    |a: &Answer| !matches!(a.rcode, Rcode::ServFail | Rcode::NotImp | Rcode::Refused);
                if answers.len() == kinds.len() && answers.iter().all(proper) {
                    return answers;
                }
                if !answers.is_empty() {
                    last = answers;
                }
            }
        }
        last
    }
}

struct Failure {
    cause: Unresolved,
    /// Whether a server said so, rather than none or one that refuses to.
    answered: bool,
}

impl Unresolved {
    /// As `getaddrinfo` words it.
    pub fn words(self) -> &'static str {
        match self {
            Unresolved::NoSuchName => "Name or service not known",
            Unresolved::NoData => "No address associated with hostname",
            Unresolved::TryAgain => "Temporary failure in name resolution",
            Unresolved::Failed => "Non-recoverable failure in name resolution",
        }
    }
}

/// The addresses that the answers lead to from the name asked for, by whatever aliases.
fn leading_to(found: &Found) -> Vec<IpAddr> {
    let mut name = found.name.clone();
    let mut addresses = Vec::new();
    for record in &found.answers {
        // The answers to the questions for IPv4 and IPv6 both begin at the name asked for.
        if record.name.eq_ignore_ascii_case(&found.name) {
            name = found.name.clone();
        }
        if !record.name.eq_ignore_ascii_case(&name) {
            continue;
        }
        match &record.data {
            Data::Cname(target) => name = target.clone(),
            Data::A(ip) => addresses.push(IpAddr::V4(*ip)),
            Data::Aaaa(ip) => addresses.push(IpAddr::V6(*ip)),
            _ => {}
        }
    }
    addresses
}

fn listed(addresses: &[IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn query_step(full: &str, kind: Type, server: IpAddr, asked: &Asked) -> Step {
    let answer = asked.as_ref().ok();
    let result = match asked {
        Err(why) => format!("and gets no answer. {why}"),
        Ok(a) if a.rcode != Rcode::NoError => format!("and is told {}.", a.rcode.name()),
        Ok(a) if a.answers.is_empty() => "a name that has none.".to_owned(),
        Ok(a) => {
            let data = a.answers.iter().map(|r| r.data.to_string()).collect::<Vec<_>>();
            format!("and gets {}.", data.join(", "))
        }
    };
    Step {
        query: Some(Query {
            name: full.into(),
            kind,
            server,
            rcode: answer.map(|a| a.rcode),
            answers: answer.iter().flat_map(|a| a.answers.iter().map(ToString::to_string)).collect(),
        }),
        ..Step::new(
            What::Query,
            format!("The client asks {server} for the {kind} records of {full}, {result}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::dns::Server;
    use crate::net::testing::{store, table};

    /// Resolves a name in a pod of `default` and compares what was asked, without repetitions, and what came of it.
    fn check(cluster: &str, options: &str, name: &str, expected: &str) {
        let store = store(cluster);
        let mut server = Server::new("cluster.local", &[]);
        let searches = ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"];
        let conf = ResolvConf {
            nameservers: ["10.96.0.10".into()].into(),
            searches: searches.map(Text::from).to_vec(),
            options: options.split(' ').map(Text::from).collect(),
        };
        let resolver = Resolver { conf, hosts: "127.0.0.1 localhost\n10.244.1.9 client".into() };
        let mut steps = Vec::new();
        let found = resolver.addresses(
            name,
            |_, n, t| server.lookup(&store, n, t).ok_or_else(String::new),
            &mut steps,
        );
        let asked = steps.iter().filter_map(|s| s.query.as_ref()).map(|q| {
            let rcode = q.rcode.map_or("silence", Rcode::name);
            format!("{} {} {rcode}", q.kind, q.name)
        });
        let mut seen = asked.collect::<Vec<_>>();
        seen.dedup();
        seen.push(match found {
            Ok(addresses) => format!("-> {}", listed(&addresses)),
            Err(e) => format!("-> {}", e.words()),
        });
        assert_eq!(seen, table(expected), "\n{}\n", seen.join("\n"));
    }

    const CLUSTER: &str = "
        service web 10.96.0.20 ports=80
        service six fd00:10:96::6 ports=80
        service dual 10.96.0.21,fd00:10:96::21 ports=80
        service out type=ExternalName name=db.example.com
        service alias type=ExternalName name=web.default.svc.cluster.local
    ";

    #[test]
    fn a_short_name_is_tried_in_the_own_namespace_first() {
        check(
            CLUSTER,
            "ndots:5",
            "web",
            "
            A web.default.svc.cluster.local. NOERROR
            AAAA web.default.svc.cluster.local. NOERROR
            -> 10.96.0.20
            ",
        );
    }

    #[test]
    fn a_longer_name_walks_the_search_list() {
        check(
            CLUSTER,
            "ndots:5",
            "dual.default",
            "
            A dual.default.default.svc.cluster.local. NXDOMAIN
            AAAA dual.default.default.svc.cluster.local. NXDOMAIN
            A dual.default.svc.cluster.local. NOERROR
            AAAA dual.default.svc.cluster.local. NOERROR
            -> 10.96.0.21, fd00:10:96::21
            ",
        );
    }

    #[test]
    fn a_name_with_enough_dots_is_tried_as_it_stands_first() {
        check(
            CLUSTER,
            "ndots:2",
            "web.default.svc.cluster.local",
            "
            A web.default.svc.cluster.local. NOERROR
            AAAA web.default.svc.cluster.local. NOERROR
            -> 10.96.0.20
            ",
        );
    }

    #[test]
    fn a_complete_name_is_tried_as_it_stands_only() {
        check(
            CLUSTER,
            "ndots:5",
            "web.",
            "
            A web. SERVFAIL
            AAAA web. SERVFAIL
            A web. SERVFAIL
            AAAA web. SERVFAIL
            -> Temporary failure in name resolution
            ",
        );
    }

    #[test]
    fn what_is_nowhere_is_asked_for_everywhere() {
        check(
            CLUSTER,
            "ndots:5 attempts:1",
            "example.com",
            "
            A example.com.default.svc.cluster.local. NXDOMAIN
            AAAA example.com.default.svc.cluster.local. NXDOMAIN
            A example.com.svc.cluster.local. NXDOMAIN
            AAAA example.com.svc.cluster.local. NXDOMAIN
            A example.com.cluster.local. NXDOMAIN
            AAAA example.com.cluster.local. NXDOMAIN
            A example.com. SERVFAIL
            AAAA example.com. SERVFAIL
            -> Temporary failure in name resolution
            ",
        );
    }

    #[test]
    fn one_family_is_enough_and_aliases_are_followed() {
        let six = "
            A six.default.svc.cluster.local. NOERROR
            AAAA six.default.svc.cluster.local. NOERROR
            -> fd00:10:96::6
        ";
        check(CLUSTER, "ndots:5", "six", six);
        let alias = "
            A alias.default.svc.cluster.local. NOERROR
            AAAA alias.default.svc.cluster.local. NOERROR
            -> 10.96.0.20
        ";
        check(CLUSTER, "ndots:5", "alias", alias);
    }

    #[test]
    fn an_alias_that_leads_out_of_the_cluster_ends_the_search() {
        check(
            CLUSTER,
            "ndots:5",
            "out",
            "
            A out.default.svc.cluster.local. NOERROR
            AAAA out.default.svc.cluster.local. NOERROR
            -> No address associated with hostname
            ",
        );
    }

    #[test]
    fn addresses_and_the_hosts_file_need_no_server() {
        check("", "ndots:5", "10.1.2.3", "-> 10.1.2.3");
        check("", "ndots:5", "[fd00::1]", "-> fd00::1");
        check("", "ndots:5", "localhost", "-> 127.0.0.1");
        check("", "ndots:5", "client", "-> 10.244.1.9");
    }
}
