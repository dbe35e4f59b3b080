//! How a command writes: for real or on paper, in whose name, checked how strictly, and what it prints of it.
//!
//! Models `k8s.io/kubectl/pkg/cmd/util/helpers.go` and `k8s.io/cli-runtime/pkg/genericclioptions/print_flags.go`.

use super::apply::LAST_APPLIED;
use super::args::{Args, Flag, switch, value};
use super::builder::{namespace, prefix};
use super::client::{Client, no_match};
use super::console::{Failure, Printed};
use super::output::Form;
use super::patch;
use super::run::Call;
use crate::api::mapping;
use crate::base::{Status, Value, json};
use crate::print::yaml;
use crate::schema::{Kind, Resource, Schema};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub const DRY_RUN: &[Flag] = &[value("dry-run", "").or("unchanged")];
pub const OUTPUT: &[Flag] = &[
    value("output", "o"),
    value("template", ""),
    switch("show-managed-fields", ""),
    switch("allow-missing-template-keys", ""),
];
pub const MANAGER: &[Flag] = &[value("field-manager", "")];
pub const VALIDATE: &[Flag] = &[value("validate", "").or("strict")];

const FORMS: &str = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";
const DIRECTIVES: &[(&str, &str)] = &[
    ("", "Strict"),
    ("strict", "Strict"),
    ("true", "Strict"),
    ("warn", "Warn"),
    ("ignore", "Ignore"),
    ("false", "Ignore"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dry {
    No,
    Client,
    Server,
}

impl Dry {
    pub fn of(args: &Args) -> Result<Dry, Failure> {
        match args.find("dry-run").unwrap_or("none") {
            "none" => Ok(Dry::No),
            "client" => Ok(Dry::Client),
            "server" => Ok(Dry::Server),
            // the flag alone; what is said of that is said before the command runs
            "unchanged" => Ok(Dry::Client),
            other => Err(Failure::own(format!(
                "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
            ))),
        }
    }

    /// What is put behind the words that say what was done.
    pub fn note(self) -> &'static str {
        match self {
            Dry::No => "",
            Dry::Client => " (dry run)",
            Dry::Server => " (server dry run)",
        }
    }
}

#[derive(Debug)]
pub struct Writing<'a> {
    pub dry: Dry,
    form: &'a str,
    manager: &'a str,
    directive: &'static str,
    keep_managed: bool,
    printed: usize,
    /// Whether what is done says that it is only done on paper. Some commands forget it.
    pub tells_dry: bool,
}

