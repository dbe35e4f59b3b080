//! Cases about the rules that kube-proxy writes on node-1, as the recorder's `proxy.py` looks at them.

use super::client::send;
use super::recording::Rules;
use super::server::{Family, Server};
use serde_json::{Map, Value, json};

const JSON: &str = "application/json";
const MERGE: &str = "application/merge-patch+json";
const NODE: &str = "node-1";
/// Milliseconds after which kube-proxy has heard of a change and written its rules.
const WRITTEN_AFTER: i64 = 2500;

/// What is to be seen after each lot of objects.
pub fn looks(server: &mut dyn Server, case: &Rules) -> Result<Vec<Value>, String> {
    put(server, &node())?;
    let look = |lot: &Vec<Value>| {
        lot.iter().try_for_each(|object| put(server, object))?;
        server.wait(WRITTEN_AFTER);
        let v4 = server.rules(NODE, Family::V4, &case.config)?;
        let v6 = server.rules(NODE, Family::V6, &case.config)?;
        let nft = json!({"ip": nft(&v4.nft), "ip6": nft(&v6.nft)});
        Ok(json!({"nft": nft, "iptables": {"ip": iptables(&v4.iptables), "ip6": iptables(&v6.iptables)}}))
    };
    case.lots.iter().map(look).collect()
}

/// What differs from the first look at the first case; null is what went away.
pub fn differs(now: &Value, base: &Value) -> Value {
    let (Some(new), Some(old)) = (now.as_object(), base.as_object()) else { return now.clone() };
    let changed = new.iter().filter(|(key, value)| old.get(*key) != Some(value));
    let changed =
        changed.map(|(key, value)| (key.clone(), differs(value, old.get(key).unwrap_or(&Value::Null))));
    let gone = old.keys().filter(|key| !new.contains_key(*key)).map(|key| (key.clone(), Value::Null));
    Value::Object(changed.chain(gone).collect())
}

fn node() -> Value {
    json!({"kind": "Node", "apiVersion": "v1",
        "metadata": {"name": NODE, "labels": {"topology.kubernetes.io/zone": "a", "kubernetes.io/hostname": NODE}},
        "spec": {"podCIDR": "10.244.1.0/24", "podCIDRs": ["10.244.1.0/24", "fd00:10:244:1::/64"]},
        "status": {"addresses": [{"type": "InternalIP", "address": "192.168.1.11"},
            {"type": "InternalIP", "address": "fd00::11"}, {"type": "Hostname", "address": NODE}]}})
}

/// Creates an object, or replaces or deletes it; its status is a second step.
fn put(server: &mut dyn Server, object: &Value) -> Result<(), String> {
    let folder = folder(object)?;
    let mut body = object.as_object().cloned().unwrap_or_default();
    let (status, delete) = (body.shift_remove("status"), body.shift_remove("delete"));
    let one = format!("{folder}/{}", object["metadata"]["name"].as_str().unwrap_or_default());
    if delete.is_some_and(|delete| delete != false) {
        return send(server, "DELETE", &one, JSON, None).map(drop);
    }
    let mut body = Value::Object(body);
    let old = send(server, "GET", &one, JSON, None)?;
    if old.code == 200 {
        body["metadata"]["resourceVersion"] = old.body["metadata"]["resourceVersion"].clone();
        must(server, "PUT", &one, JSON, &body)?;
    } else {
        must(server, "POST", &folder, JSON, &body)?;
    }
    match status {
        Some(status) => must(server, "PATCH", &format!("{one}/status"), MERGE, &json!({"status": status})),
        None => Ok(()),
    }
}

fn folder(object: &Value) -> Result<String, String> {
    const PATHS: [(&str, &str); 4] = [
        ("Service", "services"),
        ("EndpointSlice", "endpointslices"),
        ("Node", "nodes"),
        ("Namespace", "namespaces"),
    ];
    let kind = object["kind"].as_str().unwrap_or_default();
    let (_, resource) =
        PATHS.iter().find(|(known, _)| *known == kind).ok_or(format!("an object of kind {kind}"))?;
    let base = match object["apiVersion"].as_str() {
        None | Some("v1") => "/api/v1".to_owned(),
        Some(group) => format!("/apis/{group}"),
    };
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or("default");
    let namespaced = !matches!(kind, "Node" | "Namespace");
    Ok(if namespaced {
        format!("{base}/namespaces/{namespace}/{resource}")
    } else {
        format!("{base}/{resource}")
    })
}

fn must(
    server: &mut dyn Server,
    method: &str,
    path: &str,
    content_type: &str,
    body: &Value,
) -> Result<(), String> {
    let answer = send(server, method, path, content_type, Some(body))?;
    if answer.code < 300 { Ok(()) } else { Err(format!("{method} {path}: {} {}", answer.code, answer.body)) }
}

