//! The names of chains and sets, with the hashes that keep them apart.

use super::super::proxy::{Endpoint, ServicePort};
use alloc::format;
use alloc::string::String;
use sha2::{Digest, Sha256};

/// What the names of the nftables chains of a port have in common: `ULMVA6XW-ns1/svc1/tcp/p80`.
///
/// Models `servicePortChainNameBase`.
pub(super) fn nft_port(port: &ServicePort) -> String {
    hash_and_truncate(&nft_port_path(port))
}

/// The same of an endpoint: `5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80`.
///
/// Models `servicePortEndpointChainNameBase`.
pub(super) fn nft_endpoint(port: &ServicePort, endpoint: &Endpoint) -> String {
    // No colons are allowed there.
    let address = format!("{}", endpoint.address).replace(':', ".");
    hash_and_truncate(&format!("{}__{address}/{}", nft_port_path(port), endpoint.port))
}

fn nft_port_path(port: &ServicePort) -> String {
    format!("{}/{}/{}/{}", port.namespace, port.service, port.protocol.lower(), port.name)
}

/// So long names may be, without the prefixes that tell chains of one port apart.
const NFT_MAX: usize = 256 - 16;

fn hash_and_truncate(name: &str) -> String {
    let name = format!("{}-{name}", hash(name, 8));
    match name.get(..NFT_MAX - 3) {
        Some(start) if name.len() > NFT_MAX => format!("{start}..."),
        _ => name,
    }
}

/// What the names of the iptables chains of a port end with.
///
/// Models `portProtoHash`.
pub(super) fn iptables_port(port: &ServicePort) -> String {
    hash(&format!("{}{}", port.full_name(), port.protocol.lower()), 16)
}

/// Models `servicePortEndpointChainName`.
pub(super) fn iptables_endpoint(port: &ServicePort, endpoint: &Endpoint) -> String {
    format!(
        "KUBE-SEP-{}",
        hash(&format!("{}{}{}", port.full_name(), port.protocol.lower(), endpoint.text), 16)
    )
}

/// The first `len` characters of the SHA-256 of `text` in base 32 (RFC 4648).
fn hash(text: &str, len: usize) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let bits = digest.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let mut bits = bits.fuse();
    let mut character = || (0..5).fold(0usize, |n, _| n << 1 | usize::from(bits.next().unwrap_or(0)));
    (0..len).filter_map(|_| BASE32.chars().nth(character())).collect()
}

const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
