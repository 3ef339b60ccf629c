//! [`Chance`]: the only source of randomness; the same seed draws the same.

use std::ops::RangeInclusive;

/// A seeded generator: SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// A generator that begins at this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Chance(seed)
    }

    /// A generator of its own for one part of the world, so that one part's draws do not shift another's.
    pub(crate) fn fork(&mut self) -> Self {
        Chance(self.next())
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of the range.
    pub(crate) fn of(&mut self, range: RangeInclusive<u64>) -> u64 {
        let (low, high) = range.into_inner();
        low + self.next() % (high.saturating_sub(low) + 1)
    }

    /// True with so many chances of 1,000.
    pub(crate) fn permille(&mut self, chances: u64) -> bool {
        self.next() % 1_000 < chances
    }

    /// One of these; none when there are none.
    pub(crate) fn pick<'t, T>(&mut self, among: &'t [T]) -> Option<&'t T> {
        if among.is_empty() {
            return None;
        }
        let at = usize::try_from(self.next() % among.len() as u64).ok()?;
        among.get(at)
    }

    /// Fills `bytes`.
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let drawn = self.next().to_le_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            let mut fork = chance.fork();
            let mut bytes = [0; 11];
            fork.fill(&mut bytes);
            (chance.of(3..=9), bytes, fork.next())
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn draws_stay_in_their_range() {
        let mut chance = Chance::new(1);
        assert!((0..1_000).all(|_| (3..=9).contains(&chance.of(3..=9))));
        assert!((0..1_000).all(|_| !chance.permille(0) && chance.permille(1_000)));
        assert_eq!(chance.pick::<u8>(&[]), None);
    }
}
