//! Pages of one browser without a browser: what they want done is looked at.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use pocketping_core::engine::*;
use pocketping_core::{Object, Timestamp, Value, VisitorId};

/// A page without a browser: what it wants done is looked at.
pub struct Page {
    pub engine: Conversation,
    pub now: u64,
    draws: u8,
    /// What it was told.
    pub changes: Vec<Change>,
}

impl Page {
    pub fn new(name: &str) -> Self {
        Page::of(None, name)
    }

    /// A page of this visitor.
    pub fn of(visitor: Option<&str>, name: &str) -> Self {
        let mut options = EngineOptions::default();
        options.tab = name.to_owned();
        options.visitor_id = visitor.map(VisitorId::new);
        (options.streams, options.visible, options.online) = (true, true, true);
        Page {
            engine: Conversation::new(options),
            now: 0,
            changes: Vec::new(),
            draws: name.bytes().fold(0, u8::wrapping_add),
        }
    }

    pub fn effects(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Effect(effect) => effects.push(effect),
                Output::Change(change) => self.changes.push(change),
            }
        }
        effects
    }

    pub fn input(&mut self, input: Input) -> Vec<Effect> {
        self.draws = self.draws.wrapping_add(1);
        let now = Moment {
            wall: Timestamp::from_millis(1_790_000_000_000 + self.now as i64),
            mono: self.now,
        };
        self.engine.handle(input, now, [self.draws; 16]);
        self.effects()
    }

    pub fn tab(&mut self, event: TabEvent) -> Vec<Effect> {
        self.input(Input::Tab(event))
    }

    pub fn say(&mut self, text: &str) -> Vec<Effect> {
        self.input(Input::Command(Command::Send {
            content: text.to_owned(),
            reply_to: None,
            attachment_ids: Vec::new(),
            uploads: Vec::new(),
        }))
    }

    /// Makes it the leader, with this claim of the database.
    pub fn lead(&mut self, epoch: u64) -> Vec<Effect> {
        let elected = self.tab(TabEvent::Elected {
            journals: Vec::new(),
            visitor_id: None,
            session_id: None,
        });
        assert!(elected.contains(&Effect::Restore { claim: true }));
        self.input(Input::Restored(Restored {
            claimed: true,
            epoch,
            ..Restored::default()
        }))
    }

    /// Answers a request with success.
    pub fn answer(&mut self, id: RequestId, body: Object) -> Vec<Effect> {
        let outcome = Ok(success(body));
        self.input(Input::Response { id, outcome })
    }

    /// Answers what is written.
    pub fn written(&mut self, effects: &[Effect], outcome: Result<(), PersistFailure>) -> Vec<Effect> {
        let ids = effects.iter().filter_map(|effect| match effect {
            Effect::Persist { id, .. } => Some(*id),
            _ => None,
        });
        let ids: Vec<PersistId> = ids.collect();
        ids.into_iter()
            .flat_map(|id| self.input(Input::Persisted { id, outcome }))
            .collect()
    }

    /// Lets time pass until the page asks to lead by force, or not.
    pub fn steals_after(&mut self, within: u64) -> Option<u64> {
        let begin = self.now;
        while let Some(at) = self.engine.poll_timeout().filter(|at| *at <= begin + within) {
            self.now = at;
            if self.input(Input::Tick).contains(&Effect::Elect { steal: true }) {
                return Some(self.now - begin);
            }
        }
        None
    }

    pub fn texts(&self) -> Vec<&str> {
        let entries = self.engine.entries().iter();
        entries.map(|entry| entry.message.content.as_str()).collect()
    }
}

/// What is said to the other pages.
pub fn said(effects: &[Effect]) -> Vec<Value> {
    let said = effects.iter().filter_map(|effect| match effect {
        Effect::Broadcast(value) => Some(value.clone()),
        _ => None,
    });
    said.collect()
}

/// Passes on what one page says to another; what that does.
pub fn hear(page: &mut Page, effects: &[Effect]) -> Vec<Effect> {
    let said = said(effects).into_iter();
    said.flat_map(|value| page.tab(TabEvent::Said(value))).collect()
}

/// Whose journals are removed.
pub fn forgotten(effects: &[Effect]) -> Vec<&str> {
    let forgotten = effects.iter().filter_map(|effect| match effect {
        Effect::ForgetJournal { of, .. } => Some(of.as_str()),
        _ => None,
    });
    forgotten.collect()
}

/// A leader and a page that follows it, which know of each other.
pub fn pair() -> (Page, Page) {
    let (mut leader, mut follower) = (Page::new("a"), Page::new("b"));
    leader.lead(1);
    let hello = follower.tab(TabEvent::Following);
    let whole = hear(&mut leader, &hello);
    hear(&mut follower, &whole);
    (leader, follower)
}

pub fn requests(effects: &[Effect]) -> usize {
    let is_request = |effect: &&Effect| matches!(effect, Effect::Request { .. });
    effects.iter().filter(is_request).count()
}

/// The first request to a path that begins so.
pub fn request(effects: &[Effect], path: &str) -> Option<RequestId> {
    effects.iter().find_map(|effect| match effect {
        Effect::Request { id, request } if request.path.starts_with(path) => Some(*id),
        _ => None,
    })
}

/// What a server without extensions answers to `/connect`.
pub fn connected() -> Result<HttpAnswer, NetworkFailure> {
    let body = Object::new()
        .with("sessionId", "s")
        .with("visitorId", "v")
        .with("operatorOnline", false)
        .with("messages", Vec::new());
    Ok(success(body))
}

fn success(body: Object) -> HttpAnswer {
    HttpAnswer {
        status: 200,
        body: body.into(),
        retry_after: None,
        version: None,
    }
}

/// The journal that a page has written last.
pub fn journal(effects: &[Effect]) -> Option<Value> {
    let mut written = effects.iter().filter_map(|effect| match effect {
        Effect::WriteLocal {
            key: LocalKey::Outbox,
            value,
        } => value.clone(),
        _ => None,
    });
    written.next_back()
}

/// The database's answer to a claim.
pub fn restored(outbox: Vec<Value>) -> Input {
    Input::Restored(Restored {
        outbox,
        claimed: true,
        epoch: 2,
        ..Restored::default()
    })
}

/// The lock is the page's, with the journals that others have left.
pub fn elected(journals: Vec<(&str, Value)>) -> TabEvent {
    TabEvent::Elected {
        journals: journals
            .into_iter()
            .map(|(tab, journal)| (tab.to_owned(), journal))
            .collect(),
        visitor_id: None,
        session_id: None,
    }
}

/// Forgets everything.
pub fn reset() -> Input {
    Input::Command(Command::Reset { new_session: true })
}

/// What is written to the database, of all transactions.
pub fn writes(effects: &[Effect]) -> impl Iterator<Item = &StoreWrite> {
    let transactions = effects.iter().filter_map(|effect| match effect {
        Effect::Persist { writes, .. } => Some(writes),
        _ => None,
    });
    transactions.flatten()
}

/// What a transaction puts into the outbox's store, by key.
pub fn rows(effects: &[Effect]) -> Vec<(String, Value)> {
    let rows = writes(effects).filter_map(|write| match write {
        StoreWrite::Put {
            store: Store::Outbox,
            key,
            value,
        } => Some((key.clone(), value.clone())),
        _ => None,
    });
    rows.collect()
}
