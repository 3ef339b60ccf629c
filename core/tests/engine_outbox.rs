//! The outbox's promises: nothing lost, nothing twice, in order.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::server::Server;
use driver::{Database, WRITE, World};
use pocketping_core::engine::*;
use pocketping_core::model::Identity;
use pocketping_core::{Object, Value, Wire};

fn first(world: &World, wanted: impl Fn(&Effect) -> bool) -> usize {
    world
        .effects
        .iter()
        .position(|(_, effect)| wanted(effect))
        .unwrap()
}

fn is_post(effect: &Effect, wanted: &str) -> bool {
    matches!(effect, Effect::Request { request, .. } if request.path == wanted)
}

fn client_ids(world: &World) -> Vec<String> {
    let posts = world
        .requests("/message")
        .into_iter()
        .filter(|(_, request)| request.path == "/message");
    let id =
        |body: &pocketping_core::Value| body.get("clientMessageId").unwrap().as_str().unwrap().to_owned();
    posts
        .map(|(_, request)| id(request.body.as_ref().unwrap()))
        .collect()
}

#[test]
fn a_message_shows_at_once_and_is_sent_only_when_it_is_persisted() {
    let mut world = World::connected(Server::ours());
    world.database = Database::Hangs;
    let key = world.send("hello");
    assert_eq!(world.texts(), ["hello"]);
    assert_eq!(world.delivery(&key), Delivery::Sending);
    assert!(world.message(&key).id.as_str().starts_with("temp-"));
    world.run(4_000);
    assert!(client_ids(&world).is_empty(), "the write has not been confirmed");
    assert!(
        world.disk.local.contains_key("pocketping_outbox"),
        "the journal has it"
    );

    let mut world = World::connected(Server::ours());
    let key = world.send("hello");
    world.run(1_000);
    let is_put = |effect: &Effect| matches!(effect, Effect::Persist { writes, .. } if matches!(&writes[..], [StoreWrite::Put { store: Store::Outbox, .. }]));
    assert!(first(&world, is_put) < first(&world, |effect| is_post(effect, "/message")));
    assert_eq!(world.server.texts(), ["hello"]);
    assert_eq!(world.delivery(&key), Delivery::Sent);
    assert_eq!(world.engine.entries()[0].key, key, "the key stays");
    assert_eq!(world.stored(Store::Outbox), 0);
    assert_eq!(world.stored(Store::History), 1);
    assert_eq!(
        world.disk.local.get("pocketping_outbox"),
        None,
        "the journal is empty"
    );
}

#[test]
fn messages_leave_in_order_one_in_flight() {
    let mut world = World::connected(Server::ours());
    let texts: Vec<String> = (0..30).map(|at| format!("m{at}")).collect();
    for text in &texts {
        world.send(text);
    }
    world.run(10_000);
    assert_eq!(world.server.texts(), texts);
    assert_eq!(world.texts(), texts);
    let times: Vec<u64> = world.requests("/message").iter().map(|(at, _)| *at).collect();
    assert!(
        times
            .windows(2)
            .all(|pair| pair[1] >= pair[0] + 2 * driver::LATENCY || pair[0] == pair[1])
    );
}

#[test]
fn a_reload_with_a_full_outbox_sends_everything_once_in_order() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    for at in 0..20 {
        world.send(&format!("m{at}"));
        world.run(2);
    }
    // The last ones have reached the journal only.
    let mut world = world.reload();
    assert_eq!(
        world
            .engine
            .entries()
            .iter()
            .filter(|entry| entry.delivery == Delivery::Sending)
            .count(),
        2
    );
    world.run(100);
    assert_eq!(world.texts().len(), 20, "all bubbles are there again");
    world.server.start();
    world.run(60_000);
    let expected: Vec<String> = (0..20).map(|at| format!("m{at}")).collect();
    assert_eq!(world.server.texts(), expected);
    assert_eq!(world.texts(), expected);
    assert_eq!(world.stored(Store::Outbox), 0);
}

