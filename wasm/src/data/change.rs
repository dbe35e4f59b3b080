//! What was written since a mark.

use serde::Serialize;
use svcscope_core::cluster;
use svcscope_core::store;
use tsify::Tsify;
use wasm_bindgen::JsValue;

/// What was written since a mark.
#[derive(Debug, Serialize, Tsify)]
pub struct Changes {
    pub changes: Vec<Change>,
    /// For the next call.
    pub mark: f64,
    /// The mark was too old: some changes are missing, and what is there has to be read anew.
    pub missed: bool,
}

/// An object that was written.
#[derive(Debug, Serialize, Tsify)]
pub struct Change {
    #[serde(rename = "type")]
    pub change: ChangeType,
    pub kind: String,
    /// Empty where the kind has none.
    pub namespace: String,
    pub name: String,
    /// As it was then; of one that is gone, its last state.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "KubernetesObject")]
    pub object: JsValue,
}

#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeType {
    Added,
    Modified,
    Deleted,
}

impl From<cluster::Changes> for Changes {
    fn from(c: cluster::Changes) -> Changes {
        Changes {
            changes: c.changes.iter().map(Change::from).collect(),
            mark: c.mark as f64,
            missed: c.missed,
        }
    }
}

impl From<&cluster::Changed> for Change {
    fn from(c: &cluster::Changed) -> Change {
        let metadata = c.object.get("metadata");
        Change {
            change: match c.change {
                store::Change::Added => ChangeType::Added,
                store::Change::Modified => ChangeType::Modified,
                store::Change::Deleted => ChangeType::Deleted,
            },
            kind: c.object.get("kind").str().into(),
            namespace: metadata.get("namespace").str().into(),
            name: metadata.get("name").str().into(),
            object: super::object(&c.object).into(),
        }
    }
}
