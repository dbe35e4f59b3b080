//! Lists that come in pages, and lists as they were: which objects, and where the next page begins.
//!
//! Models `k8s.io/apiserver/pkg/storage/continue.go`, `ValidateListOptions` and `GetList` of `pkg/storage/cacher`.

use super::call::Call;
use super::options::ListOptions;
use super::read::{check_not_too_new, parse_revision};
use crate::base::{Status, Value, sort};
use crate::store::{Object, Store};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Where a list goes on: the token, and how many objects are left if that is known.
pub(super) type Rest = Option<(String, Option<i64>)>;

/// The objects that are asked for, where the list goes on, and the revision it is of.
pub(super) fn select(
    call: &Call<'_>,
    options: &ListOptions,
) -> Result<(Vec<Arc<Object>>, Rest, u64), Status> {
    let asked = Asked::read(call, options)?;
    let store = &call.server.store;
    let (resource, namespace) = (call.kind.name.as_str(), call.route.namespace);
    let revision = asked.revision.unwrap_or(store.revision());
    let selects = |o: &Arc<Object>| options.labels.matches(o.labels()) && options.fields.matches(o.value());
    let limit = usize::try_from(options.limit).unwrap_or(0);
    if asked.revision.is_none() && asked.start.is_empty() && limit == 0 {
        let all = store.select(resource, namespace, &options.labels);
        let mut objects = all.filter(|o| selects(o)).cloned().collect::<Vec<_>>();
        put_in_order(&mut objects, namespace);
        return Ok((objects, None, revision));
    }
    let mut all = match asked.revision {
        Some(revision) => as_of(store, resource, namespace, revision).ok_or_else(|| asked.expired())?,
        None => store.list(resource, namespace).cloned().collect(),
    };
    put_in_order(&mut all, namespace);
    all.retain(|o| key(o, namespace).as_str() >= asked.start.as_str());
    let (mut objects, mut rest) = (Vec::new(), None);
    for (i, object) in all.iter().enumerate() {
        if selects(object) {
            objects.push(object.clone());
        }
        if limit > 0 && objects.len() == limit {
            // More may come, also where none of them is selected.
            if i + 1 < all.len() {
                let last = objects.last().map(|o| key(o, namespace)).unwrap_or_default();
                let selected = !options.labels.is_everything() || !options.fields.is_everything();
                let left = i64::try_from(all.len() - limit).unwrap_or(i64::MAX);
                let revision = i64::try_from(revision).unwrap_or(i64::MAX);
                rest = Some((token(&format!("{last}\u{0}"), revision), (!selected).then_some(left)));
            }
            break;
        }
    }
    Ok((objects, rest, revision))
}

/// The state that is asked for.
struct Asked {
    /// A past one; none for the present.
    revision: Option<u64>,
    /// The first key.
    start: String,
}

impl Asked {
    fn read(call: &Call<'_>, options: &ListOptions) -> Result<Asked, Status> {
        if !options.continue_token.is_empty() {
            let (start, revision) = read_token(&options.continue_token)?;
            if !matches!(options.resource_version.as_str(), "" | "0") {
                let why = "specifying resource version is not allowed when using continue";
                return Err(Status::bad_request(why));
            }
            let revision = u64::try_from(revision).ok();
            check_not_too_new(call, revision.unwrap_or(0))?;
            return Ok(Asked { revision, start });
        }
        let asked = parse_revision(&options.resource_version)
            .map_err(|e| Status::bad_request(format!("invalid resource version: {e}")))?;
        check_not_too_new(call, asked)?;
        let exact = match options.resource_version_match.as_str() {
            "Exact" => true,
            "" => options.limit > 0 && asked > 0,
            _ => false,
        };
        Ok(Asked { revision: exact.then_some(asked), start: String::new() })
    }

