//! People as rows, and what of profiles is looked for beside its JSON text.

use super::session_rows::{self, Key};
use super::text::to_column;
use crate::storage::tables::read_attributes;
use crate::storage::{PeoplePage, PeopleQuery, PersonRecord, SessionRecord};
use pocketping_core::{Object, PersonId, Timestamp};
use sqlx::{Connection, PgConnection};

/// Profiles that get their facts in one transaction.
const BATCH: i64 = 500;

/// Saves a session's profile; `before` is whom it named until now.
pub(super) async fn save_profile(
    connection: &mut PgConnection,
    key: Key,
    record: &SessionRecord,
    before: Option<&PersonId>,
) -> sqlx::Result<()> {
    let profile = &record.profile;
    let (person, rating) = (profile.person_id(), profile.rating());
    let sql = "INSERT INTO profiles (session, data, identity, person, score, rated_at, facts) \
         VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (session) DO UPDATE SET data = excluded.data, \
         identity = excluded.identity, person = excluded.person, score = excluded.score, \
         rated_at = excluded.rated_at, facts = 1";
    sqlx::query(sql)
        .bind(key)
        .bind(crate::bus::json(&profile.write()))
        .bind(profile.identity_id().map(to_column))
        .bind(person.as_ref().map(PersonId::as_str))
        .bind(rating.map(|(_, score)| score as i16))
        .bind(rating.map(|(at, _)| at.as_micros()))
        .execute(&mut *connection)
        .await?;
    if person.as_ref() == before {
        return Ok(());
    }
    if let Some(person) = &person {
        let sql = "INSERT INTO people (id, first_seen) VALUES ($1, $2) \
             ON CONFLICT (id) DO UPDATE SET first_seen = least(people.first_seen, excluded.first_seen)";
        sqlx::query(sql)
            .bind(person.as_str())
            .bind(record.created_at.as_micros())
            .execute(&mut *connection)
            .await?;
    }
    match before {
        Some(before) => forget_if_unnamed(connection, before).await,
        None => Ok(()),
    }
}

/// Drops a person whom no session names any more.
pub(super) async fn forget_if_unnamed(connection: &mut PgConnection, person: &PersonId) -> sqlx::Result<()> {
    let sql = "DELETE FROM people WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM profiles WHERE person = $1)";
    sqlx::query(sql).bind(person.as_str()).execute(connection).await?;
    Ok(())
}

/// Adds what profiles of earlier versions are without. Servers that start together, and those that write already, wait
/// for each other.
pub(super) async fn complete(connection: &mut PgConnection) -> sqlx::Result<()> {
    loop {
        let mut transaction = connection.begin().await?;
        // As writers do: two who lock the same people in another order would stop each other.
        sqlx::query("SELECT seq FROM head FOR UPDATE")
            .execute(&mut *transaction)
            .await?;
        let sql = "SELECT session FROM profiles WHERE facts = 0 ORDER BY session LIMIT $1 FOR UPDATE";
        let keys: Vec<Key> = sqlx::query_scalar(sql)
            .bind(BATCH)
            .fetch_all(&mut *transaction)
            .await?;
        let found = session_rows::by_keys(&mut transaction, &keys).await?;
        for (key, record) in &found {
            save_profile(&mut transaction, *key, record, None).await?;
        }
        // A profile without its session belongs to nobody.
        sqlx::query("DELETE FROM profiles WHERE session = ANY($1) AND facts = 0")
            .bind(&keys)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        if keys.is_empty() {
            return Ok(());
        }
    }
}

pub(super) async fn page(connection: &mut PgConnection, query: &PeopleQuery) -> sqlx::Result<PeoplePage> {
    let before: i64 = query
        .before
        .as_deref()
        .and_then(|text| text.parse().ok())
        .unwrap_or(i64::MAX);
    let sql = "SELECT key, id FROM people WHERE key < $1 ORDER BY key DESC LIMIT $2";
    let mut found: Vec<(i64, String)> = sqlx::query_as(sql)
        .bind(before)
        .bind(query.limit as i64 + 1)
        .fetch_all(&mut *connection)
        .await?;
    let more = found.len() > query.limit;
    found.truncate(query.limit);
    let next = found.last().filter(|_| more).map(|(key, _)| key.to_string());
    let mut people = Vec::with_capacity(found.len());
    for (_, id) in found {
        people.extend(by_id(connection, &PersonId::from(id)).await?);
    }
    Ok(PeoplePage { people, next })
}

/// What a person's row and the sessions that name them say: first seen, attributes, how many, the newest one's key.
type Found = (i64, Option<String>, i64, Option<Key>);

pub(super) async fn by_id(
    connection: &mut PgConnection,
    id: &PersonId,
) -> sqlx::Result<Option<PersonRecord>> {
    let sql = "SELECT first_seen, attributes, (SELECT count(*) FROM profiles WHERE person = $1), \
         (SELECT p.session FROM profiles p JOIN sessions s ON s.key = p.session WHERE p.person = $1 \
         ORDER BY s.last_activity DESC, s.key DESC LIMIT 1) FROM people WHERE id = $1";
    let found: Option<Found> = sqlx::query_as(sql)
        .bind(to_column(id.as_str()))
        .fetch_optional(&mut *connection)
        .await?;
    let Some((first_seen, attributes, sessions, Some(newest))) = found else {
        return Ok(None);
    };
    let newest = session_rows::by_keys(connection, &[newest]).await?.pop();
    let Some((_, newest)) = newest else {
        return Ok(None);
    };
    Ok(Some(PersonRecord {
        id: id.clone(),
        first_seen: Timestamp::from_micros(first_seen),
        sessions: sessions as u64,
        newest,
        attributes: read_attributes(attributes.as_deref()).map_err(sqlx::Error::Decode)?,
    }))
}

/// Notes something about a person; whether there is one.
pub(super) async fn set_attributes(
    connection: &mut PgConnection,
    id: &PersonId,
    attributes: Object,
) -> sqlx::Result<bool> {
    let changed = sqlx::query("UPDATE people SET attributes = $2 WHERE id = $1")
        .bind(to_column(id.as_str()))
        .bind(crate::bus::json(&attributes.into()))
        .execute(connection)
        .await?;
    Ok(changed.rows_affected() > 0)
}
