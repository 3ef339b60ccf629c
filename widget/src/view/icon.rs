//! Line icons on a grid of 24.

use crate::dom::{El, classes, el};

/// The path of an icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph(&'static str);

impl Glyph {
    /// Another one, by the data of its path.
    pub const fn of(path: &'static str) -> Self {
        Glyph(path)
    }

    /// Down, to close.
    pub const CHEVRON: Glyph = Glyph("M6 9.5l6 6 6-6");
    /// Away with it.
    pub const CROSS: Glyph = Glyph("M7 7l10 10M17 7L7 17");
    /// Send.
    pub const SEND: Glyph = Glyph("M12 19V5.5M6 11.5l6-6 6 6");
    /// A file.
    pub const CLIP: Glyph = Glyph(
        "M19 11.5l-7.2 7.2a4.3 4.3 0 01-6.1-6.1l7.6-7.6a2.9 2.9 0 014.1 4.1l-7.5 7.5a1.4 1.4 0 01-2-2l6.6-6.6",
    );
    /// To the newest.
    pub const DOWN: Glyph = Glyph("M12 5v13.5M6 12.5l6 6 6-6");
    /// Back to where one came from.
    pub const BACK: Glyph = Glyph("M14.5 6l-6 6 6 6");
    /// An emoji.
    pub const SMILE: Glyph = Glyph("M12 3a9 9 0 100 18 9 9 0 000-18zM8.5 14a4 4 0 007 0M9 9.5v.1M15 9.5v.1");
    /// Stored.
    pub const CHECK: Glyph = Glyph("M5 12.8l4.4 4.4L19 7.6");
    /// Arrived, or read.
    pub const CHECKS: Glyph = Glyph("M2 12.8l4.4 4.4L16 7.6M11.5 16.6l.6.6L22 7.6");
    /// Something went wrong.
    pub const ALERT: Glyph = Glyph("M12 7v6M12 16.8v.2M12 3a9 9 0 100 18 9 9 0 000-18z");
    /// Deleted.
    pub const BIN: Glyph = Glyph("M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7");
    /// No network.
    pub const OFFLINE: Glyph = Glyph(
        "M3 3l18 18M8.6 15.2a5 5 0 016.2-.5M5 11.5a10 10 0 014-2.4M12.6 8.6A10 10 0 0119 11.5M12 19v.1",
    );
    /// Heard.
    pub const BELL: Glyph = Glyph("M6 16.5V11a6 6 0 0112 0v5.5l1.5 1.5h-15zM10 20.5h4");
    /// Not heard.
    pub const BELL_OFF: Glyph = Glyph("M6 16.5V11a6 6 0 0112 0v5.5l1.5 1.5h-15zM10 20.5h4M4 3l16 18");
    /// A conversation.
    pub const CHAT: Glyph = Glyph(
        "M12 3.2c-5.2 0-9.2 3.6-9.2 8.2 0 2.5 1.2 4.7 3.1 6.2-.1 1.1-.6 2-1.3 2.8-.3.4-.1.9.4.9 1.9-.1 \
         3.5-.7 4.8-1.6.7.1 1.4.2 2.2.2 5.2 0 9.2-3.7 9.2-8.5 0-4.6-4-8.2-9.2-8.2z",
    );
    /// Search.
    pub const SEARCH: Glyph = Glyph("M11 4a7 7 0 100 14 7 7 0 000-14zM16.2 16.2L20.5 20.5");
    /// About this.
    pub const INFO: Glyph = Glyph("M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v5.5M12 7.6v.1");
    /// A custom event.
    pub const BOLT: Glyph = Glyph("M13 3L5 13.5h6L10 21l8-10.5h-6z");
    /// Out of here.
    pub const LEAVE: Glyph = Glyph("M14 4h4a2 2 0 012 2v12a2 2 0 01-2 2h-4M10.5 8l-4 4 4 4M6.5 12H15");
}

/// An icon; decoration only, the control around it has the name. `class` are further classes, or empty.
pub fn icon(glyph: Glyph, class: &str) -> El {
    drawing(class).child(el("path").attr("d", glyph.0))
}

/// An icon that changes.
pub(super) fn icon_of(glyph: impl Fn() -> Glyph + 'static) -> El {
    drawing("").child(el("path").attr_of("d", move || Some(glyph().0.to_owned())))
}

fn drawing(class: &str) -> El {
    el("svg[viewBox=0 0 24 24][aria-hidden=true][focusable=false]").class(&classes("pp-icon", class))
}

/// A button that is an icon. `class` are further classes; `label` is what it is called.
pub fn icon_button(glyph: Glyph, class: &str, label: &str) -> El {
    el("button[type=button]")
        .class(&classes("pp-icon-btn", class))
        .attr("aria-label", label)
        .child(icon(glyph, ""))
}
