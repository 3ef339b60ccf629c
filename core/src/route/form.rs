//! Ratings and the pre-chat form.

use crate::value::{ReadError, Value, Wire, wire_object};
use crate::{EventId, SessionId};

/// A rating from 1 to 5; numeric strings are read too, as Python does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score(i64);

impl Score {
    /// The number, 1–5.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl Wire for Score {
    fn read(value: &Value) -> Result<Self, ReadError> {
        let number = value
            .as_int()
            .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        let score = number.filter(|number| (1..=5).contains(number)).map(Score);
        score.ok_or_else(|| ReadError::expected("a whole number from 1 to 5"))
    }
    fn write(&self) -> Value {
        Value::Int(self.0)
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::Integer)
            .minimum(Some(1))
            .maximum(Some(5))
            .into()
    }
}

wire_object! {
    /// `POST /csat`.
    pub struct CsatRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// 1 (worst) to 5 (best).
        pub score: Score => "score";
        /// Trimmed; empty means none.
        pub comment: Option<String> => "comment";
        /// Makes repeats harmless (EXTENSIONS, Idempotent sends).
        pub event_id: Option<EventId> => "eventId";
    }
}

wire_object! {
    /// The answer to a rating.
    pub struct CsatResponse {
        /// Always true.
        pub ok: bool => "ok" or true;
        /// Set when an earlier rating stays.
        pub already_rated: Option<bool> => "alreadyRated";
    }
}

wire_object! {
    /// `POST /prechat`; an e-mail address or a phone number is needed.
    pub struct PreChatRequest {
        /// The conversation.
        pub session_id: SessionId => "sessionId";
        /// An e-mail address.
        pub email: Option<String> => "email";
        /// A phone number in E.164.
        pub phone: Option<String> => "phone";
        /// ISO 3166 alpha-2.
        pub phone_country: Option<String> => "phoneCountry";
        /// Makes repeats harmless (EXTENSIONS, Idempotent sends).
        pub event_id: Option<EventId> => "eventId";
    }
}
