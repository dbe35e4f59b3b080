//! DNS messages as bytes (RFC 1035, RFC 6891): what a query may look like, and how an answer is made to fit.
//!
//! Models `server.go`, `msg.go` and `msg_truncate.go` of `github.com/miekg/dns`, and the parts of CoreDNS between the
//! socket and the plugins.

use super::name;
use super::record::{Answer, Data, Rcode, Record, Type};
use crate::base::ip::Family;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// How a query came, which decides how long its answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Tcp,
    Udp(Family),
}

/// The answer to the message `query`, for which `lookup` is asked; none where the server keeps silent, as it does to
/// what is no query at all.
pub fn answer(
    query: &[u8],
    transport: Transport,
    lookup: impl FnOnce(&str, Type) -> Option<Answer>,
) -> Option<Vec<u8>> {
    let header = Header::read(query)?;
    if header.flags & RESPONSE != 0 {
        return None;
    }
    let refused = |rcode, opcode| {
        let flags = (header.flags & !(OPCODE | AUTHORITATIVE | ZERO | RCODE)) | opcode | RESPONSE;
        Reply { id: header.id, flags, rcode, ..Reply::default() }
    };
    if !matches!(header.flags & OPCODE, QUERY | NOTIFY) {
        return refused(Rcode::NotImp, header.flags & OPCODE).write(usize::MAX, false);
    }
    if !header.is_acceptable() {
        return refused(Rcode::FormErr, 0).write(usize::MAX, false);
    }
    let mut message = Message { bytes: query, at: HEADER };
    let malformed = |question| Reply { question, ..refused(Rcode::FormErr, 0) }.write(usize::MAX, false);
    let Ok(question) = message.question() else { return malformed(None) };
    let Ok(edns) = message.edns(&header) else { return malformed(question) };
    let echoed =
        OPCODE | if header.flags & OPCODE == QUERY { RECURSION_DESIRED | CHECKING_DISABLED } else { 0 };
    let reply =
        Reply { id: header.id, flags: RESPONSE | header.flags & echoed, question, ..Reply::default() };
    let size = match (transport, &edns) {
        (Transport::Tcp, _) => usize::from(u16::MAX),
        (Transport::Udp(_), Some(edns)) => usize::from(edns.size).max(SIZE_MIN),
        (Transport::Udp(_), None) => SIZE_MIN,
    };
    let error = |rcode| Answer { rcode, ..Answer::default() };
    let answer = match &reply.question {
        None => error(Rcode::ServFail),
        Some(q) if q.class != INTERNET => error(Rcode::Refused),
        Some(_) if edns.as_ref().is_some_and(|e| e.version != 0) => {
            let edns = Some(Edns::default());
            return Reply { rcode: Rcode::BadVers, edns, ..reply }.write(usize::MAX, false);
        }
        Some(q) => lookup(&q.name, q.kind)?,
    };
    let flags = reply.flags | if answer.authoritative { AUTHORITATIVE } else { 0 };
    let edns = edns.map(|e| Edns { flags: e.flags & 0xff00, version: 0, ..e });
    let sections = [answer.answers, answer.authority, answer.additional];
    Reply { flags, rcode: answer.rcode, sections, edns, ..reply }.fitting(size, transport)
}

const HEADER: usize = 12;
/// Every client takes so much by UDP.
const SIZE_MIN: usize = 512;
const INTERNET: u16 = 1;

const RESPONSE: u16 = 1 << 15;
const OPCODE: u16 = 0xf << 11;
const QUERY: u16 = 0;
const NOTIFY: u16 = 4 << 11;
const AUTHORITATIVE: u16 = 1 << 10;
const TRUNCATED: u16 = 1 << 9;
const RECURSION_DESIRED: u16 = 1 << 8;
const ZERO: u16 = 1 << 6;
const CHECKING_DISABLED: u16 = 1 << 4;
const RCODE: u16 = 0xf;

struct Header {
    id: u16,
    flags: u16,
    /// Questions, answers, authorities, additional records.
    counts: [u16; 4],
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Header> {
        let mut words = bytes.get(..HEADER)?.chunks_exact(2);
        let mut word = || words.next().and_then(|w| w.try_into().ok()).map(u16::from_be_bytes);
        Some(Header { id: word()?, flags: word()?, counts: [word()?, word()?, word()?, word()?] })
    }

    /// Models `defaultMsgAcceptFunc`.
    fn is_acceptable(&self) -> bool {
        let [questions, answers, authorities, additional] = self.counts;
        questions == 1 && answers <= 1 && authorities <= 1 && additional <= 2
    }
}

#[derive(Clone, Debug)]
struct Question {
    name: String,
    kind: Type,
    class: u16,
}

