//! Objects of kinds that have no description of their own: all of their fields, by names made for people.
//!
//! Models `printUnstructuredContent` and `smartLabelFor` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::Lines;
use crate::base::{Value, sort};
use crate::schema::patch::go_print;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Written before all others, or not at all.
const SKIPPED: [&str; 5] = [
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
];

pub(super) fn fields(out: &mut Lines, object: &Value) {
    write(out, object, 0, "");
}

fn write(out: &mut Lines, map: &Value, level: usize, path: &str) {
    let mut entries = map.entries().iter().collect::<Vec<_>>();
    sort::by(&mut entries, |a, b| a.0.cmp(&b.0));
    let indent = "  ".repeat(level);
    for (field, value) in entries {
        let path = format!("{path}.{field}");
        if SKIPPED.contains(&path.as_str()) {
            continue;
        }
        let label = label(field);
        match value {
            Value::Map(_) => {
                out.line(&format!("{indent}{label}:"));
                write(out, value, level + 1, &path);
            }
            Value::List(items) => {
                out.line(&format!("{indent}{label}:"));
                for item in items.iter() {
                    match item {
                        Value::Map(_) => write(out, item, level + 1, &path),
                        scalar => out.line(&format!("{indent}  {}", go_print::plain(scalar))),
                    }
                }
            }
            scalar => out.line(&format!("{indent}{label}:\t{}", go_print::plain(scalar))),
        }
    }
}

/// `clusterIP` becomes `Cluster IP`; what has other than letters in it is left alone.
fn label(field: &str) -> String {
    const ACRONYMS: [&str; 4] = ["API", "URL", "UID", "GUID"];
    if !field.chars().all(|c| c.is_alphabetic() || c == '-') {
        return field.to_string();
    }
    let mut words = Vec::<String>::new();
    let mut parts = split(field).into_iter().peekable();
    while let Some(mut part) = parts.next() {
        let shouts = part.len() >= 2 && !part.chars().any(|c| c.is_alphabetic() && !c.is_uppercase());
        let goes_on = |next: &String| shouts && next.chars().next().is_some_and(char::is_uppercase);
        if let Some(next) = parts.next_if(goes_on) {
            part.push_str(&next);
        }
        let upper = part.to_uppercase();
        words.push(if ACRONYMS.contains(&upper.as_str()) {
            upper
        } else if part.to_lowercase() == part {
            title(&part)
        } else {
            part
        });
    }
    words.join(" ")
}

/// The first letter of each word is large; a dash ends a word.
fn title(text: &str) -> String {
    let mut begins = true;
    let mut out = String::new();
    for c in text.chars() {
        if begins {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        begins = c == '-';
    }
    out
}

/// Models `github.com/fatih/camelcase`: runs of the same class; the last large letter belongs to the small ones behind.
fn split(text: &str) -> Vec<String> {
    let class = |c: char| match c {
        c if c.is_lowercase() => 1,
        c if c.is_uppercase() => 2,
        _ => 3,
    };
    let mut runs = Vec::<(i32, String)>::new();
    for c in text.chars() {
        match runs.last_mut().filter(|(known, _)| *known == class(c)) {
            Some((_, run)) => run.push(c),
            None => runs.push((class(c), String::from(c))),
        }
    }
    for i in 1..runs.len() {
        let is_word = runs.get(i - 1).is_some_and(|r| r.0 == 2) && runs.get(i).is_some_and(|r| r.0 == 1);
        if is_word {
            let large = runs.get_mut(i - 1).and_then(|(_, run)| run.pop());
            if let (Some(large), Some((_, run))) = (large, runs.get_mut(i)) {
                run.insert(0, large);
            }
        }
    }
    runs.into_iter().map(|(_, run)| run).filter(|run| !run.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_for_people() {
        let cases = [
            ("apiVersion", "API Version"),
            ("kind", "Kind"),
            ("clusterIP", "Cluster IP"),
            ("clusterIPs", "Cluster I Ps"),
            ("respectPDBs", "Respect PDBs"),
            ("HTTPSProxy", "HTTPSProxy"),
            ("apiURL", "API URL"),
            ("uid", "UID"),
            ("creationTimestamp", "Creation Timestamp"),
            ("podCIDR", "Pod CIDR"),
            ("insecureSkipTLSVerify", "Insecure Skip TLSVerify"),
            ("a.b/c", "a.b/c"),
            ("x1", "x1"),
        ];
        for (field, expected) in cases {
            assert_eq!(label(field), expected, "{field}");
        }
    }
}
