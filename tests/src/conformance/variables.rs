//! Names for what differs from run to run: `$uid1`, `$rv1`, `$time`, `$clusterIP1`, `$nodePort1`, `$name1`, …,
//! numbered in order of first sight within a case, and the same wherever the same value stands.

use super::generated;
use super::pattern::{group, matches, patterns, sub};
use super::python;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

patterns! {
    UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z(?!07:00)";
    IP = r"\b10\.96\.\d{1,3}\.\d{1,3}\b|\bfd00:10:96::[0-9a-f:]+\b";
    REVISION = r#"(resourceVersion\\*"?: ?\\*")(\d+)(?=\\*")"#;
    CURRENT_REVISION = r"(resource version: \d+(?:, current: | \())\d+";
    RECORD_REVISION = r"(ResourceVersion in record \()(\d+)\)";
    PORT_TAKEN = r"(Invalid value: )(3[0-2]\d{3})(?=: provided port is already)";
    PLAIN_REVISION = r#""resourceVersion": "\d+""#;
    SCHEME_ALONE = r#"^(no kind .* in scheme )"pkg/runtime/scheme.go:111""#;
    ADDRESS = r"[0-9a-f:.]+";
    AGE = r"^(?:\d+[smhdy])+$";
    REFERENCE = r"\$(?:uid|rv|continue|name|clusterIP|nodePort)\d+";
}

/// The text of a case's steps: what stands there was asked for and not left to chance.
#[derive(Clone, Debug)]
pub struct Script {
    text: String,
    addresses: BTreeSet<String>,
}

/// The variables of a case.
#[derive(Clone, Debug)]
pub struct Variables<'a> {
    script: &'a Script,
    /// The port of the API server the answers came from; recorded as 6443.
    pub(super) server_port: &'a str,
    /// The `generateName` of everything seen in the cluster while it settled.
    pub(super) generated: &'a BTreeSet<String>,
    /// By kind and value.
    seen: BTreeMap<(&'static str, String), String>,
    count: BTreeMap<&'static str, usize>,
    /// Every `generateName` known, the longest first.
    prefixes: Vec<String>,
}

impl Script {
    pub fn new(steps: &[Value]) -> Script {
        let text = python::dumps(&Value::from(steps.to_vec()));
        let known = ["10.96.0.0", "10.96.0.1", "10.96.0.10"].map(str::to_owned);
        let addresses =
            ADDRESS.find_iter(&text).flatten().map(|m| m.as_str().to_owned()).chain(known).collect();
        Script { text, addresses }
    }

    fn contains(&self, prefix: &str, suffix: &str) -> bool {
        self.text.contains(&format!("{prefix}{suffix}"))
    }
}

