//! Why something was not done. The package makes exceptions of it.

use super::apply::Place;
use serde::Serialize;
use svcscope_core::base::Status;
use svcscope_core::cluster::{Origin, Rejected};
use tsify::Tsify;
use wasm_bindgen::JsValue;

/// Why something was not done.
#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    pub reason: FailureReason,
    pub message: String,
    /// Kubernetes' `Status`, where the API server has refused.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "any")]
    pub status: JsValue,
    /// What is wrong in the text, where it was one.
    pub places: Vec<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum FailureReason {
    /// The API server refuses.
    Status,
    /// A text is no manifest.
    Manifest,
    /// The call itself makes no sense.
    Usage,
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure {
            reason: FailureReason::Usage,
            message: message.into(),
            status: JsValue::UNDEFINED,
            places: Vec::new(),
        }
    }

    pub fn rejected(text: &str, rejected: &Rejected) -> Failure {
        let unread = rejected.problems.iter().any(|p| p.origin == Origin::Text);
        let status =
            rejected.problems.iter().find(|_| !unread).map(|p| super::object(&p.status.to_value()).into());
        Failure {
            reason: if unread { FailureReason::Manifest } else { FailureReason::Status },
            message: rejected.to_string(),
            status: status.unwrap_or(JsValue::UNDEFINED),
            places: rejected.problems.iter().map(|p| Place::new(text, p)).collect(),
        }
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Failure {
        Failure {
            reason: FailureReason::Status,
            message: status.message.to_string(),
            status: super::object(&status.to_value()).into(),
            places: Vec::new(),
        }
    }
}

/// What is thrown.
impl From<Failure> for JsValue {
    fn from(failure: Failure) -> JsValue {
        failure.into_js().map_or_else(|e| JsValue::from(js_sys::Error::from(JsValue::from(e))), JsValue::from)
    }
}