#[test]
fn a_lost_response_is_followed_by_the_same_client_message_id() {
    let mut world = World::connected(Server::ours());
    world.server.echo = false;
    world.lose_responses.push(("/message".into(), 2));
    world.send("once");
    world.run(30_000);
    let ids = client_ids(&world);
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(world.server.texts(), ["once"]);
    assert_eq!(world.texts(), ["once"]);
}

#[test]
fn a_reload_before_the_answer_doubles_nothing() {
    let mut world = World::connected(Server::ours());
    let key = world.send("once");
    world.run(driver::WRITE + 1);
    assert_eq!(client_ids(&world).len(), 1, "it is under way");
    let mut world = world.reload_after_requests_arrive();
    world.run(60_000);
    assert_eq!(world.server.texts(), ["once"]);
    assert_eq!(world.texts(), ["once"]);
    assert_eq!(
        world.delivery(&key),
        Delivery::Sent,
        "even the bubble's key is the same"
    );
}

#[test]
fn after_a_minute_without_server_all_is_delivered() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    for at in 0..5 {
        world.send(&format!("m{at}"));
        world.run(12_000);
    }
    assert_eq!(world.engine.connection(), Connection::Retrying);
    world.server.start();
    world.run(35_000);
    assert_eq!(world.server.texts(), ["m0", "m1", "m2", "m3", "m4"]);
    assert_eq!(world.engine.connection(), Connection::Live);
}

#[test]
fn a_message_that_is_too_large_keeps_its_text_and_lets_the_next_through() {
    let mut world = World::connected(Server::ours());
    world.server.script("/message", 413, Object::new());
    let large = world.send("large");
    let next = world.send("next");
    world.run(5_000);
    let reason = FailureReason::Refused { status: 413 };
    assert_eq!(world.delivery(&large), Delivery::Failed(reason));
    assert_eq!(world.delivery(&next), Delivery::Sent);
    assert_eq!(world.texts(), ["next", "large"]);
    assert!(
        world
            .changes
            .iter()
            .any(|change| matches!(change, Change::Undeliverable { reason: found, .. } if *found == reason))
    );

    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(5_000);
    assert_eq!(
        world.delivery(&large),
        Delivery::Failed(reason),
        "it waits for the visitor over reloads"
    );
    assert_eq!(world.server.texts(), ["next"]);
    world.command(Command::Retry(large.clone()));
    assert_eq!(world.delivery(&large), Delivery::Sending);
    world.run(5_000);
    assert_eq!(world.server.texts(), ["next", "large"]);
    assert_eq!(world.delivery(&large), Delivery::Sent);
}

#[test]
fn a_failed_message_can_be_given_up() {
    let mut world = World::connected(Server::ours());
    world.server.script("/message", 422, Object::new());
    let key = world.send("bad");
    world.run(1_000);
    world.command(Command::Remove(key.clone()));
    world.run(1_000);
    assert_eq!(world.texts(), Vec::<String>::new());
    assert_eq!(world.stored(Store::Outbox), 0);
    assert!(world.changes.contains(&Change::Removed(key)));
}

#[test]
fn a_vanished_session_is_made_again_and_the_outbox_delivered_there() {
    let mut world = World::connected(Server::ours());
    world.send("old");
    world.run(1_000);
    world.server.sessions.clear();
    world.send("first");
    world.send("second");
    world.run(10_000);
    assert_eq!(world.server.sessions.len(), 1);
    assert_eq!(world.server.texts(), ["first", "second"]);
    assert_eq!(world.texts(), ["first", "second"], "the list is the server's");
    let id = world.server.session().id.clone();
    assert_eq!(world.engine.session_id(), Some(&id));
    assert_eq!(
        world.disk.local["pocketping_session_id"].as_str(),
        Some(id.as_str())
    );
    let now = world.now;
    world.server.say(now, "answer");
    world.deliver_envelopes();
    world.run(1_000);
    assert_eq!(world.arrived(), ["answer"], "and the stream is the new session's");
}

#[test]
fn a_server_that_never_knows_the_session_gets_a_visible_failure() {
    let mut world = World::connected(Server::ours());
    for _ in 0..3 {
        world.server.script("/message", 404, Object::new());
    }
    let key = world.send("x");
    world.run(10_000);
    assert_eq!(
        world.delivery(&key),
        Delivery::Failed(FailureReason::Refused { status: 404 })
    );
}

