//! Maps and sets in the order of their keys, with the names and the methods of the library's own.
//!
//! The library's B-tree is ten kilobytes for every type it is used with, and the engine is downloaded. This one has two
//! levels, chunks of a few hundred entries, and what does not depend on the type is compiled once. With as many entries
//! as the largest cluster has objects it is as quick.

mod entry;
mod iter;
mod map;
mod set;

pub use entry::Entry;
pub use iter::Iter;
pub use map::BTreeMap;
pub use set::{BTreeSet, Items};

use core::cmp::Ordering;

/// A chunk that grows beyond this is halved.
const CHUNK_MAX: usize = 256;

/// Where in a sorted list of so many items something is, or would have to be. `order` compares an item with it.
fn search(len: usize, order: &mut dyn FnMut(usize) -> Ordering) -> Result<usize, usize> {
    let (mut from, mut to) = (0, len);
    while from < to {
        let middle = from + (to - from) / 2;
        match order(middle) {
            Ordering::Less => from = middle + 1,
            Ordering::Greater => to = middle,
            Ordering::Equal => return Ok(middle),
        }
    }
    Err(from)
}

#[cfg(test)]
mod tests;
