//! Findings in the texts that people wrote: where what they blame stands, and what to change there.

use super::finding::Fix;
use super::owner::owner;
use crate::base::{Text, Value, json};
use crate::manifest::objects::objects;
use crate::manifest::{self, Document, Edit, Node, Span, edit, source_map};
use crate::net::trace::Concern;
use crate::object::resource;
use crate::schema::patch::json_patch::JsonPatch;
use crate::store::Store;
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The texts that the objects of a cluster come from. Those that cannot be read hold none.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    texts: Vec<(&'a str, Vec<Document>)>,
}

/// A change to one of the texts, by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub text: usize,
    pub edit: Edit,
}

impl<'a> Written<'a> {
    pub fn new(texts: impl IntoIterator<Item = &'a str>) -> Written<'a> {
        let read = |text: &'a str| (text, manifest::documents(text).map_while(Result::ok).collect());
        Written { texts: texts.into_iter().map(read).collect() }
    }

    /// Where a field stands, or what is around it; what controllers made stands where their object is written.
    pub fn place(&self, store: &Store, concern: &Concern) -> Option<(usize, Span)> {
        let concern = &written_by(store, concern);
        let (text, node) = self
            .texts
            .iter()
            .enumerate()
            .find_map(|(i, (_, documents))| Some((i, find(documents, concern)?)))?;
        let field = if concern.field.is_empty() { "metadata.name" } else { concern.field.as_str() };
        Some((text, source_map::place(node, field).span()))
    }

    /// The change to a text that does what a fix does to the object. None where the object is not written in one of
    /// them, or where the same cannot be said by changing it.
    pub fn change(&self, fix: &Fix) -> Option<Change> {
        let (text, (old, documents)) =
            self.texts.iter().enumerate().find(|(_, (_, d))| find(d, &fix.object).is_some())?;
        let wanted = patched(&find(documents, &fix.object)?.to_value(), &fix.patch)?;
        let mut new = Cow::Borrowed(*old);
        // What is set comes first: then no map is ever empty in between.
        let (removals, others): (Vec<_>, Vec<_>) =
            fix.patch.items().iter().partition(|o| o.get("op").str() == "remove");
        for operation in others.into_iter().chain(removals) {
            let documents = manifest::read(&new).ok()?;
            new = Cow::Owned(performed(&new, find(&documents, &fix.object)?, operation)?);
        }
        let documents = manifest::read(&new).ok()?;
        let done = find(&documents, &fix.object)?.to_value() == wanted;
        done.then(|| Change { text, edit: edit::between(old, &new) })
    }
}

/// The object, among those of a text.
fn find<'d>(documents: &'d [Document], concern: &Concern) -> Option<&'d Node> {
    let is = |object: &Value| {
        let metadata = object.get("metadata");
        let namespace = match metadata.get("namespace").str() {
            "" if !concern.namespace.is_empty() => "default",
            other => other,
        };
        object.get("kind").str() == concern.kind
            && metadata.get("name").str() == concern.name.as_str()
            && namespace == concern.namespace.as_str()
    };
    let mut all = documents.iter().flat_map(|d| objects(&d.node));
    all.find(|(_, object)| is(object)).map(|(node, _)| node)
}

/// What people have to look at when something is wrong with a pod: the template that it was made of.
fn written_by(store: &Store, concern: &Concern) -> Concern {
    let pod = match concern.kind {
        "Pod" => store.get(resource::PODS, &concern.namespace, &concern.name),
        _ => None,
    };
    let Some(owner) = pod.map(|pod| owner(store, pod).concern).filter(|owner| owner.kind != "Pod") else {
        return concern.clone();
    };
    let of_template = concern.field.starts_with("spec") || concern.field.starts_with("metadata.labels");
    let template = if owner.kind == "CronJob" { "spec.jobTemplate.spec.template" } else { "spec.template" };
    let field = if of_template { format!("{template}.{}", concern.field).into() } else { Text::EMPTY };
    Concern { field, ..owner }
}

/// One operation of a JSON patch, done to the text.
fn performed(text: &str, node: &Node, operation: &Value) -> Option<String> {
    let pointer = operation.get("path").str().strip_prefix('/')?;
    let path = pointer.split('/').map(|p| p.replace("~1", "/").replace("~0", "~")).collect::<Vec<_>>();
    let path = path.iter().map(String::as_str).collect::<Vec<_>>();
    match operation.get("op").str() {
        "remove" => edit::remove(text, node, &path),
        _ => edit::set(text, node, &path, operation.get("value")),
    }
}

fn patched(object: &Value, patch: &Value) -> Option<Value> {
    let text = json::to_string(patch);
    let read = manifest::json::parse(&text).ok()?;
    Some(JsonPatch::read(&text, &read).ok()?.apply(object).ok()?.to_value())
}
