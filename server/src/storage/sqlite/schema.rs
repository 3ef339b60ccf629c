//! The tables, and bringing older files up to date.

use crate::storage::StorageError;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// Each entry brings a file from the version that is its index to the next (`PRAGMA user_version`).
/// Entries are never changed once released.
pub(super) const MIGRATIONS: [&str; 6] = [FIRST, ATTACHMENTS, SEARCH, DELIVERIES, PEOPLE, OPERATORS];

/// Messages and events share one sequence of row ids. Keys are integers, texts that are looked up begin
/// with a time, so that new rows touch the pages of their neighbours.
const FIRST: &str = "
CREATE TABLE projects (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE
);
INSERT INTO projects (key, id) VALUES (1, 'default');

CREATE TABLE sessions (
    key INTEGER PRIMARY KEY,
    project INTEGER NOT NULL DEFAULT 1 REFERENCES projects (key),
    id TEXT NOT NULL,
    visitor TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_activity INTEGER NOT NULL,
    last_stamp INTEGER NOT NULL,
    operator_activity INTEGER,
    operator_online INTEGER NOT NULL,
    ai_active INTEGER NOT NULL,
    state INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    last_message INTEGER,
    log_floor INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
CREATE INDEX sessions_by_visitor ON sessions (visitor);
CREATE INDEX sessions_by_activity ON sessions (last_activity);

-- What seldom changes: apart, so that a message does not rewrite it.
CREATE TABLE profiles (
    session INTEGER PRIMARY KEY REFERENCES sessions (key),
    data TEXT NOT NULL
);

CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES sessions (key),
    id TEXT NOT NULL,
    client_id TEXT,
    sender INTEGER NOT NULL,
    private INTEGER NOT NULL,
    content TEXT NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER,
    delivered_at INTEGER,
    read_at INTEGER,
    edited_at INTEGER,
    deleted_at INTEGER,
    -- The newest of the four; unset until one is.
    changed_at INTEGER,
    -- replyTo, metadata, attachments and operator as JSON; unset when there are none.
    extra TEXT
);
CREATE UNIQUE INDEX messages_by_id ON messages (id);
CREATE UNIQUE INDEX messages_by_client_id ON messages (client_id, session) WHERE client_id IS NOT NULL;
CREATE INDEX messages_by_session ON messages (session);
CREATE INDEX messages_by_change ON messages (session, changed_at) WHERE changed_at IS NOT NULL;

-- The log besides messages. session 0: announcements, which belong to all.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    project INTEGER NOT NULL DEFAULT 1 REFERENCES projects (key),
    session INTEGER NOT NULL,
    at INTEGER NOT NULL,
    audience INTEGER NOT NULL,
    event_id TEXT,
    kind TEXT NOT NULL,
    data TEXT
);
CREATE INDEX events_by_session ON events (session);
CREATE UNIQUE INDEX events_by_id ON events (event_id, session) WHERE event_id IS NOT NULL;

-- announce_floor: newest dropped announcement; full_floor: newest dropped event of any kind.
CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) WITHOUT ROWID;
";

/// Uploads. Stage 4 is "a message carries it": the others are few, and looked for.
const ATTACHMENTS: &str = "
CREATE TABLE attachments (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    session INTEGER NOT NULL REFERENCES sessions (key),
    message TEXT,
    filename TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    source INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    file TEXT
);
CREATE UNIQUE INDEX attachments_by_id ON attachments (id);
CREATE INDEX attachments_loose ON attachments (created_at) WHERE stage <> 4;
CREATE INDEX attachments_loose_of ON attachments (session) WHERE stage <> 4;
";

