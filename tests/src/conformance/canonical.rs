//! Order for what has none: what a cluster leaves to chance is sorted before it is compared.

use super::generated;
use super::python;
use super::variables::Variables;
use serde_json::Value;

impl Variables<'_> {
    /// Sorts, by their text without what differs from run to run: the items of a list in which names were generated; the
    /// endpoints and subsets that a controller made (ports keep their order); the causes of a conflict of server-side apply.
    pub fn canonical(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.canonical(item)),
            Value::Object(map) => {
                map.values_mut().for_each(|item| self.canonical(item));
                self.sort_parts(value);
            }
            _ => {}
        }
    }

    fn sort_parts(&self, object: &mut Value) {
        let by_text = |item: &Value| (self.blank(item), python::dumps_sorted(item));
        let label = |key: &str| object["metadata"]["labels"][key].as_str().unwrap_or_default();
        let of_slice = label("endpointslice.kubernetes.io/managed-by").ends_with("-controller.k8s.io");
        let of_endpoints = label("endpoints.kubernetes.io/managed-by") == "endpoint-controller";
        if let Some(endpoints) = list(object, "endpoints").filter(|_| of_slice) {
            endpoints.sort_by_cached_key(by_text);
        }
        if let Some(subsets) = list(object, "subsets").filter(|_| of_endpoints) {
            subsets.sort_by_cached_key(by_text);
        }
        // The managers come in no order, the fields of each do.
        let conflict = |cause: &Value| cause["reason"] == "FieldManagerConflict";
        if let Some(causes) = list(object, "causes").filter(|causes| causes.iter().all(conflict)) {
            causes.sort_by_cached_key(|cause| text(&cause["message"]));
        }
        if let Some(items) = list(object, "items").filter(|items| items.iter().any(is_made)) {
            items.sort_by_cached_key(|item| {
                let of = |key: &str| text(&item["metadata"][key]);
                let name = &item["metadata"]["name"];
                (of("namespace"), self.blank(name), self.blank(item), of("creationTimestamp"), of("name"))
            });
        }
    }
}

/// Puts managed fields in the order they have when all was written within one second.
pub(super) fn one_second(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(one_second),
        Value::Object(map) => {
            map.values_mut().for_each(one_second);
            if let Some(fields) = list(value, "managedFields") {
                fields.sort_by_cached_key(|f| {
                    let of = |key: &str| text(&f[key]);
                    (
                        of("operation"),
                        f.get("time").is_some(),
                        of("manager"),
                        of("apiVersion"),
                        of("subresource"),
                    )
                });
            }
        }
        _ => {}
    }
}

/// Whether its name was generated.
fn is_made(item: &Value) -> bool {
    let metadata = &item["metadata"];
    let prefix = metadata["generateName"].as_str().filter(|prefix| !prefix.is_empty());
    prefix.zip(metadata["name"].as_str()).is_some_and(|(prefix, name)| generated::is_made_from(name, prefix))
}

fn list<'a>(object: &'a mut Value, key: &str) -> Option<&'a mut Vec<Value>> {
    object.get_mut(key)?.as_array_mut()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
