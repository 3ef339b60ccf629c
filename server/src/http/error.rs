//! The one type that turns errors into answers (EXTENSIONS, Errors).

use super::observe::RefusalCode;
use crate::ServiceError;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pocketping_core::{ErrorBody, ErrorDetail, Object, ReadError, Value, Wire};
use std::error::Error as _;
use std::time::Duration;

/// An answer that is an error. Boxed: it travels in many results, and rarely.
#[derive(Debug)]
pub(crate) struct ApiError(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    body: ErrorBody,
    /// Members beside `error` and `detail`, for clients of the other servers.
    more: Object,
    retry_after: Option<Duration>,
}

impl ApiError {
    /// An error with a stable code and a message that holds no internals.
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        ApiError(Box::new(Parts {
            status,
            body: ErrorBody {
                code: code.to_owned(),
                message: message.into(),
                details: Vec::new(),
            },
            more: Object::new(),
            retry_after: None,
        }))
    }

    /// 422 for one bad field.
    pub(crate) fn field(field: &str, problem: &str) -> Self {
        let mut error = ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_field",
            format!("{field} {problem}"),
        );
        error.0.body.details.push(ErrorDetail {
            field: field.to_owned(),
            problem: problem.to_owned(),
        });
        error
    }

    /// 404 for a route that does not exist.
    pub(crate) fn no_route() -> Self {
        ApiError::new(StatusCode::NOT_FOUND, "not_found", "there is nothing here")
    }

    /// 405; axum adds `Allow`.
    pub(crate) fn wrong_method() -> Self {
        ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "this route does not take this method",
        )
    }

    /// 401 for the operator API.
    pub(crate) fn unauthorized() -> Self {
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "a valid operator token is needed",
        )
    }

    /// 403 for a page of a site that may not use this server.
    pub(crate) fn origin_not_allowed() -> Self {
        ApiError::new(
            StatusCode::FORBIDDEN,
            "origin_not_allowed",
            "pages of this origin may not use this server",
        )
    }

    /// 429; `whose` requests are too many, `wait` is when the next one would be taken.
    pub(crate) fn rate_limited(whose: &str, wait: Duration) -> Self {
        let message = format!("too many requests {whose}");
        let mut error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message);
        error.0.retry_after = Some(wait);
        error
    }

    /// 429 for a stream beyond those that an address may have.
    pub(crate) fn too_many_streams() -> Self {
        ApiError::no_place("too_many_streams", "too many streams are open from this address")
    }

    /// 429 for a connection beyond those that an address may have.
    pub(crate) fn too_many_connections() -> Self {
        ApiError::no_place(
            "too_many_connections",
            "too many connections are open from this address",
        )
    }

    fn no_place(code: &str, message: &str) -> Self {
        let mut error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, code, message);
        // Nobody knows when one ends; clients back off from here.
        error.0.retry_after = Some(Duration::from_secs(5));
        error
    }

    /// 431 for headers beyond the limit.
    pub(crate) fn headers_too_large(limit: usize) -> Self {
        ApiError::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "headers_too_large",
            format!("the headers of a request have at most {limit} bytes"),
        )
    }

    /// 503 of a server that is going away, for those who send it requests.
    pub(crate) fn shutting_down() -> Self {
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "shutting_down",
            "this server is about to end",
        )
    }

    /// 500 for a bug of ours; the cause is in the log.
    pub(crate) fn internal() -> Self {
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong on our side",
        )
    }

    /// The same error with one more member at the top of the body.
    pub(crate) fn with(mut self, key: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.0.more.set(key, value);
        }
        self
    }

    /// The error as data of a stream's `error` envelope.
    pub(crate) fn to_frame_data(&self) -> Value {
        let body = self.0.body.write();
        body.get("error").cloned().unwrap_or_default()
    }

    /// The stable name for programs.
    pub(crate) fn code(&self) -> &str {
        &self.0.body.code
    }

    /// The answer's status.
    #[cfg(test)]
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        if error.field.is_empty() {
            let mut answer = ApiError::field("", &error.problem.to_string());
            answer.0.body.message = error.to_string();
            return answer;
        }
        ApiError::field(&error.field, &error.problem.to_string())
    }
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        let status = match &error {
            ServiceError::SessionNotFound
            | ServiceError::MessageNotFound
            | ServiceError::PersonNotFound
            | ServiceError::DeadLetterNotFound
            | ServiceError::OperatorNotFound
            | ServiceError::ScreenshotNotFound
            | ServiceError::AttachmentNotFound
            | ServiceError::UploadsOff => StatusCode::NOT_FOUND,
            ServiceError::SenderNotAllowed { .. }
            | ServiceError::NotAllowed { .. }
            | ServiceError::Blocked
            | ServiceError::BotRefused
            | ServiceError::UploadLinkInvalid => StatusCode::FORBIDDEN,
            ServiceError::IdentityNotVerified => StatusCode::UNAUTHORIZED,
            ServiceError::ContentBlank
            | ServiceError::InvalidField { .. }
            | ServiceError::UploadMismatch { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            ServiceError::UploadInterrupted => StatusCode::BAD_REQUEST,
            ServiceError::ContentTooLong { .. }
            | ServiceError::EventTooLarge { .. }
            | ServiceError::FileTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            ServiceError::ClientMessageIdReused
            | ServiceError::MessageDeleted
            | ServiceError::UploadIncomplete
            | ServiceError::UploadConflict => StatusCode::CONFLICT,
            ServiceError::Files(cause) => {
                let reason = cause.source().map(ToString::to_string).unwrap_or_default();
                tracing::error!(error = %cause, reason, "the file store failed");
                StatusCode::SERVICE_UNAVAILABLE
            }
            ServiceError::Storage(cause) => {
                let reason = cause.source().map(ToString::to_string).unwrap_or_default();
                tracing::error!(error = %cause, reason, "the storage failed");
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        let mut answer = ApiError::new(status, error.code(), error.to_string());
        answer.0.body.details = error.details();
        if error.is_retryable() {
            answer.0.retry_after = Some(Duration::from_secs(1));
        }
        answer
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Parts {
            status,
            body,
            more,
            retry_after,
        } = *self.0;
        let code = RefusalCode(body.code.clone());
        let mut value = body.write();
        if let Value::Object(object) = &mut value {
            for (key, member) in more {
                object.set(&key, member);
            }
        }
        let mut response = json_response(status, &value);
        response.extensions_mut().insert(code);
        let headers = response.headers_mut();
        if let Some(wait) = retry_after {
            headers.insert(
                header::RETRY_AFTER,
                HeaderValue::from(wait.as_secs_f64().ceil().max(1.0) as u64),
            );
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// An answer of JSON that no cache keeps: conversations are private.
pub(super) fn json_response(status: StatusCode, value: &Value) -> Response {
    let text = match serde_json::to_vec(value) {
        Ok(text) => text,
        Err(error) => {
            // Only non-finite numbers could do this, and JSON text cannot bring them in.
            tracing::error!(%error, "an answer could not be written");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_field_is_named_with_its_path() {
        let error = ApiError::from(ReadError::missing().within("id").within("identity"));
        assert_eq!(error.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let detail = &error.0.body.details[0];
        assert_eq!(
            (detail.field.as_str(), detail.problem.as_str()),
            ("identity.id", "is required")
        );
        assert_eq!(error.0.body.message, "identity.id is required");
    }

    #[test]
    fn a_storage_that_fails_is_503_without_its_reason() {
        let cause = crate::storage::StorageError::new("reading a session", "disk /dev/sda1 is on fire");
        let error = ApiError::from(ServiceError::from(cause));
        assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(!error.0.body.message.contains("fire"));
        assert_eq!(error.0.body.code, "storage_unavailable");
        assert_eq!(error.into_response().headers()[header::RETRY_AFTER], "1");
    }

    #[test]
    fn waiting_is_said_in_whole_seconds_and_never_zero() {
        let response = ApiError::rate_limited("from this address", Duration::from_millis(3)).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
        let response =
            ApiError::rate_limited("from this address", Duration::from_millis(2100)).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "3");
    }
}
