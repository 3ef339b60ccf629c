//! The tables, and bringing older databases up to date.

use crate::storage::StorageError;
use sqlx::{Connection, PgConnection, Row};

/// Each entry brings a database from the version that is its index to the next. Entries are never changed once
/// released.
pub(super) const MIGRATIONS: [&str; 1] = [FIRST];

/// Whoever migrates holds this lock: servers that start together wait for the first. The number means nothing, it
/// has to differ from other programs' (`pocketpi` in ASCII).
const LOCK: i64 = 0x706f_636b_6574_7069;

/// What every connection begins with: the tables are in a schema of their own, and nobody who hangs holds up the
/// others for long.
pub(super) const SETTINGS: &str = "SET search_path = pocketping; SET lock_timeout = '10s'; \
     SET idle_in_transaction_session_timeout = '10s'";

/// As SQLite's tables, and `head`: its one row is locked by each transaction that writes, so that numbers are
/// committed in their order.
const FIRST: &str = "
CREATE TABLE head (
    one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
    -- The newest number that was given out.
    seq BIGINT NOT NULL,
    -- How many transactions have written: whoever finds its own count knows that nobody else has.
    commits BIGINT NOT NULL
);
INSERT INTO head (seq, commits) VALUES (0, 0);

CREATE TABLE projects (
    key BIGINT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE
);
INSERT INTO projects (key, id) VALUES (1, 'default');

CREATE TABLE sessions (
    key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project BIGINT NOT NULL DEFAULT 1 REFERENCES projects (key),
    id TEXT NOT NULL,
    visitor TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_activity BIGINT NOT NULL,
    last_stamp BIGINT NOT NULL,
    operator_activity BIGINT,
    operator_online BOOLEAN NOT NULL,
    ai_active BOOLEAN NOT NULL,
    state SMALLINT NOT NULL,
    unread BIGINT NOT NULL,
    last_message BIGINT,
    log_floor BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
CREATE INDEX sessions_by_visitor ON sessions (visitor);
CREATE INDEX sessions_by_activity ON sessions (last_activity, key);

-- What seldom changes: apart, so that a message does not rewrite it. JSON as text: jsonb has no U+0000.
CREATE TABLE profiles (
    session BIGINT PRIMARY KEY,
    data TEXT NOT NULL
);

CREATE TABLE messages (
    seq BIGINT PRIMARY KEY,
    session BIGINT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT,
    sender SMALLINT NOT NULL,
    private BOOLEAN NOT NULL,
    content TEXT NOT NULL,
    at BIGINT NOT NULL,
    status SMALLINT,
    delivered_at BIGINT,
    read_at BIGINT,
    edited_at BIGINT,
    deleted_at BIGINT,
    -- The newest of the four; unset until one is.
    changed_at BIGINT,
    -- replyTo, metadata, attachments and operator as JSON; unset when there are none.
    extra TEXT
);
CREATE UNIQUE INDEX messages_by_id ON messages (id);
CREATE UNIQUE INDEX messages_by_client_id ON messages (client_id, session) WHERE client_id IS NOT NULL;
CREATE INDEX messages_by_session ON messages (session, seq);
CREATE INDEX messages_by_time ON messages (session, at);
CREATE INDEX messages_by_change ON messages (session, changed_at) WHERE changed_at IS NOT NULL;

-- The log besides messages. session 0: announcements, which belong to all.
CREATE TABLE events (
    seq BIGINT PRIMARY KEY,
    project BIGINT NOT NULL DEFAULT 1 REFERENCES projects (key),
    session BIGINT NOT NULL,
    at BIGINT NOT NULL,
    operators_only BOOLEAN NOT NULL,
    event_id TEXT,
    kind TEXT NOT NULL,
    data TEXT
);
CREATE INDEX events_by_session ON events (session, seq);
CREATE UNIQUE INDEX events_by_id ON events (event_id, session) WHERE event_id IS NOT NULL;

-- announce_floor: newest dropped announcement; full_floor: newest dropped event of any kind.
CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    seq BIGINT NOT NULL
);

-- Stage 4 is 'a message carries it': the others are few, and looked for.
CREATE TABLE attachments (
    key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL,
    session BIGINT NOT NULL,
    message TEXT,
    filename TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    source SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    stage SMALLINT NOT NULL,
    file TEXT
);
CREATE UNIQUE INDEX attachments_by_id ON attachments (id);
CREATE INDEX attachments_loose ON attachments (created_at) WHERE stage <> 4;
CREATE INDEX attachments_of ON attachments (session);
";

/// Brings the database up to date: all steps or none.
pub(super) async fn migrate(connection: &mut PgConnection) -> Result<(), StorageError> {
    let failed = |error: sqlx::Error| StorageError::new("migrating the database", error);
    let mut transaction = connection.begin().await.map_err(failed)?;
    // Another server's migration may take its time.
    sqlx::raw_sql("SET LOCAL lock_timeout = 0")
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    let version = version(&mut transaction).await.map_err(failed)?;
    if version > MIGRATIONS.len() {
        let problem = format!(
            "the database has version {version}, this program knows {}",
            MIGRATIONS.len()
        );
        return Err(StorageError::new("opening the database", problem));
    }
    for script in MIGRATIONS.iter().skip(version) {
        sqlx::raw_sql(*script)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
    }
    sqlx::query("UPDATE version SET number = $1")
        .bind(MIGRATIONS.len() as i64)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

/// The database's version; makes what holds it when it is empty.
async fn version(connection: &mut PgConnection) -> sqlx::Result<usize> {
    // Not `IF NOT EXISTS`: that needs the right to make schemas even where there is one.
    let there = sqlx::query(
        "SELECT to_regnamespace('pocketping') IS NOT NULL, to_regclass('pocketping.version') IS NOT NULL",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !there.try_get::<bool, _>(0)? {
        sqlx::raw_sql("CREATE SCHEMA pocketping")
            .execute(&mut *connection)
            .await?;
    }
    if !there.try_get::<bool, _>(1)? {
        let table = "CREATE TABLE version (number BIGINT NOT NULL); INSERT INTO version VALUES (0)";
        sqlx::raw_sql(table).execute(&mut *connection).await?;
    }
    let row = sqlx::query("SELECT number FROM version")
        .fetch_one(&mut *connection)
        .await?;
    Ok(usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or(usize::MAX))
}
