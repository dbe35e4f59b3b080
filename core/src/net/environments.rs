//! What the containers that run were told of Services when they started: later ones they do not know.
//!
//! Models when `pkg/kubelet/kuberuntime` makes a container's environment: once, at its start.

use super::env::{self, MASTER};
use crate::base::{Text, Value};
use crate::object::{Pod, resource};
use crate::store::{Change, Event, Object, Store};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A clone shares what is not written to.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    /// The Services there are now, by namespace.
    services: BTreeMap<Text, Services>,
    started: Arc<BTreeMap<PodKey, Started>>,
}

/// By name.
type Services = Arc<BTreeMap<Text, Arc<Object>>>;
type PodKey = (Text, Text);

/// The containers of a pod, and which Services there were at the start of each.
#[derive(Clone, Debug, Default)]
struct Started {
    uid: Text,
    containers: Vec<Start>,
}

#[derive(Clone, Debug)]
struct Start {
    container: Text,
    /// How often the container had been started before.
    restarts: i64,
    seen: Seen,
}

/// The Services of the pod's namespace, and that of the API server.
#[derive(Clone, Debug, Default)]
struct Seen {
    own: Services,
    master: Option<Arc<Object>>,
}

impl Environments {
    /// The variables of Services in a container of a pod; those of a container that starts now where it has not started.
    pub fn variables(&self, object: &Object, container: &str) -> Vec<(Text, Text)> {
        let started = self.started.get(&key(object)).filter(|s| s.uid == object.uid());
        let start = started.and_then(|s| s.containers.iter().find(|c| c.container == container));
        let seen = start.map_or_else(|| self.seen(object.namespace()), |s| s.seen.clone());
        env::service_variables(Pod::of(object.value()), seen.own.values(), seen.master.as_ref())
    }

    /// Hears of a write.
    pub fn hear(&mut self, event: &Event) {
        let (object, there) = (&event.object, event.change != Change::Deleted);
        if event.resource == *resource::SERVICES {
            self.service(object, there);
        } else if event.resource == *resource::PODS && there {
            self.pod(object);
        } else if event.resource == *resource::PODS && self.started.contains_key(&key(object)) {
            Arc::make_mut(&mut self.started).remove(&key(object));
        }
    }

    /// Reads everything anew. What is not known any more is taken to have started now.
    pub fn reset(&mut self, store: &Store) {
        *self = Environments::default();
        store.list(resource::SERVICES, "").for_each(|o| self.service(o, true));
        store.list(resource::PODS, "").for_each(|o| self.pod(o));
    }

    fn service(&mut self, object: &Arc<Object>, there: bool) {
        let services = Arc::make_mut(self.services.entry(object.namespace().clone()).or_default());
        if there {
            services.insert(object.name().clone(), object.clone());
        } else {
            services.remove(object.name());
        }
    }

    fn pod(&mut self, object: &Arc<Object>) {
        let key = key(object);
        let known = self.started.get(&key).filter(|s| s.uid == object.uid());
        let known_start = |name: &str, restarts: i64| {
            known.is_some_and(|s| s.containers.iter().any(|c| c.container == name && c.restarts == restarts))
        };
        let news = running(object.value()).filter(|(name, restarts)| !known_start(name, *restarts));
        let news = news.map(|(name, restarts)| (name.clone(), restarts)).collect::<Vec<_>>();
        if news.is_empty() {
            return;
        }
        let seen = self.seen(object.namespace());
        let started = Arc::make_mut(&mut self.started).entry(key).or_default();
        if started.uid != object.uid() {
            *started = Started { uid: object.uid().into(), containers: Vec::new() };
        }
        for (container, restarts) in news {
            started.containers.retain(|c| c.container != container);
            started.containers.push(Start { container, restarts, seen: seen.clone() });
        }
    }

    fn seen(&self, namespace: &str) -> Seen {
        Seen {
            own: self.services.get(namespace).cloned().unwrap_or_default(),
            master: self.services.get(MASTER.0).and_then(|s| s.get(MASTER.1)).cloned(),
        }
    }
}

fn key(object: &Object) -> PodKey {
    (object.namespace().clone(), object.name().clone())
}

/// The containers of a pod that run: their names, and how often they had been started before.
fn running(pod: &Value) -> impl Iterator<Item = (&Text, i64)> {
    const LISTS: [&str; 2] = ["initContainerStatuses", "containerStatuses"];
    let statuses = LISTS.into_iter().flat_map(|list| pod.get("status").get(list).items());
    let running = statuses.filter(|s| !s.at(&["state", "running"]).is_null());
    running.filter_map(|s| Some((s.get("name").as_text()?, s.get("restartCount").int())))
}
