//! Connecting: refusals, versions, identities, servers that are away.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::{Server, Session};
use pocketping_core::engine::*;
use pocketping_core::model::Identity;
use pocketping_core::{Object, Wire};

#[test]
fn an_identity_that_is_refused_does_not_shut_the_visitor_out() {
    for status in [401, 413, 422] {
        is_let_in_without_identity(status);
    }
}

fn is_let_in_without_identity(status: u16) {
    let mut server = Server::ours();
    server.script("/connect", status, Object::new());
    let mut world = World::new(server);
    let identity = Identity::read(&Object::new().with("id", "u").with("token", "expired").into()).unwrap();
    world
        .disk
        .local
        .insert("pocketping_user_identity", identity.write());
    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(2_000);
    assert_eq!(world.engine.connection(), Connection::Live);
    let refused = Change::Identified(Err(FailureReason::Refused { status }));
    assert!(world.changes.contains(&refused));
}

#[test]
fn a_refused_identify_is_told_and_forgotten() {
    let mut world = World::connected(Server::ours());
    world.server.script("/identify", 401, Object::new());
    let identity = Identity::read(&Object::new().with("id", "u").into()).unwrap();
    world.command(Command::Identify(identity.clone()));
    assert!(world.disk.local.contains_key("pocketping_user_identity"));
    world.run(1_000);
    assert_eq!(world.engine.identity(), None);
    assert!(!world.disk.local.contains_key("pocketping_user_identity"));
    assert!(world.changes.contains(&Change::Identity(None)));
    world.command(Command::Identify(identity.clone()));
    world.run(1_000);
    assert!(world.changes.contains(&Change::Identified(Ok(()))));
    assert_eq!(world.engine.identity(), Some(&identity));
}

#[test]
fn a_version_header_is_told_once() {
    let mut world = World::connected(Server::ours());
    let version = Object::new()
        .with("status", "outdated")
        .with("latestVersion", "9.0.0");
    world.server.version = Some(version);
    for text in ["a", "b", "c"] {
        world.send(text);
        world.run(1_000);
    }
    let told = world
        .changes
        .iter()
        .filter(|change| matches!(change, Change::VersionWarning(_)));
    assert_eq!(told.count(), 1);
}

#[test]
fn one_odd_message_hides_no_other() {
    let mut world = World::connected(Server::foreign());
    let odd = Object::new().with("id", "odd").with("sender", "martian");
    let now = world.now;
    world.server.say(now, "good");
    let good = world.server.session().messages.write();
    let mut messages = good.as_list().unwrap().to_vec();
    messages.insert(0, odd.into());
    world.kill_server();
    world.server.start();
    let id = world.server.session().id.clone();
    let body = Object::new()
        .with("sessionId", id.as_str())
        .with("visitorId", "v")
        .with("messages", messages);
    world.server.script("/connect", 200, body);
    world.run(20_000);
    assert_eq!(world.texts(), ["good"]);
    assert_eq!(world.engine.connection(), Connection::Live);
}

#[test]
fn an_odd_form_hides_no_conversation() {
    for odd in ["preChatForm", "trackedElements", "identity"] {
        let mut server = Server::foreign();
        let body = Object::new()
            .with("sessionId", "s")
            .with("visitorId", "v")
            .with("messages", Vec::new())
            .with(odd, "not what it should be");
        server.script("/connect", 200, body);
        let mut world = World::new(server);
        world.command(Command::Connect);
        world.run(1_000);
        assert_ne!(world.engine.connection(), Connection::Connecting, "{odd}");
        assert!(world.engine.session_id().is_some(), "{odd}");
    }
}

#[test]
fn a_server_that_refuses_is_left_alone() {
    let mut server = Server::ours();
    server.script("/connect", 403, Object::new());
    let mut world = World::new(server);
    world.command(Command::Connect);
    world.run(600_000);
    assert_eq!(world.engine.connection(), Connection::Refused);
    assert_eq!(world.requests("/").len(), 1);
}

#[test]
fn a_version_that_is_too_old_is_told_and_refused() {
    let mut server = Server::ours();
    server.script(
        "/connect",
        426,
        Object::new().with(
            "detail",
            Object::new()
                .with("message", "too old")
                .with("minVersion", "9.0.0"),
        ),
    );
    let mut world = World::new(server);
    world.send("kept");
    world.run(60_000);
    assert_eq!(world.engine.connection(), Connection::Refused);
    let warning = world.changes.iter().find_map(|change| match change {
        Change::VersionWarning(warning) => Some(warning.clone()),
        _ => None,
    });
    let warning = warning.unwrap();
    assert_eq!(warning.min_version.as_deref(), Some("9.0.0"));
    assert!(!warning.can_continue);
    assert_eq!(world.texts(), ["kept"]);
    assert_eq!(world.stored(Store::Outbox), 1);
}

