//! The existing servers: no idempotent sends, no cursors, no event route.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::{Dialled, Server};
use pocketping_core::engine::*;
use pocketping_core::model::Identity;
use pocketping_core::{Object, Value, Wire};

fn posts(world: &World) -> usize {
    let posts = world.requests("/message").into_iter();
    posts.filter(|(_, request)| request.path == "/message").count()
}

#[test]
fn a_lost_response_is_settled_by_reading() {
    let mut world = World::connected(Server::foreign());
    world.server.echo = false;
    world.lose_responses.push(("/message".into(), 1));
    let key = world.send("once");
    world.run(30_000);
    assert_eq!(posts(&world), 1, "it was not sent again");
    assert_eq!(world.server.texts(), ["once"]);
    assert_eq!(world.texts(), ["once"]);
    assert_eq!(world.delivery(&key), Delivery::Sent);
    assert_eq!(world.stored(Store::Outbox), 0);
}

#[test]
fn a_lost_request_is_sent_again_after_the_settling_time() {
    let mut world = World::connected(Server::foreign());
    world.server.script("/message", 502, Object::new());
    world.send("once");
    world.run(14_000);
    assert_eq!(posts(&world), 1);
    world.run(5_000);
    assert_eq!(posts(&world), 2);
    assert_eq!(world.server.texts(), ["once"]);
}

#[test]
fn two_identical_texts_stay_two() {
    let mut world = World::connected(Server::foreign());
    world.server.echo = false;
    world.lose_responses.push(("/message".into(), 2));
    world.send("ok");
    world.send("ok");
    world.run(60_000);
    assert_eq!(world.server.texts(), ["ok", "ok"]);
    assert_eq!(world.texts(), ["ok", "ok"]);
    assert_eq!(posts(&world), 2);
}

#[test]
fn an_older_message_of_the_same_text_is_not_taken_for_the_new_one() {
    let mut world = World::connected(Server::foreign());
    world.send("ok");
    world.run(1_000);
    world.server.echo = false;
    world.server.script("/message", 504, Object::new());
    world.send("ok");
    world.run(30_000);
    assert_eq!(world.server.texts(), ["ok", "ok"]);
    assert_eq!(world.texts(), ["ok", "ok"]);
}

#[test]
fn a_reload_while_the_outcome_is_unknown_doubles_nothing() {
    for echo in [false, true] {
        let mut world = World::connected(Server::foreign());
        world.send("before");
        world.run(1_000);
        world.server.echo = echo;
        world.send("ok");
        world.run(driver::WRITE + 1);
        assert_eq!(posts(&world), 2, "it is under way");
        let mut world = world.reload_after_requests_arrive();
        world.run(60_000);
        assert_eq!(world.server.texts(), ["before", "ok"]);
        assert_eq!(world.texts(), ["before", "ok"]);
        assert_eq!(posts(&world), 0);
    }
}

#[test]
fn a_reload_after_a_request_that_never_arrived_sends_it() {
    let mut world = World::connected(Server::foreign());
    world.send("ok");
    world.run(driver::WRITE + 1);
    let mut world = world.reload();
    world.run(60_000);
    assert_eq!(world.server.texts(), ["ok"]);
}

#[test]
fn a_removal_that_did_not_reach_the_database_is_in_the_journal() {
    let mut world = World::connected(Server::foreign());
    world.send("ok");
    world.run(driver::WRITE + 2 * driver::LATENCY + 1);
    assert_eq!(world.stored(Store::Outbox), 1, "the removal is under way");
    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(60_000);
    assert_eq!(world.server.texts(), ["ok"]);
    assert_eq!(world.stored(Store::Outbox), 0);
    assert_eq!(world.disk.local.get("pocketping_outbox"), None);
}

#[test]
fn the_echo_without_an_id_gives_one_bubble() {
    let mut world = World::connected(Server::foreign());
    let key = world.send("hello");
    world.run(1_000);
    assert_eq!(world.texts(), ["hello"]);
    assert_eq!(world.engine.entries()[0].key, key);
    world.lose_responses.push(("/message".into(), 1));
    world.send("again");
    world.run(2_000);
    assert_eq!(world.texts(), ["hello", "again"]);
    assert_eq!(posts(&world), 2, "the echo settled it");
}

#[test]
fn another_tabs_equal_text_is_not_taken_for_ours() {
    let mut world = World::connected(Server::foreign());
    world.server.echo = false;
    let key = world.send("ok");
    world.run(driver::WRITE + 1);
    // The other tab's message is stored, and its echo travels, before ours arrives.
    let session = world.server.session().id.clone();
    let body = Object::new()
        .with("sessionId", session.as_str())
        .with("content", "ok")
        .with("sender", "visitor");
    let request = HttpRequest {
        method: Method::Post,
        path: "/message".into(),
        body: Some(body.into()),
        timeout_ms: 1,
    };
    world.server.echo = true;
    let now = world.now;
    drop(world.server.answer(now, &request));
    world.deliver_envelopes();
    world.server.echo = false;
    world.run(5_000);
    assert_eq!(world.server.texts(), ["ok", "ok"]);
    assert_eq!(world.texts(), ["ok", "ok"]);
    let ours = world.message(&key).id.clone();
    assert_eq!(world.server.session().messages[1].id, ours);
}

