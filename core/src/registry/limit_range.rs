//! A LimitRange.
//!
//! Models `pkg/registry/core/limitrange/strategy.go`, `SetDefaults_LimitRangeItem` and `ValidateLimitRange` of
//! `pkg/apis/core/validation/validation.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, edit, meta, resources};
use crate::base::field::{self, Errors};
use crate::base::quantity::{Format, Quantity};
use crate::base::{Path, Value, names};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use core::cmp::Ordering;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "limitranges",
    default: |range| {
        edit::member(range, "spec", |spec| edit::each(spec, "limits", default_item));
    },
    validate,
    validate_update: |range, _| validate(range),
    create_on_update: true,
    ..GENERIC
};

const TYPES: &[&str] = &["Pod", "Container", "PersistentVolumeClaim"];
const AMOUNTS: &[&str] = &["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];

/// A container that asks for nothing may have as much as is allowed, and is given as much as it may have.
fn default_item(item: &mut Value) {
    if item.get("type").str() == "Container" {
        for (from, to) in [("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")] {
            let known = item.get(from).clone();
            for (name, amount) in known.entries() {
                if item.get(to).find(name).is_none() {
                    item.entry(to).set(name, amount);
                }
            }
        }
        for list in ["default", "defaultRequest"] {
            edit::member(item, list, |amounts| amounts.map_mut().sort());
        }
    }
    for list in AMOUNTS {
        resources::default_list(item, list);
    }
}

fn validate(range: &Value) -> Errors {
    let mut errors = meta::validate_kube(range, true, names::dns1123_subdomain);
    let spec = Path::new("spec");
    let at = &spec / "limits";
    let mut seen = BTreeSet::new();
    for (i, item) in range.at(&["spec", "limits"]).items().iter().enumerate() {
        let (at, kind) = (&at / i, item.get("type").str());
        check_type(&(&at / "type"), kind, &mut errors);
        if !seen.insert(kind) {
            errors.push(field::duplicate(&(&at / "type"), kind));
        }
        check_names(&at, kind, item, &mut errors);
        check_amounts(&at, kind, item, &mut errors);
    }
    errors
}

fn check_type(at: &Path<'_>, kind: &str, errors: &mut Errors) {
    let complaints = names::label_key(kind);
    if complaints.is_empty() && !kind.contains('/') && !TYPES.contains(&kind) {
        errors.push(field::invalid(at, kind, "must be a standard limit type or fully qualified"));
    }
    check::complain(at, kind, complaints, errors);
}

fn check_names(at: &Path<'_>, kind: &str, item: &Value, errors: &mut Errors) {
    let check: resources::NameCheck = match kind {
        "Pod" | "Container" => resources::check_container_name,
        _ => resources::check_name,
    };
    for list in AMOUNTS {
        let (list_at, amounts) = (at / *list, item.get(list));
        if kind == "Pod" && list.starts_with("default") {
            if !amounts.is_empty() {
                errors.push(field::forbidden(&list_at, "may not be specified when `type` is 'Pod'"));
            }
            continue;
        }
        if kind == "PersistentVolumeClaim" && *list == "maxLimitRequestRatio" {
            let bounded = ["min", "max"].iter().any(|list| item.get(list).find("storage").is_some());
            if !bounded {
                let detail = "either minimum or maximum storage value is required, but neither was provided";
                errors.push(field::required(&(at / "limits"), detail));
            }
        }
        for (name, _) in amounts.entries() {
            check(&list_at.key(name), name, errors);
        }
    }
}

/// An amount, and how it is written.
#[derive(Clone, Copy)]
struct Amount<'a>(&'a Value);

impl Amount<'_> {
    fn quantity(self) -> Quantity {
        resources::quantity(self.0)
    }

    fn exceeds(self, other: Amount<'_>) -> bool {
        self.quantity() > other.quantity()
    }
}

fn check_amounts(at: &Path<'_>, kind: &str, item: &Value, errors: &mut Errors) {
    let mut all: BTreeMap<&str, BTreeMap<&str, Amount<'_>>> = BTreeMap::new();
    for list in AMOUNTS.iter().filter(|list| kind != "Pod" || !list.starts_with("default")) {
        for (name, amount) in item.get(list).entries() {
            all.entry(name).or_default().insert(list, Amount(amount));
        }
    }
    for (name, amounts) in &all {
        let of = |list: &str| amounts.get(list).copied();
        for (lower, upper, shown_at, shown, words) in PAIRS {
            if let (Some(low), Some(high)) = (of(lower), of(upper))
                && low.exceeds(high)
            {
                let (low_text, high_text) = (low.0.str(), high.0.str());
                let detail = format!("{} {low_text} is greater than {} {high_text}", words.0, words.1);
                let value = if *shown == *lower { low } else { high };
                errors.push(field::invalid(&(at / *shown_at).key(name), value.0, detail));
            }
        }
        check_ratio(at, name, of("maxLimitRequestRatio"), of("min"), of("max"), errors);
        if let (Some(default), Some(request)) = (of("default"), of("defaultRequest"))
            && !resources::is_overcommit_allowed(name)
            && default.quantity().partial_cmp(&request.quantity()) != Some(Ordering::Equal)
        {
            let detail = format!(
                "default value {} must equal to defaultRequest value {} in {name}",
                default.0.str(),
                request.0.str()
            );
            errors.push(field::invalid(&(at / "defaultRequest").key(name), request.0, detail));
        }
    }
}

/// What may not be greater than what, at which field it is said, which of the two is shown, and in which words.
type Pair = (&'static str, &'static str, &'static str, &'static str, (&'static str, &'static str));
const PAIRS: &[Pair] = &[
    ("min", "max", "min", "min", ("min value", "max value")),
    ("min", "defaultRequest", "defaultRequest", "defaultRequest", ("min value", "default request value")),
    ("defaultRequest", "max", "defaultRequest", "defaultRequest", ("default request value", "max value")),
    (
        "defaultRequest",
        "default",
        "defaultRequest",
        "defaultRequest",
        ("default request value", "default limit value"),
    ),
    ("min", "default", "default", "min", ("min value", "default value")),
    ("default", "max", "default", "max", ("default value", "max value")),
];

fn check_ratio(
    at: &Path<'_>,
    name: &str,
    ratio: Option<Amount<'_>>,
    min: Option<Amount<'_>>,
    max: Option<Amount<'_>>,
    errors: &mut Errors,
) {
    let Some(ratio) = ratio else { return };
    let (at, text) = (&(at / "maxLimitRequestRatio"), ratio.0.str());
    if ratio.quantity() < Quantity::from_int(1, Format::DecimalSI) {
        errors.push(field::invalid(&at.key(name), ratio.0, format!("ratio {text} is less than 1")));
    }
    let (Some(min), Some(max)) = (min, max) else { return };
    let (ratio_n, min, max) =
        (ratio.quantity().scaled(-3), min.quantity().scaled(-3), max.quantity().scaled(-3));
    // ratio > max / min, without dividing: the ratio itself is in thousandths.
    if min > 0 && ratio_n.saturating_mul(min) > max.saturating_mul(1000) {
        let millionths = max.saturating_mul(1_000_000).saturating_add(min / 2) / min;
        let limit = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
        let detail = format!("ratio {text} is greater than max/min = {limit}");
        errors.push(field::invalid(&at.key(name), ratio.0, detail));
    }
}
