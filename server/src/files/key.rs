//! [`FileKey`]: the name under which a store keeps a file.

use std::sync::Arc;

/// The name under which a store keeps a file: 1 to 64 of the characters `a`–`z`, `0`–`9` and `-`, so that it
/// is safe as a name in a folder or in an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileKey(Arc<str>);

impl FileKey {
    /// The key with this text; `None` when it has other characters or another length.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len());
        let safe = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (fits && text.bytes().all(safe)).then(|| FileKey(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_cannot_lead_out_of_its_folder() {
        assert!(FileKey::parse("01m9-abc").is_some());
        let long = "a".repeat(65);
        for wrong in ["", ".", "..", "a/b", "a\\b", "A", "a.part", "ä", "a\0", &long] {
            assert!(FileKey::parse(wrong).is_none(), "{wrong}");
        }
    }
}
