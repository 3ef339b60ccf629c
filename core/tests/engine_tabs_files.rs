//! Files that are with the server already, and the message that comes after them: whoever leads by then.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, connected, elected, hear, pair, request, reset, restored, rows, writes};
use pocketping_core::engine::*;
use pocketping_core::{ClientMessageId, Object, Value};

/// What a page hands in, and the leader takes and writes; what that leads to.
fn take(follower: &mut Page, leader: &mut Page, command: Command) -> Vec<Effect> {
    let handed = follower.input(Input::Command(command));
    let taken = hear(leader, &handed);
    let mut led = leader.written(&taken, Ok(()));
    led.extend(taken);
    led
}

/// A file that a page picks.
fn pick() -> Command {
    let file = FileInfo {
        name: "a.txt".into(),
        mime_type: "text/plain".into(),
        size: 3,
    };
    Command::Upload { file, kept: Ok(()) }
}

fn look(upload: &ClientMessageId) -> Command {
    Command::Send {
        content: "look".to_owned(),
        reply_to: None,
        attachment_ids: Vec::new(),
        uploads: vec![upload.clone()],
    }
}

/// A leader that has brought the file of a page that follows it to the server, and told that page; the file's entry as the
/// database has it.
fn uploaded() -> (Page, Page, ClientMessageId, Value) {
    let (mut leader, mut follower) = pair();
    let mut effects = take(&mut follower, &mut leader, pick());
    let connect = request(&effects, "/connect").unwrap();
    effects.extend(leader.input(Input::Response {
        id: connect,
        outcome: connected(),
    }));
    let announced = Object::new()
        .with("attachmentId", "file-1")
        .with("uploadUrl", "/pocketping/upload/file-1");
    let announce = request(&effects, "/upload").unwrap();
    let put = leader.answer(announce, announced);
    let put = put.iter().find_map(|effect| match effect {
        Effect::PutFile { id, .. } => Some(*id),
        _ => None,
    });
    let complete = leader.answer(put.unwrap(), Object::new());
    let attachment = Object::new()
        .with("id", "file-1")
        .with("filename", "a.txt")
        .with("mimeType", "text/plain")
        .with("size", 3)
        .with("url", "/files/file-1")
        .with("status", "ready");
    let complete = request(&complete, "/upload/complete").unwrap();
    effects.extend(leader.answer(complete, attachment));
    hear(&mut follower, &effects);
    let id = follower.changes.iter().find_map(|change| match change {
        Change::Uploaded { id, .. } => Some(id.clone()),
        _ => None,
    });
    follower.changes.clear();
    let entry = rows(&effects).pop().unwrap().1;
    (leader, follower, id.unwrap(), entry)
}

fn is_refused(change: &Change) -> bool {
    matches!(change, Change::Undeliverable { .. })
}

/// The files that the message in these rows names.
fn files(effects: &[Effect]) -> Vec<Value> {
    let rows = rows(effects);
    let data = rows.iter().filter_map(|(_, row)| row.get("data"));
    let ids = data.flat_map(|data| ["attachmentIds", "uploads"].map(|key| data.get(key)));
    let ids = ids.filter_map(|ids| ids?.as_list());
    ids.flatten().cloned().collect()
}

#[test]
fn a_file_that_the_last_leader_has_uploaded_goes_with_the_message_that_its_page_sends_as_leader() {
    let (_, mut page, id, entry) = uploaded();
    page.tab(elected(Vec::new()));
    page.input(restored(vec![entry]));
    let sent = page.input(Input::Command(look(&id)));
    assert!(!page.changes.iter().any(is_refused), "{:?}", page.changes);
    assert_eq!(page.texts(), ["look"]);
    assert_eq!(files(&sent), [Value::from(id.as_str())]);
}

#[test]
fn a_file_that_no_database_kept_is_named_as_the_server_does() {
    let (_, mut page, id, _) = uploaded();
    page.tab(elected(Vec::new()));
    page.input(restored(Vec::new()));
    let sent = page.input(Input::Command(look(&id)));
    assert!(!page.changes.iter().any(is_refused), "{:?}", page.changes);
    assert_eq!(files(&sent), [Value::from("file-1")]);
}

