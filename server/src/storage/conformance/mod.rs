//! What every [`Storage`] promises, as tests.
//!
//! Each function takes an empty store, with log limits of 8 entries and one hour, and panics when a promise
//! is broken. [`storage_conformance!`](crate::storage_conformance) makes a test of each.

#![allow(clippy::missing_panics_doc, clippy::unwrap_used)]

use super::{
    Announcement, AttachmentQuery, AttachmentRecord, Audience, Claimed, Delivery, Draft, Earlier,
    HOLDING_ATTEMPTS, Letters, LogEntry, LogEvent, LogFact, LogLimits, MessageQuery, NewDelivery, OnceKey,
    PageFrom, Replay, SearchQuery, Seq, SessionFilter, SessionRecord, SessionWrite, Settlement, Storage,
    Target, UploadStage, WriteError, Written,
};
use crate::service::ServiceError;
use pocketping_core::envelope::{Presence, ServerEvent};
use pocketping_core::model::{
    CustomEvent, Identity, Message, MessageOperator, MessageStatus, ReplyTo, Sender, SessionState,
};
use pocketping_core::{MessageId, Object, SessionId, Timestamp, Value};
use std::sync::{Arc, Mutex};
use std::time::Duration;

mod attachment;
pub use attachment::*;
mod delivery;
pub use delivery::*;
mod erase;
pub use erase::*;
mod figures;
pub use figures::*;
mod log;
pub use log::*;
mod message;
pub use message::*;
mod operators;
pub use operators::*;
mod people;
pub use people::*;
mod search;
pub use search::*;
mod session;
pub use session::*;
mod write;
pub use write::*;

/// Makes a test of each promise. The argument is an expression that opens an empty store with
/// [`limits`](crate::storage::conformance::limits), in a `Box` or whatever dereferences to it; it may `.await`. The
/// tests need tokio with its macros.
///
/// ```
/// use pocketping_server::storage::conformance::limits;
/// use pocketping_server::storage::{MemoryLimits, MemoryStorage};
///
/// fn open_empty() -> MemoryStorage {
///     MemoryStorage::with_limits(MemoryLimits { log: limits(), ..MemoryLimits::default() })
/// }
///
/// pocketping_server::storage_conformance!(Box::new(open_empty()));
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! storage_conformance {
    ($open:expr) => {
        $crate::storage_conformance! { @tests $open;
            a_write_to_an_unknown_session_is_refused
            a_session_is_found_again_by_its_id_and_by_its_visitor
            a_session_of_another_visitor_is_not_opened
            what_a_rule_refuses_leaves_nothing_behind
            every_field_of_a_message_and_a_session_is_kept
            any_character_is_kept_and_found
            a_client_id_stands_for_the_first_message_that_used_it
            repeats_in_the_same_moment_are_stored_once
            an_event_id_stands_for_the_first_entry_that_used_it
            numbers_grow_and_are_announced_in_order
            changes_of_a_message_are_seen_by_all_lists
            messages_page_forward_and_backward
            a_session_comes_with_its_messages
            pages_by_date_have_what_was_created_or_changed_after
            notes_are_only_in_pages_that_ask_for_them
            the_log_has_messages_events_and_announcements_in_order
            a_place_that_cannot_be_replayed_is_gone
            the_newest_custom_events_of_a_session_are_read
            the_full_log_has_all_sessions
            sessions_are_listed_by_their_newest_activity
            sessions_are_found_by_the_identity_of_their_visitor
            concurrent_writes_lose_nothing
            every_field_of_an_attachment_is_kept
            a_rule_sees_attachments_of_its_session_only
            a_refused_write_leaves_attachments_as_they_were
            loose_attachments_are_listed_by_age_and_discarded_ones_forgotten
            messages_are_found_by_their_words
            a_query_has_no_syntax
            a_query_may_be_as_long_as_a_message
            edits_and_deletions_change_what_is_found
            what_is_found_pages_from_the_newest
            sessions_are_found_by_their_visitor_and_their_messages
            idle_sessions_are_listed_the_longest_silent_first
            an_erased_session_leaves_nothing_but_files_to_remove
            only_a_rule_that_agrees_erases
            nothing_counts_as_nothing
            sessions_and_messages_of_a_span_are_counted
            the_median_wait_is_the_middle_one_or_between_two
            ratings_of_a_span_are_counted
            a_session_counts_with_a_thousand_messages_at_most
            a_person_is_whom_sessions_name
            a_person_goes_with_the_last_session
            attributes_of_a_person_are_kept
            people_page_from_the_latest_known
            an_operator_is_found_by_id_and_by_token
            a_change_of_an_operator_leaves_the_rest
            no_two_operators_have_one_token
            a_token_for_a_rise_is_taken_with_a_rise_only
            a_change_for_one_role_changes_no_other
            a_removed_operator_stays_known_and_out
            a_delivery_is_queued_with_its_write_and_not_without
            a_claimed_delivery_is_leased_and_comes_again_when_the_lease_is_over
            deliveries_of_a_session_come_one_after_the_other
            a_delivery_that_fails_for_long_holds_up_no_others
            claims_at_the_same_time_share_no_delivery
            dead_letters_are_listed_and_queued_anew_in_order
            dead_letters_are_forgotten_by_id_and_by_age
            an_erased_session_takes_its_deliveries_along
            many_deliveries_queued_while_others_are_settled_all_have_their_turn
        }
    };
    (@tests $open:expr; $($name:ident)*) => { $(
        #[tokio::test]
        async fn $name() {
            let store = $open;
            $crate::storage::conformance::$name(&*store).await;
        }
    )* };
}

