//! Counting.

use super::*;
use crate::storage::{Figures, MAX_COUNTED_MESSAGES, Span};
use pocketping_core::model::Csat;

fn days(from: i64, to: i64) -> Span {
    Span {
        from: at(from),
        to: at(to),
    }
}

const DAY: i64 = 24 * 3600;

async fn say(store: &dyn Storage, session: &str, sender: Sender, second: i64) {
    let id = format!("{session} {second} {}", sender.as_str());
    let message = Message {
        sender,
        ..message(session, &id, second)
    };
    write(store, session, |draft| draft.append(message)).await;
}

async fn rate(store: &dyn Storage, session: &str, score: i64, second: i64) {
    let csat = Csat {
        pending: false,
        score: Some(score),
        comment: None,
        requested_at: None,
        responded_at: Some(at(second)),
    };
    write(store, session, |draft| draft.profile_mut().csat = Some(csat)).await;
}

/// An empty store has nothing, and no median.
pub async fn nothing_counts_as_nothing(store: &dyn Storage) {
    let figures = store.figures(days(0, 2 * DAY)).await.unwrap();
    let nothing = Figures {
        began: vec![0, 0],
        ..Figures::default()
    };
    assert_eq!(figures, nothing);
}

/// Sessions count by when they began, messages by their own time; notes do not, and what was deleted does.
pub async fn sessions_and_messages_of_a_span_are_counted(store: &dyn Storage) {
    for (session, second) in [("before", -1), ("first", 0), ("second", DAY), ("after", 2 * DAY)] {
        open(store, None, session, &format!("visitor {session}"), second).await;
    }
    say(store, "before", Sender::Visitor, 10).await;
    say(store, "first", Sender::Visitor, 10).await;
    say(store, "first", Sender::Operator, 40).await;
    say(store, "first", Sender::Visitor, 50).await;
    say(store, "first", Sender::Operator, 3 * DAY).await;
    say(store, "second", Sender::Visitor, DAY + 10).await;
    change(
        store,
        "second",
        &format!("second {} visitor", DAY + 10),
        |message| {
            message.deleted_at = Some(at(DAY + 20));
        },
    )
    .await;
    let note = Message {
        sender: Sender::Operator,
        private: true,
        ..message("second", "note", DAY + 30)
    };
    write(store, "second", |draft| draft.append(note)).await;
    let figures = store.figures(days(0, 2 * DAY)).await.unwrap();
    assert_eq!(figures.began, [1, 1]);
    assert_eq!(
        (figures.messages, figures.answered, figures.unanswered),
        (4, 1, 1)
    );
    assert_eq!(figures.median_wait, Some(30.0));
    let figures = store.figures(days(0, 2 * DAY + 1)).await.unwrap();
    assert_eq!(figures.began, [1, 1, 1]);
}

/// Waiting is counted from the first question to the first answer to it, by whomever.
pub async fn the_median_wait_is_the_middle_one_or_between_two(store: &dyn Storage) {
    // An operator who began has answered nothing yet.
    open(store, None, "greeted", "v0", 0).await;
    say(store, "greeted", Sender::Operator, 1).await;
    say(store, "greeted", Sender::Visitor, 100).await;
    say(store, "greeted", Sender::Ai, 110).await;
    let median = async || store.figures(days(0, DAY)).await.unwrap().median_wait;
    assert_eq!(median().await, Some(10.0));
    for (number, wait) in [(1, 40), (2, 5), (3, 21)] {
        let session = format!("s{number}");
        open(store, None, &session, &format!("v{number}"), number).await;
        say(store, &session, Sender::Visitor, 200).await;
        say(store, &session, Sender::Operator, 200 + wait).await;
        say(store, &session, Sender::Operator, 900).await;
    }
    assert_eq!(median().await, Some(15.5));
    open(store, None, "alone", "v9", 9).await;
    say(store, "alone", Sender::Visitor, 300).await;
    open(store, None, "empty", "v10", 10).await;
    open(store, None, "unasked", "v11", 11).await;
    say(store, "unasked", Sender::Operator, 300).await;
    assert_eq!(median().await, Some(15.5));
    let figures = store.figures(days(0, DAY)).await.unwrap();
    assert_eq!((figures.answered, figures.unanswered), (5, 1));
}

/// Ratings count by when they were given, in sessions of any age.
pub async fn ratings_of_a_span_are_counted(store: &dyn Storage) {
    for (number, (score, second)) in [(5, 10), (4, 20), (1, DAY - 1), (5, DAY), (2, -1)]
        .into_iter()
        .enumerate()
    {
        let session = format!("s{number}");
        open(store, None, &session, &format!("v{number}"), -10 * DAY).await;
        rate(store, &session, score, second).await;
    }
    let figures = store.figures(days(0, DAY)).await.unwrap();
    assert_eq!(
        (figures.ratings, figures.good_ratings, figures.rating_sum),
        (3, 2, 10)
    );
    assert_eq!(figures.began, [0]);
}

/// One talkative session does not stand for all.
pub async fn a_session_counts_with_a_thousand_messages_at_most(store: &dyn Storage) {
    open(store, None, "s", "v", 0).await;
    for number in 0..=MAX_COUNTED_MESSAGES as i64 {
        append(store, "s", &format!("m{number}"), 1).await;
    }
    let figures = store.figures(days(0, DAY)).await.unwrap();
    assert_eq!(figures.messages, MAX_COUNTED_MESSAGES);
}
