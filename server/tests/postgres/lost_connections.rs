//! The database's connections come and go.

use crate::cluster::{Cluster, database, open};
use crate::server::{Folder, Server};
use pocketping_server::storage::{Announcement, Audience, Foreign, LogEvent, LogFact, Seq, Storage};
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio::sync::mpsc;

/// Longer than anything here takes; reached only when a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

async fn announce(store: &dyn Storage) -> Seq {
    let event = LogEvent {
        at: pocketping_core::Timestamp::from_millis(1_000),
        audience: Audience::Operators,
        event_id: None,
        fact: LogFact::SessionChanged,
    };
    let announcement = Announcement {
        event,
        committed: Box::new(|_| ()),
    };
    store.announce(announcement).await.unwrap()
}

#[tokio::test]
async fn what_was_written_while_nobody_could_hear_is_told_once_and_in_order() {
    let url = database().await;
    let (one, other) = (open(&url).await, open(&url).await);
    let (told, mut heard) = mpsc::unbounded_channel();
    one.follow(Box::new(move |foreign| {
        if let Foreign::Announced(seq, _) = foreign {
            told.send(*seq).unwrap();
            assert!(
                seq.get() % 3 > 0,
                "a follower that panics now and then stops nothing"
            );
        }
    }));
    let mut expected = Vec::new();
    for round in 0..5 {
        expected.push(announce(&*other).await);
        if round % 2 == 0 {
            lose_connections(&url).await;
        }
        // The first call may meet a connection that is dead already; whoever writes repeats what failed.
        expected.push(written_at_last(&*other).await);
    }
    let mut seqs = Vec::new();
    while seqs.len() < expected.len() {
        let seq = tokio::time::timeout(PATIENCE, heard.recv()).await;
        seqs.push(seq.expect("not everything was told").unwrap());
    }
    assert_eq!(seqs, expected);
    assert_eq!(one.head(), *expected.last().unwrap());
}

#[tokio::test]
async fn a_database_that_goes_away_gives_errors_and_works_again_when_it_is_back() {
    let cluster = Cluster::start("restart");
    let (url, files) = (cluster.url("postgres"), Folder::new("restart"));
    let (a, b) = (Server::start(&url, &files.0), Server::start(&url, &files.0));
    let session = a.connect("ada").await;
    let mut visitor = a.visitor(&session, None).await;
    b.answer(&session, "before").await;
    assert_eq!(visitor.contents(1).await, ["before"]);
    cluster.stop();
    assert!(!a.is_ready().await);
    assert_eq!(a.try_say(&session, "meanwhile").await, 503);
    cluster.start_again();
    assert_eq!(a.try_say(&session, "meanwhile").await, 200);
    b.answer(&session, "after").await;
    assert_eq!(visitor.contents(2).await, ["meanwhile", "after"]);
    assert!(a.is_ready().await && b.is_ready().await);
}

/// Ends all connections but the one that asks for it, as a database that restarts does.
async fn lose_connections(url: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
}

async fn written_at_last(store: &dyn Storage) -> Seq {
    store.ping().await.unwrap();
    announce(store).await
}
