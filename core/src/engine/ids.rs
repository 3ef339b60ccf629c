//! Ids made from the random bytes of an input.

use super::{Entropy, Moment};
use crate::ClientMessageId;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The id that a [`super::Command::Send`] gives its message when it is handled with these arguments.
///
/// A UUIDv7 (RFC 9562 §5.7): the wall clock's milliseconds, then random bits; so ids are ordered by time
/// as far as the clock is.
pub fn client_message_id(now: Moment, entropy: &Entropy) -> ClientMessageId {
    ClientMessageId::new(uuid_v7(now, entropy))
}

/// The text of a UUIDv7.
pub(super) fn uuid_v7(now: Moment, entropy: &Entropy) -> String {
    let mut bytes = *entropy;
    let millis = u64::try_from(now.wall.as_millis()).unwrap_or(0);
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        push_hex(&mut text, *byte);
    }
    text
}

/// All 128 bits as hexadecimal digits: ids that are secrets.
pub(super) fn secret(entropy: &Entropy) -> String {
    let mut text = String::with_capacity(32);
    for byte in entropy {
        push_hex(&mut text, *byte);
    }
    text
}

fn push_hex(text: &mut String, byte: u8) {
    text.push(char::from(HEX[usize::from(byte >> 4)]));
    text.push(char::from(HEX[usize::from(byte & 15)]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn ids_are_version_7_uuids_ordered_by_time() {
        let at = |millis| Moment {
            wall: Timestamp::from_millis(millis),
            mono: 0,
        };
        let early = client_message_id(at(1_767_225_600_000), &[0xff; 16]);
        let late = client_message_id(at(1_767_225_600_001), &[0; 16]);
        assert_eq!(early.as_str(), "019b76da-a800-7fff-bfff-ffffffffffff");
        assert!(early < late);
        assert_eq!(early.as_str().len(), 36);
    }

    #[test]
    fn a_clock_before_1970_still_gives_an_id() {
        let at = Moment {
            wall: Timestamp::from_millis(-5),
            mono: 0,
        };
        assert!(
            client_message_id(at, &[1; 16])
                .as_str()
                .starts_with("00000000-0000-7")
        );
    }
}
