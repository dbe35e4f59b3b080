//! Which nodes a pod asks for: its node selector, and its required node affinity.
//!
//! Models `k8s.io/component-helpers/scheduling/corev1/nodeaffinity`.

use crate::base::labels::{Operator, Requirement};
use crate::base::{Text, Value};
use alloc::vec::Vec;

/// Whether a pod with this spec may run on a node of that name with those labels.
pub fn matches(spec: &Value, name: &str, labels: &Value) -> bool {
    let selected = spec.get("nodeSelector").entries().iter().all(|(k, v)| labels.find(k) == Some(v));
    let required = required(spec);
    selected && (required.is_null() || terms(required).any(|term| is_met(term, name, labels)))
}

/// The only nodes that a pod may run on, where its affinity names them; as the pods of a DaemonSet do.
pub fn named(spec: &Value) -> Option<Vec<&str>> {
    let required = required(spec);
    let mut names = Vec::new();
    for term in terms(required) {
        let by_name = |f: &&Value| f.get("key").str() == "metadata.name" && f.get("operator").str() == "In";
        let fields = term.get("matchFields").items().iter().find(by_name)?;
        names.extend(fields.get("values").items().iter().map(Value::str));
    }
    (!required.is_null()).then_some(names)
}

fn required(spec: &Value) -> &Value {
    spec.at(&["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"])
}

fn terms(required: &Value) -> impl Iterator<Item = &Value> {
    required.get("nodeSelectorTerms").items().iter()
}

/// A term without any requirement is met by no node.
fn is_met(term: &Value, name: &str, labels: &Value) -> bool {
    let (expressions, fields) = (term.get("matchExpressions").items(), term.get("matchFields").items());
    if expressions.is_empty() && fields.is_empty() {
        return false;
    }
    let field = Value::map([("metadata.name", Value::text(name))]);
    expressions.iter().all(|e| meets(e, labels)) && fields.iter().all(|f| meets(f, &field))
}

const OPERATORS: &[(&str, Operator)] = &[
    ("In", Operator::In),
    ("NotIn", Operator::NotIn),
    ("Exists", Operator::Exists),
    ("DoesNotExist", Operator::DoesNotExist),
    ("Gt", Operator::GreaterThan),
    ("Lt", Operator::LessThan),
];

fn meets(expression: &Value, labels: &Value) -> bool {
    let asked = expression.get("operator").str();
    let Some((_, operator)) = OPERATORS.iter().find(|(name, _)| *name == asked) else { return false };
    let values = expression.get("values").items().iter().filter_map(Value::as_text).cloned().collect();
    let key = Text::from(expression.get("key").str());
    Requirement { key, operator: *operator, values }.matches(labels)
}
