//! Keeps the page behind a full-screen window from scrolling (PROTOCOL §4.6).

use crate::browser::page::{document, window};
use web_sys::{CssStyleDeclaration, ScrollBehavior, ScrollToOptions};

/// The page is held where it is; dropping this lets it go, back where it was.
pub(super) struct PageLock {
    style: CssStyleDeclaration,
    before: Vec<(&'static str, String)>,
    top: f64,
}

impl PageLock {
    /// Holds the page, if there is one.
    pub(super) fn new() -> Option<Self> {
        let style = document().body()?.style();
        let top = window().scroll_y().unwrap_or_default();
        let offset = ["-", &(top as i64).to_string(), "px"].concat();
        let held = [
            ("position", "fixed"),
            ("top", &*offset),
            ("left", "0"),
            ("right", "0"),
            ("overflow", "hidden"),
        ];
        let before = held.map(|(property, value)| {
            let before = style.get_property_value(property).unwrap_or_default();
            set(&style, property, value);
            (property, before)
        });
        Some(PageLock {
            style,
            before: before.into(),
            top,
        })
    }
}

impl Drop for PageLock {
    fn drop(&mut self) {
        for (property, value) in &self.before {
            set(&self.style, property, value);
        }
        let options = ScrollToOptions::new();
        options.set_top(self.top);
        // Also on pages that scroll smoothly: nobody should see it move.
        options.set_behavior(ScrollBehavior::Instant);
        window().scroll_to_with_scroll_to_options(&options);
    }
}

fn set(style: &CssStyleDeclaration, property: &str, value: &str) {
    // Fails only on read-only declarations, which an element's own is not.
    drop(style.set_property(property, value));
}
