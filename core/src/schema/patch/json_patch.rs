//! JSON patch: operations one after the other, as leniently and as strictly as the API server takes them.
//!
//! Models `gopkg.in/evanphx/json-patch.v4` (not quite RFC 6902) and its use in `handlers/patch.go`.

use super::document::{Document, Failure, Id, Origin};
use crate::base::{Status, Text, Value};
use crate::manifest::node::{Node, NodeKind};
use crate::schema::decode;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// More operations than these are refused.
pub const MAX_OPERATIONS: usize = 10_000;
/// All copies of one patch together may have so many bytes of JSON.
pub const MAX_COPIED: usize = 3 * 1024 * 1024;

/// A patch that was read.
#[derive(Clone, Debug)]
pub struct JsonPatch<'a> {
    text: &'a str,
    operations: Vec<Operation<'a>>,
}

/// One operation; its members as they were written.
#[derive(Clone, Debug, Default)]
struct Operation<'a> {
    op: Option<&'a Node>,
    path: Option<&'a Node>,
    from: Option<&'a Node>,
    value: Option<&'a Node>,
}

/// Why a patch cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// It is no list of operations.
    Malformed(Text),
    TooManyOperations(usize),
    /// An operation fails. Clients are not told why.
    Failed(Text),
    /// Upstream has no answer: its code breaks.
    Panicked,
}

impl JsonPatch<'_> {
    /// Reads a patch from its document, which was parsed from `text`.
    ///
    /// Models `DecodePatch`.
    pub fn read<'a>(text: &'a str, patch: &'a Node) -> Result<JsonPatch<'a>, Error> {
        let operations = match &patch.kind {
            NodeKind::List(items) => items.iter().map(operation).collect::<Result<Vec<_>, _>>()?,
            NodeKind::Null => Vec::new(),
            other => return Err(malformed(decode::go_kind(other), "jsonpatch.Patch")),
        };
        if operations.len() > MAX_OPERATIONS {
            return Err(Error::TooManyOperations(operations.len()));
        }
        Ok(JsonPatch { text, operations })
    }

    /// What the operations make of `object`: a document that is yet to be decoded as what it is.
    pub fn apply(&self, object: &Value) -> Result<Node, Error> {
        let mut document = Document::new(self.text, object);
        let mut copied = 0;
        for operation in &self.operations {
            let done = match operation.kind() {
                "add" => operation.add(&mut document),
                "remove" => operation.remove(&mut document),
                "replace" => operation.replace(&mut document),
                "move" => operation.move_(&mut document),
                "test" => operation.test(&mut document),
                "copy" => operation.copy(&mut document, &mut copied),
                other => Err(format!("Unexpected kind: {other}").into()),
            };
            done.map_err(Error::from)?;
        }
        document.into_node().map_err(Error::from)
    }
}

/// What strict decoding has to say of a patch, or why it is none at all.
///
/// Models `kjson.UnmarshalStrict` of `[]jsonPatchOp`, which the handler looks at first.
pub fn check(patch: &Node) -> Result<Vec<String>, Text> {
    let no = |what: &NodeKind, type_: &str| {
        let what = decode::go_kind(what);
        Err(format!("json: cannot unmarshal {what} into Go value of type {type_}").into())
    };
    let items = match &patch.kind {
        NodeKind::List(items) => items.as_slice(),
        NodeKind::Null => &[],
        other => return no(other, "[]handlers.jsonPatchOp"),
    };
    let mut complaints = super::strict::Complaints::default();
    for (i, item) in items.iter().enumerate() {
        let entries = match &item.kind {
            NodeKind::Map(entries) => entries.as_slice(),
            NodeKind::Null => &[],
            other => return no(other, "handlers.jsonPatchOp"),
        };
        let mut seen: Vec<&str> = Vec::new();
        for (key, node) in entries {
            let path = format!("[{i}].{}", key.text);
            if !matches!(key.text.as_str(), "op" | "path" | "from" | "value") {
                complaints.add("unknown field", &path);
                continue;
            }
            if seen.contains(&key.text.as_str()) {
                complaints.add("duplicate field", &path);
            }
            seen.push(&key.text);
            match &node.kind {
                _ if key.text == "value" => complaints.duplicates(node, &path),
                NodeKind::Text(_) | NodeKind::Null => {}
                other => {
                    let what = decode::go_kind(other);
                    let field = format!("jsonPatchOp.{}", key.text);
                    return Err(format!(
                        "json: cannot unmarshal {what} into Go struct field {field} of type string"
                    )
                    .into());
                }
            }
        }
    }
    Ok(complaints.into_texts())
}

