//! The operators' routes, relative to `/operator/v1`.

use super::operation::{Operation, Query, route};
use pocketping_core::model::{Attachment, Message, OperatorSession, Person, PersonExport, Stats};
use pocketping_core::route::{
    AssigneeRequest, BlockedRequest, BroadcastRequest, BroadcastResponse, DataRequest,
    DeadDeliveriesResponse, DeleteResponse, LoginRequest, OkResponse, OperatorContent, OperatorEventRequest,
    OperatorEventsResponse, OperatorMessageRequest, OperatorMessagesResponse, OperatorReadRequest,
    OperatorScreenshotRequest, OperatorTypingRequest, OperatorUploadCompleteRequest, OperatorUploadRequest,
    PeopleResponse, PersonRequest, ReadResponse, RetriedResponse, ScreenshotWish, SearchResponse,
    SessionsResponse, StateRequest, TagsRequest, UploadResponse, WebhooksResponse,
};
use serde_json::json;
use utoipa::openapi::HttpMethod::{Delete, Get, Patch, Post, Put};

const BEFORE: &str = "The page after the one that gave this as `next`.";
const LIMIT: &str = "Most entries of a page: 50 unless said, at most 200.";
const STATES: &[&str] = &["open", "pending", "resolved", "all"];

/// The way in.
pub(super) fn login() -> Vec<Operation> {
    vec![
        route(
            Post,
            "/login",
            "login",
            "Signs a browser in: answers with the cookie `pp_operator`",
        )
        .takes::<LoginRequest>(json!({ "token": "an operator token" }))
        .gives::<OkResponse>()
        .refuses([401, 429])
        .stores(),
    ]
}

pub(super) fn operations() -> Vec<Operation> {
    let mut all = sessions();
    all.extend(conversation());
    all.extend(people());
    all.extend(webhooks());
    all.extend(super::staff::operations());
    all.extend(everything());
    all
}

fn sessions() -> Vec<Operation> {
    let one = |operation: Operation| operation.gives::<OperatorSession>().refuses([404]).stores();
    vec![
        route(
            Get,
            "/sessions",
            "listSessions",
            "Sessions, newest activity first",
        )
        .query("state", Query::Words(STATES), "Only those in this state.")
        .query(
            "unanswered",
            Query::Words(&["true", "false"]),
            "Only those whose newest message is the visitor's.",
        )
        .query("assignee", Query::Text, "Only those of this operator.")
        .query("tag", Query::Text, "Only those with this label.")
        .query("person", Query::Text, "Only those that name this person.")
        .query(
            "q",
            Query::Text,
            "Only those with these words, at most 200 characters.",
        )
        .query("before", Query::Text, BEFORE)
        .query("limit", Query::Limit, LIMIT)
        .gives::<SessionsResponse>()
        .stores(),
        one(route(Get, "/sessions/{id}", "getSession", "A session")),
        one(route(
            Put,
            "/sessions/{id}/state",
            "setState",
            "Sets where a conversation stands",
        )
        .takes::<StateRequest>(json!({ "state": "pending" }))),
        one(route(
            Post,
            "/sessions/{id}/close",
            "closeSession",
            "Marks a conversation as done",
        )),
        one(route(
            Put,
            "/sessions/{id}/assignee",
            "setAssignee",
            "Sets who takes care of a session",
        )
        .takes::<AssigneeRequest>(json!({ "operatorId": "owner" }))),
        one(route(
            Put,
            "/sessions/{id}/tags",
            "setTags",
            "Replaces the labels of a session",
        )
        .takes::<TagsRequest>(json!({ "tags": ["vip"] }))),
        one(route(
            Put,
            "/sessions/{id}/data",
            "setData",
            "Replaces the host's own data of a session",
        )
        .takes::<DataRequest>(json!({ "data": { "order": 7 } }))),
        one(route(
            Put,
            "/sessions/{id}/blocked",
            "setBlocked",
            "Shuts a visitor out, or lets them in again",
        )
        .takes::<BlockedRequest>(json!({ "blocked": true }))),
        route(
            Post,
            "/sessions/{id}/csat",
            "requestCsat",
            "Asks the visitor for a rating",
        )
        .gives::<OkResponse>()
        .refuses([404])
        .stores(),
    ]
}

