//! What a namespace's LimitRanges give to containers, and what they allow.
//!
//! Models `plugin/pkg/admission/limitranger`.

use super::forbidden;
use crate::base::sort;
use crate::base::{Quantity, Status, Text, Value};
use crate::registry::edit;
use crate::registry::pod::requests::{self, Amounts};
use crate::registry::resources::quantity;
use crate::registry::server::{Server, StoredKind};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const ANNOTATION: &str = "kubernetes.io/limit-ranger";
/// The most thousandths that upstream compares as such.
const MILLI_MAX: i64 = i64::MAX / 1000;

fn ranges<'a>(server: &'a Server, object: &Value) -> Vec<&'a Value> {
    let namespace = object.at(&["metadata", "namespace"]).str();
    let all = server.store.list("limitranges", "");
    all.filter(|range| range.namespace() == namespace).map(|range| range.value()).collect()
}

/// Defaults of containers.
pub(super) fn admit(
    server: &Server,
    _: &StoredKind,
    pod: &mut Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    if old.is_some() {
        return Ok(());
    }
    for range in ranges(server, pod) {
        let limits = range.at(&["spec", "limits"]).items().iter();
        let limits: Vec<&Value> = limits.filter(|l| l.get("type").str() == "Container").collect();
        let notes = core::cell::RefCell::new(Vec::new());
        edit::member(pod, "spec", |spec| {
            for (list, what) in [("containers", "container"), ("initContainers", "init container")] {
                edit::each(spec, list, |container| {
                    let name = String::from(container.get("name").str());
                    let mut fill = |field: &str, source: &str, word: &str| {
                        let set = fill(container, field, &limits, source);
                        if !set.is_empty() {
                            notes.borrow_mut().push(format!("{} {word} for {what} {name}", set.join(", ")));
                        }
                    };
                    fill("requests", "defaultRequest", "request");
                    fill("limits", "default", "limit");
                });
            }
        });
        let notes = notes.into_inner();
        if !notes.is_empty() {
            let text = format!("LimitRanger plugin set: {}", notes.join("; "));
            pod.entry_at(&["metadata", "annotations"]).set(ANNOTATION, text);
        }
    }
    Ok(())
}

/// Adds the amounts that a container does not say; answers their names.
fn fill(container: &mut Value, field: &str, limits: &[&Value], source: &str) -> Vec<String> {
    let mut set = Vec::new();
    // Of several limits the last counts.
    for (name, amount) in limits.iter().rev().flat_map(|limit| limit.get(source).entries()) {
        if container.get("resources").get(field).find(name).is_none() {
            container.entry_at(&["resources", field]).set(name, amount);
            set.push(String::from(name.as_str()));
        }
    }
    sort::sort(&mut set);
    set
}

/// A type of limit, a resource, and the amounts that are asked for and allowed.
struct Asked<'a> {
    type_: &'a str,
    name: &'a Text,
    request: Option<&'a Quantity>,
    limit: Option<&'a Quantity>,
}

pub(super) fn validate(
    server: &Server,
    kind: &StoredKind,
    object: &Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    if old.is_some_and(|old| kind.name == "pods" || !old.at(&["metadata", "deletionTimestamp"]).is_null()) {
        return Ok(());
    }
    for range in ranges(server, object) {
        let mut errors: Vec<String> = Vec::new();
        for limit in range.at(&["spec", "limits"]).items() {
            match (limit.get("type").str(), kind.name.as_str()) {
                ("Container", "pods") => {
                    let lists = ["containers", "initContainers"].into_iter();
                    let containers = lists.flat_map(|list| object.get("spec").get(list).items());
                    for container in containers {
                        let resources = container.get("resources");
                        let requests = requests::amounts(resources.get("requests"));
                        let limits = requests::amounts(resources.get("limits"));
                        check(limit, &requests, Some(&limits), &mut errors);
                    }
                }
                ("Pod", "pods") => {
                    let mut spec = object.get("spec").clone();
                    spec.remove("overhead");
                    let requests = requests::of_pod(&spec, "requests");
                    let limits = requests::of_pod(&spec, "limits");
                    check(limit, &requests, Some(&limits), &mut errors);
                }
                ("PersistentVolumeClaim", "persistentvolumeclaims") => {
                    let requests = requests::amounts(object.at(&["spec", "resources", "requests"]));
                    check(limit, &requests, None, &mut errors);
                }
                _ => {}
            }
        }
        errors.dedup();
        match errors.as_slice() {
            [] => {}
            [one] => return Err(forbidden(kind, object, one)),
            several => return Err(forbidden(kind, object, &format!("[{}]", several.join(", ")))),
        }
    }
    Ok(())
}

