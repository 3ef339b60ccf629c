//! The operator: a plain program that sends one thing after the other and repeats what is not answered.

use super::World;
use super::arrivals::{Caller, Event};
use crate::faults::Fault;
use crate::ledger::Author;
use crate::network::{Fate, Link, Way};
use crate::scenario::Task;
use crate::server::Carried;
use pocketping_core::engine::{HttpAnswer, HttpRequest, Method};
use pocketping_core::model::Sender;
use pocketping_core::{Object, SessionId, Value};
use std::collections::VecDeque;

/// After so long without an answer the operator tries again.
const PATIENCE_MILLIS: u64 = 10_000;

/// The operator's work in one client's session.
pub(super) struct Desk {
    pub(super) link: Link,
    jobs: VecDeque<Job>,
    /// The attempt that is under way.
    attempt: Option<u64>,
    /// Messages that are stored: their `clientMessageId` and their id.
    said: Vec<(String, String)>,
}

/// Something to be done, with what makes it harmless to repeat.
struct Job {
    task: Task,
    name: String,
    /// The session in which it was tried first.
    session: Option<SessionId>,
}

/// One try of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    pub(super) client: usize,
    number: u64,
}

impl Desk {
    pub(super) fn new(link: Link) -> Self {
        Desk {
            link,
            jobs: VecDeque::new(),
            attempt: None,
            said: Vec::new(),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.jobs.is_empty()
    }
}

impl World {
    pub(super) fn operator_wants(&mut self, client: usize, task: Task) {
        let name = format!("operator-{}", self.next_name());
        if let Task::Say(text) = &task {
            let author = Author::Operator(client);
            self.ledger
                .accept(author, 0, name.clone(), text.clone(), self.clock.now());
        }
        self.desks[client].jobs.push_back(Job {
            task,
            name,
            session: None,
        });
        self.operator_goes_on(client);
    }

    /// Begins with the next job, or tries the present one again.
    pub(super) fn operator_goes_on(&mut self, client: usize) {
        let now = self.clock.now();
        if self.desks[client].attempt.is_some() || self.desks[client].is_done() {
            return;
        }
        let job = self.desks[client].jobs.front_mut();
        let found = self.clients[client].session();
        let session = job.and_then(|job| {
            job.session = job.session.take().or(found);
            job.session.clone()
        });
        let Some(session) = session else {
            // Nobody to answer yet.
            let again = Event::OperatorGoesOn(client);
            return self.after(1_000, again);
        };
        let Some(request) = self.operator_request(client, &session) else {
            self.desks[client].jobs.pop_front();
            return self.operator_goes_on(client);
        };
        let attempt = Attempt {
            client,
            number: self.next_name(),
        };
        self.desks[client].attempt = Some(attempt.number);
        self.after(PATIENCE_MILLIS, Event::OperatorHears(attempt, None));
        match self.desks[client].link.send(Way::ToServer, now, &mut self.tally) {
            Fate::Arrives(at) => {
                let caller = Caller::Operator(attempt);
                let carried = Carried::Request(request);
                if let Some(again) = self.desks[client].link.repeats(at, &mut self.tally) {
                    let (caller, carried) = (caller.clone(), carried.clone());
                    self.at(
                        again,
                        Event::Arrive {
                            caller,
                            carried,
                            sent_at: now,
                        },
                    );
                }
                self.at(
                    at,
                    Event::Arrive {
                        caller,
                        carried,
                        sent_at: now,
                    },
                );
            }
            Fate::Lost(_) => self.count(Fault::RequestLost),
        }
    }

    /// The request of the present job; none when there is nothing to be done.
    fn operator_request(&mut self, client: usize, session: &SessionId) -> Option<HttpRequest> {
        let desk = &self.desks[client];
        let job = desk.jobs.front()?;
        let base = format!("/operator/v1/sessions/{session}");
        if let Task::Edit(text) = &job.task
            && let Some((name, _)) = desk.said.last()
            && let Some(edited) = self.ledger.get_mut(name)
        {
            edited.edits.push(text.clone());
        }
        if job.task == Task::Delete
            && let Some((name, _)) = desk.said.last()
            && let Some(deleted) = self.ledger.get_mut(name)
        {
            deleted.deletion_asked = true;
        }
        let request = |method, path, body: Object| HttpRequest {
            method,
            path,
            body: Some(body.into()),
            timeout_ms: 0,
        };
        let latest = desk.said.last().map(|(_, id)| id.as_str());
        Some(match &job.task {
            Task::Say(text) => {
                let body = Object::new()
                    .with("content", text.as_str())
                    .with("clientMessageId", job.name.as_str());
                request(Method::Post, format!("{base}/messages"), body)
            }
            Task::Edit(text) => {
                let body = Object::new().with("content", text.as_str());
                request(Method::Patch, format!("{base}/messages/{}", latest?), body)
            }
            Task::Delete => request(
                Method::Delete,
                format!("{base}/messages/{}", latest?),
                Object::new(),
            ),
            Task::Read => {
                let stored = self.server.messages(session).into_iter();
                let unread =
                    stored.filter(|message| message.sender == Sender::Visitor && message.read_at.is_none());
                let ids: Vec<Value> = unread.map(|message| Value::from(message.id.as_str())).collect();
                if ids.is_empty() {
                    return None;
                }
                let body = Object::new().with("messageIds", ids).with("status", "read");
                request(Method::Post, format!("{base}/read"), body)
            }
        })
    }

    pub(super) fn operator_hears(&mut self, attempt: &Attempt, answer: Option<HttpAnswer>) {
        let client = attempt.client;
        let desk = &mut self.desks[client];
        if desk.attempt != Some(attempt.number) {
            return;
        }
        desk.attempt = None;
        let answered = answer.filter(|answer| matches!(answer.status, 200..=299 | 404 | 409));
        let Some(answer) = answered else {
            let wait = self.chance.of(200..=3_000);
            return self.after(wait, Event::OperatorGoesOn(client));
        };
        let Some(job) = desk.jobs.pop_front() else { return };
        let is_done = answer.status < 300;
        match job.task {
            Task::Say(_) if is_done => {
                let id = answer.body.get("id").and_then(Value::as_str).unwrap_or_default();
                desk.said.push((job.name.clone(), id.to_owned()));
                if let Some(sent) = self.ledger.get_mut(&job.name) {
                    sent.acknowledged = true;
                }
            }
            Task::Delete => {
                let deleted = desk.said.pop().and_then(|(name, _)| self.ledger.get_mut(&name));
                if let Some(deleted) = deleted {
                    deleted.deleted = is_done;
                }
            }
            Task::Say(_) => {
                // Its session is gone.
                if let Some(sent) = self.ledger.get_mut(&job.name) {
                    sent.may_be_forgotten = self.forgot;
                }
            }
            Task::Edit(_) | Task::Read => {}
        }
        self.operator_goes_on(client);
    }
}
