//! Cluster IPs, each of them an IPAddress object that says whose it is, out of the ranges of the ServiceCIDRs.
//!
//! Models `pkg/registry/core/service/ipallocator/{ipallocator,cidrallocator}.go`.

use super::server::Server;
use super::service_cidr;
use super::write::{self, Options};
use crate::base::ip::{Cidr, Family};
use crate::base::{Status, Text, Value};
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

pub const RESOURCE: &str = "ipaddresses.networking.k8s.io";
const MANAGED_BY: &str = "ipallocator.k8s.io";

/// Why there is no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AllocationError {
    Full,
    Taken,
    /// In none of the ranges.
    Mismatched,
    /// In a range of that text, but not to be had: its network or broadcast address.
    NotInRange(IpAddr, Cidr),
    /// The IPAddress was refused.
    Refused(Text),
}

impl fmt::Display for AllocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AllocationError::Full => f.write_str("range is full"),
            AllocationError::Taken => f.write_str("provided IP is already allocated"),
            AllocationError::Mismatched => {
                f.write_str("the provided network does not match the current range")
            }
            AllocationError::NotInRange(ip, cidr) => {
                write!(
                    f,
                    "the provided IP ({ip}) is not in the valid range. The range of valid IPs is {cidr}"
                )
            }
            AllocationError::Refused(why) => f.write_str(why),
        }
    }
}

/// Takes the address that `service` asks for. A dry run only looks whether it lies in the cluster's own range.
pub(super) fn allocate(
    server: &mut Server,
    service: &Value,
    ip: IpAddr,
    dry_run: bool,
) -> Result<(), AllocationError> {
    let cidr = if dry_run {
        // Upstream asks one allocator here, without looking for the right one.
        server.config.service_cidrs.iter().copied().find(|c| c.family() == Family::of(ip))
    } else {
        service_cidr::ready(server).into_iter().find(|c| holds(*c, ip))
    };
    let cidr = cidr.ok_or(AllocationError::Mismatched)?;
    if !holds(cidr, ip) {
        return Err(AllocationError::NotInRange(ip, cidr));
    }
    if dry_run { Ok(()) } else { create(server, service, ip) }
}

/// Takes some free address for `service`. A dry run shows the base of the range, which nobody can have.
pub(super) fn allocate_next(
    server: &mut Server,
    service: &Value,
    family: Family,
    dry_run: bool,
) -> Result<IpAddr, AllocationError> {
    if dry_run {
        let own = server.config.service_cidrs.iter().find(|c| c.family() == family);
        return own.map(|c| c.first()).ok_or(AllocationError::Full);
    }
    for cidr in service_cidr::ready(server).into_iter().filter(|c| c.family() == family) {
        if let Some(ip) = free(server, cidr) {
            create(server, service, ip)?;
            return Ok(ip);
        }
    }
    Err(AllocationError::Full)
}

/// Gives an address back.
pub(super) fn release(server: &mut Server, ip: IpAddr) {
    server.store.remove(&RESOURCE.into(), "", &ip.to_string());
}

/// The addresses of a range that Services can have: how many, and the first. Not the network's own address, nor
/// the broadcast address of IPv4.
fn hosts(cidr: Cidr) -> (u128, Option<IpAddr>) {
    let kept = if cidr.family() == Family::IPv4 { 2 } else { 1 };
    (cidr.size().saturating_sub(kept), cidr.nth(1))
}

fn holds(cidr: Cidr, ip: IpAddr) -> bool {
    let (count, _) = hosts(cidr);
    cidr.offset(ip).is_some_and(|o| (1..=count).contains(&o))
}

/// A free address of a range: of its upper band, searched for from a random place on, and only then of its lower one.
fn free(server: &mut Server, cidr: Cidr) -> Option<IpAddr> {
    let (count, _) = hosts(cidr);
    let lower = reserved(cidr).min(count);
    let Server { store, rng, .. } = server;
    let mut search = |from: u128, count: u128| {
        let start = u128::from(rng.below(u64::try_from(count).unwrap_or(u64::MAX)));
        let places = (start..count).chain(0..start).filter_map(|o| cidr.nth(1 + from + o));
        let mut places = places;
        places.find(|ip| store.get(RESOURCE, "", &ip.to_string()).is_none())
    };
    search(lower, count - lower).or_else(|| search(0, lower))
}

