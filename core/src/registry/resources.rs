//! Amounts of resources: which names there are, what amounts may be, and what a container asks for.
//!
//! Models `pkg/apis/core/helper/helpers.go` and `validateResourceRequirements` of `pkg/apis/core/validation`.

use super::{check, edit};
use crate::base::field::{self, Errors};
use crate::base::names;
use crate::base::{Path, Quantity, Value};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const HUGE_PAGES: &str = "hugepages-";
const REQUESTS_HUGE_PAGES: &str = "requests.hugepages-";
const REQUESTS: &str = "requests.";
/// The domain of Kubernetes' own resources.
const NATIVE: &str = "kubernetes.io/";

/// Names without a domain that are resources of some kind.
const STANDARD: &[&str] = &[
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];
/// What is counted in whole numbers.
const WHOLE: &[&str] = &[
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];
const CONTAINER: &[&str] = &["cpu", "memory", "ephemeral-storage"];
/// What can be asked for a pod as a whole.
const POD: &[&str] = &["cpu", "hugepages-", "memory"];

/// A check of a resource's name.
pub(super) type NameCheck = fn(&Path<'_>, &str, &mut Errors);

/// Amounts are kept in thousandths: what is finer is rounded up.
///
/// Models `SetDefaults_ResourceList`.
pub(super) fn default_list(resources: &mut Value, list: &str) {
    let is_fine = |v: &Value| {
        let text = v.str();
        text.ends_with(['n', 'u']) || text.contains("e-") || text.contains("E-")
    };
    if !resources.get(list).entries().iter().any(|(_, v)| is_fine(v)) {
        return;
    }
    for (_, amount) in resources.entry(list).map_mut().values_mut() {
        if let Some(q) = Quantity::parse(amount.str()).ok().filter(|q| q.scale < -3) {
            let rounded = Quantity { value: q.scaled(-3), scale: -3, text: None, ..q };
            *amount = format!("{rounded}").into();
        }
    }
}

/// The limits and requests of a container, or of a claim.
pub(super) fn default(resources: &mut Value) {
    default_list(resources, "limits");
    default_list(resources, "requests");
}

/// The same for the member of that name.
pub(super) fn default_member(object: &mut Value, name: &str) {
    edit::member(object, name, default);
}

pub(super) fn is_huge_page(name: &str) -> bool {
    name.starts_with(HUGE_PAGES)
}

/// Kubernetes' own.
pub(super) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains(NATIVE)
}

/// A pod may be given less than it may use.
pub(super) fn is_overcommit_allowed(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

pub(super) fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with(REQUESTS)
        && names::label_key(&format!("{REQUESTS}{name}")).is_empty()
}

pub(super) fn is_container_resource(name: &str) -> bool {
    CONTAINER.contains(&name) || is_huge_page(name)
}

/// What can be asked for a pod as a whole.
pub(super) fn is_pod_resource(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || is_huge_page(name)
}

fn is_whole(name: &str) -> bool {
    WHOLE.contains(&name) || name.contains('/') && is_extended(name)
}

/// Models `validateResourceName`.
pub(super) fn check_name(at: &Path<'_>, name: &str, errors: &mut Errors) {
    // What is in a table need not be looked at letter by letter.
    if STANDARD.contains(&name) {
        return;
    }
    let complaints = names::label_key(name);
    let well_formed = complaints.is_empty();
    check::complain(at, name, complaints, errors);
    let huge = is_huge_page(name) || name.starts_with(REQUESTS_HUGE_PAGES);
    if well_formed && !name.contains('/') && !huge {
        errors.push(field::invalid(at, name, "must be a standard resource type or fully qualified"));
    }
}

/// Models `ValidateContainerResourceName`.
pub(super) fn check_container_name(at: &Path<'_>, name: &str, errors: &mut Errors) {
    if CONTAINER.contains(&name) {
        return;
    }
    check_name(at, name, errors);
    if !name.contains('/') {
        if !is_container_resource(name) {
            errors.push(field::invalid(at, name, "must be a standard resource for containers"));
        }
    } else if !is_native(name) && !is_extended(name) {
        errors.push(field::invalid(at, name, "doesn't follow extended resource name standard"));
    }
}

/// Models `validatePodResourceName`.
pub(super) fn check_pod_name(at: &Path<'_>, name: &str, errors: &mut Errors) {
    let before = errors.len();
    check_name(at, name, errors);
    if errors.len() == before && !is_pod_resource(name) {
        errors.push(field::not_supported(at, name, POD));
    }
}

pub(super) fn quantity(value: &Value) -> Quantity {
    Quantity::parse(value.str()).unwrap_or(Quantity::ZERO)
}

/// Models `ValidateNonnegativeQuantity`.
pub(super) fn non_negative(at: &Path<'_>, amount: &Value, errors: &mut Errors) {
    if quantity(amount).value < 0 {
        errors.push(field::invalid(at, amount, "must be greater than or equal to 0"));
    }
}

/// Models `ValidatePositiveQuantityValue`.
pub(super) fn positive(at: &Path<'_>, amount: &Value, errors: &mut Errors) {
    if quantity(amount).value <= 0 {
        errors.push(field::invalid(at, amount, "must be greater than zero"));
    }
}

