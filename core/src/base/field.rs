//! What is wrong with a field: the place, the value and the rule, worded as Kubernetes words it.
//!
//! Models `k8s.io/apimachinery/pkg/util/validation/field/errors.go`.

use super::json;
use super::path::Path;
use super::text::Text;
use super::value::Value;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The errors of one validation, in the order in which they were found.
pub type Errors = Vec<Error>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: Kind,
    pub field: Text,
    pub bad_value: BadValue,
    pub detail: Text,
    /// Upstream's declarative validation reports it, too: it comes behind the others.
    pub declarative: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    NotFound,
    Required,
    Duplicate,
    Invalid,
    NotSupported,
    Forbidden,
    TooLong,
    TooMany,
    TooFew,
    Internal,
    TypeInvalid,
    TooShort,
}

/// The value that an error shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadValue {
    None,
    Value(Value),
    /// Text that stands as it is: what Go prints of a struct of its own.
    Verbatim(Text),
    /// A value of the type of that name, which is shown as upstream's internal type prints it: see
    /// [`crate::schema::Schema::printed`].
    Internal(&'static str, Value),
    /// What was and what is, of the type of that name: how they differ stands at the end of the detail.
    Difference(&'static str, Value, Value),
}

/// kind, `StatusCause.reason`, words, and whether the value is shown.
const KINDS: &[(Kind, &str, &str, bool)] = &[
    (Kind::NotFound, "FieldValueNotFound", "Not found", true),
    (Kind::Required, "FieldValueRequired", "Required value", false),
    (Kind::Duplicate, "FieldValueDuplicate", "Duplicate value", true),
    (Kind::Invalid, "FieldValueInvalid", "Invalid value", true),
    (Kind::NotSupported, "FieldValueNotSupported", "Unsupported value", true),
    (Kind::Forbidden, "FieldValueForbidden", "Forbidden", false),
    (Kind::TooLong, "FieldValueTooLong", "Too long", false),
    (Kind::TooMany, "FieldValueTooMany", "Too many", true),
    (Kind::TooFew, "FieldValueTooFew", "Too few", true),
    (Kind::Internal, "InternalError", "Internal error", false),
    (Kind::TypeInvalid, "FieldValueTypeInvalid", "Invalid value", true),
    (Kind::TooShort, "FieldValueTooShort", "Too short", false),
];

impl Kind {
    fn row(self) -> (&'static str, &'static str, bool) {
        KINDS
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or(("", "", false), |(_, reason, words, shown)| (reason, words, *shown))
    }

    /// The `reason` of the `StatusCause`.
    pub fn reason(self) -> &'static str {
        self.row().0
    }
}

impl Error {
    /// The error without the name of the field.
    pub fn body(&self) -> String {
        let (_, words, shown) = self.kind.row();
        let mut out = String::from(words);
        if shown {
            match &self.bad_value {
                BadValue::None | BadValue::Internal(..) | BadValue::Difference(..) => {}
                BadValue::Verbatim(text) => out.push_str(&format!(": {text}")),
                BadValue::Value(Value::Text(t)) => {
                    out.push_str(": ");
                    quote(&mut out, t);
                }
                BadValue::Value(v) => {
                    out.push_str(": ");
                    json::write(&mut out, v);
                }
            }
        }
        if !self.detail.is_empty() {
            out.push_str(": ");
            out.push_str(&self.detail);
        }
        out
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.body())
    }
}

fn error(kind: Kind, path: &Path<'_>, bad_value: BadValue, detail: impl Into<Text>) -> Error {
    Error { kind, field: path.text().into(), bad_value, detail: detail.into(), declarative: false }
}

pub fn invalid(path: &Path<'_>, value: impl Into<Value>, detail: impl Into<Text>) -> Error {
    error(Kind::Invalid, path, BadValue::Value(value.into()), detail)
}

/// The value has the wrong type.
pub fn type_invalid(path: &Path<'_>, value: impl Into<Value>, detail: impl Into<Text>) -> Error {
    error(Kind::TypeInvalid, path, BadValue::Value(value.into()), detail)
}

pub fn required(path: &Path<'_>, detail: impl Into<Text>) -> Error {
    error(Kind::Required, path, BadValue::None, detail)
}

pub fn forbidden(path: &Path<'_>, detail: impl Into<Text>) -> Error {
    error(Kind::Forbidden, path, BadValue::None, detail)
}

pub fn not_found(path: &Path<'_>, value: impl Into<Value>) -> Error {
    error(Kind::NotFound, path, BadValue::Value(value.into()), "")
}

pub fn duplicate(path: &Path<'_>, value: impl Into<Value>) -> Error {
    error(Kind::Duplicate, path, BadValue::Value(value.into()), "")
}

