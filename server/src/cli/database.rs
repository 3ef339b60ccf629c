//! `--database`.

use super::failure::Failure;
use pocketping_server::storage::{MemoryStorage, SqliteStorage, Storage};
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

/// Where conversations are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Database {
    /// Nowhere: a restart loses them.
    Memory,
    /// In a file, made when it is missing.
    Sqlite(PathBuf),
}

impl Database {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "memory:" {
            return Ok(Database::Memory);
        }
        match text.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Database::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => Err("PostgreSQL is not supported yet".to_owned()),
            _ => Err("expected sqlite://<file> or memory:".to_owned()),
        }
    }

    /// Opens it.
    ///
    /// # Errors
    /// When the file cannot be opened or holds something else.
    pub(super) fn open(&self) -> Result<Arc<dyn Storage>, Failure> {
        Ok(match self {
            Database::Memory => Arc::new(MemoryStorage::new()),
            Database::Sqlite(path) => match SqliteStorage::open(path) {
                Ok(storage) => Arc::new(storage),
                Err(error) => {
                    let reason = error.source().map(ToString::to_string).unwrap_or_default();
                    return Err(Failure::usage(format!(
                        "--database: cannot open {}: {error}: {}",
                        path.display(),
                        reason.lines().next().unwrap_or_default()
                    )));
                }
            },
        })
    }

    /// Where a token that we made is kept: beside the conversations that it opens.
    pub(super) fn token_file(&self) -> Option<PathBuf> {
        match self {
            Database::Memory => None,
            Database::Sqlite(path) => {
                let mut name = path.as_os_str().to_owned();
                name.push(".token");
                Some(name.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_files_relative_and_absolute() {
        assert_eq!(Database::parse("memory:"), Ok(Database::Memory));
        assert_eq!(
            Database::parse("sqlite://chat.db"),
            Ok(Database::Sqlite("chat.db".into()))
        );
        assert_eq!(
            Database::parse("sqlite:///var/chat.db"),
            Ok(Database::Sqlite("/var/chat.db".into()))
        );
        for wrong in ["", "chat.db", "sqlite://", "mysql://x", "memory"] {
            assert!(Database::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            Database::parse("postgres://x").unwrap_err(),
            "PostgreSQL is not supported yet"
        );
    }
}
