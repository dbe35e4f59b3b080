//! The recorder as a client of the API server: what it sends beside what a step says, and what it makes of an answer.

use super::recording::Call;
use super::server::Server;
use serde_json::Value;
use svcscope_core::api::Request;

/// What it sends unless a step says otherwise; the first two come from Python's `http.client`, which names no user agent.
const HEADERS: [(&str, &str); 5] = [
    ("Host", "127.0.0.1:6443"),
    ("Accept-Encoding", "identity"),
    ("Authorization", "Bearer oracle"),
    ("Accept", "application/json"),
    ("Content-Type", "application/json"),
];

/// An answer: its body as JSON, or as a text where it is none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub code: u16,
    pub body: Value,
    pub warnings: Vec<String>,
}

/// Sends what a step says.
pub(super) fn call(server: &mut dyn Server, call: &Call) -> Result<Answer, String> {
    let mut headers = HEADERS.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec();
    for (name, value) in &call.headers {
        let own = headers.iter().position(|(k, _)| k == name);
        match (own, value) {
            (Some(at), Some(value)) => headers[at].1.clone_from(value),
            (Some(at), None) => drop(headers.remove(at)),
            (None, Some(value)) => headers.push((name.clone(), value.clone())),
            (None, None) => {}
        }
    }
    let body = call.body.clone().unwrap_or_default().into_bytes();
    let request = Request { method: call.method.clone(), path: call.path.clone(), headers, body };
    let reply = server.call(&request)?;
    let text = String::from_utf8(reply.body).map_err(|_| "the answer is no UTF-8".to_owned())?;
    let body = match serde_json::from_str(&text) {
        Ok(event @ Value::Object(_)) if is_watch(&call.path, reply.code) => Value::Array(vec![event]),
        _ if is_watch(&call.path, reply.code) => events(&text)?,
        Ok(json) => json,
        Err(_) => Value::String(text),
    };
    let warnings = reply.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Warning"));
    Ok(Answer { code: reply.code, body, warnings: warnings.map(|(_, text)| warning(text)).collect() })
}

/// Sends JSON.
pub(super) fn send(
    server: &mut dyn Server,
    method: &str,
    path: &str,
    content_type: &str,
    body: Option<&Value>,
) -> Result<Answer, String> {
    let headers = vec![("Content-Type".to_owned(), Some(content_type.to_owned()))];
    let body = body.map(super::python::dumps);
    call(server, &Call { method: method.to_owned(), path: path.to_owned(), headers, body })
}

/// The items of a list, none where there is no list.
pub(super) fn items(server: &mut dyn Server, path: &str) -> Result<Vec<Value>, String> {
    let answer = send(server, "GET", path, "application/json", None)?;
    let items = answer.body.get("items").and_then(Value::as_array).filter(|_| answer.code == 200);
    Ok(items.cloned().unwrap_or_default())
}

/// A text as part of a path or query.
pub(super) fn escaped(text: &str) -> String {
    let byte = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' | b'/' => {
            char::from(b).to_string()
        }
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn is_watch(path: &str, code: u16) -> bool {
    let (_, query) = path.split_once('?').unwrap_or((path, ""));
    code == 200 && query.split('&').any(|p| p.starts_with("watch=1") || p.starts_with("watch=true"))
}

/// The events of a watch, one a line.
fn events(text: &str) -> Result<Value, String> {
    let lines =
        super::python::lines_with_ends(text).into_iter().map(str::trim_end).filter(|line| !line.is_empty());
    let event = |line| serde_json::from_str(line).map_err(|e| format!("an event of a watch is no JSON: {e}"));
    lines.map(event).collect::<Result<_, _>>().map(Value::Array)
}

/// The text of a `Warning` header, its bytes taken for Latin-1 as `http.client` takes them.
fn warning(header: &str) -> String {
    let latin = header.bytes().map(char::from).collect::<String>();
    let text = latin.strip_prefix("299 - \"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(&latin);
    text.replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_its_text() {
        assert_eq!(warning(r#"299 - "unknown field \"spec.x\"""#), "unknown field \"spec.x\"");
        assert_eq!(warning("299 api \"x\""), "299 api \"x\"");
        assert_eq!(warning("299 - \"é\""), "Ã©");
    }

    #[test]
    fn a_watch_is_a_list_of_events() {
        assert!(is_watch("/api/v1/pods?a=b&watch=true", 200) && is_watch("/x?watch=1", 200));
        assert!(
            !is_watch("/api/v1/pods?watch=0", 200)
                && !is_watch("/x?watch=1", 410)
                && !is_watch("/x?a=watch=1", 200)
        );
        assert_eq!(events("{\"a\":1}\n{\"b\":2}\n").unwrap().to_string(), r#"[{"a":1},{"b":2}]"#);
    }
}