#[test]
fn a_file_that_the_last_leader_has_uploaded_goes_with_the_message_that_the_next_one_sends() {
    let (leader, mut page, id, entry) = uploaded();
    let mut next = Page::new("c");
    let mut leads = next.tab(TabEvent::Elected {
        journals: Vec::new(),
        visitor_id: leader.engine.visitor_id().cloned(),
        session_id: leader.engine.session_id().cloned(),
    });
    leads.extend(next.input(restored(vec![entry])));
    let hello = hear(&mut page, &leads);
    let whole = hear(&mut next, &hello);
    hear(&mut page, &whole);
    let taken = take(&mut page, &mut next, look(&id));
    assert!(!next.changes.iter().any(is_refused), "{:?}", next.changes);
    assert_eq!(files(&taken), [Value::from(id.as_str())]);
}

#[test]
fn a_message_whose_file_no_leader_knows_is_refused_where_it_was_sent() {
    let (mut leader, mut follower) = pair();
    let told = take(&mut follower, &mut leader, look(&"nowhere".into()));
    follower.changes.clear();
    hear(&mut follower, &told);
    assert!(follower.changes.iter().any(is_refused), "{:?}", follower.changes);
    // Tried again it is still not sent without.
    let key = leader.engine.entries()[0].key.clone();
    leader.input(Input::Command(Command::Retry(key)));
    let failed = Delivery::Failed(FailureReason::FileGone);
    assert_eq!(leader.engine.entries()[0].delivery, failed);
}

#[test]
fn a_file_that_is_picked_after_another_pages_reset_outlives_it() {
    let (mut leader, mut follower) = pair();
    let mut handed = follower.input(reset());
    handed.extend(follower.input(Input::Command(pick())));
    let done = hear(&mut leader, &handed);
    let is_lost = |write: &StoreWrite| *write == StoreWrite::Clear(Store::Files);
    assert!(!writes(&done).any(is_lost), "{done:?}");
    assert_eq!(rows(&done).len(), 2, "the reset's number, and the file's entry");
}

#[test]
fn bytes_that_could_not_be_deleted_are_deleted_when_the_database_works_again() {
    let mut page = Page::new("a");
    page.lead(1);
    let picked = page.input(Input::Command(pick()));
    page.written(&picked, Ok(()));
    let (_, entry) = rows(&picked).pop().unwrap();
    let id = entry.get("id").and_then(Value::as_str).unwrap().to_owned();
    let removed = page.input(Input::Command(Command::Remove(EntryKey(id.as_str().into()))));
    page.written(&removed, Err(PersistFailure::Broken));
    let asked = page.say("there is room again");
    let again = page.written(&asked, Ok(()));
    let deletes = StoreWrite::Delete {
        store: Store::Files,
        key: id,
    };
    assert!(writes(&again).any(|write| *write == deletes), "{again:?}");
}

#[test]
fn no_file_is_called_gone_before_the_database_has_answered() {
    let (_, mut page, id, entry) = uploaded();
    page.tab(elected(Vec::new()));
    page.input(Input::Command(look(&id)));
    page.input(restored(vec![entry]));
    assert!(!page.changes.iter().any(is_refused), "{:?}", page.changes);
    assert_eq!(page.texts(), ["look"]);
}

#[test]
fn who_takes_a_message_over_as_it_is_shown_sends_it_with_its_files() {
    let (mut leader, mut follower) = pair();
    let sent = leader.input(Input::Command(Command::Send {
        content: "look".to_owned(),
        reply_to: None,
        attachment_ids: vec!["named-by-the-page".into()],
        uploads: Vec::new(),
    }));
    hear(&mut follower, &sent);
    follower.tab(elected(Vec::new()));
    let taken = follower.input(restored(Vec::new()));
    assert_eq!(files(&taken), [Value::from("named-by-the-page")]);
}
