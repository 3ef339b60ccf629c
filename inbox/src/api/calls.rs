//! One function per call.

use super::{ApiError, BASE};
use crate::filter::Filter;
use gloo_net::http::{Method, RequestBuilder};
use pocketping_core::model::{Message, MessageStatus, OperatorSession, SessionState, Stats};
use pocketping_core::route::{
    AssigneeRequest, BlockedRequest, LoginRequest, OperatorContent, OperatorEventRequest,
    OperatorEventsResponse, OperatorMessageRequest, OperatorMessagesResponse, OperatorReadRequest,
    OperatorTypingRequest, PresenceRequest, SearchResponse, SessionsResponse, StateRequest, TagsRequest,
    percent_encode,
};
use pocketping_core::{MessageId, Object, OperatorId, PersonId, SessionId, Timestamp, Value, Wire, decimal};
use pocketping_widget::browser::value;
use web_sys::{AbortSignal, RequestCredentials};

/// A call without an answer after this many milliseconds counts as failed.
const TIMEOUT_MS: u32 = 15_000;

/// Exchanges the operator token for the cookie.
pub(crate) async fn open_door(token: String) -> Result<(), ApiError> {
    act(Method::POST, "/login", &LoginRequest { token }).await
}

/// Signs out.
pub(crate) async fn close_door() -> Result<(), ApiError> {
    send(Method::POST, "/logout", None).await.map(drop)
}

/// Conversations, newest activity first; `before` is the last answer's `next`.
pub(crate) async fn list_sessions(
    filter: &Filter,
    before: Option<&str>,
) -> Result<SessionsResponse, ApiError> {
    let path = ["/sessions?", &filter.to_query()].concat();
    call(Method::GET, &paged(path, before), None).await
}

/// The conversations of one person, newest activity first; at most 50.
pub(crate) async fn sessions_of(person: &PersonId) -> Result<SessionsResponse, ApiError> {
    let mut path = String::from("/sessions?person=");
    percent_encode(person.as_str(), &mut path);
    call(Method::GET, &path, None).await
}

/// One conversation.
pub(crate) async fn get_session(session: &SessionId) -> Result<OperatorSession, ApiError> {
    call(Method::GET, &path_of(session, ""), None).await
}

/// Messages with these words, newest first; `before` is the last answer's `next`.
pub(crate) async fn search(words: &str, before: Option<&str>) -> Result<SearchResponse, ApiError> {
    let mut path = String::from("/search?limit=20&q=");
    percent_encode(words, &mut path);
    call(Method::GET, &paged(path, before), None).await
}

/// The page of at most `limit` messages (100) that ends before `before`, or the newest.
pub(crate) async fn list_messages(
    session: &SessionId,
    before: Option<&MessageId>,
    limit: u32,
) -> Result<OperatorMessagesResponse, ApiError> {
    let mut path = path_of(session, "/messages?limit=");
    path.push_str(&decimal(i64::from(limit)));
    path.push_str("&before=");
    percent_encode(before.map_or("end", MessageId::as_str), &mut path);
    call(Method::GET, &path, None).await
}

/// The newest custom events of one conversation, oldest first; they are kept for a day.
pub(crate) async fn list_events(session: &SessionId) -> Result<OperatorEventsResponse, ApiError> {
    call(Method::GET, &path_of(session, "/events?limit=100"), None).await
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

/// Notes something for operators only.
pub(crate) async fn add_note(session: &SessionId, content: String) -> Result<Message, ApiError> {
    let body = OperatorContent { content }.write();
    call(Method::POST, &path_of(session, "/notes"), Some(body)).await
}

/// Gives a message another text.
pub(crate) async fn edit_message(
    session: &SessionId,
    message: &MessageId,
    content: String,
) -> Result<Message, ApiError> {
    let body = OperatorContent { content }.write();
    let path = path_of_message(session, message);
    call(Method::PATCH, &path, Some(body)).await
}

/// Deletes a message.
pub(crate) async fn delete_message(session: &SessionId, message: &MessageId) -> Result<(), ApiError> {
    remove(&path_of_message(session, message)).await
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

/// Says where a conversation stands.
pub(crate) async fn set_state(session: &SessionId, state: SessionState) -> Result<OperatorSession, ApiError> {
    let request = StateRequest { state };
    call(Method::PUT, &path_of(session, "/state"), Some(request.write())).await
}

/// Says who takes care of a conversation; `None`: nobody.
pub(crate) async fn set_assignee(
    session: &SessionId,
    operator_id: Option<OperatorId>,
) -> Result<OperatorSession, ApiError> {
    let request = AssigneeRequest { operator_id };
    let path = path_of(session, "/assignee");
    call(Method::PUT, &path, Some(request.write())).await
}

/// Replaces a conversation's labels.
pub(crate) async fn set_tags(session: &SessionId, tags: Vec<String>) -> Result<OperatorSession, ApiError> {
    let request = TagsRequest { tags };
    call(Method::PUT, &path_of(session, "/tags"), Some(request.write())).await
}

/// Shuts a visitor out, or lets them in again.
pub(crate) async fn set_blocked(session: &SessionId, blocked: bool) -> Result<OperatorSession, ApiError> {
    let request = BlockedRequest { blocked };
    let path = path_of(session, "/blocked");
    call(Method::PUT, &path, Some(request.write())).await
}

/// Asks a visitor for a rating.
pub(crate) async fn request_csat(session: &SessionId) -> Result<(), ApiError> {
    let body = Some(Object::new().into());
    send(Method::POST, &path_of(session, "/csat"), body)
        .await
        .map(drop)
}

/// The figures of a span of time.
pub(crate) async fn stats(from: Timestamp, to: Timestamp) -> Result<Stats, ApiError> {
    let mut path = String::from("/stats?from=");
    percent_encode(&from.to_iso(), &mut path);
    path.push_str("&to=");
    percent_encode(&to.to_iso(), &mut path);
    call(Method::GET, &path, None).await
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

pub(super) fn path_of(session: &SessionId, rest: &str) -> String {
    path_in("/sessions/", session.as_str(), rest)
}

/// The path of the one with this id in a list, and what follows.
pub(super) fn path_in(list: &str, id: &str, rest: &str) -> String {
    let mut path = String::from(list);
    percent_encode(id, &mut path);
    path.push_str(rest);
    path
}

pub(super) async fn remove(path: &str) -> Result<(), ApiError> {
    send(Method::DELETE, path, None).await.map(drop)
}

fn path_of_message(session: &SessionId, message: &MessageId) -> String {
    let mut path = path_of(session, "/messages/");
    percent_encode(message.as_str(), &mut path);
    path
}

fn paged(mut path: String, before: Option<&str>) -> String {
    if let Some(before) = before {
        path.push_str("&before=");
        percent_encode(before, &mut path);
    }
    path
}

pub(super) async fn act(method: Method, path: &str, body: &impl Wire) -> Result<(), ApiError> {
    send(method, path, Some(body.write())).await.map(drop)
}

pub(super) async fn call<T: Wire>(method: Method, path: &str, body: Option<Value>) -> Result<T, ApiError> {
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
