//! Making ids: a time prefix, so that new ones are neighbours in an index, and 128 random bits.

use crate::{Clock, Rng};

/// Crockford's base 32, lower case: sorts like the bits it stands for.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

const TIME_CHARS: u32 = 10;
const RANDOM_CHARS: u32 = 26;

/// Makes an id of 36 characters: milliseconds since 1970 (48 bits), then 128 random bits.
pub(crate) fn make(clock: &dyn Clock, rng: &dyn Rng) -> String {
    let millis = u64::try_from(clock.now().as_millis()).unwrap_or(0);
    let mut id = String::with_capacity((TIME_CHARS + RANDOM_CHARS) as usize);
    push_base32(&mut id, u128::from(millis), TIME_CHARS);
    push_base32(&mut id, random(rng), RANDOM_CHARS);
    id
}

/// Makes a secret of 26 characters that holds 128 random bits.
pub fn secret(rng: &dyn Rng) -> String {
    let mut text = String::with_capacity(RANDOM_CHARS as usize);
    push_base32(&mut text, random(rng), RANDOM_CHARS);
    text
}

fn random(rng: &dyn Rng) -> u128 {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    u128::from_be_bytes(bytes)
}

fn push_base32(text: &mut String, bits: u128, chars: u32) {
    for at in (0..chars).rev() {
        let digit = (bits >> (5 * at)) & 31;
        text.push(char::from(ALPHABET[digit as usize]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::Timestamp;

    struct At(i64);
    impl Clock for At {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0)
        }
    }
    struct Bits(u8);
    impl Rng for Bits {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let early = make(&At(1_790_000_000_000), &Bits(0xff));
        let late = make(&At(1_790_000_000_001), &Bits(0));
        assert!(early < late);
    }

    #[test]
    fn all_128_random_bits_are_in_the_id() {
        let all = make(&At(0), &Bits(0xff));
        assert_eq!(all, format!("{}7{}", "0".repeat(10), "z".repeat(25)));
        assert_eq!(secret(&Bits(0)).len(), 26);
    }
}
