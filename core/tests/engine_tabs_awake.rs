//! What a page that stood still must not undo, and what the leaders after it must keep.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, connected, elected, forgotten, hear, journal, pair, request, restored, rows, said};
use pocketping_core::engine::*;
use pocketping_core::{Object, Value};

#[test]
fn what_a_robbed_page_wrote_down_of_the_session_is_written_over() {
    let (mut leader, mut follower) = pair();
    let hello = follower.tab(TabEvent::Deposed);
    assert_eq!(hello, [], "only a leader is deposed");
    let mut robbed = Page::new("c");
    let hello = robbed.tab(TabEvent::Following);
    let answer = hear(&mut leader, &hello);
    for key in [LocalKey::VisitorId, LocalKey::SessionId] {
        let writes =
            |effect: &&Effect| matches!(effect, Effect::WriteLocal { key: known, .. } if *known == key);
        assert!(answer.iter().any(|effect| writes(&effect)), "{key:?}");
    }
}

#[test]
fn a_journal_is_removed_as_it_was_read() {
    let written = journal(&Page::new("b").say("left behind")).unwrap();
    let seq = written.get("seq").and_then(Value::as_int).unwrap();
    let mut leader = Page::new("a");
    leader.tab(elected(vec![("b", written)]));
    leader.now += 5;
    let kept = leader.input(restored(Vec::new()));
    leader.now += 5;
    let done = leader.written(&kept, Ok(()));
    assert_eq!(forgotten(&done), ["b"]);
    let is_it =
        |effect: &Effect| matches!(effect, Effect::ForgetJournal { seq: known, .. } if *known == seq as u64);
    assert!(done.iter().any(is_it));
}

#[test]
fn what_is_delivered_is_remembered_as_long_as_a_journal_may_bring_it_back() {
    let written = journal(&Page::new("b").say("delivered long ago")).unwrap();
    let id = written.get("items").and_then(Value::as_list).unwrap()[0]
        .get("id")
        .unwrap();
    let done: Value = Object::new().with("v", 1).with("done", vec![id.clone()]).into();
    let mut leader = Page::new("a");
    leader.tab(elected(vec![("b", written.clone()), ("c", done)]));
    leader.input(restored(Vec::new()));
    assert!(leader.texts().is_empty());
    leader.tab(TabEvent::Journal {
        tab: "b".to_owned(),
        journal: written,
    });
    assert!(leader.texts().is_empty());
}

#[test]
fn a_robbed_page_does_not_trust_the_lock_when_it_awakes() {
    let mut page = Page::new("a");
    page.lead(1);
    let asked = page.say("must not be sent twice");
    let written = page.written(&asked, Ok(()));
    let connect = request(&asked, "/connect").or_else(|| request(&written, "/connect"));
    page.now += 10_000;
    // The check of the lead begins, and the page stands still for a minute.
    page.input(Input::Response {
        id: connect.unwrap(),
        outcome: connected(),
    });
    page.now += 60_000;
    let awake = page.input(Input::Tick);
    let sends =
        |effect: &Effect| matches!(effect, Effect::Request { request, .. } if request.path == "/message");
    assert!(!awake.iter().any(sends));
    let asks_again = |effect: &Effect| matches!(effect, Effect::Persist { writes, .. } if writes.is_empty());
    assert!(awake.iter().any(asks_again));
}

#[test]
fn a_page_that_leads_writes_down_the_visitor_that_localstorage_had_no_room_for() {
    let (mut leader, mut follower) = pair();
    let told = leader.say("hello");
    hear(&mut follower, &told);
    assert!(follower.engine.visitor_id().is_some());
    let lead = follower.tab(elected(Vec::new()));
    let writes = |effect: &Effect| {
        matches!(
            effect,
            Effect::WriteLocal {
                key: LocalKey::VisitorId,
                value: Some(_)
            }
        )
    };
    assert!(lead.iter().any(writes));
}

#[test]
fn what_others_may_have_read_is_remembered_as_done_though_no_database_had_it() {
    let (mut leader, _follower) = pair();
    let asked = leader.say("delivered");
    let refused = leader.written(&asked, Err(PersistFailure::Full));
    let key = leader.engine.entries()[0].key.clone();
    let removed = leader.input(Input::Command(Command::Remove(key)));
    let left = journal(&removed).or_else(|| journal(&refused)).unwrap();
    assert_eq!(
        left.get("done").and_then(Value::as_list).map(<[Value]>::len),
        Some(1)
    );
}

#[test]
fn what_was_handed_over_to_a_robbed_page_is_left_to_the_leader_of_today() {
    let (mut leader, mut follower) = pair();
    let handed = follower.say("deleted while that page stood still");
    leader.now += 60_000;
    let kept = journal(&handed).unwrap();
    let mut effects = leader.tab(TabEvent::Journal {
        tab: "b".to_owned(),
        journal: kept,
    });
    effects.extend(hear(&mut leader, &handed));
    let listed = |effects: &[Effect]| {
        let journal = journal(effects);
        let items = journal.as_ref().and_then(|journal| journal.get("items"));
        items.and_then(Value::as_list).map_or(0, <[Value]>::len)
    };
    assert_eq!(listed(&effects), 0, "others read journals at once");
    let robbed = leader.written(&effects, Err(PersistFailure::Fenced));
    assert_eq!((listed(&robbed), leader.texts().len()), (0, 0));
}

