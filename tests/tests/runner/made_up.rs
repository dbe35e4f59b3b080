//! Values for variables, made up: what a cluster might have answered where `$uid1` was recorded.

use fancy_regex::{Captures, Regex};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use svcscope_tests::conformance::python::dumps;
use svcscope_tests::conformance::recording::Steps;

static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(https://)?\$(uid|rv|continue|name|clusterIP|nodePort|time|age|current|server|soa|tmp/(?:LIVE|MERGED)|klog|endpoint)(\d+)?")
        .unwrap()
});

/// The values of a case's variables. Among variables of a kind, those with higher numbers have greater values.
pub(crate) struct MadeUp {
    /// Numbers that do not clash with what the case asks for.
    address: u32,
    port: u32,
    /// The cluster IPs that were answered where IPv6 was asked for.
    v6: BTreeSet<String>,
    /// What is not made up, but was recorded beside the variable.
    known: BTreeMap<String, String>,
}

impl MadeUp {
    pub(crate) fn of(case: &Steps) -> MadeUp {
        let asked = case.steps.iter().map(|step| dumps(&step.asked)).collect::<String>();
        let free = |from: u32, text: fn(u32) -> String| {
            let taken = |start: &u32| (*start..start + 100).any(|n| asked.contains(&text(n)));
            (from..).step_by(100).find(|start| !taken(start)).unwrap()
        };
        let answers =
            case.steps.iter().filter_map(|step| step.expect.as_ref()?["answers"].as_array()).flatten();
        let v6 =
            answers.filter(|a| a["type"] == "AAAA").filter_map(|a| a["data"].as_str().map(str::to_owned));
        MadeUp {
            address: free(10_000, address),
            port: free(31_000, |n| n.to_string()),
            v6: v6.collect(),
            known: known(case),
        }
    }

    pub(crate) fn value(&self, value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                Value::Object(map.iter().map(|(k, v)| (self.text(k), self.value(v))).collect())
            }
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::String(s) if is_port(s) => Value::from(self.text(s).parse::<u32>().unwrap()),
            Value::String(s) => Value::String(self.text(s)),
            _ => value.clone(),
        }
    }

    pub(crate) fn text(&self, text: &str) -> String {
        VARIABLE.replace_all(text, |found: &Captures<str>| self.one(found)).into_owned()
    }

    fn one(&self, found: &Captures<str>) -> String {
        let group = |i| found.get(i).map_or("", |m| m.as_str());
        if let Some(known) = self.known.get(&found[0]) {
            return known.clone();
        }
        let number = group(3).parse::<u32>().unwrap_or(0);
        match group(2) {
            "uid" => format!("00000000-0000-4000-8000-{number:012x}"),
            "rv" => (1000 + number).to_string(),
            "continue" => format!("token-{number}"),
            "name" => suffix(number),
            "clusterIP" if self.v6.contains(&found[0]) => format!("fd00:10:96::{number:04x}"),
            "clusterIP" => address(self.address + number),
            "nodePort" => (self.port + number).to_string(),
            "time" => "2026-01-01T00:00:00Z".to_owned(),
            "age" => "5m30s".to_owned(),
            "current" => "4242".to_owned(),
            "server" if group(1).is_empty() => "10.0.0.1:443".to_owned(),
            "server" => "https://127.0.0.1:16443".to_owned(),
            "tmp/LIVE" => "/tmp/LIVE-123".to_owned(),
            "tmp/MERGED" => "/tmp/MERGED-456".to_owned(),
            "klog" => "I0101 00:00:00.000000     123".to_owned(),
            "endpoint" => "10.244.7.7".to_owned(),
            _ => found[0].to_owned(),
        }
    }
}

/// The `generateName` of every generated name in what was recorded.
pub(crate) fn prefixes(case: &Steps) -> Vec<String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"([a-z0-9.-]+-)\$name\d+").unwrap());
    let mut found = BTreeSet::new();
    for expect in case.steps.iter().filter_map(|step| step.expect.as_ref()) {
        let text = dumps(expect).replace("\\n", "\n");
        found.extend(NAME.captures_iter(text.as_str()).flatten().map(|m| m[1].to_owned()));
    }
    found.into_iter().collect()
}

/// The values of variables that can be read from what kubectl printed, where that was recorded as it was.
fn known(case: &Steps) -> BTreeMap<String, String> {
    static VALUE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\\\$(uid|name|clusterIP|nodePort)\d+").unwrap());
    let mut known = BTreeMap::new();
    for expect in case.steps.iter().filter_map(|step| step.expect.as_ref()) {
        let (Some(raw), Some(stdout)) = (expect["raw"].as_str(), expect["stdout"].as_str()) else { continue };
        for (raw, line) in raw.lines().zip(stdout.lines()) {
            let names = VARIABLE.find_iter(line).flatten().map(|m| m.as_str()).collect::<Vec<_>>();
            let words = line.split_whitespace().map(fancy_regex::escape).collect::<Vec<_>>().join(r"\s+");
            let pattern = VALUE.replace_all(&words, |found: &Captures<str>| match &found[1] {
                "uid" => "([0-9a-f-]{36})",
                "name" => "([b-df-hj-np-tv-xz24-9]{5})",
                "nodePort" => r"(3\d{4})",
                _ => "([0-9a-f.:]+)",
            });
            let pattern = pattern
                .replace(r"\$age", "(.+?)")
                .replace(r"\$time", "(.+?)")
                .replace(r"\$endpoint", "(.+?)");
            let Ok(Some(values)) = Regex::new(&format!("^{pattern}\\s*$")).unwrap().captures(raw) else {
                continue;
            };
            let pairs = names.into_iter().zip(values.iter().skip(1).flatten());
            let numbered = pairs.filter(|(name, _)| name.ends_with(|c: char| c.is_ascii_digit()));
            known.extend(numbered.map(|(name, value)| (name.to_owned(), value.as_str().to_owned())));
        }
    }
    known
}

/// A recorded node port is a variable alone; in the answer it was a number.
fn is_port(text: &str) -> bool {
    text.strip_prefix("$nodePort").is_some_and(|number| number.parse::<u32>().is_ok())
}

fn address(number: u32) -> String {
    format!("10.96.{}.{}", number / 100, number % 100 + 100)
}

/// Five characters of the alphabet of generated names; a greater number comes later.
fn suffix(number: u32) -> String {
    const ALPHABET: &[u8] = b"2456789bcdfghjklmnpqrstvwxz";
    let base = ALPHABET.len() as u32;
    let digit = |place: u32| char::from(ALPHABET[(number / base.pow(place) % base) as usize]);
    (0..5).rev().map(digit).collect()
}
