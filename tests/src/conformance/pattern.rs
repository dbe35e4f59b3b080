//! Patterns with look-around, as the recorder's are.

use fancy_regex::{Captures, Regex};

/// Declares patterns that are compiled once.
macro_rules! patterns {
    ($($name:ident = $text:expr;)*) => {
        $(static $name: std::sync::LazyLock<fancy_regex::Regex> =
            std::sync::LazyLock::new(|| fancy_regex::Regex::new($text).expect("a pattern"));)*
    };
}
pub(super) use patterns;

/// `text` with `by(match)` in place of every match.
pub(super) fn sub(pattern: &Regex, text: &str, by: impl FnMut(&Captures<str>) -> String) -> String {
    pattern.replace_all(text, by).into_owned()
}

/// Whether `pattern` matches; it should be anchored where the whole text is meant.
pub(super) fn matches(pattern: &Regex, text: &str) -> bool {
    pattern.is_match(text).unwrap_or(false)
}

/// What a group matched, empty where it took no part.
pub(super) fn group<'a>(found: &Captures<'a, str>, index: usize) -> &'a str {
    found.get(index).map_or("", |m| m.as_str())
}
