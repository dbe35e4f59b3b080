//! Tables with columns of one's own: `-o custom-columns`.
//!
//! Models `k8s.io/kubectl/pkg/cmd/get/customcolumn.go`.

use super::console::Failure;
use crate::base::Value;
use crate::print::Table;
use crate::print::jsonpath::{self, JsonPath};
use crate::schema::patch::go_print;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The columns that `spec` names, of an object or of the items of a list.
pub fn print(spec: &str, object: &Value, with_headers: bool) -> Result<String, Failure> {
    let (mut headers, mut paths) = (Vec::new(), Vec::new());
    for column in spec.split(',') {
        let Some((header, path)) = column.split_once(':') else {
            let problem =
                format!("unexpected custom-columns spec: {column}, expected <header>:<json-path-expr>");
            return Err(Failure::own(problem));
        };
        headers.push(header.to_string());
        paths.push(jsonpath::relaxed(path).map_err(Failure::Own)?);
    }
    let paths = paths.iter().map(|path| JsonPath::parse(path)).collect::<Result<Vec<_>, _>>();
    let paths = paths.map_err(Failure::Own)?;
    let mut table = Table::default();
    if with_headers {
        table.rows.push(headers);
    }
    let one = core::slice::from_ref(object);
    let is_list = object.get("kind").str().ends_with("List");
    for object in object.get("items").as_list().filter(|_| is_list).unwrap_or(one) {
        let cells = paths.iter().map(|path| cell(path, object)).collect::<Result<Vec<_>, _>>();
        table.rows.push(cells.map_err(Failure::Own)?);
    }
    Ok(table.text())
}

fn cell(path: &JsonPath, object: &Value) -> Result<String, String> {
    let found = path.find(object)?;
    let mut shown = Vec::new();
    if found.first().is_none_or(Vec::is_empty) {
        shown.push("<none>".to_string());
    }
    shown.extend(found.iter().flatten().map(go_print::plain));
    Ok(shown.join(","))
}

/// The columns of a file: a line of headers, a line of paths, blanks between them.
pub fn of_file(text: &str) -> Result<String, Failure> {
    let form =
        "Expected format is one line of space separated headers, one line of space separated column specs.";
    let mut lines = text.lines();
    let mut line = |what: &str| {
        let missing = || Failure::own(format!("invalid template, missing {what} line. {form}"));
        lines.next().map(|line| line.split_whitespace().collect::<Vec<_>>()).ok_or_else(missing)
    };
    let (headers, paths) = (line("header")?, line("spec")?);
    if headers.len() != paths.len() {
        let (headers, paths) = (headers.len(), paths.len());
        return Err(Failure::own(format!(
            "number of headers ({headers}) and field specifications ({paths}) don't match"
        )));
    }
    let columns = headers.iter().zip(paths).map(|(header, path)| format!("{header}:{path}"));
    Ok(columns.collect::<Vec<_>>().join(","))
}
