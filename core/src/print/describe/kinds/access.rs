//! Who may do what.
//!
//! Models `k8s.io/kubectl/pkg/describe/describe.go`.

use super::{Kind, without_events};

const GROUP: &str = "rbac.authorization.k8s.io";

pub(super) const KINDS: &[Kind] = &[
    without_events(GROUP, "Role", "@rules\n"),
    without_events(GROUP, "ClusterRole", "@rules\n"),
    without_events(GROUP, "RoleBinding", "@binding\n"),
    without_events(GROUP, "ClusterRoleBinding", "@binding\n"),
];
