//! Which IP families a Service has, and what its policy allows.
//!
//! Models `pkg/registry/core/service/storage/alloc.go: initIPFamilyFields`.

use super::validate;
use super::view::{self, Policy};
use crate::base::field::{self, Errors};
use crate::base::ip::{self, Family};
use crate::base::{Path, Value};
use crate::registry::server::Config;
use alloc::format;

const SPEC: Path<'static> = Path::new("spec");

/// Fills in policy and families of a Service that is created or, with the one before it, updated.
pub(super) fn init(config: &Config, service: &mut Value, old: Option<&Value>) -> Result<(), Errors> {
    if view::is_external_name(service) || old.is_some_and(|old| stays_prefer_dual_stack(service, old)) {
        return Ok(());
    }
    if service.get("spec").get("ipFamilyPolicy").is_null() {
        let kept = old.map(|o| o.get("spec").get("ipFamilyPolicy")).filter(|p| !p.is_null());
        let policy = match kept {
            Some(policy) => policy.clone(),
            None if view::is_headless_without_selector(service) => "RequireDualStack".into(),
            None => "SingleStack".into(),
        };
        service.entry("spec").set("ipFamilyPolicy", policy);
    }
    check(validate::cluster_ips(service, old))?;
    let mut errors = Errors::new();
    if let Some(old) = old {
        release_second(service, old, &mut errors);
    }
    require_one(service, &mut errors);
    families_of_addresses(config, service, &mut errors);
    check(errors)?;
    let default = config.families().next().unwrap_or(Family::IPv4);
    if view::is_headless_without_selector(service) {
        // Its endpoints may have any family, whatever the cluster has.
        set_first(service, default);
        if Policy::of(service) != Some(Policy::SingleStack) {
            add_second(service);
        }
        return Ok(());
    }
    check(not_configured(config, service))?;
    set_first(service, default);
    if Policy::of(service) != Some(Policy::SingleStack) && config.families().count() == 2 {
        add_second(service);
    }
    Ok(())
}

fn check(errors: Errors) -> Result<(), Errors> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Nothing about addresses is changed in a Service that prefers two families: it keeps what it has got.
pub(super) fn stays_prefer_dual_stack(service: &Value, old: &Value) -> bool {
    let prefers = |s: &Value| Policy::of(s) == Some(Policy::PreferDualStack);
    let old_policy_is_other = !old.get("spec").get("ipFamilyPolicy").is_null() && !prefers(old);
    prefers(service)
        && !old_policy_is_other
        && view::service_type(service) == view::service_type(old)
        && matches!(view::service_type(service), "ClusterIP" | "NodePort" | "LoadBalancer")
        && view::cluster_ips(service) == view::cluster_ips(old)
        && view::families(service) == view::families(old)
}

/// `SingleStack` gives up the second family and address though both still stand there; any other policy does not.
fn release_second(service: &mut Value, old: &Value, errors: &mut Errors) {
    if Policy::of(service) == Some(Policy::SingleStack) {
        for list in ["clusterIPs", "ipFamilies"] {
            let items = service.get("spec").get(list).items();
            if items.len() > 1 && items == old.get("spec").get(list).items() {
                service.entry("spec").entry(list).list_mut().truncate(1);
            }
        }
        return;
    }
    let policy = &SPEC / "ipFamilyPolicy";
    let reduced = |list: &str| {
        let (new, old) =
            (service.get("spec").get(list).items().len(), old.get("spec").get(list).items().len());
        new > 0 && new < old
    };
    for (list, what) in [("clusterIPs", "cluster IP"), ("ipFamilies", "IP family")] {
        if reduced(list) {
            let detail = format!("must be 'SingleStack' to release the secondary {what}");
            errors.push(field::invalid(&policy, service.get("spec").get("ipFamilyPolicy"), detail));
        }
    }
}

fn require_one(service: &Value, errors: &mut Errors) {
    if Policy::of(service) != Some(Policy::SingleStack) {
        return;
    }
    for (list, what) in
        [(view::cluster_ips(service), "cluster IPs"), (view::families(service), "IP families")]
    {
        if list.len() == 2 {
            let detail =
                format!("must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified");
            errors.push(field::invalid(
                &(&SPEC / "ipFamilyPolicy"),
                service.get("spec").get("ipFamilyPolicy"),
                detail,
            ));
        }
    }
}

/// Addresses that are asked for say which families are meant.
fn families_of_addresses(config: &Config, service: &mut Value, errors: &mut Errors) {
    let (ips, known) = (service.get("spec").get("clusterIPs").clone(), view::families(service).len());
    let at = &SPEC / "clusterIPs";
    let addresses = ips.items().iter().take_while(|ip| ip.str() != "None");
    for (i, ip) in addresses.enumerate().skip(known) {
        let family = ip::parse_sloppy(ip.str()).map(Family::of);
        match family.filter(|f| config.families().any(|c| c == *f)) {
            Some(family) => service.entry("spec").entry("ipFamilies").list_mut().push(family.name().into()),
            None => {
                let name = family.map_or("unknown", Family::name);
                errors.push(field::invalid(
                    &(&at / i),
                    &ips,
                    format!("{name} is not configured on this cluster"),
                ));
            }
        }
    }
}

fn not_configured(config: &Config, service: &Value) -> Errors {
    let mut errors = Errors::new();
    if Policy::of(service) == Some(Policy::RequireDualStack) && config.families().count() < 2 {
        let detail = "this cluster is not configured for dual-stack services";
        errors.push(field::invalid(
            &(&SPEC / "ipFamilyPolicy"),
            service.get("spec").get("ipFamilyPolicy"),
            detail,
        ));
    }
    let at = &SPEC / "ipFamilies";
    for (i, family) in view::families(service).iter().enumerate() {
        if !config.families().any(|f| f.name() == family.str()) {
            errors.push(field::invalid(&(&at / i), family, "not configured on this cluster"));
        }
    }
    errors
}

fn set_first(service: &mut Value, default: Family) {
    if view::families(service).is_empty() {
        service.entry("spec").set("ipFamilies", Value::list([default.name().into()]));
    }
}

fn add_second(service: &mut Value) {
    if let [one] = view::families(service)
        && let Some(family) = Family::parse(one.str())
    {
        service.entry("spec").entry("ipFamilies").list_mut().push(family.other().name().into());
    }
}