/// What the OPT record says.
#[derive(Clone, Debug, Default)]
struct Edns {
    size: u16,
    version: u8,
    flags: u16,
    /// Codes and values; only those that a server is allowed to send back.
    options: Vec<(u16, Vec<u8>)>,
}

/// NSID, EXPIRE, COOKIE, TCP-KEEPALIVE and PADDING.
const OPTIONS: [u16; 5] = [3, 9, 10, 11, 12];

/// Bytes that are being read.
struct Message<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The bytes end early, or are none of what they should be.
struct Malformed;

impl<'a> Message<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let taken = self.bytes.get(self.at..).and_then(|rest| rest.get(..len)).ok_or(Malformed)?;
        self.at += len;
        Ok(taken)
    }

    fn word(&mut self) -> Result<u16, Malformed> {
        self.take(2)?.try_into().map(u16::from_be_bytes).map_err(|_| Malformed)
    }

    fn name(&mut self) -> Result<String, Malformed> {
        let (name, end) = name::read(self.bytes, self.at).ok_or(Malformed)?;
        self.at = end;
        Ok(name)
    }

    fn is_over(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The question; none where the message ends before it. Type and class may be missing.
    fn question(&mut self) -> Result<Option<Question>, Malformed> {
        if self.is_over() {
            return Ok(None);
        }
        let name = self.name()?;
        let kind = Type(if self.is_over() { 0 } else { self.word()? });
        let class = if self.is_over() { 0 } else { self.word()? };
        Ok(Some(Question { name, kind, class }))
    }

    /// The last OPT record among those behind the question.
    fn edns(&mut self, header: &Header) -> Result<Option<Edns>, Malformed> {
        let [_, answers, authorities, additional] = header.counts;
        let mut edns = None;
        for i in 0..answers + authorities + additional {
            // Counts that promise more than there is do no harm.
            if self.is_over() {
                break;
            }
            let found = self.record()?;
            if i >= answers + authorities {
                edns = found.or(edns);
            }
        }
        Ok(edns)
    }

    /// Skips a record; answers what it says if it is an OPT record.
    fn record(&mut self) -> Result<Option<Edns>, Malformed> {
        self.name()?;
        let (kind, size) = (Type(self.word()?), self.word()?);
        let [_, version] = self.word()?.to_be_bytes();
        let flags = self.word()?;
        let len = self.word()?;
        let mut data = Message { bytes: self.take(usize::from(len))?, at: 0 };
        if kind != Type::OPT {
            return Ok(None);
        }
        let mut options = Vec::new();
        while !data.is_over() {
            let (code, len) = (data.word()?, data.word()?);
            let value = data.take(usize::from(len))?;
            if !is_option(code, value) {
                return Err(Malformed);
            }
            if OPTIONS.contains(&code) {
                options.push((code, value.to_vec()));
            }
        }
        Ok(Some(Edns { size, version, flags, options }))
    }
}

/// Whether an option may have that value.
fn is_option(code: u16, value: &[u8]) -> bool {
    match (code, value) {
        // LLQ, UPDATE-LEASE
        (1, v) => v.len() >= 18,
        (2, v) => matches!(v.len(), 4 | 8),
        // CLIENT-SUBNET: family, and how much of an address counts
        (8, [0, 0, 0, ..]) => value.len() >= 4,
        (8, [0, 1, source, scope, ..]) => *source <= 32 && *scope <= 32,
        (8, [0, 2, source, scope, ..]) => *source <= 128 && *scope <= 128,
        (8, _) => false,
        // EXPIRE, TCP-KEEPALIVE, extended errors
        (9, v) => v.is_empty() || v.len() >= 4,
        (11, v) => matches!(v.len(), 0 | 2),
        (15, v) => v.len() >= 2,
        _ => true,
    }
}

/// A message to be sent.
#[derive(Clone, Debug, Default)]
struct Reply {
    id: u16,
    flags: u16,
    rcode: Rcode,
    question: Option<Question>,
    /// Answers, authorities, additional records.
    sections: [Vec<Record>; 3],
    edns: Option<Edns>,
}

impl Reply {
    /// The message within `size` bytes: as it is, or with compressed names, or without the records that are too many.
    fn fitting(&self, size: usize, transport: Transport) -> Option<Vec<u8>> {
        // Larger packets would be sent in fragments.
        let whole = match transport {
            Transport::Tcp => usize::MAX,
            Transport::Udp(Family::IPv4) => 1480,
            Transport::Udp(Family::IPv6) => 1220,
        };
        match self.write(usize::MAX, false)? {
            plain if plain.len() <= size.min(whole) => Some(plain),
            _ => self.write(size, true),
        }
    }

