//! `--database`.

use super::failure::Failure;
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

impl Database {
    /// What belongs to a database on another machine is in the folder that we run in, under this name with an ending.
    pub(super) const ELSEWHERE: &str = "pocketping";

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

    /// Where a token that we made is kept: beside the conversations that it opens.
    pub(super) fn token_file(&self) -> Option<PathBuf> {
        match self {
            Database::Memory => None,
            Database::Sqlite(path) => Some(beside(path, ".token")),
            Database::Postgres(_) => Some(beside(Path::new(Self::ELSEWHERE), ".token")),
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
pub(super) fn reason(error: &StorageError) -> String {
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
