//! The launcher, which the loader has painted: it is taken over as it is, and nothing is repainted.

use crate::browser::focus::{focus, has_focus};
use crate::browser::page::document;
use crate::dom::effect;
use crate::state::ChatState;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Counts above this are shown as `9+`.
const MOST: usize = 9;

/// Puts badge and dot on the launcher, moves it with the position, and takes it out while the window is open
/// (PROTOCOL §4.6). Clicks are the loader's.
pub(super) fn adopt_launcher(root: HtmlElement, launcher: HtmlElement, state: ChatState) {
    let mut mark = None::<Element>;
    let (marked, placed) = (launcher.clone(), launcher.clone());
    effect(move || {
        let unread = state.unread.get();
        let online = state.operator_online.get();
        if let Some(old) = mark.take() {
            old.remove();
        }
        mark = new_mark(unread, online).inspect(|mark| append(&marked, mark));
    });
    effect(move || {
        let class = state.appearance.with(|appearance| appearance.position.class());
        placed.set_class_name(&["pp-toggle ", class].concat());
    });
    effect(move || {
        if state.open.get() {
            launcher.remove();
        } else if !launcher.is_connected() {
            let returns = has_focus(&root);
            // Before everything else of ours, where the loader had it. Fails only for a foreign neighbour.
            drop(root.insert_before(&launcher, root.first_child().as_ref()));
            if returns {
                focus(&launcher);
            }
        }
    });
}

/// The badge for unread messages, else the dot for an operator being there, else nothing.
fn new_mark(unread: usize, online: bool) -> Option<Element> {
    let (class, part) = match unread {
        0 if online => ("pp-online-dot", None),
        0 => return None,
        _ => ("pp-unread-badge", Some("badge")),
    };
    // A known tag name never fails.
    let mark = document().create_element("span").ok()?;
    mark.set_class_name(class);
    if let Some(part) = part {
        drop(mark.set_attribute("part", part));
        let count = unread.min(MOST).to_string();
        let text = if unread > MOST {
            [&count, "+"].concat()
        } else {
            count
        };
        mark.set_text_content(Some(&text));
    }
    Some(mark)
}

fn append(launcher: &HtmlElement, mark: &Element) {
    // Fails only when a node would contain itself.
    drop(launcher.append_child(mark.unchecked_ref()));
}
