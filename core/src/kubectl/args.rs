//! The words after `kubectl`: flags wherever they stand, with their values, and the rest.
//!
//! Models `github.com/spf13/pflag` as kubectl uses it.

use crate::base::field::quoted;
use crate::base::{Duration, cron};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A flag of a command.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    pub name: &'static str,
    /// One letter, or nothing.
    pub short: &'static str,
    /// What the flag means without a value; flags that need one have none.
    pub alone: Option<&'static str>,
    pub takes: Takes,
    pub required: bool,
}

/// What values a flag may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Text,
    Bool,
    Int,
    Int32,
    Duration,
}

pub const fn value(name: &'static str, short: &'static str) -> Flag {
    Flag { name, short, alone: None, takes: Takes::Text, required: false }
}

pub const fn switch(name: &'static str, short: &'static str) -> Flag {
    Flag { alone: Some("true"), takes: Takes::Bool, ..value(name, short) }
}

pub const fn number(name: &'static str) -> Flag {
    Flag { takes: Takes::Int, ..value(name, "") }
}

/// A number of 32 bits.
pub const fn small_number(name: &'static str) -> Flag {
    Flag { takes: Takes::Int32, ..value(name, "") }
}

pub const fn time(name: &'static str) -> Flag {
    Flag { takes: Takes::Duration, ..value(name, "") }
}

impl Flag {
    /// The same, which has to be given.
    pub const fn required(self) -> Flag {
        Flag { required: true, ..self }
    }

    /// The same, which may stand without a value and then means this.
    pub const fn or(self, alone: &'static str) -> Flag {
        Flag { alone: Some(alone), ..self }
    }
}

/// Flags that belong together, and those that a command has of its own.
pub type Flags = &'static [&'static [Flag]];

/// The flags that every command has.
const GLOBAL: &[Flag] = &[
    value("namespace", "n"),
    value("context", ""),
    value("cluster", ""),
    value("user", ""),
    value("kubeconfig", ""),
    value("server", "s"),
    value("request-timeout", ""),
    value("cache-dir", ""),
    value("v", "v"),
    switch("help", "h"),
    switch("insecure-skip-tls-verify", ""),
    switch("match-server-version", ""),
    switch("warnings-as-errors", ""),
];

/// What was given.
#[derive(Clone, Debug, Default)]
pub struct Args {
    pub words: Vec<String>,
    flags: Vec<(&'static str, String)>,
    /// How many of the words stand before `--`, where there is one.
    pub before_dash: Option<usize>,
}

impl Args {
    pub fn parse(args: &[String], known: Flags) -> Result<Args, String> {
        let mut out = Args::default();
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            if arg == "--" {
                out.before_dash = Some(out.words.len());
                out.words.extend(rest.by_ref().cloned());
            } else if let Some(long) = arg.strip_prefix("--") {
                out.long(long, known, &mut rest)?;
            } else if arg.len() > 1 && arg.starts_with('-') {
                out.short(arg.get(1..).unwrap_or_default(), known, &mut rest)?;
            } else {
                out.words.push(arg.clone());
            }
        }
        Ok(out)
    }

