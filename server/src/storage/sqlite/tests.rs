//! The conformance suite on files, and what only files can promise.

use super::*;
use crate::storage::conformance::limits;
use crate::storage::{
    AttachmentQuery, Audience, Draft, LogEvent, LogFact, MessageQuery, NewDelivery, PageFrom, Settlement,
    Target, person_id,
};
use pocketping_core::Timestamp;
use pocketping_core::model::{Message, Sender};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::AtomicU32;

/// A store in a directory of its own, which goes with it.
struct Temporary {
    store: Option<SqliteStorage>,
    directory: PathBuf,
}

impl Temporary {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("pocketping-sqlite-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).unwrap();
        let mut this = Temporary {
            store: None,
            directory,
        };
        this.reopen();
        this
    }

    fn file(&self) -> PathBuf {
        self.directory.join("chat.db")
    }

    fn reopen(&mut self) {
        self.store = None;
        self.store = Some(SqliteStorage::open_with(self.file(), limits()).unwrap());
    }
}

impl Deref for Temporary {
    type Target = SqliteStorage;
    fn deref(&self) -> &SqliteStorage {
        self.store.as_ref().unwrap()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        self.store = None;
        std::fs::remove_dir_all(&self.directory).unwrap();
    }
}

crate::storage_conformance!(Temporary::new());

fn write(target: Target, rule: impl FnOnce(&mut Draft) + Send + 'static) -> SessionWrite {
    SessionWrite {
        target,
        messages: Vec::new(),
        attachments: AttachmentQuery::None,
        once: None,
        rule: Box::new(|draft| {
            rule(draft);
            Ok(())
        }),
        committed: Box::new(|_| ()),
    }
}

fn message(id: &str) -> Message {
    let at = Timestamp::from_millis(2_000);
    Message {
        client_message_id: Some("c".into()),
        ..Message::new(id.into(), "s".into(), Sender::Visitor, "hello".into(), at)
    }
}

async fn fill(store: &SqliteStorage) -> Written {
    let new = Box::new(SessionRecord::new(
        "s".into(),
        "v".into(),
        Timestamp::from_millis(1_000),
    ));
    let open = write(Target::Open { asked: None, new }, |draft| {
        draft.profile_mut().tags = vec!["vip".into()]
    });
    store.write(open).await.unwrap();
    let append = write(Target::Existing("s".into()), |draft| {
        draft.session_mut().unread = 1;
        draft.append(message("m"));
    });
    store.write(append).await.unwrap()
}

#[tokio::test]
async fn a_restart_keeps_everything_and_numbers_go_on() {
    let mut file = Temporary::new();
    let written = fill(&file).await;
    file.reopen();
    assert_eq!(file.head(), written.head);
    assert_eq!(file.session(&"s".into()).await.unwrap(), Some(written.session));
    let query = MessageQuery {
        from: PageFrom::Start,
        limit: 5,
        notes: false,
    };
    let page = file.messages(&"s".into(), query).await.unwrap();
    assert_eq!(page.messages, [written.message.unwrap()]);
    let next = write(Target::Existing("s".into()), |draft| {
        draft.append(Message {
            client_message_id: None,
            ..message("n")
        });
    });
    assert!(file.write(next).await.unwrap().head > written.head);
}

#[tokio::test]
async fn a_write_whose_caller_has_gone_is_stored_all_the_same() {
    let mut file = Temporary::new();
    fill(&file).await;
    drop(file.write(write(Target::Existing("s".into()), |draft| {
        draft.session_mut().unread = 7
    })));
    file.reopen();
    assert_eq!(file.session(&"s".into()).await.unwrap().unwrap().unread, 7);
}

#[tokio::test]
async fn a_rule_or_callback_that_panics_stops_nothing() {
    let file = Temporary::new();
    fill(&file).await;
    let panicking = write(Target::Existing("s".into()), |_| panic!("on purpose"));
    assert!(matches!(file.write(panicking).await, Err(WriteError::Storage(_))));
    let quiet = write(Target::Existing("s".into()), |draft| {
        draft.session_mut().unread = 2
    });
    let panicking = SessionWrite {
        committed: Box::new(|_| panic!("on purpose")),
        ..quiet
    };
    assert_eq!(file.write(panicking).await.unwrap().session.unread, 2);
    file.ping().await.unwrap();
}