#[test]
fn long_conversations_are_read_to_their_end() {
    let mut world = World::connected(Server::foreign());
    world.server.web_socket = Dialled::Refused;
    world.kill_server();
    world.server.start();
    for at in 0..230 {
        world.server.say(1_000 + at, &format!("m{at}"));
    }
    world.run(60_000);
    assert_eq!(world.texts(), world.server.texts());
    let now = world.now;
    world.server.say(now, "one more");
    world.run(2_500);
    assert_eq!(
        world.texts().last().unwrap(),
        "one more",
        "polling gets past the first page"
    );
}

#[test]
fn a_list_with_copies_does_not_keep_reading_for_ever() {
    let mut world = World::connected(Server::foreign());
    for at in 0..120 {
        world.server.say(1_000 + at, &format!("m{at}"));
    }
    let copies: Vec<_> = world.server.session().messages[..110].to_vec();
    world.server.session().messages.extend(copies);
    world.kill_server();
    world.server.start();
    world.run(10_000);
    assert_eq!(world.texts().len(), 120);
    assert!(world.requests("/messages").len() < 20);
}

#[test]
fn copies_that_lead_back_do_not_hide_what_has_been_stored() {
    let mut world = World::connected(Server::foreign());
    world.command(Command::SetOpen(true));
    world.server.deaf = true;
    for at in 0..80 {
        world.server.say(1_000 + at, &format!("m{at}"));
    }
    world.run(31_000);
    for copied in [..22, ..50] {
        let copies = world.server.session().messages[copied].to_vec();
        world.server.session().messages.extend(copies);
        world.run(31_000);
    }
    world.lose_responses.push(("/message".into(), 1));
    world.send("once");
    world.run(60_000);
    assert_eq!(posts(&world), 1, "its place in the list was found");
}

#[test]
fn what_was_missed_while_the_socket_was_away_is_read() {
    let mut world = World::connected(Server::foreign());
    world.kill_server();
    world.run(5_000);
    let now = world.now;
    world.server.say(now, "missed");
    world.server.start();
    world.run(20_000);
    assert_eq!(world.texts(), ["missed"]);
    assert_eq!(world.arrived(), ["missed"]);
}

#[test]
fn a_deaf_socket_is_found_by_reading() {
    let mut world = World::connected(Server::foreign());
    world.command(Command::SetOpen(true));
    world.server.deaf = true;
    let now = world.now;
    world.server.say(now, "unheard");
    world.run(31_000);
    assert_eq!(world.texts(), ["unheard"]);
    assert_eq!(world.opened(Transport::WebSocket).len(), 2, "and replaced");
}

#[test]
fn nobody_reads_while_nothing_is_expected() {
    let mut world = World::connected(Server::foreign());
    let before = world.requests("/messages").len();
    world.run(600_000);
    assert_eq!(world.requests("/messages").len(), before);
}

#[test]
fn events_go_over_the_socket_and_wait_for_one() {
    let mut server = Server::foreign();
    server.web_socket = Dialled::Refused;
    let mut world = World::connected(server);
    world.command(Command::Trigger {
        name: "clicked".into(),
        data: Value::Null,
    });
    world.send("not held up");
    world.run(10_000);
    assert_eq!(world.server.texts(), ["not held up"]);
    assert!(world.server.frames.is_empty());
    world.server.web_socket = Dialled::Open;
    world.run(40_000);
    let names: Vec<_> = world
        .server
        .frames
        .iter()
        .map(|frame| frame.get("data").unwrap().get("name").unwrap().clone())
        .collect();
    assert_eq!(names, [Value::from("clicked")]);
    assert_eq!(world.stored(Store::Outbox), 0);
}

#[test]
fn an_identity_goes_with_connect_where_there_is_no_route() {
    let mut world = World::connected(Server::foreign());
    let identity = Identity::read(&Object::new().with("id", "u1").into()).unwrap();
    world.command(Command::Identify(identity));
    world.run(2_000);
    assert!(world.changes.contains(&Change::Identified(Ok(()))));
    let connects = world.requests("/connect");
    let last = connects.last().unwrap().1.body.as_ref().unwrap();
    assert_eq!(
        last.get("identity").unwrap().get("id").unwrap().as_str(),
        Some("u1")
    );
}

#[test]
fn a_visibility_route_that_is_missing_is_not_asked_for_again() {
    let mut world = World::connected(Server::foreign());
    for _ in 0..3 {
        world.input(Input::Surroundings(Surroundings::Hidden));
        world.run(1_000);
        world.input(Input::Surroundings(Surroundings::Visible));
        world.run(1_000);
    }
    assert_eq!(world.requests("/visibility").len(), 1);
}

