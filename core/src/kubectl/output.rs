//! Objects in the forms that `-o` names, other than tables.
//!
//! Models `k8s.io/cli-runtime/pkg/printers` and `k8s.io/cli-runtime/pkg/genericclioptions`.

use super::args::{Args, Flag, switch, value};
use super::columns;
use super::console::Failure;
use crate::base::field::quoted;
use crate::base::{Value, json};
use crate::print::jsonpath::JsonPath;
use crate::print::{go_template, yaml};
use crate::schema::patch::go_print;
use alloc::format;
use alloc::string::{String, ToString};

/// The flags that say in which form.
pub const OUTPUT: Flag = value("output", "o");
pub const TEMPLATE: Flag = value("template", "");
pub const MISSING_KEYS: Flag = switch("allow-missing-template-keys", "");
pub const MANAGED_FIELDS: Flag = switch("show-managed-fields", "");

/// A form, and the template that some need.
pub struct Form<'a> {
    kind: &'a str,
    template: String,
    with_managed: bool,
    with_headers: bool,
}

/// The forms that have a template, and those that have it in a file.
const TEMPLATED: &[(&str, &str)] = &[
    ("go-template", "go-template-file"),
    ("template", "templatefile"),
    ("jsonpath", "jsonpath-file"),
    ("jsonpath-as-json", ""),
    ("custom-columns", "custom-columns-file"),
];

impl<'a> Form<'a> {
    /// The form that the flags ask for; files are those of the folder in which kubectl runs.
    pub fn of(args: &'a Args, files: &[(String, String)]) -> Result<Form<'a>, Failure> {
        let given = args.get("template");
        let output = match args.get("output") {
            "" if !given.is_empty() => "go-template",
            output => output,
        };
        let mut form = Form::new(output, given, files)?;
        form.with_managed = args.is_on("show-managed-fields");
        form.with_headers = !args.is_on("no-headers");
        Ok(form)
    }

    /// The form of a name, with its template behind it.
    pub fn named(output: &'a str) -> Result<Form<'a>, Failure> {
        Form::new(output, "", &[])
    }

    fn new(output: &'a str, given: &'a str, files: &[(String, String)]) -> Result<Form<'a>, Failure> {
        let (kind, template) = match output.split_once('=') {
            Some((kind, template)) if given.is_empty() && templated(kind).is_some() => (kind, template),
            _ => (output, given),
        };
        let mut form = Form { kind, template: template.to_string(), with_managed: true, with_headers: true };
        match templated(kind) {
            Some(_) if template.is_empty() && kind.starts_with("custom-columns") => {
                return Err(Failure::own("custom-columns format specified but no custom columns given"));
            }
            Some(_) if template.is_empty() => {
                return Err(Failure::own("template format specified but no template given"));
            }
            Some((plain, true)) => {
                form.kind = plain;
                form.template = read(plain, template, files)?;
            }
            _ => {}
        }
        Ok(form)
    }

    /// An object, or a list of them, as text.
    pub fn print(&self, object: &Value) -> Result<String, Failure> {
        let kind = self.kind.to_ascii_lowercase();
        match (self.kind, kind.as_str()) {
            (_, "yaml") => Ok(yaml::to_string(&self.plain(object))),
            (_, "json") => Ok(format!("{}\n", json::to_string_indented(&self.plain(object), "    "))),
            ("name", _) => Ok(names(object)),
            ("jsonpath" | "jsonpath-as-json", _) => self.json_path(&sorted_keys(object)),
            ("go-template" | "template", _) => self.go_template(&sorted_keys(object)),
            ("custom-columns", _) => columns::print(&self.template, object, self.with_headers),
            _ => Err(unknown(self.kind)),
        }
    }

    fn plain(&self, object: &Value) -> Value {
        let mut object = object.clone();
        if !self.with_managed {
            drop_managed(&mut object);
        }
        sorted_keys(&object)
    }

    fn json_path(&self, object: &Value) -> Result<String, Failure> {
        let template = &self.template;
        let path = JsonPath::parse(template)
            .map_err(|problem| Failure::Own(format!("error parsing jsonpath {template}, {problem}")))?;
        let printed = if self.kind == "jsonpath" { path.print(object) } else { path.print_json(object) };
        printed.map_err(|problem| {
            let more = "Printing more information for debugging the template:";
            Failure::Own(format!(
                "error executing jsonpath {}: Error executing template: {problem}. {more}\n\ttemplate was:\n\t\t{template}\n\tobject given to jsonpath engine was:\n\t\t{}\n\n\n",
                quoted(template),
                go_print::source(object)
            ))
        })
    }

    fn go_template(&self, object: &Value) -> Result<String, Failure> {
        let template = &self.template;
        let nodes = go_template::parse(template)
            .map_err(|problem| Failure::Own(format!("error parsing template {template}, {problem}")))?;
        go_template::print(&nodes, object).map_err(|problem| {
            Failure::Own(format!("error executing template {}: {problem}", quoted(template)))
        })
    }
}

/// The form without a file, and whether this is the one with a file.
fn templated(kind: &str) -> Option<(&'static str, bool)> {
    let known =
        TEMPLATED.iter().find(|(plain, file)| *plain == kind || (*file == kind && !kind.is_empty()))?;
    Some((known.0, known.1 == kind))
}

fn read(plain: &str, name: &str, files: &[(String, String)]) -> Result<String, Failure> {
    let wanted = name.strip_prefix("./").unwrap_or(name);
    let missing = || {
        let what = if plain == "custom-columns" { "reading template" } else { "reading --template" };
        Failure::own(format!("error {what} {name}, open {name}: no such file or directory"))
    };
    let (_, text) = files.iter().find(|(known, _)| known == wanted).ok_or_else(missing)?;
    if plain == "custom-columns" { columns::of_file(text) } else { Ok(text.clone()) }
}

/// Models `NoCompatiblePrinterError`.
fn unknown(kind: &str) -> Failure {
    let known = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";
    Failure::own(format!(
        "unable to match a printer suitable for the output format {}, allowed formats are: {known}",
        quoted(kind)
    ))
}

/// Models `NamePrinter`.
fn names(object: &Value) -> String {
    if let Some(items) = object.get("items").as_list().filter(|_| object.get("kind").str().ends_with("List"))
    {
        return items.iter().map(names).collect();
    }
    let kind = object.get("kind").str().to_ascii_lowercase();
    let group = object.get("apiVersion").str().split_once('/').map_or("", |(group, _)| group);
    let name = object.at(&["metadata", "name"]).str();
    let dot = if group.is_empty() { "" } else { "." };
    format!("{kind}{dot}{group}/{}\n", if name.is_empty() { "<unknown>" } else { name })
}

/// Models `OmitManagedFieldsPrinter`.
fn drop_managed(object: &mut Value) {
    if !object.at(&["metadata", "managedFields"]).is_null() {
        object.entry("metadata").remove("managedFields");
    }
    if object.get("items").as_list().is_some() {
        object.entry("items").list_mut().iter_mut().for_each(drop_managed);
    }
}

/// As Go writes maps.
fn sorted_keys(value: &Value) -> Value {
    match value {
        Value::Map(map) => {
            let mut sorted = Value::map(map.iter().map(|(k, v)| (k.clone(), sorted_keys(v))));
            sorted.map_mut().sort();
            sorted
        }
        Value::List(items) => Value::list(items.iter().map(sorted_keys)),
        scalar => scalar.clone(),
    }
}
