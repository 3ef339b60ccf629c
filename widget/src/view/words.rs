//! Every text the widget shows, in plain English.

pub(super) const TODAY: &str = "Today";
pub(super) const YESTERDAY: &str = "Yesterday";

pub(super) const AI: &str = "AI";
pub(super) const EDITED: &str = "edited";
pub(super) const DELETED: &str = "Message deleted";
pub(super) const SENDING: &str = "Sending";
pub(super) const SENT: &str = "Sent";
pub(super) const DELIVERED: &str = "Delivered";
pub(super) const READ: &str = "Read";
pub(super) const NOT_SENT: &str = "Not sent";
pub(super) const NOT_SENT_SENTENCE: &str = "Not sent.";
pub(super) const RETRY: &str = "Retry";
pub(super) const REMOVE: &str = "Remove";
/// Between two actions.
pub(super) const DOT: &str = "·";
/// After a name.
pub(super) const IS_TYPING: &str = " is typing";
pub(super) const EARLIER: &str = "Earlier messages";
pub(super) const NEW_MESSAGES: &str = "New messages";

pub(super) const MESSAGE: &str = "Message";
pub(super) const SEND: &str = "Send message";
/// Between the number of characters and the advice.
pub(super) const OF_LIMIT: &str = " of 4,000 characters. Please shorten it.";

pub(super) const CONVERSATION: &str = "Conversation";
/// Before a name.
pub(super) const CHAT_WITH: &str = "Chat with ";
pub(super) const CLOSE: &str = "Close chat";
/// Before a message.
pub(super) const OPEN_PREVIEW: &str = "Open chat: ";
pub(super) const DISMISS: &str = "Dismiss";
pub(super) const PRODUCT: &str = "PocketPing";
pub(super) const POWERED_BY: &str = "Powered by ";

pub(super) const ACTIVE: &str = "Active now";
pub(super) const REACHABLE: &str = "Replies in a few minutes";
pub(super) const AWAY: &str = "Leave a message";

/// Before a file's name.
pub(super) const FILE: &str = "📎 ";

pub(super) const OFFLINE: &str = "You're offline. We'll send it when you're back.";
pub(super) const UNREACHABLE_UNSENT: &str =
    "Couldn't reach the chat. Your message is saved and will be sent.";
pub(super) const UNREACHABLE: &str = "Couldn't reach the chat. Trying again…";
pub(super) const REFUSED: &str = "This chat isn't available right now. Reload the page to try again.";
pub(super) const VOLATILE: &str =
    "Keep this page open until your messages are sent. This browser can't save them.";
pub(super) const FULL: &str = "Too many messages are waiting. Yours is kept here until they are sent.";
