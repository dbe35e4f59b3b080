//! Paths into objects and templates of them: `{.spec.ports[0].port}`.
//!
//! Models `k8s.io/client-go/util/jsonpath`. Maps come in the order of their keys where upstream leaves it to chance.

mod eval;
mod parse;

use crate::base::{Value, json};
use crate::schema::patch::go_print;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use parse::Node;

/// A template that has been read.
#[derive(Clone, Debug)]
pub struct JsonPath {
    nodes: Vec<Node>,
}

impl JsonPath {
    /// Reads a template, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<JsonPath, String> {
        Ok(JsonPath { nodes: parse::template(text)? })
    }

    /// What each part of the template finds in a value; nothing where a field is missing.
    pub fn find(&self, value: &Value) -> Result<Vec<Vec<Value>>, String> {
        eval::results(&self.nodes, value)
    }

    /// What the template prints of a value.
    pub fn print(&self, value: &Value) -> Result<String, String> {
        let mut out = String::new();
        for results in self.find(value)? {
            let shown = results.iter().map(shown).collect::<Vec<_>>();
            out.push_str(&shown.join(" "));
        }
        Ok(out)
    }

    /// What each part of the template finds, as JSON.
    pub fn print_json(&self, value: &Value) -> Result<String, String> {
        let mut out = String::new();
        for results in self.find(value)? {
            out.push_str(&json::to_string_indented(&Value::list(results), "    "));
            out.push('\n');
        }
        Ok(out)
    }
}

/// The values at one path: `.status.phase`.
pub fn find(path: &str, value: &Value) -> Result<Vec<Value>, String> {
    let found = JsonPath::parse(&alloc::format!("{{{path}}}"))?.find(value)?;
    Ok(found.into_iter().flatten().collect())
}

/// `metadata.name`, `.metadata.name` or either of them in braces, as a template.
///
/// Models `RelaxedJSONPathExpression`.
pub fn relaxed(path: &str) -> Result<String, String> {
    let inner = path.strip_prefix('{').and_then(|p| p.strip_suffix('}')).unwrap_or(path);
    let field = inner.strip_prefix('.').unwrap_or(inner);
    if field.is_empty() || field.contains(['{', '}']) {
        let forms = "'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'";
        return Err(alloc::format!("unexpected path string, expected a {forms}"));
    }
    Ok(alloc::format!("{{.{field}}}"))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_string(),
        Value::Map(_) | Value::List(_) => json::to_string(value),
        scalar => go_print::plain(scalar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    fn object() -> Value {
        let text =
            r#"{"a":{"b":[{"n":"x","v":1},{"n":"y","v":2},{"n":"z","v":3,"t":true}],"c.d":"e"},"n":"top"}"#;
        manifest::json::parse(text).expect("JSON").to_value()
    }

    #[test]
    fn a_template_prints_what_its_paths_find() {
        let cases = [
            ("{.a.b[0].v}", "1"),
            ("{$.a.b[0].v}", "1"),
            ("{ .n }", "top"),
            ("{.a.b[-1].n}", "z"),
            ("{.a.b[*].v}", "1 2 3"),
            ("{.a.b[0,2].n}", "x z"),
            ("{.a.b[0:3:2].n}", "x z"),
            ("{.a.b[:-1].n}", "x y"),
            ("{.a.b[1:].n}", "y z"),
            (r#"{.a.b[?(@.n=="y")].v}"#, "2"),
            (r#"{.a.b[?(@.n!="y")].v}"#, "1 3"),
            ("{.a.b[?(@.v>1)].n}", "y z"),
            ("{.a.b[?(@.v<=2)].n}", "x y"),
            ("{.a.b[?(@.t)].n}", "z"),
            ("{.a.b[?(@.t==true)].n}", "z"),
            (r"{.a.c\.d}", "e"),
            ("{.a['c.d']}", ""),
            (r"{.a['c\.d']}", "e"),
            ("{..v}", "1 2 3"),
            ("{..n}", "top x y z"),
            ("{['n']}", "top"),
            ("{.a.nope}", ""),
            (r#"{range .a.b[*]}{.n}{"\n"}{end}"#, "x\ny\nz\n"),
            (r#"{range .a.b[*]}{.n}{"\t"}{end}{.n}"#, "x\ty\tz\ttop"),
            (r#"{range .a.nope[*]}{.n},{end}{.n}"#, "top"),
            ("n is {.a.b[1:].n}!", "n is y z!"),
            ("{.a.b[0]}", r#"{"n":"x","v":1}"#),
            ("{1}{true}{'x'}", "1truex"),
            ("plain", "plain"),
        ];
        for (template, expected) in cases {
            let printed = JsonPath::parse(template).and_then(|path| path.print(&object()));
            match printed {
                Ok(text) => assert_eq!(text, expected, "{template}"),
                Err(problem) => assert_eq!(expected, "", "{template}: {problem}"),
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_template_is_said_as_upstream_says_it() {
        let cases = [
            ("{.a", "unclosed action"),
            ("{.a.b[}", "unterminated array"),
            ("{.a.b[x]}", "invalid array index x"),
            ("{.a.b[?(@.n==1}", "unterminated filter"),
            ("{.a.b[9].n}", "array index out of bounds: index 9, length 3"),
            ("{.n[0]}", "string is not array or slice"),
            ("{%}", "unrecognized character in action: U+0025 '%'"),
            ("{nope}", "unrecognized identifier nope"),
            ("{end}", "not in range, nothing to end"),
            (r#"{.a.b[?(@.v=="x")].n}"#, "incompatible types for comparison"),
        ];
        for (template, expected) in cases {
            let printed = JsonPath::parse(template).and_then(|path| path.print(&object()));
            assert_eq!(printed.expect_err(template), expected, "{template}");
        }
    }

    #[test]
    fn a_path_may_be_written_without_dot_and_braces() {
        for path in ["a.b", ".a.b", "{a.b}", "{.a.b}"] {
            assert_eq!(relaxed(path).as_deref(), Ok("{.a.b}"), "{path}");
        }
        assert!(relaxed("{a}{b}").is_err());
    }
}
