//! What a pod may keep because an older version of it has it already.
//!
//! Models `GetValidationOptionsFromPodSpecAndMeta` of `pkg/api/pod/util.go`, with the feature gates that 1.37 has on
//! by default.

use super::{affinity, all_containers, annotations, is_sidecar, security, topology};
use crate::base::Path;
use crate::base::Value;
use crate::base::field::Errors;
use crate::registry::node_selector;
use crate::registry::volume::paths;

/// All of them are off for what is new.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::registry) struct Options {
    /// A pod of its own, not a template.
    pub(super) is_pod: bool,
    pub(super) allow_invalid_deletion_cost: bool,
    pub(super) allow_indivisible_huge_pages: bool,
    /// Of the selectors of affinity; a workload's own selector is as lenient.
    pub(in crate::registry) allow_invalid_affinity_values: bool,
    pub(super) allow_invalid_node_affinity_values: bool,
    pub(super) allow_invalid_spread_selector: bool,
    pub(super) old_violates_match_label_keys: bool,
    pub(super) allow_host_sysctls: bool,
    pub(in crate::registry) allow_non_local_token_path: bool,
    pub(in crate::registry) allow_empty_image_reference: bool,
    pub(super) allow_host_network_without_host_users: bool,
    pub(super) allow_devices_without_host_users: bool,
    pub(super) allow_comparing_tolerations: bool,
    pub(super) allow_restart_of_init_containers: bool,
    pub(super) allow_sys_admin_without_escalation: bool,
}

impl Options {
    /// For a new pod.
    pub(super) fn of_pod() -> Options {
        Options { is_pod: true, ..Options::default() }
    }

    /// For a pod, or a template (with metadata and spec), that is `old` now.
    pub(in crate::registry) fn from_old(old: &Value) -> Options {
        let spec = old.get("spec");
        let no_host_users = spec.get("hostUsers") == &Value::Bool(false);
        Options {
            is_pod: false,
            allow_invalid_deletion_cost: !annotations::is_deletion_cost_valid(old),
            allow_indivisible_huge_pages: has_indivisible_huge_pages(spec),
            allow_invalid_affinity_values: affinity::has_invalid_selector(spec),
            allow_invalid_node_affinity_values: node_selector::has_invalid_value(spec.at(&[
                "affinity",
                "nodeAffinity",
                "requiredDuringSchedulingIgnoredDuringExecution",
            ])),
            allow_invalid_spread_selector: topology::has_invalid_selector(spec),
            old_violates_match_label_keys: topology::has_invalid_label_keys(spec),
            allow_host_sysctls: security::has_host_sysctl(spec),
            allow_non_local_token_path: has_non_local_token_path(spec),
            allow_empty_image_reference: spec
                .get("volumes")
                .items()
                .iter()
                .any(|v| v.find("image").is_some_and(|image| image.get("reference").is_empty())),
            allow_host_network_without_host_users: no_host_users && spec.get("hostNetwork").is_true(),
            allow_devices_without_host_users: no_host_users
                && all_containers(spec).any(|c| !c.get("volumeDevices").is_empty()),
            allow_comparing_tolerations: spec
                .get("tolerations")
                .items()
                .iter()
                .any(|t| matches!(t.get("operator").str(), "Lt" | "Gt")),
            allow_restart_of_init_containers: spec.get("initContainers").items().iter().any(|c| {
                let restarts = |p: &Value| p.get("restartPolicy").str() == "RestartContainer";
                !is_sidecar(c) && c.get("resizePolicy").items().iter().any(restarts)
            }),
            allow_sys_admin_without_escalation: all_containers(spec)
                .any(|c| security::is_sys_admin_without_escalation(c.get("securityContext"))),
        }
    }
}

fn has_non_local_token_path(spec: &Value) -> bool {
    let volumes = spec.get("volumes").items().iter();
    let sources = volumes.flat_map(|v| v.at(&["projected", "sources"]).items());
    let mut paths = sources.filter_map(|s| s.find("serviceAccountToken")).map(|t| t.get("path").str());
    paths.any(|path| {
        let mut errors = Errors::new();
        paths::not_reserved(&Path::ROOT, path, &mut errors);
        !errors.is_empty()
    })
}

/// Models `usesIndivisibleHugePagesValues`.
fn has_indivisible_huge_pages(spec: &Value) -> bool {
    let of_containers = all_containers(spec).map(|c| c.get("resources"));
    let mut lists =
        of_containers.flat_map(|r| [r.get("limits"), r.get("requests")]).chain([spec.get("overhead")]);
    lists.any(|list| {
        list.entries().iter().any(|(name, amount)| crate::registry::resources::is_indivisible(name, amount))
    })
}