    /// The state is forgotten. A list that has begun may go on with the present one.
    ///
    /// Models `interpretListError`.
    fn expired(&self) -> Status {
        if self.start.is_empty() {
            return Status::expired("The resourceVersion for the provided list is too old.");
        }
        Status { continue_token: token(&self.start, -1).into(), ..Status::expired(INCONSISTENT) }
    }
}

const INCONSISTENT: &str = "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/// The objects as they were at a revision; none where what happened since is forgotten.
fn as_of(store: &Store, resource: &str, namespace: &str, revision: u64) -> Option<Vec<Arc<Object>>> {
    let place = |o: &Object| (o.namespace().clone(), o.name().clone());
    let mut objects: BTreeMap<_, _> =
        store.list(resource, namespace).map(|o| (place(o), o.clone())).collect();
    let since = store.log().since(revision)?.filter(|event| event.resource == resource);
    for event in since.collect::<Vec<_>>().into_iter().rev() {
        let there = event.object.namespace();
        if !namespace.is_empty() && there.as_str() != namespace {
            continue;
        }
        match &event.before {
            Some(before) => objects.insert(place(before), before.clone()),
            None => objects.remove(&place(&event.object)),
        };
    }
    Some(objects.into_values().collect())
}

/// What an object is stored under, within the namespace that is listed.
fn key(object: &Object, namespace: &str) -> String {
    match object.namespace().as_str() {
        "" => object.name().to_string(),
        _ if !namespace.is_empty() => object.name().to_string(),
        within => format!("{within}/{}", object.name()),
    }
}

/// Objects of all namespaces come in the order of their keys, in which `a-b/x` stands before `a/x`.
fn put_in_order(objects: &mut [Arc<Object>], namespace: &str) {
    let bytes = |o: &Arc<Object>| {
        let (namespace, name) = (o.namespace().clone(), o.name().clone());
        let mut key = namespace.as_bytes().to_vec();
        key.push(b'/');
        key.extend_from_slice(name.as_bytes());
        key
    };
    let odd = |pair: &[Arc<Object>]| match pair {
        // Only names of namespaces that begin alike can be in another order.
        [a, b] => a.namespace() != b.namespace() && b.namespace().starts_with(a.namespace().as_str()),
        _ => false,
    };
    if namespace.is_empty() && objects.windows(2).any(odd) {
        sort::by_cached_key(objects, bytes);
    }
}

/// The token of a list that goes on at a key; `-1` for the revision of then.
fn token(start: &str, revision: i64) -> String {
    let token = Value::map([
        ("v", Value::text("meta.k8s.io/v1")),
        ("rv", Value::Int(revision)),
        ("start", Value::text(start)),
    ]);
    crate::schema::base64_url(crate::base::json::to_string(&token).as_bytes())
}

/// The key and the revision of a token.
///
/// Models `DecodeContinue`.
fn read_token(token: &str) -> Result<(String, i64), Status> {
    let wrong = |why: String| {
        Status::bad_request(format!("invalid continue token: continue key is not valid: {why}"))
    };
    let version = |why: &str| wrong(format!("{why} (version meta.k8s.io/v1)"));
    let bytes = crate::schema::base64_url_decode(token)
        .map_err(|at| wrong(format!("illegal base64 data at input byte {at}")))?;
    let token = crate::manifest::json::parse_bytes(&bytes).map_err(|e| wrong(e.message.to_string()))?;
    let token = token.to_value();
    if token.get("v").str() != "meta.k8s.io/v1" {
        let other = token.get("v").str();
        return Err(wrong(format!("server does not recognize this encoded version {other}")));
    }
    let (revision, start) = (token.get("rv").int(), token.get("start").str());
    if revision == 0 {
        return Err(version("incorrect encoded start resourceVersion"));
    }
    if start.is_empty() {
        return Err(version("encoded start key empty"));
    }
    // No way leads out of the resource that is listed.
    let path = start.strip_prefix('/').unwrap_or(start);
    if !path.is_empty() && path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(wrong(start.to_string()));
    }
    Ok((path.to_string(), revision))
}