#[test]
fn a_wrong_address_is_tried_slowly() {
    let mut server = Server::ours();
    server.missing_routes = vec!["/connect"];
    let mut world = World::new(server);
    world.command(Command::Connect);
    world.run(300_000);
    let tries = world.requests("/connect").len();
    assert!((9..=25).contains(&tries), "{tries}");
}

#[test]
fn a_server_that_is_down_at_first_is_found() {
    let mut server = Server::ours();
    server.up = false;
    let mut world = World::new(server);
    world.send("hello");
    world.run(200);
    assert_eq!(world.engine.connection(), Connection::Retrying);
    world.run(200_000);
    let tries = world.requests("/connect").len();
    assert!((8..=20).contains(&tries), "{tries}");
    world.server.start();
    world.run(31_000);
    assert_eq!(world.server.texts(), ["hello"]);
}

#[test]
fn nothing_is_asked_of_the_network_before_somebody_acts() {
    let mut world = World::new(Server::ours());
    world.command(Command::SetOpen(false));
    world.run(600_000);
    assert!(world.effects.is_empty(), "{:?}", world.effects);
}

#[test]
fn after_disconnecting_it_is_connected_when_the_server_has_answered() {
    let mut world = World::connected(Server::ours());
    world.command(Command::Disconnect);
    world.command(Command::Disconnect);
    assert_eq!(world.engine.connection(), Connection::Idle);
    assert_eq!(world.engine.unsent(), 0);
    let effects = world.effects.iter();
    let goodbyes = effects.filter(|(_, effect)| matches!(effect, Effect::Beacon { .. }));
    assert_eq!(goodbyes.count(), 1);
    world.command(Command::Connect);
    assert_eq!(world.engine.connection(), Connection::Connecting);
    world.run(1_000);
    assert_eq!(world.engine.connection(), Connection::Live);
}

#[test]
fn an_answer_of_a_session_that_is_gone_delivers_nothing() {
    let mut world = World::connected(Server::ours());
    world.server.silent = true;
    world.server.echo = false;
    world.send("hello");
    world.run(100);
    let asked = world.effects.iter().rev().find_map(|(_, effect)| match effect {
        Effect::Request { id, request } if request.path == "/message" => Some(*id),
        _ => None,
    });
    // The server comes back without its data, and only then the answer of before gets through.
    world.server.silent = false;
    world.server.sessions.clear();
    world.command(Command::Disconnect);
    world.command(Command::Connect);
    world.run(100);
    let answer = HttpAnswer {
        status: 200,
        body: Object::new()
            .with("messageId", "of-before")
            .with("timestamp", "2026-09-21T14:13:20Z")
            .into(),
        retry_after: None,
        version: None,
    };
    let (id, outcome) = (asked.unwrap(), Ok(answer));
    world.input(Input::Response { id, outcome });
    world.run(30_000);
    assert_eq!(world.server.texts(), ["hello"]);
    assert_eq!(world.texts(), ["hello"]);
    assert_ne!(world.engine.entries()[0].message.id, "of-before".into());
}

#[test]
fn a_reset_does_not_overrule_retry_after() {
    let mut world = World::new(Server::ours());
    world.server.retry_after = Some(60);
    world.server.script("/connect", 429, Object::new());
    world.command(Command::Connect);
    world.run(1_000);
    world.command(Command::Reset { new_session: true });
    world.run(58_000);
    assert_eq!(world.requests("/connect").len(), 1);
    world.run(2_000);
    assert_eq!(world.engine.connection(), Connection::Live);
}

#[test]
fn an_identity_that_connect_refuses_is_not_said_to_be_taken() {
    let mut world = World::connected(Server::foreign());
    world.server.script("/connect", 422, Object::new());
    let identity = Identity::read(&Object::new().with("id", "u").into()).unwrap();
    world.command(Command::Identify(identity));
    world.run(10_000);
    let told = world.changes.iter().filter_map(|change| match change {
        Change::Identified(outcome) => Some(*outcome),
        _ => None,
    });
    let refused = FailureReason::Refused { status: 422 };
    assert_eq!(told.collect::<Vec<_>>(), [Err(refused)]);
    assert_eq!(world.engine.connection(), Connection::Live);
}

#[test]
fn what_was_said_in_another_session_before_does_not_arrive() {
    let mut world = World::connected(Server::ours());
    world.send("here");
    world.run(1_000);
    let gone = world.server.sessions.remove(0);
    let now = world.now;
    world.server.sessions.push(Session {
        id: "elsewhere".into(),
        messages: Vec::new(),
        log: Vec::new(),
        ..gone
    });
    world.server.say(now, "said on another device");
    // The server knows the visitor, and has another session for them.
    world.server.moved = true;
    world.send("more");
    world.run(3_000);
    assert_eq!(world.texts(), ["said on another device", "more"]);
    assert_eq!(world.arrived(), [""; 0]);
    let now = world.now;
    world.server.say(now, "new");
    world.deliver_envelopes();
    world.run(500);
    assert_eq!(world.arrived(), ["new"]);
}
