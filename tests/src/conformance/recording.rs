//! A recorded file: its cases, their steps and what a real cluster answered. Format: the recorder's `record.py`,
//! and `proxy.py` for the rules of kube-proxy.

use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// A file of cases. Its name without `.json` is the family.
#[derive(Clone, Debug)]
pub struct Recording {
    pub family: String,
    /// How the cluster differs from the default one.
    pub cluster: Map<String, Value>,
    /// Keys left out of every answer.
    pub drop: Vec<String>,
    pub cases: Vec<Case>,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    pub session: Session,
}

#[derive(Clone, Debug)]
pub enum Session {
    Steps(Steps),
    Rules(Rules),
}

/// A session with a cluster.
#[derive(Clone, Debug)]
pub struct Steps {
    pub steps: Vec<Step>,
    /// Keys left out of the answers of this case.
    pub drop: Vec<String>,
    /// Whether managed fields stand in the order they have when the clock stands still.
    pub one_second: bool,
}

#[derive(Clone, Debug)]
pub struct Step {
    /// The step as it was asked, without `expect`. [`Action::of`] reads it.
    pub asked: Value,
    pub expect: Option<Value>,
}

/// The rules that kube-proxy writes on a node: a lot of objects after the other, with a look after each.
#[derive(Clone, Debug)]
pub struct Rules {
    pub lots: Vec<Vec<Value>>,
    pub config: Value,
    pub expect: Value,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Do(Call),
    /// Until nothing has changed for so many milliseconds.
    Settle(i64),
    /// The kubelet, played: pods become ready.
    Ready(Value),
    /// The kubelet, played: pods that are being deleted go.
    Gone(Value),
    Kubectl(Kubectl),
    Dns {
        name: String,
        kind: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub method: String,
    pub path: String,
    /// Instead of the recorder's own; none takes one of those away.
    pub headers: Vec<(String, Option<String>)>,
    pub body: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Kubectl {
    pub args: Vec<String>,
    pub stdin: String,
    pub files: Vec<(String, String)>,
    pub env: Vec<(String, String)>,
}

/// The files at `path`: itself, or all `.json` files of a folder, in order of their names.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    let fail = |error| format!("{}: {error}", path.display());
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(fail)? {
        let entry = entry.map_err(fail)?.path();
        if entry.is_dir() {
            found.extend(files(&entry)?);
        } else if entry.extension().is_some_and(|e| e == "json") {
            found.push(entry);
        }
    }
    found.sort();
    Ok(found)
}

/// Reads a file; an error names the place.
pub fn read(path: &Path) -> Result<Recording, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let family = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    parse(&family, &text).map_err(|e| format!("{}: {e}", path.display()))
}

/// Reads the text of a file; an error names the place in it.
pub fn parse(family: &str, text: &str) -> Result<Recording, String> {
    let document = serde_json::from_str::<Value>(text).map_err(|e| e.to_string())?;
    let document = document.as_object().ok_or("an object with \"cases\" is wanted")?;
    let cases = document.get("cases").and_then(Value::as_array).ok_or("\"cases\" is no list")?;
    Ok(Recording {
        family: family.to_owned(),
        cluster: optional(document, "cluster", Value::as_object)?.cloned().unwrap_or_default(),
        drop: strings(document.get("drop"), "drop")?,
        cases: cases.iter().enumerate().map(|(i, c)| case(i, c)).collect::<Result<_, _>>()?,
    })
}

fn case(index: usize, json: &Value) -> Result<Case, String> {
    let (Some(object), Some(name)) = (json.as_object(), json["name"].as_str()) else {
        return Err(format!("case {index}: an object with a \"name\" is wanted"));
    };
    let session = if object.contains_key("steps") { steps(object) } else { rules(object) };
    Ok(Case { name: name.to_owned(), session: session.map_err(|e| format!("case {name}: {e}"))? })
}