    fn write(&self, size: usize, compress: bool) -> Option<Vec<u8>> {
        let mut out = Writer { bytes: Vec::with_capacity(SIZE_MIN), seen: compress.then(BTreeMap::new) };
        let edns = self.edns.as_ref().map(|e| e.bytes(self.rcode)).unwrap_or_default();
        out.bytes.resize(HEADER, 0);
        if let Some(q) = &self.question {
            out.name(&q.name, true)?;
            out.word(q.kind.0);
            out.word(q.class);
        }
        let size = size.saturating_sub(edns.len());
        let (mut counts, mut truncated) = ([0u16; 3], false);
        for (records, count) in self.sections.iter().zip(&mut counts) {
            for record in records {
                let end = out.bytes.len();
                truncated |= end >= size;
                if !truncated {
                    out.record(record)?;
                    truncated = out.bytes.len() > size;
                }
                if truncated {
                    out.bytes.truncate(end);
                    break;
                }
                *count += 1;
            }
        }
        out.bytes.extend(&edns);
        let [answers, authorities, additional] = counts;
        let flags = self.flags | (self.rcode.code() & RCODE) | if truncated { TRUNCATED } else { 0 };
        let (question, opt) = (u16::from(self.question.is_some()), u16::from(!edns.is_empty()));
        let header = [self.id, flags, question, answers, authorities, additional + opt];
        let head = header.iter().flat_map(|w| w.to_be_bytes());
        out.bytes.iter_mut().zip(head).for_each(|(byte, h)| *byte = h);
        Some(out.bytes)
    }
}

impl Edns {
    fn bytes(&self, rcode: Rcode) -> Vec<u8> {
        let mut out = Writer { bytes: Vec::new(), seen: None };
        out.bytes.push(0);
        out.word(Type::OPT.0);
        out.word(self.size);
        out.word(((rcode.code() >> 4) << 8) | u16::from(self.version));
        out.word(self.flags);
        let data = self.options.iter().map(|(_, value)| 4 + value.len()).sum::<usize>();
        out.word(u16::try_from(data).unwrap_or(u16::MAX));
        for (code, value) in &self.options {
            out.word(*code);
            out.word(u16::try_from(value.len()).unwrap_or(u16::MAX));
            out.bytes.extend(value);
        }
        out.bytes
    }
}

struct Writer {
    bytes: Vec<u8>,
    /// Where the ends of names already stand; none where names are written in full.
    seen: Option<BTreeMap<String, u16>>,
}

impl Writer {
    fn word(&mut self, word: u16) {
        self.bytes.extend(word.to_be_bytes());
    }

    fn long(&mut self, long: u32) {
        self.bytes.extend(long.to_be_bytes());
    }

    /// A name; one that may not be shortened itself can still shorten later ones.
    fn name(&mut self, text: &str, may_shorten: bool) -> Option<()> {
        /// A pointer has 14 bits.
        const REACH: u16 = 1 << 14;
        let Some(seen) = &mut self.seen else { return name::write(&mut self.bytes, text, |_, _| None) };
        name::write(&mut self.bytes, text, |rest, at| {
            let known = seen.get(rest).copied();
            if known.is_none()
                && let Some(at) = u16::try_from(at).ok().filter(|at| *at < REACH)
            {
                seen.insert(rest.into(), at);
            }
            known.filter(|_| may_shorten)
        })
    }

    fn record(&mut self, record: &Record) -> Option<()> {
        self.name(&record.name, true)?;
        self.word(record.data.kind().0);
        self.word(INTERNET);
        self.long(record.ttl);
        let at = self.bytes.len();
        self.word(0);
        match &record.data {
            Data::A(ip) => self.bytes.extend(ip.octets()),
            Data::Aaaa(ip) => self.bytes.extend(ip.octets()),
            Data::Cname(name) | Data::Ns(name) | Data::Ptr(name) => self.name(name, true)?,
            Data::Srv { priority, weight, port, target } => {
                [priority, weight, port].into_iter().for_each(|w| self.word(*w));
                self.name(target, false)?;
            }
            Data::Soa { ns, mailbox, serial, refresh, retry, expire, minimum } => {
                self.name(ns, true)?;
                self.name(mailbox, true)?;
                [serial, refresh, retry, expire, minimum].into_iter().for_each(|l| self.long(*l));
            }
            Data::Txt(text) => {
                self.bytes.push(u8::try_from(text.len()).ok()?);
                self.bytes.extend(text.as_bytes());
            }
        }
        let len = u16::try_from(self.bytes.len() - at - 2).ok()?;
        self.bytes.iter_mut().skip(at).zip(len.to_be_bytes()).for_each(|(byte, l)| *byte = l);
        Some(())
    }
}
