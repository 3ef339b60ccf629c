//! Copying uploaded files.

use super::partial::sync_folder;
use pocketping_server::files::FileKey;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

/// How many files were copied, and how many were there no longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CopiedFiles {
    pub(super) copied: usize,
    pub(super) gone: usize,
}

/// Copies these files to a folder, which is made, and syncs all of it. A finished file never changes, so it may be copied
/// while a server runs; one that is gone was deleted.
pub(super) fn copy_files(keys: &[FileKey], from: &Path, to: &Path) -> io::Result<CopiedFiles> {
    fs::create_dir(to)?;
    let mut done = CopiedFiles::default();
    for key in keys {
        let copy = to.join(key.as_str());
        match fs::copy(from.join(key.as_str()), &copy) {
            Ok(_) => {
                File::open(copy)?.sync_all()?;
                done.copied += 1;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => done.gone += 1,
            Err(error) => return Err(error),
        }
    }
    sync_folder(to)?;
    Ok(done)
}
