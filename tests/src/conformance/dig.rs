//! A DNS query and its answer as `dig +noedns +norecurse` asks and prints them.

use domain::base::iana::{Class, Rtype};
use domain::base::name::{Name, ParsedName, ToLabelIter};
use domain::base::rdata::ComposeRecordData;
use domain::base::record::ParsedRecord;
use domain::base::{Message, MessageBuilder};
use domain::rdata::AllRecordData;
use serde_json::{Value, json};
use std::net::Ipv6Addr;
use std::str::FromStr;

/// The number of the query: every message here is alone on its way.
const ID: u16 = 1;

/// The query in wire format; none if `name` is no domain name. A type that nobody knows is A.
pub fn query(name: &str, kind: &str) -> Option<Vec<u8>> {
    let escaped = |b: u8| if b.is_ascii_graphic() { char::from(b).to_string() } else { format!("\\{b:03}") };
    let name = Name::<Vec<u8>>::from_str(&name.bytes().map(escaped).collect::<String>()).ok()?;
    let kind = Rtype::from_str(&kind.to_ascii_uppercase()).unwrap_or(Rtype::A);
    let mut message = MessageBuilder::new_vec();
    message.header_mut().set_id(ID);
    let mut question = message.question();
    question.push((name, kind, Class::IN)).ok()?;
    Some(question.finish())
}

/// What was answered: the code, and the records in order of section, type, name and data. No answer, or one to something
/// else, is a time-out.
pub fn answer(query: &[u8], response: Option<&[u8]>) -> Value {
    printed(query, response).unwrap_or_else(timeout)
}

/// What is printed where nothing was answered.
pub fn timeout() -> Value {
    json!({"rcode": "TIMEOUT", "answers": []})
}

fn printed(query: &[u8], response: Option<&[u8]>) -> Option<Value> {
    let response = Message::from_octets(response?).ok()?;
    if !response.is_answer(&Message::from_octets(query).ok()?) {
        return None;
    }
    let (_, answer, authority, additional) = response.sections().ok()?;
    let mut records = Vec::new();
    for (section, found) in [("answer", answer), ("authority", authority), ("additional", additional)] {
        for record in found {
            let record = record.ok()?;
            let kind = record.rtype().to_string();
            records.push(((section, kind, name(&record.owner()), data(&record)?), record.ttl().as_secs()));
        }
    }
    records.sort();
    let printed = records.into_iter().map(|((section, kind, name, data), ttl)| {
        json!({"section": section, "name": name, "ttl": ttl, "type": kind, "data": data})
    });
    Some(json!({"rcode": response.header().rcode().to_string(), "answers": printed.collect::<Vec<_>>()}))
}

fn data(record: &ParsedRecord<'_, &[u8]>) -> Option<String> {
    let known = record.to_any_record::<AllRecordData<&[u8], ParsedName<&[u8]>>>().ok()?;
    Some(match known.data() {
        AllRecordData::A(a) => a.addr().to_string(),
        AllRecordData::Aaaa(a) => address(a.addr()),
        AllRecordData::Cname(c) => name(c.cname()),
        AllRecordData::Ns(n) => name(n.nsdname()),
        AllRecordData::Ptr(p) => name(p.ptrdname()),
        AllRecordData::Mx(m) => format!("{} {}", m.preference(), name(m.exchange())),
        AllRecordData::Srv(s) => format!("{} {} {} {}", s.priority(), s.weight(), s.port(), name(s.target())),
        AllRecordData::Txt(t) => t.iter().map(quoted).collect::<Vec<_>>().join(" "),
        AllRecordData::Soa(_) => "$soa".to_owned(),
        other => unknown(other)?,
    })
}

fn name(name: &impl ToLabelIter) -> String {
    let labels = name.iter_labels().filter(|label| !label.is_root());
    let text = labels.map(|label| label.as_slice().iter().map(|b| in_name(*b)).collect::<String>() + ".");
    let text = text.collect::<String>();
    if text.is_empty() { ".".to_owned() } else { text }
}

fn in_name(byte: u8) -> String {
    match byte {
        b'"' | b'(' | b')' | b'.' | b';' | b'\\' | b'@' | b'$' => format!("\\{}", char::from(byte)),
        b'!'..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03}"),
    }
}

fn quoted(text: &[u8]) -> String {
    let byte = |byte: &u8| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(*byte)),
        b' '..=b'~' => char::from(*byte).to_string(),
        _ => format!("\\{byte:03}"),
    };
    format!("\"{}\"", text.iter().map(byte).collect::<String>())
}

/// As BIND prints it: also an address that is compatible with IPv4 shows it.
fn address(address: Ipv6Addr) -> String {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => address.to_string(),
        [0, 0, 0, 0, 0, 0, _, _] => address.to_ipv4().map_or_else(String::new, |v4| format!("::{v4}")),
        _ => address.to_string(),
    }
}