/// A listing of `nft -s list table`: rules by chain; type and sorted elements by map and set.
fn nft(listing: &str) -> Value {
    let mut out = Map::new();
    let mut current: Option<(&str, Vec<&str>)> = None;
    for line in listing.lines() {
        match &mut current {
            None => current = opened(line).map(|name| (name, Vec::new())),
            Some((name, rows)) if line == "\t}" => {
                let rows = if name.starts_with("chain") {
                    Value::from(rows.clone())
                } else {
                    elements(&rows.join(" "))
                };
                out.insert((*name).to_owned(), rows);
                current = None;
            }
            Some((_, rows)) => rows.extend(Some(line.trim()).filter(|row| !row.is_empty())),
        }
    }
    Value::Object(out)
}

/// The chain, map or set that begins with this line.
fn opened(line: &str) -> Option<&str> {
    let name = line.strip_prefix('\t')?.strip_suffix(" {")?;
    ["chain ", "map ", "set "].iter().any(|kind| name.starts_with(kind)).then_some(name)
}

/// What a map or set is, and its elements, sorted.
fn elements(body: &str) -> Value {
    let (head, list) = body.split_once("elements = {").unwrap_or((body, ""));
    let list = list.rsplit_once('}').map_or("", |(list, _)| list);
    let mut items = split_unquoted(list).iter().map(|item| one_spaced(item)).collect::<Vec<_>>();
    items.retain(|item| !item.is_empty());
    items.sort();
    items.insert(0, one_spaced(head));
    Value::from(items)
}

/// At commas and braces that stand in no comment.
fn split_unquoted(list: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = list.split(|c| {
        quoted ^= c == '"';
        !quoted && matches!(c, ',' | '{' | '}')
    });
    parts.map(str::to_owned).collect()
}

fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A listing of `iptables-save`: rules by table and chain; those of chains that dispatch on the Service are sorted, but
/// for the last one, which goes on to the node ports.
fn iptables(listing: &str) -> Value {
    const DISPATCH: [&str; 5] = [
        "KUBE-SERVICES",
        "KUBE-NODEPORTS",
        "KUBE-EXTERNAL-SERVICES",
        "KUBE-PROXY-FIREWALL",
        "KUBE-PROXY-CANARY",
    ];
    let mut tables = Map::new();
    let mut table = String::new();
    for line in listing.lines() {
        let mut add = |chain: &str, rule: Option<&str>| {
            let rules = &mut tables.entry(table.as_str()).or_insert_with(|| json!({}))[chain];
            if rules.is_null() {
                *rules = json!([]);
            }
            rules.as_array_mut().into_iter().for_each(|rules| rules.extend(rule.map(Value::from)));
        };
        if let Some(name) = line.strip_prefix('*') {
            name.clone_into(&mut table);
            tables.entry(name).or_insert_with(|| json!({}));
        } else if let Some(chain) = line.strip_prefix(':') {
            add(chain.split(' ').next().unwrap_or_default(), None);
        } else if let Some((chain, rule)) = line.strip_prefix("-A ").and_then(|rest| rest.split_once(' ')) {
            add(chain, Some(rule));
        }
    }
    for (chain, rules) in tables.values_mut().filter_map(Value::as_object_mut).flatten() {
        if let Some(rules) = rules.as_array_mut().filter(|_| DISPATCH.contains(&chain.as_str())) {
            let text = |rule: &Value| rule.as_str().unwrap_or_default().to_owned();
            let last = rules.pop_if(|rule| text(rule).contains("KUBE-NODEPORTS"));
            rules.sort_by_key(text);
            rules.extend(last);
        }
    }
    Value::Object(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_of_nft_is_read() {
        let listing = "table ip kube-proxy {\n\tcomment \"rules for kube-proxy\"\n\n\tset cluster-ips {\n\t\ttype ipv4_addr\n\t\tcomment \"Active\"\n\
            \t\telements = { 10.96.0.20 comment \"a, b\",\n\t\t\t     10.96.0.1 }\n\t}\n\n\tchain a {\n\t\tct state new  jump b\n\t}\n}\n";
        let want = json!({"set cluster-ips": ["type ipv4_addr comment \"Active\"", "10.96.0.1", "10.96.0.20 comment \"a, b\""],
            "chain a": ["ct state new  jump b"]});
        assert_eq!(nft(listing), want);
    }

    #[test]
    fn a_listing_of_iptables_is_read() {
        let listing = "# x\n*nat\n:KUBE-SERVICES - [0:0]\n:EMPTY - [0:0]\n-A KUBE-SERVICES -j B\n-A KUBE-SERVICES -j A\n-A KUBE-SERVICES -j KUBE-NODEPORTS\n-A X -j Z\n-A X -j Y\nCOMMIT\n";
        let want = json!({"nat": {"KUBE-SERVICES": ["-j A", "-j B", "-j KUBE-NODEPORTS"], "EMPTY": [], "X": ["-j Z", "-j Y"]}});
        assert_eq!(iptables(listing), want);
    }

    #[test]
    fn only_what_differs_is_told() {
        let base = json!({"a": {"x": [1], "y": [2]}, "b": {"z": [3]}});
        assert_eq!(
            differs(&json!({"a": {"x": [1], "y": [9]}, "c": [4]}), &base),
            json!({"a": {"y": [9]}, "c": [4], "b": null})
        );
        assert_eq!(differs(&base, &base), json!({}));
    }
}
