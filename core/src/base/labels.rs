//! Label selectors: `app=web,tier in (a,b),!legacy`, and the `matchLabels`/`matchExpressions` of specs.
//!
//! Models `k8s.io/apimachinery/pkg/labels/selector.go` and `pkg/apis/meta/v1/helpers.go`.

use super::field::{self, Errors};
use super::names;
use super::path::Path;
use super::text::Text;
use super::value::Value;
use crate::base::sort;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// What labels must be like to be selected: all requirements at once; without any, everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// Selects nothing at all: a selector that is missing, unlike one that is empty.
    nothing: bool,
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    pub key: Text,
    pub operator: Operator,
    pub values: Vec<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    In,
    NotIn,
    Equals,
    DoubleEquals,
    NotEquals,
    GreaterThan,
    LessThan,
    Exists,
    DoesNotExist,
}

use Operator::{DoesNotExist, DoubleEquals, Equals, Exists, GreaterThan, In, LessThan, NotEquals, NotIn};

/// The operators as the text of a selector writes them; the two-sided ones first, as errors list them.
const OPERATORS: &[(Operator, &str)] = &[
    (In, "in"),
    (NotIn, "notin"),
    (Equals, "="),
    (DoubleEquals, "=="),
    (NotEquals, "!="),
    (GreaterThan, "gt"),
    (LessThan, "lt"),
    (Exists, "exists"),
    (DoesNotExist, "!"),
];

impl Selector {
    /// Selects everything.
    pub fn everything() -> Selector {
        Selector::default()
    }

    /// Selects nothing.
    pub fn nothing() -> Selector {
        Selector { nothing: true, requirements: Vec::new() }
    }

    /// Exactly these labels, among others: a Service's `spec.selector`.
    pub fn from_map(labels: &Value) -> Selector {
        let mut requirements: Vec<_> = labels
            .entries()
            .iter()
            .map(|(key, value)| Requirement {
                key: key.clone(),
                operator: Equals,
                values: [value.str().into()].into(),
            })
            .collect();
        sort::by(&mut requirements, |a, b| a.key.cmp(&b.key));
        Selector { nothing: false, requirements }
    }

    /// A spec's `LabelSelector`; one that is missing selects nothing, an empty one everything. One that is invalid
    /// selects nothing either: validation has reported it.
    ///
    /// Models `LabelSelectorAsSelector`.
    pub fn from_spec(spec: &Value) -> Selector {
        if spec.is_null() {
            return Selector::nothing();
        }
        let mut selector = Selector::from_map(spec.get("matchLabels"));
        for e in spec.get("matchExpressions").items() {
            let operator = match e.get("operator").str() {
                "In" => In,
                "NotIn" => NotIn,
                "Exists" => Exists,
                "DoesNotExist" => DoesNotExist,
                _ => return Selector::nothing(),
            };
            let values = e.get("values").items().iter().filter_map(Value::as_text).cloned().collect();
            selector.requirements.push(Requirement { key: e.get("key").str().into(), operator, values });
        }
        sort::by(&mut selector.requirements, |a, b| a.key.cmp(&b.key));
        selector
    }

    /// The selector that `text` writes.
    pub fn parse(text: &str) -> Result<Selector, String> {
        let mut requirements = Parser { tokens: lex(text), at: 0 }.selector()?;
        sort::by(&mut requirements, |a, b| a.key.cmp(&b.key));
        Ok(Selector { nothing: false, requirements })
    }

    /// Whether an object with these labels (a map of texts, or null) is selected.
    pub fn matches(&self, labels: &Value) -> bool {
        !self.nothing && self.requirements.iter().all(|r| r.matches(labels))
    }

    /// The same for many objects.
    pub fn matcher(&self) -> Matcher<'_> {
        Matcher { selector: self, last: None }
    }

    /// Whether it selects everything.
    pub fn is_everything(&self) -> bool {
        !self.nothing && self.requirements.is_empty()
    }

    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }
}

/// A selector that is asked about one object after the other. Pods of one template share their labels: what was said of
/// the last ones need not be found out again.
#[derive(Clone, Debug)]
pub struct Matcher<'a> {
    selector: &'a Selector,
    last: Option<(Value, bool)>,
}

impl Matcher<'_> {
    pub fn matches(&mut self, labels: &Value) -> bool {
        match &self.last {
            Some((last, matched)) if last.same(labels) => *matched,
            _ => {
                let matched = self.selector.matches(labels);
                self.last = Some((labels.clone(), matched));
                matched
            }
        }
    }
}

impl Requirement {
    pub fn matches(&self, labels: &Value) -> bool {
        let value = labels.find(&self.key).map(Value::str);
        let listed = |v: &str| self.values.iter().any(|x| x == v);
        match self.operator {
            In | Equals | DoubleEquals => value.is_some_and(listed),
            NotIn | NotEquals => !value.is_some_and(listed),
            Exists => value.is_some(),
            DoesNotExist => value.is_none(),
            GreaterThan | LessThan => {
                let limit = self.values.first().and_then(|v| v.parse::<i64>().ok());
                match (value.and_then(|v| v.parse::<i64>().ok()), limit) {
                    (Some(v), Some(limit)) if self.operator == GreaterThan => v > limit,
                    (Some(v), Some(limit)) => v < limit,
                    _ => false,
                }
            }
        }
    }

