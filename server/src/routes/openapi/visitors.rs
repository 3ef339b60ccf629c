//! The visitors' routes.

use super::operation::{Operation, Query, route};
use pocketping_core::model::Attachment;
use pocketping_core::route::{
    ConnectRequest, ConnectResponse, CsatRequest, CsatResponse, DeleteRequest, DeleteResponse,
    DisconnectRequest, EditRequest, EditResponse, EventRequest, IdentifyRequest, MessagesResponse,
    OkResponse, PageRequest, PreChatRequest, PresenceResponse, ReadRequest, ReadResponse, ScreenshotComplete,
    ScreenshotRequests, ScreenshotUpload, ScreenshotUploadResponse, SendMessageRequest, SendMessageResponse,
    TypingRequest, UploadCompleteRequest, UploadFailedRequest, UploadRequest, UploadResponse,
    VisibilityRequest,
};
use serde_json::json;
use utoipa::openapi::HttpMethod::{Delete, Get, Patch, Post, Put};

const SESSION: &str = "The conversation.";
const AFTER: &str = "Forward from after this cursor, message id or ISO date.";
const BEFORE: &str = "Backward from before this message id, or from `end`.";
const LIMIT: &str = "Most entries of a page.";

pub(super) fn operations() -> Vec<Operation> {
    let mut all = conversation();
    all.extend(uploads());
    all.extend(screenshots());
    all
}

fn conversation() -> Vec<Operation> {
    let edit = json!({ "sessionId": "s1", "messageId": "m1", "content": "Is it in stock?" });
    let delete = json!({ "sessionId": "s1", "messageId": "m1" });
    vec![
        route(Post, "/connect", "connect", "Opens or resumes a session")
            .takes::<ConnectRequest>(json!({
                "visitorId": "v1",
                "sessionId": "s1",
                "metadata": { "url": "https://shop.example/", "language": "en" },
                "identity": { "id": "user 1", "name": "Ada" }
            }))
            .gives::<ConnectResponse>()
            .refuses([401, 426])
            .stores(),
        route(Post, "/identify", "identify", "Says who the visitor is")
            .takes::<IdentifyRequest>(json!({
                "sessionId": "s1",
                "identity": { "id": "user 1", "email": "ada@example.com" }
            }))
            .gives::<OkResponse>()
            .refuses([401, 404])
            .stores(),
        route(Post, "/disconnect", "disconnect", "Says that the visitor leaves")
            .takes_beacon::<DisconnectRequest>(json!({
                "sessionId": "s1", "duration": 45, "reason": "page_unload"
            }))
            .gives::<OkResponse>()
            .refuses([404])
            .stores(),
        route(
            Post,
            "/visibility",
            "visibility",
            "Says whether the page is in view",
        )
        .takes_beacon::<VisibilityRequest>(json!({ "sessionId": "s1", "state": "visible" }))
        .gives::<OkResponse>()
        .refuses([404])
        .stores(),
        route(Post, "/message", "sendMessage", "Sends a message")
            .takes::<SendMessageRequest>(json!({
                "sessionId": "s1", "content": "Hello", "sender": "visitor", "clientMessageId": "c1"
            }))
            .gives::<SendMessageResponse>()
            .refuses([404, 409])
            .stores(),
        route(
            Get,
            "/messages",
            "listMessages",
            "Messages, and whatever else happened after a cursor",
        )
        .query("sessionId", Query::Required, SESSION)
        .query("after", Query::Text, AFTER)
        .query("before", Query::Text, BEFORE)
        .query("limit", Query::Limit, LIMIT)
        .gives::<MessagesResponse>()
        .stores(),
        route(
            Patch,
            "/message/{id}",
            "editMessage",
            "Gives a message another text",
        )
        .takes::<EditRequest>(json!({ "sessionId": "s1", "content": "Is it in stock?" }))
        .gives::<EditResponse>()
        .refuses([404, 409])
        .stores(),
        route(
            Delete,
            "/message/{id}",
            "deleteMessage",
            "Deletes a message; the session stands in the query or in the body",
        )
        .query("sessionId", Query::Text, SESSION)
        .may_take::<DeleteRequest>(json!({ "sessionId": "s1" }))
        .gives::<DeleteResponse>()
        .refuses([404, 409])
        .stores(),
        route(
            Post,
            "/edit",
            "editMessageInBody",
            "As PATCH /message/{id}, with the id in the body",
        )
        .takes::<EditRequest>(edit)
        .gives::<EditResponse>()
        .refuses([404, 409])
        .stores(),
        route(
            Post,
            "/delete",
            "deleteMessageInBody",
            "As DELETE /message/{id}, with the id in the body",
        )
        .takes::<DeleteRequest>(delete)
        .gives::<DeleteResponse>()
        .refuses([404, 409])
        .stores(),
        route(Post, "/typing", "typing", "Says that the visitor types")
            .takes::<TypingRequest>(json!({ "sessionId": "s1", "sender": "visitor", "isTyping": true }))
            .gives::<OkResponse>()
            .stores(),
        route(Post, "/read", "read", "Says that messages arrived or were seen")
            .takes::<ReadRequest>(json!({ "sessionId": "s1", "messageIds": ["m2"], "status": "read" }))
            .gives::<ReadResponse>()
            .stores(),
        route(Get, "/presence", "presence", "Whether an operator is online").gives::<PresenceResponse>(),
        route(Post, "/event", "event", "Tells of a custom event of the page")
            .takes::<EventRequest>(json!({
                "sessionId": "s1", "name": "clicked_buy", "data": { "sku": "A-1" }, "eventId": "e1"
            }))
            .gives::<OkResponse>()
            .refuses([404, 409])
            .stores(),
        route(Post, "/page", "page", "Tells of a navigation within the page")
            .takes::<PageRequest>(
                json!({ "sessionId": "s1", "url": "https://shop.example/cart", "title": "Cart" }),
            )
            .gives::<OkResponse>()
            .refuses([404])
            .stores(),
        route(Post, "/csat", "rate", "Rates the conversation")
            .takes::<CsatRequest>(json!({ "sessionId": "s1", "score": 5, "comment": "Thank you" }))
            .gives::<CsatResponse>()
            .refuses([404, 409])
            .stores(),
        route(
            Post,
            "/prechat",
            "preChat",
            "Fills in the form that asks how the visitor can be reached",
        )
        .takes::<PreChatRequest>(json!({ "sessionId": "s1", "email": "ada@example.com" }))
        .gives::<OkResponse>()
        .refuses([404, 409])
        .stores(),
        route(
            Get,
            "/stream",
            "stream",
            "Envelopes as they happen: a WebSocket, or server-sent events",
        )
        .query("sessionId", Query::Required, SESSION)
        .query("after", Query::Text, AFTER)
        .gives_nothing(101, "A WebSocket; each text frame is a ServerEnvelope")
        .gives_bytes(200, "text/event-stream")
        .refuses([400, 404])
        .stores(),
    ]
}

