//! PersistentVolumes.
//!
//! Models `ValidatePersistentVolume` and its update in `pkg/apis/core/validation/validation.go`,
//! `pkg/registry/core/persistentvolume`, `pkg/api/persistentvolume` and `pkg/volume/validation`.

use super::sources::{SourceCheck, host_path};
use super::{CLASS_ANNOTATION, VOLUME_MODES, access_modes, claim, defaults, disks, paths};
use crate::base::field::{self, Errors};
use crate::base::names;
use crate::base::{Path, Value};
use crate::registry::pod::Options;
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta, node_selector, resources};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "persistentvolumes",
    name: names::dns1123_subdomain,
    default,
    prepare_create: |volume| {
        let now = volume.at(&["metadata", "creationTimestamp"]).clone();
        let status = [("phase", Value::text("Pending")), ("lastPhaseTransitionTime", now)];
        volume.set("status", Value::map(status));
    },
    prepare_status,
    validate,
    validate_update,
    validate_status: meta::validate_update_kube,
    warnings: |volume, _| warnings(volume),
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
/// The type that differences are shown as: the struct of the sources within the spec.
const SOURCE_TYPE: &str = "io.k8s.api.core.v1.PersistentVolumeSpec#PersistentVolumeSource";
const RECLAIM_POLICIES: &[&str] = &["Delete", "Recycle", "Retain"];
const MOUNT_OPTIONS: &str = "volume.beta.kubernetes.io/mount-options";

/// Field, the name under which upstream complains of one too many, and the name under which it complains of the rest.
const SOURCES: &[(&str, &str, &str, SourceCheck)] = &[
    ("hostPath", "hostPath", "hostPath", host_path),
    ("gcePersistentDisk", "gcePersistentDisk", "persistentDisk", disks::gce),
    ("awsElasticBlockStore", "awsElasticBlockStore", "awsElasticBlockStore", disks::aws),
    ("glusterfs", "glusterfs", "glusterfs", glusterfs),
    ("flocker", "flocker", "flocker", disks::flocker),
    ("nfs", "nfs", "nfs", disks::nfs),
    ("rbd", "rbd", "rbd", disks::rbd),
    ("quobyte", "quobyte", "quobyte", disks::quobyte),
    ("cephfs", "cephFS", "cephfs", disks::cephfs),
    ("iscsi", "iscsi", "iscsi", iscsi),
    ("cinder", "cinder", "cinder", cinder),
    ("fc", "fc", "fc", disks::fc),
    ("flexVolume", "flexVolume", "flexVolume", disks::flex),
    ("azureFile", "azureFile", "azureFile", azure_file),
    ("vsphereVolume", "vsphereVolume", "vsphereVolume", disks::vsphere),
    ("photonPersistentDisk", "photonPersistentDisk", "photonPersistentDisk", disks::photon),
    ("portworxVolume", "portworxVolume", "portworxVolume", disks::portworx),
    ("azureDisk", "azureDisk", "azureDisk", disks::azure_disk),
    ("scaleIO", "scaleIO", "scaleIO", disks::scale_io),
    ("local", "local", "local", local),
    ("storageos", "storageos", "storageos", storage_os),
    ("csi", "csi", "csi", csi),
];
/// Sources that take mount options from the annotation.
const MOUNTABLE: &[&str] = &[
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "nfs",
    "rbd",
    "quobyte",
    "iscsi",
    "cinder",
    "cephfs",
    "azureFile",
    "vsphereVolume",
    "azureDisk",
    "photonPersistentDisk",
];
/// Sources that do nothing any more: field, as the warning names it, deprecated in, gone in.
const GONE: &[(&str, &str, &str, &str)] = &[
    ("cephfs", "cephfs", "1.28", "1.31"),
    ("photonPersistentDisk", "photonPersistentDisk", "1.11", "1.16"),
    ("scaleIO", "scaleIO", "1.16", "1.22"),
    ("storageos", "storageOS", "1.22", "1.25"),
    ("glusterfs", "glusterfs", "1.25", "1.26"),
    ("rbd", "rbd", "1.28", "1.31"),
];

