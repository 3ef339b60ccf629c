//! `--files`: where uploaded files are kept.

use super::database::{Database, beside};
use super::failure::Failure;
use pocketping_server::files::{FileStore, FolderFiles, MemoryFiles, S3Config, S3Files};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `files` begins with when it names a bucket.
const BUCKET: &str = "s3://";

/// What `files` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Files {
    /// Nothing: beside the conversations that they belong to.
    Beside,
    /// This folder.
    Folder(PathBuf),
    /// A bucket.
    Bucket(S3Config),
}

/// The name and the prefix of a bucket; `None`: it is a folder.
pub(super) fn bucket(text: &str) -> Option<(&str, &str)> {
    let name = text.strip_prefix(BUCKET)?;
    let (bucket, prefix) = name.split_once('/').unwrap_or((name, ""));
    Some((bucket, prefix.trim_end_matches('/')))
}

impl Files {
    /// Opens the store.
    ///
    /// # Errors
    /// When the folder or the bucket cannot be used, or conversations would be lost that the files belong to.
    pub(super) async fn open(&self, database: &Database) -> Result<Arc<dyn FileStore>, Failure> {
        if *database == Database::Memory && *self != Files::Beside {
            return Err(Failure::usage(
                "--files: with --database memory: files are in memory too, a restart would lose whose they are",
            ));
        }
        if let Files::Bucket(config) = self {
            return match S3Files::connect(config.clone()).await {
                Ok(files) => Ok(Arc::new(files)),
                Err(error) => Err(Failure::because(
                    "--files: cannot use the bucket",
                    innermost(&error),
                )),
            };
        }
        let Some(folder) = self.folder(database) else {
            return Ok(Arc::new(MemoryFiles::new()));
        };
        match FolderFiles::open(&folder) {
            Ok(files) => Ok(Arc::new(files)),
            Err(error) => {
                let (folder, reason) = (folder.display(), innermost(&error));
                Err(Failure::usage(format!("--files: cannot use {folder}: {reason}")))
            }
        }
    }

    /// The folder; none for files in a bucket or in memory.
    pub(super) fn folder(&self, database: &Database) -> Option<PathBuf> {
        match (database, self) {
            (Database::Memory, _) | (_, Files::Bucket(_)) => None,
            (_, Files::Folder(folder)) => Some(folder.clone()),
            (Database::Sqlite(path), Files::Beside) => Some(beside(path, ".files")),
            (Database::Postgres(_), Files::Beside) => Some(beside(Path::new(Database::ELSEWHERE), ".files")),
        }
    }
}

/// Why in the end, in one line.
fn innermost(error: &dyn Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_may_have_a_prefix_and_anything_else_is_a_folder() {
        assert_eq!(bucket("s3://chat"), Some(("chat", "")));
        assert_eq!(bucket("s3://chat/"), Some(("chat", "")));
        assert_eq!(bucket("s3://chat/a/b/"), Some(("chat", "a/b")));
        for folder in ["uploads", "/var/s3", "s3:/x", "S3://x"] {
            assert_eq!(bucket(folder), None, "{folder}");
        }
    }

    #[test]
    fn files_lie_beside_their_conversations_unless_said_otherwise() {
        let sqlite = Database::Sqlite("data/chat.db".into());
        assert_eq!(Files::Beside.folder(&sqlite), Some("data/chat.db.files".into()));
        let postgres = Database::Postgres("postgres://host/name".into());
        assert_eq!(Files::Beside.folder(&postgres), Some("pocketping.files".into()));
        let given = Files::Folder("uploads".into());
        assert_eq!(given.folder(&sqlite), Some("uploads".into()));
        let bucket = Files::Bucket(S3Config::new("chat", "id", "secret"));
        assert_eq!(bucket.folder(&sqlite), None);
        assert_eq!(Files::Beside.folder(&Database::Memory), None);
    }
}
