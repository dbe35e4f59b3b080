//! The tree of a document to the JSON it stands for: aliases expanded, maps merged, scalars resolved, keys made text.
//!
//! Models go-yaml's `decode.go` (`decoder`) into an `interface{}`, and `sigs.k8s.io/yaml`'s `YAMLToJSON` behind it.

use super::base64;
use super::entries::{Entries, FloatKey, TypedKey};
use super::go_value;
use super::number;
use super::problem::Problem;
use super::resolve::{Meaning, resolve};
use super::stream::{Origin, Wrong};
use super::tag::Tag;
use super::tree::{Tree, TreeKind, TreeNode};
use crate::base::Text;
use crate::manifest::limits::{MAX_DEPTH, MAX_REPEATED, TOO_MANY_VALUES};
use crate::manifest::node::{Key, Node, NodeKind, Span};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a document says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The JSON it stands for, maps in the order of their keys, each with its last value only.
    pub node: Node,
    /// The keys that were written more than once, in the order in which go-yaml's strict mode names them.
    pub repeated: Vec<Repeated>,
}

/// A key that its map had already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    pub span: Span,
    /// `line 2: key "kind" already set in map`: what strict decoding complains of, the line counted within the document.
    pub message: Text,
}

/// The document and how many values it has, of which there may be `allowed`.
pub(super) fn decode(
    tree: &Tree<'_>,
    origin: &Origin,
    strict: bool,
    allowed: u32,
) -> Result<(Decoded, u32), Wrong> {
    let mut decoder = Decoder {
        tree,
        origin,
        allowed,
        // The document counts too.
        decoded: 1,
        from_aliases: 0,
        expanding: Vec::new(),
        scalars: BTreeMap::new(),
        repeated_text: 0,
        repeated: Vec::new(),
        odd_key: false,
        no_json: false,
    };
    let node = match tree.get(Tree::ROOT) {
        Some(_) => decoder.node(Tree::ROOT, 0).map_err(|problem| origin.wrong(&problem))?,
        None => Node::default(),
    };
    let Decoder { decoded, repeated, odd_key, no_json, .. } = decoder;
    if strict && let Some(first) = repeated.first() {
        return Err(Wrong { offset: first.span.start, message: unmarshal_errors(&repeated) });
    }
    if odd_key && let Some((offset, message)) = go_value::unsupported_key(tree) {
        return Err(Wrong { offset: origin.at(offset), message });
    }
    if no_json && let Some((at, number)) = unsupported_number(&node) {
        return Err(Wrong { offset: at, message: format!("json: unsupported value: {number}") });
    }
    Ok((Decoded { node, repeated }, decoded))
}

/// Models go-yaml's `TypeError`.
fn unmarshal_errors(repeated: &[Repeated]) -> String {
    let mut message = String::from("yaml: unmarshal errors:");
    for key in repeated {
        message.push_str("\n  ");
        message.push_str(&key.message);
    }
    message
}

/// A float that JSON has no text for.
fn unsupported_number(node: &Node) -> Option<(usize, Text)> {
    match &node.kind {
        NodeKind::Number(text) if matches!(text.as_str(), "+Inf" | "-Inf" | "NaN") => {
            Some((node.span.start, text.clone()))
        }
        NodeKind::List(items) => items.iter().find_map(unsupported_number),
        NodeKind::Map(entries) => entries.iter().find_map(|(_, value)| unsupported_number(value)),
        _ => None,
    }
}

struct Decoder<'t, 'a> {
    tree: &'t Tree<'a>,
    origin: &'t Origin,
    allowed: u32,
    decoded: u32,
    /// How many of those came from aliases.
    from_aliases: u32,
    /// The aliases around the node that is being decoded.
    expanding: Vec<usize>,
    /// Scalars that aliases have repeated, so that they are shared.
    scalars: BTreeMap<usize, NodeKind>,
    /// The bytes of text that aliases have repeated.
    repeated_text: usize,
    repeated: Vec<Repeated>,
    /// A key was found that JSON cannot have.
    odd_key: bool,
    /// A number was found that JSON cannot have.
    no_json: bool,
}

