//! What an answer to an outbox entry means.

use crate::engine::{HttpAnswer, NetworkFailure};
use crate::value::Wire;
use crate::{ErrorBody, Value};

/// What an answer means for the entry that it is about.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum Outcome {
    /// The server has taken it; with the answer's body.
    Taken(Value),
    /// It has certainly not taken it, and may later: after so many seconds, if it says.
    Later(Option<u64>),
    /// It may have taken it, or not.
    Unknown(Option<u64>),
    /// It does not know the session.
    SessionGone,
    /// It does not know the route.
    NoRoute,
    /// It does not want it.
    Refused(u16),
    /// It does not serve this version.
    TooOld,
}

/// Judges an answer.
pub(in crate::engine) fn judge(outcome: Result<HttpAnswer, NetworkFailure>) -> Outcome {
    let Ok(answer) = outcome else {
        return Outcome::Unknown(None);
    };
    match answer.status {
        200..=299 => Outcome::Taken(answer.body),
        404 if is_about_session(&answer.body) => Outcome::SessionGone,
        404 | 405 => Outcome::NoRoute,
        408 | 425 | 429 => Outcome::Later(answer.retry_after),
        426 => Outcome::TooOld,
        status @ 400..=499 => Outcome::Refused(status),
        // 3xx do not reach pages; 5xx may come after the work was done.
        _ => Outcome::Unknown(answer.retry_after),
    }
}

/// Whether a 404 says that the session is gone: by our code, or by the text of the existing servers.
pub(in crate::engine) fn is_about_session(body: &Value) -> bool {
    ErrorBody::read(body).is_ok_and(|error| {
        error.code == "session_not_found" || error.message.eq_ignore_ascii_case("session not found")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Object;

    fn answer(status: u16, body: Object) -> Result<HttpAnswer, NetworkFailure> {
        Ok(HttpAnswer {
            status,
            body: body.into(),
            retry_after: Some(7),
            version: None,
        })
    }

    #[test]
    fn each_status_is_handled_in_its_own_way() {
        let ours = Object::new().with("error", Object::new().with("code", "session_not_found"));
        assert_eq!(judge(answer(404, ours)), Outcome::SessionGone);
        let python = Object::new().with("detail", "Session not found");
        assert_eq!(judge(answer(404, python)), Outcome::SessionGone);
        let no_route = Object::new().with("detail", "Not Found");
        assert_eq!(judge(answer(404, no_route)), Outcome::NoRoute);
        for status in [400, 401, 403, 409, 413, 422] {
            assert_eq!(judge(answer(status, Object::new())), Outcome::Refused(status));
        }
        assert_eq!(judge(answer(429, Object::new())), Outcome::Later(Some(7)));
        assert_eq!(judge(answer(503, Object::new())), Outcome::Unknown(Some(7)));
        assert_eq!(judge(answer(426, Object::new())), Outcome::TooOld);
        assert_eq!(judge(Err(NetworkFailure::TimedOut)), Outcome::Unknown(None));
    }
}
