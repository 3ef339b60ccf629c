//! Every text the inbox shows, in plain English.

pub(crate) const TITLE: &str = "Inbox";
pub(crate) const PRODUCT: &str = "Inbox · PocketPing";

pub(crate) const SIGN_IN_TITLE: &str = "Sign in to your inbox";
pub(crate) const SIGN_IN_HINT: &str =
    "Paste your token: the one that you were given, or the one that the server printed when it started.";
pub(crate) const TOKEN: &str = "Operator token";
pub(crate) const WRONG_TOKEN: &str = "That token isn't right. Check it and try again.";
pub(crate) const SIGN_IN: &str = "Sign in";
pub(crate) const SIGN_OUT: &str = "Sign out";

pub(crate) const CONVERSATIONS: &str = "Conversations";
pub(crate) const CONVERSATION: &str = "Conversation";
pub(crate) const ONLINE: &str = "Online";
pub(crate) const AWAY: &str = "Away";
pub(crate) const SEARCH: &str = "Search";
pub(crate) const PENDING: &str = "Pending";
pub(crate) const UNANSWERED: &str = "Unanswered";
pub(crate) const ANYONE: &str = "Anyone";
pub(crate) const NOBODY: &str = "Nobody";
pub(crate) const ANY_TAG: &str = "Any tag";
pub(crate) const TAKEN_CARE_BY: &str = "Assigned to";
pub(crate) const TAG: &str = "Tag";
pub(crate) const CLEAR_FILTERS: &str = "Clear filters";
pub(crate) const MESSAGES: &str = "Messages";
pub(crate) const MORE_MESSAGES: &str = "More messages";
pub(crate) const STATISTICS: &str = "Statistics";
pub(crate) const KEYS: &str = "Keyboard shortcuts";
pub(crate) const NOTIFY_ON: &str = "Notifications are on";
pub(crate) const NOTIFY_OFF: &str = "Turn on notifications";
pub(crate) const NOTIFY_DENIED: &str =
    "Your browser blocks notifications. Allow them in its settings for this page, then try again.";
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
pub(crate) const NONE_OPEN_TEXT: &str = "No conversation needs you now.";
pub(crate) const NONE_FILTERED_TEXT: &str = "No conversation fits these filters.";
pub(crate) const NONE_PENDING_TITLE: &str = "Nothing pending";
pub(crate) const NONE_PENDING_TEXT: &str = "Conversations you set to pending wait here for their visitor.";
pub(crate) const NONE_RESOLVED_TITLE: &str = "Nothing resolved yet";
pub(crate) const NONE_RESOLVED_TEXT: &str = "Conversations you resolve are kept here.";
pub(crate) const LOADING: &str = "Loading…";
pub(crate) const PICK: &str = "Pick a conversation";
pub(crate) const PICK_TEXT: &str = "Whatever is frequent has a key.";

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
pub(crate) const NOTE: &str = "Note";
pub(crate) const NOTE_PLACEHOLDER: &str = "Write a note. The visitor won't see it.";
pub(crate) const NOTE_BADGE: &str = "Note, only your team sees it";
pub(crate) const WRITE_WHAT: &str = "What to write";
pub(crate) const ATTACH: &str = "Attach files";
pub(crate) const DROP_HERE: &str = "Drop files to send them";
pub(crate) const FILE_SENDING: &str = "Sending…";
pub(crate) const FILE_TOO_LARGE: &str = "Too large. Remove it to go on.";
pub(crate) const FILE_TYPE_REFUSED: &str = "This type isn't accepted. Remove it to go on.";
pub(crate) const FILE_NOT_SENT: &str = "Not sent. Remove it and try again.";
/// Before a name.
pub(crate) const REMOVE: &str = "Remove ";
pub(crate) const REPLYING_TO: &str = "Replying to ";
pub(crate) const YOURSELF: &str = "yourself";
pub(crate) const CANCEL_REPLY: &str = "Don't reply to this";
pub(crate) const EARLIER_MESSAGE: &str = "An earlier message";
pub(crate) const ACTIONS: &str = "Message actions";
pub(crate) const EDIT: &str = "Edit";
pub(crate) const DELETE: &str = "Delete";
pub(crate) const EDIT_TITLE: &str = "Edit message";
pub(crate) const SAVE: &str = "Save";
pub(crate) const CANCEL: &str = "Cancel";
pub(crate) const CLOSE: &str = "Close";
pub(crate) const DELETE_TITLE: &str = "Delete this message?";
pub(crate) const DELETE_TEXT: &str =
    "The visitor sees that a message was deleted, but not what it said. Your team can still read it.";
