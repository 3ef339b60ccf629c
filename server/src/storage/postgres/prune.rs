//! Keeping the log bounded. Messages are never dropped.

use super::event_rows::EVERYONE;
use super::session_rows::Key;
use crate::storage::tables::{AGE_BATCH, Due};
use sqlx::PgConnection;
use std::collections::HashMap;

/// Newest dropped announcement.
pub(super) const ANNOUNCE_FLOOR: &str = "announce_floor";
/// Newest dropped event of any kind.
pub(super) const FULL_FLOOR: &str = "full_floor";

/// Removes what is due after an event, in its transaction.
pub(super) async fn prune(connection: &mut PgConnection, key: Key, due: &Due) -> sqlx::Result<()> {
    if let Some(kept) = due.keep {
        by_count(connection, key, kept).await?;
    }
    if let Some(moment) = due.too_old {
        by_age(connection, moment).await?;
    }
    Ok(())
}

async fn by_count(connection: &mut PgConnection, key: Key, kept: i64) -> sqlx::Result<()> {
    let sql = "SELECT seq FROM events WHERE session = $1 ORDER BY seq DESC LIMIT 1 OFFSET $2";
    let query = sqlx::query_scalar(sql).bind(key).bind(kept);
    let Some(cut) = query.fetch_optional(&mut *connection).await? else {
        return Ok(());
    };
    sqlx::query("DELETE FROM events WHERE session = $1 AND seq <= $2")
        .bind(key)
        .bind::<i64>(cut)
        .execute(&mut *connection)
        .await?;
    raise(connection, key, cut).await
}

async fn by_age(connection: &mut PgConnection, cut: i64) -> sqlx::Result<()> {
    let query = sqlx::query_as("SELECT seq, session, at FROM events ORDER BY seq LIMIT $1").bind(AGE_BATCH);
    let oldest: Vec<(i64, Key, i64)> = query.fetch_all(&mut *connection).await?;
    let mut floors: HashMap<Key, i64> = HashMap::new();
    let mut last = None;
    for (seq, key, at) in oldest {
        if at >= cut {
            break;
        }
        floors.insert(key, seq);
        last = Some(seq);
    }
    let Some(last) = last else { return Ok(()) };
    sqlx::query("DELETE FROM events WHERE seq <= $1")
        .bind(last)
        .execute(&mut *connection)
        .await?;
    for (key, seq) in floors {
        raise(connection, key, seq).await?;
    }
    Ok(())
}

/// Remembers that everything of a session's log up to `seq` is gone.
async fn raise(connection: &mut PgConnection, key: Key, seq: i64) -> sqlx::Result<()> {
    if key == EVERYONE {
        raise_mark(connection, ANNOUNCE_FLOOR, seq).await?;
    } else {
        sqlx::query("UPDATE sessions SET log_floor = greatest(log_floor, $2) WHERE key = $1")
            .bind(key)
            .bind(seq)
            .execute(&mut *connection)
            .await?;
    }
    raise_mark(connection, FULL_FLOOR, seq).await
}

async fn raise_mark(connection: &mut PgConnection, name: &str, seq: i64) -> sqlx::Result<()> {
    let sql = "INSERT INTO marks (name, seq) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET seq = greatest(marks.seq, excluded.seq)";
    sqlx::query(sql).bind(name).bind(seq).execute(connection).await?;
    Ok(())
}

/// The value of a mark; 0 when nothing was dropped yet.
pub(super) async fn mark(connection: &mut PgConnection, name: &str) -> sqlx::Result<i64> {
    let query = sqlx::query_scalar("SELECT seq FROM marks WHERE name = $1").bind(name);
    Ok(query.fetch_optional(connection).await?.unwrap_or(0))
}
