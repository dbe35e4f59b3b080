//! The way to a field within an object, as errors name it: `spec.ports[0].nodePort`, `metadata.labels[app]`.
//!
//! Models `k8s.io/apimachinery/pkg/util/validation/field/path.go`.

use alloc::string::String;
use core::fmt;
use core::ops::Div;

/// A step down from `parent`. Paths are made on the way down a validation and hardly ever read, so they are links on
/// the stack that cost nothing: `let at = &spec / "ports" / i` borrows, and only an error turns one into text.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// The object itself.
    pub const ROOT: Path<'static> = Path { parent: None, step: Step::Root };

    /// A top-level field.
    pub const fn new(field: &'a str) -> Path<'a> {
        Path { parent: None, step: Step::Field(field) }
    }

    /// The value under `key` of a map with keys of the user's own: labels, annotations, limits.
    pub fn key(&'a self, key: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Key(key) }
    }
}

/// `&path / "field"`: a member of this struct.
impl<'a> Div<&'a str> for &'a Path<'a> {
    type Output = Path<'a>;
    fn div(self, field: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Field(field) }
    }
}

/// `&path / i`: an item of this list.
impl<'a> Div<usize> for &'a Path<'a> {
    type Output = Path<'a>;
    fn div(self, index: usize) -> Path<'a> {
        Path { parent: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nested = match self.parent {
            Some(parent) => {
                fmt::Display::fmt(parent, f)?;
                !parent.is_root()
            }
            None => false,
        };
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name) if nested => write!(f, ".{name}"),
            Step::Field(name) => f.write_str(name),
            Step::Index(i) => write!(f, "[{i}]"),
            Step::Key(key) => write!(f, "[{key}]"),
        }
    }
}

impl Path<'_> {
    fn is_root(&self) -> bool {
        matches!(self.step, Step::Root)
    }

    /// The path as text; Go prints that of the object itself as `<nil>`.
    pub fn text(&self) -> String {
        use alloc::string::ToString;
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_kubernetes_writes_it() {
        let (spec, metadata) = (Path::new("spec"), Path::new("metadata"));
        let ports = &spec / "ports";
        let first = &ports / 0;
        let labels = &metadata / "labels";
        assert_eq!((&first / "nodePort").text(), "spec.ports[0].nodePort");
        assert_eq!(labels.key("app").text(), "metadata.labels[app]");
        assert_eq!((&Path::ROOT / "kind").text(), "kind");
    }
}
