//! What a volume is taken to say where it says nothing.
//!
//! Models `SetDefaults_Volume` and those of its sources, in `pkg/apis/core/v1/defaults.go` and `k8s.io/api/core/v1`.

use crate::base::Value;
use crate::registry::{edit, image, resources};

/// File modes of volumes made of files.
const MODE: i64 = 0o644;
/// How long a service account token is good for: an hour.
const TOKEN_SECONDS: i64 = 3600;

enum Default {
    /// For texts and numbers that are no pointers.
    Empty(&'static str),
    /// For pointers.
    Text(&'static str),
    Number(i64),
    Bool(bool),
}

use Default::{Bool, Empty, Number, Text};

/// source, field, default
const DEFAULTS: &[(&str, &str, Default)] = &[
    ("hostPath", "type", Text("")),
    ("secret", "defaultMode", Number(MODE)),
    ("configMap", "defaultMode", Number(MODE)),
    ("downwardAPI", "defaultMode", Number(MODE)),
    ("projected", "defaultMode", Number(MODE)),
    ("iscsi", "iscsiInterface", Empty("default")),
    ("rbd", "pool", Empty("rbd")),
    ("rbd", "user", Empty("admin")),
    ("rbd", "keyring", Empty("/etc/ceph/keyring")),
    ("azureDisk", "cachingMode", Text("ReadWrite")),
    ("azureDisk", "fsType", Text("ext4")),
    ("azureDisk", "readOnly", Bool(false)),
    ("azureDisk", "kind", Text("Shared")),
    ("scaleIO", "storageMode", Empty("ThinProvisioned")),
    ("scaleIO", "fsType", Empty("xfs")),
];

/// A volume of a pod.
pub(in crate::registry) fn volume(volume: &mut Value) {
    if volume.entries().iter().all(|(key, _)| key.as_str() == "name") {
        volume.set("emptyDir", Value::empty_map());
    }
    source(volume);
    edit::member(volume, "image", |source| {
        if source.get("pullPolicy").is_empty() {
            let policy = image::pull_policy(source.get("reference").str());
            source.set("pullPolicy", policy);
        }
    });
    edit::member(volume, "downwardAPI", |source| edit::each(source, "items", downward_file));
    edit::member(volume, "projected", |source| edit::each(source, "sources", projection));
    edit::member(volume, "ephemeral", |source| {
        edit::member(source, "volumeClaimTemplate", |template| edit::member(template, "spec", claim_spec));
    });
}

/// The source of a volume, of a pod or a PersistentVolume.
pub(in crate::registry) fn source(volume: &mut Value) {
    for (name, field, default) in DEFAULTS {
        edit::member(volume, name, |source| match default {
            Empty(text) => edit::default_text(source, field, text),
            Text(text) => source.set_default(field, *text),
            Number(n) => source.set_default(field, *n),
            Bool(b) => source.set_default(field, *b),
        });
    }
}

fn projection(source: &mut Value) {
    edit::member(source, "downwardAPI", |api| edit::each(api, "items", downward_file));
    edit::member(source, "serviceAccountToken", |t| t.set_default("expirationSeconds", TOKEN_SECONDS));
}

fn downward_file(file: &mut Value) {
    edit::member(file, "fieldRef", field_ref);
}

/// Models `SetDefaults_ObjectFieldSelector`.
pub(in crate::registry) fn field_ref(selector: &mut Value) {
    edit::default_text(selector, "apiVersion", "v1");
}

/// Models `SetDefaults_PersistentVolumeClaimSpec`.
pub(in crate::registry) fn claim_spec(spec: &mut Value) {
    spec.set_default("volumeMode", "Filesystem");
    edit::member(spec, "resources", resources::default);
}
