//! [`FolderFiles`].

use super::{FileBytes, FileError, FileFuture, FileKey, FileStore, FileWriter};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use std::io::{ErrorKind, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

/// The end of the names of files that are being written.
const PART: &str = "part";
/// Bytes that are read at a time.
const PIECE_BYTES: u64 = 64 * 1024;

/// Keeps files in a folder of the machine's own, named by their keys. What was finished survives a power cut:
/// a file is written under another name, synced, renamed, and then the folder is synced.
///
/// Only one server may use the folder.
pub struct FolderFiles {
    folder: PathBuf,
}

impl FolderFiles {
    /// Opens a folder, which is made when it does not exist, and removes what a server that was killed left
    /// half written.
    ///
    /// # Errors
    /// When the folder cannot be made, read or written.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, FileError> {
        let folder = folder.into();
        clear(&folder).map_err(|error| FileError::new("opening the folder of files", error))?;
        Ok(FolderFiles { folder })
    }

    fn path(&self, key: &FileKey) -> PathBuf {
        self.folder.join(key.as_str())
    }
}

fn clear(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == PART) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

impl FileStore for FolderFiles {
    fn create(&self, key: &FileKey) -> FileFuture<'_, Box<dyn FileWriter>> {
        let finished = self.path(key);
        let part = finished.with_extension(PART);
        Box::pin(async move {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            // Conversations are private, and so are their files.
            #[cfg(unix)]
            options.mode(0o600);
            let file = options.open(&part).await;
            let file = file.map_err(|error| FileError::new("beginning a file", error))?;
            let part = Part(Some(part));
            Ok(Box::new(Writing { file, part, finished }) as Box<dyn FileWriter>)
        })
    }

    fn read(&self, key: &FileKey, range: Range<u64>) -> FileFuture<'_, Option<FileBytes>> {
        let path = self.path(key);
        Box::pin(async move {
            let failed = |error: std::io::Error| FileError::new("opening a file", error);
            let mut file = match File::open(path).await {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(failed(error)),
            };
            file.seek(SeekFrom::Start(range.start)).await.map_err(failed)?;
            Ok(Some(pieces(file, range.end.saturating_sub(range.start))))
        })
    }

    fn delete(&self, key: &FileKey) -> FileFuture<'_, ()> {
        let path = self.path(key);
        Box::pin(async move {
            match fs::remove_file(path).await {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    Err(FileError::new("removing a file", error))
                }
                _ => Ok(()),
            }
        })
    }
}

/// The next `left` bytes of a file; an error when it ends before.
fn pieces(file: File, left: u64) -> FileBytes {
    let read = async |(mut file, left): (File, u64)| {
        if left == 0 {
            return Ok(None);
        }
        let failed = |error: std::io::Error| FileError::new("reading a file", error);
        let mut piece = Vec::new();
        let wanted = left.min(PIECE_BYTES);
        (&mut file)
            .take(wanted)
            .read_to_end(&mut piece)
            .await
            .map_err(failed)?;
        let read = piece.len() as u64;
        if read < wanted {
            return Err(failed(ErrorKind::UnexpectedEof.into()));
        }
        Ok(Some((Bytes::from(piece), (file, left - read))))
    };
    stream::try_unfold((file, left), read).boxed()
}

/// A file under its other name.
struct Writing {
    file: File,
    part: Part,
    finished: PathBuf,
}

impl FileWriter for Writing {
    fn write(&mut self, bytes: Bytes) -> FileFuture<'_, ()> {
        Box::pin(async move {
            let written = self.file.write_all(&bytes).await;
            written.map_err(|error| FileError::new("writing a file", error))
        })
    }

    fn finish(self: Box<Self>) -> FileFuture<'static, ()> {
        Box::pin(async move {
            let Writing {
                mut file,
                mut part,
                finished,
            } = *self;
            let failed = |error: std::io::Error| FileError::new("finishing a file", error);
            file.flush().await.map_err(failed)?;
            file.sync_all().await.map_err(failed)?;
            drop(file);
            if let Some(path) = &part.0 {
                fs::rename(path, &finished).await.map_err(failed)?;
            }
            part.0 = None;
            sync_folder_of(&finished).await.map_err(failed)
        })
    }
}

/// The name itself is in the folder, which has to be synced too.
async fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    // Elsewhere folders cannot be opened; there the rename is durable with the file system's next journal write.
    if cfg!(unix)
        && let Some(folder) = path.parent()
    {
        File::open(folder).await?.sync_all().await?;
    }
    Ok(())
}

/// Removes a half-written file unless it was taken over.
struct Part(Option<PathBuf>);

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = &self.0
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::warn!(%error, "a half-written file stays until the next start");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::conformance::{key, put, read};
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A store in a folder of its own, which goes with it.
    struct Temporary {
        files: FolderFiles,
        folder: PathBuf,
    }

    impl Temporary {
        fn new() -> Self {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("pocketping-files-{}-{number}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            Temporary {
                files: FolderFiles::open(&folder).unwrap(),
                folder,
            }
        }

        fn names(&self) -> Vec<String> {
            let entries = std::fs::read_dir(&self.folder).unwrap();
            let name = |entry: std::fs::DirEntry| entry.file_name().into_string().unwrap();
            entries.map(|entry| name(entry.unwrap())).collect()
        }
    }

    impl std::ops::Deref for Temporary {
        type Target = FolderFiles;
        fn deref(&self) -> &FolderFiles {
            &self.files
        }
    }

    impl Drop for Temporary {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.folder).unwrap();
        }
    }

    crate::file_store_conformance!(Temporary::new());

    #[tokio::test]
    async fn a_writer_that_is_dropped_leaves_no_file() {
        let store = Temporary::new();
        let mut writer = store.create(&key("a")).await.unwrap();
        writer.write(Bytes::from_static(b"half")).await.unwrap();
        assert_eq!(store.names(), ["a.part"]);
        drop(writer);
        assert!(store.names().is_empty());
    }

    #[tokio::test]
    async fn what_a_killed_server_left_half_written_goes_and_the_rest_stays() {
        let store = Temporary::new();
        put(&*store, "a", b"whole").await.unwrap();
        std::fs::write(store.folder.join("b.part"), "half").unwrap();
        let again = FolderFiles::open(&store.folder).unwrap();
        assert_eq!(store.names(), ["a"]);
        assert_eq!(read(&again, "a", 0..5).await.unwrap(), b"whole");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn files_are_for_our_own_user_only() {
        use std::os::unix::fs::PermissionsExt;
        let store = Temporary::new();
        put(&*store, "a", b"private").await.unwrap();
        let mode = std::fs::metadata(store.folder.join("a"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_file_that_is_shorter_than_was_asked_for_is_an_error_and_no_short_answer() {
        let store = Temporary::new();
        put(&*store, "a", b"four").await.unwrap();
        let mut bytes = store.read(&key("a"), 0..5).await.unwrap().unwrap();
        assert!(bytes.next().await.unwrap().is_err());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_said_at_the_start() {
        let file = std::env::temp_dir().join(format!("pocketping-no-folder-{}", std::process::id()));
        std::fs::write(&file, "").unwrap();
        assert!(FolderFiles::open(&file).is_err());
        std::fs::remove_file(file).unwrap();
    }
}
