//! Waiting until a cluster has come to rest.

use super::Cluster;
use crate::base::Duration;

/// A cluster in which nothing was written for so long has come to rest. Probes go on for ever, and containers that
/// crash are started again after ever longer times.
const QUIET: Duration = Duration::from_secs(12);

impl Cluster {
    /// Lets time pass until nothing more happens, for at most `limit`. Answers how long it was.
    pub fn advance_until_quiet(&mut self, limit: Duration) -> Duration {
        let start = self.now();
        let end = start + limit;
        let (mut written, mut revision) = (start, None);
        loop {
            self.advance(Duration::ZERO);
            if revision != Some(self.revision()) {
                (written, revision) = (self.now(), Some(self.revision()));
            }
            let (now, until) = (self.now(), end.min(written + QUIET));
            match self.work.next_due(&self.server).filter(|due| *due > now && *due <= until) {
                Some(due) => self.advance(due - now),
                None => return now - start,
            }
        }
    }
}
