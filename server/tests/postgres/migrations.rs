//! Databases of earlier versions, and servers that start together.

use crate::cluster::{database, open};
use futures_util::future::join_all;
use pocketping_core::Timestamp;
use pocketping_server::SessionFilter;
use pocketping_server::storage::{PostgresStorage, Replay, SearchQuery, Seq, Span, Storage, person_id};
use sqlx::{Connection, PgConnection};
use std::error::Error;

/// What each version of this program did to the database of the one before.
const MIGRATIONS: [&str; 5] = [
    include_str!("../../src/storage/postgres/migrations/1_first.sql"),
    include_str!("../../src/storage/postgres/migrations/2_search.sql"),
    include_str!("../../src/storage/postgres/migrations/3_deliveries.sql"),
    include_str!("../../src/storage/postgres/migrations/4_people.sql"),
    include_str!("../../src/storage/postgres/migrations/5_operators.sql"),
];

/// A session with a profile, two messages, of which one is deleted, and a log entry.
const ROWS: &str = "
INSERT INTO sessions (id, visitor, created_at, last_activity, last_stamp, operator_online, ai_active, state, unread,
    last_message) VALUES ('s', 'v', 1000, 1000, 1000, FALSE, FALSE, 0, 1, 2);
INSERT INTO profiles (session, data) VALUES (1, '{\"email\":\"ada@example.com\",\"identity\":{\"id\":\"person 1\"},
    \"csat\":{\"pending\":false,\"score\":5,\"respondedAt\":\"1970-01-01T00:00:01Z\"}}');
INSERT INTO messages (seq, session, id, sender, private, content, at, changed_at, deleted_at)
    VALUES (1, 1, 'l', 0, FALSE, 'a secret', 1000, 2000, 2000), (2, 1, 'm', 0, FALSE, 'hello', 1000, NULL, NULL);
INSERT INTO events (seq, session, at, operators_only, kind) VALUES (3, 1, 1000, TRUE, '#changed');
UPDATE head SET seq = 3, commits = 3;
";

/// As a version of this program left it.
async fn database_of_version(version: usize) -> String {
    let url = database().await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let tables = MIGRATIONS[..version].concat();
    let script = format!(
        "CREATE SCHEMA pocketping; SET search_path = pocketping; \
         CREATE TABLE version (number BIGINT NOT NULL); INSERT INTO version VALUES ({version}); {tables} {ROWS}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(script))
        .execute(&mut connection)
        .await
        .unwrap();
    url
}

#[tokio::test]
async fn a_database_of_each_earlier_version_is_brought_up_to_date_and_keeps_its_rows() {
    for version in 1..=MIGRATIONS.len() {
        let url = database_of_version(version).await;
        for _ in 0..2 {
            let store = open(&url).await;
            assert_eq!(store.head(), Seq::new(3), "version {version}");
            assert!(store.operators().all().await.unwrap().is_empty());
            let session = store.session(&"s".into()).await.unwrap().unwrap();
            assert_eq!(session.last_message.unwrap().content, "hello");
            assert_eq!(session.profile.email.as_deref(), Some("ada@example.com"));
            let Replay::Entries { entries, .. } = store.full_log(Seq::START, 9).await.unwrap() else {
                panic!("the log is there")
            };
            assert_eq!(entries.len(), 3, "version {version}");
            for (text, count) in [("hello", 1), ("secret", 0)] {
                let query = SearchQuery {
                    text: text.into(),
                    limit: 9,
                    ..SearchQuery::default()
                };
                let page = store.search(query).await.unwrap();
                assert_eq!(page.messages.len(), count, "{text} in version {version}");
            }
            let filter = SessionFilter {
                text: Some("ada".into()),
                ..SessionFilter::default()
            };
            assert_eq!(store.sessions(filter).await.unwrap().sessions.len(), 1);
            let filter = SessionFilter {
                identity: Some("person 1".into()),
                ..SessionFilter::default()
            };
            assert_eq!(
                store.sessions(filter).await.unwrap().sessions.len(),
                1,
                "version {version}"
            );
            let person = store.person(&person_id("person 1", false)).await.unwrap();
            assert_eq!(person.map(|person| person.sessions), Some(1), "version {version}");
            let span = Span {
                from: Timestamp::from_millis(0),
                to: Timestamp::from_millis(5_000),
            };
            assert_eq!(store.figures(span).await.unwrap().ratings, 1, "version {version}");
        }
    }
}

#[tokio::test]
async fn servers_that_start_together_on_an_empty_database_all_start() {
    let url = database().await;
    let stores = join_all((0..8).map(|_| PostgresStorage::connect(&url))).await;
    for store in stores {
        store.unwrap().ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let url = database_of_version(MIGRATIONS.len()).await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let newer = "UPDATE pocketping.version SET number = 999";
    sqlx::raw_sql(newer).execute(&mut connection).await.unwrap();
    let error = PostgresStorage::connect(&url).await.err().unwrap();
    let reason = error.source().unwrap().to_string();
    assert!(reason.contains("version 999"), "{reason}");
    let version: i64 = sqlx::query_scalar("SELECT number FROM pocketping.version")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(version, 999);
}

#[tokio::test]
async fn an_address_that_is_none_is_an_error_with_its_reason() {
    for url in ["postgres://localhost:port/chat", "no address"] {
        let error = PostgresStorage::connect(url).await.err().expect(url);
        assert!(error.source().is_some(), "{url}");
    }
}