fn uploads() -> Vec<Operation> {
    let begin =
        || json!({ "sessionId": "s1", "filename": "photo.jpg", "mimeType": "image/jpeg", "size": 52_000 });
    let complete = || json!({ "sessionId": "s1", "attachmentId": "a1" });
    let announce = |path, id, summary| {
        route(Post, path, id, summary)
            .takes::<UploadRequest>(begin())
            .gives::<UploadResponse>()
            .refuses([404])
            .stores()
    };
    let finish = |path, id, summary| {
        route(Post, path, id, summary)
            .takes::<UploadCompleteRequest>(complete())
            .gives::<Attachment>()
            .refuses([404, 409])
            .stores()
    };
    vec![
        announce("/upload", "beginUpload", "Announces a file"),
        announce("/upload-request", "beginUploadOfNode", "As POST /upload"),
        route(
            Put,
            "/upload/{id}",
            "uploadBytes",
            "Takes the bytes of a file, at the address that was given for it",
        )
        .query("expires", Query::Text, "Of the address.")
        .query("signature", Query::Text, "Of the address.")
        .takes_bytes()
        .gives_nothing(204, "All bytes are there")
        .refuses([404, 408, 409, 413, 422])
        .stores(),
        finish(
            "/upload/complete",
            "completeUpload",
            "Says that all bytes of a file were sent",
        ),
        finish(
            "/upload-complete",
            "completeUploadOfNode",
            "As POST /upload/complete",
        ),
        route(Post, "/upload-failed", "failUpload", "Gives a file up")
            .takes::<UploadFailedRequest>(json!({ "attachmentId": "a1" }))
            .gives::<Attachment>()
            .refuses([404, 409])
            .stores(),
        route(Get, "/files/{id}", "file", "The bytes of a file, or some of them")
            .gives_bytes(200, "*/*")
            .gives_bytes(206, "*/*")
            .gives_nothing(304, "The caller has them")
            .gives_nothing(416, "There are no such bytes")
            .refuses([404])
            .stores(),
    ]
}

fn screenshots() -> Vec<Operation> {
    vec![
        route(
            Get,
            "/screenshot/requests",
            "listScreenshotRequests",
            "Pictures of the page that operators wish for",
        )
        .query("sessionId", Query::Required, SESSION)
        .gives::<ScreenshotRequests>()
        .refuses([404])
        .stores(),
        route(
            Post,
            "/screenshot/upload",
            "beginScreenshot",
            "Announces the picture for a wish",
        )
        .takes::<ScreenshotUpload>(json!({ "sessionId": "s1", "requestId": "w1" }))
        .gives::<ScreenshotUploadResponse>()
        .refuses([404])
        .stores(),
        route(
            Post,
            "/screenshot/upload/complete",
            "completeScreenshot",
            "Says that all bytes of a picture were sent, which makes it a message",
        )
        .takes::<ScreenshotComplete>(json!({
            "sessionId": "s1", "requestId": "w1", "attachmentId": "a1", "size": 52_000
        }))
        .gives::<OkResponse>()
        .refuses([404, 409])
        .stores(),
    ]
}
