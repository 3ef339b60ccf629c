//! Follows the part of the screen that a phone's keyboard leaves free (PROTOCOL §4.6).

use crate::browser::listener::Listener;
use crate::browser::page::window;
use std::rc::Rc;
use web_sys::{HtmlElement, VisualViewport};

const HEIGHT: &str = "--pp-vv-height";
const TOP: &str = "--pp-vv-top";

/// Keeps the element's `--pp-vv-height` and `--pp-vv-top` as the visual viewport is, until dropped.
pub(super) struct ViewportFollower {
    element: HtmlElement,
    _listener: Listener,
}

impl ViewportFollower {
    /// Begins to follow; `None` where the browser does not tell.
    pub(super) fn new(element: HtmlElement) -> Option<Self> {
        let viewport = window().visual_viewport()?;
        follow(&element, &viewport);
        let (target, followed) = (viewport.clone().into(), element.clone());
        let moved = Rc::new(move |_| follow(&followed, &viewport));
        Some(ViewportFollower {
            element,
            _listener: Listener::new(target, &["resize", "scroll"], moved),
        })
    }
}

impl Drop for ViewportFollower {
    fn drop(&mut self) {
        for property in [HEIGHT, TOP] {
            // Removing a property that is not set is fine.
            drop(self.element.style().remove_property(property));
        }
    }
}

fn follow(element: &HtmlElement, viewport: &VisualViewport) {
    for (property, value) in [(HEIGHT, viewport.height()), (TOP, viewport.offset_top())] {
        let px = [&(value as i64).to_string(), "px"].concat();
        // Custom properties take any value.
        drop(element.style().set_property(property, &px));
    }
}
