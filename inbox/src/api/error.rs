//! Why a call had no effect, in the words an operator reads.

use crate::words;

/// Why a call had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum ApiError {
    /// Nobody is signed in (any more).
    SignedOut,
    /// There was no answer, or the server is not well: worth another try.
    Unreachable,
    /// The conversation or message does not exist.
    NotFound,
    /// Too many calls in a short time: worth another try.
    TooMany,
    /// The server will not do that, with this status.
    Refused(u16),
    /// The answer has another form than agreed.
    Unreadable,
}

impl ApiError {
    /// What an answer's status means; `None` for success.
    pub(crate) fn of_status(status: u16) -> Option<Self> {
        match status {
            200..=299 => None,
            401 => Some(ApiError::SignedOut),
            404 => Some(ApiError::NotFound),
            429 => Some(ApiError::TooMany),
            500.. => Some(ApiError::Unreachable),
            _ => Some(ApiError::Refused(status)),
        }
    }

    /// Whether the same call may succeed later.
    pub(crate) fn is_retryable(self) -> bool {
        matches!(self, ApiError::Unreachable | ApiError::TooMany)
    }

    /// What to tell the operator.
    pub(crate) fn words(self) -> &'static str {
        match self {
            ApiError::SignedOut => words::SIGN_IN_TITLE,
            ApiError::Unreachable => words::UNREACHABLE,
            ApiError::NotFound => words::GONE,
            ApiError::TooMany => words::TOO_MANY,
            ApiError::Refused(413) => words::EVENT_TOO_LARGE,
            ApiError::Refused(_) | ApiError::Unreadable => words::NOT_DONE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ApiError;

    #[test]
    fn what_may_pass_is_told_from_what_will_not() {
        for (status, retryable) in [
            (500, true),
            (503, true),
            (429, true),
            (401, false),
            (403, false),
            (422, false),
        ] {
            assert_eq!(
                ApiError::of_status(status).map(ApiError::is_retryable),
                Some(retryable),
                "{status}"
            );
        }
        assert_eq!(ApiError::of_status(200), None);
    }
}