fn default(volume: &mut Value) {
    edit::member(volume, "status", |status| edit::default_text(status, "phase", "Pending"));
    edit::member(volume, "spec", |spec| {
        edit::default_text(spec, "persistentVolumeReclaimPolicy", "Retain");
        spec.set_default("volumeMode", "Filesystem");
        resources::default_list(spec, "capacity");
        defaults::source(spec);
    });
}

/// The time of the last change of the phase stays while the phase does.
fn prepare_status(volume: &mut Value, old: &Value) {
    let (status, was) = (volume.get("status"), old.get("status"));
    if status.get("phase") == was.get("phase") && status.get("lastPhaseTransitionTime").is_null() {
        let time = was.get("lastPhaseTransitionTime").clone();
        volume.entry("status").set("lastPhaseTransitionTime", time);
    }
}

fn validate(volume: &Value) -> Errors {
    let mut errors = validate_volume(volume, false);
    mount_options(volume, &mut errors);
    errors
}

/// `any_value`: the node affinity of an older version has values that are no label values.
fn validate_volume(volume: &Value, any_value: bool) -> Errors {
    let mut errors = meta::validate_kube(volume, false, names::dns1123_subdomain);
    check_spec(volume, any_value, &mut errors);
    errors
}

fn check_spec(volume: &Value, any_value: bool, errors: &mut Errors) {
    let (at, spec) = (&SPEC, volume.get("spec"));
    check::required(spec, "accessModes", at, errors);
    access_modes(&(at / "accessModes"), spec.get("accessModes").items(), errors);
    capacity(&(at / "capacity"), spec.get("capacity"), errors);
    let (policy_at, policy) =
        (at / "persistentVolumeReclaimPolicy", spec.get("persistentVolumeReclaimPolicy"));
    if !policy.is_empty() {
        check::one_of(&policy_at, policy.str(), RECLAIM_POLICIES, errors);
    }
    node_affinity(&(at / "nodeAffinity"), spec.get("nodeAffinity"), any_value, errors);
    check_sources(volume, errors);
    let root = spec.get("hostPath").get("path").str();
    if !root.is_empty() && is_root(root) && policy.str() == "Recycle" {
        errors.push(field::forbidden(&policy_at, "may not be 'recycle' for a hostPath mount of '/'"));
    }
    let class = spec.get("storageClassName").str();
    if !class.is_empty() {
        check::complain(&(at / "storageClassName"), class, names::dns1123_subdomain(class), errors);
    }
    check::one_of_if_any(&(at / "volumeMode"), spec.get("volumeMode"), VOLUME_MODES, errors);
    if let Some(class) = spec.get("volumeAttributesClassName").as_text() {
        let class_at = at / "volumeAttributesClassName";
        if class.is_empty() {
            errors.push(field::required(&class_at, "an empty string is disallowed"));
        } else {
            check::complain(&class_at, class, names::dns1123_subdomain(class), errors);
        }
        if spec.get("csi").is_null() {
            let detail = "has to be specified when using volumeAttributesClassName";
            errors.push(field::required(&(at / "csi"), detail));
        }
    }
}

fn is_root(path: &str) -> bool {
    let mut depth = 0usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.saturating_sub(1),
            _ => depth += 1,
        }
    }
    path.starts_with('/') && depth == 0
}

fn capacity(at: &Path<'_>, capacity: &Value, errors: &mut Errors) {
    if capacity.is_empty() {
        errors.push(field::required(at, ""));
    }
    if capacity.find("storage").is_none() || capacity.entries().len() > 1 {
        errors.push(field::not_supported(at, capacity, &["storage"]));
    }
    for (name, amount) in capacity.entries() {
        claim::basic_amount(&at.key(name), amount, errors);
        resources::positive(&at.key(name), amount, errors);
    }
}

fn node_affinity(at: &Path<'_>, affinity: &Value, any_value: bool, errors: &mut Errors) {
    if affinity.is_null() {
        return;
    }
    match affinity.get("required") {
        Value::Null => {
            errors.push(field::required(&(at / "required"), "must specify required node constraints"));
        }
        required => node_selector::check(&(at / "required"), required, any_value, errors),
    }
}

