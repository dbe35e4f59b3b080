//! A StatefulSet.
//!
//! Models `pkg/registry/apps/statefulset`, `SetDefaults_StatefulSet` and `ValidateStatefulSet` of
//! `pkg/apis/apps/validation/validation.go`.

use super::{counts, rolling, template};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::pod::{self, Options};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::volume::claim;
use crate::registry::{check, edit, meta, selector};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "statefulsets.apps",
    name: names::dns1123_label,
    default,
    prepare_create: |set| template::drop_disabled(set, &Value::Null),
    prepare_update: template::drop_disabled,
    validate: |set| {
        let mut errors = meta::validate_kube(set, true, names::dns1123_label);
        let spec = set.get("spec");
        check_spec(spec, Known::default(), &Options::default(), &mut errors);
        errors
    },
    validate_update,
    validate_status: |set, old| {
        let mut errors = Errors::new();
        let status = set.get("status");
        counts::non_negative(&counts::STATUS, status, COUNTS, &mut errors);
        counts::within_replicas(status, PARTS, "cannot be greater than status.readyReplicas", &mut errors);
        errors.extend(meta::validate_update_kube(set, old));
        counts::collisions(set, old, &mut errors);
        errors
    },
    warnings,
    generation: true,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const STRATEGY_TYPE: &str = "io.k8s.api.apps.v1.StatefulSetUpdateStrategy";
const ROLLING_TYPE: &str = "io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy";
const CLAIMS_TYPE: &str = "[]io.k8s.api.core.v1.PersistentVolumeClaim";
const POLICIES: &[&str] = &["Retain", "Delete"];
const COUNTS: &[&str] = &[
    "replicas",
    "readyReplicas",
    "currentReplicas",
    "updatedReplicas",
    "availableReplicas",
    "observedGeneration",
    "collisionCount",
];
const PARTS: &[&str] = &["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"];

/// What an older version of the set has, and may keep.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// The set is there: what cannot change any more is not looked at again.
    is_old: bool,
    invalid_spec: bool,
    recreate: bool,
}

fn default(set: &mut Value) {
    edit::member(set, "spec", |spec| {
        edit::member(spec, "template", pod::defaults::template);
        edit::each(spec, "volumeClaimTemplates", |template| {
            template.set("kind", "PersistentVolumeClaim");
            template.set("apiVersion", "v1");
            claim::default(template);
            template.entry("status").set_default("phase", "Pending");
        });
        edit::default_text(spec, "podManagementPolicy", "OrderedReady");
        let mut strategy = spec.get("updateStrategy").clone();
        if strategy.get("type").is_empty() {
            strategy.set("type", "RollingUpdate");
            strategy.set_default("rollingUpdate", Value::empty_map());
        }
        if strategy.get("type").str() == "RollingUpdate" {
            edit::member(&mut strategy, "rollingUpdate", |rolling| {
                rolling.set_default("partition", 0);
                rolling.set_default("maxUnavailable", 1);
            });
        }
        if strategy != *spec.get("updateStrategy") {
            spec.set("updateStrategy", strategy);
        }
        let mut retention = spec.get("persistentVolumeClaimRetentionPolicy").clone();
        for name in ["whenDeleted", "whenScaled"] {
            edit::default_text(&mut retention, name, "Retain");
        }
        if retention != *spec.get("persistentVolumeClaimRetentionPolicy") {
            spec.set("persistentVolumeClaimRetentionPolicy", retention);
        }
        spec.set_default("replicas", 1);
        spec.set_default("revisionHistoryLimit", 10);
    });
}

fn validate_update(set: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(set, old);
    let (spec, old_spec) = (set.get("spec"), old.get("spec"));
    let options = Options::from_old(old_spec.get("template"));
    let recreate = old_spec.at(&["updateStrategy", "type"]).str() == "Recreate";
    let mut known = Known { is_old: true, invalid_spec: false, recreate };
    let mut of_old = Errors::new();
    check_spec(old_spec, known, &options, &mut of_old);
    known.invalid_spec = !of_old.is_empty();
    check_spec(spec, known, &options, &mut errors);
    for name in ["selector", "volumeClaimTemplates", "serviceName", "podManagementPolicy"] {
        let before = errors.len();
        check::immutable(&(&SPEC / name), spec.get(name), old_spec.get(name), &mut errors);
        if name == "volumeClaimTemplates"
            && let Some(error) = errors.get_mut(before)
        {
            *error = error.clone().of_type(CLAIMS_TYPE);
        }
    }
    errors
}

