//! A CSIDriver.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, meta};
use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "csidrivers.storage.k8s.io",
    default: |driver| {
        let spec = driver.entry("spec");
        spec.set_default("attachRequired", true);
        for name in [
            "podInfoOnMount",
            "storageCapacity",
            "requiresRepublish",
            "seLinuxMount",
            "preventPodSchedulingIfMissing",
        ] {
            spec.set_default(name, false);
        }
        spec.set_default("fsGroupPolicy", "ReadWriteOnceWithFSType");
        if spec.get("volumeLifecycleModes").is_empty() {
            spec.set("volumeLifecycleModes", Value::list(["Persistent".into()]));
        }
    },
    // A new driver has no generation; it counts the changes.
    prepare_update: |driver, old| {
        if driver.get("spec") != old.get("spec") {
            let generation = old.get("metadata").get("generation").int() + 1;
            driver.entry("metadata").set("generation", generation);
        }
    },
    validate: |driver| {
        let mut errors = meta::validate_kube(driver, false, names::dns1123_subdomain);
        check_spec(driver.get("spec"), &mut errors);
        errors
    },
    validate_update: |driver, old| {
        let mut errors = meta::validate_update_kube(driver, old);
        let (spec, was) = (driver.get("spec"), old.get("spec"));
        check_spec(spec, &mut errors);
        // Upstream calls the one field by a name that it does not have.
        for (name, said) in
            [("attachRequired", "attachedRequired"), ("volumeLifecycleModes", "volumeLifecycleModes")]
        {
            check::immutable(&(&SPEC / said), spec.get(name), was.get(name), &mut errors);
        }
        errors
    },
    warnings,
    unconditional_update: false,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const GROUP_POLICIES: &[&str] = &["File", "None", "ReadWriteOnceWithFSType"];
const MODES: &[&str] = &["Persistent", "Ephemeral"];
const TOKEN_SECONDS_MIN: i64 = 600;
const TOKEN_SECONDS_MAX: i64 = 1 << 32;
const UPDATE_SECONDS_MIN: i64 = 10;

fn check_spec(spec: &Value, errors: &mut Errors) {
    let required = |name: &str, said: &str, errors: &mut Errors| {
        if spec.get(name).is_null() {
            errors.push(field::required(&(&SPEC / said), ""));
        }
    };
    required("attachRequired", "attachedRequired", errors);
    required("podInfoOnMount", "podInfoOnMount", errors);
    required("storageCapacity", "storageCapacity", errors);
    check::one_of_if_any(&(&SPEC / "fsGroupPolicy"), spec.get("fsGroupPolicy"), GROUP_POLICIES, errors);
    tokens(spec.get("tokenRequests").items(), errors);
    for mode in spec.get("volumeLifecycleModes").items() {
        check::one_of(&(&SPEC / "volumeLifecycleModes"), mode.str(), MODES, errors);
    }
    required("seLinuxMount", "seLinuxMount", errors);
    let name = "nodeAllocatableUpdatePeriodSeconds";
    if let Some(seconds) = spec.get(name).as_int().filter(|n| *n < UPDATE_SECONDS_MIN) {
        let detail = "must be greater than or equal to 10 seconds";
        errors.push(field::invalid(&(&SPEC / name), seconds, detail));
    }
    let name = "serviceAccountTokenInSecrets";
    if !spec.get(name).is_null() && spec.get("tokenRequests").is_empty() {
        let detail = "serviceAccountTokenInSecrets is set but no tokenRequests are specified";
        errors.push(field::invalid(&(&SPEC / name), spec.get(name), detail));
    }
    required("preventPodSchedulingIfMissing", "preventPodSchedulingIfMissing", errors);
}

fn tokens(requests: &[Value], errors: &mut Errors) {
    let at = &SPEC / "tokenRequests";
    let mut audiences = BTreeSet::new();
    for (i, request) in requests.iter().enumerate() {
        let (at, audience) = (&at / i, request.get("audience").str());
        if !audiences.insert(audience) {
            errors.push(field::duplicate(&(&at / "audience"), audience));
            continue;
        }
        let Some(seconds) = request.get("expirationSeconds").as_int() else { continue };
        let wrong = match seconds {
            n if n < TOKEN_SECONDS_MIN => "may not specify a duration less than 10 minutes",
            n if n > TOKEN_SECONDS_MAX => "may not specify a duration larger than 2^32 seconds",
            _ => continue,
        };
        errors.push(field::invalid(&(&at / "expirationSeconds"), seconds, wrong));
    }
}

fn warnings(driver: &Value, old: Option<&Value>) -> Vec<String> {
    let requests = |driver: &Value| driver.at(&["spec", "tokenRequests"]).clone();
    let asked = requests(driver);
    let changed = old.is_none_or(|old| requests(old) != asked);
    let warns =
        changed && !asked.is_empty() && driver.at(&["spec", "serviceAccountTokenInSecrets"]).is_null();
    let text = "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes";
    warns.then(|| text.to_string()).into_iter().collect()
}