fn steps(case: &Map<String, Value>) -> Result<Session, String> {
    let list = case["steps"].as_array().ok_or("\"steps\" is no list")?;
    let read = |(i, json): (usize, &Value)| step(json).map_err(|e| format!("step {i}: {e}"));
    Ok(Session::Steps(Steps {
        steps: list.iter().enumerate().map(read).collect::<Result<_, _>>()?,
        drop: strings(case.get("drop"), "drop")?,
        one_second: optional(case, "oneSecond", Value::as_bool)?.unwrap_or(false),
    }))
}

fn step(json: &Value) -> Result<Step, String> {
    let mut asked = json.as_object().ok_or("an object is wanted")?.clone();
    let expect = asked.shift_remove("expect");
    let asked = Value::Object(asked);
    Action::of(&asked)?;
    Ok(Step { asked, expect })
}

fn rules(case: &Map<String, Value>) -> Result<Session, String> {
    let lots = |key: &str| optional(case, key, Value::as_array).map(|l| l.cloned().unwrap_or_default());
    let objects = case.get("objects").ok_or("neither \"steps\" nor \"objects\"")?;
    let mut all = vec![objects.as_array().ok_or("\"objects\" is no list")?.clone()];
    for lot in lots("then")? {
        all.push(lot.as_array().ok_or("\"then\" is no list of lists")?.clone());
    }
    if let Some(odd) =
        all.iter().flatten().find(|o| !o["kind"].is_string() || !o["metadata"]["name"].is_string())
    {
        return Err(format!("an object without kind or name: {odd}"));
    }
    let config = optional(case, "config", |c| c.is_object().then_some(c))?;
    Ok(Session::Rules(Rules {
        lots: all,
        config: config.cloned().unwrap_or_else(|| Value::Object(Map::new())),
        expect: case.get("expect").cloned().unwrap_or_default(),
    }))
}

impl Action {
    /// What a step does, an error if nothing that is known.
    pub fn of(step: &Value) -> Result<Action, String> {
        let object = step.as_object().ok_or("an object is wanted")?;
        if object.contains_key("do") {
            return call(object).map(Action::Do);
        }
        if let Some(quiet) = object.get("settle") {
            return settle(quiet)
                .map(Action::Settle)
                .ok_or(format!("\"settle\" is true or seconds, not {quiet}"));
        }
        for (key, action) in [("ready", Action::Ready as fn(Value) -> Action), ("gone", Action::Gone)] {
            if let Some(options) = optional(object, key, |o| o.is_object().then_some(o))? {
                return Ok(action(options.clone()));
            }
        }
        if object.contains_key("kubectl") {
            return kubectl(object).map(Action::Kubectl);
        }
        let Some(query) = object.get("dns") else { return Err(format!("unknown step {step}")) };
        let name = query["name"].as_str().ok_or("\"dns\" has no \"name\"")?.to_owned();
        let kind =
            query.get("type").map_or(Some("A"), Value::as_str).ok_or("\"type\" is no string")?.to_owned();
        Ok(Action::Dns { name, kind })
    }
}

fn call(step: &Map<String, Value>) -> Result<Call, String> {
    let line = step.get("do").and_then(Value::as_str).and_then(|s| s.split_once(' '));
    let (method, path) = line.ok_or("\"do\" is no \"METHOD /path\"")?;
    let header = |(k, v): (&String, &Value)| match v {
        Value::String(s) => Ok((k.clone(), Some(s.clone()))),
        Value::Null => Ok((k.clone(), None)),
        _ => Err(format!("header {k} is neither a string nor null")),
    };
    let headers = optional(step, "headers", Value::as_object)?.into_iter().flatten().map(header);
    Ok(Call {
        method: method.to_owned(),
        path: path.to_owned(),
        headers: headers.collect::<Result<_, _>>()?,
        body: match step.get("body") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(json) => Some(super::python::dumps(json)),
        },
    })
}

/// Milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "a few seconds")]
fn settle(quiet: &Value) -> Option<i64> {
    const USUAL: f64 = 1.2;
    let seconds = if *quiet == Value::Bool(true) { USUAL } else { quiet.as_f64()? };
    (0.0..1e6).contains(&seconds).then(|| (seconds * 1000.0).round() as i64)
}

fn kubectl(step: &Map<String, Value>) -> Result<Kubectl, String> {
    let texts = |key: &str| -> Result<Vec<(String, String)>, String> {
        let entries = optional(step, key, Value::as_object)?.into_iter().flatten();
        let text = |(name, text): (&String, &Value)| text.as_str().map(|t| (name.clone(), t.to_owned()));
        entries.map(|e| text(e).ok_or(format!("\"{key}\" holds more than texts"))).collect()
    };
    Ok(Kubectl {
        args: strings(step.get("kubectl"), "kubectl")?,
        stdin: optional(step, "stdin", Value::as_str)?.unwrap_or_default().to_owned(),
        files: texts("files")?,
        env: texts("env")?,
    })
}

/// What stands at `key`, if anything does.
fn optional<'a, T>(
    object: &'a Map<String, Value>,
    key: &str,
    read: impl Fn(&'a Value) -> Option<T>,
) -> Result<Option<T>, String> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(value).map(Some).ok_or(format!("\"{key}\" cannot be {value}")),
    }
}

fn strings(list: Option<&Value>, key: &str) -> Result<Vec<String>, String> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let texts = list.as_array().map(|l| l.iter().map(|s| s.as_str().map(str::to_owned)).collect());
    texts.flatten().ok_or(format!("\"{key}\" is no list of strings"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_file_is_refused_with_the_place() {
        for (text, error) in [
            ("{", "EOF while parsing an object at line 1 column 1"),
            ("[]", "an object with \"cases\" is wanted"),
            (r#"{"cases": {}}"#, "\"cases\" is no list"),
            (r#"{"cases": [{"steps": []}]}"#, "case 0: an object with a \"name\" is wanted"),
            (r#"{"cases": [{"name": "a"}]}"#, "case a: neither \"steps\" nor \"objects\""),
            (
                r#"{"cases": [{"name": "a", "steps": [{"settle": true}, {"wait": 1}]}]}"#,
                "case a: step 1: unknown step {\"wait\":1}",
            ),
            (
                r#"{"cases": [{"name": "a", "steps": [{"do": "GET"}]}]}"#,
                "case a: step 0: \"do\" is no \"METHOD /path\"",
            ),
            (
                r#"{"cases": [{"name": "a", "steps": [{"settle": "x"}]}]}"#,
                "case a: step 0: \"settle\" is true or seconds, not \"x\"",
            ),
            (
                r#"{"cases": [{"name": "a", "steps": [{"kubectl": "get"}]}]}"#,
                "case a: step 0: \"kubectl\" is no list of strings",
            ),
            (
                r#"{"cases": [{"name": "a", "objects": [{"kind": "Node"}]}]}"#,
                "case a: an object without kind or name: {\"kind\":\"Node\"}",
            ),
        ] {
            assert_eq!(parse("f", text).unwrap_err(), error);
        }
    }

    #[test]
    fn a_body_is_json_unless_it_is_a_text() {
        let body = |text: &str| match Action::of(&serde_json::from_str(text).unwrap()) {
            Ok(Action::Do(call)) => call.body,
            other => panic!("{other:?}"),
        };
        assert_eq!(body(r#"{"do": "POST /x", "body": {"a": [1, 1.0]}}"#).unwrap(), r#"{"a": [1, 1.0]}"#);
        assert_eq!(body(r#"{"do": "POST /x", "body": "a: 1"}"#).unwrap(), "a: 1");
        assert_eq!(body(r#"{"do": "POST /x", "body": null}"#), None);
    }
}
