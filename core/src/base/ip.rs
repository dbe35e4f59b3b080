//! Addresses and ranges: as lenient as old fields are, as strict as new ones.
//!
//! Models `k8s.io/utils/net` (the sloppy parsers), Go's `net/netip`, and `pkg/util/validation/ip.go`.

use super::field::{Error, Errors, invalid};
use super::path::Path;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 or IPv6: what `ipFamilies` and `addressType` name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    IPv4,
    IPv6,
}

impl Family {
    pub fn of(ip: IpAddr) -> Family {
        if ip.is_ipv4() { Family::IPv4 } else { Family::IPv6 }
    }

    pub fn name(self) -> &'static str {
        match self {
            Family::IPv4 => "IPv4",
            Family::IPv6 => "IPv6",
        }
    }

    pub fn other(self) -> Family {
        match self {
            Family::IPv4 => Family::IPv6,
            Family::IPv6 => Family::IPv4,
        }
    }

    /// Bits of an address.
    pub fn bits(self) -> u8 {
        match self {
            Family::IPv4 => 32,
            Family::IPv6 => 128,
        }
    }

    pub fn parse(s: &str) -> Option<Family> {
        [Family::IPv4, Family::IPv6].into_iter().find(|f| f.name() == s)
    }
}

/// The address that `s` writes, leading zeros allowed and IPv4 in IPv6 taken for IPv4.
///
/// Models `netutils.ParseIPSloppy`.
pub fn parse_sloppy(s: &str) -> Option<IpAddr> {
    if s.contains(':') { parse_v6(s).map(unmapped) } else { parse_v4_sloppy(s).map(IpAddr::V4) }
}

/// The address that `s` writes by the strict rules of `netip.ParseAddr`, but without zones.
pub fn parse(s: &str) -> Option<IpAddr> {
    if s.contains(':') { s.parse().ok().map(IpAddr::V6) } else { s.parse().ok().map(IpAddr::V4) }
}

fn parse_v4_sloppy(s: &str) -> Option<Ipv4Addr> {
    let mut octets = [0u8; 4];
    let mut parts = s.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let digits = part.trim_start_matches('0');
        *octet = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// IPv6, with leading zeros in an IPv4 tail.
fn parse_v6(s: &str) -> Option<Ipv6Addr> {
    match s.rsplit_once(':') {
        Some((head, tail)) if tail.contains('.') => format!("{head}:{}", parse_v4_sloppy(tail)?).parse().ok(),
        _ => s.parse().ok(),
    }
}

fn unmapped(ip: Ipv6Addr) -> IpAddr {
    ip.to_ipv4_mapped().map_or(IpAddr::V6(ip), IpAddr::V4)
}

/// A range of addresses: an address and how many of its first bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr {
    address: IpAddr,
    bits: u8,
}

impl Cidr {
    /// The range that holds `address`; none where there are not so many bits.
    pub fn new(address: IpAddr, bits: u8) -> Option<Cidr> {
        (bits <= Family::of(address).bits()).then(|| Cidr { address, bits }.masked())
    }

    /// The range that `s` writes, as leniently as `netutils.ParseCIDRSloppy`, and the address before the slash.
    pub fn parse_sloppy(s: &str) -> Option<(IpAddr, Cidr)> {
        let (ip, bits) = s.split_once('/')?;
        let address = parse_sloppy(ip)?;
        if bits.is_empty() || bits.len() > 3 || !bits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        // The prefix of an address written as IPv6 counts 128 bits, also where it stands for IPv4.
        let (mut bits, mapped) = (bits.parse::<u8>().ok()?, ip.contains(':') && address.is_ipv4());
        if mapped {
            bits = bits.checked_sub(96)?;
        }
        Cidr::new(address, bits).map(|cidr| (address, cidr))
    }

    /// The range that `s` writes, host bits cut off.
    pub fn parse(s: &str) -> Option<Cidr> {
        Cidr::parse_sloppy(s).map(|(_, cidr)| cidr)
    }

    fn masked(self) -> Cidr {
        Cidr { address: from_number(self.family(), number(self.address) & self.mask()), bits: self.bits }
    }

    fn mask(self) -> u128 {
        let free = u32::from(self.family().bits() - self.bits);
        u128::MAX.checked_shl(free).unwrap_or(0)
    }

