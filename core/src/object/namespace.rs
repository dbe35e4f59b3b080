//! `v1` Namespace.

use super::meta::Meta;
use crate::base::Value;

#[derive(Clone, Copy, Debug)]
pub struct Namespace<'a>(&'a Value);

impl<'a> Namespace<'a> {
    pub fn of(object: &'a Value) -> Namespace<'a> {
        Namespace(object)
    }

    pub fn meta(self) -> Meta<'a> {
        Meta::of(self.0)
    }
}
