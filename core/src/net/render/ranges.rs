//! Sets of addresses as nftables lists them within a rule.

use crate::base::ip::Cidr;
use crate::base::sort;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;

/// Ranges, written as one: `10.0.0.0/8` or `{ 10.0.0.7, 10.1.0.0/16 }`. Of several, what touches becomes one, and what is
/// no range of a prefix any more is written by its ends.
pub(super) fn listed(ranges: &[Cidr]) -> String {
    if let [one] = ranges {
        return short(*one);
    }
    let mut ranges = ranges.to_vec();
    sort::by_key(&mut ranges, |c| (c.first(), c.last()));
    let texts = joined(&ranges).into_iter().map(between).collect::<Vec<_>>();
    format!("{{ {} }}", texts.join(", "))
}

fn short(cidr: Cidr) -> String {
    if cidr.first() == cidr.last() { cidr.first().to_string() } else { cidr.to_string() }
}

/// The first and last addresses of what is left when ranges that overlap or touch are one.
fn joined(ranges: &[Cidr]) -> Vec<(IpAddr, IpAddr)> {
    let mut joined: Vec<(IpAddr, IpAddr)> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some((_, last)) if number(range.first()) <= number(*last).saturating_add(1) => {
                *last = (*last).max(range.last());
            }
            _ => joined.push((range.first(), range.last())),
        }
    }
    joined
}

fn number(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => u32::from(ip).into(),
        IpAddr::V6(ip) => ip.into(),
    }
}

fn between((first, last): (IpAddr, IpAddr)) -> String {
    let bits = if first.is_ipv4() { 32 } else { 128 };
    let prefix =
        (0..=bits).filter_map(|b| Cidr::new(first, b)).find(|c| c.first() == first && c.last() == last);
    prefix.map_or_else(|| format!("{first}-{last}"), short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_listed_as_nft_lists_them() {
        for (given, shown) in [
            ("10.0.0.0/24", "10.0.0.0/24"),
            ("10.0.0.7/32", "10.0.0.7"),
            ("10.0.0.0/8 10.1.0.0/16", "{ 10.0.0.0/8 }"),
            ("10.0.0.0/25 10.0.0.128/25", "{ 10.0.0.0/24 }"),
            ("10.0.0.0/25 10.0.1.0/24", "{ 10.0.0.0/25, 10.0.1.0/24 }"),
            ("10.0.0.7/32 10.0.0.7/32", "{ 10.0.0.7 }"),
            ("10.0.0.8/32 10.0.0.7/32 10.0.0.9/32", "{ 10.0.0.7-10.0.0.9 }"),
            ("10.0.0.0/24 10.0.0.7/32", "{ 10.0.0.0/24 }"),
            ("192.168.0.0/16 9.0.0.0/8 10.0.0.0/8 11.0.0.0/8", "{ 9.0.0.0-11.255.255.255, 192.168.0.0/16 }"),
            ("10.0.0.8/30 10.0.0.7/32", "{ 10.0.0.7-10.0.0.11 }"),
            ("fd00:1::/64 fd00::/64", "{ fd00::/64, fd00:1::/64 }"),
        ] {
            let ranges = given.split(' ').filter_map(Cidr::parse).collect::<Vec<_>>();
            assert_eq!(listed(&ranges), shown, "{given}");
        }
    }
}
