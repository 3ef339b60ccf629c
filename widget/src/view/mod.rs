//! The Leptos components. Bubbles, list and composer are shared with the inbox.
//!
//! `view!` turns a nested element that consists of literals only into an `innerHTML` of a template, which pages
//! that enforce Trusted Types refuse: texts come from `words` as expressions, and so does at least one attribute
//! of an element without text.

#![allow(
    unreachable_pub,
    reason = "`#[component]` makes a `pub` props type for every component"
)]

mod announcer;
mod appearance;
pub use appearance::{Appearance, Position, Theme};
mod avatar;
pub use avatar::{Avatar, Face};
mod bubble;
pub use bubble::{Bubble, Reader, Remedy};
mod composer;
pub use composer::Composer;
mod conversation;
mod dates;
pub use dates::{day_name, local_day, now, time_of_day};
mod day;
mod effect;
mod focus;
mod grouping;
pub use grouping::{Group, Place};
mod header;
mod icon;
pub use icon::{Glyph, Icon};
mod launcher;
mod links;
mod media;
pub use media::{DARK, PHONE, TOUCH, use_media};
mod message_list;
pub use message_list::{MessageList, Older};
mod message_meta;
mod message_text;
pub use message_text::MessageText;
mod notice;
pub use notice::{NoticeBar, NoticeText};
mod page_lock;
mod preview;
mod stick;
mod theme;
mod timeline;
pub use timeline::{Item, Row, Timeline};
mod typing;
pub use typing::TypingDots;
mod viewport;
mod widget;
pub use widget::{Mounted, mount};
mod window;
mod words;
