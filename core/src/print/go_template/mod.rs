//! Go's templates: `{{range .items}}{{.metadata.name}}{{"\n"}}{{end}}`.
//!
//! Models `text/template` as `k8s.io/cli-runtime/pkg/printers/template.go` uses it, without templates in templates.

mod exec;
mod functions;
mod lex;
mod parse;

use crate::base::Value;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub use parse::{Node, parse};

/// What a template prints of a value.
pub fn print(nodes: &[Node], value: &Value) -> Result<String, String> {
    let mut out = String::new();
    let value = floats(value);
    let mut variables = Vec::from([(String::from("$"), value.clone())]);
    exec::walk(nodes, &value, &mut variables, &mut out)?;
    Ok(out)
}

/// As Go reads JSON where it does not know better: all numbers are floats.
fn floats(value: &Value) -> Value {
    match value {
        Value::Int(int) => Value::Number(int.to_string().into()),
        Value::List(items) => Value::list(items.iter().map(floats)),
        Value::Map(map) => Value::map(map.iter().map(|(key, inner)| (key.clone(), floats(inner)))),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    #[test]
    fn a_template_prints_values_and_what_it_makes_of_them() {
        let text = r#"{"a":{"b":[{"n":"x","v":1},{"n":"y","v":2}]},"m":{"k":"v","a":"b"},"s":"eA==","t":true,"n":1000000}"#;
        let value = manifest::json::parse(text).expect("JSON").to_value();
        let cases = [
            ("{{.a.b}}", "[map[n:x v:1] map[n:y v:2]]"),
            ("{{ .m.k }}!", "v!"),
            ("{{.nope}} {{.nope.more}}", "<no value> <no value>"),
            ("{{range .a.b}}{{.n}}{{\"\\n\"}}{{end}}", "x\ny\n"),
            ("{{range $i, $e := .a.b}}{{$i}}={{$e.n}} {{end}}", "0=x 1=y "),
            ("{{range $k, $v := .m}}{{$k}}:{{$v}};{{end}}", "a:b;k:v;"),
            ("{{range .nope}}x{{else}}none{{end}}", "none"),
            ("{{if .t}}yes{{else}}no{{end}}{{if not .t}}no{{end}}", "yes"),
            ("{{if eq .m.k \"w\"}}w{{else if eq .m.k \"v\"}}v{{end}}", "v"),
            ("{{with .m}}{{.k}}{{$.s}}{{end}}", "veA=="),
            ("{{index .a.b 1 \"n\"}} {{len .a.b}}", "y 2"),
            ("{{(index .a.b 0).n}}", "x"),
            ("{{.s | base64decode}} {{printf \"%s-%v\" .m.k .t}}", "x v-true"),
            ("{{$x := .m.k}}{{$x}}{{/* not shown */}} {{- \" y\" -}} \n z", "v yz"),
            ("{{.n}} {{`raw`}} {{1}}", "1e+06 raw 1"),
            ("{{if and .t (gt 2 1)}}both{{end}}", "both"),
            ("{{if exists . \"m\" \"k\"}}there{{end}}", "there"),
        ];
        for (template, expected) in cases {
            let printed = parse(template).and_then(|nodes| print(&nodes, &value));
            assert_eq!(printed.as_deref(), Ok(expected), "{template}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let cases = [
            ("{{.a", "template: output:1: unclosed action"),
            ("\n{{if .a}}", "template: output:2: unexpected EOF"),
            ("{{end}}", "template: output:1: unexpected {{end}}"),
            ("{{nope .a}}", "template: output:1: function \"nope\" not defined"),
            ("{{\"a}}", "template: output:1: unterminated quoted string"),
        ];
        for (template, expected) in cases {
            assert_eq!(parse(template).expect_err(template), expected, "{template}");
        }
    }
}
