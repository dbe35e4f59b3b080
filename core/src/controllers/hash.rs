//! The hash by which endpoint controllers put ports and subsets in order: FNV-1a of what Go's `spew` prints of them.
//!
//! Models `pkg/util/hash` (`DeepHashObject`) over `k8s.io/utils/dump` (`ForHash`).

use crate::base::Text;
use alloc::format;

/// FNV-1a of 128 bits (`hash/fnv.New128a`) of a dump that is written piece by piece. The sum orders as the bytes of
/// Go's sum do.
#[derive(Clone, Debug)]
pub(super) struct Dump(u128);

impl Dump {
    pub(super) fn new() -> Dump {
        Dump(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    pub(super) fn sum(&self) -> u128 {
        self.0
    }

    pub(super) fn raw(&mut self, text: &str) -> &mut Dump {
        const PRIME: u128 = (1 << 88) | 0x13b;
        for byte in text.bytes() {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(PRIME);
        }
        self
    }

    /// A field: `Name:(string)http`. The dump of what stands behind the type follows it.
    pub(super) fn field(&mut self, name: &str, go_type: &str, value: &str) -> &mut Dump {
        self.raw(name).raw(":(").raw(go_type).raw(")").raw(value)
    }

    /// A field that is a pointer: `Name:(*string)http`, or `Name:(*string)<nil>`.
    pub(super) fn pointer(&mut self, name: &str, go_type: &str, value: Option<&Text>) -> &mut Dump {
        self.field(name, go_type, value.map_or("<nil>", |v| v))
    }

    pub(super) fn number(&mut self, name: &str, go_type: &str, value: Option<i64>) -> &mut Dump {
        match value {
            Some(n) => self.field(name, go_type, &format!("{n}")),
            None => self.field(name, go_type, "<nil>"),
        }
    }

    /// A field that is a slice of structs: `Ports:([]v1.EndpointPort)[{..} {..}]`; Go's nil where it has no items.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        go_type: &str,
        items: &[T],
        dump: impl Fn(&mut Dump, &T),
    ) -> &mut Dump {
        self.field(name, go_type, if items.is_empty() { "<nil>" } else { "[" });
        for (i, item) in items.iter().enumerate() {
            self.raw(if i == 0 { "{" } else { " {" });
            dump(self, item);
            self.raw("}");
        }
        if items.is_empty() { self } else { self.raw("]") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_go() {
        let sum = |text: &str| Dump::new().raw(text).sum();
        assert_eq!(sum(""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(sum("a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }
}
