//! What a name within the zone asks for.
//!
//! Models `plugin/kubernetes/parse.go` of CoreDNS.

use super::name::labels;
use alloc::vec::Vec;

/// The part of a name before the zone, taken apart. What is missing is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub port: &'a str,
    pub protocol: &'a str,
    pub endpoint: &'a str,
    pub service: &'a str,
    pub namespace: &'a str,
    /// None for a name above all trees, such as the zone itself.
    pub tree: Option<Tree>,
}

/// The trees below the zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    Service,
    Pod,
}

impl Tree {
    pub(super) fn label(self) -> &'static str {
        match self {
            Tree::Service => "svc",
            Tree::Pod => "pod",
        }
    }
}

impl<'a> Request<'a> {
    /// `base` is a name in lower case without its zone: `_http._tcp.web.default.svc`. None where nothing can have
    /// such a name: another tree, or too many labels.
    pub(super) fn parse(base: &'a str) -> Option<Request<'a>> {
        // The trees themselves exist, whatever stands in them.
        if matches!(base, "" | "svc" | "pod") {
            return Some(Request::default());
        }
        let labels = labels(base).collect::<Vec<_>>();
        let mut labels = labels.iter().rev().copied();
        let tree = match labels.next()? {
            "svc" => Tree::Service,
            "pod" => Tree::Pod,
            _ => return None,
        };
        let namespace = labels.next().unwrap_or_default();
        let service = labels.next().unwrap_or_default();
        let request = Request { service, namespace, tree: Some(tree), ..Request::default() };
        // One label more is an endpoint's name, two are protocol and port: `_tcp.web` asks for an endpoint `_tcp`.
        match (labels.next(), labels.next(), labels.next()) {
            (None, ..) => Some(request),
            (Some(endpoint), None, _) => Some(Request { endpoint, ..request }),
            (Some(protocol), Some(port), None) => {
                Some(Request { protocol: bare(protocol), port: bare(port), ..request })
            }
            _ => None,
        }
    }
}

/// Without the underscore, which may be left out.
fn bare(label: &str) -> &str {
    label.strip_prefix('_').unwrap_or(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_mean_what_their_place_says() {
        let service = |service, namespace| Request {
            service,
            namespace,
            tree: Some(Tree::Service),
            ..Request::default()
        };
        for (base, expected) in [
            ("", Some(Request::default())),
            ("svc", Some(Request::default())),
            ("x", None),
            ("default.svc", Some(service("", "default"))),
            ("web.default.svc", Some(service("web", "default"))),
            ("a.web.default.svc", Some(Request { endpoint: "a", ..service("web", "default") })),
            ("_tcp.web.default.svc", Some(Request { endpoint: "_tcp", ..service("web", "default") })),
            (
                "_http._tcp.web.default.svc",
                Some(Request { port: "http", protocol: "tcp", ..service("web", "default") }),
            ),
            (
                "__http.tcp.web.default.svc",
                Some(Request { port: "_http", protocol: "tcp", ..service("web", "default") }),
            ),
            ("_._.web.default.svc", Some(service("web", "default"))),
            ("a._http._tcp.web.default.svc", None),
            (
                "1-2-3-4.default.pod",
                Some(Request {
                    service: "1-2-3-4",
                    namespace: "default",
                    tree: Some(Tree::Pod),
                    ..Request::default()
                }),
            ),
        ] {
            assert_eq!(Request::parse(base), expected, "{base}");
        }
    }
}
