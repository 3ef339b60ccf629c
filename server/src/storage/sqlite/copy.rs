//! Copies of a whole database: backups, which a running server does not notice, and bringing one back.

use super::prune::{ANNOUNCE_FLOOR, FULL_FLOOR, raise_mark};
use super::{SqliteStorage, lock, operator_rows, schema};
use crate::files::FileKey;
use crate::storage::tables::stage_code;
use crate::storage::{OperatorRecord, StorageError, UploadStage};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a copy waits for a database that cannot be read right now.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);
/// Numbers that a restored database skips: more than a server can have given out since its backup.
const LEAP: i64 = 1_000_000_000;

/// What is in a copy of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatabaseCopy {
    /// How many conversations.
    pub sessions: u64,
    /// How many messages.
    pub messages: u64,
    /// Files that have arrived, by the keys under which the file store has them. One may be gone from the store: what is
    /// deleted while a copy is made is in the copy still.
    pub files: Vec<FileKey>,
}

/// A database that no server has open, nor can open as long as this is kept.
pub struct ClaimedDatabase {
    path: PathBuf,
    _lock: File,
}

impl SqliteStorage {
    /// Copies the database `from` to the new file `to` as it is at one moment, checks the copy and syncs it. A server may
    /// have it open and goes on meanwhile: all that it has acknowledged before the call is in the copy. It blocks until it
    /// is done. A copy is one file without `-wal`, which only its owner may read.
    ///
    /// # Errors
    /// When `from` cannot be read or is no database of ours, `to` exists or cannot be written, or the copy is damaged. What
    /// there is of it then is left to the caller.
    pub fn back_up(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<DatabaseCopy, StorageError> {
        let to = to.as_ref();
        copy(from.as_ref(), to)?;
        let copied = describe(&open(to)?)?;
        sync(to)?;
        Ok(copied)
    }

    /// Takes the lock that servers take, for work on the file itself.
    ///
    /// # Errors
    /// When a server has the database open, or its folder cannot be written.
    pub fn claim(path: impl AsRef<Path>) -> Result<ClaimedDatabase, StorageError> {
        Ok(ClaimedDatabase {
            path: path.as_ref().to_owned(),
            _lock: lock(path.as_ref())?,
        })
    }
}

impl ClaimedDatabase {
    /// Copies a backup to the new file `to`, fit to take this database's place: checked, synced, and with numbers that
    /// no client knows, so that cursors from after the backup are not taken for places in what will be written. All
    /// streams begin with a `resync`.
    ///
    /// # Errors
    /// As [`back_up`](SqliteStorage::back_up).
    pub fn copy_backup(&self, backup: &Path, to: &Path) -> Result<DatabaseCopy, StorageError> {
        copy(backup, to)?;
        let connection = open(to)?;
        let copied = describe(&connection)?;
        let leap = || {
            let floor = schema::newest(&connection)? + LEAP;
            raise_mark(&connection, ANNOUNCE_FLOOR, floor)?;
            raise_mark(&connection, FULL_FLOOR, floor)
        };
        leap().map_err(|error| StorageError::new("numbering a restored database", error))?;
        drop(connection);
        sync(to)?;
        Ok(copied)
    }

    /// The operators who could sign in with such a copy in this database's place, and cannot now: they were removed after the
    /// backup, or have another token by now. A database that is not there, or cannot be read, knows nobody.
    ///
    /// # Errors
    /// When the copy cannot be read.
    pub fn readmits(&self, copy: &Path) -> Result<Vec<OperatorRecord>, StorageError> {
        let known = operators(&self.path).unwrap_or_default();
        let mut readmitted = operators(copy)?;
        readmitted.retain(|operator| {
            let same = |now: &OperatorRecord| now.id == operator.id && now.token == operator.token;
            !known.iter().any(same)
        });
        Ok(readmitted)
    }

    /// Writes what is in the write-ahead log into the file, which is then all of the database.
    ///
    /// # Errors
    /// When the file cannot be read: a damaged one may be what a restore is for.
    pub fn settle(&self) -> Result<(), StorageError> {
        let failed = |error: rusqlite::Error| StorageError::new("emptying the write-ahead log", error);
        let connection = open(&self.path)?;
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        connection.query_row(sql, [], |_| Ok(())).map_err(failed)?;
        connection.close().map_err(|(_, error)| failed(error))
    }
}

fn open(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| StorageError::new("opening the database", error))
}

fn copy(from: &Path, to: &Path) -> Result<(), StorageError> {
    let failed = |error: rusqlite::Error| StorageError::new("copying the database", error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags)
        .map_err(|error| StorageError::new("opening the database", error))?;
    // Before SQLite makes it: conversations are private.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(to)
        .map_err(|error| StorageError::new("making the copy", error))?;
    let mut target = open(to)?;
    let began = Instant::now();
    {
        let backup = Backup::new(&source, &mut target).map_err(failed)?;
        // All pages in one step, which is one snapshot: with several the copy would begin anew after each write.
        loop {
            match backup.step(-1) {
                Ok(StepResult::Done) => break,
                Ok(_) if began.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
                Ok(_) => return Err(StorageError::new("copying the database", "it is busy")),
                Err(error) => return Err(failed(error)),
            }
        }
    }
    target
        .pragma_update(None, "journal_mode", "DELETE")
        .map_err(failed)?;
    target.close().map_err(|(_, error)| failed(error))
}

/// Checks a copy and looks what is in it.
fn describe(connection: &Connection) -> Result<DatabaseCopy, StorageError> {
    let failed = |error: rusqlite::Error| StorageError::new("checking the copy", error);
    let found: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(failed)?;
    if found != "ok" {
        return Err(StorageError::new("checking the copy", found));
    }
    if !has_table(connection, "sessions").map_err(failed)? {
        let problem = "it is no database of PocketPing";
        return Err(StorageError::new("checking the copy", problem));
    }
    schema::known_version(connection)?;
    let count = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let count = |sql| count(sql).map(i64::unsigned_abs);
    Ok(DatabaseCopy {
        sessions: count("SELECT count(*) FROM sessions").map_err(failed)?,
        messages: count("SELECT count(*) FROM messages").map_err(failed)?,
        files: files(connection).map_err(failed)?,
    })
}

/// The operators of a database who may sign in.
fn operators(path: &Path) -> Result<Vec<OperatorRecord>, StorageError> {
    let failed = |error: rusqlite::Error| StorageError::new("listing operators", error);
    let connection = open(path)?;
    // The first versions had none.
    if !has_table(&connection, "operators").map_err(failed)? {
        return Ok(Vec::new());
    }
    let mut operators = operator_rows::all(&connection).map_err(failed)?;
    operators.retain(|operator| operator.removed_at.is_none());
    Ok(operators)
}

fn files(connection: &Connection) -> rusqlite::Result<Vec<FileKey>> {
    // The first versions had none.
    if !has_table(connection, "attachments")? {
        return Ok(Vec::new());
    }
    let there = [UploadStage::Arrived, UploadStage::Ready, UploadStage::Attached].map(stage_code);
    let sql = "SELECT file FROM attachments WHERE file IS NOT NULL AND stage IN (?1, ?2, ?3)";
    let mut statement = connection.prepare(sql)?;
    let keys = statement.query_map(there, |row| row.get::<_, String>(0))?;
    let keys = keys.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(keys.iter().filter_map(|key| FileKey::parse(key)).collect())
}

fn has_table(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    let found = connection.query_row(sql, [name], |_| Ok(())).optional()?;
    Ok(found.is_some())
}

fn sync(path: &Path) -> Result<(), StorageError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|error| StorageError::new("syncing the copy", error))
}
