//! Which visitors are there, as far as their signs of life tell.

use pocketping_core::{SessionId, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One visitor's stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    first: Timestamp,
    last: Timestamp,
}

impl Visit {
    /// From the first to the last sign of life.
    pub(crate) fn stay(self) -> Duration {
        elapsed(self.first, self.last)
    }
}

/// Who is there. Nothing is kept unless visitors can be dismissed; then one entry for each who is there. In memory: after
/// a restart, those who left meanwhile are not told of.
pub(crate) struct Visits {
    timeout: Option<Duration>,
    present: Mutex<HashMap<SessionId, Visit>>,
}

impl Visits {
    pub(crate) fn new(timeout: Option<Duration>) -> Self {
        Visits {
            timeout,
            present: Mutex::default(),
        }
    }

    /// A sign of life in a session that exists.
    pub(crate) fn note(&self, session: &SessionId, now: Timestamp) {
        if self.timeout.is_none() {
            return;
        }
        let mut present = self.lock();
        match present.get_mut(session) {
            Some(visit) => visit.last = visit.last.max(now),
            None => {
                present.insert(
                    session.clone(),
                    Visit {
                        first: now,
                        last: now,
                    },
                );
            }
        }
    }

    /// A sign of life in a session that may not exist: it makes nobody present.
    pub(crate) fn refresh(&self, session: &SessionId, now: Timestamp) {
        if self.timeout.is_some()
            && let Some(visit) = self.lock().get_mut(session)
        {
            visit.last = visit.last.max(now);
        }
    }

    /// The visitor has left.
    pub(crate) fn end(&self, session: &SessionId) {
        if self.timeout.is_some() {
            self.lock().remove(session);
        }
    }

    /// Takes out those who are silent for the time-out, unless `listens` knows that they are there.
    pub(crate) fn take_silent(
        &self,
        now: Timestamp,
        listens: impl Fn(&SessionId) -> bool,
    ) -> Vec<(SessionId, Visit)> {
        let Some(timeout) = self.timeout else {
            return Vec::new();
        };
        let mut silent = Vec::new();
        self.lock().retain(|session, visit| {
            if listens(session) {
                visit.last = visit.last.max(now);
            }
            let gone = elapsed(visit.last, now) >= timeout;
            if gone {
                silent.push((session.clone(), *visit));
            }
            !gone
        });
        silent
    }

    /// Puts one back whose leaving could not be told.
    pub(crate) fn put_back(&self, session: SessionId, visit: Visit) {
        self.lock().entry(session).or_insert(visit);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Visit>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn elapsed(from: Timestamp, to: Timestamp) -> Duration {
    let millis = to.as_millis().saturating_sub(from.as_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}
