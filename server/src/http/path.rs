//! The ids inside a request's path.

use super::ApiError;
use axum::extract::FromRequestParts;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::http::request::Parts;

/// The variable parts of the path, decoded. Bytes that are no UTF-8 are answered in the error shape.
pub(crate) struct Path<T>(pub(crate) T);

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    axum::extract::Path<T>: FromRequestParts<S, Rejection = PathRejection>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(ids)) => Ok(Path(ids)),
            Err(_) => Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "malformed_path",
                "the path is not valid UTF-8",
            )),
        }
    }
}
