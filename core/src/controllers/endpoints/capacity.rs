//! How many addresses Endpoints hold: a thousand, ready ones first, and an annotation where that is not all.
//!
//! Models `truncateEndpoints` of `pkg/controller/endpoint/endpoints_controller.go`.

use super::subsets::Subset;
use crate::base::Value;

const CAPACITY: usize = 1000;
const ANNOTATION: &str = "endpoints.kubernetes.io/over-capacity";

/// Cuts the subsets down to what Endpoints may hold, each in proportion to its size; answers whether anything was cut.
pub(super) fn truncate(subsets: &mut [Subset<'_>]) -> bool {
    let ready = subsets.iter().map(|s| s.addresses.len()).sum::<usize>();
    let not_ready = subsets.iter().map(|s| s.not_ready.len()).sum::<usize>();
    if ready + not_ready <= CAPACITY {
        return false;
    }
    let (places, total) = if ready > CAPACITY { (CAPACITY, ready) } else { (CAPACITY - ready, not_ready) };
    let mut left = places;
    for subset in subsets {
        let list = if ready > CAPACITY {
            subset.not_ready.clear();
            &mut subset.addresses
        } else {
            &mut subset.not_ready
        };
        list.truncate(share(list.len(), total, places).min(left));
        left -= list.len();
    }
    true
}

/// The part of `places` that `size` of `total` get, rounded up as upstream rounds it: through a fraction.
fn share(size: usize, total: usize, places: usize) -> usize {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let exact = number(size) / number(total) * number(places);
    (0..=places).find(|n| number(*n) >= exact).unwrap_or(places)
}

/// Whether the annotation is as it has to be on what is stored: upstream never takes one for right.
pub(super) fn annotation_is_right(metadata: &Value, subsets: &[Subset<'_>]) -> bool {
    let size = subsets.iter().map(Subset::len).sum::<usize>();
    size <= CAPACITY && metadata.get("annotations").find(ANNOTATION).is_none()
}

pub(super) fn annotate(metadata: &mut Value, truncated: bool) {
    if truncated {
        let annotations = metadata.entry("annotations").map_mut();
        annotations.insert(ANNOTATION.into(), "truncated".into());
        annotations.sort();
    } else {
        metadata.entry("annotations").remove(ANNOTATION);
        if metadata.get("annotations").is_empty() {
            metadata.remove("annotations");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Address;
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn a_thousand_addresses_stay_and_ready_ones_come_first() {
        for (sizes, left) in [
            (&[(1000, 0)][..], &[(1000, 0)][..]),
            (&[(1001, 5)], &[(1000, 0)]),
            (&[(400, 700)], &[(400, 600)]),
            (&[(600, 0), (600, 9)], &[(500, 0), (500, 0)]),
            (&[(1, 0), (1, 0), (1600, 0)], &[(1, 0), (1, 0), (998, 0)]),
            (&[(300, 500), (300, 500)], &[(300, 200), (300, 200)]),
        ] {
            let addresses = |n: usize| (0..n).map(|_| Address::default()).collect::<Vec<_>>();
            let subset = |(a, n): &(usize, usize)| Subset {
                addresses: addresses(*a),
                not_ready: addresses(*n),
                ports: [].into(),
            };
            let mut subsets = sizes.iter().map(subset).collect::<Vec<_>>();
            let cut = truncate(&mut subsets);
            let sizes_left =
                subsets.iter().map(|s| (s.addresses.len(), s.not_ready.len())).collect::<Vec<_>>();
            assert_eq!((sizes_left.as_slice(), cut), (left, sizes != left), "{sizes:?}");
        }
    }
}
