//! Names made from `generateName`: the prefix and five characters left to chance.

const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
const LENGTH: usize = 5;

/// Whether `name` is `prefix` and a suffix of chance.
pub(super) fn is_made_from(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|suffix| suffix.len() == LENGTH && is_suffix(suffix.as_bytes()))
}

/// The suffixes of all names in `text` that were made from `prefix`.
pub(super) fn suffixes<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = next(text, prefix, from)?;
        from = at + LENGTH;
        text.get(at..from)
    })
}

/// `text` with `by(suffix)` in place of the suffix of every name in it that was made from `prefix`.
pub(super) fn replaced(text: &str, prefix: &str, mut by: impl FnMut(&str) -> String) -> String {
    let mut out = String::new();
    let mut from = 0;
    while let Some(at) = next(text, prefix, from) {
        out.push_str(&text[from..at]);
        from = at + LENGTH;
        out.push_str(&by(&text[at..from]));
    }
    out.push_str(&text[from..]);
    out
}

/// Where, at or after `from`, `prefix` with the next such suffix stands: the place of the suffix.
fn next(text: &str, prefix: &str, mut from: usize) -> Option<usize> {
    loop {
        let start = from + text.get(from..)?.find(prefix)?;
        let at = start + prefix.len();
        let rest = &text.as_bytes()[at..];
        let ends = !matches!(rest.get(LENGTH), Some(b'a'..=b'z' | b'0'..=b'9'));
        if ends && rest.get(..LENGTH).is_some_and(is_suffix) {
            return Some(at);
        }
        from = start + text[start..].chars().next()?.len_utf8();
    }
}

fn is_suffix(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| ALPHABET.contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_is_five_characters_of_the_alphabet_and_no_more() {
        let text = "pod web-x7k2p and web-x7k2p9, web-abcde, web-web-zzzzz; web-24567";
        assert_eq!(suffixes(text, "web-").collect::<Vec<_>>(), ["x7k2p", "zzzzz", "24567"]);
        assert_eq!(
            replaced("a web-x7k2p/web-zzzzz b", "web-", |s| format!("<{s}>")),
            "a web-<x7k2p>/web-<zzzzz> b"
        );
        assert!(is_made_from("web-x7k2p", "web-") && !is_made_from("web-x7k2p-x7k2p", "web-"));
    }
}
