//! The rules of roles, one line for each resource.
//!
//! Models `k8s.io/kubectl/pkg/util/rbac`.

use super::Lines;
use super::template::Around;
use crate::base::{Value, sort};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A line: what the verbs may be done to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rule<'v> {
    group: &'v str,
    resource: &'v str,
    name: Option<&'v str>,
    /// Instead of a resource.
    path: Option<&'v str>,
    verbs: Vec<&'v str>,
}

pub(super) fn rules(out: &mut Lines, role: &Value, _: &mut Around<'_>) {
    let mut all = Vec::new();
    for rule in role.get("rules").items() {
        broken_down(rule, &mut all);
    }
    sort::by_cached_key(&mut all, sort_key);
    for rule in &all {
        let (path, name, verbs) = (listed(rule.path), listed(rule.name), rule.verbs.join(" "));
        out.line(&format!("  {}\t{path}\t{name}\t[{verbs}]", resource(rule)));
    }
}

/// Models `BreakdownRule` and `CompactRules`: what is allowed of one resource is one rule.
fn broken_down<'v>(rule: &'v Value, all: &mut Vec<Rule<'v>>) {
    let texts = |field: &str| rule.get(field).items().iter().map(Value::str).collect::<Vec<_>>();
    let (verbs, names) = (texts("verbs"), texts("resourceNames"));
    let names = if names.is_empty() { Vec::from([None]) } else { names.into_iter().map(Some).collect() };
    for group in texts("apiGroups") {
        for resource in texts("resources") {
            for name in &names {
                let rule = Rule { group, resource, name: *name, ..Rule::default() };
                verbs.iter().for_each(|verb| allow(all, &rule, verb));
            }
        }
    }
    // paths are not put together
    for path in texts("nonResourceURLs") {
        let of_verb =
            |verb: &&'v str| Rule { path: Some(path), verbs: Vec::from([*verb]), ..Rule::default() };
        all.extend(verbs.iter().map(of_verb));
    }
}

fn allow<'v>(all: &mut Vec<Rule<'v>>, rule: &Rule<'v>, verb: &'v str) {
    let same = |r: &&mut Rule<'v>| {
        (r.group, r.resource, r.name, r.path) == (rule.group, rule.resource, rule.name, None)
    };
    match all.iter_mut().find(same) {
        Some(known) if known.verbs.contains(&verb) => {}
        Some(known) => known.verbs.push(verb),
        None => all.push(Rule { verbs: Vec::from([verb]), ..rule.clone() }),
    }
}

/// As Go prints the rule.
fn sort_key(rule: &Rule<'_>) -> String {
    let verbs = rule.verbs.join(" ");
    let (group, resource, name, path) = (rule.group, rule.resource, listed(rule.name), listed(rule.path));
    format!(
        "Verbs:[{verbs}],APIGroups:[{group}],Resources:[{resource}],ResourceNames:{name},NonResourceURLs:{path}"
    )
}

fn listed(one: Option<&str>) -> String {
    format!("[{}]", one.unwrap_or_default())
}

/// Models `CombineResourceGroup`.
fn resource(rule: &Rule<'_>) -> String {
    let (resource, sub) = match rule.resource.split_once('/') {
        Some((resource, sub)) => (resource, format!("/{sub}")),
        None => (rule.resource, String::new()),
    };
    match rule.group {
        "" => format!("{resource}{sub}"),
        _ if resource.is_empty() => String::new(),
        group => format!("{resource}.{group}{sub}"),
    }
}
