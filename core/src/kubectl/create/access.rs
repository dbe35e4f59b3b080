//! `kubectl create role`, `clusterrole`, `rolebinding` and `clusterrolebinding`
//!
//! Models `create_role.go`, `create_clusterrole.go`, `create_rolebinding.go`, `create_clusterrolebinding.go`.

use super::{Client, Done, Failure, Printed, cluster_object, make, new_object, texts};
use crate::api::mapping;
use crate::base::Value;
use crate::kubectl::args::{Flag, value};
use crate::kubectl::run::Call;
use crate::schema::Schema;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const ROLE: &[Flag] = &[value("verb", ""), value("resource", ""), value("resource-name", "")];
pub const CLUSTER_ROLE: &[Flag] = &[value("non-resource-url", ""), value("aggregation-rule", "")];
pub const BINDING: &[Flag] = &[
    value("clusterrole", ""),
    value("role", ""),
    value("user", ""),
    value("group", ""),
    value("serviceaccount", ""),
];
pub const CLUSTER_BINDING: &[Flag] = &[
    value("clusterrole", "").required(),
    value("user", ""),
    value("group", ""),
    value("serviceaccount", ""),
];

const GROUP: &str = "rbac.authorization.k8s.io";
const VERSION: &str = "rbac.authorization.k8s.io/v1";
const VERBS: &[&str] = &[
    "*",
    "get",
    "delete",
    "list",
    "create",
    "update",
    "patch",
    "watch",
    "proxy",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
];
const URL_VERBS: &[&str] = &["*", "get", "post", "put", "delete", "patch", "head", "options"];
/// Verbs that are for some resources only, which need not be served.
const SPECIAL: &[(&str, &[(&str, &str)])] = &[
    ("use", &[("policy", "podsecuritypolicies"), ("extensions", "podsecuritypolicies")]),
    ("bind", &[(GROUP, "roles"), (GROUP, "clusterroles")]),
    ("escalate", &[(GROUP, "roles"), (GROUP, "clusterroles")]),
    (
        "impersonate",
        &[("", "users"), ("", "serviceaccounts"), ("", "groups"), ("authentication.k8s.io", "userextras")],
    ),
];

pub fn role(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let generate = |client: &mut Client<'_>, call: &Call<'_>, name: &str, out: &mut Printed| {
        let mut object = new_object(call, VERSION, "Role", name);
        let rule = Rule::of(call);
        rule.check_verbs(out)?;
        if rule.resources.is_empty() {
            return Err(Failure::own("at least one resource must be specified"));
        }
        rule.check_resources(&client.server.schema)?;
        object.set("rules", rule.rules(&client.server.schema));
        Ok(object)
    };
    make(client, call, out, generate, Failure::from)
}

pub fn cluster_role(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_cluster_role, Failure::from)
}

fn new_cluster_role(
    client: &mut Client<'_>,
    call: &Call<'_>,
    name: &str,
    out: &mut Printed,
) -> Result<Value, Failure> {
    let args = &call.args;
    let mut object = cluster_object(VERSION, "ClusterRole", name);
    let rule = Rule::of(call);
    let urls = args.each("non-resource-url").collect::<Vec<_>>();
    if args.is_given("aggregation-rule") {
        let others = ["non-resource-url", "verb", "resource", "resource-name"];
        if others.iter().any(|flag| args.is_given(flag)) {
            return Err(Failure::own(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames",
            ));
        }
        let labels = args.each("aggregation-rule").filter_map(|pair| pair.split_once('='));
        let labels = Value::map(labels.map(|(key, value)| (key, Value::text(value))));
        let selector = Value::map([("matchLabels", labels)]);
        object.entry("aggregationRule").set("clusterRoleSelectors", Value::list([selector]));
        object.set("rules", Value::Null);
        return Ok(object);
    }
    if rule.verbs.is_empty() {
        return Err(Failure::own("at least one verb must be specified"));
    }
    if rule.resources.is_empty() && urls.is_empty() {
        return Err(Failure::own("one of resource or nonResourceURL must be specified"));
    }
    if !rule.resources.is_empty() {
        rule.check_verbs(out)?;
        rule.check_resources(&client.server.schema)?;
    }
    if let Some(verb) = rule.verbs.iter().find(|verb| !urls.is_empty() && !URL_VERBS.contains(verb)) {
        return Err(Failure::own(format!("invalid verb: '{verb}' for nonResourceURL")));
    }
    for url in urls.iter().filter(|url| **url != "*") {
        let before_last = url.char_indices().next_back().and_then(|(end, _)| url.get(..end));
        if !url.starts_with('/') {
            return Err(Failure::own("nonResourceURL should start with /"));
        }
        if before_last.is_some_and(|start| start.contains('*')) {
            return Err(Failure::own("nonResourceURL only supports wildcard matches when '*' is at the end"));
        }
    }
    let mut rules = rule.rules(&client.server.schema);
    if !urls.is_empty() {
        let of_urls =
            Value::map([("verbs", texts(rule.verbs.iter().copied())), ("nonResourceURLs", texts(urls))]);
        rules.list_mut().push(of_urls);
    }
    object.set("rules", rules);
    Ok(object)
}

/// `deployments.apps/scale`
struct Wanted<'a> {
    group: &'a str,
    resource: &'a str,
    part: &'a str,
}

struct Rule<'a> {
    verbs: Vec<&'a str>,
    resources: Vec<Wanted<'a>>,
    names: Vec<&'a str>,
}

