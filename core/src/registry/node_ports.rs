//! Which node ports are taken, and which one is next.
//!
//! Models `pkg/registry/core/service/portallocator`.

use crate::base::Rng;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;

/// The allocator of one range of node ports.
#[derive(Clone, Debug)]
pub struct NodePorts {
    first: u16,
    last: u16,
    taken: Arc<BTreeSet<u16>>,
}

/// Why a port can't be had, in upstream's words.
pub(super) const TAKEN: &str = "provided port is already allocated";
pub(super) const FULL: &str = "range is full";

impl NodePorts {
    pub(super) fn new((first, last): (u16, u16)) -> NodePorts {
        NodePorts { first, last, taken: Arc::default() }
    }

    pub fn is_taken(&self, port: u16) -> bool {
        self.taken.contains(&port)
    }

    /// Takes `port`, which may be any number a client has asked for.
    pub(super) fn take(&mut self, port: i64) -> Result<u16, String> {
        let port = self.check(port)?;
        if Arc::make_mut(&mut self.taken).insert(port) { Ok(port) } else { Err(TAKEN.into()) }
    }

    /// Takes some free port, of the upper band as long as one is free there.
    pub(super) fn take_next(&mut self, rng: &mut Rng) -> Result<u16, String> {
        let reserved = self.reserved();
        let port = self
            .free_from(self.first.saturating_add(reserved), self.last, rng)
            .or_else(|| reserved.checked_sub(1).and_then(|r| self.free_from(self.first, self.first + r, rng)))
            .ok_or(FULL)?;
        Arc::make_mut(&mut self.taken).insert(port);
        Ok(port)
    }

    pub(super) fn release(&mut self, port: u16) {
        if self.taken.contains(&port) {
            Arc::make_mut(&mut self.taken).remove(&port);
        }
    }

    fn check(&self, port: i64) -> Result<u16, String> {
        u16::try_from(port).ok().filter(|p| (self.first..=self.last).contains(p)).ok_or_else(|| {
            format!(
                "provided port is not in the valid range. The range of valid ports is {}-{}",
                self.first, self.last
            )
        })
    }

    /// A free port between two, searched for from a random one on.
    fn free_from(&self, first: u16, last: u16, rng: &mut Rng) -> Option<u16> {
        let size = u64::from(last.checked_sub(first)?) + 1;
        let start = first.saturating_add(u16::try_from(rng.below(size)).unwrap_or(0));
        (start..=last).chain(first..start).find(|p| !self.taken.contains(p))
    }

    /// How many of the lowest ports are kept for those who ask for one (`calculateRangeOffset`).
    fn reserved(&self) -> u16 {
        const MIN: u16 = 16;
        const MAX: u16 = 128;
        const STEP: u16 = 32;
        let size = self.last.saturating_sub(self.first).saturating_add(1);
        if size <= MIN { 0 } else { (size / STEP).clamp(MIN, MAX) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_band_is_used_when_the_upper_one_is_gone() {
        let (mut ports, mut rng) = (NodePorts::new((30000, 30031)), Rng::new(1));
        let taken = (0..32).map(|_| ports.take_next(&mut rng)).collect::<Result<alloc::vec::Vec<_>, _>>();
        let taken = taken.expect("32 ports");
        assert!(taken.iter().take(16).all(|p| *p >= 30016) && taken.iter().skip(16).all(|p| *p < 30016));
        assert_eq!(ports.take_next(&mut rng), Err(FULL.into()));
        ports.release(30003);
        ports.release(30020);
        assert_eq!((ports.take_next(&mut rng), ports.take_next(&mut rng)), (Ok(30020), Ok(30003)));
    }

    #[test]
    fn a_port_can_be_asked_for_once_and_only_within_the_range() {
        let mut ports = NodePorts::new((30000, 32767));
        assert_eq!((ports.take(30001), ports.take(30001)), (Ok(30001), Err(TAKEN.into())));
        let refused = "provided port is not in the valid range. The range of valid ports is 30000-32767";
        for port in [-1, 0, 80, 29999, 32768, 70000] {
            assert_eq!(ports.take(port), Err(refused.into()), "{port}");
        }
    }
}
