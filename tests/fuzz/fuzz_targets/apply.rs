//! Any text is applied to a running cluster. What is refused changes nothing and says where; what is applied is applied
//! again without a change, and the cluster lives with it for a while.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::HashSet;
use std::sync::LazyLock;
use svcscope_core::base::Duration;
use svcscope_core::cluster::{Cluster, Options};

static RUNNING: LazyLock<Cluster> = LazyLock::new(|| {
    let mut cluster = Cluster::new(&Options::default());
    cluster.advance(Duration::from_secs(30));
    cluster
});

fuzz_target!(|text: &str| {
    let mut cluster = RUNNING.clone();
    let before = cluster.revision();
    if let Err(rejected) = cluster.apply(text) {
        assert!(!rejected.problems.is_empty());
        for problem in &rejected.problems {
            assert!(text.get(problem.span.start..problem.span.end).is_some(), "{problem:?}");
            assert!(!problem.message.is_empty());
        }
        assert_eq!(cluster.revision(), before, "what is refused changes nothing");
        return;
    }
    let applied = cluster.revision();
    if cluster.apply(text).is_ok() {
        let again = cluster.revision();
        let outcome = cluster.apply(text).expect("what was applied twice can be applied");
        let all = outcome.applied.iter().map(|a| (&a.kind, &a.namespace, &a.name));
        // What stands twice in a text, and differs, goes back and forth.
        if all.clone().collect::<HashSet<_>>().len() == all.count() {
            assert_eq!(again, cluster.revision(), "from {applied} on nothing changes");
        }
    }
    cluster.advance(Duration::from_secs(60));
});