fn operation(node: &Node) -> Result<Operation<'_>, Error> {
    match &node.kind {
        NodeKind::Map(_) => Ok(Operation {
            op: node.get("op"),
            path: node.get("path"),
            from: node.get("from"),
            value: node.get("value"),
        }),
        NodeKind::Null => Ok(Operation::default()),
        other => Err(malformed(decode::go_kind(other), "jsonpatch.Operation")),
    }
}

fn malformed(what: &str, type_: &str) -> Error {
    Error::Malformed(format!("json: cannot unmarshal {what} into Go value of type {type_}").into())
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        match failure {
            Failure::Because(text) => Error::Failed(text.into()),
            Failure::Panic => Error::Panicked,
        }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Status {
        match error {
            Error::Malformed(text) => Status::bad_request(text),
            Error::TooManyOperations(n) => Status::new(
                413,
                "RequestEntityTooLarge",
                format!("The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {n}"),
            ),
            Error::Failed(_) => super::unprocessable(),
            Error::Panicked => super::panicked(),
        }
    }
}

type Done = Result<(), Failure>;

impl<'a> Operation<'a> {
    fn kind(&self) -> &'a str {
        match self.op.map(|n| &n.kind) {
            Some(NodeKind::Text(t)) => t,
            _ => "unknown",
        }
    }

    fn path(&self) -> Result<&'a str, String> {
        pointer(self.path, "operation missing path field: missing value")
    }

    fn from(&self) -> Result<&'a str, String> {
        pointer(self.from, "operation, missing from field: missing value")
    }

    fn value(&self, document: &mut Document<'a>) -> Id {
        document.add(match self.value {
            None => Origin::Absent,
            Some(node) if node.kind == NodeKind::Null => Origin::Null,
            Some(node) => Origin::Written(node),
        })
    }

    fn add(&self, document: &mut Document<'a>) -> Done {
        let path = self.path().map_err(|_| "add operation failed to decode path: missing value")?;
        let (container, key) = find(document, path)?.ok_or_else(|| {
            format!("add operation does not apply: doc is missing path: \"{path}\": missing value")
        })?;
        let value = self.value(document);
        document
            .insert(container, &key, value)
            .map_err(|e| e.within(&format!("error in add for path: '{path}'")))
    }

    fn remove(&self, document: &mut Document<'a>) -> Done {
        let path = self.path().map_err(|_| "remove operation failed to decode path: missing value")?;
        let (container, key) = find(document, path)?.ok_or_else(|| {
            format!("remove operation does not apply: doc is missing path: \"{path}\": missing value")
        })?;
        document.remove(container, &key).map_err(|e| e.within(&format!("error in remove for path: '{path}'")))
    }

    fn replace(&self, document: &mut Document<'a>) -> Done {
        let path = self.path().map_err(|e| format!("replace operation failed to decode path: {e}"))?;
        let value = self.value(document);
        if path.is_empty() {
            return document.replace_root(value);
        }
        let (container, key) = find(document, path)?.ok_or_else(|| {
            format!("replace operation does not apply: doc is missing path: {path}: missing value")
        })?;
        document.get(container, &key).map_err(|_| {
            format!("replace operation does not apply: doc is missing key: {path}: missing value")
        })?;
        document.set(container, &key, value)
    }

    fn move_(&self, document: &mut Document<'a>) -> Done {
        let from = self.from().map_err(|e| format!("move operation failed to decode from: {e}"))?;
        let (container, key) = find(document, from)?.ok_or_else(|| {
            format!("move operation does not apply: doc is missing from path: {from}: missing value")
        })?;
        let at_key = |e: Failure| e.within(&format!("error in move for path: '{key}'"));
        let value = document.get(container, &key).map_err(at_key)?;
        document.remove(container, &key).map_err(at_key)?;
        let path = self.path().map_err(|e| format!("move operation failed to decode path: {e}"))?;
        let (container, key) = find(document, path)?.ok_or_else(|| {
            format!("move operation does not apply: doc is missing destination path: {path}: missing value")
        })?;
        document
            .insert(container, &key, value)
            .map_err(|e| e.within(&format!("error in move for path: '{path}'")))
    }

    fn copy(&self, document: &mut Document<'a>, copied: &mut usize) -> Done {
        let from = self.from().map_err(|e| format!("copy operation failed to decode from: {e}"))?;
        let (container, key) = find(document, from)?.ok_or_else(|| {
            format!("copy operation does not apply: doc is missing from path: {from}: missing value")
        })?;
        let value = document
            .get(container, &key)
            .map_err(|e| e.within(&format!("error in copy for from: '{from}'")))?;
        let path = self.path().map_err(|_| "copy operation failed to decode path: missing value")?;
        let (container, key) = find(document, path)?.ok_or_else(|| {
            format!("copy operation does not apply: doc is missing destination path: {path}: missing value")
        })?;
        let room = MAX_COPIED.saturating_sub(*copied);
        let (copy, size) = document.deep_copy(value, room)?;
        *copied = copied.saturating_add(size);
        if *copied > MAX_COPIED {
            return Err(format!(
                "Unable to complete the copy, the accumulated size increase of copy is {copied}, exceeding the limit {MAX_COPIED}"
            )
            .into());
        }
        document.insert(container, &key, copy).map_err(|e| e.within("error while adding value during copy"))
    }

    fn test(&self, document: &mut Document<'a>) -> Done {
        let path = self.path().map_err(|e| format!("test operation failed to decode path: {e}"))?;
        let failed = || Failure::from(format!("testing value {path} failed: test failed"));
        if path.is_empty() {
            let expected = self.value.ok_or(Failure::Panic)?;
            return if document.root_equals(expected)? { Ok(()) } else { Err(failed()) };
        }
        let (container, key) = find(document, path)?.ok_or_else(|| {
            format!("test operation does not apply: is missing path: {path}: missing value")
        })?;
        let value = document
            .get(container, &key)
            .map_err(|e| e.within(&format!("error in test for path: '{path}'")))?;
        let null = self.value.is_none_or(|node| node.kind == NodeKind::Null);
        let equal = match self.value {
            _ if document.is_absent(value) => null,
            None => false,
            Some(expected) => document.equals(value, expected)?,
        };
        if equal { Ok(()) } else { Err(failed()) }
    }
}