impl<'a> Rule<'a> {
    fn of(call: &'a Call<'_>) -> Rule<'a> {
        let mut verbs = unique(call.args.each("verb"));
        if verbs.contains(&"*") {
            verbs = Vec::from(["*"]);
        }
        let mut resources = Vec::new();
        for given in call.args.each("resource") {
            let (named, part) = given.split_once('/').unwrap_or((given, ""));
            let (resource, group) = named.split_once('.').unwrap_or((named, ""));
            resources.push(Wanted { group, resource, part });
            if given == "*" {
                let all = resources.pop();
                resources.extend(all);
                break;
            }
        }
        Rule { verbs, resources, names: unique(call.args.all("resource-name")) }
    }

    fn check_verbs(&self, out: &mut Printed) -> Done {
        if self.verbs.is_empty() {
            return Err(Failure::own("at least one verb must be specified"));
        }
        for verb in self.verbs.iter().filter(|verb| !VERBS.contains(verb)) {
            out.note(&format!("Warning: '{verb}' is not a standard resource verb"));
        }
        Ok(())
    }

    fn check_resources(&self, schema: &Schema) -> Done {
        for wanted in &self.resources {
            if wanted.resource.is_empty() {
                return Err(Failure::own("resource must be specified if apiGroup/subresource specified"));
            }
            if wanted.resource == "*" {
                return Ok(());
            }
            let (group, resource, mut known) = wanted.found(schema);
            for verb in &self.verbs {
                let Some((_, special)) = SPECIAL.iter().find(|(name, _)| name == verb) else { continue };
                if !special.contains(&(group.as_str(), resource.as_str())) {
                    return Err(Failure::own(format!(
                        "can not perform '{verb}' on '{resource}' in group '{group}'"
                    )));
                }
                known = true;
            }
            if !known {
                let place = if group.is_empty() { String::new() } else { format!(" in group \"{group}\"") };
                return Err(Failure::Plain(format!(
                    "the server doesn't have a resource type \"{resource}\"{place}"
                )));
            }
        }
        Ok(())
    }

    /// One rule for each group, in their order.
    fn rules(&self, schema: &Schema) -> Value {
        let mut groups = BTreeMap::<String, Vec<String>>::new();
        for wanted in &self.resources {
            let (group, mut resource, _) = wanted.found(schema);
            if !wanted.part.is_empty() {
                resource = format!("{resource}/{}", wanted.part);
            }
            let known = groups.entry(group).or_default();
            if !known.contains(&resource) {
                known.push(resource);
            }
        }
        Value::list(groups.iter().map(|(group, resources)| {
            let mut rule = Value::map([
                ("verbs", texts(self.verbs.iter().copied())),
                ("apiGroups", texts([group.as_str()])),
                ("resources", texts(resources.iter().map(String::as_str))),
            ]);
            if !self.names.is_empty() {
                rule.set("resourceNames", texts(self.names.iter().copied()));
            }
            rule
        }))
    }
}

impl Wanted<'_> {
    /// Group and name as the server has them, and whether it has them.
    fn found(&self, schema: &Schema) -> (String, String, bool) {
        let name = match self.group {
            "" => self.resource.to_string(),
            group => format!("{}.{group}", self.resource),
        };
        match mapping::resource(schema, &name) {
            Some(found) => (found.group.to_string(), found.name.to_string(), true),
            None => (self.group.to_string(), self.resource.to_string(), false),
        }
    }
}

fn unique<'a>(given: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut out = Vec::new();
    for one in given {
        if !out.contains(&one) {
            out.push(one);
        }
    }
    out
}

pub fn role_binding(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let generate = |_: &mut Client<'_>, call: &Call<'_>, name: &str, _: &mut Printed| {
        let (role, cluster_role) = (call.args.get("role"), call.args.get("clusterrole"));
        if role.is_empty() == cluster_role.is_empty() {
            return Err(Failure::own("exactly one of clusterrole or role must be specified"));
        }
        let (kind, role) = if role.is_empty() { ("ClusterRole", cluster_role) } else { ("Role", role) };
        binding(call, new_object(call, VERSION, "RoleBinding", name), kind, role)
    };
    make(client, call, out, generate, |s| {
        Failure::own(format!("failed to create rolebinding: {}", s.message))
    })
}

pub fn cluster_role_binding(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let generate = |_: &mut Client<'_>, call: &Call<'_>, name: &str, _: &mut Printed| {
        let object = cluster_object(VERSION, "ClusterRoleBinding", name);
        binding(call, object, "ClusterRole", call.args.get("clusterrole"))
    };
    make(client, call, out, generate, |s| {
        Failure::own(format!("failed to create clusterrolebinding: {}", s.message))
    })
}

fn binding(call: &Call<'_>, mut object: Value, kind: &str, role: &str) -> Result<Value, Failure> {
    let subjects = subjects(call)?;
    if !subjects.is_empty() {
        object.set("subjects", Value::list(subjects));
    }
    object.set("roleRef", Value::map([("apiGroup", GROUP), ("kind", kind), ("name", role)].map(text)));
    Ok(object)
}

/// Who is meant by `--user`, `--group` and `--serviceaccount`.
pub fn subjects(call: &Call<'_>) -> Result<Vec<Value>, Failure> {
    let mut subjects = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        for name in call.args.all(flag) {
            subjects.push(Value::map([("kind", kind), ("apiGroup", GROUP), ("name", name)].map(text)));
        }
    }
    for account in call.args.all("serviceaccount") {
        let pair =
            account.split_once(':').filter(|(s, n)| !s.is_empty() && !n.is_empty() && !n.contains(':'));
        let (space, name) = pair.ok_or_else(|| Failure::own("serviceaccount must be <namespace>:<name>"))?;
        let subject = [("kind", "ServiceAccount"), ("name", name), ("namespace", space)];
        subjects.push(Value::map(subject.map(text)));
    }
    Ok(subjects)
}

fn text<'a>((key, value): (&'a str, &str)) -> (&'a str, Value) {
    (key, Value::text(value))
}
