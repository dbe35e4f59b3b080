//! Cases about the rules of kube-proxy, with a node that has the recorded ones.

use crate::recordings;
use serde_json::{Map, Value, json};
use svcscope_core::api::Request;
use svcscope_tests::conformance::proxy::looks;
use svcscope_tests::conformance::recording::{Kubectl, Rules, Session};
use svcscope_tests::conformance::run::judge_looks;
use svcscope_tests::conformance::server::{Family, Listings, Printed, Reply, Server};

/// Lists what was recorded, a look after the other.
struct Node {
    looks: Vec<Value>,
    asked: usize,
}

impl Server for Node {
    fn call(&mut self, _: &Request) -> Result<Reply, String> {
        Ok(Reply { code: 201, headers: Vec::new(), body: b"{}".to_vec() })
    }

    fn wait(&mut self, _: i64) {}

    fn now(&self) -> String {
        String::new()
    }

    fn dns(&mut self, _: &[u8]) -> Result<Option<Vec<u8>>, String> {
        Err("nobody asks".to_owned())
    }

    fn kubectl(&mut self, _: &Kubectl) -> Result<Printed, String> {
        Err("nobody asks".to_owned())
    }

    fn rules(&mut self, node: &str, family: Family, _: &Value) -> Result<Listings, String> {
        assert_eq!(node, "node-1");
        let look = &self.looks[self.asked / 2];
        self.asked += 1;
        let family = if family == Family::V4 { "ip" } else { "ip6" };
        Ok(Listings { nft: nft(&look["nft"][family]), iptables: iptables(&look["iptables"][family]) })
    }
}

#[test]
fn a_node_with_the_recorded_rules_passes_and_another_does_not() {
    let mut count = 0;
    for recording in recordings() {
        let cases = recording.cases.iter().filter_map(|case| match &case.session {
            Session::Rules(rules) => Some((&case.name, rules)),
            Session::Steps(_) => None,
        });
        let mut base = None;
        for (name, case) in cases {
            let expect = case.expect.as_array().unwrap();
            let recorded =
                expect.iter().map(|look| base.as_ref().map_or(look.clone(), |base| changed(base, look)));
            let mut node = Node { looks: recorded.collect(), asked: 0 };
            let seen = looks(&mut node, case).unwrap();
            let verdict = judge_looks(case, &seen, base.as_ref());
            assert!(verdict.is_ok(), "{name}: {verdict:?}");
            let another = Rules { expect: json!([]), ..case.clone() };
            assert!(judge_looks(&another, &seen, base.as_ref()).is_err(), "{name}");
            base.get_or_insert_with(|| seen[0].clone());
            count += 1;
        }
    }
    assert!(count > 50, "{count} cases");
}

/// The base, but for what differs.
fn changed(base: &Value, difference: &Value) -> Value {
    let (Some(old), Some(new)) = (base.as_object(), difference.as_object()) else {
        return difference.clone();
    };
    let mut all = old.clone();
    for (key, value) in new {
        if value.is_null() {
            all.shift_remove(key);
        } else {
            let value = changed(old.get(key).unwrap_or(&Value::Null), value);
            all.insert(key.clone(), value);
        }
    }
    Value::Object(all)
}

fn nft(table: &Value) -> String {
    let part = |(name, rows): (&String, &Value)| {
        let rows = texts(rows);
        let body = match rows.split_first() {
            Some((head, elements)) if !name.starts_with("chain") && !elements.is_empty() => {
                format!("\t\t{head}\n\t\telements = {{ {} }}\n", elements.join(",\n\t\t\t     "))
            }
            _ => rows.iter().map(|row| format!("\t\t{row}\n")).collect(),
        };
        format!("\t{name} {{\n{body}\t}}\n")
    };
    let parts = entries(table).map(part).collect::<Vec<_>>();
    format!("table ip kube-proxy {{\n\tcomment \"rules for kube-proxy\"\n\n{}}}\n", parts.join("\n"))
}

fn iptables(tables: &Value) -> String {
    let table = |(name, chains): (&String, &Value)| {
        let heads = entries(chains).map(|(chain, _)| format!(":{chain} - [0:0]\n")).collect::<String>();
        let rule = |(chain, rules): (&String, &Value)| {
            texts(rules).iter().map(|rule| format!("-A {chain} {rule}\n")).collect::<String>()
        };
        format!(
            "# of iptables-save\n*{name}\n{heads}{}COMMIT\n",
            entries(chains).map(rule).collect::<String>()
        )
    };
    entries(tables).map(table).collect()
}

fn entries(value: &Value) -> serde_json::map::Iter<'_> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE).iter()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
