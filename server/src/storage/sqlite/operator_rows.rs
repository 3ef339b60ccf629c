//! Operators as rows.

use crate::storage::tables::{read_role, read_token};
use crate::storage::{OperatorChange, OperatorRecord, TokenHash};
use pocketping_core::{OperatorId, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

const COLUMNS: &str = "id, name, avatar, role, token, created_at, removed_at, last_seen, away";

pub(super) fn add(connection: &Connection, record: &OperatorRecord) -> rusqlite::Result<()> {
    let sql = format!("INSERT INTO operators ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    connection.prepare_cached(&sql)?.execute(params![
        record.id.as_str(),
        record.name,
        record.avatar,
        record.role.as_str(),
        record.token.as_bytes(),
        record.created_at.as_micros(),
        record.removed_at.map(Timestamp::as_micros),
        record.last_seen.map(Timestamp::as_micros),
        record.away,
    ])?;
    Ok(())
}

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<OperatorRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM operators ORDER BY key");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    rows.collect()
}

pub(super) fn by_id(connection: &Connection, id: &OperatorId) -> rusqlite::Result<Option<OperatorRecord>> {
    one(connection, "id = ?1", &id.as_str())
}

pub(super) fn by_token(
    connection: &Connection,
    token: &TokenHash,
) -> rusqlite::Result<Option<OperatorRecord>> {
    one(connection, "token = ?1 AND removed_at IS NULL", token.as_bytes())
}

/// Within a transaction that writes.
pub(super) fn change(
    connection: &Connection,
    id: &OperatorId,
    change: OperatorChange,
) -> rusqlite::Result<Option<OperatorRecord>> {
    let found = by_id(connection, id)?.filter(|record| change.fits(record));
    let Some(mut record) = found else {
        return Ok(None);
    };
    change.apply(&mut record);
    let sql = "UPDATE operators SET name = ?2, avatar = ?3, role = ?4, token = ?5, removed_at = ?6, \
         last_seen = ?7, away = ?8 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute(params![
        record.id.as_str(),
        record.name,
        record.avatar,
        record.role.as_str(),
        record.token.as_bytes(),
        record.removed_at.map(Timestamp::as_micros),
        record.last_seen.map(Timestamp::as_micros),
        record.away,
    ])?;
    Ok(Some(record))
}

fn one(
    connection: &Connection,
    condition: &str,
    value: &dyn ToSql,
) -> rusqlite::Result<Option<OperatorRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM operators WHERE {condition}");
    connection
        .prepare_cached(&sql)?
        .query_row([value], read)
        .optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<OperatorRecord> {
    let micros = |at: Option<i64>| at.map(Timestamp::from_micros);
    let role = read_role(row.get_ref(3)?.as_str()?);
    let token = read_token(row.get_ref(4)?.as_blob()?);
    Ok(OperatorRecord {
        id: OperatorId::from(row.get::<_, String>(0)?),
        name: row.get(1)?,
        avatar: row.get(2)?,
        role: role.map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, Type::Text, error))?,
        token: token.map_err(|error| rusqlite::Error::FromSqlConversionFailure(4, Type::Blob, error))?,
        created_at: Timestamp::from_micros(row.get(5)?),
        removed_at: micros(row.get(6)?),
        last_seen: micros(row.get(7)?),
        away: row.get(8)?,
    })
}
