//! `kubectl set env`
//!
//! Models `k8s.io/kubectl/pkg/cmd/set/set_env.go` and `pkg/cmd/set/env`.

use super::args::{Flag, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{Ask, Info, all_infos};
use super::run::Call;
use super::set::{Words, change, pod_path};
use crate::api::mapping;
use crate::base::field::quoted;
use crate::base::{Value, names};
use crate::schema::base64_decode;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[Flag] = &[
    value("containers", "c"),
    value("from", ""),
    value("prefix", ""),
    value("env", "e"),
    value("keys", ""),
    switch("list", ""),
    switch("resolve", ""),
    switch("overwrite", ""),
];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    if args.is_on("all") && !args.get("selector").is_empty() {
        return Err(Failure::own("cannot set --all and --selector at the same time"));
    }
    let is_env = |word: &String| word.contains('=') && !word.starts_with('=') || word.ends_with('-');
    let first = args.words.iter().position(is_env).unwrap_or(args.words.len());
    let (objects, given) = args.words.split_at(first);
    if !given.iter().all(is_env) {
        let all = args.words.join(" ");
        return Err(Failure::own(format!(
            "all resources must be specified before environment changes: {all}"
        )));
    }
    let listing = args.is_on("list");
    let problem = match objects.is_empty() && !args.is_given("filename") {
        true => "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        _ if listing && args.is_given("output") => "--list and --output may not be specified together",
        _ if args.is_given("keys") && args.get("from").is_empty() => {
            "when specifying --keys, a configmap or secret must be provided with --from"
        }
        _ => "",
    };
    if !problem.is_empty() {
        return Err(Failure::own(problem));
    }
    let (mut wanted, gone) = read(call, given)?;
    if !args.get("from").is_empty() {
        wanted.extend(from(client, call, out)?);
    }
    let prefix = args.get("prefix");
    for variable in wanted.iter_mut().filter(|_| !prefix.is_empty()) {
        let name = format!("{prefix}{}", variable.get("name").str());
        variable.set("name", name);
    }
    let local = args.is_on("local");
    let found = all_infos(client, call, objects, if local { Ask::Local } else { Ask::Fetch })?;
    let chosen = args.find("containers").unwrap_or("*");
    let keeps = args.is_given("overwrite") && !args.is_on("overwrite");
    let mut lists = Vec::new();
    let mut none = Vec::new();
    let mut update = |object: &mut Value, info: &Info| {
        let path = pod_path(&info.resource.kind)?;
        let spec = object.entry_at(path);
        let mut known = false;
        for field in ["containers", "initContainers"] {
            if spec.get(field).is_empty() {
                continue;
            }
            for container in spec.entry(field).list_mut() {
                let name = container.get("name").str().to_string();
                if !super::set::matches(chosen, &name) {
                    continue;
                }
                known = true;
                if keeps {
                    check_overwrites(container.get("env").items(), &wanted)?;
                }
                let env = updated(container.get("env").items(), &wanted, &gone);
                if listing {
                    lists.push((info.clone(), name, env.clone()));
                }
                match env.is_empty() {
                    true => drop(container.remove("env")),
                    false => container.set("env", Value::list(env)),
                }
            }
        }
        if !known {
            let what = format!("{}/{}", info.resource.kind, info.name);
            none.push(format!("Warning: {what} does not have any containers matching {}", quoted(chosen)));
        }
        Ok(())
    };
    if listing {
        for info in &found {
            update(&mut info.object.clone(), info).map_err(Failure::Own)?;
        }
        none.iter().for_each(|line| out.note(line));
        for (info, container, env) in lists {
            list(client, call, &info, &container, &env, out);
        }
        return Ok(());
    }
    let words = Words { done: "env updated", failed: "failed to patch env update to pod template: " };
    let failures = change(client, call, &found, &words, &mut update, out)?;
    none.iter().for_each(|line| out.note(line));
    out.fail_all(&failures);
    Ok(())
}

/// What is to be set, and what to be taken off.
fn read(call: &Call<'_>, words: &[String]) -> Result<(Vec<Value>, Vec<String>), Failure> {
    let (mut set, mut gone) = (Vec::<Value>::new(), Vec::new());
    let variable =
        |(name, text): (&str, &str)| Value::map([("name", Value::text(name)), ("value", Value::text(text))]);
    for word in call.args.all("env").chain(words.iter().map(String::as_str)) {
        if word == "-" {
            let lines = call.stdin.lines().map(|line| line.split('#').next().unwrap_or_default());
            set.extend(lines.filter_map(|line| line.split_once('=')).map(variable));
        } else if let Some(pair) = word.split_once('=') {
            let complaints = names::strict_env_var_name(pair.0);
            if !complaints.is_empty() {
                let all = complaints.iter().map(ToString::to_string).collect::<Vec<_>>().join(";");
                return Err(Failure::own(format!("{} is not a valid key name: {all}", quoted(pair.0))));
            }
            set.push(variable(pair));
        } else if let Some(name) = word.strip_suffix('-') {
            gone.push(name.to_string());
        } else {
            return Err(Failure::own(format!("unknown environment variable: {word}")));
        }
    }
    if gone.iter().any(|name| set.iter().any(|v| v.get("name").str() == name)) {
        return Err(Failure::own(
            "can not both modify and remove the same environment variable in the same command",
        ));
    }
    Ok((set, gone))
}

