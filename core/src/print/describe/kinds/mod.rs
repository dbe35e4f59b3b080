//! The descriptions of the kinds that have one of their own, in the language of [`super::template`].
//!
//! Models `describerMap` of `k8s.io/kubectl/pkg/describe/describe.go`.

mod access;
mod core;
mod networking;
mod storage;
mod workloads;

/// How objects of a kind are described.
pub(super) struct Kind {
    pub(super) group: &'static str,
    pub(super) kind: &'static str,
    pub(super) template: &'static str,
    /// Whether their events are told, too.
    pub(super) events: bool,
}

const fn kind(group: &'static str, kind: &'static str, template: &'static str) -> Kind {
    Kind { group, kind, template, events: true }
}

const fn without_events(group: &'static str, kind: &'static str, template: &'static str) -> Kind {
    Kind { group, kind, template, events: false }
}

/// How objects of that kind are described, if they have a description of their own.
pub(super) fn find(group: &str, kind: &str) -> Option<&'static Kind> {
    all().find(|known| known.group == group && known.kind == kind)
}

fn all() -> impl Iterator<Item = &'static Kind> {
    [core::KINDS, workloads::KINDS, networking::KINDS, storage::KINDS, access::KINDS].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::describe::{filters, parts};
    use alloc::vec::Vec;

    #[test]
    fn templates_name_filters_and_parts_that_exist_and_close_what_they_open() {
        for kind in all() {
            let mut open = Vec::new();
            for line in kind.template.lines() {
                let context = (kind.kind, line);
                for place in line.split('{').skip(1) {
                    let (place, _) = place.split_once('}').expect("a closed place");
                    assert!(place.split('|').skip(1).all(filters::is_known), "{context:?}");
                }
                match line.chars().next() {
                    Some('@') => assert!(parts::is_known(line.trim_start_matches('@')), "{context:?}"),
                    Some(c @ ('(' | '[' | '<')) => open.push(c),
                    Some(c @ (')' | ']' | '>')) => {
                        let opened = match c {
                            ')' => '(',
                            ']' => '[',
                            _ => '<',
                        };
                        assert_eq!(open.pop(), Some(opened), "{context:?}");
                    }
                    _ => {}
                }
            }
            assert!(open.is_empty(), "{}", kind.kind);
        }
    }
}