/// Of a type without a format of its own (RFC 3597).
fn unknown(data: &impl ComposeRecordData) -> Option<String> {
    let mut bytes = Vec::new();
    data.compose_rdata(&mut bytes).ok()?;
    let hex = bytes.iter().map(|b| format!("{b:02X}")).collect::<String>();
    Some(format!("\\# {} {hex}", bytes.len()).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a server said to `dig -q 'we\032b.x' -t A`, and below what dig printed.
    const RESPONSE: &str = "\
        287984000001000e0001000104776520620178000001000103612e620363206403655c660640243b222829062a5f00\
        ff7e7f0357656200000100010000001e00040a00000103776562017800000100010000000500040a00000203776562\
        017800001c00010000001e0010fd000000000000000000000100000000027634017800001c00010000001e00100000\
        0000000000000000ffff0102030403763463017800001c00010000001e001000000000000000000000000001020304\
        03776562017800000500010000001e001f03612e620363206403655c660640243b222829062a5f00ff7e7f03576562\
        000173017800002100010000001e00190000002100500141016207436c7573746572054c6f63616c00017800000200\
        010000001e0001000170017800000c00010000001e0003017100016d017800000f00010000001e0008000a046d6169\
        6c0001740178000010000100007080000605312e312e3001740178000010000100007080000d066122625c3b630004\
        ff092024017501780003e700010000001e00030102ff017501780003e700010000001e000001780000060001000000\
        1e001f026e7301780001680178000000000100000002000000030000000400000005017a0178000001000100000000\
        000401020304";

    const PRINTED: &str = r#"
answer A a\.b.c\032d.e\\f.\@\$\;\"\(\).*_\000\255~\127.Web. 30 10.0.0.1
answer A web.x. 5 10.0.0.2
answer AAAA v4.x. 30 ::ffff:1.2.3.4
answer AAAA v4c.x. 30 ::1.2.3.4
answer AAAA web.x. 30 fd00::1:0:0
answer CNAME web.x. 30 a\.b.c\032d.e\\f.\@\$\;\"\(\).*_\000\255~\127.Web.
answer MX m.x. 30 10 mail.
answer NS x. 30 .
answer PTR p.x. 30 q.
answer SRV s.x. 30 0 33 80 A.b.Cluster.Local.
answer TXT t.x. 28800 "1.1.0"
answer TXT t.x. 28800 "a\"b\\;c" "" "\255\009 $"
answer TYPE999 u.x. 30 \# 0
answer TYPE999 u.x. 30 \# 3 0102FF
authority SOA x. 30 $soa
additional A z.x. 0 1.2.3.4
"#;

    fn response() -> Vec<u8> {
        let byte = |i: usize| u8::from_str_radix(&RESPONSE[i..i + 2], 16).unwrap();
        let mut bytes = (0..RESPONSE.len()).step_by(2).map(byte).collect::<Vec<_>>();
        bytes[..2].copy_from_slice(&ID.to_be_bytes());
        bytes
    }

    #[test]
    fn records_are_printed_as_dig_prints_them() {
        let printed = answer(&query("we\\032b.x", "a").unwrap(), Some(&response()));
        let line = |a: &Value| {
            let text = |key: &str| a[key].as_str().unwrap().to_owned();
            format!("{} {} {} {} {}", text("section"), text("type"), text("name"), a["ttl"], text("data"))
        };
        let mut lines = PRINTED.trim().lines().map(str::to_owned).collect::<Vec<_>>();
        let found = printed["answers"].as_array().unwrap().iter().map(line).collect::<Vec<_>>();
        assert_eq!(printed["rcode"], "NOERROR");
        let in_order =
            |l: &String| (l.split(' ').next() != Some("additional"), l.split(' ').next() != Some("answer"));
        lines.sort_by_key(in_order);
        assert_eq!(found, lines);
    }

    #[test]
    fn an_answer_to_something_else_is_none() {
        let asked = query("we\\032b.x.", "A").unwrap();
        assert_eq!(answer(&asked, Some(&response()))["rcode"], "NOERROR");
        for (query, response) in [
            (&asked, None),
            (&asked, Some(&response()[..40])),
            (&asked, Some(&asked[..])),
            (&query("web.x", "A").unwrap(), Some(&response()[..])),
            (&query("we\\032b.x", "AAAA").unwrap(), Some(&response()[..])),
        ] {
            assert_eq!(answer(query, response), timeout());
        }
    }

    #[test]
    fn a_query_is_what_dig_sends() {
        let question = |name, kind| query(name, kind).map(|q| q[12..].to_vec());
        assert_eq!(question("*.é.", "type999").unwrap(), b"\x01*\x02\xc3\xa9\0\x03\xe7\0\x01");
        assert_eq!(question("\\*\\.a", "no-such").unwrap(), b"\x03*.a\0\0\x01\0\x01");
        assert_eq!(question("a..b", "A"), None);
        assert_eq!(query("x", "A").unwrap()[..12], [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    }
}
