//! What is read in a page that follows is told, whatever the leader does meanwhile.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, connected, hear, pair, request, rows};
use pocketping_core::engine::*;
use pocketping_core::{Object, Value};

/// The operator writes; the leader's page passes it on.
fn operator_says(leader: &mut Page, follower: &mut Page, stream: StreamId, id: &str) {
    let message = Object::new()
        .with("id", id)
        .with("sessionId", "s")
        .with("content", id)
        .with("sender", "operator")
        .with("timestamp", "2026-11-21T07:20:25.747Z");
    let frame = Object::new().with("type", "message").with("data", message);
    let event = StreamEvent::Frame(frame.into());
    let told = leader.input(Input::Stream { id: stream, event });
    hear(follower, &told);
}

/// Time passes in both; what the leader writes of receipts.
fn wait(leader: &mut Page, follower: &mut Page, millis: u64) -> Vec<Value> {
    let mut read = Vec::new();
    let end = follower.now + millis;
    while follower.now < end {
        follower.now += 100;
        leader.now = follower.now;
        let said = follower.input(Input::Tick);
        let mut led = hear(leader, &said);
        led.extend(leader.input(Input::Tick));
        hear(follower, &led);
        read.extend(receipts(&led));
    }
    read
}

fn receipts(effects: &[Effect]) -> Vec<Value> {
    let rows = rows(effects);
    let data = rows.iter().filter_map(|(_, row)| row.get("data"));
    let ids = data.filter_map(|data| data.get("messageIds")?.as_list());
    ids.flatten().cloned().collect()
}

#[test]
fn what_is_read_while_the_leader_stands_still_is_told_too() {
    let (mut leader, mut follower) = pair();
    let mut effects = leader.input(Input::Command(Command::Connect));
    let connect = request(&effects, "/connect").unwrap();
    effects.extend(leader.input(Input::Response {
        id: connect,
        outcome: connected(),
    }));
    hear(&mut follower, &effects);
    let stream = effects.iter().find_map(|effect| match effect {
        Effect::OpenStream { id, .. } => Some(*id),
        _ => None,
    });
    let stream = stream.unwrap();
    let event = StreamEvent::Opened;
    leader.input(Input::Stream { id: stream, event });
    // The visitor reads in the other page.
    leader.input(Input::Surroundings(Surroundings::Hidden));
    let open = follower.input(Input::Command(Command::SetOpen(true)));
    hear(&mut leader, &open);
    operator_says(&mut leader, &mut follower, stream, "m1");
    let mut read = wait(&mut leader, &mut follower, 500);
    operator_says(&mut leader, &mut follower, stream, "m2");
    read.extend(wait(&mut leader, &mut follower, 400));
    let mut said = Vec::new();
    for _ in 0..11 {
        follower.now += 100;
        said.extend(follower.input(Input::Tick));
    }
    leader.now = follower.now;
    let taken = hear(&mut leader, &said);
    hear(&mut follower, &taken);
    read.extend(receipts(&taken));
    read.extend(wait(&mut leader, &mut follower, 2_000));
    assert!(read.contains(&Value::from("m1")), "{read:?}");
    assert!(read.contains(&Value::from("m2")), "{read:?}");
    assert!(!said.contains(&Effect::Elect { steal: true }));
}