    pub fn family(self) -> Family {
        Family::of(self.address)
    }

    pub fn bits(self) -> u8 {
        self.bits
    }

    /// The first address.
    pub fn first(self) -> IpAddr {
        self.address
    }

    /// The last address.
    pub fn last(self) -> IpAddr {
        let all = if self.family() == Family::IPv4 { u128::from(u32::MAX) } else { u128::MAX };
        from_number(self.family(), (number(self.address) | !self.mask()) & all)
    }

    /// How many addresses it has, as far as 128 bits can count.
    pub fn size(self) -> u128 {
        1u128.checked_shl(u32::from(self.family().bits() - self.bits)).unwrap_or(u128::MAX)
    }

    /// The address `n` places behind the first.
    pub fn nth(self, n: u128) -> Option<IpAddr> {
        (n < self.size()).then(|| from_number(self.family(), number(self.address).wrapping_add(n)))
    }

    pub fn contains(self, ip: IpAddr) -> bool {
        Family::of(ip) == self.family() && number(ip) & self.mask() == number(self.address)
    }

    /// How far `ip` is from the first address; none where it is not within.
    pub fn offset(self, ip: IpAddr) -> Option<u128> {
        self.contains(ip).then(|| number(ip).wrapping_sub(number(self.address)))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

fn number(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => u32::from(ip).into(),
        IpAddr::V6(ip) => ip.into(),
    }
}

fn from_number(family: Family, n: u128) -> IpAddr {
    match family {
        Family::IPv4 => IpAddr::V4(Ipv4Addr::from(u32::try_from(n & u128::from(u32::MAX)).unwrap_or(0))),
        Family::IPv6 => IpAddr::V6(Ipv6Addr::from(n)),
    }
}

// ---- validation

/// An address in a field from the time when leading zeros were allowed: strict, but for what `old` already had.
pub fn check_legacy(path: &Path<'_>, value: &str, old: &[&str]) -> Errors {
    if old.contains(&value) { Errors::new() } else { check_strict(path, value) }
}

fn check_strict(path: &Path<'_>, value: &str) -> Errors {
    if parse_sloppy(value).is_none() {
        let detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        return [invalid(path, value, detail)].into();
    }
    match parse(value) {
        None => [invalid(path, value, "must not have leading 0s")].into(),
        Some(ip) if is_mapped(ip) => [invalid(path, value, "must not be an IPv4-mapped IPv6 address")].into(),
        Some(_) => Errors::new(),
    }
}

/// An address in a new field: strict and in its canonical spelling.
pub fn check(path: &Path<'_>, value: &str) -> Errors {
    let errors = check_strict(path, value);
    match parse_sloppy(value) {
        Some(ip) if errors.is_empty() => canonical(path, value, &ip.to_string()).into_iter().collect(),
        _ => errors,
    }
}

/// What to warn of in the spelling of a valid address.
pub fn warnings(path: &Path<'_>, value: &str) -> Option<String> {
    let sloppy = parse_sloppy(value)?;
    match parse(value) {
        Some(ip) if !is_mapped(ip) => (ip.is_ipv6() && ip.to_string() != value).then(|| {
            format!("{path}: IPv6 address \"{value}\" should be in RFC 5952 canonical format (\"{ip}\")")
        }),
        _ => Some(format!("{path}: non-standard IP address \"{value}\" is invalid: use \"{sloppy}\"")),
    }
}

/// A range in a field from the time when host bits and leading zeros were allowed.
pub fn check_cidr_legacy(path: &Path<'_>, value: &str, old: &[&str]) -> Errors {
    if old.contains(&value) { Errors::new() } else { check_cidr_strict(path, value) }
}

fn check_cidr_strict(path: &Path<'_>, value: &str) -> Errors {
    if Cidr::parse_sloppy(value).is_none() {
        let detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
        return [invalid(path, value, detail)].into();
    }
    let detail = match strict_prefix(value) {
        None => "must not have leading 0s in IP or prefix length",
        Some((ip, _)) if is_mapped(ip) => "must not have an IPv4-mapped IPv6 address",
        Some((ip, bits)) if Cidr::new(ip, bits).is_none_or(|c| c.first() != ip) => {
            "must not have bits set beyond the prefix length"
        }
        Some(_) => return Errors::new(),
    };
    [invalid(path, value, detail)].into()
}

/// A range in a new field: strict and in its canonical spelling.
pub fn check_cidr(path: &Path<'_>, value: &str) -> Errors {
    let errors = check_cidr_strict(path, value);
    match Cidr::parse(value) {
        Some(cidr) if errors.is_empty() => canonical(path, value, &cidr.to_string()).into_iter().collect(),
        _ => errors,
    }
}

/// What to warn of in the spelling of a valid range.
pub fn cidr_warnings(path: &Path<'_>, value: &str) -> Vec<String> {
    let mut out = Vec::new();
    let Some((ip, cidr)) = Cidr::parse_sloppy(value) else { return out };
    if ip != cidr.first() {
        let one = format!("{ip}/{}", cidr.family().bits());
        out.push(format!(
            "{path}: CIDR value \"{value}\" is ambiguous in this context (should be \"{cidr}\" or \"{one}\"?)"
        ));
    }
    match strict_prefix(value) {
        Some((ip, bits)) if !is_mapped(ip) => {
            let plain = format!("{ip}/{bits}");
            if out.is_empty() && ip.is_ipv6() && plain != value {
                out.push(format!(
                    "{path}: IPv6 CIDR value \"{value}\" should be in RFC 5952 canonical format (\"{plain}\")"
                ));
            }
        }
        _ => out.push(format!("{path}: non-standard CIDR value \"{value}\" is invalid: use \"{cidr}\"")),
    }
    out
}

/// Models `netip.ParsePrefix`: no leading zeros anywhere.
fn strict_prefix(s: &str) -> Option<(IpAddr, u8)> {
    let (ip, bits) = s.split_once('/')?;
    let ip = parse(ip)?;
    if bits.len() > 1 && bits.starts_with('0') {
        return None;
    }
    let bits = bits.parse().ok()?;
    (bits <= Family::of(ip).bits()).then_some((ip, bits))
}

fn is_mapped(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some())
}

