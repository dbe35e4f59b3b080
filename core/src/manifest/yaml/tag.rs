//! What a tag says a scalar is.
//!
//! Models go-yaml's `resolve.go` (`shortTag`, `resolvableTag`).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    None,
    Str,
    Bool,
    Int,
    Float,
    Null,
    Timestamp,
    Binary,
    Merge,
    /// One without meaning to Kubernetes: the scalar is text.
    Other,
}

/// tag, its name behind `tag:yaml.org,2002:`
const NAMES: &[(Tag, &str)] = &[
    (Tag::Str, "str"),
    (Tag::Bool, "bool"),
    (Tag::Int, "int"),
    (Tag::Float, "float"),
    (Tag::Null, "null"),
    (Tag::Timestamp, "timestamp"),
    (Tag::Binary, "binary"),
    (Tag::Merge, "merge"),
];

impl Tag {
    pub(super) fn of(tag: &str) -> Tag {
        if tag.is_empty() {
            return Tag::None;
        }
        let name = tag.strip_prefix("tag:yaml.org,2002:");
        NAMES.iter().find(|(_, known)| name == Some(known)).map_or(Tag::Other, |(tag, _)| *tag)
    }

    /// The tag as people write it: `!!int`.
    pub(super) fn short(self) -> &'static str {
        match self {
            Tag::None | Tag::Other => "",
            Tag::Str => "!!str",
            Tag::Bool => "!!bool",
            Tag::Int => "!!int",
            Tag::Float => "!!float",
            Tag::Null => "!!null",
            Tag::Timestamp => "!!timestamp",
            Tag::Binary => "!!binary",
            Tag::Merge => "!!merge",
        }
    }
}
