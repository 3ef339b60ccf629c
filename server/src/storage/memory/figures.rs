//! Counting: everything is looked through.

use super::conversation::Conversation;
use super::state::State;
use crate::storage::{Figures, MAX_COUNTED_MESSAGES, Span};
use pocketping_core::Timestamp;
use pocketping_core::model::{Message, Sender};

impl State {
    pub(super) fn figures(&self, span: Span) -> Figures {
        of_span(span, self.sessions.values().map(Box::as_ref))
    }
}

fn of_span<'a>(span: Span, conversations: impl Iterator<Item = &'a Conversation>) -> Figures {
    let mut figures = Figures {
        began: vec![0; span.days()],
        ..Figures::default()
    };
    let mut waits = Vec::new();
    for conversation in conversations {
        rate(&mut figures, span, conversation);
        let Some(day) = span.day_of(conversation.record.created_at) else {
            continue;
        };
        figures.began[day] += 1;
        let shown = || {
            let messages = conversation.messages().iter().map(|stored| &*stored.message);
            messages.filter(|message| !message.private)
        };
        let in_span = shown().filter(|message| span.day_of(message.timestamp).is_some());
        figures.messages += (in_span.count() as u64).min(MAX_COUNTED_MESSAGES);
        figures.answered += u64::from(shown().any(is_answer));
        let last = conversation.record.last_message.as_ref();
        figures.unanswered += u64::from(last.is_some_and(|last| !is_answer(last)));
        waits.extend(wait(shown));
    }
    figures.median_wait = median(waits).map(|micros| micros / 1e6);
    figures
}

fn rate(figures: &mut Figures, span: Span, conversation: &Conversation) {
    let rating = conversation.record.profile.csat.as_ref();
    let given = rating.and_then(|csat| csat.responded_at.zip(csat.score));
    if let Some((at, score)) = given
        && span.day_of(at).is_some()
    {
        figures.ratings += 1;
        figures.good_ratings += u64::from(score >= 4);
        figures.rating_sum += u64::try_from(score).unwrap_or(0);
    }
}

fn is_answer(message: &Message) -> bool {
    message.sender != Sender::Visitor
}

/// Microseconds from the first question to the first answer to it.
fn wait<'a, I: Iterator<Item = &'a Message>>(messages: impl Fn() -> I) -> Option<i64> {
    let questions = messages().filter(|message| !is_answer(message));
    let asked: Timestamp = questions.map(|message| message.timestamp).min()?;
    let answers = messages().filter(|message| is_answer(message) && message.timestamp >= asked);
    let answered = answers.map(|message| message.timestamp).min()?;
    Some(answered.as_micros() - asked.as_micros())
}

fn median(mut values: Vec<i64>) -> Option<f64> {
    values.sort_unstable();
    let (lower, upper) = (values.len().checked_sub(1)? / 2, values.len() / 2);
    Some((values[lower] as f64 + values[upper] as f64) / 2.0)
}
