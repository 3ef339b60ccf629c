//! [`SqliteStorage`]: one file per client.

use super::{Storage, StorageError, Stored, Write};
use pocketping_core::Value;
use pocketping_core::engine::{LocalKey, PersistFailure, Store, StoreWrite};
use rusqlite::{Connection, ErrorCode, Transaction, params};
use std::path::Path;
use std::time::Duration;

/// Marks the file as ours (`PRAGMA application_id`): "PPcl".
const APPLICATION: i64 = 0x5050_636c;
/// `PRAGMA user_version`.
const FORMAT: i64 = 2;
/// How long to wait for a client that is just ending and has the file open still.
const PATIENCE: Duration = Duration::from_secs(2);

const TABLES: &str = "
CREATE TABLE outbox (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE history (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE local (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
";

/// New in format 2.
const FILES: &str = "CREATE TABLE files (key TEXT PRIMARY KEY, bytes BLOB NOT NULL);
    CREATE TABLE quarantine (key TEXT PRIMARY KEY, value TEXT NOT NULL);";

const LOCAL_KEYS: [LocalKey; 4] = [
    LocalKey::VisitorId,
    LocalKey::SessionId,
    LocalKey::Identity,
    LocalKey::Outbox,
];

/// Keeps a client in an SQLite file. What was committed survives a power cut (`synchronous=FULL`).
///
/// The file is locked for as long as it is open. It holds the visitor's id, which is a secret of the
/// visitor: whoever reads it can read the conversation.
pub struct SqliteStorage {
    connection: Connection,
}

impl SqliteStorage {
    /// Opens a file, which is made when it does not exist.
    ///
    /// # Errors
    /// When it cannot be opened, another client has it open, or something else has written it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        let mut connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        // The first transaction locks it until it is closed; the log's index is in memory then.
        connection
            .pragma_update(None, "locking_mode", "EXCLUSIVE")
            .map_err(failed)?;
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .map_err(failed)?;
        connection
            .pragma_update(None, "synchronous", "FULL")
            .map_err(failed)?;
        migrate(&mut connection)?;
        Ok(SqliteStorage { connection })
    }
}

fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Exclusive)
        .map_err(failed)?;
    let number = |pragma: &str| -> Result<i64, StorageError> {
        let read = transaction.pragma_query_value(None, pragma, |row| row.get(0));
        read.map_err(failed)
    };
    let (application, found) = (number("application_id")?, number("user_version")?);
    if application == 0 && found == 0 && number("schema_version")? == 0 {
        transaction.execute_batch(TABLES).map_err(failed)?;
        transaction
            .pragma_update(None, "application_id", APPLICATION)
            .map_err(failed)?;
    } else if application != APPLICATION {
        return Err(StorageError::Foreign);
    } else if found > FORMAT {
        return Err(StorageError::Newer { found, known: FORMAT });
    }
    if found < 2 {
        transaction.execute_batch(FILES).map_err(failed)?;
        transaction
            .pragma_update(None, "user_version", FORMAT)
            .map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}

impl Storage for SqliteStorage {
    fn load(&mut self) -> Result<Stored, StorageError> {
        let local = rows(&self.connection, "SELECT key, value FROM local").map_err(failed)?;
        let local = local.into_iter().filter_map(|(name, value)| {
            let key = LOCAL_KEYS.into_iter().find(|key| key.as_str() == name)?;
            Some((key, value))
        });
        let lists = |statement| -> Result<(Vec<String>, Vec<Value>), StorageError> {
            let rows = rows(&self.connection, statement).map_err(failed)?;
            Ok(rows.into_iter().unzip())
        };
        let (outbox_keys, outbox) = lists("SELECT key, value FROM outbox ORDER BY key")?;
        let (history_keys, history) = lists("SELECT key, value FROM history ORDER BY key")?;
        let keys = || -> rusqlite::Result<Vec<String>> {
            let mut statement = self.connection.prepare("SELECT key FROM files ORDER BY key")?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        Ok(Stored {
            files: keys().map_err(failed)?,
            outbox,
            outbox_keys,
            history,
            history_keys,
            local: local.collect(),
        })
    }

    fn commit(&mut self, writes: &[Write]) -> Result<(), PersistFailure> {
        apply_all(&mut self.connection, writes).map_err(|error| {
            tracing::warn!(%error, "a write to the storage failed");
            match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => PersistFailure::Full,
                _ => PersistFailure::Broken,
            }
        })
    }

    fn read_file(&mut self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        read_bytes(&self.connection, key).map_err(failed)
    }
}

fn read_bytes(connection: &Connection, key: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = connection.prepare_cached("SELECT bytes FROM files WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

fn apply_all(connection: &mut Connection, writes: &[Write]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for write in writes {
        apply(&transaction, write)?;
    }
    transaction.commit()
}

fn apply(transaction: &Transaction<'_>, write: &Write) -> rusqlite::Result<()> {
    match write {
        Write::Store(StoreWrite::Put { store, key, value }) => {
            let statement = match store {
                Store::Outbox => "INSERT OR REPLACE INTO outbox (key, value) VALUES (?1, ?2)",
                Store::History => "INSERT OR REPLACE INTO history (key, value) VALUES (?1, ?2)",
                Store::Quarantine => "INSERT OR REPLACE INTO quarantine (key, value) VALUES (?1, ?2)",
                // The engine has no bytes to put.
                Store::Files => return Ok(()),
            };
            transaction
                .prepare_cached(statement)?
                .execute(params![key, text(value)])?;
        }
        Write::Store(StoreWrite::Delete { store, key }) => {
            let statement = match store {
                Store::Outbox => "DELETE FROM outbox WHERE key = ?1",
                Store::History => "DELETE FROM history WHERE key = ?1",
                Store::Files => "DELETE FROM files WHERE key = ?1",
                Store::Quarantine => "DELETE FROM quarantine WHERE key = ?1",
            };
            transaction.prepare_cached(statement)?.execute([key])?;
        }
        Write::Store(StoreWrite::Clear(store)) => {
            let statement = match store {
                Store::Outbox => "DELETE FROM outbox",
                Store::History => "DELETE FROM history",
                Store::Files => "DELETE FROM files",
                Store::Quarantine => "DELETE FROM quarantine",
            };
            transaction.prepare_cached(statement)?.execute([])?;
        }
        Write::File { key, bytes } => {
            let statement = "INSERT OR REPLACE INTO files (key, bytes) VALUES (?1, ?2)";
            transaction
                .prepare_cached(statement)?
                .execute(params![key, &bytes[..]])?;
        }
        Write::Local {
            key,
            value: Some(value),
        } => {
            let statement = "INSERT OR REPLACE INTO local (key, value) VALUES (?1, ?2)";
            transaction
                .prepare_cached(statement)?
                .execute(params![key.as_str(), text(value)])?;
        }
        Write::Local { key, value: None } => {
            let statement = "DELETE FROM local WHERE key = ?1";
            transaction.prepare_cached(statement)?.execute([key.as_str()])?;
        }
    }
    Ok(())
}

fn text(value: &Value) -> String {
    serde_json::to_string(value).expect("a value is always JSON: its keys are strings")
}

/// Text that is no JSON is kept as text: the engine finds no entry in it, and reports that.
fn rows(connection: &Connection, statement: &str) -> rusqlite::Result<Vec<(String, Value)>> {
    let mut statement = connection.prepare(statement)?;
    let rows = statement.query_map([], |row| {
        let text: String = row.get(1)?;
        let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok((row.get(0)?, value))
    })?;
    rows.collect()
}

fn failed(error: rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StorageError::InUse,
        Some(ErrorCode::NotADatabase) => StorageError::Foreign,
        _ => StorageError::Failed(Box::new(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::Object;

    fn put(store: Store, key: &str, value: impl Into<Value>) -> Write {
        Write::Store(StoreWrite::Put {
            store,
            key: key.to_owned(),
            value: value.into(),
        })
    }

    fn local(key: LocalKey, value: Option<Value>) -> Write {
        Write::Local { key, value }
    }

    fn in_memory() -> SqliteStorage {
        SqliteStorage::open(":memory:").unwrap()
    }

    #[test]
    fn what_is_committed_is_loaded_in_order_of_its_keys() {
        let mut storage = in_memory();
        let item = Value::from(Object::new().with("text", "é😀").with("n", 7));
        storage
            .commit(&[
                put(Store::Outbox, "2", "second"),
                put(Store::Outbox, "1", item.clone()),
                put(Store::Outbox, "3", "gone"),
                put(Store::History, "m", "shown"),
                local(LocalKey::VisitorId, Some("v".into())),
                local(LocalKey::SessionId, Some("s".into())),
            ])
            .unwrap();
        storage
            .commit(&[
                Write::Store(StoreWrite::Delete {
                    store: Store::Outbox,
                    key: "3".to_owned(),
                }),
                put(Store::Outbox, "2", "replaced"),
                local(LocalKey::SessionId, None),
            ])
            .unwrap();
        let mut stored = storage.load().unwrap();
        assert_eq!(stored.outbox, [item, "replaced".into()]);
        assert_eq!(stored.history, ["shown".into()]);
        assert_eq!(stored.take_local(LocalKey::VisitorId), Some("v".into()));
        assert_eq!(stored.take_local(LocalKey::SessionId), None);
        storage
            .commit(&[Write::Store(StoreWrite::Clear(Store::Outbox))])
            .unwrap();
        assert_eq!(storage.load().unwrap().outbox, []);
        assert_eq!(storage.load().unwrap().history, ["shown".into()]);
    }

    #[test]
    fn a_file_is_there_until_it_is_deleted() {
        let mut storage = in_memory();
        let file = Write::File {
            key: "f".to_owned(),
            bytes: (&[0, 159, 146, 150][..]).into(),
        };
        storage.commit(&[file]).unwrap();
        assert_eq!(storage.load().unwrap().files, ["f"]);
        assert_eq!(
            storage.read_file("f").unwrap().as_deref(),
            Some(&[0, 159, 146, 150][..])
        );
        let delete = StoreWrite::Delete {
            store: Store::Files,
            key: "f".to_owned(),
        };
        storage.commit(&[Write::Store(delete)]).unwrap();
        assert_eq!(storage.read_file("f").unwrap(), None);
    }

    #[test]
    fn a_file_of_format_1_gets_room_for_files() {
        let path = std::env::temp_dir().join(format!("pocketping-format-1-{}.db", std::process::id()));
        let mut storage = SqliteStorage::open(&path).unwrap();
        storage.commit(&[put(Store::Outbox, "1", "a")]).unwrap();
        storage
            .connection
            .execute_batch("DROP TABLE files; DROP TABLE quarantine; PRAGMA user_version = 1;")
            .unwrap();
        drop(storage);
        let mut storage = SqliteStorage::open(&path).unwrap();
        let stored = storage.load().unwrap();
        assert_eq!(stored.outbox, ["a".into()]);
        assert_eq!(stored.files, [""; 0]);
        drop(storage);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_commit_that_fails_changes_nothing() {
        let mut storage = in_memory();
        storage.connection.execute_batch("DROP TABLE history").unwrap();
        let outcome = storage.commit(&[put(Store::Outbox, "1", "a"), put(Store::History, "m", "b")]);
        assert_eq!(outcome, Err(PersistFailure::Broken));
        storage
            .connection
            .execute_batch("CREATE TABLE history (key TEXT PRIMARY KEY, value TEXT)")
            .unwrap();
        assert_eq!(storage.load().unwrap(), Stored::default());
    }

    #[test]
    fn a_full_disk_is_told_apart() {
        let mut storage = in_memory();
        storage
            .connection
            .pragma_update(None, "max_page_count", 8)
            .unwrap();
        let outcome = storage.commit(&[put(Store::Outbox, "1", "x".repeat(100_000))]);
        assert_eq!(outcome, Err(PersistFailure::Full));
    }

    #[test]
    fn commits_are_synced() {
        let path = std::env::temp_dir().join(format!("pocketping-synced-{}.db", std::process::id()));
        let storage = SqliteStorage::open(&path).unwrap();
        let pragma = |name| -> String {
            let read = storage.connection.pragma_query_value(None, name, |row| {
                Ok(match row.get_ref(0)? {
                    rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                    other => other.as_str()?.to_owned(),
                })
            });
            read.unwrap()
        };
        assert_eq!(
            pragma("synchronous"),
            "2",
            "FULL: the log is synced at each commit"
        );
        assert_eq!(pragma("journal_mode"), "wal");
        drop(storage);
        std::fs::remove_file(path).unwrap();
    }
}
