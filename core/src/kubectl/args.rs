//! The words after `kubectl`: flags wherever they stand, with their values, and the rest.
//!
//! Models `github.com/spf13/pflag` as kubectl uses it.

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
}

pub const fn value(name: &'static str, short: &'static str) -> Flag {
    Flag { name, short, alone: None }
}

pub const fn switch(name: &'static str, short: &'static str) -> Flag {
    Flag { name, short, alone: Some("true") }
}

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
    switch("insecure-skip-tls-verify", ""),
    switch("match-server-version", ""),
    switch("warnings-as-errors", ""),
];

/// What was given.
#[derive(Clone, Debug, Default)]
pub struct Args {
    pub words: Vec<String>,
    flags: Vec<(&'static str, String)>,
}

impl Args {
    pub fn parse(args: &[String], known: &[Flag]) -> Result<Args, String> {
        let mut out = Args::default();
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            if arg == "--" {
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
        known: &[Flag],
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
        if flag.alone == Some("true") && parse_bool(&value).is_none() {
            let problem = format!("strconv.ParseBool: parsing \"{value}\": invalid syntax");
            return Err(format!("invalid argument \"{value}\" for \"{}\" flag: {problem}", shown(flag)));
        }
        self.flags.push((flag.name, value));
        Ok(())
    }

    /// Letters behind one dash: switches, and at most one flag with a value, which takes the rest.
    fn short<'a>(
        &mut self,
        letters: &str,
        known: &[Flag],
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), String> {
        let mut left = letters;
        while let Some(letter) = left.chars().next() {
            let unknown = || format!("unknown shorthand flag: '{letter}' in -{left}");
            let mut named = all(known);
            let flag = named.find(|f| f.short.chars().eq([letter])).ok_or_else(unknown)?;
            let behind = left.get(letter.len_utf8()..).unwrap_or_default();
            if let Some(given) = behind.strip_prefix('=') {
                self.flags.push((flag.name, given.to_string()));
                return Ok(());
            }
            match flag.alone {
                Some(alone) => self.flags.push((flag.name, alone.to_string())),
                None if !behind.is_empty() => {
                    self.flags.push((flag.name, behind.to_string()));
                    return Ok(());
                }
                None => {
                    let missing = || format!("flag needs an argument: '{letter}' in -{left}");
                    self.flags.push((flag.name, rest.next().cloned().ok_or_else(missing)?));
                    return Ok(());
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

    /// Of a flag that may be given several times, each with several values.
    pub fn each<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |(n, _)| *n == name).flat_map(|(_, v)| v.split(','))
    }
}

fn all(known: &[Flag]) -> impl Iterator<Item = &Flag> {
    known.iter().chain(GLOBAL)
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

    const FLAGS: &[Flag] = &[value("output", "o"), switch("all-namespaces", "A"), value("filename", "f")];

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
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).expect_err(text), expected);
        }
    }
}
