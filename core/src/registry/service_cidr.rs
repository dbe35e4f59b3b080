//! The ranges that cluster IPs come from.
//!
//! Models `pkg/registry/networking/servicecidr` and the part of `ipallocator/cidrallocator.go` that keeps track of them.

use super::meta;
use super::server::Server;
use super::strategy::{GENERIC, Strategy};
use crate::base::field::{self, Errors};
use crate::base::ip::{self, Cidr, Family};
use crate::base::names;
use crate::base::{Path, Value};
use alloc::vec::Vec;

pub const RESOURCE: &str = "servicecidrs.networking.k8s.io";

pub const STRATEGY: Strategy = Strategy {
    resource: RESOURCE,
    name: names::dns1123_subdomain,
    validate,
    validate_update,
    prepare_status: |cidr, old| meta::reset_for_status(cidr, old),
    validate_status: meta::validate_update_kube,
    ..GENERIC
};

/// The shortest prefix of an IPv6 range that addresses are allocated from.
const IPV6_BITS_MIN: u8 = 64;

/// The ranges that addresses are allocated from now: ready, and not on their way out.
pub(super) fn ready(server: &Server) -> Vec<Cidr> {
    let ready = server.store.list(RESOURCE, "").filter(|o| !o.is_deleted() && is_ready(o.value()));
    let cidrs = ready.flat_map(|o| o.value().get("spec").get("cidrs").items().iter());
    let cidrs = cidrs.filter_map(|c| Cidr::parse(c.str()));
    let mut out: Vec<Cidr> =
        cidrs.filter(|c| c.family() == Family::IPv4 || c.bits() >= IPV6_BITS_MIN).collect();
    out.dedup();
    out
}

/// Without the condition a range counts as ready only where it has no conditions at all yet and was made ready by the
/// server itself; a new one waits for its controller.
fn is_ready(cidr: &Value) -> bool {
    let conditions = cidr.get("status").get("conditions").items();
    let ready = conditions.iter().find(|c| c.get("type").str() == "Ready");
    ready.is_none_or(|c| c.get("status").str() == "True")
}

fn validate(cidr: &Value) -> Errors {
    let mut errors = meta::validate_kube(cidr, false, names::dns1123_subdomain);
    errors.extend(validate_spec(cidr));
    errors
}

fn validate_spec(cidr: &Value) -> Errors {
    let spec = Path::new("spec");
    let (at, cidrs) = (&spec / "cidrs", cidr.get("spec").get("cidrs"));
    match cidrs.items() {
        [] => return [field::required(&at, "at least one CIDR required")].into(),
        [_, _, _, ..] => {
            let shown = Value::map([("CIDRs", cidrs.clone())]);
            return [field::invalid(&at, shown, "may only hold up to 2 values")].into();
        }
        _ => {}
    }
    let items = cidrs.items().iter().enumerate();
    let mut errors: Errors = items.flat_map(|(i, c)| ip::check_cidr(&(&at / i), c.str())).collect();
    if let [a, b] = cidrs.items()
        && let (Some(a), Some(b)) = (Cidr::parse(a.str()), Cidr::parse(b.str()))
        && a.family() == b.family()
    {
        let detail =
            "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
        errors.push(field::invalid(&at, cidrs, detail));
    }
    errors
}

fn validate_update(cidr: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(cidr, old);
    let spec = Path::new("spec");
    let at = &spec / "cidrs";
    let (new, old) = (cidr.get("spec").get("cidrs"), old.get("spec").get("cidrs"));
    let grows = new.items().len() == 2 && old.items().len() == 1;
    if new.items().len() != old.items().len() && !grows {
        errors.push(field::invalid(&at, new, meta::IMMUTABLE));
        return errors;
    }
    for (i, (n, o)) in new.items().iter().zip(old.items()).enumerate() {
        if n != o {
            errors.push(field::invalid(&(&at / i), n, meta::IMMUTABLE));
        }
    }
    if grows {
        errors.extend(validate_spec(cidr));
    }
    errors
}
