use super::*;
use crate::After;
use crate::bus::LocalBus;
use crate::storage::{LogLimits, MemoryLimits, MemoryStorage};
use pocketping_core::{Cursor, Value};
use proptest::prelude::*;
use std::time::Duration;

fn after(cursor: &Cursor) -> Option<After> {
    After::parse(cursor.as_str())
}

#[tokio::test]
async fn a_stream_of_an_unknown_session_is_refused() {
    let server = Server::new();
    assert!(matches!(
        server.pp.subscribe("nope".into(), None).await.err(),
        Some(ServiceError::SessionNotFound)
    ));
}

#[tokio::test]
async fn typing_passes_and_moves_no_cursor() {
    let server = Server::new();
    let session = server.session().await;
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    let place = stream.cursor();
    server.pp.operator_typing(&session, true).await.unwrap();
    server
        .pp
        .visitor_typing(session.clone(), Sender::Visitor, false)
        .await
        .unwrap();
    let seen = drain(&mut stream).await;
    assert_eq!(
        seen.iter().map(Envelope::kind).collect::<Vec<_>>(),
        ["typing", "typing"]
    );
    assert!(
        seen.iter()
            .all(|envelope| envelope.cursor().as_ref() == Some(&place))
    );
    assert_eq!(parse(&seen[0]).cursor, Some(place));
    let posing = server.pp.visitor_typing(session, Sender::Operator, true).await;
    assert_eq!(code(posing), "sender_not_allowed");
}

#[tokio::test]
async fn a_place_beyond_the_log_asks_for_a_new_reading() {
    let limits = MemoryLimits {
        log: LogLimits {
            per_session: 4,
            age: Duration::from_secs(60),
        },
        ..MemoryLimits::default()
    };
    let server = Server::with(|builder| builder.storage(MemoryStorage::with_limits(limits)));
    let session = server.session().await;
    let start = server.connect("visitor").await.cursor.unwrap();
    for _ in 0..10 {
        server.pp.emit_event(&session, "n", Value::Null).await.unwrap();
    }
    for after in [after(&start), After::parse("c1.9999"), After::parse("c1.x")] {
        let mut stream = server.pp.subscribe(session.clone(), after).await.unwrap();
        let seen = drain(&mut stream).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(parse(&seen[0]).event, ServerEvent::Resync);
    }
    let mut operators = server.pp.subscribe_operators(after(&start)).await.unwrap();
    assert_eq!(kinds(&events(&mut operators).await), ["resync"]);
}

#[tokio::test]
async fn by_default_the_last_thousand_events_or_those_of_a_day_can_be_resumed() {
    let server = Server::new();
    let session = server.session().await;
    let start = server.connect("visitor").await.cursor.unwrap();
    let emit = async |times: usize| {
        for _ in 0..times {
            server.pp.emit_event(&session, "n", Value::Null).await.unwrap();
        }
    };
    let resumed = async || {
        let stream = server.pp.subscribe(session.clone(), after(&start)).await;
        events(&mut stream.unwrap()).await
    };
    emit(1_000).await;
    assert_eq!(resumed().await.len(), 1_000);
    emit(1).await;
    assert_eq!(kinds(&resumed().await), ["resync"]);

    let server = Server::new();
    let session = server.session().await;
    let start = server.connect("visitor").await.cursor.unwrap();
    server.pp.emit_event(&session, "n", Value::Null).await.unwrap();
    for (hours, kinds_then) in [(24, &["event", "event"][..]), (1, &["resync"][..])] {
        server.later(hours * 3600);
        server.pp.emit_event(&session, "n", Value::Null).await.unwrap();
        let mut stream = server.pp.subscribe(session.clone(), after(&start)).await.unwrap();
        assert_eq!(
            kinds(&events(&mut stream).await),
            kinds_then,
            "after {hours} more hours"
        );
    }
}

#[tokio::test]
async fn old_ids_and_dates_resume_too() {
    let server = Server::new();
    let session = server.session().await;
    let first = server.say(&session, "1").await;
    server.later(5);
    server.say(&session, "2").await;
    for text in [first.message_id.to_string(), first.timestamp.to_string()] {
        let mut stream = server
            .pp
            .subscribe(session.clone(), After::parse(&text))
            .await
            .unwrap();
        let seen = events(&mut stream).await;
        assert_eq!(kinds(&seen), ["message"]);
        let ServerEvent::Message(message) = &seen[0] else {
            panic!()
        };
        assert_eq!(message.content, "2");
    }
}

