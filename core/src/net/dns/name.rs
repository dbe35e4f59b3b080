//! Domain names as text, the way zone files write them: `web.default.svc.cluster.local.`, a dot within a label as `\.`
//! and bytes that are no printable ASCII as `\255`.
//!
//! Models `labels.go` and the packing of names in `msg.go` of `github.com/miekg/dns`.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The longest label and the longest name on the wire (RFC 1035).
const LABEL_MAX: usize = 63;
const NAME_MAX: usize = 255;

/// `name` with the dot that ends a complete name.
pub fn fqdn(name: &str) -> Cow<'_, str> {
    if is_fqdn(name) { Cow::Borrowed(name) } else { Cow::Owned(format!("{name}.")) }
}

/// Whether `name` ends in a dot that is not part of a label.
pub fn is_fqdn(name: &str) -> bool {
    name.strip_suffix('.').is_some_and(|rest| (rest.len() - rest.trim_end_matches('\\').len()) % 2 == 0)
}

/// The labels of `name`, the most specific first, as they are written. The root has none.
pub fn labels(name: &str) -> Labels<'_> {
    Labels { rest: if name == "." { "" } else { name } }
}

#[derive(Clone, Debug)]
pub struct Labels<'a> {
    rest: &'a str,
}

impl<'a> Labels<'a> {
    /// What the labels that are left were taken from.
    pub fn rest(&self) -> &'a str {
        self.rest
    }
}

impl<'a> Iterator for Labels<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let mut escaped = false;
        let dot = self.rest.bytes().position(|b| {
            let ends = b == b'.' && !escaped;
            escaped = b == b'\\' && !escaped;
            ends
        });
        let (label, rest) = match dot {
            Some(at) => (self.rest.get(..at), self.rest.get(at + 1..)),
            None => (Some(self.rest), None),
        };
        self.rest = rest.unwrap_or_default();
        label
    }
}

/// Whether `child` is `parent` or lies below it, whatever the case of their letters.
pub fn is_within(parent: &str, child: &str) -> bool {
    let above = labels(parent).count();
    let Some(skip) = labels(child).count().checked_sub(above) else { return false };
    labels(child).skip(skip).zip(labels(parent)).all(|(a, b)| a.eq_ignore_ascii_case(b))
}

/// What stands before `zone` in `name`, without the dot between them; empty where nothing does.
pub fn before_zone<'a>(name: &'a str, zone: &str) -> &'a str {
    let Some(own) = labels(name).count().checked_sub(labels(zone).count()) else { return "" };
    let mut rest = labels(name);
    (0..own).for_each(|_| {
        rest.next();
    });
    let zone = name.len() - rest.rest().len();
    zone.checked_sub(1).and_then(|dot| name.get(..dot)).unwrap_or_default()
}

/// Adds `name` to `out` in wire format. None where it is no name: an empty label, one that is too long, no dot at
/// its end. `compress` is asked, with the rest of the name at each label and the place it will have, for a place where
/// the same rest already stands.
pub fn write(out: &mut Vec<u8>, name: &str, mut seen: impl FnMut(&str, usize) -> Option<u16>) -> Option<()> {
    if !is_fqdn(name) {
        return None;
    }
    let (start, mut rest) = (out.len(), labels(name));
    loop {
        let here = rest.rest();
        let Some(label) = rest.next() else { break };
        if let Some(pointer) = seen(here, out.len()) {
            out.extend((pointer | 0xc000).to_be_bytes());
            return Some(());
        }
        let at = out.len();
        out.push(0);
        unescape(label, out);
        let len = out.len() - at - 1;
        if len == 0 || len > LABEL_MAX {
            return None;
        }
        *out.get_mut(at)? = u8::try_from(len).ok()?;
    }
    out.push(0);
    (out.len() - start <= NAME_MAX).then_some(())
}

/// Whether `name` can be written at all.
pub fn is_valid(name: &str) -> bool {
    write(&mut Vec::with_capacity(NAME_MAX), name, |_, _| None).is_some()
}

