//! What the program in a container does with its life: whether it ends by itself, and how it takes being stopped.

use super::app::annotation;
use super::image;
use crate::base::{Duration, Text, Value};
use alloc::vec::Vec;

/// A program, as far as the kubelet notices it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program {
    /// It ends after so long, with this code.
    pub(super) ends: Option<(Duration, i64)>,
    /// It ends as soon as this name can be resolved.
    pub(super) waits_for: Option<Text>,
    /// What it takes to stop it.
    pub(super) stops: Stops,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stops {
    /// As soon as it is asked to.
    Soon,
    After(Duration),
    /// It does not hear the signal: the kernel spares the first process of a container that does not handle it.
    Never,
}

/// Programs without a handler for the signal, when they are the first process.
const DEAF: &[&str] = &["sleep", "sh", "bash", "ash", "tail", "cat"];

/// Images whose own command ends at once when nobody is at the terminal.
const SHELLS: &[&str] = &["busybox", "alpine", "ubuntu", "debian", "bash", "fedora"];

impl Program {
    pub(super) fn of(pod: &Value, container: &Value) -> Program {
        let name = container.get("name").str();
        let words = command(container);
        let ends = match annotation(pod, name, "ends").and_then(parse_end) {
            Some(end) => Some(end),
            None => natural_end(container, &words),
        };
        let stops = match annotation(pod, name, "stops-after").and_then(parse_duration) {
            Some(after) => Stops::After(after),
            None if words.first().is_some_and(|w| DEAF.contains(&base_name(w))) => Stops::Never,
            None => Stops::Soon,
        };
        Program { ends, waits_for: awaited(&words), stops }
    }
}

fn command(container: &Value) -> Vec<&str> {
    let both = ["command", "args"].iter().flat_map(|field| container.get(field).items());
    both.map(Value::str).collect()
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn natural_end(container: &Value, words: &[&str]) -> Option<(Duration, i64)> {
    let at_once = |code| Some((Duration::ZERO, code));
    let rest = words.get(1..).unwrap_or_default();
    match (words.first().map(|w| base_name(w)), rest) {
        (Some("true" | "echo" | "date" | "env" | "printenv" | "nslookup" | "wget" | "curl"), _) => at_once(0),
        (Some("false"), _) => at_once(1),
        (Some("sleep"), [time, ..]) => Some((parse_duration(time)?, 0)),
        (Some("sh" | "bash" | "ash"), ["-c", script, ..]) => script_end(script),
        (None, _) if image::short_name(container.get("image").str()) == "hello-world" => at_once(0),
        (None, _) if SHELLS.contains(&image::short_name(container.get("image").str())) => at_once(0),
        _ => None,
    }
}

/// The name in `until nslookup NAME; do …`, as pods wait for a Service before they start.
fn awaited(words: &[&str]) -> Option<Text> {
    let [shell, "-c", script, ..] = words else { return None };
    let looked_up = script.trim().strip_prefix("until nslookup ")?;
    let name = looked_up.split([' ', ';', '>', '\n']).next().filter(|name| !name.is_empty())?;
    matches!(base_name(shell), "sh" | "bash" | "ash").then(|| name.into())
}

/// A script of plain commands ends when these have; one with a loop is taken to run for ever.
fn script_end(script: &str) -> Option<(Duration, i64)> {
    let (mut time, mut code) = (Duration::ZERO, 0);
    for line in script.split(['\n', ';']).flat_map(|l| l.split("&&")).map(str::trim) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["while" | "until" | "exec" | "tail" | "for", ..] => return None,
            ["sleep", n, ..] => time = Duration(time.0.saturating_add(parse_duration(n)?.0)),
            ["exit", n, ..] => return Some((time, n.parse().unwrap_or(0))),
            ["false"] => code = 1,
            ["true" | "echo" | "touch" | "rm" | "mkdir" | "cp" | "date" | "cat" | "ls", ..] => code = 0,
            [] => {}
            // A program of its own, of which nobody knows when it ends.
            _ => return None,
        }
    }
    Some((time, code))
}

/// `10s`, `1m30s`, `250ms`; a plain number is seconds. None where it is none of these, or endless.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    const UNITS: &[(&str, i64)] =
        &[("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1000)];
    let (mut rest, mut total) = (text.trim(), 0i64);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let (number, behind) = rest.split_at_checked(digits)?;
        let letters = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (unit, behind) = behind.split_at_checked(letters)?;
        let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total = total.checked_add(times(number, *millis)?)?;
        rest = behind;
    }
    Some(Duration::from_millis(total))
}

/// `1.5` times 1000.
fn times(number: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole = whole.parse::<i64>().ok()?.checked_mul(unit)?;
    let digits: Vec<i64> = fraction.bytes().take(3).map(|b| i64::from(b.saturating_sub(b'0'))).collect();
    let part = digits.iter().zip([100, 10, 1]).map(|(d, weight)| d * weight).sum::<i64>();
    whole.checked_add(part.checked_mul(unit)? / 1000)
}

/// `10s` or `10s with 3`: when, and with which code.
fn parse_end(text: &str) -> Option<(Duration, i64)> {
    let (time, code) = text.split_once(" with ").unwrap_or((text, "1"));
    Some((parse_duration(time)?, code.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, millis) in [
            ("10s", 10_000),
            ("1m30s", 90_000),
            ("250ms", 250),
            ("3600", 3_600_000),
            ("1.5s", 1500),
            ("0.25", 250),
        ] {
            assert_eq!(parse_duration(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "infinity", "s", "10x", "1..2x"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn a_script_ends_when_its_commands_have() {
        for (script, end) in [
            ("echo hello; sleep 5; exit 3", Some((5000, 3))),
            ("sleep 1\nsleep 2\n", Some((3000, 0))),
            ("true && false", Some((0, 1))),
            ("while true; do date; sleep 1; done", None),
            ("./server --port 80", None),
        ] {
            assert_eq!(
                script_end(script),
                end.map(|(ms, code)| (Duration::from_millis(ms), code)),
                "{script}"
            );
        }
    }
}
