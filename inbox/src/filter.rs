//! Which conversations the list shows, as the operator API and the page's address write it.

use pocketping_core::model::{OperatorSession, Sender, SessionState};
use pocketping_core::route::percent_encode;
use pocketping_core::{OperatorId, Value, Wire};

/// Where conversations stand that the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Those in which somebody has to do something.
    #[default]
    Open,
    /// Those that wait for their visitor.
    Pending,
    /// Those that are done.
    Resolved,
    /// All.
    All,
}

impl Stage {
    /// The name in queries.
    pub(crate) fn as_str(self) -> &'static str {
        match self.state() {
            Some(state) => state.as_str(),
            None => "all",
        }
    }

    fn of(name: &str) -> Self {
        match SessionState::read(&Value::from(name)) {
            Ok(SessionState::Pending) => Stage::Pending,
            Ok(SessionState::Resolved) => Stage::Resolved,
            Err(_) if name == "all" => Stage::All,
            _ => Stage::Open,
        }
    }

    fn state(self) -> Option<SessionState> {
        match self {
            Stage::Open => Some(SessionState::Open),
            Stage::Pending => Some(SessionState::Pending),
            Stage::Resolved => Some(SessionState::Resolved),
            Stage::All => None,
        }
    }
}

/// What a conversation has to be to be listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Where it stands.
    pub(crate) stage: Stage,
    /// Its newest message is the visitor's.
    pub(crate) unanswered: bool,
    /// This operator takes care of it.
    pub(crate) assignee: Option<OperatorId>,
    /// It has this label.
    pub(crate) tag: Option<String>,
    /// It has these words; as typed.
    pub(crate) text: String,
}

impl Filter {
    /// Whether a conversation is wanted; says nothing about the words, which only the server can look for.
    pub(crate) fn holds(&self, session: &OperatorSession) -> bool {
        let last_of_visitor = || {
            let last = session.last_message.as_ref();
            last.is_some_and(|last| last.sender == Sender::Visitor)
        };
        self.stage.state().is_none_or(|state| state == session.state)
            && (!self.unanswered || last_of_visitor())
            && (self.assignee.is_none() || self.assignee == session.assignee)
            && self.tag.as_ref().is_none_or(|tag| session.tags.contains(tag))
    }

    /// Whether anything but the stage is asked for.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.unanswered || self.assignee.is_some() || self.tag.is_some()
    }

    /// What is looked for, without the space around it.
    pub(crate) fn words(&self) -> &str {
        self.text.trim()
    }

    /// The query, as `GET sessions` takes it and the page's address has it.
    pub(crate) fn to_query(&self) -> String {
        let mut query = ["state=", self.stage.as_str()].concat();
        if self.unanswered {
            query.push_str("&unanswered=true");
        }
        let assignee = self.assignee.as_ref().map(OperatorId::as_str);
        for (key, value) in [
            ("&assignee=", assignee),
            ("&tag=", self.tag.as_deref()),
            ("&q=", Some(self.words())),
        ] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                query.push_str(key);
                percent_encode(value, &mut query);
            }
        }
        query
    }

    /// Takes over one pair of a query; `false` when it is none of a filter.
    pub(crate) fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            "state" => self.stage = Stage::of(value),
            "unanswered" => self.unanswered = value == "true",
            "assignee" => self.assignee = Some(OperatorId::from(value)),
            "tag" => self.tag = Some(value.to_owned()),
            "q" => value.clone_into(&mut self.text),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::route::parse_query;
    use pocketping_core::{Object, Wire};

    fn session(state: &str, last: &str) -> OperatorSession {
        let message = Object::new()
            .with("id", "m1")
            .with("sessionId", "s1")
            .with("content", "hi")
            .with("sender", last)
            .with("timestamp", "2026-01-01T00:00:00Z");
        let object = Object::new()
            .with("id", "s1")
            .with("visitorId", "v")
            .with("createdAt", "2026-01-01T00:00:00Z")
            .with("lastActivity", "2026-01-01T00:00:00Z")
            .with("state", state)
            .with("assignee", "ada")
            .with("tags", vec![Value::from("vip")])
            .with("lastMessage", message);
        OperatorSession::read(&Value::from(object)).unwrap()
    }

    #[test]
    fn a_filter_survives_its_query() {
        let filter = Filter {
            stage: Stage::Pending,
            unanswered: true,
            assignee: Some("ada & co".into()),
            tag: Some("größe=L".into()),
            text: " a b ".into(),
        };
        let mut read = Filter::default();
        for (key, value) in parse_query(&filter.to_query()) {
            assert!(read.take(&key, &value), "{key}");
        }
        let text = String::from("a b");
        assert_eq!(read, Filter { text, ..filter });
        assert_eq!(Filter::default().to_query(), "state=open");
    }

    #[test]
    fn what_an_address_has_that_we_do_not_know_is_the_default() {
        let mut read = Filter::default();
        assert!(read.take("state", "closed"));
        assert!(!read.take("utm", "x"));
        assert_eq!(read, Filter::default());
    }

    #[test]
    fn every_part_narrows() {
        let open = session("open", "visitor");
        let all = Filter {
            stage: Stage::All,
            ..Filter::default()
        };
        assert!(Filter::default().holds(&open));
        assert!(!Filter::default().holds(&session("pending", "visitor")));
        let unanswered = Filter {
            unanswered: true,
            ..all.clone()
        };
        assert!(unanswered.holds(&open));
        assert!(!unanswered.holds(&session("open", "operator")));
        let of = |name: &str| Filter {
            assignee: Some(name.into()),
            ..all.clone()
        };
        assert!(of("ada").holds(&open) && !of("bob").holds(&open));
        let with = |tag: &str| Filter {
            tag: Some(tag.into()),
            ..all.clone()
        };
        assert!(with("vip").holds(&open) && !with("v").holds(&open));
    }
}
