//! Sorting, compiled once.
//!
//! The library's own sort is several kilobytes for every type it is used with, and the engine is downloaded. Here the
//! order is found in one place for all types, by positions; what is compiled for each is the comparison and the moves.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// Sorts by the order of the items themselves; equal ones stay in their order.
pub fn sort<T: Ord>(list: &mut [T]) {
    by(list, T::cmp);
}

/// Sorts by a key of each item.
pub fn by_key<T, K: Ord>(list: &mut [T], mut key: impl FnMut(&T) -> K) {
    by(list, |a, b| key(a).cmp(&key(b)));
}

/// Sorts by a key that takes some work: it is made once for each item.
pub fn by_cached_key<T, K: Ord>(list: &mut [T], key: impl FnMut(&T) -> K) {
    let keys: Vec<K> = list.iter().map(key).collect();
    let order = order(list.len(), &mut |a, b| keys.get(a).cmp(&keys.get(b)));
    arrange(list, order);
}

/// Sorts by a comparison.
pub fn by<T>(list: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = order(list.len(), &mut |a, b| match (list.get(a), list.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    arrange(list, order);
}

/// The positions in the order of what stands there: a merge sort from the bottom up.
fn order(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..len).collect();
    let mut run = 1;
    while run < len {
        let mut merged = Vec::with_capacity(len);
        for pair in sorted.chunks(run.saturating_mul(2)) {
            let (left, right) = pair.split_at_checked(run).unwrap_or((pair, &[]));
            merge(left, right, compare, &mut merged);
        }
        sorted = merged;
        run = run.saturating_mul(2);
    }
    sorted
}

fn merge(
    mut left: &[usize],
    mut right: &[usize],
    compare: &mut dyn FnMut(usize, usize) -> Ordering,
    out: &mut Vec<usize>,
) {
    while let (Some((a, more_left)), Some((b, more_right))) = (left.split_first(), right.split_first()) {
        if compare(*a, *b) == Ordering::Greater {
            out.push(*b);
            right = more_right;
        } else {
            out.push(*a);
            left = more_left;
        }
    }
    out.extend_from_slice(left);
    out.extend_from_slice(right);
}

/// Moves each item to its place, along the circles that the order consists of.
fn arrange<T>(list: &mut [T], mut order: Vec<usize>) {
    for start in 0..order.len() {
        let mut to = start;
        while let Some(from) = order.get_mut(to).map(|from| core::mem::replace(from, to)) {
            if from == start || from == to {
                break;
            }
            list.swap(to, from);
            to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Rng;

    #[test]
    fn it_sorts_as_the_library_does() {
        let mut rng = Rng::new(1);
        for len in [0, 1, 2, 3, 10, 100, 1000] {
            let mut list: Vec<(u64, usize)> = (0..len).map(|i| (rng.below(20), i)).collect();
            let mut expected = list.clone();
            expected.sort_by_key(|(n, _)| *n);
            by_key(&mut list, |(n, _)| *n);
            assert_eq!(list, expected);
            by(&mut list, |a, b| b.cmp(a));
            expected.sort_by(|a, b| b.cmp(a));
            assert_eq!(list, expected);
            by_cached_key(&mut list, |(n, i)| (*i, *n));
            expected.sort_by_key(|(_, i)| *i);
            assert_eq!(list, expected);
            sort(&mut list);
            expected.sort();
            assert_eq!(list, expected);
        }
    }
}
