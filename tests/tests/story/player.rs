//! Scenarios, and how they are played: one command after the other, each with what is expected of it.

use super::commands;
use super::expect::{at, fits};
use std::collections::BTreeMap;
use svcscope_core::base::{Value, json};
use svcscope_core::cluster::Cluster;
use svcscope_core::manifest;
use svcscope_wasm::data::options::ClusterOptions;

pub struct Scenario {
    pub name: String,
    pub reproduces: bool,
    cluster: Value,
    steps: Vec<Value>,
}

impl Scenario {
    pub fn read(text: &str) -> Vec<Scenario> {
        let documents = manifest::read(text).unwrap_or_else(|e| panic!("line {}: {e}", e.position.line));
        let all = documents.iter().flat_map(|d| d.node.to_value().items().to_vec());
        all.map(|s| Scenario {
            name: s.get("scenario").str().to_owned(),
            reproduces: s.get("reproduces").is_true(),
            cluster: s.get("cluster").clone(),
            steps: s.get("steps").items().to_vec(),
        })
        .collect()
    }
}

/// Plays a scenario, with a seed that is so much more; answers with all results, or with what is not as expected.
pub fn play(scenario: &Scenario, more: u64) -> Result<Vec<String>, String> {
    let mut cluster = cluster(&scenario.cluster, more);
    let mut words = BTreeMap::new();
    let mut results = Vec::new();
    let mut heading = "";
    for (i, step) in scenario.steps.iter().enumerate() {
        let step = with_words(step, &words);
        if let Some(say) = scenario.steps[i].get("say").as_text() {
            heading = say;
            continue;
        }
        let result = commands::run(&mut cluster, &step);
        let failed = |what: String| {
            format!("{} / {heading}\n  step {i}: {}\n  {what}", scenario.name, json::to_string(&step))
        };
        let (result, expected) = match (result, step.find("fails")) {
            (Ok(result), None) => (result, step.get("is")),
            (Err(failure), Some(expected)) => (failure, expected),
            (Ok(_), Some(_)) => return Err(failed("it is not refused".into())),
            (Err(failure), None) => {
                return Err(failed(format!("it is refused: {}", json::to_string(&failure))));
            }
        };
        for (path, expected) in expected.entries() {
            let found = at(&result, path);
            if !fits(found, expected) && more == 0 {
                let (expected, found) = (json::to_string(expected), json::to_string(found));
                return Err(failed(format!("{path}: expected {expected}, found {found}")));
            }
        }
        for (word, path) in step.get("save").entries() {
            words.insert(word.to_string(), text(at(&result, path.str())));
        }
        results.push(json::to_string(&result));
    }
    Ok(results)
}

fn cluster(options: &Value, more: u64) -> Cluster {
    let number = |field: &str| options.get(field).as_int().map(|n| n as f64);
    let options = ClusterOptions {
        seed: number("seed").map(|seed| seed + more as f64),
        nodes: number("nodes"),
        start_time: options.get("startTime").as_text().map(ToString::to_string),
        load_balancer: options.get("loadBalancer").is_true(),
        ..ClusterOptions::default()
    };
    Cluster::new(&options.read().expect("the scenario's options are right"))
}

/// The step with every `$word` replaced by what was kept under it; a number stays a number if it is all there is.
fn with_words(value: &Value, words: &BTreeMap<String, String>) -> Value {
    match value {
        Value::Map(map) => Value::map(map.iter().map(|(k, v)| (k.clone(), with_words(v, words)))),
        Value::List(items) => Value::list(items.iter().map(|item| with_words(item, words))),
        Value::Text(said) if said.contains('$') => {
            // The longest first: a word may begin another.
            let mut known: Vec<_> = words.iter().collect();
            known.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
            let replaced = known
                .iter()
                .fold(said.to_string(), |text, (word, kept)| text.replace(&format!("${word}"), kept));
            let whole = known.iter().any(|(word, _)| **said == *format!("${word}"));
            replaced.parse::<i64>().ok().filter(|_| whole).map_or(Value::text(replaced), Value::Int)
        }
        other => other.clone(),
    }
}

fn text(value: &Value) -> String {
    value.as_text().map_or_else(|| json::to_string(value), ToString::to_string)
}