impl<'t, 'a> Decoder<'t, 'a> {
    fn node(&mut self, at: usize, depth: usize) -> Result<Node, Problem> {
        let node = self.enter(at, depth)?;
        let kind = match &node.kind {
            TreeKind::Alias { name, target } => {
                self.expand(at, name, node.span)?;
                let expanded = self.node(*target, depth + 1)?;
                self.expanding.pop();
                expanded.kind
            }
            TreeKind::Scalar { value, tag, implicit } => {
                self.scalar(at, value, *tag, *implicit, node.span)?
            }
            TreeKind::Sequence => {
                let items = self.tree.children(at).map(|child| self.node(child, depth + 1));
                NodeKind::List(items.collect::<Result<_, _>>()?)
            }
            TreeKind::Mapping => {
                let mut entries = Entries::default();
                self.mapping(at, &mut entries, depth)?;
                NodeKind::Map(entries.into_json())
            }
        };
        Ok(Node { span: self.origin.span(node.span), kind })
    }

    /// Counts the node, against bombs.
    fn enter(&mut self, at: usize, depth: usize) -> Result<&'t TreeNode<'a>, Problem> {
        let Some(node) = self.tree.get(at) else {
            return Err(Problem::reading(0, "unknown problem parsing YAML content"));
        };
        let offset = node.span.start;
        self.decoded += 1;
        if !self.expanding.is_empty() {
            self.from_aliases += 1;
        }
        if excessive(self.from_aliases, self.decoded) || self.repeated_text > MAX_REPEATED {
            return Err(Problem::reading(offset, "document contains excessive aliasing"));
        }
        if self.decoded > self.allowed {
            return Err(Problem::reading(offset, TOO_MANY_VALUES));
        }
        if depth > MAX_DEPTH {
            return Err(Problem::reading(offset, format!("exceeded max depth of {MAX_DEPTH}")));
        }
        Ok(node)
    }

    fn expand(&mut self, at: usize, name: &str, span: Span) -> Result<(), Problem> {
        if self.expanding.contains(&at) {
            return Err(Problem::reading(span.start, format!("anchor '{name}' value contains itself")));
        }
        self.expanding.push(at);
        Ok(())
    }

    fn scalar(
        &mut self,
        at: usize,
        value: &str,
        tag: Tag,
        implicit: bool,
        span: Span,
    ) -> Result<NodeKind, Problem> {
        if self.expanding.is_empty() {
            return self.fresh_scalar(value, tag, implicit, span);
        }
        self.repeated_text += value.len();
        if let Some(shared) = self.scalars.get(&at) {
            return Ok(shared.clone());
        }
        let fresh = self.fresh_scalar(value, tag, implicit, span)?;
        self.scalars.insert(at, fresh.clone());
        Ok(fresh)
    }

    fn fresh_scalar(
        &mut self,
        value: &str,
        tag: Tag,
        implicit: bool,
        span: Span,
    ) -> Result<NodeKind, Problem> {
        Ok(match meaning(value, tag, implicit, span)? {
            Meaning::Null => NodeKind::Null,
            Meaning::Bool(b) => NodeKind::Bool(b),
            Meaning::Int(i) => NodeKind::Number(i.to_string().into()),
            Meaning::Uint(u) => NodeKind::Number(u.to_string().into()),
            Meaning::Float(f) => {
                self.no_json |= !f.is_finite();
                NodeKind::Number(number::json(f).into())
            }
            Meaning::Text => NodeKind::Text(text(value, tag, span)?),
        })
    }

    /// Adds the entries of the mapping `at`; of equal keys the last counts.
    fn mapping(&mut self, at: usize, entries: &mut Entries, depth: usize) -> Result<(), Problem> {
        let mut children = self.tree.children(at);
        while let (Some(key), Some(value)) = (children.next(), children.next()) {
            if self.is_merge(key) {
                self.merge(value, entries, depth)?;
                continue;
            }
            let (key, text) = self.key(key, depth)?;
            let node = self.node(value, depth + 1)?;
            let line = self.tree.get(value).map_or(0, |value| value.line) + 1;
            let span = text.span;
            if let Some(key) = entries.set(key, text, node) {
                let message = format!("line {line}: key {key} already set in map").into();
                self.repeated.push(Repeated { span, message });
            }
        }
        Ok(())
    }

    fn is_merge(&self, key: usize) -> bool {
        matches!(
            self.tree.get(key).map(|node| &node.kind),
            Some(TreeKind::Scalar { value, tag, implicit }) if value == "<<" && (*implicit || *tag == Tag::Merge)
        )
    }

