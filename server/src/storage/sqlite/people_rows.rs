//! People as rows, and what of profiles is looked for beside its JSON text.

use super::session_rows::{self, Key};
use crate::storage::tables::{Unreadable, read_attributes};
use crate::storage::{PeoplePage, PeopleQuery, PersonRecord, SessionRecord};
use pocketping_core::{Object, PersonId, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, params};

/// Profiles that get their facts in one transaction.
const BATCH: i64 = 1_024;

/// Saves a session's profile; `before` is whom it named until now.
pub(super) fn save_profile(
    connection: &Connection,
    key: Key,
    record: &SessionRecord,
    before: Option<&PersonId>,
) -> rusqlite::Result<()> {
    let profile = &record.profile;
    let (person, rating) = (profile.person_id(), profile.rating());
    let sql = "INSERT INTO profiles (session, data, identity, person, score, rated_at, facts) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1) ON CONFLICT (session) DO UPDATE SET data = excluded.data, \
         identity = excluded.identity, person = excluded.person, score = excluded.score, \
         rated_at = excluded.rated_at, facts = 1";
    connection.prepare_cached(sql)?.execute(params![
        key,
        crate::bus::json(&profile.write()),
        profile.identity_id(),
        person.as_ref().map(PersonId::as_str),
        rating.map(|(_, score)| score),
        rating.map(|(at, _)| at.as_micros()),
    ])?;
    if person.as_ref() == before {
        return Ok(());
    }
    if let Some(person) = &person {
        let sql = "INSERT INTO people (id, first_seen) VALUES (?1, ?2) \
             ON CONFLICT (id) DO UPDATE SET first_seen = min(first_seen, excluded.first_seen)";
        connection
            .prepare_cached(sql)?
            .execute(params![person.as_str(), record.created_at.as_micros()])?;
    }
    before.map_or(Ok(()), |before| forget_if_unnamed(connection, before))
}

/// Drops a person whom no session names any more.
pub(super) fn forget_if_unnamed(connection: &Connection, person: &PersonId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM people WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM profiles WHERE person = ?1)";
    connection.prepare_cached(sql)?.execute([person.as_str()])?;
    Ok(())
}

/// Adds what profiles of earlier versions are without.
pub(super) fn complete(connection: &mut Connection) -> rusqlite::Result<()> {
    loop {
        let transaction = connection.transaction()?;
        let keys: Vec<Key> = {
            let sql = "SELECT session FROM profiles WHERE facts = 0 ORDER BY session LIMIT ?1";
            let mut statement = transaction.prepare_cached(sql)?;
            let rows = statement.query_map([BATCH], |row| row.get(0))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        for key in &keys {
            match session_rows::by_key(&transaction, *key)? {
                Some(record) => save_profile(&transaction, *key, &record, None)?,
                // A profile without its session belongs to nobody.
                None => {
                    let sql = "DELETE FROM profiles WHERE session = ?1";
                    transaction.prepare_cached(sql)?.execute([key])?;
                }
            }
        }
        transaction.commit()?;
        if keys.is_empty() {
            return Ok(());
        }
    }
}

pub(super) fn page(connection: &Connection, query: &PeopleQuery) -> rusqlite::Result<PeoplePage> {
    let before: i64 = query
        .before
        .as_deref()
        .and_then(|text| text.parse().ok())
        .unwrap_or(i64::MAX);
    let sql = "SELECT key, id FROM people WHERE key < ?1 ORDER BY key DESC LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([before, query.limit as i64 + 1], |row| {
        Ok((row.get::<_, i64>(0)?, PersonId::new(row.get_ref(1)?.as_str()?)))
    })?;
    let mut found: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
    let more = found.len() > query.limit;
    found.truncate(query.limit);
    let next = found.last().filter(|_| more).map(|(key, _)| key.to_string());
    let mut people = Vec::with_capacity(found.len());
    for (_, id) in &found {
        people.extend(by_id(connection, id)?);
    }
    Ok(PeoplePage { people, next })
}

pub(super) fn by_id(connection: &Connection, id: &PersonId) -> rusqlite::Result<Option<PersonRecord>> {
    let sql = "SELECT first_seen, attributes, (SELECT count(*) FROM profiles WHERE person = ?1), \
         (SELECT session FROM profiles JOIN sessions ON key = session WHERE person = ?1 \
         ORDER BY last_activity DESC, key DESC LIMIT 1) FROM people WHERE id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement
        .query_row([id.as_str()], |row| {
            let attributes = read_attributes(row.get_ref(1)?.as_str_or_null()?).map_err(unreadable)?;
            let first_seen = Timestamp::from_micros(row.get(0)?);
            Ok((
                first_seen,
                attributes,
                row.get::<_, i64>(2)?,
                row.get::<_, Option<Key>>(3)?,
            ))
        })
        .optional()?;
    let Some((first_seen, attributes, sessions, Some(newest))) = found else {
        return Ok(None);
    };
    let newest = session_rows::by_key(connection, newest)?;
    Ok(newest.map(|newest| PersonRecord {
        id: id.clone(),
        first_seen,
        sessions: sessions as u64,
        newest,
        attributes,
    }))
}

/// Notes something about a person; whether there is one.
pub(super) fn set_attributes(
    connection: &Connection,
    id: &PersonId,
    attributes: Object,
) -> rusqlite::Result<bool> {
    let text = crate::bus::json(&attributes.into());
    let sql = "UPDATE people SET attributes = ?2 WHERE id = ?1";
    let changed = connection.prepare_cached(sql)?.execute([id.as_str(), &text])?;
    Ok(changed > 0)
}

fn unreadable(error: Unreadable) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(1, Type::Text, error)
}
