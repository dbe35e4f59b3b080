//! A RuntimeClass.
//!
//! Models `pkg/registry/node/runtimeclass/strategy.go` and `pkg/apis/node/validation/validation.go`.

use super::pod::{Options, tolerations};
use super::strategy::{GENERIC, Strategy};
use super::{check, meta, node_selector, resources};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "runtimeclasses.node.k8s.io",
    default: |class| {
        super::edit::member(class, "overhead", |overhead| resources::default_list(overhead, "podFixed"));
    },
    validate,
    validate_update: |class, old| {
        let mut errors = validate(class);
        errors.extend(meta::validate_update(class, old));
        let name = "handler";
        check::declared_immutable(&Path::new(name), class.get(name), old.get(name), &mut errors);
        errors
    },
    warnings: |class, _| {
        let labels = class.at(&["scheduling", "nodeSelector"]).entries().iter();
        let texts = labels.filter_map(|(key, _)| node_selector::deprecated_label(key));
        texts.map(|text| format!("scheduling.nodeSelector: {text}")).collect::<Vec<_>>()
    },
    create_on_update: true,
    unconditional_update: false,
    ..GENERIC
};

fn validate(class: &Value) -> Errors {
    let mut errors = meta::validate(class, false, names::dns1123_subdomain);
    let at = Path::new("handler");
    match class.get("handler").str() {
        "" => errors.push(field::required(&at, "").declarative()),
        name => {
            let complaints = names::short_name(name).into_iter();
            errors.extend(complaints.map(|c| field::invalid(&at, name, c).declarative()));
        }
    }
    if !class.get("overhead").is_null() {
        let limits = Value::map([("limits", class.at(&["overhead", "podFixed"]).clone())]);
        let claims = BTreeSet::new();
        let around = resources::Surroundings { claims: &claims, allow_indivisible_huge_pages: false };
        let at = Path::new("overhead");
        resources::check_requirements(&at, &limits, resources::check_container_name, around, &mut errors);
    }
    let scheduling = class.get("scheduling");
    let at = Path::new("scheduling");
    meta::check_labels(scheduling.get("nodeSelector"), &(&at / "nodeSelector"), &mut errors);
    let (at, list) = (&at / "tolerations", scheduling.get("tolerations"));
    tolerations::check(&at, list, &Options::default(), &mut errors);
    let same = |a: &Value, b: &Value| {
        ["key", "operator", "value", "effect"].iter().all(|name| a.get(name).str() == b.get(name).str())
    };
    for (i, toleration) in list.items().iter().enumerate() {
        if list.items().iter().take(i).any(|other| same(other, toleration)) {
            let error = field::duplicate(&(&at / i), toleration);
            errors.push(error.of_type("io.k8s.api.core.v1.Toleration"));
        }
    }
    errors
}
