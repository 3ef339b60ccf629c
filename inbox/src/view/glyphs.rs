//! The inbox's own icons, on the widget's grid of 24.

use pocketping_widget::view::Glyph;

/// Figures.
pub(super) const CHART: Glyph = Glyph::of("M5 19V11M12 19V5M19 19v-5");
/// Notifications.
pub(super) const BELL: Glyph = Glyph::of(
    "M6 16.5h12c-1.3-1.3-1.8-2.8-1.8-6a4.2 4.2 0 00-8.4 0c0 3.2-.5 4.7-1.8 6zM10.3 19.5a1.8 1.8 0 003.4 0",
);
/// What can be done.
pub(super) const MORE: Glyph = Glyph::of("M6 12v.1M12 12v.1M18 12v.1");
/// An answer to this.
pub(super) const REPLY: Glyph = Glyph::of("M9.5 6L4 11.5l5.5 5.5M4.5 11.5H14a6 6 0 016 6v.5");
/// Another text.
pub(super) const PENCIL: Glyph = Glyph::of("M5 19l1-4L16.5 4.5l3 3L9 18z");
/// Among operators.
pub(super) const NOTE: Glyph = Glyph::of("M6 4h12v10l-5 6H6zM18 14h-5v6");
/// Where a visitor went.
pub(super) const EYE: Glyph = Glyph::of(
    "M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z",
);
/// A secret.
pub(super) const KEY: Glyph =
    Glyph::of("M14.5 4a5.5 5.5 0 00-5.2 7.2L3.5 17v3.5H7v-2h2v-2h2l1.8-1.8A5.5 5.5 0 1014.5 4zM16.5 7.5v.1");
/// A rating.
pub(super) const STAR: Glyph =
    Glyph::of("M12 4l2.4 5.1 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.8l5.6-.7z");
/// Somebody.
pub(super) const PERSON: Glyph =
    Glyph::of("M12 4.5a3.7 3.7 0 100 7.4 3.7 3.7 0 000-7.4zM4.8 19.5c.8-3.3 3.6-5 7.2-5s6.4 1.7 7.2 5");
/// Kept answers.
pub(super) const SLASH: Glyph =
    Glyph::of("M5 4.5h14a1 1 0 011 1v13a1 1 0 01-1 1H5a1 1 0 01-1-1v-13a1 1 0 011-1zM10 16l4-8");