#[tokio::test]
async fn a_reader_that_does_not_keep_up_is_let_go() {
    let server = Server::with(|builder| builder.event_bus(LocalBus::with_queue(2)));
    let session = server.session().await;
    let mut slow = server.pp.subscribe(session.clone(), None).await.unwrap();
    for _ in 0..5 {
        server.say(&session, "hi").await;
    }
    assert!(matches!(slow.next().await, Delivery::Envelope(_)));
    assert!(matches!(slow.next().await, Delivery::Envelope(_)));
    assert_eq!(slow.next().await, Delivery::Lagged);
}

#[tokio::test]
async fn shutting_down_ends_all_streams() {
    let server = Server::new();
    let session = server.session().await;
    let mut one = server.pp.subscribe(session.clone(), None).await.unwrap();
    let mut operators = server.pp.subscribe_operators(None).await.unwrap();
    server.pp.shutdown();
    assert_eq!(one.next().await, Delivery::Closed);
    assert_eq!(operators.next().await, Delivery::Closed);
    assert_eq!(
        server.pp.subscribe(session, None).await.unwrap().next().await,
        Delivery::Closed
    );
}

#[tokio::test]
async fn operators_see_a_visitor_come_and_go() {
    let server = Server::new();
    let session = server.session().await;
    let mut operators = server.pp.subscribe_operators(None).await.unwrap();
    let online = async |operators: &mut Subscription| match operators.next().await {
        Delivery::Envelope(envelope) => match parse(&envelope).event {
            ServerEvent::Session(session) => session.online,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let stream = server.pp.subscribe(session, None).await.unwrap();
    assert!(online(&mut operators).await);
    drop(stream);
    assert!(!online(&mut operators).await);
}

/// Something that happens to a session.
#[derive(Clone, Debug)]
enum Step {
    Say(u8),
    Answer(u8),
    Note(u8),
    Edit(u8),
    Delete(u8),
    Read,
    Emit(u8),
    Broadcast(u8),
    Presence(bool),
    Close,
    Page(u8),
    Typing,
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let what = prop_oneof![
        any::<u8>().prop_map(Step::Say),
        any::<u8>().prop_map(Step::Answer),
        any::<u8>().prop_map(Step::Note),
        any::<u8>().prop_map(Step::Edit),
        any::<u8>().prop_map(Step::Delete),
        Just(Step::Read),
        any::<u8>().prop_map(Step::Emit),
        any::<u8>().prop_map(Step::Broadcast),
        any::<bool>().prop_map(Step::Presence),
        Just(Step::Close),
        any::<u8>().prop_map(Step::Page),
        Just(Step::Typing),
    ];
    (0..2_usize, what)
}

async fn happen(server: &Server, session: &SessionId, step: Step) {
    let pp = &server.pp;
    let own = pp
        .get_messages(session, crate::Page::default())
        .await
        .unwrap()
        .messages;
    let nth = |number: u8| own.get(usize::from(number) % own.len().max(1));
    match step {
        Step::Say(number) => drop(server.say(session, &number.to_string()).await),
        Step::Answer(number) => drop(pp.send_message(session, number.to_string()).await.unwrap()),
        Step::Note(number) => drop(pp.add_note(session, number.to_string()).await.unwrap()),
        Step::Edit(number) => {
            if let Some(message) = nth(number) {
                // Messages of the other side and deleted ones are refused: also a thing that happens.
                drop(
                    pp.visitor_edit(session.clone(), message.id.clone(), "edited".into())
                        .await,
                );
                drop(pp.edit_message(session, &message.id, "edited".into()).await);
            }
        }
        Step::Delete(number) => {
            if let Some(message) = nth(number) {
                drop(pp.visitor_delete(session.clone(), message.id.clone()).await);
                drop(pp.delete_message(session, &message.id).await);
            }
        }
        Step::Read => {
            let message_ids = own.iter().map(|message| message.id.clone()).collect();
            let status = pocketping_core::model::MessageStatus::Read;
            let request = pocketping_core::route::OperatorReadRequest { message_ids, status };
            pp.operator_read(session, request).await.unwrap();
        }
        Step::Emit(number) => pp
            .emit_event(session, &format!("e{number}"), Value::Null)
            .await
            .unwrap(),
        Step::Broadcast(number) => {
            pp.broadcast_event(&format!("b{number}"), Value::Null)
                .await
                .unwrap();
        }
        Step::Presence(online) => pp.set_operator_online(online).await.unwrap(),
        Step::Close => drop(pp.close_session(session).await.unwrap()),
        Step::Page(number) => {
            let page = pocketping_core::route::PageRequest {
                session_id: session.clone(),
                url: format!("https://shop.example/{number}"),
                title: None,
                referrer: None,
            };
            pp.page(page).await.unwrap();
        }
        Step::Typing => pp.operator_typing(session, true).await.unwrap(),
    }
}

/// What a reader must have got, whatever it shows of later changes: kind and place.
fn places(envelopes: &[Envelope], passing: &[&str]) -> Vec<(String, Option<Cursor>)> {
    let kept = envelopes
        .iter()
        .filter(|envelope| !passing.contains(&envelope.kind()));
    kept.map(|envelope| (envelope.kind().to_owned(), envelope.cursor()))
        .collect()
}

/// Of a message that was deleted meanwhile, the edits are not repeated.
fn without_edits(mut places: Vec<(String, Option<Cursor>)>) -> Vec<(String, Option<Cursor>)> {
    places.retain(|(kind, _)| kind != "message_edited");
    places
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whoever comes back with any cursor gets exactly what it missed: nothing twice, nothing left out.
    #[test]
    fn resuming_from_any_cursor_gives_exactly_what_was_missed(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let server = Server::new();
            let sessions = [server.connect("a").await.session_id, server.connect("b").await.session_id];
            let mut visitor = server.pp.subscribe(sessions[0].clone(), None).await.unwrap();
            let mut operators = server.pp.subscribe_operators(None).await.unwrap();
            let starts = [visitor.cursor(), operators.cursor()];
            for (which, step) in steps {
                happen(&server, &sessions[which], step).await;
            }
            let seen = drain(&mut visitor).await;
            let all = places(&seen, &["typing"]);
            let cursors = all.iter().filter_map(|(_, cursor)| cursor.clone());
            for (at, cursor) in [starts[0].clone()].into_iter().chain(cursors).enumerate() {
                let mut again = server.pp.subscribe(sessions[0].clone(), after(&cursor)).await.unwrap();
                let missed = drain(&mut again).await;
                assert_eq!(without_edits(places(&missed, &[])), without_edits(all[at..].to_vec()));
                assert!(missed.iter().all(|envelope| parse(envelope).cursor == envelope.cursor()));
            }
            // What was on the live stream twice would show as a place that does not grow.
            let numbers: Vec<u64> = all
                .iter()
                .map(|(_, cursor)| cursor.as_ref().unwrap().as_str()[3..].parse().unwrap())
                .collect();
            assert!(numbers.is_sorted_by(|one, next| one < next));

            let seen = drain(&mut operators).await;
            let all = places(&seen, &["typing", "session"]);
            let cursors = all.iter().filter_map(|(_, cursor)| cursor.clone());
            for (at, cursor) in [starts[1].clone()].into_iter().chain(cursors).enumerate() {
                let mut again = server.pp.subscribe_operators(after(&cursor)).await.unwrap();
                let missed = drain(&mut again).await;
                assert_eq!(places(&missed, &["session"]), all[at..].to_vec());
            }
        });
    }
}