#[test]
fn what_is_handed_over_after_a_long_silence_is_kept_by_who_still_leads() {
    let (mut leader, mut follower) = pair();
    leader.now += 60_000;
    let handed = follower.say("hello");
    let asked = hear(&mut leader, &handed);
    leader.now += 20;
    let kept = leader.written(&asked, Ok(()));
    assert_eq!(leader.texts(), ["hello"]);
    let told = said(&kept);
    assert!(told.iter().any(|said| said.get("have").is_some()), "{told:?}");
}

#[test]
fn a_page_that_may_have_been_robbed_does_not_write_over_who_the_visitor_is() {
    let mut leader = Page::new("a");
    leader.lead(1);
    leader.now += 60_000;
    let hello = Page::new("b").tab(TabEvent::Following);
    let names = |effects: &[Effect]| {
        let is_name = |effect: &Effect| {
            matches!(
                effect,
                Effect::WriteLocal {
                    key: LocalKey::VisitorId,
                    ..
                }
            )
        };
        effects.iter().any(is_name)
    };
    let answer = hear(&mut leader, &hello);
    assert!(!names(&answer));
    leader.now += 20;
    let asked = leader.say("goes on");
    let confirmed = leader.written(&asked, Ok(()));
    assert!(names(&asked) || names(&confirmed), "once it knows that it leads");
}

/// Ids of what a journal says is still to be done.
fn waiting(journal: &Value) -> Vec<String> {
    let items = journal.get("items").and_then(Value::as_list).unwrap_or_default();
    let ids = items.iter().filter_map(|item| item.get("id")?.as_str());
    ids.map(str::to_owned).collect()
}

/// A leader whose message is in the database, after a minute's sleep.
fn asleep_with_a_message() -> (Page, EntryKey) {
    let mut page = Page::new("a");
    page.lead(1);
    let asked = page.say("one");
    page.written(&asked, Ok(()));
    page.now += 60_000;
    let key = page.engine.entries()[0].key.clone();
    (page, key)
}

#[test]
fn a_robbed_page_that_edits_does_not_bring_back_what_others_have_deleted() {
    let edit = |key| Command::Edit {
        key,
        content: "two".to_owned(),
    };
    let changes: [&dyn Fn(EntryKey) -> Command; 2] = [&edit, &Command::Delete];
    for change in changes {
        let (mut page, key) = asleep_with_a_message();
        let asked = page.input(Input::Command(change(key.clone())));
        let robbed = page.written(&asked, Err(PersistFailure::Fenced));
        for journal in [journal(&asked), journal(&robbed)].into_iter().flatten() {
            let waiting = waiting(&journal);
            assert_eq!(
                waiting.len(),
                1,
                "what is to be changed is the next leader's to say"
            );
            assert!(!waiting.contains(&key.0.to_string()), "{waiting:?}");
        }
    }
}

#[test]
fn what_is_edited_after_a_long_silence_is_edited_in_place_by_who_still_leads() {
    let (mut page, key) = asleep_with_a_message();
    let content = "two".to_owned();
    let asked = page.input(Input::Command(Command::Edit {
        key: key.clone(),
        content,
    }));
    assert_eq!(page.engine.entries()[0].shown().content, "two", "at once");
    page.now += 20;
    let confirmed = page.written(&asked, Ok(()));
    assert_eq!(page.texts(), ["two"]);
    let rows = rows(&confirmed);
    assert!(rows.iter().any(|(row, _)| row.ends_with(&*key.0)), "{rows:?}");
    let settled = |change: &Change| matches!(change, Change::Settled { outcome: Ok(()), .. });
    assert!(page.changes.iter().any(settled));
}

#[test]
fn what_is_removed_after_a_long_silence_goes_when_the_page_knows_that_it_leads() {
    let (mut page, key) = asleep_with_a_message();
    let asked = page.input(Input::Command(Command::Remove(key)));
    page.now += 20;
    page.written(&asked, Ok(()));
    assert!(page.texts().is_empty());
}

#[test]
fn what_is_stored_is_deleted_after_a_long_silence_too() {
    let mut page = Page::new("a");
    page.lead(1);
    let mut effects = page.say("one");
    effects.extend(page.written(&effects.clone(), Ok(())));
    let connect = request(&effects, "/connect").unwrap();
    let mut effects = page.input(Input::Response {
        id: connect,
        outcome: connected(),
    });
    effects.extend(page.written(&effects.clone(), Ok(())));
    let send = request(&effects, "/message").unwrap();
    let stored = Object::new()
        .with("messageId", "m-1")
        .with("timestamp", "2026-09-21T14:13:21.375Z");
    let effects = page.answer(send, stored);
    page.written(&effects, Ok(()));
    let key = page.engine.entries()[0].key.clone();
    assert_eq!(page.engine.entries()[0].delivery, Delivery::Sent);

    page.now += 60_000;
    let mut effects = page.input(Input::Command(Command::Delete(key)));
    page.now += 20;
    effects.extend(page.written(&effects.clone(), Ok(())));
    let failed = |change: &Change| matches!(change, Change::Settled { outcome: Err(_), .. });
    assert!(!page.changes.iter().any(failed), "{:?}", page.changes);
    assert!(page.engine.entries()[0].shown().deleted_at.is_some());
    assert_eq!(page.engine.unsent(), 1, "the server is to be told");
}
