//! Values as YAML, as `kubectl -o yaml` and the API server print them.
//!
//! Models `sigs.k8s.io/yaml` (`Marshal`: JSON, read as YAML, written as YAML) and go-yaml's `encode.go` and
//! `emitterc.go`: keys in natural order, lists not indented, lines folded behind the 80th column. Control characters
//! that JSON leaves as they are (DEL, U+0080 to U+009F, U+FFFE, U+FFFF) make Go refuse the value; here they are escaped.

use super::key_order;
use super::number;
use super::resolve::{self, Meaning};
use super::write_scalar::Style;
use crate::base::{Map, Text, Value};
use alloc::string::{String, ToString};

/// `value` as a YAML document, without `---`.
///
/// ```
/// use svcscope_core::base::Value;
/// use svcscope_core::manifest::yaml;
///
/// let value = Value::map([("ports", Value::list([Value::map([("port", Value::Int(80))])])), ("on", Value::text("on"))]);
/// assert_eq!(yaml::to_string(&value), "\"on\": \"on\"\nports:\n- port: 80\n");
/// ```
pub fn to_string(value: &Value) -> String {
    let mut writer = Writer::default();
    writer.node(value, Place::Root);
    writer.line();
    writer.out
}

/// Spaces per level.
pub(super) const INDENT: usize = 2;

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) out: String,
    /// Characters since the start of the line.
    pub(super) column: usize,
    /// None at the top, where nothing is indented.
    pub(super) indent: Option<usize>,
    /// The last character was space, or nothing.
    pub(super) after_space: bool,
    /// There is nothing on the line but indentation and `-`.
    pub(super) at_line_start: bool,
}

impl Default for Writer {
    fn default() -> Writer {
        Writer { out: String::new(), column: 0, indent: None, after_space: true, at_line_start: true }
    }
}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Root,
    Item,
    /// A key that needs no `?`.
    Key,
    /// The value of a key, or a key behind a `?`.
    Value,
}

impl Writer {
    fn node(&mut self, value: &Value, place: Place) {
        match value {
            Value::Null => self.scalar("null", Style::Plain, place),
            Value::Bool(true) => self.scalar("true", Style::Plain, place),
            Value::Bool(false) => self.scalar("false", Style::Plain, place),
            Value::Int(i) => self.scalar(&i.to_string(), Style::Plain, place),
            Value::Number(number) => self.number(number, place),
            Value::Text(text) => self.text(text, place),
            Value::List(items) if items.is_empty() => self.empty("[]"),
            Value::List(items) => self.list(items, place),
            Value::Map(map) if map.is_empty() => self.empty("{}"),
            Value::Map(map) => self.map(map),
        }
    }

    /// A number as it is after go-yaml has read it.
    fn number(&mut self, number: &Text, place: Place) {
        match resolve::resolve(super::tag::Tag::None, number) {
            Ok(Meaning::Int(i)) => self.scalar(&i.to_string(), Style::Plain, place),
            Ok(Meaning::Uint(u)) => self.scalar(&u.to_string(), Style::Plain, place),
            Ok(Meaning::Float(f)) => self.scalar(&number::general(f), Style::Plain, place),
            _ => self.text(number, place),
        }
    }

    fn text(&mut self, text: &str, place: Place) {
        self.scalar(text, Style::of(text), place);
    }

    fn empty(&mut self, brackets: &str) {
        self.indicator(brackets, true);
        self.at_line_start = false;
    }

    fn list(&mut self, items: &[Value], place: Place) {
        let outer = self.indent;
        // The items of a list behind a key stand where the key does.
        if outer.is_none() || place != Place::Value || self.at_line_start {
            self.deeper(0);
        }
        for item in items {
            self.line();
            self.indicator("-", true);
            self.node(item, Place::Item);
        }
        self.indent = outer;
    }

    fn map(&mut self, map: &Map) {
        let outer = self.indent;
        self.deeper(0);
        for (key, value) in key_order::sorted(map.entries()) {
            self.line();
            if Style::is_simple_key(key) {
                self.text(key, Place::Key);
                self.indicator(":", false);
                self.at_line_start = false;
            } else {
                self.indicator("?", true);
                self.text(key, Place::Value);
                self.line();
                self.indicator(":", true);
            }
            self.node(value, Place::Value);
        }
        self.indent = outer;
    }

    /// One level further in; at the top, `first` columns.
    pub(super) fn deeper(&mut self, first: usize) {
        self.indent = Some(self.indent.map_or(first, |indent| indent + INDENT));
    }

    /// To the indentation of the next line, or of this one if nothing stands on it.
    pub(super) fn line(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.at_line_start || self.column > indent || (self.column == indent && !self.after_space) {
            self.line_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.after_space = true;
        self.at_line_start = true;
    }

    pub(super) fn line_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    pub(super) fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    /// Writes an indicator, a space before it if it is to be `apart`.
    pub(super) fn indicator(&mut self, indicator: &str, apart: bool) {
        if apart && !self.after_space {
            self.put(' ');
        }
        indicator.chars().for_each(|c| self.put(c));
        self.after_space = false;
    }
}
