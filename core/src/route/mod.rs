//! Request and response bodies of every route (PROTOCOL §1.3; EXTENSIONS).

mod connect;
mod event;
mod form;
mod message;
mod operator;
mod presence;
mod query;
mod screenshot;
mod staff;
mod upload;
mod webhook;

pub use connect::{ConnectRequest, ConnectResponse, Feature};
pub use event::{EventRequest, PageRequest};
pub use form::{CsatRequest, CsatResponse, PreChatRequest, Score};
pub use message::{
    DeleteRequest, DeleteResponse, EditRequest, EditResponse, EditedMessage, MessagesResponse, ReadRequest,
    ReadResponse, SendMessageRequest, SendMessageResponse, TypingRequest,
};
pub use operator::{
    AssigneeRequest, BlockedRequest, BroadcastRequest, BroadcastResponse, DataRequest, LoginRequest,
    OperatorContent, OperatorEventRequest, OperatorEventsResponse, OperatorMessageRequest,
    OperatorMessagesResponse, OperatorReadRequest, OperatorScreenshotRequest, OperatorTypingRequest,
    OperatorUploadCompleteRequest, OperatorUploadRequest, PeopleResponse, PersonRequest, PresenceRequest,
    SearchResponse, SessionsResponse, StateRequest, TagsRequest,
};
pub use presence::{
    DisconnectReason, DisconnectRequest, IdentifyRequest, OkResponse, PageState, PresenceResponse,
    VisibilityRequest,
};
pub use query::{MessagesQuery, parse_query, percent_encode};
pub use screenshot::{
    ScreenshotComplete, ScreenshotRequests, ScreenshotUpload, ScreenshotUploadResponse, ScreenshotWish,
};
pub use staff::{
    ChangedOperatorResponse, NewOperatorRequest, OperatorPatch, OperatorTokenResponse, OperatorsResponse,
};
pub use upload::{UploadCompleteRequest, UploadFailedRequest, UploadRequest, UploadResponse};
pub use webhook::{DeadDeliveriesResponse, DeadDelivery, RetriedResponse, WebhooksResponse};