/// Models `ValidateStatefulSetSpec`.
fn check_spec(spec: &Value, known: Known, options: &Options, errors: &mut Errors) {
    let (policy_at, policy) = (&SPEC / "podManagementPolicy", spec.get("podManagementPolicy").str());
    match policy {
        "" => errors.push(field::required(&policy_at, "")),
        "OrderedReady" | "Parallel" => {}
        other => {
            errors.push(field::invalid(&policy_at, other, "must be 'OrderedReady' or 'Parallel'"));
        }
    }
    update_strategy(&(&SPEC / "updateStrategy"), spec.get("updateStrategy"), known, errors);
    let (at, retention) =
        (&SPEC / "persistentVolumeClaimRetentionPolicy", spec.get("persistentVolumeClaimRetentionPolicy"));
    if !retention.is_null() {
        for name in ["whenDeleted", "whenScaled"] {
            check::one_of(&(&at / name), retention.get(name).str(), POLICIES, errors);
        }
    }
    if !known.is_old {
        let at = &SPEC / "volumeClaimTemplates";
        for (i, template) in spec.get("volumeClaimTemplates").items().iter().enumerate() {
            let allowed = claim::Allowed::default();
            claim::check_spec(&(&(&at / i) / "spec"), template.get("spec"), allowed, errors);
        }
    }
    counts::non_negative(&SPEC, spec, &["replicas", "minReadySeconds"], errors);
    check::non_negative(&(&SPEC / "ordinals.start"), spec.at(&["ordinals", "start"]).int(), errors);
    let service = spec.get("serviceName").str();
    if !known.is_old && !service.is_empty() {
        check::complain(&(&SPEC / "serviceName"), service, names::dns1123_label(service), errors);
    }
    let (selector_at, labels) = (&SPEC / "selector", spec.get("selector"));
    template::required_selector(&selector_at, labels, "statefulset", errors);
    match selector::parse(labels) {
        None => errors.push(field::invalid(&selector_at, labels, "")),
        Some(selector) => {
            let at = &SPEC / "template";
            let template = as_created(spec);
            template::selected(&at, &template, &selector, errors);
            if !known.invalid_spec {
                pod::template::check(&at, &template, options, errors);
            }
            pod::template::check_metadata(&at, &template, options, errors);
        }
    }
    template::runs_on(&(&SPEC / "template"), spec.get("template"), "StatefulSet", errors);
}

fn update_strategy(at: &Path<'_>, strategy: &Value, known: Known, errors: &mut Errors) {
    let (rolling_at, rolling) = (at / "rollingUpdate", strategy.get("rollingUpdate"));
    match strategy.get("type").str() {
        "" => errors.push(field::required(at, "")),
        "RollingUpdate" if !rolling.is_null() => rolling_update(&rolling_at, rolling, errors),
        "RollingUpdate" => {}
        kind if kind == "OnDelete" || known.recreate && kind == "Recreate" => {
            if !rolling.is_null() {
                let detail = "only allowed for updateStrategy 'RollingUpdate'";
                errors.push(field::invalid(&rolling_at, rolling, detail).of_type(ROLLING_TYPE));
            }
        }
        _ => {
            let detail = match known.recreate {
                true => "must be 'RollingUpdate', 'OnDelete', or 'Recreate'",
                false => "must be 'RollingUpdate' or 'OnDelete'",
            };
            errors.push(field::invalid(at, strategy, detail).of_type(STRATEGY_TYPE));
        }
    }
}

/// Models `validateRollingUpdateStatefulSet`.
fn rolling_update(at: &Path<'_>, update: &Value, errors: &mut Errors) {
    check::non_negative(&(at / "partition"), update.get("partition").int(), errors);
    let (at, missing) = (at / "maxUnavailable", update.get("maxUnavailable"));
    if missing.is_null() {
        return;
    }
    rolling::number_or_percent(&at, missing, errors);
    if rolling::amount(missing) == 0 {
        errors.push(field::invalid(&at, missing, "cannot be 0"));
    }
    rolling::at_most_all(&at, missing, errors);
}

/// The template as the controller makes pods of it: it names them and their domain, and each claim gives a volume.
fn as_created(spec: &Value) -> Value {
    let mut template = spec.get("template").clone();
    let claims: BTreeMap<&str, Value> =
        spec.get("volumeClaimTemplates").items().iter().map(claimed_volume).collect();
    edit::member(&mut template, "spec", |pod| {
        pod.remove("subdomain");
        pod.remove("hostname");
        if !claims.is_empty() {
            let own = pod.get("volumes").items().iter();
            let others = own.filter(|volume| !claims.contains_key(volume.get("name").str()));
            let volumes = claims.values().chain(others).cloned().collect::<Vec<_>>();
            pod.set("volumes", volumes);
        }
    });
    template
}

fn claimed_volume(template: &Value) -> (&str, Value) {
    let name = template.at(&["metadata", "name"]);
    let source = Value::map([("claimName", name.clone())]);
    (name.str(), Value::map([("name", name.clone()), ("persistentVolumeClaim", source)]))
}

fn warnings(set: &Value, old: Option<&Value>) -> Vec<String> {
    let mut out = match old {
        Some(old) if template::generation(old) == template::generation(set) => Vec::new(),
        _ => template::template_warnings(set),
    };
    let spec = set.get("spec");
    let at = &SPEC / "volumeClaimTemplates";
    for (i, template) in spec.get("volumeClaimTemplates").items().iter().enumerate() {
        let at = &at / i;
        let at = if old.is_some() { &at / "Spec" } else { at };
        out.extend(claim::spec_warnings(&at, template.get("spec")));
    }
    if spec.get("revisionHistoryLimit").int() < 0 {
        let at = &SPEC / "revisionHistoryLimit";
        out.push(format!(
            "{at}: a negative value retains all historical revisions; a value >= 0 is recommended"
        ));
    }
    out
}