fn conversation() -> Vec<Operation> {
    vec![
        route(
            Get,
            "/sessions/{id}/messages",
            "listOperatorMessages",
            "Messages, deleted ones and notes included",
        )
        .query(
            "after",
            Query::Text,
            "Forward from after this cursor, message id or ISO date.",
        )
        .query(
            "before",
            Query::Text,
            "Backward from before this message id, or from `end`.",
        )
        .query(
            "limit",
            Query::Limit,
            "Most entries of a page: 50 unless said, at most 100.",
        )
        .gives::<OperatorMessagesResponse>()
        .refuses([404])
        .stores(),
        route(
            Post,
            "/sessions/{id}/messages",
            "sendOperatorMessage",
            "Answers the visitor",
        )
        .takes::<OperatorMessageRequest>(json!({
            "content": "Yes, two of them", "replyTo": "m1", "operator": { "id": "ada", "name": "Ada" }
        }))
        .gives::<Message>()
        .refuses([404, 409])
        .stores(),
        route(
            Patch,
            "/sessions/{id}/messages/{message}",
            "editOperatorMessage",
            "Gives an operator's message or note another text",
        )
        .takes::<OperatorContent>(json!({ "content": "Yes, three of them" }))
        .gives::<Message>()
        .refuses([404, 409])
        .stores(),
        route(
            Delete,
            "/sessions/{id}/messages/{message}",
            "deleteOperatorMessage",
            "Deletes an operator's message or note",
        )
        .gives::<DeleteResponse>()
        .refuses([404, 409])
        .stores(),
        route(
            Post,
            "/sessions/{id}/notes",
            "addNote",
            "Adds a note, which no visitor ever gets",
        )
        .takes::<OperatorContent>(json!({ "content": "A regular" }))
        .gives::<Message>()
        .refuses([404])
        .stores(),
        route(
            Post,
            "/sessions/{id}/typing",
            "operatorTyping",
            "Says that an operator types",
        )
        .takes::<OperatorTypingRequest>(json!({ "isTyping": true }))
        .gives::<OkResponse>()
        .refuses([404])
        .stores(),
        route(
            Post,
            "/sessions/{id}/read",
            "operatorRead",
            "Says that an operator has seen messages",
        )
        .takes::<OperatorReadRequest>(json!({ "messageIds": ["m1"] }))
        .gives::<ReadResponse>()
        .refuses([404])
        .stores(),
        route(
            Post,
            "/sessions/{id}/upload",
            "beginOperatorUpload",
            "Announces a file",
        )
        .takes::<OperatorUploadRequest>(json!({
            "filename": "manual.pdf", "mimeType": "application/pdf", "size": 80_000
        }))
        .gives::<UploadResponse>()
        .refuses([404])
        .stores(),
        route(
            Post,
            "/sessions/{id}/upload/complete",
            "completeOperatorUpload",
            "Says that all bytes of a file were sent",
        )
        .takes::<OperatorUploadCompleteRequest>(json!({ "attachmentId": "a1" }))
        .gives::<Attachment>()
        .refuses([404, 409])
        .stores(),
        route(
            Post,
            "/sessions/{id}/screenshot",
            "requestScreenshot",
            "Asks the page for a picture of itself",
        )
        .takes::<OperatorScreenshotRequest>(json!({ "requestedBy": "Ada" }))
        .gives::<ScreenshotWish>()
        .refuses([404])
        .stores(),
        route(
            Get,
            "/sessions/{id}/events",
            "listEvents",
            "The newest custom events of the last day, oldest first",
        )
        .query("limit", Query::Limit, LIMIT)
        .gives::<OperatorEventsResponse>()
        .refuses([404])
        .stores(),
        route(
            Post,
            "/sessions/{id}/events",
            "emitEvent",
            "Sends a custom event to the page",
        )
        .takes::<OperatorEventRequest>(json!({ "name": "show_offer", "data": { "discount": 20 } }))
        .gives::<OkResponse>()
        .refuses([404])
        .stores(),
    ]
}

