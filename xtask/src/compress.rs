//! Brotli and gzip, remembered by content: quality 11 takes seconds, and most files do not change.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

use crate::fingerprint;

/// Brotli's window as 2^22 bytes: what web servers use, more than any of our files.
const WINDOW_BITS: i32 = 22;
/// Results that nobody asked for in this time are deleted.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

/// How hard to press.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Brotli 5, gzip 6: for builds that are looked at and thrown away.
    Quick,
    /// Brotli 11, gzip 9: for builds that are shipped or measured.
    Best,
}

impl Effort {
    fn brotli(self) -> i32 {
        match self {
            Self::Quick => 5,
            Self::Best => 11,
        }
    }

    fn gzip(self) -> u32 {
        match self {
            Self::Quick => 6,
            Self::Best => 9,
        }
    }
}

/// Compresses, with a memory on disk.
pub(crate) struct Compressor {
    folder: PathBuf,
}

impl Compressor {
    /// Opens the memory below xtask's cache folder and clears out what is old.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub(crate) fn new(cache: &Path) -> Result<Self> {
        let folder = cache.join("compressed");
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let now = SystemTime::now();
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let age = now
                .duration_since(entry.metadata()?.modified()?)
                .unwrap_or_default();
            if age > KEPT {
                fs::remove_file(entry.path()).with_context(|| entry.path().display().to_string())?;
            }
        }
        Ok(Self { folder })
    }

    /// The content as `Content-Encoding: br`.
    ///
    /// # Errors
    /// When the memory cannot be written.
    pub(crate) fn brotli(&self, content: &[u8], effort: Effort) -> Result<Vec<u8>> {
        let quality = effort.brotli();
        self.remembered(content, &format!("{quality}.br"), || brotli(content, quality))
    }

    /// The content as `Content-Encoding: gzip`.
    ///
    /// # Errors
    /// When the memory cannot be written.
    pub(crate) fn gzip(&self, content: &[u8], effort: Effort) -> Result<Vec<u8>> {
        let level = effort.gzip();
        self.remembered(content, &format!("{level}.gz"), || gzip(content, level))
    }

    fn remembered(
        &self,
        content: &[u8],
        kind: &str,
        compress: impl FnOnce() -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let path = self.folder.join(format!("{}.{kind}", fingerprint::hex(content)));
        if let Ok(known) = fs::read(&path) {
            File::options()
                .append(true)
                .open(&path)?
                .set_modified(SystemTime::now())?;
            return Ok(known);
        }
        let compressed = compress()?;
        fs::write(&path, &compressed).with_context(|| path.display().to_string())?;
        Ok(compressed)
    }
}

fn brotli(content: &[u8], quality: i32) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: WINDOW_BITS,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &params).context("brotli")?;
    Ok(compressed)
}

fn gzip(content: &[u8], level: u32) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(content)?;
    encoder.finish().context("gzip")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn what_is_compressed_comes_back_whole() {
        let content = "the same words, the same words, the same words"
            .repeat(20)
            .into_bytes();
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli(&content, 11).unwrap(), &mut back).unwrap();
        assert_eq!(back, content);
        back.clear();
        flate2::read::GzDecoder::new(&*gzip(&content, 9).unwrap())
            .read_to_end(&mut back)
            .unwrap();
        assert_eq!(back, content);
    }

    #[test]
    fn the_second_time_is_remembered() {
        let cache = std::env::temp_dir().join(format!("pocketping-compress-{}", std::process::id()));
        let compressor = Compressor::new(&cache).unwrap();
        let first = compressor.remembered(b"a", "br", || Ok(vec![1])).unwrap();
        let second = compressor.remembered(b"a", "br", || Ok(vec![2])).unwrap();
        assert_eq!(first, second);
        fs::remove_dir_all(cache).unwrap();
    }
}