    fn long<'a>(
        &mut self,
        text: &str,
        known: Flags,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), String> {
        let (name, given) = match text.split_once('=') {
            Some((name, given)) => (name, Some(given.to_string())),
            None => (text, None),
        };
        let flag = all(known).find(|f| f.name == name).ok_or_else(|| format!("unknown flag: --{name}"))?;
        let value = match (given, flag.alone) {
            (Some(given), _) => given,
            (None, Some(alone)) => alone.to_string(),
            (None, None) => {
                rest.next().cloned().ok_or_else(|| format!("flag needs an argument: --{name}"))?
            }
        };
        self.add(flag, value)
    }

    fn add(&mut self, flag: &Flag, value: String) -> Result<(), String> {
        if let Some(problem) = mistake(flag.takes, &value) {
            return Err(format!(
                "invalid argument {} for \"{}\" flag: {problem}",
                quoted(&value),
                shown(flag)
            ));
        }
        self.flags.push((flag.name, value));
        Ok(())
    }

    /// Letters behind one dash: switches, and at most one flag with a value, which takes the rest.
    fn short<'a>(
        &mut self,
        letters: &str,
        known: Flags,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), String> {
        let mut left = letters;
        while let Some(letter) = left.chars().next() {
            let unknown = || format!("unknown shorthand flag: '{letter}' in -{left}");
            let mut named = all(known);
            let flag = named.find(|f| f.short.chars().eq([letter])).ok_or_else(unknown)?;
            let behind = left.get(letter.len_utf8()..).unwrap_or_default();
            if let Some(given) = behind.strip_prefix('=') {
                return self.add(flag, given.to_string());
            }
            match flag.alone {
                Some(alone) => self.add(flag, alone.to_string())?,
                None if !behind.is_empty() => return self.add(flag, behind.to_string()),
                None => {
                    let missing = || format!("flag needs an argument: '{letter}' in -{left}");
                    return self.add(flag, rest.next().cloned().ok_or_else(missing)?);
                }
            }
            left = behind;
        }
        Ok(())
    }

    /// The value given last; nothing where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    pub fn find(&self, name: &str) -> Option<&str> {
        self.flags.iter().rev().find(|(n, _)| *n == name).map(|(_, v)| v.as_str())
    }

    pub fn is_on(&self, name: &str) -> bool {
        self.find(name).and_then(parse_bool).unwrap_or(false)
    }

    /// Whether the flag is not said to be off.
    pub fn is_not_off(&self, name: &str) -> bool {
        self.find(name).and_then(parse_bool).unwrap_or(true)
    }

    pub fn is_given(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The same without a flag.
    pub fn without(&self, name: &str) -> Args {
        let flags = self.flags.iter().filter(|(n, _)| *n != name).cloned().collect();
        Args { flags, ..self.clone() }
    }

    /// A number, where one is given.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.find(name)?.parse().ok()
    }

    pub fn duration(&self, name: &str) -> Option<Duration> {
        Some(Duration::from_millis(cron::duration(self.find(name)?).ok()?.div_euclid(1_000_000)))
    }

    /// The flags that have to be given and are not.
    pub fn missing(&self, known: Flags) -> Vec<&'static str> {
        let all = known.iter().flat_map(|group| group.iter());
        let missing = all.filter(|f| f.required && !self.is_given(f.name)).map(|f| f.name);
        missing.collect()
    }

    /// Of a flag that may be given several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |(n, _)| *n == name).map(|(_, v)| v.as_str())
    }

    /// Of a flag that may be given several times, each with several values.
    pub fn each<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |(n, _)| *n == name).flat_map(|(_, v)| v.split(','))
    }
}

fn all(known: Flags) -> impl Iterator<Item = &'static Flag> {
    known.iter().flat_map(|group| group.iter()).chain(GLOBAL)
}

/// Whether the next word belongs to this one, as cobra guesses when it looks for the command.
pub fn takes_next(word: &str, known: Flags) -> bool {
    if word.contains('=') {
        return false;
    }
    let flag = match word.strip_prefix("--") {
        Some(name) => all(known).find(|f| f.name == name),
        None if word.len() == 2 => all(known).find(|f| Some(f.short) == word.get(1..)),
        None => return false,
    };
    flag.is_none_or(|f| f.alone.is_none())
}

/// What is wrong with the value, in Go's words.
fn mistake(takes: Takes, value: &str) -> Option<String> {
    let parsing = |of: &str, why: &str| Some(format!("strconv.{of}: parsing {}: {why}", quoted(value)));
    match takes {
        Takes::Bool if parse_bool(value).is_none() => parsing("ParseBool", "invalid syntax"),
        Takes::Int | Takes::Int32 => match value.parse::<i128>() {
            Ok(number) if takes == Takes::Int && i64::try_from(number).is_ok() => None,
            Ok(number) if i32::try_from(number).is_ok() => None,
            Ok(_) => parsing("ParseInt", "value out of range"),
            Err(_) => parsing("ParseInt", "invalid syntax"),
        },
        Takes::Duration => cron::duration(value).err(),
        _ => None,
    }
}

fn shown(flag: &Flag) -> String {
    if flag.short.is_empty() {
        format!("--{}", flag.name)
    } else {
        format!("-{}, --{}", flag.short, flag.name)
    }
}

/// Models `strconv.ParseBool`.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: Flags =
        &[&[value("output", "o"), switch("all-namespaces", "A"), value("filename", "f"), number("port")]];

    fn parse(text: &str) -> Result<Args, String> {
        let args = text.split(' ').map(String::from).collect::<Vec<_>>();
        Args::parse(&args, FLAGS)
    }

    #[test]
    fn flags_stand_anywhere_and_take_values_in_every_form() {
        for text in
            ["-o wide svc -A", "svc -Ao wide", "--output=wide svc --all-namespaces", "svc -owide -A=true"]
        {
            let args = parse(text).expect(text);
            assert_eq!((args.get("output"), args.is_on("all-namespaces")), ("wide", true), "{text}");
            assert_eq!(args.words, ["svc"], "{text}");
        }
    }

    #[test]
    fn what_is_no_flag_is_said_as_pflag_says_it() {
        let cases = [
            ("--nope", "unknown flag: --nope"),
            ("-x", "unknown shorthand flag: 'x' in -x"),
            ("-f", "flag needs an argument: 'f' in -f"),
            ("--output", "flag needs an argument: --output"),
            (
                "--port=x",
                "invalid argument \"x\" for \"--port\" flag: strconv.ParseInt: parsing \"x\": invalid syntax",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).expect_err(text), expected);
        }
    }
}
