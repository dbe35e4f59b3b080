//! The objects that a command is about, one by one: named, chosen by selectors, or from files.
//!
//! Models `k8s.io/cli-runtime/pkg/resource/builder.go`.

use super::args::{Flag, switch, value};
use super::builder::{Asked, FromFile, asked, files, namespace, resource_of};
use super::client::Client;
use super::console::Failure;
use super::run::Call;
use crate::api::{mapping, url};
use crate::base::{Status, Value};
use crate::manifest::node::Node;
use crate::schema::{Resource, decode};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FILES: &[Flag] = &[value("filename", "f"), value("kustomize", "k"), switch("recursive", "R")];
pub const SELECTOR: &[Flag] = &[value("selector", "l")];
/// Selectors of every kind.
pub const CHOICE: &[Flag] =
    &[value("selector", "l"), value("field-selector", ""), switch("all", ""), switch("all-namespaces", "A")];

const ONLY_FILES: &str = "error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'";

/// An object, and where it came from.
#[derive(Clone, Debug)]
pub struct Info {
    pub resource: Resource,
    pub namespace: String,
    pub name: String,
    /// As the server has it, if it was fetched; else as the file has it, or nothing.
    pub object: Value,
    /// The file, as messages name it.
    pub source: String,
}

impl Info {
    pub fn path(&self) -> String {
        mapping::path(&self.resource, &self.namespace, &self.name)
    }

    /// Why the server did not do it; `verb` is what was being done with the file.
    ///
    /// Models `AddSourceToErr`.
    pub fn refused(&self, status: Status, verb: &str) -> Failure {
        let doing = match self.source.as_str() {
            "" => String::new(),
            source => format!("error when {verb} \"{source}\""),
        };
        Failure::Status(status, doing)
    }

    /// `deployments/web`
    pub fn called(&self) -> String {
        format!("{}/{}", self.resource.name, self.name)
    }
}

/// What is done with what is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Objects are fetched from the server.
    Fetch,
    /// Objects of files are as the files have them, the others are fetched.
    AsGiven,
    /// Those that are named are taken to be there.
    Names,
    /// Nobody asks a server.
    Local,
}

/// The objects, and why some are missing. An error is one of what was asked.
pub fn infos(
    client: &mut Client<'_>,
    call: &Call<'_>,
    words: &[String],
    ask: Ask,
) -> Result<(Vec<Info>, Vec<Failure>), Failure> {
    chosen_or(client, call, words, ask, false)
}

/// The same, where a kind alone stands for all of it.
pub fn infos_or_all(
    client: &mut Client<'_>,
    call: &Call<'_>,
    words: &[String],
    ask: Ask,
) -> Result<(Vec<Info>, Vec<Failure>), Failure> {
    chosen_or(client, call, words, ask, true)
}

fn chosen_or(
    client: &mut Client<'_>,
    call: &Call<'_>,
    words: &[String],
    ask: Ask,
    or_all: bool,
) -> Result<(Vec<Info>, Vec<Failure>), Failure> {
    let args = &call.args;
    kustomize(call)?;
    let (labels, fields) = (args.get("selector"), args.get("field-selector"));
    let alone = or_all && words.len() == 1 && !words.iter().any(|word| word.contains('/'));
    let all = args.is_on("all") || alone && labels.is_empty();
    if all && !labels.is_empty() {
        return Err(Failure::own("setting 'all' parameter but found a non empty selector. "));
    }
    if args.is_given("filename") {
        if !words.is_empty() {
            return Err(Failure::own(
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
            ));
        }
        return from_files(client, call, ask);
    }
    if ask == Ask::Local {
        return Err(Failure::Plain(ONLY_FILES.to_string()));
    }
    let everywhere = args.is_on("all-namespaces");
    let chosen = all || !labels.is_empty() || !fields.is_empty();
    if chosen && words.is_empty() {
        return Err(Failure::own("at least one resource must be specified to use a selector"));
    }
    if chosen && words.iter().any(|word| word.contains('/')) {
        return Err(Failure::own(
            "selectors and the all flag cannot be used when passing resource/name arguments",
        ));
    }
    let asked = asked(&client.server.schema, words)?;
    let mut found = Vec::new();
    let mut failures = Vec::new();
    for Asked { resource, names } in asked {
        match (names.is_empty(), chosen) {
            (true, false) => {
                return Err(Failure::own("resource(s) were provided, but no name was specified"));
            }
            (false, true) => {
                return Err(Failure::own("name cannot be provided when a selector is specified"));
            }
            (false, false) if everywhere => {
                return Err(Failure::own("a resource cannot be retrieved by name across all namespaces"));
            }
            _ => {}
        }
        let space = if resource.namespaced && !everywhere { namespace(args) } else { "" };
        if chosen {
            match list(client, &resource, space, labels, fields) {
                Ok(infos) => found.extend(infos),
                Err(failure) => failures.push(failure),
            }
        }
        for name in names {
            let mut info = Info {
                resource: resource.clone(),
                namespace: space.to_string(),
                name,
                object: Value::Null,
                source: String::new(),
            };
            if ask != Ask::Names {
                match client.call("GET", info.path(), "", None) {
                    Ok(object) => info.object = object,
                    Err(status) => {
                        failures.push(status.into());
                        continue;
                    }
                }
            }
            found.push(info);
        }
    }
    Ok((found, failures))
}