pub(crate) const DELETE_NOTE_TEXT: &str = "Your team sees that a note was deleted, and can still read it.";
pub(crate) const SHOW_DELETED: &str = "Show what it said";
pub(crate) const BLOCK: &str = "Block visitor";
pub(crate) const UNBLOCK: &str = "Unblock visitor";
pub(crate) const BLOCK_TITLE: &str = "Block this visitor?";
pub(crate) const BLOCK_TEXT: &str =
    "They can't write or read any more until you unblock them. What they have sent stays.";
pub(crate) const BLOCKED: &str = "Blocked";
pub(crate) const ASK_RATING: &str = "Ask for a rating";
pub(crate) const SAVED_ANSWERS: &str = "Saved answers";
pub(crate) const SAVED_ANSWERS_HINT: &str =
    "Type / in an empty reply to insert one. {name} becomes the visitor's first name.";
pub(crate) const NO_SAVED_ANSWER: &str = "No saved answer fits.";
pub(crate) const MANAGE_ANSWERS: &str = "Edit saved answers";
pub(crate) const ANSWER_NAME: &str = "Short name";
pub(crate) const ANSWER_TEXT: &str = "Text";
pub(crate) const ADD_ANSWER: &str = "Add answer";
pub(crate) const ANSWER_INCOMPLETE: &str = "It needs a name and a text.";
pub(crate) const STATE: &str = "State";
pub(crate) const TAGS: &str = "Tags";
pub(crate) const ADD_TAG: &str = "Add a tag";
pub(crate) const ADD: &str = "Add";
pub(crate) const PERSON: &str = "Person";
pub(crate) const FIRST_SEEN: &str = "First seen";
pub(crate) const LAST_HERE: &str = "Last seen";
pub(crate) const OTHER_CONVERSATIONS: &str = "Other conversations";
pub(crate) const OTHERS_NOT_READ: &str =
    "Couldn't load the other conversations. Choose this one again to retry.";
pub(crate) const NOT_VERIFIED: &str = "Not verified";
pub(crate) const NOT_VERIFIED_TEXT: &str = "The page says so, but hasn't signed it.";
pub(crate) const VERIFIED_TEXT: &str = "Your site has signed who this is.";
pub(crate) const TOO_FAR_BACK: &str = "That message is too far back to show.";
pub(crate) const NOT_KEPT: &str = "Your browser didn't keep that. It's lost when you close this page.";

pub(crate) const BEGAN: &str = "Came to your site";
/// Before a page's title.
pub(crate) const LOOKED_AT: &str = "Looked at ";
pub(crate) const RATING_ASKED: &str = "Asked for a rating";
/// Before a number.
pub(crate) const RATED: &str = "Rated ";
pub(crate) const OF_FIVE: &str = " of 5";
pub(crate) const MADE_OPEN: &str = "Opened again";
pub(crate) const MADE_PENDING: &str = "Set to pending";
pub(crate) const MADE_RESOLVED: &str = "Resolved";
/// Before a name.
pub(crate) const ASSIGNED: &str = "Assigned to ";
pub(crate) const UNASSIGNED: &str = "Assigned to nobody";
pub(crate) const MADE_BLOCKED: &str = "Visitor blocked";
pub(crate) const MADE_UNBLOCKED: &str = "Visitor unblocked";