#[test]
fn a_server_that_forgets_each_session_is_asked_ever_more_rarely() {
    let mut world = World::connected(Server::ours());
    let key = world.send("hello");
    for _ in 0..6_000 {
        world.server.sessions.clear();
        world.run(10);
    }
    let connects = world.requests("/connect").len();
    assert!((5..=8).contains(&connects), "{connects} in a minute");
    world.run(60_000);
    assert_eq!(world.delivery(&key), Delivery::Sent);
    assert_eq!(world.server.texts(), ["hello"]);
}

#[test]
fn what_is_given_up_meanwhile_does_not_overrule_retry_after() {
    let mut world = World::connected(Server::ours());
    world.server.retry_after = Some(60);
    world.server.script("/message", 429, Object::new());
    let first = world.send("first");
    world.send("second");
    world.run(1_000);
    world.command(Command::Remove(first));
    world.run(58_000);
    assert_eq!(client_ids(&world).len(), 1);
    world.run(2_000);
    assert_eq!(world.server.texts(), ["second"]);
}

#[test]
fn an_event_that_something_else_has_answered_is_not_lost() {
    let mut world = World::connected(Server::ours());
    // A captive portal's page.
    world.server.script("/event", 200, Value::Null);
    world.command(Command::Trigger {
        name: "bought".to_owned(),
        data: Value::Null,
    });
    world.run(5_000);
    assert_eq!(world.server.events.len(), 1);
}

#[test]
fn retry_after_is_honoured() {
    let mut world = World::connected(Server::ours());
    world.server.retry_after = Some(20);
    world.server.script("/message", 429, Object::new());
    world.send("patient");
    world.run(10_000);
    world.input(Input::Surroundings(Surroundings::Online));
    world.run(9_000);
    assert_eq!(client_ids(&world).len(), 1);
    world.run(3_000);
    assert_eq!(world.server.texts(), ["patient"]);
}

#[test]
fn an_answer_that_is_not_the_servers_acknowledges_nothing() {
    let mut world = World::connected(Server::ours());
    world.server.script("/message", 200, pocketping_core::Value::Null);
    let key = world.send("behind a captive portal");
    world.run(300);
    assert_eq!(world.delivery(&key), Delivery::Sending);
    world.run(5_000);
    assert_eq!(world.server.texts().len(), 1);
}

#[test]
fn the_echo_over_the_socket_may_come_before_the_response() {
    let mut world = World::connected(Server::ours());
    world.lose_responses.push(("/message".into(), 1));
    let key = world.send("hello");
    world.run(100);
    assert_eq!(world.texts(), ["hello"]);
    assert_eq!(world.delivery(&key), Delivery::Sent);
    world.run(10_000);
    assert_eq!(world.texts(), ["hello"]);
    assert_eq!(client_ids(&world).len(), 1, "the echo was acknowledgement enough");
}

#[test]
fn blank_and_overlong_texts_are_refused_at_once() {
    let mut world = World::connected(Server::ours());
    world.send(" \n");
    world.send(&"x".repeat(4001));
    let reasons: Vec<FailureReason> = world
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Undeliverable { reason, .. } => Some(*reason),
            _ => None,
        })
        .collect();
    assert_eq!(reasons, [FailureReason::Blank, FailureReason::TooLong]);
    assert!(world.engine.entries().is_empty());
}

#[test]
fn a_full_outbox_refuses_and_drops_nothing() {
    let mut world = World::new(Server::ours());
    world.server.up = false;
    world.database = Database::Fails(PersistFailure::Unavailable);
    world.run(100);
    let text = "x".repeat(4000);
    for _ in 0..1_310 {
        world.send(&text);
    }
    assert!(
        !world
            .changes
            .iter()
            .any(|change| matches!(change, Change::Undeliverable { .. }))
    );
    world.send(&text);
    assert!(world.changes.iter().any(|change| {
        matches!(
            change,
            Change::Undeliverable {
                reason: FailureReason::OutboxFull,
                ..
            }
        )
    }));
    assert_eq!(world.engine.entries().len(), 1_310);
}