/// The full-text index, and what erasing sessions needs. The index has terms that we make, with spaces between, so its tokenizer has to do nothing but split
/// at those; it holds neither texts nor places of words in them.
const SEARCH: &str = "
CREATE VIRTUAL TABLE message_search USING fts5 (
    terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE session_search USING fts5 (
    terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
-- One row: messages up to this number and sessions up to this key have entries.
CREATE TABLE search_reach (
    message INTEGER NOT NULL,
    session INTEGER NOT NULL
);
INSERT INTO search_reach (message, session) VALUES (0, 0);

-- The site's ids of persons, which are looked for as a whole.
ALTER TABLE profiles ADD COLUMN identity TEXT;
UPDATE profiles SET identity = json_extract(data, '$.identity.id');
CREATE INDEX profiles_by_identity ON profiles (identity) WHERE identity IS NOT NULL;

-- Erasing a session needs all of its uploads.
CREATE INDEX attachments_of ON attachments (session);
DROP INDEX attachments_loose_of;
";

/// Requests to the webhook's target. `due` is unset for those that an earlier one holds up, and for dead ones.
const DELIVERIES: &str = "
CREATE TABLE deliveries (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    session INTEGER NOT NULL REFERENCES sessions (key),
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due INTEGER,
    -- Whether somebody is at it; `due` is the end of the lease then.
    leased INTEGER NOT NULL DEFAULT 0,
    dead_at INTEGER,
    problem TEXT
);
CREATE UNIQUE INDEX deliveries_by_id ON deliveries (id);
CREATE INDEX deliveries_of ON deliveries (session, dead_at, due);
CREATE INDEX deliveries_due ON deliveries (due) WHERE due IS NOT NULL;
CREATE INDEX deliveries_dead ON deliveries (dead_at) WHERE dead_at IS NOT NULL;
";

/// People, and figures.
const PEOPLE: &str = include_str!("migrations/5_people.sql");

/// Operators.
const OPERATORS: &str = include_str!("migrations/6_operators.sql");

/// What a commit survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// The machine losing its power.
    PowerCut,
    /// The program being killed, and no more.
    ProcessEnd,
}

/// Sets up a connection that writes.
pub(super) fn prepare_writer(connection: &Connection, durability: Durability) -> rusqlite::Result<()> {
    let synchronous = match durability {
        Durability::PowerCut => "FULL",
        Durability::ProcessEnd => "OFF",
    };
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    prepare(connection)
}

/// Sets up any connection.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Without it the value bound to a LIMIT is looked at by the planner, and each use of a statement compiles it anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// The file's version, if this program knows it.
pub(super) fn known_version(connection: &Connection) -> Result<usize, StorageError> {
    let version: usize = connection
        .query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
        .map(|version| usize::try_from(version).unwrap_or(usize::MAX))
        .map_err(|error| StorageError::new("opening the database", error))?;
    if version > MIGRATIONS.len() {
        let problem = format!(
            "the file has version {version}, this program knows {}",
            MIGRATIONS.len()
        );
        return Err(StorageError::new("opening the database", problem));
    }
    Ok(version)
}

/// Brings the file up to date.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    let failed = |error: rusqlite::Error| StorageError::new("migrating the database", error);
    let version = known_version(connection)?;
    for (at, script) in MIGRATIONS.iter().enumerate().skip(version) {
        let transaction = connection.transaction().map_err(failed)?;
        transaction.execute_batch(script).map_err(failed)?;
        transaction
            .pragma_update(None, "user_version", (at + 1) as i64)
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
    }
    Ok(())
}

/// The newest number that was given out.
pub(super) fn newest(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT max(coalesce((SELECT max(seq) FROM messages), 0), \
         coalesce((SELECT max(seq) FROM events), 0), coalesce((SELECT max(seq) FROM marks), 0))";
    connection.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn a_statement_is_compiled_once_whatever_it_is_asked_for() {
        let mut connection = Connection::open_in_memory().unwrap();
        prepare_writer(&connection, Durability::ProcessEnd).unwrap();
        migrate(&mut connection).unwrap();
        for sql in [
            "SELECT seq FROM messages WHERE session = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
            "SELECT seq FROM messages WHERE session = ?1 AND changed_at > ?2 LIMIT ?3",
            "SELECT key FROM attachments WHERE stage <> 4 AND created_at < ?1 AND session <> ?2 LIMIT ?3",
        ] {
            let mut statement = connection.prepare(sql).unwrap();
            for limit in [1, 50, 0, 1_000] {
                let rows = statement.query_map([7, limit, limit], |_| Ok(())).unwrap();
                assert_eq!(rows.count(), 0);
                statement.clear_bindings();
            }
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{sql}");
        }
    }
}
