//! What every page has to hear, whoever leads: how what it did came out, and what has arrived.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, connected, elected, hear, journal, pair, request, rows};
use pocketping_core::engine::*;
use pocketping_core::{Object, Value};

/// The outbox of a database in which these writes were done.
fn stored(effects: &[Effect]) -> Input {
    let rows: Vec<(String, Value)> = rows(effects);
    Input::Restored(Restored {
        outbox_keys: rows.iter().map(|(key, _)| key.clone()).collect(),
        outbox: rows.into_iter().map(|(_, row)| row).collect(),
        claimed: true,
        epoch: 2,
        ..Restored::default()
    })
}

/// A leader does this and is robbed before it reaches the server; what its page has heard when its successor has brought
/// it there.
fn robbed_after(command: Command, path: &str, body: Object) -> Vec<Change> {
    let (mut robbed, mut next) = pair();
    let done = robbed.input(Input::Command(command));
    hear(&mut next, &done);
    robbed.written(&done, Ok(()));
    let mut effects = next.tab(elected(Vec::new()));
    effects.extend(next.input(stored(&done)));
    let written = next.written(&effects, Ok(()));
    effects.extend(written);
    let hello = robbed.tab(TabEvent::Deposed);
    let whole = hear(&mut next, &hello);
    hear(&mut robbed, &whole);
    robbed.changes.clear();
    let connect = request(&effects, "/connect").unwrap();
    let mut told = next.input(Input::Response {
        id: connect,
        outcome: connected(),
    });
    let id = request(&told, path).unwrap();
    told.extend(next.answer(id, body));
    hear(&mut robbed, &told);
    std::mem::take(&mut robbed.changes)
}

#[test]
fn a_robbed_page_hears_how_its_form_came_out() {
    let form = Command::SubmitPreChat {
        email: Some("a@b.c".into()),
        phone: None,
        phone_country: None,
    };
    let heard = robbed_after(form, "/prechat", Object::new().with("ok", true));
    let is_it = |change: &Change| matches!(change, Change::Settled { outcome: Ok(()), .. });
    assert!(heard.iter().any(is_it), "{heard:?}");
}

#[test]
fn a_robbed_page_hears_that_its_message_is_delivered() {
    let send = Command::Send {
        content: "hello".into(),
        reply_to: None,
        attachment_ids: Vec::new(),
        uploads: Vec::new(),
    };
    let stored = Object::new()
        .with("messageId", "m")
        .with("timestamp", "2026-11-21T07:20:25.747Z");
    let heard = robbed_after(send, "/message", stored);
    let is_it = |change: &Change| matches!(change, Change::Delivered { .. });
    assert!(heard.iter().any(is_it), "{heard:?}");
}

/// What `/connect` answers a page that leads now, where an operator has written meanwhile.
fn snapshot() -> Object {
    let message = Object::new()
        .with("id", "m")
        .with("sessionId", "s")
        .with("content", "anybody there?")
        .with("sender", "operator")
        .with("timestamp", "2026-11-21T07:20:25.747Z");
    Object::new()
        .with("sessionId", "s")
        .with("visitorId", "v")
        .with("messages", vec![message.into()])
}

/// How many messages have arrived, as the page has heard.
fn arrived_at(page: &mut Page, mut effects: Vec<Effect>) -> usize {
    effects.extend(page.input(Input::Command(Command::Connect)));
    let connect = request(&effects, "/connect").unwrap();
    page.answer(connect, snapshot());
    let arrived = page.changes.iter();
    arrived
        .filter(|change| matches!(change, Change::Arrived(_)))
        .count()
}

#[test]
fn what_arrives_while_the_lead_passes_on_is_told_as_arrived() {
    let (_, mut page) = pair();
    let mut effects = page.tab(elected(Vec::new()));
    effects.extend(page.input(stored(&[])));
    assert_eq!(arrived_at(&mut page, effects), 1);
    // What is there already when a page is opened has not.
    let mut page = Page::new("c");
    let effects = page.lead(1);
    assert_eq!(arrived_at(&mut page, effects), 0);
}

#[test]
fn an_edit_of_a_message_outlives_a_journal_that_has_it_as_it_was() {
    let (mut leader, mut asleep) = pair();
    let handed = asleep.say("as it was");
    let left = journal(&handed).unwrap();
    let taken = hear(&mut leader, &handed);
    leader.written(&taken, Ok(()));
    // Its page does not hear that it is kept, and the visitor edits it in the other one.
    let key = leader.engine.entries()[0].key.clone();
    let content = "edited".to_owned();
    let edited = leader.input(Input::Command(Command::Edit { key, content }));
    leader.written(&edited, Ok(()));
    let mut next = Page::new("c");
    next.tab(TabEvent::Elected {
        journals: vec![("b".to_owned(), left)],
        visitor_id: leader.engine.visitor_id().cloned(),
        session_id: None,
    });
    next.input(stored(&edited));
    assert_eq!(next.texts(), ["edited"]);
    assert_eq!(next.engine.unsent(), 1);
}
