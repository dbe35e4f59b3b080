//! The managed fields of a `Scale`, which is a view of another object's replicas.
//!
//! Models `managedfields/scalehandler.go`.

use super::Managed;
use super::entry::{self, Entries};
use crate::schema::Schema;
use crate::schema::apply::{Element, Owner, Path, Set};
use alloc::vec;

const SCALE: &str = "autoscaling/v1";

fn replicas() -> Path {
    vec![Element::Field("spec".into()), Element::Field("replicas".into())]
}

impl Managed {
    /// Those of the `Scale` of an object whose replicas are `spec.replicas`: who owns them, in the version `Scale` has.
    #[must_use]
    pub fn to_scale(&self, schema: &Schema, api_version: &str) -> Managed {
        let all = entry::as_read(&self.entries(schema));
        let mut out = Entries::default();
        for (name, owner) in &all.owners {
            if owner.api_version == api_version && owner.fields.has(&replicas()) {
                let fields = Set::from_paths([replicas()]);
                let owner = Owner { api_version: SCALE.into(), applied: owner.applied, fields };
                out.owners.insert(name.clone(), owner);
                out.times.extend(all.times.get(name).map(|t| (name.clone(), *t)));
            }
        }
        Managed::known(out)
    }

    /// Those of the object after its `Scale` was written and has `scale`.
    #[must_use]
    pub fn with_scale(&self, schema: &Schema, scale: &Managed, api_version: &str) -> Managed {
        let all = entry::as_read(&self.entries(schema));
        let mut scale = entry::as_read(&scale.entries(schema)).as_ref().clone();
        let path = replicas();
        let mut out = Entries::default();
        for (name, owner) in &all.owners {
            if owner.api_version != api_version {
                continue;
            }
            let mut owner = owner.clone();
            if owner.fields.has(&path) && scale.owners.remove(name).is_none() {
                owner.fields = owner.fields.difference(&Set::from_paths([path.clone()]));
            }
            if !owner.fields.is_empty() {
                out.owners.insert(name.clone(), owner);
                out.times.extend(all.times.get(name).map(|t| (name.clone(), *t)));
            }
        }
        for (name, owner) in scale.owners {
            if owner.fields.has(&path) {
                let fields = Set::from_paths([path.clone()]);
                let owner = Owner { api_version: api_version.into(), applied: owner.applied, fields };
                // The time is looked for where it cannot be: among those who had something before.
                out.times.extend(all.times.get(&name).map(|t| (name.clone(), *t)));
                out.owners.insert(name, owner);
            }
        }
        Managed::known(out)
    }
}
