//! The order of keys in an object: no part of the comparison, but worth knowing.

use super::difference::{At, text};
use serde_json::Value;

/// The path of the first object whose keys stand in another order than wanted.
pub(super) fn first_reordered<'a>(want: &'a Value, got: &'a Value, path: &mut Vec<At<'a>>) -> Option<String> {
    let step = |path: &mut Vec<At<'a>>, at, a, b| {
        path.push(at);
        let found = first_reordered(a, b, path);
        path.pop();
        found
    };
    match (want, got) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().filter(|k| *k != "raw" && b.contains_key(*k));
            if !keys.eq(b.keys().filter(|k| *k != "raw" && a.contains_key(*k))) {
                return Some(text(path));
            }
            a.iter().find_map(|(k, v)| step(path, At::Key(k), v, b.get(k)?))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.iter().zip(b).enumerate().find_map(|(i, (a, b))| step(path, At::Index(i), a, b))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_object_with_other_keys_first_is_named() {
        let order = |want: &Value, got: &Value| first_reordered(want, got, &mut Vec::new());
        let want = json!({"a": [{"x": 1, "y": 2}], "b": 0});
        assert_eq!(order(&want, &want), None);
        assert_eq!(order(&want, &json!({"a": [{"y": 2, "x": 1}], "b": 0})).as_deref(), Some(".a[0]"));
        assert_eq!(order(&want, &json!({"b": 0, "a": [{"y": 2, "x": 1}]})).as_deref(), Some(""));
    }
}
