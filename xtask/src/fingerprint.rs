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

/// `stem-<hash>`: the common name of files that belong together. It changes when any of them does, so that they may be
/// cached for ever; one hash for all is what the loader has room for.
pub(crate) fn hashed_stem(stem: &str, contents: &[&[u8]]) -> String {
    format!("{stem}-{}", &of_parts(contents)[..NAME_DIGITS])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_content() {
        let name = hashed_stem("pocketping", &[b"abc", b"d"]);
        assert_eq!(name.len(), "pocketping-".len() + NAME_DIGITS);
        assert_eq!(name, hashed_stem("pocketping", &[b"abc", b"d"]));
        assert_ne!(name, hashed_stem("pocketping", &[b"abd", b"d"]));
    }

    #[test]
    fn the_border_between_parts_counts() {
        assert_ne!(of_parts(&[b"ab", b"c"]), of_parts(&[b"a", b"bc"]));
        assert_ne!(of_parts(&[b"a"]), of_parts(&[b"a", b""]));
    }
}