/// `limits` are none where there is nothing but requests.
fn check(limit: &Value, requests: &Amounts, limits: Option<&Amounts>, errors: &mut Vec<String>) {
    let type_ = limit.get("type").str();
    let asked = |name: &'static str| {
        limit.get(name).entries().iter().map(|(name, amount)| {
            let limit = limits.and_then(|l| l.get(name));
            (Asked { type_, name, request: requests.get(name), limit }, amount)
        })
    };
    errors.extend(asked("min").filter_map(|(asked, amount)| asked.below(amount)));
    errors.extend(asked("max").filter_map(|(asked, amount)| match limits {
        Some(_) => asked.above(amount),
        None => asked.request_above(amount),
    }));
    if limits.is_some() {
        let ratios = asked("maxLimitRequestRatio");
        errors.extend(ratios.filter_map(|(asked, amount)| asked.ratio_above(amount)));
    }
}

impl Asked<'_> {
    /// In thousandths, unless one of the amounts is too large for that: then in whole units.
    fn comparable(&self, enforced: &Quantity) -> (Option<i64>, Option<i64>, i64) {
        let units = |q: Option<&Quantity>| q.map_or(0, Quantity::units);
        let small =
            [units(self.request), units(self.limit), enforced.units()].iter().all(|u| *u <= MILLI_MAX);
        let of = |q: &Quantity| if small { q.milli() } else { q.units() };
        (self.request.map(of), self.limit.map(of), of(enforced))
    }

    fn sentence(&self, extreme: &str, enforced: &Value, rest: &str) -> String {
        format!("{extreme} {} usage per {} is {}{rest}", self.name, self.type_, enforced.str())
    }

    fn below(&self, enforced: &Value) -> Option<String> {
        let (request, limit, least) = self.comparable(&quantity(enforced));
        let rest = match (request, limit) {
            (None, _) => ".  No request is specified".into(),
            (Some(r), _) if r < least => format!(", but request is {}", self.request?),
            (_, Some(l)) if l < least => format!(", but limit is {}", self.limit?),
            _ => return None,
        };
        Some(self.sentence("minimum", enforced, &rest))
    }

    fn above(&self, enforced: &Value) -> Option<String> {
        let (request, limit, most) = self.comparable(&quantity(enforced));
        let rest = match (request, limit) {
            (_, None) => ".  No limit is specified".into(),
            (_, Some(l)) if l > most => format!(", but limit is {}", self.limit?),
            (Some(r), _) if r > most => format!(", but request is {}", self.request?),
            _ => return None,
        };
        Some(self.sentence("maximum", enforced, &rest))
    }

    fn request_above(&self, enforced: &Value) -> Option<String> {
        let (request, _, most) = self.comparable(&quantity(enforced));
        let rest = match request {
            None => ".  No request is specified".into(),
            Some(r) if r > most => format!(", but request is {}", self.request?),
            Some(_) => return None,
        };
        Some(self.sentence("maximum", enforced, &rest))
    }

    fn ratio_above(&self, enforced: &Value) -> Option<String> {
        let (request, limit, _) = self.comparable(&quantity(enforced));
        let start =
            format!("{} max limit to request ratio per {} is {}, but", self.name, self.type_, enforced.str());
        let (Some(request), limit) = (request.filter(|r| *r != 0), limit.filter(|l| *l != 0)) else {
            return Some(format!("{start} no request is specified or request is 0"));
        };
        let Some(limit) = limit else {
            return Some(format!("{start} no limit is specified or limit is 0"));
        };
        let most = quantity(enforced);
        // limit / request > most, in whole numbers.
        let (limit, request) = (i128::from(limit), i128::from(request));
        let exceeds = limit.saturating_mul(1000) > i128::from(most.milli()).saturating_mul(request);
        let millionths = (limit.saturating_mul(1_000_000) + request / 2) / request;
        let shown = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
        exceeds.then(|| format!("{start} provided ratio is {shown}"))
    }
}
