//! What the containers of a pod ask for together, and what is asked for the pod as a whole.
//!
//! Models `k8s.io/component-helpers/resource`, `validatePodResources` of `pkg/apis/core/validation/validation.go` and
//! `DefaultPodLevelResources` of `pkg/api/pod/util.go`.

use super::{all_containers, is_sidecar, visit};
use crate::base::field::{self, Errors};
use crate::base::{Path, Quantity, Text, Value};
use crate::registry::resources::{self, Surroundings, quantity};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString;

/// Amounts by the names of their resources.
pub(crate) type Amounts = BTreeMap<Text, Quantity>;

/// What the containers need together, as `list` (`requests` or `limits`) says: the regular ones and sidecars at once,
/// or one init container after the other beside the sidecars before it, whichever is more.
///
/// Models `AggregateContainerRequests`.
pub(in crate::registry) fn of_containers(spec: &Value, list: &str) -> Amounts {
    let of = |c: &Value| amounts(c.get("resources").get(list));
    let mut total = Amounts::new();
    for container in spec.get("containers").items() {
        add(&mut total, &of(container));
    }
    let (mut sidecars, mut starting) = (Amounts::new(), Amounts::new());
    for container in spec.get("initContainers").items() {
        let own = of(container);
        if is_sidecar(container) {
            add(&mut total, &own);
            add(&mut sidecars, &own);
            at_least(&mut starting, &sidecars);
        } else {
            let mut needed = own;
            add(&mut needed, &sidecars);
            at_least(&mut starting, &needed);
        }
    }
    at_least(&mut total, &starting);
    total
}

/// What a pod needs: its containers or what it asks for as a whole, and the overhead of running it.
///
/// Models `PodRequests` and `PodLimits` without the amounts that are in use.
pub(crate) fn of_pod(spec: &Value, list: &str) -> Amounts {
    let mut total = of_containers(spec, list);
    let own = amounts(spec.get("resources").get(list));
    total.extend(own.into_iter().filter(|(name, _)| resources::is_pod_resource(name)));
    for (name, amount) in amounts(spec.get("overhead")) {
        match total.get_mut(&name) {
            Some(sum) if list == "requests" || !sum.is_zero() => *sum = sum.plus(&amount),
            None if list == "requests" => {
                total.insert(name, amount);
            }
            _ => {}
        }
    }
    total
}

pub(in crate::registry) fn amounts(list: &Value) -> Amounts {
    list.entries().iter().map(|(name, amount)| (name.clone(), quantity(amount))).collect()
}

fn add(to: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        match to.get_mut(name) {
            Some(sum) => *sum = sum.plus(amount),
            None => {
                to.insert(name.clone(), amount.clone());
            }
        }
    }
}

fn at_least(to: &mut Amounts, least: &Amounts) {
    for (name, amount) in least {
        match to.get(name) {
            Some(there) if there >= amount => {}
            _ => {
                to.insert(name.clone(), amount.clone());
            }
        }
    }
}

/// What is asked for the pod as a whole; `at` is the place of its resources.
pub(super) fn check(at: &Path<'_>, spec: &Value, around: Surroundings<'_>, errors: &mut Errors) {
    let own = spec.get("resources");
    if own.is_null() {
        return;
    }
    if spec.at(&["os", "name"]).str() == "windows" {
        errors.push(field::forbidden(at, "may not be set for a windows pod"));
        return;
    }
    if !own.get("claims").is_null() {
        let detail = "claims may not be set for Resources at pod-level";
        errors.push(field::forbidden(&(at / "claims"), detail));
    }
    resources::check_requirements(at, own, resources::check_pod_name, around, errors);
    let compare = |list: &'static str, huge_only: bool, errors: &mut Errors| {
        let list_at = at / list;
        for (name, sum) in of_containers(spec, list) {
            let amount = own.get(list).get(&name);
            let counts = !huge_only || resources::is_huge_page(&name);
            if counts && !amount.is_null() && sum > quantity(amount) {
                let detail = format!("must be greater than or equal to aggregate container {list} of {sum}");
                errors.push(field::invalid(&list_at.key(&name), amount, detail));
            }
        }
    };
    compare("requests", false, errors);
    compare("limits", true, errors);
    let containers = at / "containers";
    for (i, container) in spec.get("containers").items().iter().enumerate() {
        let at = &containers / i;
        for (name, limit) in container.at(&["resources", "limits"]).entries() {
            let most = own.get("limits").get(name);
            if !most.is_null() && quantity(limit) > quantity(most) {
                let detail = format!("must be less than or equal to pod limits of {}", most.str());
                errors.push(field::invalid(&(&at.key(name) / "limits"), limit, detail));
            }
        }
    }
}

