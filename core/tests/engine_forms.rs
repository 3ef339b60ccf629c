//! Ratings and the pre-chat form.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::Server;
use pocketping_core::engine::*;
use pocketping_core::route::Score;
use pocketping_core::{Value, Wire};

fn rate(world: &mut World, score: i64, comment: &str) {
    world.command(Command::Rate {
        score: Score::read(&Value::Int(score)).unwrap(),
        comment: Some(comment.to_owned()),
    });
}

fn field<'a>(form: &'a Value, name: &str) -> Option<&'a str> {
    form.get(name).and_then(Value::as_str)
}

fn ended(world: &World) -> Option<Result<(), FailureReason>> {
    world.changes.iter().find_map(|change| match change {
        Change::Settled { outcome, .. } => Some(*outcome),
        _ => None,
    })
}

#[test]
fn a_rating_survives_an_outage_and_comes_once() {
    let mut world = World::connected(Server::ours());
    world.send("thanks");
    world.run(1_000);
    world.kill_server();
    rate(&mut world, 5, "  so quick  ");
    world.run(5_000);
    let mut world = world.reload();
    world.server.start();
    world.lose_responses = vec![("/csat".to_owned(), 1)];
    world.run(60_000);
    let forms = &world.server.forms;
    assert_eq!(forms.len(), 2, "asked again, as the answer was lost");
    assert_eq!(
        field(&forms[0].1, "eventId"),
        field(&forms[1].1, "eventId"),
        "and told to be the same"
    );
    assert_eq!(field(&forms[0].1, "comment"), Some("so quick"));
    assert_eq!(ended(&world), Some(Ok(())));
}

#[test]
fn without_a_conversation_there_is_nothing_to_rate() {
    let mut world = World::new(Server::ours());
    world.run(100);
    rate(&mut world, 1, "");
    world.run(1_000);
    assert_eq!(ended(&world), Some(Err(FailureReason::NotFound)));
    assert!(world.server.heard.is_empty());
}

#[test]
fn a_pre_chat_form_connects_and_is_delivered() {
    let mut world = World::new(Server::ours());
    world.run(100);
    world.command(Command::SubmitPreChat {
        email: Some("ada@example.com".to_owned()),
        phone: None,
        phone_country: None,
    });
    world.run(1_000);
    assert_eq!(field(&world.server.forms[0].1, "email"), Some("ada@example.com"));
    assert_eq!(ended(&world), Some(Ok(())));
}

#[test]
fn a_pre_chat_form_without_an_address_is_refused() {
    let mut world = World::new(Server::ours());
    world.run(100);
    world.command(Command::SubmitPreChat {
        email: None,
        phone: None,
        phone_country: Some("FR".to_owned()),
    });
    assert_eq!(ended(&world), Some(Err(FailureReason::Blank)));
}
