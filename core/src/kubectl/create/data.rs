//! `kubectl create configmap` and `secret`
//!
//! Models `create_configmap.go`, `create_secret*.go` and `pkg/util/hash`.

use super::{Client, Done, Failure, Printed, make, new_object};
use crate::base::field::quoted;
use crate::base::{Status, Value, hash, json, names};
use crate::kubectl::args::{Flag, switch, value};
use crate::kubectl::run::Call;
use crate::kubectl::writing::sorted;
use crate::schema::base64;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const DATA: &[Flag] = &[
    value("from-file", ""),
    value("from-literal", ""),
    value("from-env-file", ""),
    value("type", ""),
    switch("append-hash", ""),
];
pub const DOCKER: &[Flag] = &[
    value("docker-username", ""),
    value("docker-password", ""),
    value("docker-email", ""),
    value("docker-server", ""),
    value("from-file", ""),
    switch("append-hash", ""),
];
pub const TLS: &[Flag] = &[value("cert", ""), value("key", ""), switch("append-hash", "")];

const DOCKER_KEY: &str = ".dockerconfigjson";

pub fn config_map(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_config_map, |s| {
        Failure::own(format!("failed to create configmap: {}", s.message))
    })
}

pub fn secret(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_secret, |s| refused(&s))
}

pub fn docker_secret(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_docker_secret, |s| refused(&s))
}

pub fn tls_secret(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_tls_secret, |s| refused(&s))
}

fn refused(status: &Status) -> Failure {
    Failure::own(format!("failed to create secret {}", status.message))
}

fn new_config_map(
    _: &mut Client<'_>,
    call: &Call<'_>,
    name: &str,
    _: &mut Printed,
) -> Result<Value, Failure> {
    let mut data = Data { kind: "ConfigMap", name, entries: Value::empty_map() };
    check_sources(call)?;
    data.files(call, "from-file")?;
    data.literals(call)?;
    data.env_files(call)?;
    let mut object = new_object(call, "v1", "ConfigMap", name);
    object.set("data", data.entries.clone());
    let hashed = [("kind", "ConfigMap"), ("name", name)];
    append_hash(call, &mut object, &hashed, &data.entries);
    Ok(object)
}

fn new_secret(_: &mut Client<'_>, call: &Call<'_>, name: &str, _: &mut Printed) -> Result<Value, Failure> {
    let mut data = Data { kind: "Secret", name, entries: Value::empty_map() };
    check_sources(call)?;
    data.literals(call)?;
    data.files(call, "from-file")?;
    data.env_files(call)?;
    Ok(secret_of(call, name, call.args.get("type"), &data.entries))
}

fn new_docker_secret(
    _: &mut Client<'_>,
    call: &Call<'_>,
    name: &str,
    _: &mut Printed,
) -> Result<Value, Failure> {
    let args = &call.args;
    let [user, password, server] =
        ["docker-username", "docker-password", "docker-server"].map(|f| args.get(f));
    let mut data = Data { kind: "Secret", name, entries: Value::empty_map() };
    if args.is_given("from-file") {
        for source in args.each("from-file") {
            let source =
                if source.contains('=') { source.to_string() } else { format!("{DOCKER_KEY}={source}") };
            data.file(call, &source)?;
        }
    } else if user.is_empty() || password.is_empty() || server.is_empty() && args.is_given("docker-server") {
        return Err(Failure::own(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
        ));
    } else {
        let server = if server.is_empty() { "https://index.docker.io/v1/" } else { server };
        let mut entry = Value::map([("username", Value::text(user)), ("password", Value::text(password))]);
        let email = args.get("docker-email");
        if !email.is_empty() {
            entry.set("email", email);
        }
        entry.set("auth", base64(format!("{user}:{password}").as_bytes()));
        let config = Value::map([("auths", Value::map([(server, entry)]))]);
        data.entries.set(DOCKER_KEY, json::to_string(&config));
    }
    Ok(secret_of(call, name, "kubernetes.io/dockerconfigjson", &data.entries))
}

fn new_tls_secret(
    _: &mut Client<'_>,
    call: &Call<'_>,
    name: &str,
    _: &mut Printed,
) -> Result<Value, Failure> {
    let args = &call.args;
    let (cert, key) = (args.get("cert"), args.get("key"));
    if cert.is_empty() || key.is_empty() {
        return Err(Failure::own("key and cert must be specified"));
    }
    let mut entries = Value::empty_map();
    for (field, file) in [("tls.crt", cert), ("tls.key", key)] {
        let text = call.file(file).ok_or_else(|| {
            Failure::own(format!("Cannot read file {file}, open {file}: no such file or directory"))
        })?;
        entries.set(field, text);
    }
    for (field, what) in [("tls.crt", "certificate"), ("tls.key", "key")] {
        if !entries.get(field).str().contains("-----BEGIN ") {
            return Err(Failure::own(format!("tls: failed to find any PEM data in {what} input")));
        }
    }
    Ok(secret_of(call, name, "kubernetes.io/tls", &entries))
}

fn secret_of(call: &Call<'_>, name: &str, type_: &str, entries: &Value) -> Value {
    let mut data = Value::empty_map();
    for (key, text) in entries.entries() {
        data.set(key, base64(text.str().as_bytes()));
    }
    let mut object = new_object(call, "v1", "Secret", name);
    object.set("data", data.clone());
    object.set("type", type_);
    append_hash(call, &mut object, &[("kind", "Secret"), ("name", name), ("type", type_)], &data);
    object
}