/// What a pod asks for as a whole where it says only half of it.
pub(super) fn default(spec: &mut Value) {
    let own = spec.get("resources");
    if own.get("requests").is_empty() && own.get("limits").is_empty() {
        return;
    }
    let mut limits = amounts(own.get("limits"));
    let mut requests = amounts(own.get("requests"));
    let of_limits = of_containers(spec, "limits");
    for (name, amount) in of_limits.iter().filter(|(name, _)| resources::is_huge_page(name)) {
        if !requests.contains_key(name) && !limits.contains_key(name) {
            limits.insert(name.clone(), amount.clone());
        }
    }
    let asked = of_containers(spec, "requests").into_iter();
    let asked = asked.filter(|(n, _)| resources::is_pod_resource(n) && resources::is_overcommit_allowed(n));
    let limited = limits.clone().into_iter().filter(|(n, _)| resources::is_pod_resource(n));
    for (name, amount) in asked.chain(limited) {
        requests.entry(name).or_insert(amount);
    }
    // A limit for the pod follows where each container has one.
    let everywhere =
        |name: &Text| all_containers(spec).all(|c| c.at(&["resources", "limits"]).find(name).is_some());
    for (name, asked) in requests.iter().filter(|(n, _)| resources::is_pod_resource(n)) {
        if !limits.contains_key(name)
            && everywhere(name)
            && let Some(sum) = of_limits.get(name)
        {
            limits.insert(name.clone(), if asked > sum { asked.clone() } else { sum.clone() });
        }
    }
    let own = spec.entry("resources");
    set(own, "limits", &limits);
    set(own, "requests", &requests);
}

fn set(resources: &mut Value, list: &str, amounts: &Amounts) {
    let missing = amounts.iter().any(|(name, _)| resources.get(list).find(name).is_none());
    if missing {
        let old = resources.get(list).clone();
        let amount = |name: &Text, a: &Quantity| match old.find(name) {
            Some(there) => there.clone(),
            None => Value::from(a.to_string()),
        };
        let all = amounts.iter().map(|(name, a)| (name.clone(), amount(name, a)));
        resources.set(list, Value::map(all.collect::<alloc::vec::Vec<_>>()));
    }
}

/// Fractions of bytes, which no container can have.
pub(super) fn fractions(at: &Path<'_>, spec: &Value, mut warn: impl FnMut(alloc::string::String)) {
    let fraction = |at: &Path<'_>, list: &Value, name: &str| {
        let amount = list.find(name).filter(|a| quantity(a).milli() % 1000 != 0)?;
        let shown = field::quoted(amount.str());
        Some(format!("{}: fractional byte value {shown} is invalid, must be an integer", at.key(name)))
    };
    let overhead = at / "overhead";
    for name in ["memory", "ephemeral-storage"] {
        if let Some(text) = fraction(&overhead, spec.get("overhead"), name) {
            warn(text);
        }
    }
    visit(at, spec, |at, container| {
        let resources = at / "resources";
        for name in ["memory", "ephemeral-storage"] {
            for list in ["limits", "requests"] {
                let amounts = container.at(&["resources", list]);
                if let Some(text) = fraction(&(&resources / list), amounts, name) {
                    warn(text);
                }
            }
        }
    });
}
