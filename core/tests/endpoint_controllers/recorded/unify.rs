//! Recorded values against real ones: `$uid3` stands for whatever it stood for first.

use std::collections::BTreeMap;
use svcscope_core::base::{Instant, Value, json};

/// What variables stand for.
#[derive(Clone)]
pub struct Variables {
    values: BTreeMap<String, String>,
    /// What was not recorded.
    dropped: Vec<String>,
}

impl Variables {
    /// No variables yet; the fields `dropped` were left out of the recording.
    pub fn new(dropped: &[&str]) -> Variables {
        Variables { values: BTreeMap::new(), dropped: dropped.iter().map(|d| (*d).to_owned()).collect() }
    }

    /// A text with the values of its variables.
    pub fn filled(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in self.values.iter().rev() {
            text = text.replace(name.as_str(), value);
        }
        text
    }

    /// A recorded object with values for its variables: those they have, or made-up ones. `$time` is what stands in the
    /// same place of one of `others`, else `now`.
    pub fn object(&mut self, recorded: &Value, others: &[&Value], now: Instant) -> Value {
        match recorded {
            Value::Map(map) => {
                Value::map(map.iter().filter(|(key, _)| *key != "resourceVersion").map(|(key, value)| {
                    let others = others.iter().map(|o| o.get(key)).collect::<Vec<_>>();
                    (key.clone(), self.object(value, &others, now))
                }))
            }
            Value::List(list) => Value::list(list.iter().enumerate().map(|(i, value)| {
                let others = others.iter().map(|o| o.items().get(i).unwrap_or(&Value::Null));
                self.object(value, &others.collect::<Vec<_>>(), now)
            })),
            Value::Text(text) if text.as_str() == "$time" => {
                let there = others.iter().find(|o| o.as_text().is_some());
                there.map_or_else(|| now.rfc3339().into(), |t| (*t).clone())
            }
            Value::Text(text) => match text.strip_prefix("$nodePort").and_then(|n| n.parse::<i64>().ok()) {
                Some(n) => Value::Int(30_000 + n),
                None => {
                    self.make_up(text);
                    self.filled(text).into()
                }
            },
            other => other.clone(),
        }
    }

    fn make_up(&mut self, text: &str) {
        for (kind, value) in
            [("$uid", "00000000-0000-4000-8000-00000000"), ("$clusterIP", "10.96.7."), ("$name", "")]
        {
            let Some(n) = text.split_once(kind).map(|(_, rest)| rest) else { continue };
            let n = n.chars().take_while(char::is_ascii_digit).collect::<String>();
            let suffix = if kind == "$uid" { format!("{n:0>4}") } else { n.clone() };
            self.values.entry(format!("{kind}{n}")).or_insert_with(|| format!("{value}{suffix}"));
        }
    }

    /// Whether `actual` is what was recorded; variables that stand for nothing yet stand for what they find.
    pub fn unify(&mut self, recorded: &Value, actual: &Value, at: &str) -> Result<(), String> {
        let differs = || {
            let (recorded, actual) = (json::to_string(recorded), json::to_string(actual));
            Err(format!("{at}\n  recorded: {recorded}\n  actual:   {actual}"))
        };
        match (recorded, actual) {
            (Value::Map(r), Value::Map(a)) => {
                let missing =
                    a.keys().find(|key| !r.contains(key) && !self.dropped.iter().any(|d| *d == key.as_str()));
                if let Some(key) = missing {
                    return Err(format!("{at}: {key} should not be there: {}", json::to_string(actual)));
                }
                r.iter().try_for_each(|(key, value)| {
                    let at = format!("{at}.{key}");
                    match key.as_str() {
                        "resourceVersion" => self.revision(value, actual, r.get("uid"), &at),
                        _ if value.is_null() && a.get(key).is_none() => Err(format!("{at} should be null")),
                        _ => self.unify(value, actual.get(key), &at),
                    }
                })
            }
            (Value::List(r), Value::List(a)) if r.len() != a.len() => differs(),
            (Value::List(r), Value::List(a))
                if ["items", "endpoints", "subsets"].iter().any(|l| at.ends_with(l)) =>
            {
                self.unify_unordered(r, a, at)
            }
            (Value::List(r), Value::List(a)) => r
                .iter()
                .zip(a.iter())
                .enumerate()
                .try_for_each(|(i, (r, a))| self.unify(r, a, &format!("{at}[{i}]"))),
            (Value::Text(r), Value::Text(a)) if r.contains('$') => {
                if self.text(r, a) {
                    Ok(())
                } else {
                    differs()
                }
            }
            (r, a) if r == a => Ok(()),
            _ => differs(),
        }
    }

    /// Items that come in no order: each is to be found.
    fn unify_unordered(&mut self, recorded: &[Value], actual: &[Value], at: &str) -> Result<(), String> {
        let Some((first, others)) = recorded.split_first() else { return Ok(()) };
        let mut why = format!(
            "{at}: found no {} among {}",
            json::to_string(first),
            json::to_string(&Value::list(actual.to_vec()))
        );
        for i in 0..actual.len() {
            let mut tried = self.clone();
            let mut left = actual.to_vec();
            let candidate = left.remove(i);
            let result = tried.unify(first, &candidate, &format!("{at}[]"));
            match result.and_then(|()| tried.unify_unordered(others, &left, at)) {
                Ok(()) => {
                    *self = tried;
                    return Ok(());
                }
                Err(e) if actual.len() == 1 => why = e,
                Err(_) => {}
            }
        }
        Err(why)
    }

    fn text(&mut self, recorded: &str, actual: &str) -> bool {
        if recorded == "$time" {
            return Instant::parse(actual).is_some();
        }
        let start = recorded.find('$').expect("a variable");
        let name = recorded[start + 1..].find(|c: char| !c.is_ascii_alphanumeric());
        let end = name.map_or(recorded.len(), |n| start + 1 + n);
        let (name, behind) = (&recorded[start..end], &recorded[end..]);
        let inner = actual.strip_prefix(&recorded[..start]).and_then(|a| a.strip_suffix(behind));
        let Some(inner) = inner else { return false };
        match self.values.get(name) {
            Some(known) => known == inner,
            None if self.values.values().any(|v| v == inner) => false,
            None => {
                self.values.insert(name.into(), inner.into());
                true
            }
        }
    }

    /// Revisions count within one object: the same where nothing was written, another where something was.
    fn revision(
        &mut self,
        recorded: &Value,
        object: &Value,
        uid: Option<&Value>,
        at: &str,
    ) -> Result<(), String> {
        let Some(uid) = uid else { return Ok(()) };
        let name = format!("{}{}", uid.str(), recorded.str());
        let actual = format!("{}@{}", uid.str(), object.get("resourceVersion").str());
        match self.values.get(&name) {
            Some(known) if *known == actual => Ok(()),
            Some(_) => Err(format!("{at}: was written though nothing should be")),
            None if self.values.values().any(|v| *v == actual) => {
                Err(format!("{at}: was not written though it should be"))
            }
            None => {
                self.values.insert(name, actual);
                Ok(())
            }
        }
    }
}