/// Readers come back while the writer thread is writing: what is in the log and on the bus at once is
/// taken once.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn resuming_amid_concurrent_writes_has_no_gap_and_no_repetition() {
    const MESSAGES: usize = 400;
    let directory = std::env::temp_dir().join(format!("pocketping-stream-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let storage = crate::storage::SqliteStorage::open(directory.join("chat.db")).unwrap();
    let server = Arc::new(Server::with(|builder| builder.storage(storage)));
    let session = server.session().await;
    let start = server.connect("visitor").await.cursor.unwrap();
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let (server, session) = (Arc::clone(&server), session.clone());
            tokio::spawn(async move {
                for _ in 0..MESSAGES / 4 {
                    server.say(&session, "hi").await;
                }
            })
        })
        .collect();
    let readers: Vec<_> = (1..5)
        .map(|patience| {
            let (server, session, mut cursor) = (Arc::clone(&server), session.clone(), start.clone());
            tokio::spawn(async move {
                let mut seen = Vec::new();
                while seen.len() < MESSAGES {
                    // Each comes back after a different number of envelopes.
                    let mut stream = server
                        .pp
                        .subscribe(session.clone(), after(&cursor))
                        .await
                        .unwrap();
                    for _ in 0..patience.min(MESSAGES - seen.len()) {
                        let Delivery::Envelope(envelope) = stream.next().await else {
                            panic!()
                        };
                        cursor = envelope.cursor().unwrap();
                        let ServerEvent::Message(message) = parse(&envelope).event else {
                            panic!()
                        };
                        seen.push(message.id);
                    }
                }
                seen
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let mut orders = Vec::new();
    for reader in readers {
        orders.push(reader.await.unwrap());
    }
    let distinct: std::collections::HashSet<_> = orders[0].iter().collect();
    assert_eq!(distinct.len(), MESSAGES);
    assert!(
        orders.iter().all(|order| *order == orders[0]),
        "all readers see one order"
    );
    drop(server);
    std::fs::remove_dir_all(&directory).unwrap();
}
