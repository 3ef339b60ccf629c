//! [`Dice`]: what is drawn from the random bytes of one input.

use super::ids::{secret, uuid_v7};
use super::{Entropy, Moment};
use std::sync::Arc;

/// The random bytes of the input that is being handled.
pub(super) struct Dice {
    entropy: Entropy,
    /// Whether the bytes themselves have not been given out yet.
    fresh: bool,
    state: u64,
}

impl Dice {
    pub(super) fn new(entropy: Entropy) -> Self {
        let seed = entropy.iter().fold(0, |seed: u64, byte| {
            seed.rotate_left(8).wrapping_mul(31) ^ u64::from(*byte)
        });
        Dice {
            entropy,
            fresh: true,
            state: seed,
        }
    }

    /// An id of an outbox entry. The first one of an input is [`super::client_message_id`] of it; later
    /// ones only have to differ, as ids of messages and events are always the first.
    pub(super) fn id(&mut self, now: Moment) -> Arc<str> {
        if !std::mem::take(&mut self.fresh) {
            let (high, low) = (self.next(), self.next());
            self.entropy[..8].copy_from_slice(&high.to_le_bytes());
            self.entropy[8..].copy_from_slice(&low.to_le_bytes());
        }
        uuid_v7(now, &self.entropy).into()
    }

    /// An id that must not be guessed. Only asked for by inputs that make no public id.
    pub(super) fn secret(&mut self) -> String {
        self.fresh = false;
        secret(&self.entropy)
    }

    /// A delay of at least half and at most all of this one, so that clients do not come back all at once.
    pub(super) fn jitter(&mut self, millis: u64) -> u64 {
        let half = millis / 2;
        half + self.next() % (millis - half + 1)
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn the_first_id_is_the_one_that_the_adapter_knows() {
        let now = Moment {
            wall: Timestamp::from_millis(5),
            mono: 0,
        };
        let entropy = [7; 16];
        let mut dice = Dice::new(entropy);
        let first = dice.id(now);
        assert_eq!(*first, *crate::engine::client_message_id(now, &entropy).as_str());
        assert_ne!(dice.id(now), first);
    }

    #[test]
    fn jitter_stays_between_half_and_all() {
        let mut dice = Dice::new([3; 16]);
        for _ in 0..1000 {
            assert!((500..=1000).contains(&dice.jitter(1000)));
        }
        assert_eq!(Dice::new([0; 16]).jitter(0), 0);
    }
}
