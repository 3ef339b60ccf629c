//! Every text the inbox shows, in plain English.

pub(crate) const TITLE: &str = "Inbox";
pub(crate) const PRODUCT: &str = "Inbox · PocketPing";

pub(crate) const SIGN_IN_TITLE: &str = "Sign in to your inbox";
pub(crate) const SIGN_IN_HINT: &str = "Paste the operator token that the server printed when it started.";
pub(crate) const TOKEN: &str = "Operator token";
pub(crate) const WRONG_TOKEN: &str = "That token isn't right. Check it and try again.";
pub(crate) const SIGN_IN: &str = "Sign in";
pub(crate) const SIGN_OUT: &str = "Sign out";

pub(crate) const CONVERSATIONS: &str = "Conversations";
pub(crate) const CONVERSATION: &str = "Conversation";
pub(crate) const ONLINE: &str = "Online";
pub(crate) const AWAY: &str = "Away";
pub(crate) const SEARCH: &str = "Search";
pub(crate) const SEARCH_LABEL: &str = "Search conversations";
pub(crate) const OPEN: &str = "Open";
pub(crate) const RESOLVED: &str = "Resolved";
pub(crate) const ALL: &str = "All";
pub(crate) const MORE: &str = "More conversations";
/// After a number.
pub(crate) const UNREAD: &str = " unread";
pub(crate) const NO_MESSAGES: &str = "No messages yet";
pub(crate) const TYPING: &str = "typing…";
pub(crate) const DELETED: &str = "Message deleted";
pub(crate) const ATTACHMENT: &str = "Attachment";

pub(crate) const NONE_TITLE: &str = "No conversations yet";
pub(crate) const NONE_TEXT: &str = "They appear here as soon as someone writes.";
pub(crate) const NONE_FOUND_TITLE: &str = "Nothing found";
pub(crate) const NONE_FOUND_TEXT: &str = "Try another word, or look under All.";
pub(crate) const NONE_OPEN_TITLE: &str = "All done";
pub(crate) const NONE_OPEN_TEXT: &str = "Every conversation is resolved.";
pub(crate) const NONE_RESOLVED_TITLE: &str = "Nothing resolved yet";
pub(crate) const NONE_RESOLVED_TEXT: &str = "Conversations you resolve are kept here.";
pub(crate) const LOADING: &str = "Loading…";
pub(crate) const PICK: &str = "Pick a conversation";
pub(crate) const PICK_TEXT: &str = "Move with j and k, answer with r, resolve with e.";

pub(crate) const BACK_TO_LIST: &str = "Back to conversations";
pub(crate) const BACK_TO_CONVERSATION: &str = "Back to conversation";
pub(crate) const ABOUT: &str = "About this visitor";
pub(crate) const RESOLVE: &str = "Resolve";
pub(crate) const REOPEN: &str = "Reopen";
/// Before a page's path.
pub(crate) const ON_PAGE: &str = "On ";
pub(crate) const ON_SITE: &str = "On your site";
/// Before and after a span of time.
pub(crate) const LAST_SEEN: &str = "Last seen ";
pub(crate) const AGO: &str = " ago";
pub(crate) const JUST_NOW: &str = "just now";
pub(crate) const REPLY: &str = "Reply";
pub(crate) const REPLY_PLACEHOLDER: &str = "Write a reply…";

pub(crate) const VISITOR: &str = "Visitor";
pub(crate) const NOW_ON: &str = "Now on";
pub(crate) const LAST_ON: &str = "Last on";
pub(crate) const EARLIER_PAGES: &str = "Seen before";
pub(crate) const DETAILS: &str = "Details";
pub(crate) const VERIFIED: &str = "Verified";
pub(crate) const SEND_EVENT_TITLE: &str = "Send an event";
pub(crate) const EVENT_NAME: &str = "Name";
pub(crate) const EVENT_DATA: &str = "Data (JSON, optional)";
pub(crate) const BAD_NAME: &str = "A name has 1 to 128 characters.";
pub(crate) const BAD_JSON: &str = "This isn't valid JSON.";
pub(crate) const EVENT_TOO_LARGE: &str = "That's too much data for one event.";
pub(crate) const SEND_EVENT: &str = "Send event";
pub(crate) const EVENT_SENT: &str = "Sent";

pub(crate) const RECONNECTING: &str = "Reconnecting…";
pub(crate) const LINK_DOWN: &str =
    "Reconnecting… What you send now is kept and goes out as soon as possible.";
pub(crate) const UNREACHABLE: &str = "Couldn't reach the server. Try again in a moment.";
pub(crate) const NOT_DONE: &str = "The server couldn't do that. Nothing was changed.";
pub(crate) const NOT_LOADED: &str = "Couldn't load the messages. Trying again…";
pub(crate) const GONE: &str = "This conversation no longer exists.";
pub(crate) const TOO_MANY: &str = "Too much at once. Try again in a moment.";