/// The limits that the promises are tested with.
pub fn limits() -> LogLimits {
    LogLimits {
        per_session: 8,
        age: Duration::from_secs(3600),
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + second * 1000)
}

fn message(session: &str, id: &str, second: i64) -> Message {
    let content = format!("text of {id}");
    Message::new(id.into(), session.into(), Sender::Visitor, content, at(second))
}

fn event(second: i64) -> LogEvent {
    LogEvent {
        at: at(second),
        audience: Audience::Everyone,
        event_id: None,
        fact: LogFact::Event(ServerEvent::Presence(Presence { online: true })),
    }
}

fn write_to(
    target: Target,
    rule: impl FnOnce(&mut Draft) -> Result<(), ServiceError> + Send + 'static,
) -> SessionWrite {
    SessionWrite {
        target,
        messages: Vec::new(),
        attachments: AttachmentQuery::None,
        once: None,
        rule: Box::new(rule),
        committed: Box::new(|_| ()),
    }
}

async fn write(
    store: &dyn Storage,
    session: &str,
    rule: impl FnOnce(&mut Draft) + Send + 'static,
) -> Written {
    let rule = |draft: &mut Draft| {
        rule(draft);
        Ok(())
    };
    store
        .write(write_to(Target::Existing(session.into()), rule))
        .await
        .unwrap()
}

async fn open(store: &dyn Storage, asked: Option<&str>, id: &str, visitor: &str, second: i64) -> Written {
    let new = Box::new(SessionRecord::new(id.into(), visitor.into(), at(second)));
    let rule = move |draft: &mut Draft| {
        draft.session_mut().last_activity = at(second);
        Ok(())
    };
    let target = Target::Open {
        asked: asked.map(SessionId::from),
        new,
    };
    store.write(write_to(target, rule)).await.unwrap()
}

async fn append(store: &dyn Storage, session: &str, id: &str, second: i64) -> Seq {
    let message = message(session, id, second);
    let written = write(store, session, move |draft| {
        draft.session_mut().last_activity = at(second);
        draft.append(message);
    });
    written.await.message.unwrap().seq
}

async fn log(store: &dyn Storage, session: &str, second: i64) -> Seq {
    let written = write(store, session, move |draft| draft.log(event(second))).await;
    written.events[0].0
}

async fn announce(store: &dyn Storage, second: i64) -> Seq {
    let announcement = Announcement {
        event: event(second),
        committed: Box::new(|_| ()),
    };
    store.announce(announcement).await.unwrap()
}

async fn change(
    store: &dyn Storage,
    session: &str,
    id: &str,
    change: impl FnOnce(&mut Message) + Send + 'static,
) -> Written {
    let target = MessageId::from(id);
    let write = SessionWrite {
        messages: vec![target.clone()],
        ..write_to(Target::Existing(session.into()), move |draft| {
            draft.change(&target, change);
            Ok(())
        })
    };
    store.write(write).await.unwrap()
}

fn query(from: PageFrom, limit: usize) -> MessageQuery {
    MessageQuery {
        from,
        limit,
        notes: false,
    }
}

async fn ids(store: &dyn Storage, from: PageFrom, limit: usize) -> (Vec<String>, bool) {
    let page = store.messages(&"s".into(), query(from, limit)).await.unwrap();
    let ids = page.messages.iter().map(|stored| stored.message.id.to_string());
    (ids.collect(), page.has_more)
}

fn entries(replay: Replay) -> (Vec<LogEntry>, bool) {
    match replay {
        Replay::Entries { entries, more } => (entries, more),
        Replay::Gone => panic!("the log is gone"),
    }
}

fn seqs(replay: Replay) -> (Vec<Seq>, bool) {
    let (entries, more) = entries(replay);
    (entries.iter().map(LogEntry::seq).collect(), more)
}