/// The value is none of `supported`, which are listed in the order given.
pub fn not_supported(path: &Path<'_>, value: impl Into<Value>, supported: &[&str]) -> Error {
    let mut detail = String::new();
    for (i, s) in supported.iter().enumerate() {
        detail.push_str(if i == 0 { "supported values: " } else { ", " });
        quote(&mut detail, s);
    }
    error(Kind::NotSupported, path, BadValue::Value(value.into()), detail)
}

/// More than `max` bytes.
pub fn too_long(path: &Path<'_>, max: usize) -> Error {
    let s = if max == 1 { "" } else { "s" };
    error(Kind::TooLong, path, BadValue::None, format!("may not be more than {max} byte{s}"))
}

/// More than `max` characters.
pub fn too_long_characters(path: &Path<'_>, max: usize) -> Error {
    let s = if max == 1 { "" } else { "s" };
    error(Kind::TooLong, path, BadValue::None, format!("may not be more than {max} character{s}"))
}

/// More than `max` items.
pub fn too_many(path: &Path<'_>, actual: usize, max: usize) -> Error {
    let s = if max == 1 { "" } else { "s" };
    let actual = i64::try_from(actual).unwrap_or(i64::MAX);
    error(Kind::TooMany, path, BadValue::Value(actual.into()), format!("must have at most {max} item{s}"))
}

pub fn internal(path: &Path<'_>, detail: impl Into<Text>) -> Error {
    error(Kind::Internal, path, BadValue::None, detail)
}

impl Error {
    /// The same error with its value shown as the internal type behind `type_name` prints it.
    #[must_use]
    pub fn of_type(mut self, type_name: &'static str) -> Error {
        if let BadValue::Value(value) = self.bad_value {
            self.bad_value = BadValue::Internal(type_name, value);
        }
        self
    }

    /// The same error with the difference of two values of a type behind its detail.
    #[must_use]
    pub fn with_difference(mut self, type_name: &'static str, old: &Value, new: &Value) -> Error {
        self.bad_value = BadValue::Difference(type_name, old.clone(), new.clone());
        self
    }

    /// The same error without its value (`field.OmitValueType`).
    #[must_use]
    pub fn without_value(mut self) -> Error {
        self.bad_value = BadValue::None;
        self
    }

    /// The same error with `text` shown as its value.
    #[must_use]
    pub fn showing(mut self, text: impl Into<Text>) -> Error {
        self.bad_value = BadValue::Verbatim(text.into());
        self
    }
}

impl Error {
    /// The same error, marked as one that upstream's declarative validation reports.
    #[must_use]
    pub fn declarative(mut self) -> Error {
        self.declarative = true;
        self
    }
}

/// Errors in the order in which a `Status` lists them: each once, those of declarative validation last.
///
/// Models `k8s.io/apiserver/pkg/registry/rest/validate.go`.
pub fn in_order(errors: Errors) -> Errors {
    let mut out: Errors = Errors::new();
    let (first, last): (Errors, Errors) = errors.into_iter().partition(|e| !e.declarative);
    for error in first.into_iter().chain(last) {
        if !out.contains(&error) {
            out.push(error);
        }
    }
    out
}

/// `s` as Go's `%q` prints it.
pub fn quote(out: &mut String, s: &str) {
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if u32::from(c) < 0x20 || c == '\u{7f}' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out.push('"');
}

/// `s` in Go's double quotes.
pub fn quoted(s: &str) -> String {
    let mut out = String::new();
    quote(&mut out, s);
    out
}

/// Roughly `unicode.IsPrint`: what is neither a control, a separator but the space, a surrogate nor for private use.
pub fn is_printable(c: char) -> bool {
    const HIDDEN: &[(u32, u32)] = &[
        (0x00, 0x1f),
        (0x7f, 0xa0),
        (0xad, 0xad),
        (0x600, 0x605),
        (0x61c, 0x61c),
        (0x6dd, 0x6dd),
        (0x70f, 0x70f),
        (0x180e, 0x180e),
        (0x1680, 0x1680),
        (0x2000, 0x200f),
        (0x2028, 0x202f),
        (0x205f, 0x206f),
        (0x3000, 0x3000),
        (0xe000, 0xf8ff),
        (0xfeff, 0xfeff),
        (0xfff0, 0xfffb),
        (0xfffe, 0xffff),
        (0xe_0000, 0x10_ffff),
    ];
    let c = u32::from(c);
    !HIDDEN.iter().any(|(from, to)| (*from..=*to).contains(&c))
}

/// Errors of one object as its `Status` prints them: each text once; several in brackets.
///
/// Models `field.ErrorList.ToAggregate` and `utilerrors.Aggregate.Error`.
pub fn aggregate(errors: &[Error]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for text in errors.iter().map(|e| format!("{e}")) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}
