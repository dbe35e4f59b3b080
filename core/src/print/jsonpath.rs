//! Paths into objects: `{.spec.ports[0].port}`.
//!
//! Models `k8s.io/client-go/util/jsonpath`: fields, indices, `[*]`, `..`-free, and filters that compare with a constant.

use crate::base::{Value, json};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a template prints of a value; a field that is not there prints nothing.
pub fn print(template: &str, value: &Value) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some(end) = closing(after) else {
            return Err(format!("error parsing jsonpath {template}, unclosed action"));
        };
        let (expression, behind) =
            (after.get(..end).unwrap_or_default(), after.get(end + 1..).unwrap_or_default());
        let expression = expression.trim();
        if let Some(quoted) = expression.strip_prefix('"').and_then(|e| e.strip_suffix('"')) {
            out.push_str(&quoted.replace("\\n", "\n").replace("\\t", "\t"));
        } else if let Some(path) = expression.strip_prefix("range ") {
            let Some((body, after_end)) = behind.split_once("{end}") else {
                return Err("unexpected end of range".to_string());
            };
            for item in find(path.trim(), value)? {
                out.push_str(&print(body, item)?);
            }
            rest = after_end;
            continue;
        } else {
            let found = find(expression, value)?.into_iter().map(shown).collect::<Vec<_>>();
            out.push_str(&found.join(" "));
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// The values at a path, `$` or `@` before it or not.
pub fn find<'v>(path: &str, value: &'v Value) -> Result<Vec<&'v Value>, String> {
    let mut found = Vec::from([value]);
    let mut rest = path.trim_start_matches(['$', '@']);
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let end = bracket(inner).ok_or_else(|| "unterminated array".to_string())?;
            let step = inner.get(..end).unwrap_or_default().trim();
            found = subscript(step, &found)?;
            rest = inner.get(end + 1..).unwrap_or_default();
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = field_end(name);
            let field = name.get(..end).unwrap_or_default().replace("\\.", ".");
            rest = name.get(end..).unwrap_or_default();
            if field == "*" {
                found = found.into_iter().flat_map(children).collect();
            } else if !field.is_empty() {
                found = found.into_iter().filter_map(|v| v.find(&field)).collect();
            } else if !rest.starts_with('[') && !rest.is_empty() {
                return Err(format!("unrecognized character in action: {rest}"));
            }
        }
    }
    Ok(found)
}

fn field_end(name: &str) -> usize {
    let mut escaped = false;
    for (i, c) in name.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '.' | '[' if !escaped => return i,
            _ => escaped = false,
        }
    }
    name.len()
}

fn subscript<'v>(step: &str, found: &[&'v Value]) -> Result<Vec<&'v Value>, String> {
    let each = found.iter();
    if step == "*" {
        return Ok(each.flat_map(|v| children(v)).collect());
    }
    if let Some(filter) = step.strip_prefix("?(").and_then(|f| f.strip_suffix(')')) {
        let mut kept = Vec::new();
        for item in each.flat_map(|v| v.items()) {
            if holds(filter, item)? {
                kept.push(item);
            }
        }
        return Ok(kept);
    }
    if let Some(key) = step.strip_prefix(['\'', '"']).and_then(|k| k.strip_suffix(['\'', '"'])) {
        return Ok(each.filter_map(|v| v.find(key)).collect());
    }
    if let Some((from, to)) = step.split_once(':') {
        let sliced = |v: &&'v Value| {
            let items = v.items();
            let place = |text: &str, default: usize| position(text, items.len()).unwrap_or(default);
            items.get(place(from, 0)..place(to, items.len())).unwrap_or_default()
        };
        return Ok(each.flat_map(sliced).collect());
    }
    let mut out = Vec::new();
    for value in each {
        let items = value.items();
        let place = position(step, items.len()).ok_or_else(|| format!("invalid array index {step}"))?;
        match items.get(place) {
            Some(item) => out.push(item),
            None => return Err(format!("array index out of bounds: index {step}, length {}", items.len())),
        }
    }
    Ok(out)
}

/// Negative places count from the end.
fn position(text: &str, length: usize) -> Option<usize> {
    match text.strip_prefix('-') {
        Some(back) => length.checked_sub(back.parse().ok()?),
        None => text.parse().ok(),
    }
}

fn holds(filter: &str, item: &Value) -> Result<bool, String> {
    for (sign, wanted) in [("==", true), ("!=", false)] {
        if let Some((path, constant)) = filter.split_once(sign) {
            let constant = constant.trim().trim_matches(['"', '\'']);
            let left = find(path.trim(), item)?;
            return Ok(left.first().is_some_and(|v| (shown(v) == constant) == wanted));
        }
    }
    Ok(!find(filter.trim(), item)?.is_empty())
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Map(_) => value.entries().iter().map(|(_, v)| v).collect(),
        _ => value.items().iter().collect(),
    }
}

fn shown(value: &Value) -> String {
    value.as_text().map_or_else(|| json::to_string(value), ToString::to_string)
}

/// Where the brace closes that was opened before `text`.
fn closing(text: &str) -> Option<usize> {
    outside_quotes(text).find(|(_, c)| *c == '}').map(|(i, _)| i)
}

fn bracket(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in outside_quotes(text) {
        match c {
            '[' => depth += 1,
            ']' if depth == 0 => return Some(i),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    text.char_indices().filter(move |(_, c)| match quote {
        Some(open) => {
            if *c == open {
                quote = None;
            }
            false
        }
        None if matches!(c, '"' | '\'') => {
            quote = Some(*c);
            false
        }
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    #[test]
    fn a_template_prints_what_its_paths_find() {
        let text = r#"{"a":{"b":[{"n":"x","v":1},{"n":"y","v":2}],"c.d":"e"}}"#;
        let value = manifest::json::parse(text).expect("JSON").to_value();
        let cases = [
            ("{.a.b[0].v}", "1"),
            ("{.a.b[-1].n}", "y"),
            ("{.a.b[*].v}", "1 2"),
            (r#"{.a.b[?(@.n=="y")].v}"#, "2"),
            (r"{.a.c\.d}", "e"),
            ("{.a.nope}", ""),
            (r#"{range .a.b[*]}{.n}{"\n"}{end}"#, "x\ny\n"),
            ("n is {.a.b[1:].n}", "n is y"),
        ];
        for (template, expected) in cases {
            assert_eq!(print(template, &value).as_deref(), Ok(expected), "{template}");
        }
        assert!(print("{.a", &value).is_err());
    }
}