/// The text of a `path` or `from`.
fn pointer<'a>(node: Option<&'a Node>, missing: &str) -> Result<&'a str, String> {
    match node.map(|n| &n.kind) {
        Some(NodeKind::Text(t)) => Ok(t),
        None | Some(NodeKind::Null) => Err(missing.to_string()),
        Some(other) => {
            let what = decode::go_kind(other);
            Err(format!("json: cannot unmarshal {what} into Go value of type string"))
        }
    }
}

/// The map or list that the last step of a pointer is taken from, and that step; none where the way ends early.
fn find<'a>(document: &mut Document<'a>, path: &str) -> Result<Option<(Id, String)>, Failure> {
    let mut steps = path.split('/');
    // What stands before the first slash does not matter, but there must be one.
    steps.next();
    let mut steps: Vec<&str> = steps.collect();
    let Some(last) = steps.pop() else { return Ok(None) };
    let mut at = document.root();
    for step in steps {
        let Ok(next) = document.get(at, &unescaped(step)) else { return Ok(None) };
        if !document.open(next) {
            return Ok(None);
        }
        at = next;
    }
    Ok(Some((at, unescaped(last))))
}

/// A step of a pointer: `~1` is a slash and `~0` a tilde.
fn unescaped(step: &str) -> String {
    let mut out = String::with_capacity(step.len());
    let mut rest = step;
    while let Some((before, behind)) = rest.split_once('~') {
        out.push_str(before);
        let (c, behind) = match (behind.strip_prefix('1'), behind.strip_prefix('0')) {
            (Some(behind), _) => ('/', behind),
            (_, Some(behind)) => ('~', behind),
            _ => ('~', behind),
        };
        out.push(c);
        rest = behind;
    }
    out.push_str(rest);
    out
}
