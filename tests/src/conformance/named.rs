//! The answers of a session, with variables in place of what differs from run to run.

use super::python;
use super::variables::{Script, Variables};
use serde_json::Value;
use std::collections::BTreeSet;

/// What the names depend on, beside the answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    pub script: &'a Script,
    pub steps: &'a [Value],
    /// Keys that are left out.
    pub drop: &'a BTreeSet<&'a str>,
    pub server_port: &'a str,
}

/// The variables of the answers so far, and the answers with them. `generated`: every `generateName` seen in the cluster.
pub(super) fn named<'a>(
    of: &Named<'a>,
    answers: &[Option<Value>],
    generated: &'a BTreeSet<String>,
) -> (Variables<'a>, Vec<Option<Value>>) {
    let mut variables = Variables::new(of.script, of.server_port, generated);
    // an error names the object but does not show its generateName
    of.steps.iter().filter_map(|step| step.get("body")).for_each(|body| variables.learn(body));
    let mut kept =
        answers.iter().map(|answer| answer.as_ref().map(|a| without(a, of.drop))).collect::<Vec<_>>();
    kept.iter().flatten().for_each(|answer| variables.learn(answer));
    for (step, answer) in of.steps.iter().zip(&mut kept) {
        let Some(answer) = answer else { continue };
        variables.canonical(answer);
        if step["sort"] == true {
            let mut lines = python::lines_with_ends(answer["stdout"].as_str().unwrap_or_default());
            lines.sort_by_cached_key(|line| (variables.blank(&Value::from(*line)), (*line).to_owned()));
            answer["stdout"] = Value::from(lines.concat());
        }
    }
    let name =
        |(step, answer): (&Value, &Option<Value>)| Some(answer_named(&mut variables, step, answer.as_ref()?));
    let done = of.steps.iter().zip(&kept).map(name).collect();
    (variables, done)
}

fn answer_named(variables: &mut Variables, step: &Value, answer: &Value) -> Value {
    let Some(stdout) = answer.get("stdout").and_then(Value::as_str) else { return variables.body(answer) };
    let bare = step["kubectl"].as_array().is_some_and(|args| args.iter().any(|a| a == "--no-headers"));
    let mut done = answer.clone();
    done["stdout"] = Value::from(variables.console(stdout, bare));
    done["stderr"] = Value::from(variables.console(answer["stderr"].as_str().unwrap_or_default(), false));
    done
}

/// The value without those keys, at any depth.
fn without(value: &Value, drop: &BTreeSet<&str>) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| !drop.contains(key.as_str()));
            Value::Object(kept.map(|(key, item)| (key.clone(), without(item, drop))).collect())
        }
        Value::Array(items) => items.iter().map(|item| without(item, drop)).collect(),
        _ => value.clone(),
    }
}
