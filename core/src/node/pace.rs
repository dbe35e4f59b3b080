//! How long things take on a machine.

use crate::base::hash::Fnv32a;
use crate::base::{Duration, Instant, Rng};

/// Between so long and so long, each as likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub least: Duration,
    pub most: Duration,
}

impl Span {
    pub const fn millis(least: i64, most: i64) -> Span {
        Span { least: Duration::from_millis(least), most: Duration::from_millis(most) }
    }
}

/// What takes time between a pod's coming to its node and its end there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Until the pod has its network.
    pub sandbox: Span,
    /// Until an image is there that the node does not have yet.
    pub pull: Span,
    /// Until it is known that an image that the node has is still the right one.
    pub check: Span,
    /// Until a container runs.
    pub start: Span,
    /// Until a program listens, unless an annotation says otherwise.
    pub listen: Span,
    /// From the signal to stop until the program has ended.
    pub stop: Span,
    /// A kubelet looks so often at what its containers have come to.
    pub look: Duration,
}

impl Pace {
    /// When a kubelet notices what happens at a time: all of them look at the same times, so that what many pods come to
    /// reaches the rest of the cluster together.
    ///
    /// Models `pkg/kubelet/pleg/generic.go`, whose period is a second; a shorter one lets people see more.
    pub(super) fn noticed(&self, at: Instant) -> Instant {
        let look = self.look.as_millis().max(1);
        Instant(at.0.saturating_add((look - at.0.rem_euclid(look)) % look))
    }
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            sandbox: Span::millis(200, 600),
            pull: Span::millis(800, 3000),
            check: Span::millis(200, 600),
            start: Span::millis(50, 200),
            listen: Span::millis(20, 300),
            stop: Span::millis(100, 800),
            look: Duration::from_millis(200),
        }
    }
}

/// What is left to chance. It does not depend on the order in which it is asked.
#[derive(Clone, Debug)]
pub(super) struct Chance {
    seed: u64,
}

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        Chance { seed }
    }

    /// The same for the same words.
    pub(super) fn within(&self, span: Span, words: &[&str]) -> Duration {
        let mut hash = Fnv32a::default();
        for word in words {
            hash.write(word.as_bytes());
            hash.write(&[0]);
        }
        let width = span.most.as_millis().saturating_sub(span.least.as_millis()).saturating_add(1);
        let mut rng = Rng::new(self.seed ^ u64::from(hash.sum()) << 20);
        let extra = rng.below(u64::try_from(width).unwrap_or(1));
        Duration::from_millis(span.least.as_millis().saturating_add(i64::try_from(extra).unwrap_or(0)))
    }
}
