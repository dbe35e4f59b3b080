//! What may help a pod that found no node: only what one of those filters minds that turned it away. Until then its
//! status keeps saying what it said.
//!
//! Models the `QueueingHintFn`s of `pkg/scheduler/framework/plugins`.

use super::filters::{Plugin, is_cordoned, is_refused_by_taints};
use super::{affinity, resources::Resources};
use crate::base::Value;
use crate::store::Object;

/// The plugins that turned a pod away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Minds(u16);

impl Minds {
    pub(super) fn of(plugins: impl IntoIterator<Item = Plugin>) -> Minds {
        Minds(plugins.into_iter().fold(0, |all, plugin| all | bit(plugin)))
    }

    fn any(self, plugins: &[Plugin]) -> bool {
        plugins.iter().any(|plugin| self.0 & bit(*plugin) != 0)
    }

    /// A pod came to a node, or its labels changed.
    pub(super) fn a_neighbour(self) -> bool {
        self.any(&[Plugin::Spread, Plugin::Company])
    }

    /// A pod left its node.
    pub(super) fn room(self) -> bool {
        self.any(&[Plugin::Ports, Plugin::Resources, Plugin::Spread, Plugin::Company])
    }

    /// A claim changed.
    pub(super) fn a_volume(self) -> bool {
        self.any(&[Plugin::Volumes])
    }

    /// A node went.
    pub(super) fn a_lost_node(self) -> bool {
        self.any(&[Plugin::Spread])
    }

    /// A node came (there is no `before`) or changed; `any` is what a pod minds that has seen no node at all.
    pub(super) fn a_node(self, pod: &Value, before: Option<&Object>, after: &Object) -> bool {
        self.0 == 0 || HINTS.iter().any(|(plugin, helps)| self.any(&[*plugin]) && helps(pod, before, after))
    }
}

const fn bit(plugin: Plugin) -> u16 {
    1 << plugin as u16
}

type Hint = fn(&Value, Option<&Object>, &Object) -> bool;

const HINTS: &[(Plugin, Hint)] = &[
    (Plugin::Unschedulable, |pod, before, after| turns(before, after, |n| !is_cordoned(pod, n.value()))),
    (Plugin::Name, |_, before, _| before.is_none()),
    (Plugin::Taints, |pod, before, after| turns(before, after, |n| !is_refused_by_taints(pod, n.value()))),
    (Plugin::Affinity, |pod, before, after| {
        turns(before, after, |n| affinity::matches(pod.get("spec"), n.name(), n.labels()))
    }),
    (Plugin::Ports, |_, before, _| before.is_none()),
    (Plugin::Resources, |pod, before, after| {
        let (was, is) = (before.map(allocatable), allocatable(after));
        let asked = Resources::asked(pod);
        let grows = |name: &str| was.as_ref().is_none_or(|was| was.get(name) < is.get(name));
        asked.iter().all(|(name, amount)| amount <= is.get(name))
            && (grows("pods") || asked.iter().any(|(name, amount)| amount > 0 && grows(name)))
    }),
    (Plugin::Spread, |_, before, after| {
        let taints = |o: &Object| o.value().get("spec").get("taints").clone();
        before.is_none_or(|old| old.labels() != after.labels() || taints(old) != taints(after))
    }),
    (Plugin::Company, |_, before, after| before.is_none_or(|old| old.labels() != after.labels())),
];

/// Whether something holds now that did not before.
fn turns(before: Option<&Object>, after: &Object, holds: impl Fn(&Object) -> bool) -> bool {
    holds(after) && !before.is_some_and(holds)
}

fn allocatable(node: &Object) -> Resources {
    Resources::of(node.value().get("status").get("allocatable"))
}