impl<'a> Variables<'a> {
    pub fn new(script: &'a Script, server_port: &'a str, generated: &'a BTreeSet<String>) -> Variables<'a> {
        let (seen, count) = (BTreeMap::new(), BTreeMap::new());
        let mut new = Variables { script, server_port, generated, seen, count, prefixes: Vec::new() };
        new.add_prefixes(generated.clone());
        new
    }

    /// Takes in every `generateName`, before the names they made are rewritten.
    pub fn learn(&mut self, value: &Value) {
        /// What the API server leaves of a longer one.
        const LONGEST: usize = 58;
        let mut found = BTreeSet::new();
        generate_names(value, &mut found);
        let cut = found.iter().map(|name| name.chars().take(LONGEST).collect::<String>()).collect();
        self.add_prefixes(found);
        self.add_prefixes(cut);
    }

    /// An answer with variables in place of values.
    pub fn body(&mut self, value: &Value) -> Value {
        self.value(value, "")
    }

    /// A text with variables in place of values.
    pub fn text(&mut self, text: &str) -> String {
        let s = sub(&UUID, text, |m| self.name("uid", &m[0]));
        let s = TIME.replace_all(&s, "$$time");
        let s = sub(&REVISION, &s, |m| {
            if &m[2] == "0" { m[0].to_owned() } else { m[1].to_owned() + &self.name("rv", &m[2]) }
        });
        let s = CURRENT_REVISION.replace_all(&s, "${1}$$current");
        let s = sub(&RECORD_REVISION, &s, |m| format!("{}{})", &m[1], self.name("rv", &m[2])));
        // The recorded cluster was built from modules, which hides the file that made the scheme. In a release it is the
        // second of these, and the first where DeleteOptions are decoded (there the text stands alone).
        let s = SCHEME_ALONE.replace(&s, r#"${1}"pkg/apis/meta/internalversion/scheme/register.go:27""#);
        let s = s.replace(
            r#"in scheme "pkg/runtime/scheme.go:111""#,
            r#"in scheme "pkg/api/legacyscheme/scheme.go:30""#,
        );
        let s = sub(&IP, &s, |m| {
            if self.script.addresses.contains(&m[0]) {
                m[0].to_owned()
            } else {
                self.name("clusterIP", &m[0])
            }
        });
        let s = sub(&PORT_TAKEN, &s, |m| m[1].to_owned() + &self.port(&m[2]));
        std::mem::take(&mut self.prefixes).into_iter().fold(s, |s, prefix| {
            let s = generated::replaced(&s, &prefix, |suffix| self.suffix(&prefix, suffix));
            self.prefixes.push(prefix);
            s
        })
    }

    /// The variable for a value.
    pub(super) fn name(&mut self, kind: &'static str, value: &str) -> String {
        let count = &mut self.count;
        let new = || {
            let number = count.entry(kind).or_default();
            *number += 1;
            format!("${kind}{number}")
        };
        self.seen.entry((kind, value.to_owned())).or_insert_with(new).clone()
    }

    /// A node port: itself if it was asked for.
    pub(super) fn port(&mut self, number: &str) -> String {
        if self.script.addresses.contains(number) { number.to_owned() } else { self.name("nodePort", number) }
    }

    /// The suffix of a generated name: itself if the name was asked for.
    pub(super) fn suffix(&mut self, prefix: &str, suffix: &str) -> String {
        if self.script.contains(prefix, suffix) { suffix.to_owned() } else { self.name("name", suffix) }
    }

    /// A text of `value` without what differs from run to run, to sort by.
    pub(super) fn blank(&self, value: &Value) -> String {
        let text = match value {
            Value::String(s) => s.clone(),
            _ => python::dumps_sorted(value),
        };
        let s = UUID.replace_all(&text, "~");
        let s = TIME.replace_all(&s, "~");
        let s = PLAIN_REVISION.replace_all(&s, r#""resourceVersion": "~""#).into_owned();
        self.prefixes.iter().fold(s, |s, prefix| generated::replaced(&s, prefix, |_| "~".to_owned()))
    }

    /// `step` with the values seen so far in place of variables.
    pub fn filled(&self, step: &Value) -> Value {
        let known = self.seen.iter().map(|((_, value), name)| (name.as_str(), value.as_str())).collect();
        filled(step, &known)
    }

    fn value(&mut self, value: &Value, key: &str) -> Value {
        match value {
            Value::Object(map) if is_table(map) => self.entries(&without_ages(map)),
            Value::Object(map) => self.entries(map),
            Value::Array(items) => items.iter().map(|item| self.value(item, key)).collect(),
            Value::String(s) => Value::String(match key {
                "resourceVersion" if s == "0" || !is_number(s) => s.clone(),
                "resourceVersion" => self.name("rv", s),
                "continue" if !s.is_empty() => self.name("continue", s),
                "serverAddress" => "$server".to_owned(),
                _ => self.text(s),
            }),
            Value::Number(n) => {
                let (number, text) = (n.as_i64(), n.to_string());
                match key {
                    "nodePort" | "healthCheckNodePort"
                        if number.is_some_and(|n| (30000..=32767).contains(&n)) =>
                    {
                        let port = self.port(&text);
                        if port == text { value.clone() } else { Value::String(port) }
                    }
                    "targetPort" if number.is_some() && text == self.server_port => Value::from(6443),
                    _ => value.clone(),
                }
            }
            Value::Null | Value::Bool(_) => value.clone(),
        }
    }

    fn entries(&mut self, map: &Map<String, Value>) -> Value {
        Value::Object(map.iter().map(|(key, value)| (self.text(key), self.value(value, key))).collect())
    }

    fn add_prefixes(&mut self, new: BTreeSet<String>) {
        let new = new
            .into_iter()
            .filter(|prefix| !prefix.is_empty() && !self.prefixes.contains(prefix))
            .collect::<Vec<_>>();
        self.prefixes.extend(new);
        self.prefixes.sort_by(|a, b| b.chars().count().cmp(&a.chars().count()).then(a.cmp(b)));
    }
}

/// Whether a later step refers to something an earlier answer brought.
pub(super) fn refers_back(step: &Value) -> bool {
    let parts = ["do", "body", "headers", "kubectl"];
    parts.iter().filter_map(|key| step.get(key)).any(|part| matches(&REFERENCE, &python::dumps(part)))
}

fn filled(step: &Value, known: &BTreeMap<&str, &str>) -> Value {
    let put =
        |text: &str| sub(&REFERENCE, text, |m| (*known.get(group(m, 0)).unwrap_or(&group(m, 0))).to_owned());
    match step {
        Value::Object(map) => Value::Object(map.iter().map(|(k, v)| (put(k), filled(v, known))).collect()),
        Value::Array(items) => items.iter().map(|item| filled(item, known)).collect(),
        Value::String(s) => match known.get(s.as_str()).and_then(|v| v.parse::<u32>().ok()) {
            Some(port) if s.starts_with("$nodePort") => Value::from(port),
            _ => Value::String(put(s)),
        },
        _ => step.clone(),
    }
}

fn generate_names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("generateName").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|v| generate_names(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| generate_names(v, found)),
        _ => {}
    }
}

fn is_table(map: &Map<String, Value>) -> bool {
    let rows = map.get("rows").and_then(Value::as_array);
    map.get("kind").is_some_and(|k| k == "Table") && rows.is_some_and(|r| !r.is_empty())
}

/// A Table with `$age` in its cells that tell one.
fn without_ages(table: &Map<String, Value>) -> Map<String, Value> {
    let columns = table.get("columnDefinitions").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let tells_age = |i: usize| match columns.get(i) {
        Some(column) => column["name"] == "Age" || column["name"] == "Last Seen",
        None => i == columns.len(), // an IPAddress has an age, but no column for it
    };
    let mut table = table.clone();
    for row in table.get_mut("rows").and_then(Value::as_array_mut).into_iter().flatten() {
        for (i, cell) in row.get_mut("cells").and_then(Value::as_array_mut).into_iter().flatten().enumerate()
        {
            if tells_age(i) && cell.as_str().is_some_and(|c| matches(&AGE, c)) {
                *cell = Value::from("$age");
            }
        }
    }
    table
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}