/// The same, where the first thing that is missing ends the command.
pub fn all_infos(
    client: &mut Client<'_>,
    call: &Call<'_>,
    words: &[String],
    ask: Ask,
) -> Result<Vec<Info>, Failure> {
    let (found, failures) = infos(client, call, words, ask)?;
    match failures.into_iter().next() {
        Some(failure) => Err(failure),
        None => Ok(found),
    }
}

fn kustomize(call: &Call<'_>) -> Result<(), Failure> {
    let args = &call.args;
    match (args.find("kustomize"), args.is_given("filename"), args.is_on("recursive")) {
        (None, ..) => Ok(()),
        (Some(_), true, _) => Err(Failure::own("only one of -f or -k can be specified")),
        (Some(_), _, true) => Err(Failure::own("the -k flag can't be used with -f or -R")),
        (Some(folder), ..) => {
            let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
            let folder = folder.trim_start_matches("./").trim_end_matches('/');
            let has = |name: &&&str| call.files.iter().any(|(file, _)| *file == format!("{folder}/{name}"));
            Err(Failure::own(match names.iter().find(has) {
                Some(_) => "svcscope does not build kustomizations".to_string(),
                None => format!(
                    "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{folder}'"
                ),
            }))
        }
    }
}

fn from_files(
    client: &mut Client<'_>,
    call: &Call<'_>,
    ask: Ask,
) -> Result<(Vec<Info>, Vec<Failure>), Failure> {
    let (objects, problem) = files(&call.args, call.stdin, call.files);
    if objects.is_empty()
        && let Some(problem) = problem
    {
        return Err(problem);
    }
    let mut failures = Vec::from_iter(problem);
    let mut found = Vec::new();
    for from in objects {
        let info = placed(client, call, from, ask).and_then(|mut info| {
            if ask == Ask::Fetch {
                info.object = client.call("GET", info.path(), "", None)?;
            }
            Ok(info)
        });
        match info {
            Ok(info) => found.push(info),
            Err(failure) => failures.push(failure),
        }
    }
    Ok((found, failures))
}

/// The objects of the files, as they stand there, for commands that need some.
pub fn given(
    client: &mut Client<'_>,
    call: &Call<'_>,
    doing: &str,
) -> Result<(Vec<Info>, Vec<Failure>), Failure> {
    kustomize(call)?;
    if !call.args.is_given("filename") {
        return Err(Failure::own("must specify one of -f and -k"));
    }
    let (found, failures) = from_files(client, call, Ask::AsGiven)?;
    if found.is_empty() && failures.is_empty() {
        return Err(Failure::own(format!("no objects passed to {doing}")));
    }
    Ok((found, failures))
}

/// An object of a file with its namespace: one that names none gets that of the command; another than `-n` is refused.
fn placed(client: &Client<'_>, call: &Call<'_>, from: FromFile, ask: Ask) -> Result<Info, Failure> {
    let resource = resource_of(client, &from)?;
    let FromFile { file, mut object } = from;
    let wanted = namespace(&call.args);
    let metadata = object.get("metadata");
    // kubectl itself reads the metadata, before it asks any server
    let schema = &client.server.schema;
    if let Some(id) = schema.kind(&resource.group, &resource.version, &resource.kind) {
        let only = Node::from_value(&Value::map([("metadata", metadata.clone())]));
        decode::decode(schema, id, &only)
            .map_err(|why| Failure::own(format!("unable to decode \"{file}\": {why}")))?;
    }
    let (own, name) = (metadata.get("namespace").str().to_string(), metadata.get("name").str().to_string());
    let mut space = String::new();
    if resource.namespaced {
        if call.args.is_given("namespace") && !own.is_empty() && own != wanted {
            return Err(Failure::own(format!(
                "the namespace from the provided object \"{own}\" does not match the namespace \"{wanted}\". You must pass '--namespace={own}' to perform this operation."
            )));
        }
        if own.is_empty() && ask != Ask::Local {
            object.entry("metadata").set("namespace", wanted);
        }
        space = if own.is_empty() { wanted.to_string() } else { own };
    }
    Ok(Info { resource, namespace: space, name, object, source: file })
}

fn list(
    client: &mut Client<'_>,
    resource: &Resource,
    space: &str,
    labels: &str,
    fields: &str,
) -> Result<Vec<Info>, Failure> {
    let mut path = format!("{}?limit=500", mapping::path(resource, space, ""));
    for (key, given) in [("labelSelector", labels), ("fieldSelector", fields)] {
        if !given.is_empty() {
            path.push_str(&format!("&{key}={}", url::escaped(given)));
        }
    }
    let list = client.call("GET", path, "", None).map_err(|status| match status.code {
        400 => {
            let what = format!("{}/{}, Resource={}", resource.group, resource.version, resource.name);
            let doing = format!(
                "Unable to find \"{what}\" that match label selector \"{labels}\", field selector \"{fields}\""
            );
            Failure::Status(status, doing)
        }
        _ => status.into(),
    })?;
    let info = |item: &Value| {
        let metadata = item.get("metadata");
        let mut object = Value::map([
            ("apiVersion", Value::text(resource.group_version())),
            ("kind", Value::text(&resource.kind)),
        ]);
        item.entries().iter().for_each(|(key, inner)| object.set(key, inner.clone()));
        Info {
            resource: resource.clone(),
            namespace: metadata.get("namespace").str().to_string(),
            name: metadata.get("name").str().to_string(),
            object,
            source: String::new(),
        }
    };
    Ok(list.get("items").items().iter().map(info).collect())
}