/// Variables for the keys of a ConfigMap or Secret.
fn from(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<Vec<Value>, Failure> {
    let keys = call.args.each("keys").collect::<Vec<_>>();
    let mut variables = Vec::new();
    for info in all_infos(client, call, &[call.args.get("from").to_string()], Ask::Fetch)? {
        let field = match info.resource.kind.as_str() {
            "ConfigMap" => "configMapKeyRef",
            "Secret" => "secretKeyRef",
            _ => return Err(Failure::own("unsupported resource specified in --from")),
        };
        for (key, _) in info.object.get("data").entries() {
            if !keys.is_empty() && !keys.contains(&key.as_str()) {
                continue;
            }
            let fit =
                |c: char| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_uppercase() } else { '_' };
            let name = key.chars().map(fit).collect::<String>();
            if name != key.as_str() {
                out.note(&format!("Warning: key {key} transferred to {name}"));
            }
            let reference =
                Value::map([("name", Value::text(info.name.as_str())), ("key", Value::text(key))]);
            variables.push(Value::map([
                ("name", Value::text(name)),
                ("valueFrom", Value::map([(field, reference)])),
            ]));
        }
    }
    Ok(variables)
}

fn check_overwrites(there: &[Value], wanted: &[Value]) -> Result<(), String> {
    for one in wanted {
        let name = one.get("name").str();
        let old = there.iter().find(|v| v.get("name").str() == name).map(|v| v.get("value").str());
        if let Some(old) = old.filter(|old| *old != one.get("value").str()) {
            return Err(format!("'{name}' already has a value ({old}), and --overwrite is false"));
        }
    }
    Ok(())
}

/// Models `updateEnv`.
fn updated(there: &[Value], wanted: &[Value], gone: &[String]) -> Vec<Value> {
    let mut covered = gone.to_vec();
    let mut out = Vec::new();
    let name = |v: &Value| v.get("name").str().to_string();
    for old in there {
        if covered.contains(&name(old)) {
            continue;
        }
        match wanted.iter().find(|v| name(v) == name(old)) {
            Some(new) => {
                covered.push(name(old));
                out.push(new.clone());
            }
            None => out.push(old.clone()),
        }
    }
    for new in wanted {
        if !covered.contains(&name(new)) {
            covered.push(name(new));
            out.push(new.clone());
        }
    }
    out
}

fn list(
    client: &mut Client<'_>,
    call: &Call<'_>,
    info: &Info,
    container: &str,
    env: &[Value],
    out: &mut Printed,
) {
    out.say(&format!("# {} {}, container {container}", info.resource.kind, info.name));
    for variable in env {
        let name = variable.get("name").str();
        let source = variable.get("valueFrom");
        if source.is_null() {
            out.say(&format!("{name}={}", variable.get("value").str()));
            continue;
        }
        let resolved = match call.args.is_on("resolve") {
            true => resolved(client, info, source),
            false => Ok(None),
        };
        match resolved {
            Ok(Some(text)) => out.say(&format!("{name}={text}")),
            Ok(None) => out.say(&format!("# {name} from {}", reference(source))),
            Err(problem) => {
                out.say(&format!("# {name} from {}", reference(source)));
                out.note(&format!("error retrieving reference for {name}: {problem}"));
            }
        }
    }
}

/// Models `GetEnvVarRefString`.
fn reference(source: &Value) -> String {
    let text = |part: &str, field: &str| source.get(part).get(field).str().to_string();
    if !source.get("configMapKeyRef").is_null() {
        return format!(
            "configmap {}, key {}",
            text("configMapKeyRef", "name"),
            text("configMapKeyRef", "key")
        );
    }
    if !source.get("secretKeyRef").is_null() {
        return format!("secret {}, key {}", text("secretKeyRef", "name"), text("secretKeyRef", "key"));
    }
    if !source.get("fieldRef").is_null() {
        return format!("field path {}", text("fieldRef", "fieldPath"));
    }
    if !source.get("resourceFieldRef").is_null() {
        let (container, resource) =
            (text("resourceFieldRef", "containerName"), text("resourceFieldRef", "resource"));
        let prefix = if container.is_empty() { String::new() } else { format!("{container}/") };
        return format!("resource field {prefix}{resource}");
    }
    "invalid valueFrom".to_string()
}

/// The value behind a reference to a ConfigMap or Secret; none of others.
fn resolved(client: &mut Client<'_>, info: &Info, source: &Value) -> Result<Option<String>, String> {
    for (field, kind, called) in
        [("configMapKeyRef", "configmaps", "config map"), ("secretKeyRef", "secrets", "secret")]
    {
        let (name, key) = (source.get(field).get("name").str(), source.get(field).get("key").str());
        if name.is_empty() {
            continue;
        }
        let Some(resource) = mapping::resource(&client.server.schema, kind).cloned() else { continue };
        let path = mapping::path(&resource, &info.namespace, name);
        let object = client.call("GET", path, "", None).map_err(|status| status.message.to_string())?;
        let Some(text) = object.get("data").find(key) else {
            return Err(format!("key {key} not found in {called} {name}"));
        };
        let bytes = match kind {
            "secrets" => base64_decode(text.str()).unwrap_or_default(),
            _ => text.str().as_bytes().to_vec(),
        };
        return Ok(Some(String::from_utf8_lossy(&bytes).into_owned()));
    }
    Ok(None)
}
