//! `kubectl wait`: time passes until something is so.
//!
//! Models `k8s.io/kubectl/pkg/cmd/wait`.

use super::args::{Flag, switch, time, value};

use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Ask, Info, infos};
use super::run::Call;
use super::writing::{self, Writing};
use crate::base::field::quoted;
use crate::base::{Duration, Value, json};
use crate::print::jsonpath;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[&[Flag]] = &[
    writing::OUTPUT,
    infos::FILES,
    infos::CHOICE,
    &[value("for", ""), time("timeout"), switch("local", "")],
];

const TIMEOUT: Duration = Duration::from_secs(30);
/// What kubectl takes for ever.
pub const WEEK: Duration = Duration::from_secs(168 * 3600);

/// What is waited for.
enum For {
    Create,
    Delete,
    Condition(String, String),
    /// Any value, or this one.
    Path(String, String),
}

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    let mut writing = Writing::of(args, "")?;
    let given = args.all("for").map(read).collect::<Result<Vec<_>, _>>()?;
    if given.is_empty() {
        return Err(Failure::own("unrecognized condition: []"));
    }
    let limit = args.duration("timeout").unwrap_or(TIMEOUT);
    let limit = if limit < Duration::ZERO { WEEK } else { limit };
    let end = client.server.now + limit;
    let ask = Ask::Fetch;
    if given.iter().any(|f| matches!(f, For::Create)) {
        let mut failed = None;
        let seen = client.wait(limit, &mut |client| {
            let (found, failures) = infos(client, call, &args.words, ask)?;
            failed = failures.into_iter().find(|f| !f.is_not_found());
            Ok(failed.is_some() || !found.is_empty())
        })?;
        if let Some(failure) = failed {
            return Err(failure);
        }
        if !seen {
            return Err(Failure::own("timed out waiting for the condition"));
        }
    }
    let (found, mut failures) = infos(client, call, &args.words, ask)?;
    let deletes = given.iter().any(|f| matches!(f, For::Delete));
    if deletes {
        failures.retain(|f| !f.is_not_found());
    }
    if found.is_empty() && failures.is_empty() && !deletes {
        return Err(Failure::own("no matching resources found"));
    }
    for info in found {
        let met = given.iter().try_for_each(|wanted| {
            let left = end - client.server.now;
            until(client, &info, wanted, left.max(Duration::ZERO), limit == Duration::ZERO)?;
            writing.print(out, &info.resource, &info.object, "condition met")
        });
        failures.extend(met.err());
    }
    out.fail_all(&failures);
    Ok(())
}

fn read(given: &str) -> Result<For, Failure> {
    let unknown = || Failure::own(format!("unrecognized condition: {}", quoted(given)));
    match given.to_ascii_lowercase().as_str() {
        "create" => return Ok(For::Create),
        "delete" => return Ok(For::Delete),
        _ => {}
    }
    let (kind, rest) = given.split_once('=').ok_or_else(unknown)?;
    match kind {
        "condition" => {
            let (name, value) = rest.split_once('=').unwrap_or((rest, "true"));
            Ok(For::Condition(name.to_string(), value.to_string()))
        }
        "jsonpath" => path(rest),
        _ => Err(unknown()),
    }
}

/// A path, and after one `=` a value; `==` is part of the path.
fn path(text: &str) -> Result<For, Failure> {
    let mut parts = Vec::from([String::new()]);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '=' && letters.next_if_eq(&'=').is_none() {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.extend(core::iter::repeat_n(letter, if letter == '=' { 2 } else { 1 }));
        }
    }
    let (path, value) = match parts.as_slice() {
        [path] => (path, None),
        [path, value] => (path, Some(value.trim_matches(['\'', '"']))),
        _ => {
            return Err(Failure::own(
                "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
            ));
        }
    };
    if value == Some("") {
        return Err(Failure::own(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
        ));
    }
    let path = path.trim_matches(['\'', '"']).trim_start_matches('{').trim_end_matches('}');
    if path.is_empty() {
        return Err(Failure::own("jsonpath expression cannot be empty"));
    }
    jsonpath::find(path, &Value::Null).map_err(Failure::Own)?;
    Ok(For::Path(path.to_string(), value.unwrap_or_default().to_string()))
}

fn until(
    client: &mut Client<'_>,
    info: &Info,
    wanted: &For,
    left: Duration,
    once: bool,
) -> Result<(), Failure> {
    let path = info.path();
    let uid = info.object.at(&["metadata", "uid"]).str();
    let met = client.wait(left, &mut |client| {
        let current = client.call("GET", path.clone(), "", None);
        match wanted {
            For::Create => Ok(true),
            For::Delete => match current {
                Err(status) if status.code == 404 => Ok(true),
                Err(status) => Err(status.into()),
                Ok(object) => Ok(!uid.is_empty() && object.at(&["metadata", "uid"]).str() != uid),
            },
            For::Condition(name, value) => Ok(has_condition(&current?, name, value)),
            For::Path(path, value) => has_value(&current?, path, value),
        }
    })?;
    match (met, once) {
        (true, _) => Ok(()),
        (false, true) => Err(Failure::own(format!("condition not met for {}", info.called()))),
        (false, false) => Err(timed_out(info)),
    }
}

pub fn timed_out(info: &Info) -> Failure {
    Failure::own(format!("timed out waiting for the condition on {}", info.called()))
}

fn has_condition(object: &Value, name: &str, value: &str) -> bool {
    let mut all = object.at(&["status", "conditions"]).items().iter();
    let Some(condition) = all.find(|c| c.get("type").str().eq_ignore_ascii_case(name)) else { return false };
    let observed = match condition.get("observedGeneration").as_int() {
        None => object.at(&["status", "observedGeneration"]).as_int(),
        own => own,
    };
    let generation = object.at(&["metadata", "generation"]).as_int();
    let is_old = observed.zip(generation).is_some_and(|(observed, generation)| observed < generation);
    !is_old && condition.get("status").str().eq_ignore_ascii_case(value)
}

fn has_value(object: &Value, path: &str, value: &str) -> Result<bool, Failure> {
    let found = jsonpath::find(path, object).map_err(Failure::Own)?;
    match found.as_slice() {
        [] => Ok(false),
        [_] if value.is_empty() => Ok(true),
        [Value::Map(_) | Value::List(_)] => {
            Err(Failure::own("jsonpath leads to a nested object or list which is not supported"))
        }
        [one] => {
            let text = one.as_text().map_or_else(|| json::to_string(one), ToString::to_string);
            Ok(text.trim() == value.trim())
        }
        _ => Err(Failure::own("given jsonpath expression matches more than one value")),
    }
}
