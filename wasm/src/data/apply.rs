//! What becomes of manifests.

use serde::Serialize;
use svcscope_core::cluster::{ApplyOutcome, Problem};
use svcscope_core::kubectl::apply::Outcome;
use tsify::Tsify;

/// What became of one object of a manifest.
#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Applied {
    pub api_version: String,
    pub kind: String,
    /// Empty where the kind has none.
    pub namespace: String,
    pub name: String,
    pub result: ApplyResult,
    /// What the server warns of.
    pub warnings: Vec<String>,
}

#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum ApplyResult {
    Created,
    Configured,
    Unchanged,
}

/// Where something is wrong in a text, and what.
#[derive(Debug, Serialize, Tsify)]
pub struct Place {
    /// What is wrong there, in the words of Kubernetes.
    pub message: String,
    /// Offset into the text, as JavaScript counts.
    pub from: usize,
    /// Where it ends; the same as `from` where nothing in particular is meant.
    pub to: usize,
    /// From 1 on.
    pub line: usize,
    /// From 1 on, as JavaScript counts.
    pub column: usize,
}

pub fn applied(outcome: ApplyOutcome) -> Vec<Applied> {
    let with_warnings = outcome.applied.into_iter().zip(outcome.warnings);
    let each = with_warnings.map(|(a, warnings)| Applied {
        api_version: a.api_version.into(),
        kind: a.kind.into(),
        namespace: a.namespace.into(),
        name: a.name.into(),
        result: match a.outcome {
            Outcome::Created => ApplyResult::Created,
            Outcome::Configured => ApplyResult::Configured,
            Outcome::Unchanged => ApplyResult::Unchanged,
        },
        warnings,
    });
    each.collect()
}

impl Place {
    pub fn new(text: &str, problem: &Problem) -> Place {
        Place {
            message: problem.message.to_string(),
            from: utf16(text, problem.span.start),
            to: utf16(text, problem.span.end),
            line: problem.position.line,
            column: problem.position.column_utf16,
        }
    }
}

/// What JavaScript calls the byte `offset` of `text`.
pub fn utf16(text: &str, offset: usize) -> usize {
    let before = text.char_indices().take_while(|(at, _)| *at < offset);
    before.map(|(_, c)| c.len_utf16()).sum()
}

#[test]
fn offsets_are_counted_as_javascript_counts_them() {
    let text = "é😀b";
    assert_eq!([0, 2, 6, 7, 99].map(|offset| utf16(text, offset)), [0, 1, 3, 4, 4]);
}