fn unescape(label: &str, out: &mut Vec<u8>) {
    let mut rest = label.as_bytes();
    while let [first, behind @ ..] = rest {
        (rest, _) = match (first, behind) {
            (b'\\', [a, b, c, behind @ ..]) if [a, b, c].iter().all(|d| d.is_ascii_digit()) => {
                let digits = [a, b, c].iter().fold(0u16, |n, d| n * 10 + u16::from(**d - b'0'));
                // Above 255 Go's byte wraps around.
                (behind, out.push(u8::try_from(digits % 256).unwrap_or(0)))
            }
            (b'\\', [literal, behind @ ..]) => (behind, out.push(*literal)),
            (b, behind) => (behind, out.push(*b)),
        };
    }
}

/// The name that begins at `at` in `message`, and where it ends there.
pub fn read(message: &[u8], at: usize) -> Option<(String, usize)> {
    /// So many pointers a name of legal length can have at most.
    const POINTERS: usize = 126;
    let (mut name, mut at, mut end) = (String::new(), at, None);
    let (mut budget, mut pointers) = (NAME_MAX, 0);
    loop {
        let len = *message.get(at)?;
        at += 1;
        match len & 0xc0 {
            0 if len == 0 => break,
            0 => {
                let label = message.get(at..at + usize::from(len))?;
                budget = budget.checked_sub(label.len() + 1).filter(|left| *left > 0)?;
                label.iter().for_each(|b| escape(*b, &mut name));
                name.push('.');
                at += label.len();
            }
            0xc0 => {
                let low = *message.get(at)?;
                end = end.or(Some(at + 1));
                pointers += 1;
                if pointers > POINTERS {
                    return None;
                }
                at = usize::from(u16::from_be_bytes([len & 0x3f, low]));
            }
            _ => return None,
        }
    }
    if name.is_empty() {
        name.push('.');
    }
    Some((name, end.unwrap_or(at)))
}

fn escape(byte: u8, out: &mut String) {
    match byte {
        b'.' | b' ' | b'\'' | b'@' | b';' | b'(' | b')' | b'"' | b'\\' => {
            out.push('\\');
            out.push(char::from(byte));
        }
        b'!'..=b'~' => out.push(char::from(byte)),
        _ => out.push_str(&format!("\\{byte:03}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(name: &str) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        write(&mut out, name, |_, _| None).map(|()| out)
    }

    #[test]
    fn names_are_written_and_read_back() {
        for name in [".", "a.", "web.default.svc.cluster.local.", r"a\.b.c.", r"\000\255x.", r"\\.", r"\@.a."]
        {
            let bytes = wire(name).expect(name);
            assert_eq!(read(&bytes, 0), Some((name.into(), bytes.len())), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = format!("{}.", "a".repeat(64));
        let longer = "abcdefg.".repeat(32);
        for name in ["", "a", "a..b.", ".a.", r"a\.", &long, &longer] {
            assert_eq!(wire(name), None, "{name}");
        }
        for bytes in [&[] as &[u8], &[1], &[1, b'a'], &[0x40, 0], &[0xc0], &[0xc0, 0], &[0xc0, 9]] {
            assert_eq!(read(bytes, 0), None, "{bytes:?}");
        }
    }

    #[test]
    fn names_lie_within_zones() {
        for (parent, child, within, before) in [
            ("cluster.local.", "cluster.local.", true, ""),
            ("cluster.local.", "svc.Cluster.LOCAL.", true, "svc"),
            ("cluster.local.", "a.b.cluster.local.", true, "a.b"),
            ("cluster.local.", "mycluster.local.", false, ""),
            ("cluster.local.", "local.", false, ""),
            ("cluster.local.", r"a\.cluster.local.", false, ""),
            (".", "a.", true, "a"),
        ] {
            assert_eq!(is_within(parent, child), within, "{child} in {parent}");
            if within {
                assert_eq!(before_zone(child, parent), before, "{child} in {parent}");
            }
        }
    }
}