/// Models `hash.ConfigMapHash` and `hash.SecretHash`.
fn append_hash(call: &Call<'_>, object: &mut Value, fields: &[(&str, &str)], data: &Value) {
    if !call.args.is_on("append-hash") {
        return;
    }
    let mut hashed = Value::map(fields.iter().map(|(k, v)| (*k, Value::text(*v))));
    hashed.set("data", data.clone());
    let sum = hash::sha256(json::to_string(&sorted(&hashed)).as_bytes());
    let letter = |c: char| match c {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    };
    let sum = sum.chars().take(10).map(letter).collect::<String>();
    let name = format!("{}-{sum}", object.at(&["metadata", "name"]).str());
    object.entry("metadata").set("name", name);
}

fn check_sources(call: &Call<'_>) -> Result<(), Failure> {
    let args = &call.args;
    if args.is_given("from-env-file") && (args.is_given("from-file") || args.is_given("from-literal")) {
        return Err(Failure::own("from-env-file cannot be combined with from-file or from-literal"));
    }
    Ok(())
}

/// What is to stand in a ConfigMap or Secret.
struct Data<'a> {
    kind: &'a str,
    name: &'a str,
    entries: Value,
}

impl Data<'_> {
    fn add(&mut self, key: &str, text: &str) -> Result<(), Failure> {
        let is_map = self.kind == "ConfigMap";
        let complaints = names::config_map_key(key);
        if !complaints.is_empty() {
            let all = complaints.iter().map(ToString::to_string).collect::<Vec<_>>();
            return Err(Failure::Own(match is_map {
                true => format!("{} is not a valid key name for a ConfigMap: {}", quoted(key), all.join(",")),
                false => format!("{} is not valid key name for a Secret {}", quoted(key), all.join(";")),
            }));
        }
        if self.entries.find(key).is_some() {
            return Err(Failure::Own(match is_map {
                true => format!(
                    "cannot add key {}, another key by that name already exists in Data for ConfigMap {}",
                    quoted(key),
                    quoted(self.name)
                ),
                false => format!("cannot add key {key}, another key by that name already exists"),
            }));
        }
        self.entries.set(key, text);
        Ok(())
    }

    fn literals(&mut self, call: &Call<'_>) -> Result<(), Failure> {
        for source in call.args.all("from-literal") {
            match source.split_once('=') {
                Some((key, text)) if !key.is_empty() => self.add(key, text)?,
                _ => {
                    return Err(Failure::own(format!("invalid literal source {source}, expected key=value")));
                }
            }
        }
        Ok(())
    }

    fn files(&mut self, call: &Call<'_>, flag: &str) -> Result<(), Failure> {
        for source in call.args.each(flag) {
            self.file(call, source)?;
        }
        Ok(())
    }

    /// Models `ParseFileSource`.
    fn file(&mut self, call: &Call<'_>, source: &str) -> Result<(), Failure> {
        let (key, path) = match source.split_once('=') {
            None => (source.rsplit('/').next().unwrap_or_default(), source),
            Some((_, path)) if path.contains('=') => {
                return Err(Failure::own("key names or file paths cannot contain '='"));
            }
            Some(("", path)) => return Err(Failure::own(format!("key name for file path {path} missing"))),
            Some((key, "")) => return Err(Failure::own(format!("file path for key name {key} missing"))),
            Some(pair) => pair,
        };
        if let Some(text) = call.file(path) {
            return self.add(key, text);
        }
        let folder = format!("{}/", path.trim_start_matches("./").trim_end_matches('/'));
        let within = call.files.iter().filter_map(|(name, text)| Some((name.strip_prefix(&folder)?, text)));
        let mut within = within.filter(|(name, _)| !name.contains('/')).collect::<Vec<_>>();
        if within.is_empty() {
            return Err(Failure::own(format!("error reading {path}: no such file or directory")));
        }
        if source.contains('=') {
            return Err(Failure::own("cannot give a key name for a directory path"));
        }
        within.sort_by_key(|(name, _)| *name);
        within.into_iter().try_for_each(|(name, text)| self.add(name, text))
    }

    /// Lines `KEY=value`, comments and empty lines.
    ///
    /// Models `AddFromEnvFile`.
    fn env_files(&mut self, call: &Call<'_>) -> Result<(), Failure> {
        for path in call.args.each("from-env-file") {
            let text = call
                .file(path)
                .ok_or_else(|| Failure::own(format!("error reading {path}: no such file or directory")))?;
            for line in text.trim_start_matches('\u{feff}').lines() {
                let line = line.trim_start();
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                // a name alone would be looked up in the environment of kubectl, which is empty
                let (key, value) = line.split_once('=').unwrap_or((line, ""));
                let complaints = names::strict_env_var_name(key);
                if !complaints.is_empty() {
                    let all = complaints.iter().map(ToString::to_string).collect::<Vec<_>>().join(";");
                    return Err(Failure::own(format!("{} is not a valid key name: {all}", quoted(key))));
                }
                self.add(key, value)?;
            }
        }
        Ok(())
    }
}
