//! What kubectl printed, with variables in place of values.

use super::generated;
use super::pattern::{group, matches, patterns, sub};
use super::realign::realign;
use super::variables::Variables;
use fancy_regex::Captures;
use std::collections::BTreeSet;

patterns! {
    ADDRESSES = r"(  - Addresses: +10\.244\..*\n(    .*\n)+)+";
    ADDRESS = r"  - Addresses:.*\n(?:    .*\n)+";
    ENDPOINTS = r"^(Endpoints: +|)(10\.244\.[\d.]+(?::\w+)?(?:,10\.244\.[\d.]+(?::\w+)?)*)( \+ \d+ more\.\.\.|)$";
    ENDPOINT = r"10\.244\.[\d.]+";
    DATE = r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}|\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4}( [A-Z]+)?";
    AGE = r"(?<![\w$])(\d+[smhdy])+\b";
    AGE_CELL = r"^(?:(\d+[smhdy])+( \(x\d+ over (\d+[smhdy])+\))?)$";
    AGO = r"\((\d+[smhdy])+ ago\)";
    SERVER = r"https://127\.0\.0\.1:\d+";
    LOG_LINE = r"^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ";
    DIFF_FOLDER = r"\S*/(LIVE|MERGED)-\d+/";
    NUMBER = r"\b\d+\b";
    NODE_PORT = r"\b(?!30000-32767)3[0-2]\d{3}\b(?<!30000-32767)";
}

/// The columns, and the word of a describe, that tell an age.
const AGES: [&str; 6] = ["AGE", "Age", "LAST SEEN", "FIRST SEEN", "DURATION", "LAST SCHEDULE"];

impl Variables<'_> {
    /// What was printed. `bare`: with `--no-headers`.
    pub fn console(&mut self, text: &str, bare: bool) -> String {
        for prefix in self.generated {
            // kubectl lists sort by name, so names are numbered in that order
            let standing_alone = |suffix: &&str| stands_alone(text, prefix, suffix);
            for suffix in generated::suffixes(text, prefix).filter(standing_alone).collect::<BTreeSet<_>>() {
                self.suffix(prefix, suffix);
            }
        }
        let text = sub(&ADDRESSES, text, |found| {
            let mut parts =
                ADDRESS.find_iter(group(found, 0)).flatten().map(|m| m.as_str()).collect::<Vec<_>>();
            parts.sort_unstable();
            parts.concat()
        });
        realign(&text, |cell, column| self.words(cell, column), bare)
    }

    /// A cell of a column, or a line that is in no table.
    fn words(&mut self, text: &str, column: Option<&str>) -> String {
        // The endpoints of a slice that a controller made come in no order.
        let s = match column {
            None | Some("ENDPOINTS*") => sub(&ENDPOINTS, text, endpoints),
            _ => text.to_owned(),
        };
        let tells_age = AGES.contains(&column.unwrap_or_default().trim_end_matches('*'));
        let s =
            if tells_age && matches(&AGE_CELL, &s) { AGE.replace_all(&s, "$$age").into_owned() } else { s };
        let s = self.text(&DATE.replace_all(&s, "$$time"));
        let s = AGO.replace_all(&s, "($$age ago)");
        let s = SERVER.replace_all(&s, "https://$$server");
        let s = LOG_LINE.replace_all(&s, "$$klog ");
        let s = DIFF_FOLDER.replace_all(&s, "$$tmp/${1}/");
        let own = self.server_port;
        let s = sub(&NUMBER, &s, |m| if &m[0] == own { "6443".to_owned() } else { m[0].to_owned() });
        sub(&NODE_PORT, &s, |m| self.port(&m[0]))
    }
}

/// Sorted, or nameless where some are not shown.
fn endpoints(found: &Captures<str>) -> String {
    let (head, list, more) = (group(found, 1), group(found, 2), group(found, 3));
    let list = if more.is_empty() {
        let mut parts = list.split(',').collect::<Vec<_>>();
        parts.sort_unstable();
        parts.join(",")
    } else {
        ENDPOINT.replace_all(list, "$$endpoint").into_owned()
    };
    format!("{head}{list}{more}")
}

/// Whether the name begins where a word does, somewhere in `text`.
fn stands_alone(text: &str, prefix: &str, suffix: &str) -> bool {
    let within_a_word = |before: &str| before.ends_with(|c: char| matches!(c, 'a'..='z' | '0'..='9' | '-'));
    let name = format!("{prefix}{suffix}");
    let ends = |after: &str| !after.starts_with(|c: char| matches!(c, 'a'..='z' | '0'..='9'));
    text.match_indices(&name).any(|(at, _)| !within_a_word(&text[..at]) && ends(&text[at + name.len()..]))
}