/// How many of the lowest addresses are kept for those who ask for one.
///
/// Models `calculateRangeOffset`.
fn reserved(cidr: Cidr) -> u128 {
    const MIN: u128 = 16;
    const MAX: u128 = 256;
    const STEP: u128 = 16;
    let (count, _) = hosts(cidr);
    if count <= MIN { 0 } else { (count / STEP).clamp(MIN, MAX) }
}

fn create(server: &mut Server, service: &Value, ip: IpAddr) -> Result<(), AllocationError> {
    let metadata = service.get("metadata");
    let parent = Value::map([
        ("resource", Value::text("services")),
        ("namespace", metadata.get("namespace").clone()),
        ("name", metadata.get("name").clone()),
    ]);
    let labels = Value::map([
        ("ipaddress.kubernetes.io/ip-family", Value::text(Family::of(ip).name())),
        ("ipaddress.kubernetes.io/managed-by", Value::text(MANAGED_BY)),
    ]);
    let object = Value::map([
        ("kind", Value::text("IPAddress")),
        ("apiVersion", Value::text("networking.k8s.io/v1")),
        ("metadata", Value::map([("name", Value::from(ip.to_string())), ("labels", labels)])),
        ("spec", Value::map([("parentRef", parent)])),
    ]);
    match write::create(server, RESOURCE, object, &Options::by("kube-apiserver")) {
        Ok(_) => Ok(()),
        Err(Status { reason: "AlreadyExists", .. }) => Err(AllocationError::Taken),
        Err(status) => Err(AllocationError::Refused(status.message)),
    }
}

/// The addresses of Services that are allocated, for those who ask how full a range is.
pub fn taken(server: &Server, cidr: Cidr) -> Vec<IpAddr> {
    let addresses = server.store.list(RESOURCE, "").filter_map(|o| crate::base::ip::parse(o.name()));
    addresses.filter(|ip| cidr.contains(*ip)).collect()
}

pub mod strategy {
    //! What an IPAddress must be like.
    //!
    //! Models `pkg/apis/networking/validation: ValidateIPAddress`.

    use crate::base::field::{self, Errors};
    use crate::base::names::{self, Complaints};
    use crate::base::{Path, Value, ip};
    use crate::registry::strategy::{GENERIC, Strategy};
    use crate::registry::{check, meta};

    pub const STRATEGY: Strategy = Strategy {
        resource: super::RESOURCE,
        name,
        names_as_asked: true,
        validate,
        validate_update,
        ..GENERIC
    };

    /// An address in its canonical spelling.
    fn name(text: &str) -> Complaints {
        ip::check(&Path::ROOT, text).into_iter().map(|e| e.detail.into()).collect()
    }

    fn validate(address: &Value) -> Errors {
        let mut errors = meta::validate_kube(address, false, name);
        let spec = Path::new("spec");
        let (at, parent) = (&spec / "parentRef", address.get("spec").get("parentRef"));
        if parent.is_null() {
            errors.push(field::required(&at, "").declarative());
            return errors;
        }
        let mut check = |name: &str, required: bool, complaints: fn(&str) -> Complaints| {
            let (at, value) = (&at / name, parent.get(name).str());
            if value.is_empty() {
                if required {
                    errors.push(field::required(&at, "").declarative());
                }
            } else {
                errors.extend(complaints(value).into_iter().map(|c| field::invalid(&at, value, c)));
            }
        };
        check("group", false, names::dns1123_subdomain);
        check("resource", true, names::path_segment);
        check("name", true, names::path_segment);
        check("namespace", false, names::path_segment);
        errors
    }

    fn validate_update(address: &Value, old: &Value) -> Errors {
        let mut errors = validate(address);
        errors.extend(meta::validate_update_kube(address, old));
        let spec = Path::new("spec");
        let (new, old) = (address.get("spec").get("parentRef"), old.get("spec").get("parentRef"));
        check::declared_immutable(&(&spec / "parentRef"), new, old, &mut errors);
        errors
    }
}
