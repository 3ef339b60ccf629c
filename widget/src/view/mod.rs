//! The components: functions that give elements. Bubbles, list and composer are shared with the inbox.

mod announcer;
mod appearance;
pub use appearance::{Appearance, Position, Theme};
mod attachments;
#[cfg(feature = "app")]
pub(crate) use attachments::files_are_at;
mod avatar;
pub use avatar::{Face, avatar};
mod bubble;
pub use bubble::{Mend, Reader, Remedy, bubble};
mod composer;
pub use composer::{Composed, Composer};
mod conversation;
mod dates;
pub use dates::{day_name, local_day, now, time_of_day};
mod day;
mod extent;
mod grouping;
pub use grouping::{Group, Place};
mod header;
mod icon;
pub use icon::{Glyph, icon, icon_button};
mod launcher;
mod media;
pub use media::{DARK, PHONE, TOUCH, use_media};
mod message_list;
pub use message_list::{Extra, MessageList, Older};
mod message_meta;
mod message_text;
mod notice;
pub use notice::{NoticeText, notice_bar};
mod preview;
mod quote;
mod sheet;
mod stick;
mod theme;
mod timeline;
pub use timeline::{Item, Row, Timeline};
mod typing;
pub use typing::typing_dots;
mod widget;
pub use widget::{Mounted, mount};
mod window;
mod words;
#[cfg(feature = "app")]
pub(crate) use words::forget as forget_words;