#[test]
fn a_visitors_clock_that_is_hours_off_does_not_matter() {
    for skew in [-7_200_000, 7_200_000] {
        let mut world = World::new(Server::foreign());
        world.clock_skew = skew;
        world.command(Command::Connect);
        world.run(200);
        world.server.echo = false;
        world.lose_responses.push(("/message".into(), 1));
        world.send("a");
        world.run(30_000);
        let now = world.now;
        world.server.say(now, "b");
        world.deliver_envelopes();
        world.run(1_000);
        world.send("c");
        world.run(1_000);
        assert_eq!(world.texts(), ["a", "b", "c"]);
        assert_eq!(world.server.texts(), ["a", "b", "c"]);
    }
}

#[test]
fn a_clock_that_jumped_over_a_reload_does_not_shorten_the_settling_time() {
    for skew in [-7_200_000, 7_200_000] {
        let mut world = World::connected(Server::foreign());
        world.send("ok");
        world.run(driver::WRITE + 1);
        let under_way = world.requests("/message").last().unwrap().1.clone();
        let mut world = world.reload();
        world.clock_skew = skew;
        world.run(5_000);
        let now = world.now;
        drop(world.server.answer(now, &under_way));
        world.run(60_000);
        assert_eq!(world.server.texts(), ["ok"]);
        assert_eq!(world.texts(), ["ok"]);
    }
}

#[test]
fn a_database_that_answers_late_doubles_nothing() {
    let mut world = World::connected(Server::foreign());
    world.send("before");
    world.run(1_000);
    world.send("ok");
    world.run(driver::WRITE + 1);
    let mut world = world.reload_after_requests_arrive();
    world.delay_database(8_000);
    world.command(Command::Connect);
    world.run(60_000);
    assert_eq!(world.server.texts(), ["before", "ok"]);
    assert_eq!(world.texts(), ["before", "ok"]);
}

#[test]
fn a_page_that_never_heard_of_its_database_doubles_nothing_on_the_next() {
    let mut world = World::connected(Server::foreign());
    world.send("before");
    world.run(1_000);
    world.send("ok");
    world.run(driver::WRITE + 1);
    let mut world = world.reload_after_requests_arrive();
    world.delay_database(60_000);
    world.command(Command::Connect);
    world.run(8_000);
    assert_eq!(world.texts(), ["before", "ok"], "as somebody's");
    let mut world = world.reload();
    world.run(60_000);
    assert_eq!(world.server.texts(), ["before", "ok"]);
    assert_eq!(world.texts(), ["before", "ok"]);
}

#[test]
fn a_text_of_long_ago_that_the_list_brings_late_is_not_taken_for_the_new_one() {
    let mut world = World::connected(Server::foreign());
    world.send("first");
    world.run(1_000);
    for number in 0..60 {
        let now = world.now;
        world.server.say(now, &number.to_string());
        world.run(10);
    }
    world.send("ok");
    world.run(1_000);
    // A browser that keeps no history. `/connect` tells the first 50 messages.
    world.disk.stores.clear();
    let mut world = world.reload();
    world.run(10);
    let posts_before = posts(&world);
    world.send("ok");
    while world.requests("/messages").is_empty() {
        world.run(1);
    }
    assert_eq!(posts(&world), posts_before, "what the server has is read first");
    while posts(&world) == posts_before {
        world.run(1);
    }
    world.server.up = false;
    world.run(driver::LATENCY);
    world.server.up = true;
    world.run(60_000);
    let all = world.server.texts();
    assert_eq!(all.iter().filter(|text| *text == "ok").count(), 2);
    assert_eq!(world.texts(), all);
}

#[test]
fn a_list_that_does_not_come_keeps_no_message_back_for_ever() {
    let mut world = World::connected(Server::foreign());
    world.send("first");
    for number in 0..60 {
        let now = world.now;
        world.server.say(now, &number.to_string());
        world.run(10);
    }
    let mut world = world.reload();
    world.server.missing_routes.push("/messages");
    world.send("last");
    world.run(60_000);
    assert_eq!(world.server.texts().last().unwrap(), "last");
}

#[test]
fn a_session_that_a_node_server_has_forgotten_is_made_again() {
    let mut server = Server::foreign();
    server.node_errors = true;
    server.web_socket = Dialled::Refused;
    let mut world = World::connected(server);
    world.send("before");
    world.run(5_000);
    assert_eq!(world.server.texts(), ["before"]);
    world.server.sessions.clear();
    let key = world.send("after");
    world.run(5_000);
    assert_eq!(world.server.texts(), ["after"]);
    assert_eq!(world.delivery(&key), Delivery::Sent);
}

#[test]
fn a_server_that_always_fails_is_asked_for_a_session_now_and_then_only() {
    let mut server = Server::foreign();
    for _ in 0..500 {
        server.script("/csat", 500, Object::new());
    }
    let mut world = World::connected(server);
    world.command(Command::Rate {
        score: pocketping_core::route::Score::read(&Value::Int(5)).unwrap(),
        comment: None,
    });
    world.run(60_000);
    let (ratings, connects) = (world.requests("/csat").len(), world.requests("/connect").len());
    assert!(
        ratings <= 12 && connects <= 5,
        "{ratings} ratings, {connects} connects"
    );
}