#[tokio::test]
async fn a_write_that_the_database_refuses_undoes_its_batch_and_nothing_else() {
    let file = Temporary::new();
    let before = fill(&file).await;
    // The id is taken: the row cannot be added.
    let twice = write(Target::Existing("s".into()), |draft| {
        draft.session_mut().unread = 99;
        draft.append(message("m"));
    });
    assert!(matches!(file.write(twice).await, Err(WriteError::Storage(_))));
    assert_eq!(file.head(), before.head);
    let after = file
        .write(write(Target::Existing("s".into()), |_| ()))
        .await
        .unwrap();
    assert_eq!(after.session, before.session);
}

#[test]
fn two_servers_cannot_share_a_file() {
    let file = Temporary::new();
    let second = SqliteStorage::open(file.file()).err().unwrap();
    let source = std::error::Error::source(&second).unwrap().to_string();
    assert_eq!(source, "another server has the file open");
}

/// As a version of this program left it: its tables, a session with a profile, messages, a log entry; and an upload,
/// where there is a table for it.
fn file_of_version(path: &Path, version: usize) {
    let connection = Connection::open(path).unwrap();
    for script in &schema::MIGRATIONS[..version] {
        connection.execute_batch(script).unwrap();
    }
    let rows = "
        INSERT INTO sessions (key, id, visitor, created_at, last_activity, last_stamp, operator_online, ai_active,
            state, unread, last_message) VALUES (1, 's', 'v', 1000, 1000, 1000, 0, 0, 0, 1, 2);
        INSERT INTO profiles (session, data) VALUES (1, '{\"email\":\"ada@example.com\",\"identity\":{\"id\":\"person 1\"},
            \"csat\":{\"pending\":false,\"score\":5,\"respondedAt\":\"1970-01-01T00:00:01Z\"}}');
        INSERT INTO messages (seq, session, id, client_id, sender, private, content, at, changed_at, deleted_at)
            VALUES (1, 1, 'l', NULL, 0, 0, 'a secret', 1000, 2000, 2000), (2, 1, 'm', 'c', 0, 0, 'hello', 1000, NULL, NULL);
        INSERT INTO events (seq, session, at, audience, kind) VALUES (3, 1, 1000, 1, '#changed');";
    connection.execute_batch(rows).unwrap();
    if version >= 2 {
        let row =
            "INSERT INTO attachments (id, session, filename, mime_type, size, source, created_at, stage)
            VALUES ('old', 1, 'a.png', 'image/png', 1, 0, 1000, 3)";
        connection.execute_batch(row).unwrap();
    }
    if version >= 3 {
        connection
            .execute_batch("UPDATE profiles SET identity = 'person 1'")
            .unwrap();
    }
    connection
        .pragma_update(None, "user_version", version as i64)
        .unwrap();
}

#[tokio::test]
async fn a_file_of_each_earlier_version_is_brought_up_to_date_and_keeps_its_rows() {
    for version in 1..=schema::MIGRATIONS.len() {
        let mut file = Temporary::new();
        file.store = None;
        std::fs::remove_file(file.file()).unwrap();
        file_of_version(&file.file(), version);
        file.reopen();
        assert_eq!(file.head(), Seq::new(3));
        let session = file.session(&"s".into()).await.unwrap().unwrap();
        assert_eq!(session.last_message.unwrap().content, "hello");
        assert_eq!(session.profile.email.as_deref(), Some("ada@example.com"));
        let Replay::Entries { entries, .. } = file.full_log(Seq::START, 9).await.unwrap() else {
            panic!("the log is there")
        };
        assert_eq!(entries.len(), 3, "version {version}");
        let found = async |text: &str| {
            let query = SearchQuery {
                text: text.into(),
                limit: 9,
                ..SearchQuery::default()
            };
            file.search(query).await.unwrap().messages.len()
        };
        assert_eq!(
            (found("hello").await, found("secret").await),
            (1, 0),
            "version {version}"
        );
        let filter = SessionFilter {
            text: Some("ada".into()),
            ..SessionFilter::default()
        };
        assert_eq!(
            file.sessions(filter).await.unwrap().sessions.len(),
            1,
            "version {version}"
        );
        let filter = SessionFilter {
            identity: Some("person 1".into()),
            ..SessionFilter::default()
        };
        assert_eq!(
            file.sessions(filter).await.unwrap().sessions.len(),
            1,
            "version {version}"
        );
        let person = file.person(&person_id("person 1", false)).await.unwrap();
        assert_eq!(person.map(|person| person.sessions), Some(1), "version {version}");
        let span = Span {
            from: Timestamp::from_millis(0),
            to: Timestamp::from_millis(5_000),
        };
        assert_eq!(file.figures(span).await.unwrap().ratings, 1, "version {version}");
        assert!(
            file.operators().all().await.unwrap().is_empty(),
            "version {version}"
        );
        let upload = file.attachment(&"old".into()).await.unwrap();
        assert_eq!(upload.is_some(), version >= 2);
        let erase = write(Target::Existing("s".into()), Draft::erase);
        assert!(file.write(erase).await.unwrap().erased);
        file.reopen();
        assert!(
            file.session(&"s".into()).await.unwrap().is_none(),
            "opened once more"
        );
        assert!(fill(&file).await.head > Seq::new(3), "numbers go on");
    }
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let mut file = Temporary::new();
    file.store = None;
    let connection = Connection::open(file.file()).unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    drop(connection);
    assert!(SqliteStorage::open(file.file()).is_err());
}

#[tokio::test]
async fn a_restart_keeps_deliveries_and_lets_go_of_those_under_way() {
    let mut file = Temporary::new();
    fill(&file).await;
    let moment = Timestamp::from_millis(5_000);
    let write = write(Target::Existing("s".into()), move |draft| {
        for id in ["d1", "d2"] {
            draft.deliver(NewDelivery {
                id: id.into(),
                kind: "custom_event".into(),
                body: "{}".into(),
                queued_at: moment,
            });
        }
    });
    file.write(write).await.unwrap();
    let lease_end = Timestamp::from_millis(60_000);
    let before = file.claim(moment, lease_end, 9).await.unwrap();
    file.reopen();
    let after = file.claim(moment, lease_end, 9).await.unwrap();
    assert_eq!(after.deliveries.len(), 1, "its successor still waits for it");
    let (before, after) = (&before.deliveries[0], &after.deliveries[0]);
    assert_eq!((&after.id, after.attempts), (&before.id, 2));
    file.settle(before, Settlement::Delivered).await.unwrap();
    assert_eq!(
        file.counts().await.unwrap().waiting,
        2,
        "the last program says nothing any more"
    );
    file.settle(after, Settlement::Delivered).await.unwrap();
    assert_eq!(
        file.claim(moment, lease_end, 9).await.unwrap().deliveries[0]
            .id
            .as_str(),
        "d2"
    );
}

#[tokio::test]
async fn a_restart_forgets_no_client_id_and_no_event_id() {
    let mut file = Temporary::new();
    let first = fill(&file).await.message.unwrap();
    let log = write(Target::Existing("s".into()), |draft| {
        draft.log(LogEvent {
            event_id: Some("e".into()),
            ..entry(2)
        });
    });
    let logged = file.write(log).await.unwrap().events.remove(0).1;
    file.reopen();
    let again = SessionWrite {
        once: Some(crate::storage::OnceKey::Message("c".into())),
        ..write(Target::Existing("s".into()), |draft| {
            assert!(draft.earlier().is_some(), "the rule sees it and adds nothing");
        })
    };
    let again = file.write(again).await.unwrap();
    assert_eq!(again.earlier, Some(crate::storage::Earlier::Message(first)));
    let again = SessionWrite {
        once: Some(crate::storage::OnceKey::Event("e".into())),
        ..write(Target::Existing("s".into()), |_| ())
    };
    let again = file.write(again).await.unwrap();
    assert_eq!(again.earlier, Some(crate::storage::Earlier::Event(logged)));
}

fn entry(second: i64) -> LogEvent {
    LogEvent {
        at: Timestamp::from_millis(second * 1000),
        audience: Audience::Operators,
        event_id: None,
        fact: LogFact::SessionChanged,
    }
}

/// Opens a session of its own visitor.
async fn open_session(store: &SqliteStorage, name: String) {
    let visitor = format!("visitor {name}").as_str().into();
    let new = SessionRecord::new(name.into(), visitor, Timestamp::from_millis(1_000));
    let target = Target::Open {
        asked: None,
        new: Box::new(new),
    };
    store.write(write(target, |_| ())).await.unwrap();
}

fn log_rows(file: &Temporary) -> usize {
    let connection = Connection::open(file.file()).unwrap();
    let count = connection.query_row("SELECT count(*) FROM events", [], |row| row.get::<_, i64>(0));
    count.unwrap() as usize
}

/// So many that none of them has a full count between two looks at the age.
#[tokio::test]
async fn many_sessions_that_are_busy_at_once_stay_bounded_each() {
    const SESSIONS: usize = 200;
    const EVENTS: usize = 60;
    let file = Temporary::new();
    for number in 0..SESSIONS {
        open_session(&file, format!("s{number}")).await;
    }
    let log = |number: usize| {
        let target = Target::Existing(format!("s{number}").into());
        file.write(write(target, |draft| draft.log(entry(2))))
    };
    for _ in 0..EVENTS {
        for logged in futures_util::future::join_all((0..SESSIONS).map(log)).await {
            logged.unwrap();
        }
    }
    let (rows, kept) = (log_rows(&file), limits().per_session);
    assert!(
        (SESSIONS * kept..SESSIONS * kept * 3).contains(&rows),
        "{rows} entries are left"
    );
}

#[tokio::test]
async fn a_log_stays_bounded_over_many_short_runs() {
    let mut file = Temporary::new();
    open_session(&file, "s".to_owned()).await;
    for run in 0..120 {
        for _ in 0..3 {
            let log = write(Target::Existing("s".into()), move |draft| draft.log(entry(run)));
            file.write(log).await.unwrap();
        }
        file.reopen();
    }
    let rows = log_rows(&file);
    assert!(rows < 60, "{rows} of 360 entries are left");
}

#[tokio::test]
async fn entries_that_are_too_old_are_dropped_and_messages_never() {
    let file = Temporary::new();
    fill(&file).await;
    let entry = |hours: i64| LogEvent {
        at: Timestamp::from_millis(hours * 3_600_000),
        audience: Audience::Operators,
        event_id: None,
        fact: LogFact::SessionChanged,
    };
    let new = Box::new(SessionRecord::new(
        "t".into(),
        "w".into(),
        Timestamp::from_millis(1_000),
    ));
    file.write(write(Target::Open { asked: None, new }, |_| ()))
        .await
        .unwrap();
    let log = |session: &str, hours| {
        file.write(write(Target::Existing(session.into()), move |draft| {
            draft.log(entry(hours))
        }))
    };
    let old = log("s", 1).await.unwrap().head;
    // Another session's entries: only their age, not their number, concerns the first.
    for logged in futures_util::future::join_all((0..1_100).map(|_| log("t", 5))).await {
        logged.unwrap();
    }
    let before = Seq::new(old.get() - 1);
    assert_eq!(
        file.session_log(&"s".into(), before, 9).await.unwrap(),
        Replay::Gone
    );
    assert_eq!(file.full_log(before, 9).await.unwrap(), Replay::Gone);
    let query = MessageQuery {
        from: PageFrom::Start,
        limit: 5,
        notes: false,
    };
    assert_eq!(file.messages(&"s".into(), query).await.unwrap().messages.len(), 1);
}