    /// The key as Go tells keys apart, and as the text that JSON makes of it.
    fn key(&mut self, at: usize, depth: usize) -> Result<(TypedKey, Key), Problem> {
        let node = self.enter(at, depth + 1)?;
        let span = node.span;
        match &node.kind {
            TreeKind::Alias { name, target } => {
                self.expand(at, name, span)?;
                let (typed, key) = self.key(*target, depth + 1)?;
                self.expanding.pop();
                Ok((typed, Key { span: self.origin.span(span), text: key.text }))
            }
            TreeKind::Scalar { value, tag, implicit } => {
                let meaning = meaning(value, *tag, *implicit, span)?;
                let typed = match meaning {
                    Meaning::Null => TypedKey::Null,
                    Meaning::Bool(b) => TypedKey::Bool(b),
                    Meaning::Int(i) => TypedKey::Int(i),
                    Meaning::Uint(u) => TypedKey::Uint(u),
                    Meaning::Float(f) => TypedKey::Float(FloatKey(f)),
                    Meaning::Text => TypedKey::Text(text(value, *tag, span)?),
                };
                self.odd_key |= matches!(typed, TypedKey::Null | TypedKey::Uint(_));
                let text = typed.text();
                Ok((typed, Key { span: self.origin.span(span), text }))
            }
            TreeKind::Sequence | TreeKind::Mapping => {
                // It must be sound for it to be shown.
                self.node(at, depth + 1)?;
                let shown = go_value::shown(self.tree, at);
                Err(Problem::reading(span.start, format!("invalid map key: {shown}")))
            }
        }
    }

    /// `<<: *a` or `<<: [*a, *b]`: the entries of those mappings, the first mapping the last to have its say.
    fn merge(&mut self, value: usize, entries: &mut Entries, depth: usize) -> Result<(), Problem> {
        match self.tree.get(value).map(|node| &node.kind) {
            Some(TreeKind::Sequence) => {
                let mappings: Vec<usize> = self.tree.children(value).collect();
                mappings.into_iter().rev().try_for_each(|mapping| self.merge_one(mapping, entries, depth))
            }
            _ => self.merge_one(value, entries, depth),
        }
    }

    fn merge_one(&mut self, at: usize, entries: &mut Entries, depth: usize) -> Result<(), Problem> {
        let Some(node) = self.tree.get(at) else { return Ok(()) };
        let target = match &node.kind {
            TreeKind::Mapping => None,
            TreeKind::Alias { name, target }
                if matches!(self.tree.get(*target).map(|t| &t.kind), Some(TreeKind::Mapping)) =>
            {
                Some((*name, *target))
            }
            _ => {
                let what = "map merge requires map or sequence of maps as the value";
                return Err(Problem::reading(node.span.start, what));
            }
        };
        self.enter(at, depth + 1)?;
        let Some((name, target)) = target else {
            return self.mapping(at, entries, depth + 1);
        };
        self.expand(at, name, node.span)?;
        self.enter(target, depth + 1)?;
        self.mapping(target, entries, depth + 1)?;
        self.expanding.pop();
        Ok(())
    }
}

fn meaning(value: &str, tag: Tag, implicit: bool, span: Span) -> Result<Meaning, Problem> {
    if tag == Tag::None && !implicit {
        return Ok(Meaning::Text);
    }
    resolve(tag, value).map_err(|what| Problem::reading(span.start, what))
}

/// The text of a scalar that is text; `!!binary` is what it encodes.
fn text(value: &str, tag: Tag, span: Span) -> Result<Text, Problem> {
    if tag != Tag::Binary {
        return Ok(value.into());
    }
    match base64::decode(value) {
        Some(bytes) => Ok(base64::lossy(&bytes).into()),
        None => Err(Problem::reading(span.start, "!!binary value contains invalid base64 data")),
    }
}

/// Whether more came from aliases than go-yaml bears: nearly all in a small document, a tenth in a very large one.
fn excessive(from_aliases: u32, decoded: u32) -> bool {
    const SMALL: u32 = 400_000;
    const LARGE: u32 = 4_000_000;
    let allowed = match decoded {
        0..=SMALL => 0.99,
        LARGE.. => 0.10,
        _ => 0.99 - 0.89 * (f64::from(decoded - SMALL) / f64::from(LARGE - SMALL)),
    };
    from_aliases > 100 && decoded > 1000 && f64::from(from_aliases) / f64::from(decoded) > allowed
}
