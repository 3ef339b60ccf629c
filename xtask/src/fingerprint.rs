//! Content hashes: names of published files, keys of cached results.

use sha2::{Digest, Sha256};

/// Hex digits in a published name. 32 bits tell a site's versions apart; each digit costs the loader a byte.
const NAME_DIGITS: usize = 8;

/// SHA-256 as hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// One hash of several parts; a part's end counts, so `["ab", "c"]` differs from `["a", "bc"]`.
pub(crate) fn of_parts(parts: &[&[u8]]) -> String {
    let mut all = Sha256::new();
    for part in parts {
        all.update(Sha256::digest(part));
    }
    all.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `stem-<hash>.extension`: the name changes with the content, so that the file may be cached for ever.
pub(crate) fn hashed_name(stem: &str, extension: &str, content: &[u8]) -> String {
    format!("{stem}-{}.{extension}", &hex(content)[..NAME_DIGITS])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_content() {
        let name = hashed_name("pocketping", "wasm", b"abc");
        assert_eq!(name, "pocketping-ba7816bf.wasm");
        assert_eq!(name, hashed_name("pocketping", "wasm", b"abc"));
        assert_ne!(name, hashed_name("pocketping", "wasm", b"abd"));
    }

    #[test]
    fn the_border_between_parts_counts() {
        assert_ne!(of_parts(&[b"ab", b"c"]), of_parts(&[b"a", b"bc"]));
        assert_ne!(of_parts(&[b"a"]), of_parts(&[b"a", b""]));
    }
}
