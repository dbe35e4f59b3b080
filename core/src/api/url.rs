//! The path and query of a request, decoded.
//!
//! Models Go's `net/url`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What stands on the request line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url {
    /// The parts of the path between its slashes, empty ones left out.
    pub segments: Vec<String>,
    pub query: Query,
    pub trailing_slash: bool,
}

/// The parameters, in order; one may be there several times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Url {
    pub fn parse(text: &str) -> Url {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let segments = path.split('/').filter(|s| !s.is_empty()).map(|s| decode(s, false)).collect();
        let pairs = query.split('&').filter(|s| !s.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key, true), decode(value, true))
        });
        Url { segments, query: Query(pairs.collect()), trailing_slash: path.ends_with('/') }
    }
}

impl Query {
    /// The first value of a parameter; empty if it is not there.
    pub fn get(&self, key: &str) -> &str {
        self.all(key).next().unwrap_or_default()
    }

    pub fn has(&self, key: &str) -> bool {
        self.all(key).next().is_some()
    }

    pub fn all<'a, 'k>(&'a self, key: &'k str) -> impl Iterator<Item = &'a str> + use<'a, 'k> {
        self.0.iter().filter(move |(k, _)| k == key).map(|(_, v)| v.as_str())
    }
}

/// Replaces `%20` and, in a query, `+`. What is no such escape stays as it is.
fn decode(text: &str, query: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit =
            |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        match byte {
            b'%' => {
                let mut ahead = rest.clone();
                match (digit(ahead.next()), digit(ahead.next())) {
                    (Some(high), Some(low)) => {
                        bytes.push(high * 16 + low);
                        rest = ahead;
                    }
                    _ => bytes.push(byte),
                }
            }
            b'+' if query => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A name as a part of a path.
pub fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' => {
                out.push(byte.into());
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_decoded() {
        let url = Url::parse("/api/v1//pods/a%2Fb?labelSelector=app%20in%20(a,b)&x=1+2&x=%zz&y");
        assert_eq!(url.segments, ["api", "v1", "pods", "a/b"]);
        assert_eq!((url.query.get("labelSelector"), url.query.get("x")), ("app in (a,b)", "1 2"));
        assert_eq!(
            (url.query.all("x").last(), url.query.has("y"), url.query.has("z")),
            (Some("%zz"), true, false)
        );
    }
}
