use super::{BTreeMap, BTreeSet};
use library::collections as theirs;
use library::vec::Vec;

/// Does the same to both, thousands of times, and compares all that can be seen.
#[test]
fn it_does_what_the_library_does() {
    let mut seed = 1u64;
    let mut below = move |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % most
    };
    for most in [3, 40, 5000] {
        let (mut ours, mut theirs) = (BTreeMap::new(), theirs::BTreeMap::new());
        for step in 0..6000 {
            let key = below(most);
            match below(8) {
                0 | 1 => assert_eq!(ours.remove(&key), theirs.remove(&key)),
                2 => {
                    *ours.entry(key).or_insert(step) += {
                        *theirs.entry(key).or_insert(step) += 1;
                        1
                    }
                }
                3 if step % 20 == 0 => assert_eq!(ours.pop_first(), theirs.pop_first()),
                4 if step % 20 == 0 => assert_eq!(ours.pop_last(), theirs.pop_last()),
                _ => assert_eq!(ours.insert(key, step), theirs.insert(key, step)),
            }
            assert_eq!((ours.len(), ours.get(&key)), (theirs.len(), theirs.get(&key)));
        }
        assert!(ours.iter().eq(theirs.iter()));
        assert!(ours.iter().rev().eq(theirs.iter().rev()));
        assert_eq!(ours.iter().len(), theirs.len());
        for _ in 0..50 {
            let (a, b) = (below(most), below(most));
            let (a, b) = (a.min(b), a.max(b));
            assert!(ours.range(a..b).eq(theirs.range(a..b)), "{a}..{b}");
            assert!(ours.range(a..=b).rev().eq(theirs.range(a..=b).rev()), "{a}..={b}");
            assert!(ours.range(..b).eq(theirs.range(..b)));
            assert_eq!(ours.range(a..).len(), theirs.range(a..).count());
        }
        let (mut head, mut their_head) = (ours.clone(), theirs.clone());
        let (tail, their_tail) = (head.split_off(&(most / 2)), their_head.split_off(&(most / 2)));
        assert!(head.iter().eq(their_head.iter()) && tail.iter().eq(their_tail.iter()));
        assert_eq!((head.len(), tail.len()), (their_head.len(), their_tail.len()));
        head.extend(tail);
        assert_eq!(head, ours);
        ours.retain(|k, _| k % 3 == 0);
        theirs.retain(|k, _| k % 3 == 0);
        assert!(ours.into_iter().eq(theirs));
    }
}

#[test]
fn sets_are_compared_and_joined_in_order() {
    let (a, b) = (BTreeSet::from([5, 1, 3]), BTreeSet::from([4, 3, 1]));
    let list = |items: &mut dyn Iterator<Item = &i32>| items.copied().collect::<Vec<_>>();
    assert_eq!(list(&mut a.union(&b)), [1, 3, 4, 5]);
    assert_eq!(list(&mut a.intersection(&b)), [1, 3]);
    assert_eq!(list(&mut a.difference(&b)), [5]);
    assert_eq!(list(&mut a.symmetric_difference(&b)), [4, 5]);
    assert!(a > b && BTreeSet::from([1]).is_subset(&a) && BTreeSet::from([4]).is_disjoint(&a));
    assert_eq!(library::format!("{a:?}"), "{1, 3, 5}");
}
