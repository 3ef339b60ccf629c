//! `--database`.

use super::failure::Failure;
use pocketping_server::files::{FileStore, FolderFiles, MemoryFiles};
use pocketping_server::storage::{MemoryStorage, PostgresStorage, SqliteStorage, Storage, StorageError};
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where conversations are kept.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Database {
    /// Nowhere: a restart loses them.
    Memory,
    /// In a file, made when it is missing.
    Sqlite(PathBuf),
    /// In a database that several servers may share. Its address may hold a password: it is shown nowhere.
    Postgres(String),
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Memory => f.write_str("Memory"),
            Database::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Database::Postgres(_) => f.write_str("Postgres"),
        }
    }
}

/// What belongs to a database on another machine is in the folder that we run in, under this name with an ending.
const ELSEWHERE: &str = "pocketping";

impl Database {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "memory:" {
            return Ok(Database::Memory);
        }
        match text.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Database::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => Ok(Database::Postgres(text.to_owned())),
            _ => Err(
                "expected sqlite://<file>, postgres://<user>:<password>@<host>/<name> or memory:".to_owned(),
            ),
        }
    }

    /// Opens it.
    ///
    /// # Errors
    /// When the file or database cannot be opened or holds something else.
    pub(super) async fn open(&self, waiting: Waiting) -> Result<Arc<dyn Storage>, Failure> {
        Ok(match self {
            Database::Memory => Arc::new(MemoryStorage::new()),
            Database::Sqlite(path) => match waiting.open(path) {
                Ok(storage) => Arc::new(storage),
                Err(error) => {
                    let (path, reason) = (path.display(), reason(&error));
                    return Err(Failure::usage(format!(
                        "--database: cannot open {path}: {reason}"
                    )));
                }
            },
            Database::Postgres(url) => match PostgresStorage::connect(url).await {
                Ok(storage) => Arc::new(storage),
                Err(error) => {
                    return Err(Failure::because(
                        "--database: cannot use PostgreSQL",
                        reason(&error),
                    ));
                }
            },
        })
    }

    /// Opens the store of uploaded files: this folder, or the one beside the conversations that they belong to.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub(super) fn open_files(&self, folder: Option<&Path>) -> Result<Arc<dyn FileStore>, Failure> {
        let Some(folder) = self.files_folder(folder) else {
            return match folder {
                None => Ok(Arc::new(MemoryFiles::new())),
                Some(_) => Err(Failure::usage(
                    "--files: with --database memory: files are in memory too, a restart would lose whose they are",
                )),
            };
        };
        match FolderFiles::open(&folder) {
            Ok(files) => Ok(Arc::new(files)),
            Err(error) => {
                let reason = error.source().map(ToString::to_string).unwrap_or_default();
                let folder = folder.display();
                Err(Failure::usage(format!("--files: cannot use {folder}: {reason}")))
            }
        }
    }

    /// The folder of uploaded files: this one, or the one beside the conversations; none with those in memory.
    pub(super) fn files_folder(&self, folder: Option<&Path>) -> Option<PathBuf> {
        match (self, folder) {
            (Database::Memory, _) => None,
            (_, Some(folder)) => Some(folder.to_owned()),
            (Database::Sqlite(path), None) => Some(beside(path, ".files")),
            (Database::Postgres(_), None) => Some(beside(Path::new(ELSEWHERE), ".files")),
        }
    }

    /// Where a token that we made is kept: beside the conversations that it opens.
    pub(super) fn token_file(&self) -> Option<PathBuf> {
        match self {
            Database::Memory => None,
            Database::Sqlite(path) => Some(beside(path, ".token")),
            Database::Postgres(_) => Some(beside(Path::new(ELSEWHERE), ".token")),
        }
    }
}

/// Whether an answer waits until the disk has what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    /// It does.
    ForTheDisk,
    /// It does not: for the test that shows what is lost then.
    ForNothing,
}

impl Waiting {
    fn open(self, path: &Path) -> Result<SqliteStorage, StorageError> {
        match self {
            Waiting::ForTheDisk => SqliteStorage::open(path),
            Waiting::ForNothing => {
                tracing::warn!("nothing is waited for: a power cut loses acknowledged messages");
                SqliteStorage::open_without_sync(path)
            }
        }
    }
}

/// What failed and why, in one line.
fn reason(error: &StorageError) -> String {
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    format!("{error}: {}", source.lines().next().unwrap_or_default())
}

/// A file's name with something added.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_files_relative_and_absolute() {
        let file = |path: &str| Database::Sqlite(path.into());
        assert_eq!(Database::parse("memory:"), Ok(Database::Memory));
        assert_eq!(Database::parse("sqlite://chat.db"), Ok(file("chat.db")));
        assert_eq!(Database::parse("sqlite:///var/chat.db"), Ok(file("/var/chat.db")));
        for wrong in ["", "chat.db", "sqlite://", "mysql://x", "memory"] {
            assert!(Database::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_of_postgresql_is_passed_on_as_it_is() {
        for url in [
            "postgres://u:p@host/name",
            "postgresql:///name?host=/run/postgresql",
        ] {
            let database = Database::parse(url).unwrap();
            assert_eq!(database, Database::Postgres(url.to_owned()));
            assert_eq!(format!("{database:?}"), "Postgres", "it may hold a password");
        }
    }
}
