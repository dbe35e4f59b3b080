//! `kubectl explain`: the fields of a kind. What they mean is not in the table of types, and said to be missing.
//!
//! Models `k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl`.

use super::args::{Flag, number, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::run::Call;
use crate::api::mapping;
use crate::base::sort;
use crate::schema::{Field, Kind, Schema, TypeId};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[Flag] =
    &[value("api-version", ""), value("output", "o"), switch("recursive", "R"), number("max-depth")];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    let [what] = args.words.as_slice() else {
        let hint = "Use \"kubectl api-resources\" for a complete list of supported resources.";
        return Err(Failure::own(match args.words.is_empty() {
            true => format!("You must specify the type of resource to explain. {hint}\n"),
            false => "We accept only this format: explain RESOURCE\n".to_string(),
        }));
    };
    let (recursive, depth) = (args.is_on("recursive"), args.int("max-depth").unwrap_or(0));
    if depth < 0 {
        return Err(Failure::own("--max-depth must be non-negative"));
    }
    if depth > 0 && !recursive {
        return Err(Failure::own("--max-depth requires --recursive"));
    }
    let schema = client.server.schema.clone();
    let (name, path) = what.split_once('.').unwrap_or((what, ""));
    let missing = || Failure::Plain(format!("the server doesn't have a resource type \"{name}\""));
    let resource = mapping::resource(&schema, name).ok_or_else(missing)?;
    let (group, version) = match args.get("api-version") {
        "" => (resource.group.to_string(), resource.version.to_string()),
        given => {
            let (group, version) = given.split_once('/').unwrap_or(("", given));
            (group.to_string(), version.to_string())
        }
    };
    let Some(id) = schema.kind(&group, &version, &resource.kind) else {
        let gvr = format!("{group}/{version}, Resource={}", resource.name);
        return Err(Failure::own(format!("GVR ({gvr}) not found in OpenAPI schema")));
    };
    if !group.is_empty() {
        out.say(&format!("GROUP:      {group}"));
    }
    out.say(&format!("KIND:       {}\nVERSION:    {version}\n", resource.kind));
    let mut kind = Kind::Struct(id);
    let mut steps = path.split('.').filter(|step| !step.is_empty()).peekable();
    while let Some(step) = steps.next() {
        let last = path.rsplit('.').next().unwrap_or_default();
        let found = fields_of(&schema, &kind).and_then(|id| schema.get(id).field(step, 0));
        let Some((_, field)) = found else {
            return Err(Failure::own(format!("field \"{last}\" does not exist")));
        };
        if steps.peek().is_none() {
            out.say(&format!("FIELD: {step} <{}>", type_name(&schema, field)));
            out.stdout.push_str(&values(field, "ENUM:", "\n    ", usize::MAX));
            out.stdout.push_str("\n\n");
        }
        kind = field.kind.clone();
    }
    out.say("DESCRIPTION:\n    <empty>\n");
    if let Some(id) = fields_of(&schema, &kind) {
        out.say("FIELDS:");
        let list = List { schema: &schema, recursive, depth: usize::try_from(depth).unwrap_or(usize::MAX) };
        list.write(out, id, 1, &mut Vec::new());
    }
    out.say("");
    Ok(())
}

struct List<'s> {
    schema: &'s Schema,
    recursive: bool,
    /// How deep it goes; 0 is no limit.
    depth: usize,
}

impl List<'_> {
    /// The fields of a type; those above it are not gone into again.
    fn write(&self, out: &mut Printed, id: TypeId, level: usize, above: &mut Vec<TypeId>) {
        if above.contains(&id) {
            return;
        }
        above.push(id);
        let mut fields = self.schema.get(id).fields.iter().collect::<Vec<_>>();
        sort::by(&mut fields, |a, b| a.json.cmp(&b.json));
        let indent = "  ".repeat(level);
        for field in fields {
            let required = if field.required { " -required-" } else { "" };
            let type_ = type_name(self.schema, field);
            out.stdout.push_str(&format!("{indent}{}\t<{type_}>{required}", field.json));
            out.stdout.push_str(&values(field, &format!("\n{indent}enum: "), ", ", 4));
            out.say("");
            if !self.recursive {
                out.say(&format!("{indent}  <no description>\n"));
            } else if (self.depth == 0 || level < self.depth)
                && let Some(inner) = fields_of(self.schema, &field.kind)
            {
                self.write(out, inner, level + 1, above);
            }
        }
        above.pop();
    }
}

/// The struct that a type is made of, in the end.
fn fields_of(schema: &Schema, kind: &Kind) -> Option<TypeId> {
    match kind {
        Kind::Struct(id) if !schema.get(*id).fields.is_empty() => Some(*id),
        Kind::List(inner) | Kind::Map(inner) => fields_of(schema, inner),
        _ => None,
    }
}

/// Models `typeGuess`.
fn type_name(schema: &Schema, field: &Field) -> String {
    named(schema, &field.kind, &field.go_type)
}

fn named(schema: &Schema, kind: &Kind, go_type: &str) -> String {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_string();
    match kind {
        Kind::List(inner) => format!("[]{}", named(schema, inner, go_type)),
        Kind::Map(inner) => format!("map[string]{}", named(schema, inner, go_type)),
        Kind::Struct(id) => last(&schema.get(*id).name),
        Kind::String | Kind::Bytes | Kind::Time | Kind::MicroTime => "string".to_string(),
        Kind::Bool => "boolean".to_string(),
        Kind::Int32 | Kind::Int64 => "integer".to_string(),
        Kind::Double => "number".to_string(),
        Kind::IntOrString => "IntOrString".to_string(),
        Kind::Quantity => "Quantity".to_string(),
        Kind::Any => last(go_type),
    }
}

/// The values that a field may have.
fn values(field: &Field, label: &str, separator: &str, most: usize) -> String {
    let supported = &field.more().supported;
    if supported.is_empty() {
        return String::new();
    }
    let mut values = supported.iter().map(ToString::to_string).collect::<Vec<_>>();
    sort::sort(&mut values);
    let shown = values.iter().take(most).map(|v| if v.is_empty() { "\"\"" } else { v.as_str() });
    let shown = shown.collect::<Vec<_>>().join(separator);
    let more = if values.len() > most { ", ...." } else { "" };
    // the long form begins each value on a line of its own
    let first = if separator.starts_with('\n') { separator } else { "" };
    format!("{label}{first}{shown}{more}")
}
