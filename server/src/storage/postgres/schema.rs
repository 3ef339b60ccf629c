//! The tables, and bringing older databases up to date.

use crate::storage::StorageError;
use sqlx::{Connection, PgConnection, Row};

/// Each entry brings a database from the version that is its index to the next. Entries are never changed once
/// released.
const MIGRATIONS: [&str; 5] = [
    include_str!("migrations/1_first.sql"),
    include_str!("migrations/2_search.sql"),
    include_str!("migrations/3_deliveries.sql"),
    include_str!("migrations/4_people.sql"),
    include_str!("migrations/5_operators.sql"),
];

/// Whoever migrates holds this lock: servers that start together wait for the first. The number means nothing, it
/// has to differ from other programs' (`pocketpi` in ASCII).
const LOCK: i64 = 0x706f_636b_6574_7069;

/// What every connection begins with: the tables are in a schema of their own, and nobody who hangs holds up the
/// others for long.
pub(super) const SETTINGS: &str = "SET search_path = pocketping; SET lock_timeout = '10s'; \
     SET idle_in_transaction_session_timeout = '10s'";

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
