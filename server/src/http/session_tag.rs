//! What stands for a session in logs: its id would open the conversation to whoever reads them.

use crate::hex::hex;
use sha2::{Digest, Sha256};

/// Enough to tell sessions apart; 6 bytes of a hash of 16 random ones lead nobody back.
const BYTES: usize = 6;

/// The first twelve hex digits of the id's SHA-256, as `printf %s "$id" | sha256sum` gives them.
pub(super) fn session_tag(id: &str) -> String {
    hex(&Sha256::digest(id)[..BYTES])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_what_sha256sum_says() {
        // printf %s abc | sha256sum
        assert_eq!(session_tag("abc"), "ba7816bf8f01");
    }
}
