//! Query strings with errors that name the parameter.

use super::ApiError;
use crate::PocketPing;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use pocketping_core::SessionId;
use pocketping_core::route::parse_query;
use std::convert::Infallible;

/// The parameters of a request's query string; an empty value counts as none.
pub(crate) struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Query(parse_query(parts.uri.query().unwrap_or_default())))
    }
}

impl Query {
    /// The first parameter of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// The same as an owned text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// A parameter that has to be there.
    pub(crate) fn required<T: for<'a> From<&'a str>>(&self, name: &str) -> Result<T, ApiError> {
        self.get(name)
            .map(T::from)
            .ok_or_else(|| ApiError::field(name, "is required"))
    }

    /// The session that the request is about, which counts the request.
    pub(crate) fn session(&self, pp: &PocketPing) -> Result<SessionId, ApiError> {
        let session = self.required("sessionId")?;
        pp.http().count_session(&session)?;
        Ok(session)
    }

    /// Page size: negative means the default, as elsewhere in the protocol (PROTOCOL §1.3).
    pub(crate) fn limit(&self) -> Result<Option<u32>, ApiError> {
        let Some(text) = self.get("limit") else {
            return Ok(None);
        };
        let number: i64 = text
            .parse()
            .map_err(|_| ApiError::field("limit", "must be a whole number"))?;
        Ok((number >= 0).then(|| u32::try_from(number).unwrap_or(u32::MAX)))
    }

    /// A flag, `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiError::field(name, "must be true or false")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query(parse_query(text))
    }

    #[test]
    fn a_limit_is_a_whole_number() {
        assert_eq!(query("limit=20").limit().unwrap(), Some(20));
        assert_eq!(query("limit=-3").limit().unwrap(), None);
        assert_eq!(query("limit=99999999999").limit().unwrap(), Some(u32::MAX));
        assert!(query("limit=abc").limit().is_err());
    }

    #[test]
    fn an_empty_parameter_is_a_missing_one() {
        assert!(query("sessionId=").required::<String>("sessionId").is_err());
        assert_eq!(
            query("sessionId=a%20b").required::<String>("sessionId").unwrap(),
            "a b"
        );
    }
}