pub(crate) const SPAN: &str = "Time span";
/// After a number.
pub(crate) const DAYS: &str = " days";
pub(crate) const YEAR: &str = "1 year";
pub(crate) const STAT_CONVERSATIONS: &str = "Conversations";
pub(crate) const STAT_PER_DAY: &str = "Conversations per day";
pub(crate) const STAT_PER_WEEK: &str = "Conversations per week";
pub(crate) const STAT_MESSAGES: &str = "Messages";
pub(crate) const STAT_RESPONSE_RATE: &str = "Answered";
pub(crate) const STAT_FIRST_RESPONSE: &str = "First answer after";
pub(crate) const STAT_FIRST_RESPONSE_HINT: &str = "Half of them waited less";
pub(crate) const STAT_UNANSWERED: &str = "Waiting for an answer";
pub(crate) const STAT_CSAT: &str = "Satisfied";
pub(crate) const STAT_CSAT_HINT: &str = "Ratings of 4 and 5";
pub(crate) const STAT_AVERAGE: &str = "Average rating";
pub(crate) const STAT_RATINGS: &str = "Ratings";
pub(crate) const STAT_NONE: &str = "–";
/// Before a number of days.
pub(crate) const THAN_IN: &str = " than in the ";
pub(crate) const AS_IN: &str = "As many as in the ";
pub(crate) const DAYS_BEFORE: &str = " days before";
pub(crate) const MORE_THAN: &str = " more";
pub(crate) const FEWER_THAN: &str = " fewer";
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
pub(crate) const EVENT_TOO_LARGE: &str = "That's too large for one go. Make it shorter.";
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

pub(crate) const OPERATORS: &str = "Operators";
pub(crate) const OPERATORS_HINT: &str = "Everyone signs in with a token of their own. Agents answer conversations; admins also manage people and operators.";
pub(crate) const ADD_OPERATOR: &str = "Add operator";
pub(crate) const OPERATOR_NAME: &str = "Name";
pub(crate) const OPERATOR_PICTURE: &str = "Picture (web address, optional)";
pub(crate) const OPERATOR_ROLE: &str = "Role";
pub(crate) const OPERATOR_WRONG: &str =
    "A name has 1 to 100 characters, a picture an address that begins with https://.";
pub(crate) const ROLE_OWNER: &str = "Owner";
pub(crate) const ROLE_ADMIN: &str = "Admin";
pub(crate) const ROLE_AGENT: &str = "Agent";
/// Before a name.
pub(crate) const CHANGE_OPERATOR: &str = "Change ";
pub(crate) const NEW_TOKEN_FOR: &str = "New token for ";
pub(crate) const TOKEN_OF: &str = "Token of ";
pub(crate) const TOKEN_ONCE: &str = "Copy it now: it is shown this once. An earlier token no longer works.";
pub(crate) const COPY: &str = "Copy";
pub(crate) const COPIED: &str = "Copied";
pub(crate) const PROFILE: &str = "Your profile";
pub(crate) const YOUR_TOKEN: &str = "Your token";
pub(crate) const YOUR_TOKEN_HINT: &str = "Get a new one if somebody else may know yours. The old one stops working everywhere; here you stay signed in.";
pub(crate) const NEW_TOKEN: &str = "New token";
pub(crate) const REMOVE_OPERATOR_TITLE: &str = "Remove this operator?";
pub(crate) const REMOVE_OPERATOR_TEXT: &str = "They are signed out everywhere at once. What they wrote keeps their name, and their conversations stay assigned to them until somebody takes over.";
pub(crate) const REMOVE_OPERATOR: &str = "Remove operator";
pub(crate) const EXPORT: &str = "Export data";
pub(crate) const ERASE: &str = "Erase person";
pub(crate) const ERASE_TITLE: &str = "Erase this person?";
pub(crate) const ERASE_TEXT: &str = "All their conversations go, with every message, note and file, and what is noted about them. This cannot be undone.";