fn check_sources(volume: &Value, errors: &mut Errors) {
    let spec = volume.get("spec");
    let options = Options::default();
    let mut count = 0;
    for (name, shown, at, check) in SOURCES {
        let source = spec.get(name);
        if source.is_null() {
            continue;
        }
        if count > 0 && *name != "flexVolume" {
            errors.push(field::forbidden(&(&SPEC / *shown), "may not specify more than 1 volume type"));
            continue;
        }
        count += 1;
        if *name == "iscsi" {
            check::required(source, "targetPortal", &(&SPEC / *at), errors);
            let volume = volume.at(&["metadata", "name"]).str();
            disks::iscsi_portal_length(&(&SPEC / *at), source, volume, errors);
        }
        check(&(&SPEC / *at), source, &options, errors);
        if *name == "local" && spec.get("nodeAffinity").is_null() {
            errors.push(field::required(&(&SPEC / "nodeAffinity"), "Local volume requires node affinity"));
        }
    }
    if count == 0 {
        errors.push(field::required(&SPEC, "must specify a volume type"));
    }
}

fn iscsi(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    disks::iscsi_names(at, source, "must be valid format", &["name"], errors);
}

fn glusterfs(at: &Path<'_>, source: &Value, options: &Options, errors: &mut Errors) {
    disks::glusterfs(at, source, options, errors);
    if let Some(namespace) = source.get("endpointsNamespace").as_text() {
        let at = at / "endpointsNamespace";
        if namespace.is_empty() {
            let detail = "if the endpointnamespace is set, it must be a valid namespace name";
            errors.push(field::invalid(&at, namespace, detail));
        } else {
            check::complain(&at, namespace, names::dns1123_label(namespace), errors);
        }
    }
}

fn cinder(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    check::required(source, "volumeID", at, errors);
    disks::secret_ref(at, source, &["name", "namespace"], errors);
}

fn azure_file(at: &Path<'_>, source: &Value, options: &Options, errors: &mut Errors) {
    disks::azure_file(at, source, options, errors);
    if source.get("secretNamespace").as_text().is_some_and(|n| n.is_empty()) {
        errors.push(field::required(&(at / "secretNamespace"), ""));
    }
}

fn local(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    match source.get("path").str() {
        "" => errors.push(field::required(&(at / "path"), "")),
        path => paths::no_backsteps(&(at / "path"), path, errors),
    }
}

fn storage_os(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    disks::storage_os_names(at, source, errors);
    disks::secret_ref(at, source, &["name", "namespace"], errors);
}

fn csi(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    super::csi_driver_name(&(at / "driver"), source.get("driver").str(), errors);
    check::required(source, "volumeHandle", at, errors);
    for name in [
        "controllerPublishSecretRef",
        "controllerExpandSecretRef",
        "nodePublishSecretRef",
        "nodeExpandSecretRef",
    ] {
        let (at, secret) = (at / name, source.get(name));
        if secret.is_null() {
            continue;
        }
        match secret.get("name").str() {
            "" => errors.push(field::required(&(&at / "name"), "")),
            name => check::complain(&(&at / "name"), name, names::dns1123_subdomain(name), errors),
        }
        match secret.get("namespace").str() {
            "" => errors.push(field::required(&(&at / "namespace"), "")),
            name => check::complain(&(&at / "namespace"), name, names::dns1123_label(name), errors),
        }
    }
}

fn mount_options(volume: &Value, errors: &mut Errors) {
    let spec = volume.get("spec");
    if MOUNTABLE.iter().any(|source| !spec.get(source).is_null()) {
        return;
    }
    if volume.at(&["metadata", "annotations"]).find(MOUNT_OPTIONS).is_some() {
        let metadata = Path::new("metadata");
        let annotations = &metadata / "annotations";
        let detail = "may not specify mount options for this volume type";
        errors.push(field::forbidden(&(&annotations / MOUNT_OPTIONS), detail));
    }
}

