//! Sessions as the server keeps them (PROTOCOL §3.2).

use super::{Csat, Identity, SessionMetadata};
use crate::value::wire_object;
use crate::{SessionId, Timestamp, VisitorId};

wire_object! {
    /// One conversation of one visitor.
    pub struct Session {
        /// The server's id of it.
        pub id: SessionId => "id";
        /// The visitor it belongs to.
        pub visitor_id: VisitorId => "visitorId";
        /// When it began.
        pub created_at: Timestamp => "createdAt";
        /// When anything last happened.
        pub last_activity: Timestamp => "lastActivity";
        /// Whether an operator was online when it began.
        pub operator_online: bool => "operatorOnline" or false;
        /// Whether the AI is answering.
        pub ai_active: bool => "aiActive" or false;
        /// The browser.
        pub metadata: Option<SessionMetadata> => "metadata";
        /// The person, as the site says.
        pub identity: Option<Identity> => "identity";
        /// Phone number in E.164.
        pub user_phone: Option<String> => "userPhone";
        /// Country of that number, ISO 3166 alpha-2.
        pub user_phone_country: Option<String> => "userPhoneCountry";
        /// The rating.
        pub csat: Option<Csat> => "csat";
    }
}

wire_object! {
    /// The chat apps' threads of a session, as the bridge server adds them to it.
    pub struct BridgeThreads {
        /// Telegram forum topic.
        pub telegram_topic_id: Option<i64> => "telegramTopicId";
        /// Discord thread.
        pub discord_thread_id: Option<String> => "discordThreadId";
        /// Slack thread.
        pub slack_thread_ts: Option<String> => "slackThreadTs";
    }
}

wire_object! {
    /// The chat apps' ids of a message.
    pub struct BridgeMessageIds {
        /// Telegram.
        pub telegram_message_id: Option<i64> => "telegramMessageId";
        /// Discord.
        pub discord_message_id: Option<String> => "discordMessageId";
        /// Slack.
        pub slack_message_ts: Option<String> => "slackMessageTs";
    }
}
