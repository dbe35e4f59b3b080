//! What the scheduler says about driving out less important pods.
//!
//! Models `pkg/scheduler/framework/preemption` and the plugin `defaultpreemption`, up to where a victim would be found.

use super::filters::Rejection;
use super::histogram;
use super::nodes::Nodes;
use crate::base::{Text, Value};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};

/// What is added to the reasons. A node that is not in `rejections` was not even looked at.
pub(super) fn message(pod: &Value, nodes: &Nodes, rejections: &BTreeMap<&Text, Rejection>) -> String {
    if pod.get("spec").get("preemptionPolicy").str() == "Never" {
        return "preemption: not eligible due to preemptionPolicy=Never.".to_string();
    }
    let reason = |name: &Text| match rejections.get(name) {
        Some(rejection) if !rejection.final_ => "No preemption victims found for incoming pod",
        _ => "Preemption is not helpful for scheduling",
    };
    let reasons = histogram(nodes.iter().map(|(name, _)| reason(name)));
    format!("preemption: 0/{} nodes are available: {reasons}.", nodes.count())
}
