//! Operators as rows.

use super::text::{of_column, to_column};
use crate::storage::tables::{read_role, read_token};
use crate::storage::{OperatorChange, OperatorRecord, TokenHash};
use pocketping_core::{OperatorId, Timestamp};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres, Row};

/// Asks for operators. The columns by name: servers of this version go on when a later one has added some.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT id, name, avatar, role, token, created_at, removed_at, last_seen, away FROM operators ",
            $which
        )
    };
}

pub(super) async fn add(connection: &mut PgConnection, record: &OperatorRecord) -> sqlx::Result<()> {
    let sql = "INSERT INTO operators (id, name, avatar, role, token, created_at, removed_at, last_seen, away) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sqlx::query(sql)
        .bind(to_column(record.id.as_str()))
        .bind(to_column(&record.name))
        .bind(record.avatar.as_deref().map(to_column))
        .bind(record.role.as_str())
        .bind(record.token.as_bytes().as_slice())
        .bind(record.created_at.as_micros())
        .bind(record.removed_at.map(Timestamp::as_micros))
        .bind(record.last_seen.map(Timestamp::as_micros))
        .bind(record.away)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn all(connection: &mut PgConnection) -> sqlx::Result<Vec<OperatorRecord>> {
    let rows = sqlx::query(select!("ORDER BY key")).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

pub(super) async fn by_id(
    connection: &mut PgConnection,
    id: &OperatorId,
) -> sqlx::Result<Option<OperatorRecord>> {
    let query = sqlx::query(select!("WHERE id = $1"));
    one(connection, query.bind(to_column(id.as_str()))).await
}

pub(super) async fn by_token(
    connection: &mut PgConnection,
    token: &TokenHash,
) -> sqlx::Result<Option<OperatorRecord>> {
    let query = sqlx::query(select!("WHERE token = $1 AND removed_at IS NULL"));
    one(connection, query.bind(token.as_bytes().as_slice())).await
}

/// Within a transaction: the row is locked, so that two changes at the same time are made one after the other.
pub(super) async fn change(
    connection: &mut PgConnection,
    id: &OperatorId,
    change: OperatorChange,
) -> sqlx::Result<Option<OperatorRecord>> {
    let query = sqlx::query(select!("WHERE id = $1 FOR UPDATE"));
    let found = one(connection, query.bind(to_column(id.as_str()))).await?;
    let Some(mut record) = found.filter(|record| change.fits(record)) else {
        return Ok(None);
    };
    change.apply(&mut record);
    let sql = "UPDATE operators SET name = $2, avatar = $3, role = $4, token = $5, removed_at = $6, \
         last_seen = $7, away = $8 WHERE id = $1";
    sqlx::query(sql)
        .bind(to_column(record.id.as_str()))
        .bind(to_column(&record.name))
        .bind(record.avatar.as_deref().map(to_column))
        .bind(record.role.as_str())
        .bind(record.token.as_bytes().as_slice())
        .bind(record.removed_at.map(Timestamp::as_micros))
        .bind(record.last_seen.map(Timestamp::as_micros))
        .bind(record.away)
        .execute(connection)
        .await?;
    Ok(Some(record))
}

async fn one(
    connection: &mut PgConnection,
    query: Query<'_, Postgres, PgArguments>,
) -> sqlx::Result<Option<OperatorRecord>> {
    let row = query.fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &PgRow) -> sqlx::Result<OperatorRecord> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    let at = |column: &str| row.try_get::<Option<i64>, _>(column);
    let plain = |text: Option<String>| text.map(|text| of_column(&text).into_owned());
    Ok(OperatorRecord {
        id: OperatorId::from(plain(text("id")?).unwrap_or_default()),
        name: plain(text("name")?).unwrap_or_default(),
        avatar: plain(text("avatar")?),
        role: read_role(row.try_get("role")?).map_err(sqlx::Error::Decode)?,
        token: read_token(row.try_get("token")?).map_err(sqlx::Error::Decode)?,
        created_at: Timestamp::from_micros(row.try_get("created_at")?),
        removed_at: at("removed_at")?.map(Timestamp::from_micros),
        last_seen: at("last_seen")?.map(Timestamp::from_micros),
        away: row.try_get("away")?,
    })
}
