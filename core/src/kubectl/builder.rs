//! Which objects a command is about: kinds and names from its words, or manifests from files.
//!
//! Models `k8s.io/cli-runtime/pkg/resource/builder.go`.

use super::args::Args;
use super::client::Client;
use super::console::Failure;
use crate::api::mapping;
use crate::base::Value;
use crate::manifest;
use crate::schema::{Resource, Schema};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const NOTHING_GIVEN: &str = "You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'";

/// The resources of one kind that are asked for; without names, all of them.
#[derive(Clone, Debug)]
pub struct Asked {
    pub resource: Resource,
    pub names: Vec<String>,
}

/// Kinds and names: `svc a b`, `svc/a deploy/b`, `svc,deploy`.
pub fn asked(schema: &Schema, words: &[String]) -> Result<Vec<Asked>, Failure> {
    let Some(first) = words.first() else { return Err(Failure::own(NOTHING_GIVEN)) };
    if !words.iter().any(|w| w.contains('/')) {
        let names = words.get(1..).unwrap_or_default();
        let mut out = Vec::new();
        for kind in first.split(',') {
            for resource in called(schema, kind)? {
                out.push(Asked { resource, names: names.to_vec() });
            }
        }
        return Ok(out);
    }
    let mut out = Vec::<Asked>::new();
    for word in words {
        let Some((kind, name)) = word.split_once('/') else {
            let problem = "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form";
            return Err(Failure::own(format!(
                "{problem} (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
            )));
        };
        if name.contains('/') {
            let problem = "arguments in resource/name form may not have more than one slash";
            return Err(Failure::own(problem));
        }
        if kind.is_empty() || name.is_empty() {
            return Err(Failure::own("arguments in resource/name form must have a single resource and name"));
        }
        for resource in called(schema, kind)? {
            match out
                .last_mut()
                .filter(|a| a.resource.name == resource.name && a.resource.group == resource.group)
            {
                Some(known) => known.names.push(name.to_string()),
                None => out.push(Asked { resource, names: Vec::from([name.to_string()]) }),
            }
        }
    }
    Ok(out)
}

/// The resource of that name, or those of a category.
fn called(schema: &Schema, kind: &str) -> Result<Vec<Resource>, Failure> {
    if let Some(resource) = mapping::resource(schema, kind) {
        return Ok(Vec::from([resource.clone()]));
    }
    let in_category = schema.resources().iter().filter(|r| r.categories.iter().any(|c| c.as_str() == kind));
    let mut found = Vec::<Resource>::new();
    for resource in in_category {
        let repeated = found.iter().any(|f| f.name == resource.name && f.group == resource.group);
        if !repeated {
            found.push(resource.clone());
        }
    }
    match found.is_empty() {
        true => Err(Failure::own(format!("the server doesn't have a resource type \"{kind}\""))),
        false => Ok(found),
    }
}

/// `deployment.apps`, as kubectl puts it before names.
pub fn prefix(resource: &Resource) -> String {
    let kind = resource.kind.to_ascii_lowercase();
    if resource.group.is_empty() { kind } else { format!("{kind}.{}", resource.group) }
}

/// The namespace of `-n`, or the default one.
pub fn namespace(args: &Args) -> &str {
    super::client::namespace_or_default(args.get("namespace"))
}

/// One object of a file, or why there is none; the name of the file is how kubectl shows it.
pub struct FromFile {
    pub file: String,
    pub object: Value,
}

/// The objects of the files that `-f` names; what is wrong ends the reading.
pub fn files(args: &Args, stdin: &str, given: &[(String, String)]) -> (Vec<FromFile>, Option<Failure>) {
    let mut out = Vec::new();
    for name in args.each("filename") {
        let (shown, text) = if name == "-" {
            ("STDIN", stdin)
        } else {
            let plain = name.strip_prefix("./").unwrap_or(name);
            match given.iter().find(|(known, _)| known == plain) {
                Some((_, text)) => (name, text.as_str()),
                None => {
                    let missing = Failure::own(format!("the path \"{name}\" does not exist"));
                    return (Vec::new(), Some(missing));
                }
            }
        };
        for document in manifest::documents(text) {
            match document {
                Ok(document) => push(&mut out, shown, document.node.to_value()),
                Err(error) => {
                    let problem = format!("error parsing {shown}: {}", error.message);
                    return (out, Some(Failure::own(problem)));
                }
            }
        }
    }
    (out, None)
}

/// Lists stand for their items.
fn push(out: &mut Vec<FromFile>, file: &str, object: Value) {
    match object.get("items").as_list() {
        Some(items) if object.get("kind").str().ends_with("List") => {
            items.iter().for_each(|item| push(out, file, item.clone()));
        }
        _ => out.push(FromFile { file: file.to_string(), object }),
    }
}

/// The resource of a manifest, or what kubectl says where there is none.
pub fn resource_of(client: &Client<'_>, from: &FromFile) -> Result<Resource, Failure> {
    let (object, file) = (&from.object, &from.file);
    let (api_version, kind) = (object.get("apiVersion").str(), object.get("kind").str());
    let missing = match (api_version, kind) {
        ("", "") => "[apiVersion not set, kind not set]",
        ("", _) => "apiVersion not set",
        (_, "") => "kind not set",
        _ => "",
    };
    if !missing.is_empty() {
        let ignore = "if you choose to ignore these errors, turn validation off with --validate=false";
        return Err(Failure::own(format!(
            "error validating \"{file}\": error validating data: {missing}; {ignore}"
        )));
    }
    let metadata = object.get("metadata");
    mapping::of_kind(&client.server.schema, api_version, kind).cloned().ok_or_else(|| {
        Failure::own(format!(
            "resource mapping not found for name: \"{}\" namespace: \"{}\" from \"{file}\": no matches for kind \"{kind}\" in version \"{api_version}\"\nensure CRDs are installed first",
            metadata.get("name").str(),
            metadata.get("namespace").str(),
        ))
    })
}