    fn check(self) -> Result<Requirement, String> {
        let mut errors = Errors::new();
        let (key_path, values_path) = (Path::new("key"), Path::new("values"));
        let complaints = names::label_key(&self.key);
        if !complaints.is_empty() {
            errors.push(field::invalid(&key_path, &self.key, complaints.join("; ")));
        }
        let shown = || Value::list(self.values.iter().map(Value::from));
        match self.operator {
            In | NotIn if self.values.is_empty() => errors.push(field::invalid(
                &values_path,
                shown(),
                "for 'in', 'notin' operators, values set can't be empty",
            )),
            GreaterThan | LessThan => {
                for (i, v) in self.values.iter().enumerate().filter(|(_, v)| v.parse::<i64>().is_err()) {
                    let detail = "for 'Gt', 'Lt' operators, the value must be an integer";
                    errors.push(field::invalid(&(&values_path / i), v, detail));
                }
            }
            _ => {}
        }
        for (i, v) in self.values.iter().enumerate() {
            let complaints = names::label_value(v);
            if !complaints.is_empty() {
                let at = &values_path / i;
                errors.push(field::invalid(&at.key(&self.key), v, complaints.join("; ")));
            }
        }
        if errors.is_empty() { Ok(self) } else { Err(field::aggregate(&errors)) }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, r) in self.requirements.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            fmt::Display::fmt(r, f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut values = self.values.iter().map(Text::as_str).collect::<Vec<_>>();
        sort::sort(&mut values);
        let (key, values) = (&self.key, values.join(","));
        match self.operator {
            In => write!(f, "{key} in ({values})"),
            NotIn => write!(f, "{key} notin ({values})"),
            Equals => write!(f, "{key}={values}"),
            DoubleEquals => write!(f, "{key}=={values}"),
            NotEquals => write!(f, "{key}!={values}"),
            GreaterThan => write!(f, "{key}>{values}"),
            LessThan => write!(f, "{key}<{values}"),
            Exists => f.write_str(key),
            DoesNotExist => write!(f, "!{key}"),
        }
    }
}

// ---- the text of a selector

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Error(String),
    End,
    Symbol(&'static str),
    Identifier(String),
}

const SYMBOLS: &[&str] = &[")", ",", "!", "==", "=", ">", "<", "!=", "("];

impl Token {
    fn literal(&self) -> &str {
        match self {
            Token::Error(s) | Token::Identifier(s) => s,
            Token::Symbol(s) => s,
            Token::End => "",
        }
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self, Token::Symbol(s) if *s == symbol)
    }
}

fn is_special(c: char) -> bool {
    matches!(c, '=' | '!' | '(' | ')' | ',' | '>' | '<')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn lex(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_space);
        let Some(first) = rest.chars().next().filter(|c| *c != '\0') else {
            tokens.push(Token::End);
            return tokens;
        };
        let (token, len) = if is_special(first) {
            let run = rest.split(|c| !is_special(c)).next().unwrap_or_default();
            symbol(run)
        } else {
            let word = rest.split(|c| is_special(c) || is_space(c) || c == '\0').next().unwrap_or_default();
            (Token::Identifier(word.to_string()), word.len())
        };
        tokens.push(token);
        rest = rest.get(len..).unwrap_or_default();
    }
}

