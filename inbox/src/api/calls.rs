//! One function per call.

use super::{ApiError, BASE};
use gloo_net::http::{Method, RequestBuilder};
use pocketping_core::model::{Message, MessageStatus, OperatorSession, SessionState};
use pocketping_core::route::{
    LoginRequest, OperatorEventRequest, OperatorMessageRequest, OperatorMessagesResponse,
    OperatorReadRequest, OperatorTypingRequest, OperatorsResponse, PresenceRequest, SessionsResponse,
    StateRequest, percent_encode,
};
use pocketping_core::{MessageId, SessionId, Value, Wire};
use pocketping_widget::browser::value;
use web_sys::{AbortSignal, RequestCredentials};

/// A call without an answer after this many milliseconds counts as failed.
const TIMEOUT_MS: u32 = 15_000;

/// Whether we are signed in, and whether operators are shown as online.
pub(crate) async fn knock() -> Result<OperatorsResponse, ApiError> {
    call(Method::GET, "/operators", None).await
}

/// Exchanges the operator token for the cookie.
pub(crate) async fn open_door(token: String) -> Result<(), ApiError> {
    act(Method::POST, "/login", &LoginRequest { token }).await
}

/// Signs out.
pub(crate) async fn close_door() -> Result<(), ApiError> {
    send(Method::POST, "/logout", None).await.map(drop)
}

/// Conversations, newest activity first; `state` unset means all, `before` is the last answer's `next`.
pub(crate) async fn list_sessions(
    state: Option<SessionState>,
    search: &str,
    before: Option<&str>,
) -> Result<SessionsResponse, ApiError> {
    let mut path = String::from("/sessions?state=");
    path.push_str(state.map_or("all", SessionState::as_str));
    for (key, text) in [("&q=", search.trim()), ("&before=", before.unwrap_or_default())] {
        if !text.is_empty() {
            path.push_str(key);
            percent_encode(text, &mut path);
        }
    }
    call(Method::GET, &path, None).await
}

/// The page of messages that ends before `before`, or the newest.
pub(crate) async fn list_messages(
    session: &SessionId,
    before: Option<&MessageId>,
) -> Result<OperatorMessagesResponse, ApiError> {
    let mut path = path_of(session, "/messages?limit=50&before=");
    percent_encode(before.map_or("end", MessageId::as_str), &mut path);
    call(Method::GET, &path, None).await
}

/// Answers a visitor.
pub(crate) async fn send_message(
    session: &SessionId,
    request: &OperatorMessageRequest,
) -> Result<Message, ApiError> {
    call(
        Method::POST,
        &path_of(session, "/messages"),
        Some(request.write()),
    )
    .await
}

/// Says that messages were seen.
pub(crate) async fn mark_read(session: &SessionId, message_ids: Vec<MessageId>) -> Result<(), ApiError> {
    let request = OperatorReadRequest {
        message_ids,
        status: MessageStatus::Read,
    };
    act(Method::POST, &path_of(session, "/read"), &request).await
}

/// Says that somebody began or stopped typing.
pub(crate) async fn tell_typing(session: &SessionId, is_typing: bool) -> Result<(), ApiError> {
    let request = OperatorTypingRequest { is_typing };
    act(Method::POST, &path_of(session, "/typing"), &request).await
}

/// Resolves a conversation or opens it again.
pub(crate) async fn set_state(session: &SessionId, state: SessionState) -> Result<OperatorSession, ApiError> {
    let request = StateRequest { state };
    call(Method::PUT, &path_of(session, "/state"), Some(request.write())).await
}

/// Sends a custom event to a visitor's page.
pub(crate) async fn emit_event(session: &SessionId, name: String, data: Value) -> Result<(), ApiError> {
    let request = OperatorEventRequest { name, data };
    act(Method::POST, &path_of(session, "/events"), &request).await
}

/// Shows operators as online or not.
pub(crate) async fn set_online(online: bool) -> Result<(), ApiError> {
    act(Method::PUT, "/presence", &PresenceRequest { online }).await
}

fn path_of(session: &SessionId, rest: &str) -> String {
    let mut path = String::from("/sessions/");
    percent_encode(session.as_str(), &mut path);
    path.push_str(rest);
    path
}

async fn act(method: Method, path: &str, body: &impl Wire) -> Result<(), ApiError> {
    send(method, path, Some(body.write())).await.map(drop)
}

async fn call<T: Wire>(method: Method, path: &str, body: Option<Value>) -> Result<T, ApiError> {
    let answer = send(method, path, body).await?;
    T::read(&answer).map_err(|_| ApiError::Unreadable)
}

async fn send(method: Method, path: &str, body: Option<Value>) -> Result<Value, ApiError> {
    let in_time = AbortSignal::timeout_with_u32(TIMEOUT_MS);
    let builder = RequestBuilder::new(&[BASE, path].concat())
        .method(method)
        .credentials(RequestCredentials::SameOrigin)
        .abort_signal(Some(&in_time));
    let request = match body {
        Some(body) => builder
            .header("Content-Type", "application/json")
            .body(value::to_json(&body)),
        None => builder.build(),
    };
    let request = request.map_err(|_| ApiError::Unreadable)?;
    let answer = request.send().await.map_err(|_| ApiError::Unreachable)?;
    if let Some(error) = ApiError::of_status(answer.status()) {
        return Err(error);
    }
    let text = answer.text().await.map_err(|_| ApiError::Unreachable)?;
    Ok(value::parse(&text).unwrap_or_default())
}