fn people() -> Vec<Operation> {
    let of_one = |operation: Operation| operation.refuses([404]).stores();
    vec![
        route(
            Get,
            "/people",
            "listPeople",
            "People whom the site has named, the latest known first",
        )
        .query("before", Query::Text, BEFORE)
        .query("limit", Query::Limit, LIMIT)
        .gives::<PeopleResponse>()
        .stores(),
        of_one(route(Get, "/people/{id}", "getPerson", "A person").gives::<Person>()),
        of_one(
            route(
                Patch,
                "/people/{id}",
                "notePerson",
                "Replaces what is noted about a person",
            )
            .takes::<PersonRequest>(json!({ "attributes": { "plan": "pro" } }))
            .gives::<Person>(),
        ),
        of_one(
            route(
                Delete,
                "/people/{id}",
                "erasePerson",
                "Erases a person with all sessions, messages and files",
            )
            .gives::<DeleteResponse>(),
        ),
        of_one(
            route(
                Get,
                "/people/{id}/export",
                "exportPerson",
                "Everything that is kept of a person",
            )
            .gives::<PersonExport>(),
        ),
    ]
}

fn webhooks() -> Vec<Operation> {
    vec![
        route(
            Get,
            "/webhooks",
            "webhookStatus",
            "How the webhook's queue stands",
        )
        .gives::<WebhooksResponse>()
        .stores(),
        route(
            Get,
            "/webhooks/dead",
            "listDeadDeliveries",
            "Deliveries that were given up, those of last first",
        )
        .query("before", Query::Text, BEFORE)
        .query(
            "limit",
            Query::Limit,
            "Most entries of a page: 50 unless said, at most 100.",
        )
        .gives::<DeadDeliveriesResponse>()
        .stores(),
        route(
            Post,
            "/webhooks/dead/retry",
            "retryDeadDeliveries",
            "Has all of them tried for another day",
        )
        .gives::<RetriedResponse>()
        .stores(),
        route(
            Delete,
            "/webhooks/dead/{id}",
            "deleteDelivery",
            "Drops one of them for good",
        )
        .gives::<DeleteResponse>()
        .refuses([404])
        .stores(),
        route(
            Post,
            "/webhooks/dead/{id}/retry",
            "retryDelivery",
            "Has one of them tried for another day",
        )
        .gives::<OkResponse>()
        .refuses([404])
        .stores(),
    ]
}

fn everything() -> Vec<Operation> {
    vec![
        route(
            Post,
            "/events",
            "broadcastEvent",
            "Sends a custom event to the pages of all sessions",
        )
        .takes::<BroadcastRequest>(json!({ "name": "maintenance", "data": { "minutes": 5 } }))
        .gives::<BroadcastResponse>()
        .stores(),
        route(
            Get,
            "/search",
            "searchMessages",
            "Messages of all sessions that have these words, newest first",
        )
        .query(
            "q",
            Query::Text,
            "Each word at the beginning of one of the message, at most 200 characters.",
        )
        .query("session", Query::Text, "Only those of this session.")
        .query("before", Query::Text, BEFORE)
        .query(
            "limit",
            Query::Limit,
            "Most entries of a page: 50 unless said, at most 100.",
        )
        .gives::<SearchResponse>()
        .refuses([422])
        .stores(),
        route(
            Get,
            "/stats",
            "stats",
            "Figures about a span of time, of seven days until now unless said",
        )
        .query("from", Query::Date, "Its beginning.")
        .query("to", Query::Date, "Its end.")
        .gives::<Stats>()
        .refuses([422])
        .stores(),
        route(
            Get,
            "/stream",
            "operatorStream",
            "Envelopes of all sessions as they happen: a WebSocket, or server-sent events",
        )
        .query("after", Query::Text, "Forward from after this cursor.")
        .gives_nothing(101, "A WebSocket; each text frame is a ServerEnvelope")
        .gives_bytes(200, "text/event-stream")
        .refuses([400])
        .stores(),
        route(Post, "/logout", "logout", "Ends the login of a browser").gives::<OkResponse>(),
    ]
}
