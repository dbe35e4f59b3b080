//! Waiting until a cluster has come to rest.

use super::Cluster;
use crate::base::Duration;

/// What is due later than so long after the last write is another story: the next start of a container that keeps
/// crashing, a program that is told to fail in an hour.
const QUIET: Duration = Duration::from_secs(60);
/// Programs that were started last listen by then, which is written nowhere.
const LISTENS: Duration = Duration::from_secs(1);

impl Cluster {
    /// Lets time pass until nothing more happens, for at most `limit`. Answers how long it was.
    pub fn advance_until_quiet(&mut self, limit: Duration) -> Duration {
        let start = self.now();
        let end = start + limit;
        let (mut written, mut revision) = (start, None);
        loop {
            self.advance(Duration::ZERO);
            let now = self.now();
            if revision != Some(self.revision()) {
                (written, revision) = (now, Some(self.revision()));
            }
            let until = end.min(written + QUIET);
            match self.work.next_due(&self.server).filter(|due| *due > now && *due <= until) {
                Some(due) => self.advance(due - now),
                None => break,
            }
        }
        self.advance(LISTENS.min(end - self.now()));
        self.now() - start
    }
}
