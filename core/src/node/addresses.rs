//! The addresses of pods, out of their node's range.
//!
//! Models the `host-local` plugin of CNI: each node hands out one after the other, and begins again when it is through.

use crate::base::Text;
use alloc::collections::{BTreeMap, BTreeSet};

/// The first address is the network's, the second the node's bridge.
const FIRST: u32 = 2;
/// A node of 110 pods has room for them, whatever the size of its range.
const LAST: u32 = 254;

#[derive(Clone, Debug, Default)]
pub(super) struct Addresses {
    nodes: BTreeMap<Text, Range>,
}

#[derive(Clone, Debug, Default)]
struct Range {
    /// The number handed out last.
    last: u32,
    taken: BTreeSet<u32>,
}

impl Addresses {
    /// The number of the next address within the range of a node. One that was in use before comes again only when all
    /// others were.
    pub(super) fn take(&mut self, node: &str) -> u32 {
        let range = self.nodes.entry(Text::from(node)).or_default();
        let next = range.last.max(FIRST - 1) + 1;
        let free = (next..=LAST).chain(FIRST..next).find(|n| !range.taken.contains(n));
        let number = free.unwrap_or(next);
        range.last = number;
        range.taken.insert(number);
        number
    }

    /// Notes an address that a pod has already.
    pub(super) fn note(&mut self, node: &str, number: u32) {
        let range = self.nodes.entry(Text::from(node)).or_default();
        range.last = range.last.max(number);
        range.taken.insert(number);
    }

    pub(super) fn give_back(&mut self, node: &str, number: u32) {
        if let Some(range) = self.nodes.get_mut(node) {
            range.taken.remove(&number);
        }
    }

    /// Nobody has an address any more: all begins anew.
    pub(super) fn forget(&mut self) {
        self.nodes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_not_used_again_until_all_were() {
        let mut addresses = Addresses::default();
        let first: alloc::vec::Vec<u32> = (0..3).map(|_| addresses.take("a")).collect();
        addresses.give_back("a", 3);
        assert_eq!((first, addresses.take("a"), addresses.take("b")), ([2, 3, 4].into(), 5, 2));
        for _ in 0..249 {
            addresses.take("a");
        }
        assert_eq!(addresses.take("a"), 3, "the only one that is free");
    }
}