/// Models `ValidateResourceQuantityValue`.
pub(super) fn check_amount(at: &Path<'_>, name: &str, amount: &Value, errors: &mut Errors) {
    non_negative(at, amount, errors);
    if is_whole(name) && quantity(amount).milli() % 1000 != 0 {
        errors.push(field::invalid(at, amount, "must be an integer"));
    }
}

/// What a pod knows that the resources of its containers depend on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings<'a> {
    /// The names of `spec.resourceClaims`.
    pub(super) claims: &'a BTreeSet<&'a str>,
    /// An older version of the object has them already.
    pub(super) allow_indivisible_huge_pages: bool,
}

/// Requests and limits.
///
/// Models `validateResourceRequirements`.
pub(super) fn check_requirements(
    at: &Path<'_>,
    resources: &Value,
    check_name: NameCheck,
    around: Surroundings<'_>,
    errors: &mut Errors,
) {
    let (limits_at, requests_at) = (at / "limits", at / "requests");
    let (limits, requests) = (resources.get("limits"), resources.get("requests"));
    for (name, amount) in limits.entries() {
        let at = limits_at.key(name);
        check_name(&at, name, errors);
        check_amount(&at, name, amount, errors);
        huge_page_amount(&at, name, amount, around, errors);
    }
    for (name, amount) in requests.entries() {
        let at = requests_at.key(name);
        check_name(&at, name, errors);
        check_amount(&at, name, amount, errors);
        request_within_limit(&requests_at, &limits_at, name, amount, limits.find(name), errors);
        huge_page_amount(&at, name, amount, around, errors);
    }
    let any =
        |is: fn(&str) -> bool| limits.entries().iter().chain(requests.entries()).any(|(name, _)| is(name));
    if any(is_huge_page) && !any(|name| matches!(name, "cpu" | "memory")) {
        errors.push(field::forbidden(at, "HugePages require cpu or memory"));
    }
    claims(&(at / "claims"), resources.get("claims"), around.claims, errors);
}

fn request_within_limit(
    requests_at: &Path<'_>,
    limits_at: &Path<'_>,
    name: &str,
    amount: &Value,
    limit: Option<&Value>,
    errors: &mut Errors,
) {
    let exact = !is_overcommit_allowed(name);
    match limit {
        Some(limit) if limit == amount => {}
        Some(limit) => {
            let (asked, most) = (quantity(amount), quantity(limit));
            let detail = match asked.partial_cmp(&most) {
                Some(core::cmp::Ordering::Equal) => return,
                _ if exact => format!("must be equal to {name} limit of {}", limit.str()),
                Some(core::cmp::Ordering::Greater) => {
                    format!("must be less than or equal to {name} limit of {}", limit.str())
                }
                _ => return,
            };
            errors.push(field::invalid(requests_at, amount, detail));
        }
        None if exact => {
            errors.push(field::required(limits_at, "Limit must be set for non overcommitable resources"));
        }
        None => {}
    }
}

fn huge_page_amount(
    at: &Path<'_>,
    name: &str,
    amount: &Value,
    around: Surroundings<'_>,
    errors: &mut Errors,
) {
    if !around.allow_indivisible_huge_pages && is_indivisible(name, amount) {
        let detail = format!("{} is not positive integer multiple of {name}", amount.str());
        errors.push(field::invalid(at, amount, detail));
    }
}

/// Whether the amount is no multiple of the size of the huge pages that the name speaks of.
///
/// Models `IsHugePageResourceValueDivisible`.
pub(super) fn is_indivisible(name: &str, amount: &Value) -> bool {
    name.strip_prefix(HUGE_PAGES).is_some_and(|size| {
        let size = Quantity::parse(size).ok().filter(|s| s.value > 0 && s.milli() % 1000 == 0);
        let rest = |size: Quantity| quantity(amount).units().checked_rem(size.units());
        size.and_then(rest) != Some(0)
    })
}

/// Models `validateResourceClaimNames`.
fn claims(at: &Path<'_>, claims: &Value, known: &BTreeSet<&str>, errors: &mut Errors) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (i, claim) in claims.items().iter().enumerate() {
        let at = at / i;
        let (name, request) = (claim.get("name").str(), claim.get("request").str());
        if name.is_empty() {
            errors.push(field::required(&at, ""));
            continue;
        }
        if seen.contains(name) {
            errors.push(field::duplicate(&at, name));
        } else {
            let mut key = String::from(name);
            if !request.is_empty() {
                check::complain(&(&at / "request"), request, names::dns1123_label(request), errors);
                key = format!("{name}/{request}");
            }
            if seen.contains(&key) {
                errors.push(field::duplicate(&at, key.as_str()));
            } else if request.is_empty() {
                let parts = seen.iter().filter(|k| k.split_once('/').is_some_and(|(n, _)| n == name));
                errors.extend(parts.map(|_| field::duplicate(&at, name)));
            }
            seen.insert(key);
        }
        if !known.contains(name) {
            let mut error = field::not_found(&at, name);
            error.detail = match known.is_empty() {
                true => "must be one of the names in pod.spec.resourceClaims which is empty".into(),
                false => {
                    let known = known.iter().copied().collect::<Vec<_>>().join(", ");
                    format!("must be one of the names in pod.spec.resourceClaims: {known}").into()
                }
            };
            errors.push(error);
        }
    }
}
