//! Conflicts of an apply, as a `Status`.
//!
//! Models `managedfields/internal/conflict.go`.

use super::entry::{Name, Operation};
use crate::base::status::Cause;
use crate::base::{Status, field};
use crate::schema::apply::{Conflicts, shown};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) fn status(conflicts: &Conflicts<Name>) -> Status {
    let all = || conflicts.0.iter().flat_map(|(name, paths)| paths.iter().map(move |p| (name, p)));
    let causes = all().map(|(name, path)| Cause {
        reason: "FieldManagerConflict".into(),
        message: format!("conflict with {}", printed(name)).into(),
        field: shown(path).into(),
    });
    let causes: Vec<Cause> = causes.collect();
    let message = match all().collect::<Vec<_>>().as_slice() {
        [(name, path)] => {
            format!("Apply failed with 1 conflict: conflict with {}: {}", printed(name), shown(path))
        }
        several => {
            let mut lines = Vec::new();
            for (name, paths) in &conflicts.0 {
                lines.push(format!("conflicts with {}:", printed(name)));
                lines.extend(paths.iter().map(|p| format!("- {}", shown(p))));
            }
            format!("Apply failed with {} conflicts: {}", several.len(), lines.join("\n"))
        }
    };
    Status::new(409, "Conflict", message).with_causes(causes)
}

/// `"kubectl" with subresource "scale" using apps/v1`
fn printed(name: &Name) -> String {
    let mut out = field::quoted(&name.manager);
    if !name.subresource.is_empty() {
        out.push_str(&format!(" with subresource {}", field::quoted(&name.subresource)));
    }
    if name.operation == Operation::Update {
        out.push_str(&format!(" using {}", name.api_version));
    }
    out
}