impl<'a> Writing<'a> {
    /// As the flags have it; `manager` is the name of a command that is given no other.
    pub fn of(args: &'a Args, manager: &'a str) -> Result<Writing<'a>, Failure> {
        let dry = Dry::of(args)?;
        let form = args.get("output");
        check_form(form)?;
        let said = args.get("validate");
        let Some((_, directive)) = DIRECTIVES.iter().find(|(name, _)| *name == said) else {
            return Err(Failure::own(format!(
                "invalid - validate option \"{said}\"; must be one of: strict (or true), warn, ignore (or false)"
            )));
        };
        Ok(Writing {
            dry,
            form,
            manager: args.find("field-manager").unwrap_or(manager),
            directive,
            keep_managed: args.is_on("show-managed-fields"),
            printed: 0,
            tells_dry: true,
        })
    }

    /// Whether objects are printed whole.
    pub fn prints_objects(&self) -> bool {
        !matches!(self.form, "" | "name")
    }

    pub fn manager(&self) -> &str {
        self.manager
    }

    /// What the server is told beside the object.
    pub fn query(&self) -> String {
        let dry = if self.dry == Dry::Server { "dryRun=All&" } else { "" };
        format!("?{dry}fieldManager={}&fieldValidation={}", self.manager, self.directive)
    }

    pub fn create(
        &self,
        client: &mut Client<'_>,
        resource: &Resource,
        object: &Value,
    ) -> Result<Value, Status> {
        let path = mapping::path(resource, object.at(&["metadata", "namespace"]).str(), "");
        client.call("POST", format!("{path}{}", self.query()), "", Some(object))
    }

    pub fn patch(
        &self,
        client: &mut Client<'_>,
        path: &str,
        type_: &str,
        patch: &Value,
    ) -> Result<Value, Status> {
        self.patch_raw(client, path, type_, json::to_string(patch).into_bytes())
    }

    /// The same, where the server also looks for fields that it does not know.
    pub fn patch_checked(
        &self,
        client: &mut Client<'_>,
        path: &str,
        type_: &str,
        patch: &Value,
    ) -> Result<Value, Status> {
        client.call("PATCH", format!("{path}{}", self.query()), type_, Some(patch))
    }

    pub fn patch_raw(
        &self,
        client: &mut Client<'_>,
        path: &str,
        type_: &str,
        patch: Vec<u8>,
    ) -> Result<Value, Status> {
        let dry = if self.dry == Dry::Server { "dryRun=All&" } else { "" };
        client.send("PATCH", format!("{path}?{dry}fieldManager={}", self.manager), type_, patch)
    }

    /// Creates an object that the command has made up, and prints it.
    pub fn create_new(
        &mut self,
        client: &mut Client<'_>,
        out: &mut Printed,
        call: &Call<'_>,
        object: &Value,
        refused: fn(Status) -> Failure,
        done: &str,
    ) -> Result<(), Failure> {
        let schema = client.server.schema.clone();
        let (api_version, kind) = (object.get("apiVersion").str(), object.get("kind").str());
        let resource = mapping::of_kind(&schema, api_version, kind)
            .cloned()
            .ok_or_else(|| Failure::from(no_match(api_version, kind)))?;
        let mut object = typed(&schema, &resource, object);
        if call.args.is_on("save-config") {
            let said = format!("{}\n", json::to_string(&object));
            object.entry("metadata").entry("annotations").set(LAST_APPLIED, said);
            object = typed(&schema, &resource, &object);
        }
        if self.dry != Dry::Client {
            let space = if resource.namespaced { namespace(&call.args) } else { "" };
            let path = mapping::path(&resource, space, "");
            let query = self.query();
            object = client.call("POST", format!("{path}{query}"), "", Some(&object)).map_err(refused)?;
        }
        self.print_as(out, &resource, &object, done)
    }

    /// Prints several objects as one.
    pub fn print_list(&mut self, out: &mut Printed, list: &Value) -> Result<(), Failure> {
        let mut list = list.clone();
        for item in list.entry("items").list_mut() {
            if !self.keep_managed {
                item.entry("metadata").remove("managedFields");
            }
        }
        print_whole(out, self.form, &list)
    }

    /// Prints the object, or what was done to it.
    pub fn print(
        &mut self,
        out: &mut Printed,
        resource: &Resource,
        object: &Value,
        done: &str,
    ) -> Result<(), Failure> {
        self.print_as(out, resource, &sorted(object), done)
    }

    /// The same of an object whose fields stand in the order of their type.
    pub fn print_as(
        &mut self,
        out: &mut Printed,
        resource: &Resource,
        object: &Value,
        done: &str,
    ) -> Result<(), Failure> {
        let name = match object.at(&["metadata", "name"]).str() {
            "" => "<unknown>",
            name => name,
        };
        let mut object = object.clone();
        if !self.keep_managed && !object.at(&["metadata", "managedFields"]).is_null() {
            object.entry("metadata").remove("managedFields");
        }
        // a part of an object is of a kind of its own
        let kind = match (object.get("kind").str(), object.get("apiVersion").str().split_once('/')) {
            ("", _) => prefix(resource),
            (kind, Some((group, _))) => format!("{}.{group}", kind.to_ascii_lowercase()),
            (kind, None) => kind.to_ascii_lowercase(),
        };
        let note = if self.tells_dry { self.dry.note() } else { "" };
        match self.form {
            "" => out.say(&format!("{kind}/{name} {done}{note}")),
            "name" => out.say(&format!("{kind}/{name}")),
            form => {
                if form == "yaml" && self.printed > 0 {
                    out.say("---");
                }
                self.printed += 1;
                print_whole(out, form, &object)?;
            }
        }
        Ok(())
    }
}

fn check_form(form: &str) -> Result<(), Failure> {
    let kind = form.split_once('=').map_or(form, |(kind, _)| kind);
    if kind.is_empty() || FORMS.split(',').any(|known| known == kind) {
        return Ok(());
    }
    Err(Failure::own(format!(
        "unable to match a printer suitable for the output format \"{kind}\", allowed formats are: {FORMS}"
    )))
}

pub fn print_whole(out: &mut Printed, form: &str, object: &Value) -> Result<(), Failure> {
    match form.split_once('=').unwrap_or((form, "")) {
        ("yaml", _) => out.stdout.push_str(&yaml::to_string(object)),
        ("json", _) => out.say(&json::to_string_indented(object, "    ")),
        _ => out.stdout.push_str(&Form::named(form)?.print(object)?),
    }
    Ok(())
}

/// Maps in the order of their keys, as Go writes those of an object whose type it does not know.
pub fn sorted(value: &Value) -> Value {
    match value {
        Value::Map(map) => {
            let mut sorted = Value::map(map.iter().map(|(k, v)| (k.clone(), sorted(v))));
            sorted.map_mut().sort();
            sorted
        }
        Value::List(items) => Value::list(items.iter().map(sorted)),
        scalar => scalar.clone(),
    }
}

/// The object as Go writes one whose type it knows.
pub fn typed(schema: &Schema, resource: &Resource, object: &Value) -> Value {
    match schema.kind(&resource.group, &resource.version, &resource.kind) {
        Some(id) => schema.arrange(&Kind::Struct(id), object),
        None => object.clone(),
    }
}

/// What `--overrides` makes of an object that the command has made up.
///
/// Models `Overrider`.
pub fn overridden(schema: &Schema, call: &Call<'_>, object: Value) -> Result<Value, Failure> {
    let text = call.args.get("overrides");
    if text.is_empty() {
        return Ok(object);
    }
    let type_ = call.args.find("override-type").unwrap_or("merge");
    if !matches!(type_, "merge" | "json" | "strategic") {
        return Err(Failure::own(format!("invalid override type: {type_}")));
    }
    let (api_version, kind) = (object.get("apiVersion").str(), object.get("kind").str());
    let resource = mapping::of_kind(schema, api_version, kind)
        .ok_or_else(|| Failure::from(no_match(api_version, kind)))?;
    patch::patched(schema, resource, &object, type_, text.as_bytes())
}
