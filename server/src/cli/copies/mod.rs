//! `pocketping backup` and `pocketping restore`: a database of SQLite with its uploaded files.
//!
//! A backup is a database like any other, `FILE`, with its files in `FILE.files` beside it: a server can be started on it.

mod backup;
pub(super) use backup::backup;
mod files;
mod partial;
mod renames;
mod restore;
pub(super) use restore::restore;

use super::database::{Database, beside};
use super::failure::Failure;
use super::options::Flags;
use super::settings::{Settings, apply};
use std::error::Error;
use std::path::{Path, PathBuf};

/// What is copied, as the options say.
struct Place {
    database: PathBuf,
    /// None: they are in a bucket, and stay there.
    files: Option<PathBuf>,
}

impl Place {
    fn of(flags: Flags, verb: &str) -> Result<Self, Failure> {
        let mut settings = Settings::read(flags.given());
        let (_, own) = apply(&mut settings);
        let Some(own) = own.filter(|_| settings.problems().is_empty()) else {
            return Err(Failure::from(settings.problems()));
        };
        let files = own.files.folder(&own.database);
        match own.database {
            Database::Sqlite(database) => Ok(Place { database, files }),
            Database::Postgres(_) => {
                let place = match files {
                    Some(folder) => format!("the folder {}", folder.display()),
                    None => "the bucket".to_owned(),
                };
                Err(Failure::usage(format!(
                    "--database: `pocketping {verb}` is for SQLite; PostgreSQL has `pg_dump --format=custom` and \
                     `pg_restore`, and uploaded files are in {place}"
                )))
            }
            Database::Memory => Err(Failure::usage(format!(
                "--database: there is nothing to {verb} in memory: name a file such as sqlite://pocketping.db"
            ))),
        }
    }
}

/// The folder with a backup's files.
fn files_of(backup: &Path) -> PathBuf {
    beside(backup, ".files")
}

fn failed<E: Error>(what: &'static str) -> impl Fn(E) -> Failure {
    move |error| {
        let source = error.source().map(|source| format!(": {source}"));
        Failure::because(what, format!("{error}{}", source.unwrap_or_default()))
    }
}