fn validate_update(volume: &Value, old: &Value) -> Errors {
    let was = old.at(&["spec", "nodeAffinity"]);
    let any_value = node_selector::has_invalid_value(was.get("required"));
    let mut errors = validate_volume(volume, any_value);
    mount_options(volume, &mut errors);
    errors.extend(validate_volume(volume, any_value));
    let (new_sources, old_sources) = (sources_of(volume), sources_of(old));
    let mut compared = new_sources.clone();
    let secret = "controllerExpandSecretRef";
    let (csi, old_csi) = (new_sources.get("csi"), old_sources.get("csi"));
    if !old_csi.is_null() && old_csi.get(secret).is_null() && !csi.get(secret).is_null() {
        edit::member(&mut compared, "csi", |csi| {
            csi.remove(secret);
        });
    }
    if compared != old_sources {
        let at = &SPEC / "persistentvolumesource";
        let detail = "spec.persistentvolumesource is immutable after creation";
        let error = field::forbidden(&at, detail);
        errors.push(error.with_difference(SOURCE_TYPE, &old_sources, &compared));
    }
    let (spec, old_spec) = (volume.get("spec"), old.get("spec"));
    check::immutable(
        &Path::new("volumeMode"),
        spec.get("volumeMode"),
        old_spec.get("volumeMode"),
        &mut errors,
    );
    let affinity = spec.get("nodeAffinity");
    if !was.is_null() && !same_but_for_labels(affinity, was) {
        let detail = "field is immutable, except for updating from beta label to GA";
        let error = field::invalid(&Path::new("nodeAffinity"), affinity, detail);
        errors.push(error.of_type("io.k8s.api.core.v1.VolumeNodeAffinity"));
    }
    let class = "volumeAttributesClassName";
    if !old_spec.get(class).is_null() && spec.get(class).is_null() {
        errors.push(field::forbidden(&(&SPEC / class), "update from non-nil value to nil is forbidden"));
    }
    errors
}

fn sources_of(volume: &Value) -> Value {
    let spec = volume.get("spec");
    let named = SOURCES.iter().map(|(name, ..)| (*name, spec.get(name).clone()));
    Value::map(named.filter(|(_, v)| !v.is_null()))
}

/// Keys of node labels may change from their beta names to the final ones.
fn same_but_for_labels(new: &Value, old: &Value) -> bool {
    const FINAL: &[(&str, &str)] = &[
        ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
        ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
        ("beta.kubernetes.io/os", "kubernetes.io/os"),
        ("beta.kubernetes.io/arch", "kubernetes.io/arch"),
        ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"),
    ];
    match (new, old) {
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_but_for_labels(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.iter().all(|(k, v)| {
                    let was = b.get(k).unwrap_or(&Value::Null);
                    k == "key" && FINAL.contains(&(was.str(), v.str())) || same_but_for_labels(v, was)
                })
        }
        (a, b) => a == b,
    }
}

fn warnings(volume: &Value) -> Vec<String> {
    let (mut out, spec) = (Vec::new(), volume.get("spec"));
    let annotations = volume.at(&["metadata", "annotations"]);
    for (key, since, field) in
        [(CLASS_ANNOTATION, "1.8", "storageClassName"), (MOUNT_OPTIONS, "1.31", "mountOptions")]
    {
        if annotations.find(key).is_some() {
            out.push(format!(
                "metadata.annotations[{key}]: deprecated since v{since}; use \"{field}\" attribute instead"
            ));
        }
    }
    if spec.get("persistentVolumeReclaimPolicy").str() == "Recycle" {
        let text = "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.";
        out.push(text.to_string());
    }
    let at = &SPEC / "nodeAffinity.required.nodeSelectorTerms";
    for (i, term) in spec.at(&["nodeAffinity", "required", "nodeSelectorTerms"]).items().iter().enumerate() {
        node_selector::term_warnings(&(&at / i), term, false, &mut out);
    }
    for (name, shown, since, gone) in GONE {
        if !spec.get(name).is_null() {
            out.push(format!("spec.{shown}: deprecated in v{since}, non-functional in v{gone}+"));
        }
    }
    out
}
