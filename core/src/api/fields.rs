//! Field selectors: `status.phase=Running,metadata.name!=a`.
//!
//! Models `k8s.io/apimachinery/pkg/fields` and the field label conversions of each kind.

use crate::base::Value;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// All terms at once; without any, everything is selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSelector {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    field: String,
    value: String,
    equal: bool,
}

/// The fields that may be selected by beside name and namespace, and whether unknown ones are named as such.
struct Selectable {
    resource: &'static str,
    fields: &'static [&'static str],
}

/// Models `AddFieldLabelConversionsFor...` in `pkg/apis/*/v1/conversion.go`.
const SELECTABLE: &[Selectable] = &[
    Selectable {
        resource: "pods",
        fields: &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
    },
    Selectable { resource: "certificatesigningrequests.certificates.k8s.io", fields: &["spec.signerName"] },
    Selectable { resource: "clustertrustbundles.certificates.k8s.io", fields: &["spec.signerName"] },
    Selectable {
        resource: "podcertificaterequests.certificates.k8s.io",
        fields: &["spec.signerName", "spec.podName", "spec.nodeName"],
    },
    Selectable {
        resource: "resourceslices.resource.k8s.io",
        fields: &["spec.nodeName", "spec.driver", "spec.pool.name"],
    },
    Selectable { resource: "nodes", fields: &["spec.unschedulable"] },
    Selectable { resource: "services", fields: &["spec.clusterIP", "spec.type"] },
    Selectable { resource: "namespaces", fields: &["status.phase"] },
    Selectable { resource: "replicationcontrollers", fields: &["status.replicas"] },
    Selectable { resource: "secrets", fields: &["type"] },
    Selectable { resource: "jobs.batch", fields: &["status.successful"] },
    Selectable {
        resource: "events.events.k8s.io",
        fields: &[
            "regarding.kind",
            "regarding.namespace",
            "regarding.name",
            "regarding.uid",
            "regarding.apiVersion",
            "regarding.resourceVersion",
            "regarding.fieldPath",
            "reason",
            "reportingController",
            "type",
        ],
    },
    Selectable {
        resource: "events",
        fields: &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
    },
];

/// Conversions that know `metadata.name`, and not `metadata.namespace`. Each is of a kind in no namespace, but for
/// requests for the certificates of pods.
const NAME_ONLY: &[&str] = &[
    "nodes",
    "namespaces",
    "certificatesigningrequests.certificates.k8s.io",
    "clustertrustbundles.certificates.k8s.io",
    "podcertificaterequests.certificates.k8s.io",
    "resourceslices.resource.k8s.io",
];

impl FieldSelector {
    /// Parses a selector for objects of a resource.
    pub fn parse(text: &str, resource: &str) -> Result<FieldSelector, String> {
        let mut terms = Vec::new();
        for term in split(text) {
            if term.is_empty() {
                continue;
            }
            let (field, value, equal) = split_term(term)
                .ok_or_else(|| format!("invalid selector: '{text}'; can't understand '{term}'"))?;
            let value = unescape(value)?;
            terms.push(Term { field: check(field, resource)?, value, equal });
        }
        Ok(FieldSelector { terms })
    }

    /// The one object of that name.
    pub fn name(name: &str) -> FieldSelector {
        let term = Term { field: "metadata.name".to_string(), value: name.to_string(), equal: true };
        FieldSelector { terms: [term].into() }
    }

    pub fn is_everything(&self) -> bool {
        self.terms.is_empty()
    }

    /// The value that a field must have, where a term says so.
    pub fn exact(&self, field: &str) -> Option<&str> {
        self.terms.iter().find(|t| t.equal && t.field == field).map(|t| t.value.as_str())
    }

    pub fn matches(&self, object: &Value) -> bool {
        self.terms.iter().all(|t| (field_of(object, &t.field) == t.value) == t.equal)
    }
}

/// The parts between commas that are not escaped.
fn split(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (i, c) in text.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            ',' if !escaped => {
                out.push(text.get(start..i).unwrap_or_default());
                start = i + 1;
            }
            _ => escaped = false,
        }
    }
    out.push(text.get(start..).unwrap_or_default());
    out
}

fn split_term(term: &str) -> Option<(&str, &str, bool)> {
    for (i, _) in term.char_indices() {
        let (before, rest) = term.split_at_checked(i)?;
        for (operator, equal) in [("!=", false), ("==", true), ("=", true)] {
            if let Some(value) = rest.strip_prefix(operator) {
                return Some((before, value, equal));
            }
        }
    }
    None
}

fn unescape(text: &str) -> Result<String, String> {
    if !text.contains(['\\', ',', '=']) {
        return Ok(text.to_string());
    }
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c @ ('\\' | ',' | '=')) => out.push(c),
                next => {
                    let sequence = format!("\\{}", next.map(String::from).unwrap_or_default());
                    return Err(format!("invalid field selector: invalid escape sequence: {sequence}"));
                }
            },
            ',' | '=' => return Err(format!("invalid field selector: unescaped character in value: {c}")),
            c => out.push(c),
        }
    }
    Ok(out)
}

/// The field as objects have it, if objects of that resource may be selected by it.
fn check(field: &str, resource: &str) -> Result<String, String> {
    let own = SELECTABLE.iter().find(|s| s.resource == resource);
    let known = own.map(|s| s.fields).unwrap_or_default();
    let field = match (resource, field) {
        // An old name that clients still use.
        ("pods", "spec.host") => "spec.nodeName",
        (_, field) => field,
    };
    let of_all = field == "metadata.name" || field == "metadata.namespace" && !NAME_ONLY.contains(&resource);
    if of_all || known.contains(&field) {
        return Ok(match field.strip_prefix("regarding.") {
            // Both kinds of events are stored as the older one.
            Some(rest) => format!("involvedObject.{rest}"),
            _ if field == "reportingController" => "reportingComponent".to_string(),
            _ => field.to_string(),
        });
    }
    Err(match (own, resource) {
        (None, _) => {
            let known = "only \"metadata.name\", \"metadata.namespace\"";
            format!("\"{field}\" is not a known field selector: {known}")
        }
        (_, "jobs.batch") => format!("field label {field:?} not supported for Job"),
        (_, "resourceslices.resource.k8s.io") => {
            format!("field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: {field}")
        }
        _ => format!("field label not supported: {field}"),
    })
}

fn field_of(object: &Value, field: &str) -> String {
    let value = field.split('.').fold(object, |v, key| v.get(key));
    match (value, field) {
        (Value::Text(t), _) => t.as_str().to_string(),
        (Value::Int(i), _) => i.to_string(),
        (Value::Bool(b), _) => b.to_string(),
        (Value::Map(_), "source") => value.get("component").str().to_string(),
        (Value::List(_), "status.podIPs") => {
            value.items().iter().map(|ip| ip.get("ip").str()).collect::<Vec<_>>().join(",")
        }
        (_, "spec.unschedulable" | "spec.hostNetwork") => "false".to_string(),
        (_, "status.replicas" | "status.successful") => "0".to_string(),
        _ => String::new(),
    }
}
