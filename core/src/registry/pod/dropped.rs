//! Fields of features that 1.37 has off by default: they go, unless the object uses them already.
//!
//! Models `dropDisabledFields` and `dropDisabledPodStatusFields` of `pkg/api/pod/util.go`.

use super::CONTAINER_LISTS;
use crate::base::Value;
use crate::registry::edit;

/// A feature: the lists of what has fields of it (of volumes, of containers, of the spec itself), and the fields. `[]`
/// stands behind the name of a list each of whose items may have them.
struct Feature {
    within: Within,
    fields: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Spec,
    Containers,
}

use Within::{Containers, Spec};

const FEATURES: &[Feature] = &[
    // AtomicWriteVolumeUserFields
    Feature {
        within: Spec,
        fields: &[
            "volumes[].secret.defaultUser",
            "volumes[].secret.items[].user",
            "volumes[].configMap.defaultUser",
            "volumes[].configMap.items[].user",
            "volumes[].downwardAPI.defaultUser",
            "volumes[].downwardAPI.items[].user",
            "volumes[].projected.defaultUser",
            "volumes[].projected.sources[].secret.items[].user",
            "volumes[].projected.sources[].configMap.items[].user",
            "volumes[].projected.sources[].downwardAPI.items[].user",
            "volumes[].projected.sources[].serviceAccountToken.user",
            "volumes[].projected.sources[].clusterTrustBundle.user",
            "volumes[].projected.sources[].podCertificate.user",
        ],
    },
    // GenericWorkload
    Feature { within: Spec, fields: &["schedulingGroup"] },
    // GRPCContainerProbeTLS
    Feature {
        within: Containers,
        fields: &["livenessProbe.grpc.mode", "readinessProbe.grpc.mode", "startupProbe.grpc.mode"],
    },
    // EvictionRequestAPI
    Feature { within: Spec, fields: &["evictionResponders"] },
    // EmptyDirVolumeMode
    Feature { within: Spec, fields: &["volumes[].emptyDir.mode"] },
    // VolumeBindMountOptions
    Feature { within: Containers, fields: &["volumeMounts[].bindMountOptions"] },
    // ContainerStopSignals
    Feature { within: Containers, fields: &["lifecycle.stopSignal"] },
    // H2CContainerProbe
    Feature {
        within: Containers,
        fields: &[
            "livenessProbe.httpGet.protocol",
            "readinessProbe.httpGet.protocol",
            "startupProbe.httpGet.protocol",
            "lifecycle.postStart.httpGet.protocol",
            "lifecycle.preStop.httpGet.protocol",
        ],
    },
];
/// Of the status: DRANodeAllocatableResources, CSIVolumeHealth.
const STATUS: &[&str] = &["nodeAllocatableResourceClaimStatuses", "volumeHealth"];
/// Where init containers stood before there was a field for them.
const INIT_CONTAINERS: &[&str] = &[
    "pod.beta.kubernetes.io/init-containers",
    "pod.alpha.kubernetes.io/init-containers",
    "pod.beta.kubernetes.io/init-container-statuses",
    "pod.alpha.kubernetes.io/init-container-statuses",
];

/// Of a pod or a template; `old` is what it was, or null.
pub(super) fn drop_disabled(pod: &mut Value, old: &Value) {
    let (spec, old_spec) = (pod.get("spec"), old.get("spec"));
    let gone = |f: &&Feature| f.is_used(spec) && !f.is_used(old_spec);
    let gone: alloc::vec::Vec<&Feature> = FEATURES.iter().filter(gone).collect();
    if !gone.is_empty() {
        edit::member(pod, "spec", |spec| gone.iter().for_each(|f| f.drop(spec)));
    }
    if !pod.at(&["metadata", "annotations"]).is_null() {
        edit::member(pod, "metadata", |metadata| {
            edit::member(metadata, "annotations", |annotations| {
                for key in INIT_CONTAINERS {
                    annotations.remove(key);
                }
            });
        });
    }
}

/// Of a pod's status.
pub(super) fn drop_disabled_status(pod: &mut Value, old: &Value) {
    for name in STATUS.iter().filter(|name| old.get("status").get(name).is_null()) {
        edit::member(pod, "status", |status| {
            status.remove(name);
        });
    }
}

impl Feature {
    fn is_used(&self, spec: &Value) -> bool {
        self.fields.iter().any(|path| match self.within {
            Spec => has(spec, path),
            Containers => super::all_containers(spec).any(|c| has(c, path)),
        })
    }

    fn drop(&self, spec: &mut Value) {
        for path in self.fields {
            match self.within {
                Spec => remove(spec, path),
                Containers => CONTAINER_LISTS.iter().for_each(|list| {
                    edit::each(spec, list, |container| {
                        remove(container, path);
                        // A lifecycle that said nothing else is none.
                        if *path == "lifecycle.stopSignal"
                            && container.find("lifecycle").is_some_and(Value::is_empty)
                        {
                            container.remove("lifecycle");
                        }
                    });
                }),
            }
        }
    }
}

fn has(object: &Value, path: &str) -> bool {
    match path.split_once('.') {
        None => object.find(path).is_some_and(|v| !v.is_null()),
        Some((step, rest)) => match step.strip_suffix("[]") {
            Some(list) => object.get(list).items().iter().any(|item| has(item, rest)),
            None => object.find(step).is_some_and(|v| has(v, rest)),
        },
    }
}

fn remove(object: &mut Value, path: &str) {
    match path.split_once('.') {
        None => {
            object.remove(path);
        }
        Some((step, rest)) => match step.strip_suffix("[]") {
            Some(list) => edit::each(object, list, |item| remove(item, rest)),
            None => edit::member(object, step, |member| remove(member, rest)),
        },
    }
}