fn canonical(path: &Path<'_>, value: &str, text: &str) -> Option<Error> {
    (value != text).then(|| invalid(path, value, format!("must be in canonical form (\"{text}\")")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_fields_take_leading_zeros_and_new_ones_do_not() {
        for (text, sloppy, detail) in [
            ("10.0.0.1", Some("10.0.0.1"), None),
            ("010.0.0.1", Some("10.0.0.1"), Some("must not have leading 0s")),
            ("::ffff:1.2.3.4", Some("1.2.3.4"), Some("must not be an IPv4-mapped IPv6 address")),
            ("FD00::1", Some("fd00::1"), Some("must be in canonical form (\"fd00::1\")")),
            ("2001:db8:0:1:1:1:1:1", Some("2001:db8:0:1:1:1:1:1"), None),
            ("1.2.3", None, Some("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")),
            ("1.2.3.256", None, Some("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")),
            ("fe80::1%eth0", None, Some("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")),
        ] {
            assert_eq!(parse_sloppy(text).map(|ip| ip.to_string()).as_deref(), sloppy, "{text}");
            let errors = check(&Path::new("ip"), text);
            assert_eq!(errors.first().map(|e| e.detail.as_str()), detail, "{text}");
        }
    }

    #[test]
    fn ranges_know_their_ends() {
        let cidr = |s| Cidr::parse(s).expect(s);
        for (text, first, last, size) in [
            ("10.96.0.0/16", "10.96.0.0", "10.96.255.255", 65536),
            ("10.96.16.5/28", "10.96.16.0", "10.96.16.15", 16),
            ("fd00:10:96::/112", "fd00:10:96::", "fd00:10:96::ffff", 65536),
            ("0.0.0.0/0", "0.0.0.0", "255.255.255.255", 1 << 32),
        ] {
            let c = cidr(text);
            assert_eq!(
                (c.first().to_string().as_str(), c.last().to_string().as_str(), c.size()),
                (first, last, size)
            );
            assert!(
                c.contains(c.last()) && c.nth(c.size() - 1) == Some(c.last()) && c.nth(c.size()).is_none()
            );
        }
        assert!(Cidr::parse("10.0.0.0/33").is_none());
        assert_eq!(cidr("::/0").size(), u128::MAX);
    }
}