/// The longest symbol that `run` begins with, and its length; where none does, all of it is an error.
fn symbol(run: &str) -> (Token, usize) {
    let longest = SYMBOLS.iter().filter(|s| run.starts_with(**s)).max_by_key(|s| s.len());
    match longest {
        Some(s) => (Token::Symbol(s), s.len()),
        None => (Token::Error(format!("error expected: keyword found '{run}'")), run.len()),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Token {
        self.tokens.get(self.at).cloned().unwrap_or(Token::End)
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn selector(&mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        loop {
            match self.peek() {
                Token::End => return Ok(requirements),
                t if matches!(t, Token::Identifier(_)) || t.is("!") => {}
                t => {
                    return Err(format!(
                        "found '{}', expected: !, identifier, or 'end of string'",
                        t.literal()
                    ));
                }
            }
            let requirement = self.requirement().map_err(|e| format!("unable to parse requirement: {e}"))?;
            requirements.push(requirement);
            match self.next() {
                Token::End => return Ok(requirements),
                t if t.is(",") => match self.peek() {
                    t if matches!(t, Token::Identifier(_)) || t.is("!") => {}
                    t => return Err(format!("found '{}', expected: identifier after ','", t.literal())),
                },
                t => return Err(format!("found '{}', expected: ',' or 'end of string'", t.literal())),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let mut token = self.next();
        let absent = token.is("!");
        if absent {
            token = self.next();
        }
        let Token::Identifier(key) = token else {
            return Err(format!("found '{}', expected: identifier", token.literal()));
        };
        let complaints = names::label_key(&key);
        if !complaints.is_empty() {
            let mut e = field::invalid(&Path::ROOT, key.as_str(), complaints.join("; "));
            e.field = "<nil>".into();
            return Err(e.to_string());
        }
        let alone = self.peek() == Token::End || self.peek().is(",");
        let (operator, values) = match (absent, alone) {
            (true, _) => (DoesNotExist, Vec::new()),
            (false, true) => (Exists, Vec::new()),
            (false, false) => {
                let operator = self.operator()?;
                let values =
                    if matches!(operator, In | NotIn) { self.values()? } else { self.exact_value()? };
                (operator, values)
            }
        };
        Requirement { key: key.into(), operator, values }.check()
    }

    fn operator(&mut self) -> Result<Operator, String> {
        let token = self.next();
        let operator = match token.literal() {
            "in" => In,
            "=" => Equals,
            "==" => DoubleEquals,
            ">" => GreaterThan,
            "<" => LessThan,
            "notin" => NotIn,
            "!=" => NotEquals,
            found => {
                let expected = OPERATORS.iter().take(7).map(|(_, s)| *s).collect::<Vec<_>>().join(", ");
                return Err(format!("found '{found}', expected: {expected}"));
            }
        };
        Ok(operator)
    }

    fn values(&mut self) -> Result<Vec<Text>, String> {
        let open = self.next();
        if !open.is("(") {
            return Err(format!("found '{}' expected: '('", open.literal()));
        }
        match self.peek() {
            t if t.is(")") => {
                self.next();
                Ok([Text::default()].into())
            }
            t if matches!(t, Token::Identifier(_)) || t.is(",") => {
                let values = self.identifiers()?;
                let close = self.next();
                if !close.is(")") {
                    return Err(format!("found '{}', expected: ')'", t.literal()));
                }
                Ok(values)
            }
            t => Err(format!("found '{}', expected: ',', ')' or identifier", t.literal())),
        }
    }

    fn identifiers(&mut self) -> Result<Vec<Text>, String> {
        let mut values = Vec::new();
        loop {
            match self.next() {
                Token::Identifier(s) => {
                    insert(&mut values, &s);
                    match self.peek() {
                        t if t.is(",") => {}
                        t if t.is(")") => return Ok(values),
                        t => return Err(format!("found '{}', expected: ',' or ')'", t.literal())),
                    }
                }
                t if t.is(",") => {
                    if values.is_empty() {
                        insert(&mut values, "");
                    }
                    if self.peek().is(")") {
                        insert(&mut values, "");
                        return Ok(values);
                    }
                    if self.peek().is(",") {
                        insert(&mut values, "");
                    }
                }
                t => return Err(format!("found '{}', expected: ',', or identifier", t.literal())),
            }
        }
    }

    fn exact_value(&mut self) -> Result<Vec<Text>, String> {
        match self.peek() {
            t if t == Token::End || t.is(",") => Ok([Text::default()].into()),
            Token::Identifier(s) => {
                self.next();
                Ok([s.into()].into())
            }
            t => Err(format!("found '{}', expected: identifier", t.literal())),
        }
    }
}

/// Adds to a sorted set.
fn insert(values: &mut Vec<Text>, value: &str) {
    if let Err(at) = values.binary_search_by(|v| v.as_str().cmp(value)) {
        values.insert(at, value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn labels(text: &str) -> Value {
        Value::map(text.split(',').filter_map(|kv| kv.split_once('=')).map(|(k, v)| (k, Value::text(v))))
    }

    #[test]
    fn selectors_select_what_kubernetes_selects() {
        for (selector, selected, left) in [
            ("", vec!["", "a=b"], vec![]),
            ("app=web", vec!["app=web", "app=web,x=y"], vec!["", "app=db"]),
            ("app!=web", vec!["", "app=db"], vec!["app=web"]),
            ("app in (a, b)", vec!["app=a", "app=b"], vec!["app=c", ""]),
            ("app notin (a)", vec!["", "app=b"], vec!["app=a"]),
            ("app,!old", vec!["app=x"], vec!["", "app=x,old=1"]),
            ("n>3,n<9", vec!["n=4"], vec!["n=3", "n=9", "n=x", ""]),
            ("app in ()", vec!["app="], vec!["app=a", ""]),
        ] {
            let s = Selector::parse(selector).expect(selector);
            selected.iter().for_each(|l| assert!(s.matches(&labels(l)), "{selector} must select {l:?}"));
            left.iter().for_each(|l| assert!(!s.matches(&labels(l)), "{selector} must not select {l:?}"));
        }
    }

    #[test]
    fn what_is_no_selector_is_named_in_the_words_of_kubernetes() {
        for (text, error) in [
            ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
            ("=a", "found '=', expected: !, identifier, or 'end of string'"),
            ("a,", "found '', expected: identifier after ','"),
            ("a in b", "unable to parse requirement: found 'b' expected: '('"),
            ("a=b=c", "found '=', expected: ',' or 'end of string'"),
        ] {
            assert_eq!(Selector::parse(text).map(|s| s.to_string()), Err(error.to_string()), "{text}");
        }
    }
}
