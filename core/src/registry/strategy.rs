//! What a kind means beyond its shape: a table of functions per resource, one table a kind.
//!
//! Models `k8s.io/apiserver/pkg/registry/rest` (`RESTCreateStrategy`, `RESTUpdateStrategy`) and the packages
//! `pkg/registry/GROUP/KIND`.

use crate::base::field::Errors;
use crate::base::names::Complaints;
use crate::base::{Value, names};
use alloc::string::String;
use alloc::vec::Vec;

/// The meaning of one resource. Objects come as values in the canonical form of their type; functions that write leave
/// the order of fields to [`crate::schema::Schema::arrange`], which runs behind them.
#[derive(Debug)]
pub struct Strategy {
    /// The resource as messages name it: `services`, `deployments.apps`.
    pub resource: &'static str,
    /// What names may be; judged as a prefix where `generateName` will append to it.
    pub name: fn(&str) -> Complaints,
    /// A name that is generated is the `generateName` alone: nothing is appended to an address.
    pub names_as_asked: bool,
    /// Versioned defaults, applied to whatever a client sends (`SetDefaults_KIND`).
    pub default: fn(&mut Value),
    /// Makes of an object of another group version that serves the kind (`autoscaling/v1`) what is stored, with the
    /// defaults of that version.
    pub to_stored: fn(&str, &mut Value),
    /// The way back.
    pub from_stored: fn(&str, &mut Value),
    /// Clears and sets what a client may not, before a create (`PrepareForCreate`). Status is cleared for every kind
    /// that has the subresource.
    pub prepare_create: fn(&mut Value),
    /// The same before an update, with the object as it is (`PrepareForUpdate`). Status is kept for every kind that
    /// has the subresource.
    pub prepare_update: fn(&mut Value, &Value),
    /// The same before a status update; what is no status is as it was already.
    pub prepare_status: fn(&mut Value, &Value),
    /// Seconds that an object is given before it goes, where it is given any: the object, and what was asked for.
    pub grace_period: fn(&Value, Option<i64>) -> Option<i64>,
    /// The errors of a new object, metadata included, in upstream's order (`Validate`).
    pub validate: fn(&Value) -> Errors,
    /// The errors of an object in the words of another group version that serves the kind, where that has rules of its
    /// own: the version, new, and old in an update.
    pub validate_version: fn(&str, &Value, Option<&Value>) -> Option<Errors>,
    /// The errors of a changed object, metadata included (`ValidateUpdate`): new, old.
    pub validate_update: fn(&Value, &Value) -> Errors,
    /// The errors of a changed status: new, old.
    pub validate_status: fn(&Value, &Value) -> Errors,
    /// The errors of changed finalizers of a spec, which namespaces have: new, old.
    pub validate_finalize: fn(&Value, &Value) -> Errors,
    /// Subresources that write to a part of the object by rules of their own.
    pub subresources: &'static [Subresource],
    /// What is left out of a valid object before it is stored.
    pub canonicalize: fn(&mut Value),
    /// What the answer warns of: new, and old in an update.
    pub warnings: fn(&Value, Option<&Value>) -> Vec<String>,
    /// What the answer to a changed status warns of: new, old.
    pub status_warnings: fn(&Value, &Value) -> Vec<String>,
    /// `metadata.generation` counts the changes of everything but metadata and status.
    pub generation: bool,
    /// A PUT of an object that is not there creates it.
    pub create_on_update: bool,
    /// What a new object says of its status stays.
    pub keeps_status: bool,
    /// An update need not say which revision it changes.
    pub unconditional_update: bool,
}

/// A part of an object that has rules of its own: `pods/resize`.
#[derive(Debug)]
pub struct Subresource {
    pub name: &'static str,
    /// Puts back all but the part: new, old.
    pub prepare: fn(&mut Value, &Value),
    /// The errors of the changed part, metadata included: new, old.
    pub validate: fn(&Value, &Value) -> Errors,
}

/// A kind without meaning here: stored, patched, listed and watched by its shape alone.
pub const GENERIC: Strategy = Strategy {
    resource: "",
    name: names::dns1123_subdomain,
    names_as_asked: false,
    default: |_| {},
    to_stored: |_, _| {},
    from_stored: |_, _| {},
    prepare_create: |_| {},
    prepare_update: |_, _| {},
    prepare_status: |_, _| {},
    grace_period: |_, _| None,
    validate: |_| Errors::new(),
    validate_version: |_, _, _| None,
    validate_update: |_, _| Errors::new(),
    validate_status: |_, _| Errors::new(),
    validate_finalize: |_, _| Errors::new(),
    subresources: &[],
    canonicalize: |_| {},
    warnings: |_, _| Vec::new(),
    status_warnings: |_, _| Vec::new(),
    generation: false,
    create_on_update: false,
    keeps_status: false,
    unconditional_update: true,
};
