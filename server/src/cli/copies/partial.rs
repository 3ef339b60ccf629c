//! [`Partial`]: a file or folder under another name as long as it is not complete.

use crate::cli::database::beside;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The name under which something is made. It is removed unless it was given its own name.
pub(super) struct Partial(pub(super) PathBuf);

impl Partial {
    /// A name beside the one that it shall have.
    pub(super) fn of(path: &Path) -> Self {
        Partial(beside(path, &format!(".{}.part", std::process::id())))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let removed = match self.0.is_dir() {
            true => fs::remove_dir_all(&self.0),
            false => fs::remove_file(&self.0),
        };
        match removed {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                eprintln!("pocketping: {} is left over: {error}", self.0.display());
            }
            _ => {}
        }
    }
}

/// Makes the names in the folder of `path` durable.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    sync_folder(folder.unwrap_or(Path::new(".")))
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Elsewhere folders cannot be opened; there names are durable with the file system's next journal write.
    if cfg!(unix) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
