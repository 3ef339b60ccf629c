//! What stands between the messages: where the visitor went, ratings, and what was done about the conversation.

use super::Line;
use pocketping_core::Timestamp;
use pocketping_core::engine::EntryKey;
use pocketping_core::model::{OperatorSession, SessionState};

/// Something that happened beside the messages.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    pub(super) key: EntryKey,
    /// When.
    pub(crate) at: Timestamp,
    /// What.
    pub(crate) what: Happening,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Happening {
    /// The visitor came.
    Began,
    /// The visitor looked at a page.
    Page {
        /// Its title, if it has one.
        title: Option<String>,
        /// Its address.
        url: String,
    },
    /// The visitor was asked for a rating.
    RatingAsked,
    /// The visitor gave one.
    Rated {
        /// 1 to 5.
        score: i64,
        /// What they added.
        comment: Option<String>,
    },
    /// The conversation was opened, set aside or resolved.
    State(SessionState),
    /// Somebody takes care of it; empty: nobody.
    Assigned(String),
    /// The visitor was shut out, or let in again.
    Blocked(bool),
}

impl Mark {
    fn line(key: String, at: Timestamp, what: Happening) -> Line {
        Line::Mark(Mark {
            key: EntryKey(["mark-", &key].concat().into()),
            at,
            what,
        })
    }
}

/// What a session itself tells of its past.
pub(super) fn told_by(session: &OperatorSession) -> Vec<Line> {
    let mut marks = vec![Mark::line("began".into(), session.created_at, Happening::Began)];
    let pages = session.pages.iter().filter_map(|page| {
        let at = page.timestamp?;
        let what = Happening::Page {
            title: page.title.clone().filter(|title| !title.is_empty()),
            url: page.url.clone(),
        };
        Some(Mark::line(["page-", &at.to_string()].concat(), at, what))
    });
    marks.extend(pages);
    if let Some(csat) = &session.csat {
        if let Some(at) = csat.requested_at {
            marks.push(Mark::line("asked".into(), at, Happening::RatingAsked));
        }
        if let (Some(score), Some(at)) = (csat.score, csat.responded_at) {
            let comment = csat.comment.clone().filter(|comment| !comment.is_empty());
            marks.push(Mark::line(
                "rated".into(),
                at,
                Happening::Rated { score, comment },
            ));
        }
    }
    marks
}

/// What is different between two states of one session that nothing else tells of; `number` tells marks apart.
pub(super) fn told_between(
    before: &OperatorSession,
    after: &OperatorSession,
    at: Timestamp,
    number: u32,
) -> Vec<Line> {
    let mut marks = Vec::new();
    let mut add = |name: &str, what| {
        marks.push(Mark::line([name, &number.to_string()].concat(), at, what));
    };
    if before.state != after.state {
        add("state-", Happening::State(after.state));
    }
    if before.assignee != after.assignee {
        let assignee = after.assignee.as_ref().map(|id| id.as_str().to_owned());
        add("assignee-", Happening::Assigned(assignee.unwrap_or_default()));
    }
    if before.blocked != after.blocked {
        add("blocked-", Happening::Blocked(after.blocked));
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::{Object, Value, Wire};

    fn object() -> Object {
        Object::new()
            .with("id", "s1")
            .with("visitorId", "v")
            .with("createdAt", "2026-01-01T00:00:00Z")
            .with("lastActivity", "2026-01-01T00:00:00Z")
    }

    fn session(object: Object) -> OperatorSession {
        OperatorSession::read(&Value::from(object)).unwrap()
    }

    fn kinds(lines: &[Line]) -> Vec<&Happening> {
        let mut kinds = Vec::new();
        for line in lines {
            if let Line::Mark(mark) = line {
                kinds.push(&mark.what);
            }
        }
        kinds
    }

    #[test]
    fn a_session_tells_of_its_beginning_its_pages_and_its_rating() {
        let page = Object::new()
            .with("url", "https://shop.example/a")
            .with("timestamp", "2026-01-01T00:01:00Z");
        let undated = Object::new().with("url", "https://shop.example/b");
        let csat = Object::new()
            .with("score", 4)
            .with("comment", "")
            .with("requestedAt", "2026-01-01T00:02:00Z")
            .with("respondedAt", "2026-01-01T00:03:00Z");
        let pages = vec![Value::from(page), Value::from(undated)];
        let lines = told_by(&session(object().with("pages", pages).with("csat", csat)));
        let expected = [
            Happening::Began,
            Happening::Page {
                title: None,
                url: "https://shop.example/a".into(),
            },
            Happening::RatingAsked,
            Happening::Rated {
                score: 4,
                comment: None,
            },
        ];
        assert_eq!(kinds(&lines), expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn only_what_changed_is_told() {
        let at = Timestamp::from_millis(0);
        let before = session(object());
        assert!(told_between(&before, &before, at, 1).is_empty());
        let after = session(object().with("state", "resolved").with("assignee", "ada"));
        let lines = told_between(&before, &after, at, 1);
        let expected = [
            Happening::State(SessionState::Resolved),
            Happening::Assigned("ada".into()),
        ];
        assert_eq!(kinds(&lines), expected.iter().collect::<Vec<_>>());
    }
}
