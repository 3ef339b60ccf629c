//! `dist/` inside of the binary.

use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Dist;

/// A file by its path in `dist/`.
pub(super) fn get(path: &str) -> Option<EmbeddedFile> {
    Dist::get(path)
}

/// Whether there is such a file.
pub(super) fn has(path: &str) -> bool {
    Dist::get(path).is_some()
}