#[test]
fn what_is_no_message_has_its_bounds_too() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    world.run(100);
    let (half, large) = ("x".repeat(2 * 1024 * 1024), "x".repeat(4 * 1024 * 1024));
    world.command(Command::Trigger {
        name: "first".to_owned(),
        data: Value::from(half.as_str()),
    });
    assert_eq!(world.engine.unsent(), 1);
    let changes = world.changes.len();
    world.command(Command::Trigger {
        name: "second".to_owned(),
        data: Value::from(half.as_str()),
    });
    world.command(Command::SubmitPreChat {
        email: Some(large.clone()),
        phone: None,
        phone_country: None,
    });
    let identity = Object::new().with("id", "u").with("notes", large);
    world.command(Command::Identify(Identity::read(&identity.into()).unwrap()));
    assert_eq!(world.engine.unsent(), 1);
    assert_eq!(world.engine.identity(), None, "what is refused changes nothing");
    let full = |change: &&Change| {
        let full = FailureReason::OutboxFull;
        match change {
            Change::Undeliverable { reason, .. } => *reason == full,
            Change::Settled { outcome, .. } | Change::Identified(outcome) => *outcome == Err(full),
            _ => false,
        }
    };
    assert_eq!(world.changes[changes..].iter().filter(full).count(), 3);
}

#[test]
fn a_message_sent_before_anything_is_known_gets_through() {
    let mut world = World::new(Server::ours());
    let key = world.send("very early");
    assert_eq!(world.texts(), ["very early"]);
    assert_eq!(
        world.engine.visitor_id(),
        None,
        "nothing is stored before the database has answered"
    );
    world.run(1_000);
    assert_eq!(world.server.texts(), ["very early"]);
    assert_eq!(world.delivery(&key), Delivery::Sent);
    assert_eq!(world.engine.visitor_id().unwrap().as_str().len(), 32);
}

#[test]
fn a_clock_that_was_set_back_over_a_reload_changes_no_order() {
    for late in [0, 3_000] {
        let mut world = World::connected(Server::ours());
        world.kill_server();
        world.send("first");
        world.run(1_000);
        let mut world = world.reload();
        world.clock_skew = -3_600_000;
        if late > 0 {
            world.delay_database(late);
        }
        world.send("second");
        // This page dies too, before the database has answered.
        let mut world = if late > 0 { world.reload() } else { world };
        world.send("third");
        world.server.start();
        world.run(60_000);
        let texts = ["first", "second", "third"];
        assert_eq!(world.server.texts(), texts);
        assert_eq!(world.texts(), texts);
    }
}

#[test]
fn a_message_that_was_stored_long_ago_brings_what_came_since() {
    let mut world = World::connected(Server::ours());
    world.server.say(0, "hello");
    world.server.echo = false;
    world.send("old");
    world.run(driver::WRITE + 1);
    let mut world = world.reload_after_requests_arrive();
    world.server.deaf = false;
    for at in 0..60 {
        world.server.say(1_000 + at, &format!("m{at}"));
    }
    world.command(Command::Connect);
    world.run(20_000);
    assert_eq!(world.texts(), world.server.texts());
    assert_eq!(world.texts().len(), 62);
}

/// What the journal holds costs each turn its writing, and localStorage has no room to spare.
#[test]
fn what_the_database_holds_is_not_in_the_journal_any_more() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    for number in 0..300 {
        world.send(&format!("message {number}"));
    }
    world.run(WRITE);
    world.effects.clear();
    world.server.start();
    world.input(Input::Surroundings(Surroundings::Online));
    world.run(60_000);
    assert_eq!(world.server.texts().len(), 300);
    let lists = world.effects.iter().filter_map(|(_, effect)| match effect {
        Effect::WriteLocal {
            key: LocalKey::Outbox,
            value: Some(journal),
        } => Some(["items", "tried", "done"].map(|list| journal.get(list).unwrap().as_list().unwrap().len())),
        _ => None,
    });
    let most = lists.reduce(|most, next| std::array::from_fn(|at| most[at].max(next[at])));
    assert_eq!(
        most,
        Some([0, 0, 1]),
        "only what is done, until that is confirmed"
    );
}
