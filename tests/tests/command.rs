//! The command line of the conformance runner, as `cargo xtask conformance` starts it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A folder with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.join(name), text).unwrap());
    folder
}

/// Exit code, output and errors.
fn conformance(args: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_conformance")).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

const NOT_FOUND: &str = r#"{"code": 404, "body": {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
    "message": "services \"web\" not found", "reason": "NotFound", "details": {"name": "web", "kind": "services"}, "code": 404}}"#;

fn recorded(name: &str, expect: &str) -> String {
    format!(
        r#"{{"name": "{name}", "steps": [{{"do": "GET /api/v1/namespaces/default/services/web", "expect": {expect}}}]}}"#
    )
}

#[test]
fn each_file_and_all_of_them_are_counted() {
    let right = recorded("right", NOT_FOUND);
    let wrong = recorded("wrong", &NOT_FOUND.replace("web\\", "other\\"));
    let folder = folder(
        "counted",
        &[
            ("b.json", &format!(r#"{{"cases": [{right}, {wrong}]}}"#)),
            ("a.json", &format!(r#"{{"cases": [{right}]}}"#)),
        ],
    );
    let path = folder.to_str().unwrap();
    let (code, out, _) = conformance(&[path]);
    assert_eq!(
        (code, &*out),
        (0, "a: 1 passed, 0 failed\nb: 1 passed, 1 failed\ntotal: 2 passed, 1 failed\n")
    );
    let (_, out, _) = conformance(&[path, "--names-passed"]);
    assert_eq!(out, "right\nright\n");
    let (_, out, _) = conformance(&[path, "-v", "--only", "wro"]);
    assert_eq!(
        out,
        "FAIL wrong: step 0.body.message:\n    want \"services \\\"other\\\" not found\"\n    got  \"services \\\"web\\\" not found\"\n\
         b: 0 passed, 1 failed\ntotal: 0 passed, 1 failed\n"
    );
}

#[test]
fn a_malformed_file_is_an_error_with_its_place() {
    let folder = folder(
        "malformed",
        &[("x.json", "{\n\"cases\": [}"), ("y.json", r#"{"cases": [{"name": "a", "steps": [{}]}]}"#)],
    );
    for (file, place) in [
        ("x.json", "x.json: expected value at line 2 column 11"),
        ("y.json", "y.json: case a: step 0: unknown step {}"),
        ("z.json", "z.json: No such file"),
    ] {
        let (code, out, error) = conformance(&[folder.join(file).to_str().unwrap()]);
        assert_eq!((code, &*out), (2, ""));
        assert!(error.contains(place), "{error}");
    }
    assert_eq!(conformance(&["--no-such-option"]).0, 2);
    assert_eq!(conformance(&["--write", folder.to_str().unwrap()]).0, 2);
}

#[test]
fn a_step_that_is_not_there_yet_and_a_cluster_that_cannot_be_had_fail_the_case() {
    let kubectl = r#"{"cases": [{"name": "k", "steps": [{"kubectl": ["no-such-command"], "expect": {"exit": 0, "stdout": "", "stderr": ""}}]}]}"#;
    let cluster =
        r#"{"cluster": {"serviceCIDR": "x"}, "cases": [{"name": "c", "steps": [{"settle": true}]}]}"#;
    let folder = folder("failing", &[("k.json", kubectl), ("c.json", cluster)]);
    let (code, out, _) = conformance(&[folder.to_str().unwrap(), "-v"]);
    assert_eq!(code, 0);
    assert!(
        out.starts_with("FAIL c: no such cluster: serviceCIDR \"x\"\nc: 0 passed, 1 failed\nFAIL k: step 0"),
        "{out}"
    );
    assert!(out.ends_with("total: 0 passed, 2 failed\n"), "{out}");
}
