//! The pre-chat form (PROTOCOL §3.5).

use super::choice::wire_choice;
use crate::value::wire_object;

wire_choice! {
    /// When the form is shown.
    pub enum PreChatTiming ("before-first-message or after-first-message") {
        /// Before the visitor has written.
        BeforeFirstMessage = "before-first-message",
        /// After the visitor's first message.
        AfterFirstMessage = "after-first-message",
    }
}

wire_choice! {
    /// What the form asks for.
    pub enum PreChatFields ("email-only, phone-only, email-or-phone or email-and-phone") {
        /// An e-mail address.
        EmailOnly = "email-only",
        /// A phone number.
        PhoneOnly = "phone-only",
        /// One of both.
        EmailOrPhone = "email-or-phone",
        /// Both.
        EmailAndPhone = "email-and-phone",
    }
}

wire_object! {
    /// The form's configuration, and whether this session has filled it in.
    pub struct PreChatForm {
        /// Whether there is a form.
        pub enabled: bool => "enabled" or false;
        /// Whether it cannot be skipped.
        pub required: bool => "required" or false;
        /// When it is shown.
        pub timing: PreChatTiming => "timing" or PreChatTiming::BeforeFirstMessage;
        /// What it asks for.
        pub fields: PreChatFields => "fields" or PreChatFields::EmailOnly;
        /// Whether this session has filled it in.
        pub completed: bool => "completed" or false;
    }
}
