//! Nodes are told for how long they may keep Secrets and ConfigMaps: the longer, the more nodes there are.
//!
//! Models `pkg/controller/ttl/ttl_controller.go`.

use super::{Action, Controller, Due, Heard, Key, Memory, Outcome, Retry, View, Write};
use crate::base::Value;
use crate::store::Change;
use alloc::format;
use alloc::vec::Vec;

pub const CONTROLLER: Controller = Controller {
    name: "ttl-controller",
    manager: "kube-controller-manager",
    component: "ttl-controller",
    affected,
    sync,
    retry: Retry::USUAL,
};

const RESOURCE: &str = "nodes";
const ANNOTATION: &str = "node.alpha.kubernetes.io/ttl";

/// The least and the greatest number of nodes, and the seconds. They overlap, so that one node more or less does not
/// change it to and fro.
const STEPS: &[(usize, usize, i64)] =
    &[(0, 100, 0), (90, 500, 15), (450, 1000, 30), (900, 2000, 60), (1800, usize::MAX, 300)];

fn affected(memory: &mut Memory, heard: &Heard<'_>) -> Vec<Due> {
    if heard.event.resource != RESOURCE {
        return Vec::new();
    }
    let (step, count) = (step(memory), heard.store.count(RESOURCE));
    let (least, most, _) = STEPS.get(step).copied().unwrap_or_default();
    if count > most {
        memory.keep(&Key::default(), Value::from(step_value(step + 1)));
    } else if count < least {
        memory.keep(&Key::default(), Value::from(step_value(step.saturating_sub(1))));
    }
    match heard.event.change {
        Change::Deleted => Vec::new(),
        _ => [Due::from(Key::of(&heard.event.object))].into(),
    }
}

/// Which of the steps the cluster is on is remembered about no node in particular.
fn step(memory: &Memory) -> usize {
    usize::try_from(memory.of(&Key::default()).int()).unwrap_or(0)
}

fn step_value(step: usize) -> i64 {
    i64::try_from(step).unwrap_or(0)
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(node) = view.store.get(RESOURCE, "", &key.name) else { return Outcome::default() };
    let wanted = STEPS.get(step(view.memory)).map_or(0, |(.., seconds)| *seconds);
    let wanted = format!("{wanted}");
    if node.metadata().get("annotations").get(ANNOTATION).str() == wanted {
        return Outcome::default();
    }
    let mut object = node.value().clone();
    object.entry_at(&["metadata", "annotations"]).set(ANNOTATION, wanted);
    let writes = [Write::silent(Action::Update { resource: RESOURCE.into(), object })].into();
    Outcome { writes, ..Outcome::default() }
}
