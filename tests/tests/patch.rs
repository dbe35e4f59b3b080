//! Patches do what upstream's own functions do: tables of inputs with the answers Go gave, in `tests/patch/*.json`.

mod patch {
    pub(crate) mod documents;
    mod large;
    pub(crate) mod managed;
    mod properties;
    mod random;
    pub(crate) mod strategic;
}

use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use svcscope_core::base::{Value, json};
use svcscope_core::manifest::{Node, json as manifest};
use svcscope_core::schema::Schema;

/// A table of one engine: `{"engine": …, "cases": […]}`.
struct Table {
    name: String,
    engine: String,
    cases: Vec<Value>,
}

fn tables() -> Vec<Table> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("patch");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the tables").map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    let read = |path: &Path| {
        let table = parsed(&fs::read_to_string(path).expect("a text")).to_value();
        Table {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            engine: table.get("engine").str().to_owned(),
            cases: table.get("cases").items().to_vec(),
        }
    };
    paths.iter().map(|p| read(p)).collect()
}

fn parsed(text: &str) -> Node {
    manifest::parse(text).unwrap_or_else(|e| panic!("{}: {text}", e.message))
}

/// The answer of an engine to a case, in the members that the table has for it.
type Answer = fn(&Value) -> Vec<(&'static str, Value)>;

const ENGINES: &[(&str, Answer)] = &[
    ("json-patch", patch::documents::json_patch),
    ("merge-patch", patch::documents::merge_patch),
    ("strategic", patch::strategic::apply),
    ("two-way", patch::strategic::two_way),
    ("three-way", patch::strategic::three_way),
    ("managed", patch::managed::sequence),
    ("scale", patch::managed::scale),
];

/// The types of Kubernetes.
fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(Schema::kubernetes)
}

#[test]
fn every_engine_answers_as_upstream_does() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for table in tables() {
        let (_, answer) =
            ENGINES.iter().find(|(name, _)| *name == table.engine).expect("a table of an engine we have");
        for (i, case) in table.cases.iter().enumerate() {
            cases += 1;
            let actual = answer(case);
            let differs = |(key, value): &&(&str, Value)| !same(case.get(key), value);
            if let Some((key, value)) = actual.iter().find(differs) {
                let (expected, actual) = first_difference(case.get(key), value);
                wrong.push(format!(
                    "{} case {i}\n  case:     {}\n  {key}\n  expected: {}\n  actual:   {}",
                    table.name,
                    json::to_string(case),
                    json::to_string(expected),
                    json::to_string(actual),
                ));
            }
        }
    }
    assert!(cases > 0, "no cases");
    let shown = wrong.iter().take(12).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(wrong.is_empty(), "{} of {cases} cases differ:\n{shown}", wrong.len());
}

/// Equal as JSON text, order of keys included; a member that is missing is null.
fn same(a: &Value, b: &Value) -> bool {
    json::to_string(a) == json::to_string(b)
}

/// Of two lists the first items that differ; else the values themselves.
fn first_difference<'v>(a: &'v Value, b: &'v Value) -> (&'v Value, &'v Value) {
    let items = a.items().iter().zip(b.items());
    items.clone().find(|(a, b)| !same(a, b)).unwrap_or((a, b))
}
