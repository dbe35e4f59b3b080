//! Chance, handed in as a seed: the same seed gives the same cluster on every platform.

use super::text::Text;
use alloc::format;
use alloc::string::String;

/// SplitMix64 (Steele, Lea and Flood, 2014): small, well spread, and the same bytes everywhere for ever, which a
/// library's generator does not promise from one version to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rng(u64);

impl Rng {
    pub const fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, each as likely as the others; 0 where `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        // The high half of a 128-bit product: no bias worth the name for the small `n` asked for here.
        let high = (u128::from(self.draw()) * u128::from(n)) >> 64;
        u64::try_from(high).unwrap_or(0)
    }

    /// A place in something of `len` items.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len.try_into().unwrap_or(0))).unwrap_or(0)
    }

    /// Another generator, seeded by this one.
    #[must_use]
    pub fn fork(&mut self) -> Rng {
        Rng(self.draw())
    }

    /// A random UUID (version 4).
    pub fn uuid(&mut self) -> Text {
        let (a, b) = (self.draw(), self.draw());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            (b >> 48) & 0x3fff | 0x8000,
            b & 0xffff_ffff_ffff
        )
        .into()
    }

    /// What `generateName` appends: characters that spell no words.
    ///
    /// Models `k8s.io/apimachinery/pkg/util/rand`.
    pub fn name_suffix(&mut self, len: usize) -> String {
        (0..len).map(|_| NAME_CHARS.chars().nth(self.index(NAME_CHARS.len())).unwrap_or('x')).collect()
    }
}

/// No vowels and no digits that look like them.
const NAME_CHARS: &str = "bcdfghjklmnpqrstvwxz2456789";

/// `n` in those characters, a digit each of base 27: how hashes become part of a name.
///
/// Models `rand.SafeEncodeString` over the decimal digits of `n`.
pub fn safe_encode(digits: &str) -> String {
    digits.bytes().map(|b| NAME_CHARS.chars().nth(usize::from(b) % NAME_CHARS.len()).unwrap_or('x')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_published_sequence() {
        let mut rng = Rng::new(1_234_567);
        let drawn = [rng.draw(), rng.draw(), rng.draw()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn uuids_and_suffixes_have_their_form() {
        let mut rng = Rng::new(7);
        let (uuid, suffix) = (rng.uuid(), rng.name_suffix(5));
        assert_eq!(uuid.split('-').map(str::len).collect::<alloc::vec::Vec<_>>(), [8, 4, 4, 4, 12]);
        assert!(
            uuid.chars().nth(14) == Some('4') && uuid.chars().nth(19).is_some_and(|c| "89ab".contains(c))
        );
        assert!(suffix.len() == 5 && suffix.chars().all(|c| NAME_CHARS.contains(c)));
    }

    #[test]
    fn numbers_are_spread_evenly() {
        let (mut rng, mut counts) = (Rng::new(1), [0u32; 10]);
        (0..100_000).for_each(|_| counts[rng.index(10)] += 1);
        assert!(counts.iter().all(|c| (9_600..10_400).contains(c)), "{counts:?}");
    }
}
