//! What is wrong with Services, where that stands in the texts that people wrote, and what would put it right.

use super::apply::utf16;
use super::object;
use super::traffic::StepConcern;
use serde::{Deserialize, Serialize};
use svcscope_core::cluster::Cluster;
use svcscope_core::explain::{self, Written};
use svcscope_core::manifest::{Span, position};
use tsify::Tsify;
use wasm_bindgen::JsValue;

/// A text and its name.
#[derive(Debug, Deserialize, Tsify)]
pub struct TextFile {
    pub name: String,
    pub text: String,
}

#[derive(Debug, Default, Deserialize, Tsify)]
pub struct TextFiles(pub Vec<TextFile>);

/// Something that is wrong with a Service, or with what it stands on.
#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What kind of finding it is: `selector-matches-nothing`, `target-port-not-listened` and others. They are stable.
    pub id: &'static str,
    /// `error`: traffic fails. `warning`: some fails, or will. `hint`: it works, but perhaps not as it was meant.
    #[tsify(type = "\"error\" | \"warning\" | \"hint\"")]
    pub severity: &'static str,
    /// In one or two sentences.
    pub message: String,
    /// The object and the field that are to blame.
    pub place: StepConcern,
    /// Where that stands in the files that were given; of what controllers made, the object that they made it for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub at: Option<FilePlace>,
    /// What else has to do with it.
    pub concerns: Vec<StepConcern>,
    /// A change that puts it right, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub fix: Option<FindingFix>,
}

/// A stretch of a file.
#[derive(Debug, Serialize, Tsify)]
pub struct FilePlace {
    /// The name that it was given with.
    pub file: String,
    /// Offset into the text, as JavaScript counts.
    pub from: usize,
    pub to: usize,
    /// From 1 on.
    pub line: usize,
    /// From 1 on, as JavaScript counts.
    pub column: usize,
}

/// A change that puts a finding right.
#[derive(Debug, Serialize, Tsify)]
pub struct FindingFix {
    /// As a button would say it.
    pub title: String,
    /// What is changed.
    pub object: StepConcern,
    /// The change to the object, as a JSON patch (RFC 6902).
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "{ op: \"add\" | \"remove\"; path: string; value?: unknown }[]")]
    pub patch: JsValue,
    /// The same change to the file in which the object is written; comments and all else stay. Not there where the
    /// object is in none of the files, or where the file cannot say it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub edit: Option<TextEdit>,
}

/// What stands from `from` to `to` in a file gives way to `insert`.
#[derive(Debug, Serialize, Tsify)]
pub struct TextEdit {
    pub file: String,
    pub from: usize,
    pub to: usize,
    pub insert: String,
}

/// The findings, with their places in the files.
pub fn located(cluster: &Cluster, findings: Vec<explain::Finding>, files: &[TextFile]) -> Vec<Finding> {
    let written = Written::new(files.iter().map(|f| f.text.as_str()));
    findings.into_iter().map(|finding| Finding::new(cluster, finding, files, &written)).collect()
}

impl Finding {
    fn new(
        cluster: &Cluster,
        finding: explain::Finding,
        files: &[TextFile],
        written: &Written<'_>,
    ) -> Finding {
        let (place, change) = cluster.written(written, &finding);
        let edit = change.and_then(|change| {
            let file = files.get(change.text)?;
            Some(TextEdit {
                file: file.name.clone(),
                from: utf16(&file.text, change.edit.span.start),
                to: utf16(&file.text, change.edit.span.end),
                insert: change.edit.text,
            })
        });
        Finding {
            id: finding.id,
            severity: finding.severity.name(),
            message: finding.message,
            place: StepConcern::from(&finding.place),
            at: place.and_then(|(file, span)| Some(FilePlace::new(files.get(file)?, span))),
            concerns: finding.concerns.iter().map(StepConcern::from).collect(),
            fix: finding.fix.map(|fix| FindingFix {
                title: fix.title,
                object: StepConcern::from(&fix.object),
                patch: object(&fix.patch).into(),
                edit,
            }),
        }
    }
}

impl FilePlace {
    fn new(file: &TextFile, span: Span) -> FilePlace {
        let start = position(&file.text, span.start);
        FilePlace {
            file: file.name.clone(),
            from: utf16(&file.text, span.start),
            to: utf16(&file.text, span.end),
            line: start.line,
            column: start.column_utf16,
        }
    }
}
