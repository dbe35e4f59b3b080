//! kubectl: what it reads beside its arguments, and what it leaves behind.

use super::finding::TextFile;
use serde::{Deserialize, Serialize};
use svcscope_core::kubectl::Printed;
use tsify::Tsify;

/// What kubectl reads beside its arguments.
#[derive(Debug, Default, Deserialize, Tsify)]
#[serde(default)]
pub struct KubectlInput {
    #[tsify(optional)]
    pub stdin: Option<String>,
    /// The files of the folder in which it runs.
    #[tsify(optional, type = "readonly TextFile[]")]
    pub files: Vec<TextFile>,
}

/// What kubectl has printed, and how it ended.
#[derive(Debug, Serialize, Tsify)]
pub struct KubectlResult {
    pub stdout: String,
    pub stderr: String,
    /// The exit code.
    pub code: i32,
}

impl From<Printed> for KubectlResult {
    fn from(p: Printed) -> KubectlResult {
        KubectlResult { stdout: p.stdout, stderr: p.stderr, code: p.exit }
    }
}
