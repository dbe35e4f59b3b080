//! Whether the claims of a pod have their volumes.
//!
//! Models the plugin `volumebinding`, before its filters.

use crate::store::{Object, Store};
use alloc::format;
use alloc::string::{String, ToString};

/// Why the pod cannot run anywhere yet, if a claim keeps it from that.
pub(super) fn bound(store: &Store, pod: &Object) -> Result<(), String> {
    for volume in pod.value().at(&["spec", "volumes"]).items() {
        let claim = volume.at(&["persistentVolumeClaim", "claimName"]).str().to_string();
        let ephemeral = !volume.get("ephemeral").is_null();
        let claim = match ephemeral {
            true => format!("{}-{}", pod.name(), volume.get("name").str()),
            false if claim.is_empty() => continue,
            false => claim,
        };
        let Some(found) = store.get("persistentvolumeclaims", pod.namespace(), &claim) else {
            return Err(match ephemeral {
                true => format!(
                    "waiting for ephemeral volume controller to create the persistentvolumeclaim \"{claim}\""
                ),
                false => format!("persistentvolumeclaim \"{claim}\" not found"),
            });
        };
        if found.is_deleted() {
            return Err(format!("persistentvolumeclaim \"{claim}\" is being deleted"));
        }
        let value = found.value();
        let bound = !value.get("spec").get("volumeName").is_empty()
            && !value.at(&["metadata", "annotations", "pv.kubernetes.io/bind-completed"]).is_null();
        if !bound && !waits_for_consumer(store, found) {
            return Err("pod has unbound immediate PersistentVolumeClaims".to_string());
        }
    }
    Ok(())
}

/// Whether the volume is only made, or chosen, once the pod has a node.
fn waits_for_consumer(store: &Store, claim: &Object) -> bool {
    let class = claim.value().get("spec").get("storageClassName").str();
    let class = store.value("storageclasses.storage.k8s.io", "", class);
    class.get("volumeBindingMode").str() == "WaitForFirstConsumer"
}
