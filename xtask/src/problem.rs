//! What went wrong, and what helps.

use std::fmt;

pub(crate) type Result<T = ()> = std::result::Result<T, Problem>;

/// Why something could not be done: one line, what a command said before it failed, and the fix where one is known.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    what: String,
    said: String,
    fix: String,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Problem { what: what.into(), said: String::new(), fix: String::new() }
    }

    /// What the failing command printed; only its end is kept.
    pub(crate) fn said(mut self, output: &str) -> Self {
        const LINES: usize = 40;
        let lines: Vec<&str> = output.trim_end().lines().collect();
        self.said = lines[lines.len().saturating_sub(LINES)..].join("\n");
        self
    }

    /// What the user does about it.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    /// The same problem, met while doing `what`.
    pub(crate) fn during(mut self, what: &str) -> Self {
        self.what = format!("{what}: {}", self.what);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        for line in self.said.lines() {
            write!(f, "\n    {line}")?;
        }
        if !self.fix.is_empty() {
            write!(f, "\n  fix: {}", self.fix)?;
        }
        Ok(())
    }
}

/// Says which file an I/O error is about.
pub(crate) trait At<T> {
    fn at(self, path: &std::path::Path) -> Result<T>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, path: &std::path::Path) -> Result<T> {
        self.map_err(|error| Problem::new(format!("{}: {error}", path.display())))
    }
}
