//! What can be done with a message: a button, and a menu while it is open.

use super::glyphs;
use pocketping_widget::browser::focus::{focus, has_focus};
use pocketping_widget::dom::{El, Live, el};
use pocketping_widget::view::{Glyph, icon};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Name, icon and what it does.
pub(super) type Action = (&'static str, Glyph, Rc<dyn Fn()>);

/// The button and its menu.
pub(super) fn menu(label: &'static str, actions: Vec<Action>) -> El {
    let open = Live::new(false);
    let button = el("button.pp-icon-btn.pp-actions__button[type=button][aria-haspopup=menu]")
        .attr("aria-label", label)
        .attr_of("aria-expanded", move || Some(open.get().to_string()))
        .child(icon(glyphs::MORE, ""))
        .on("click", move |_| open.update(|open| *open = !*open));
    let home = button.clone();
    let actions = Rc::new(actions);
    let root = el("div").class_of(move || {
        let class = if open.get() {
            "pp-actions pp-actions-open"
        } else {
            "pp-actions"
        };
        class.to_owned()
    });
    let (around, left) = (root.clone(), root.clone());
    let keys = home.clone();
    root.on("keydown", move |event| {
        let event: KeyboardEvent = event.unchecked_into();
        let is_open = open.try_get_untracked().unwrap_or(false);
        match &*event.key() {
            "Escape" if is_open => {
                open.set(false);
                focus(keys.html());
            }
            "ArrowDown" if is_open => step(around.element(), 1),
            "ArrowUp" if is_open => step(around.element(), -1),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    })
    .on("focusout", move |_| {
        // The focus has not arrived yet: the next turn knows where it is.
        let left = left.clone();
        leptos::prelude::request_animation_frame(move || {
            if !has_focus(left.element()) {
                open.set(false);
            }
        });
    })
    .child(button)
    .show(
        move || open.get(),
        move || {
            let list = el("div.pp-menu[role=menu]");
            let list = actions.iter().fold(list, |list, (name, glyph, act)| {
                let (act, home) = (act.clone(), home.clone());
                let entry = el("button.pp-menu__entry[type=button][role=menuitem][tabindex=-1]")
                    .child(icon(*glyph, ""))
                    .text(name)
                    .on("click", move |_| {
                        // What opens next gives the focus back to the button.
                        focus(home.html());
                        open.set(false);
                        act();
                    });
                list.child(entry)
            });
            let first = list.clone();
            leptos::prelude::request_animation_frame(move || step(first.element(), 1));
            list
        },
    )
}

/// Moves the focus by so many entries, around the ends.
fn step(menu: &Element, by: i32) {
    // A constant selector is valid.
    let Ok(found) = menu.query_selector_all(".pp-menu__entry") else {
        return;
    };
    let entries: Vec<HtmlElement> = (0..found.length())
        .filter_map(|at| found.get(at)?.dyn_into().ok())
        .collect();
    let count = entries.len() as i32;
    let at = entries.iter().position(|entry| has_focus(entry));
    let next = match at {
        Some(at) => (at as i32 + by).rem_euclid(count.max(1)),
        None => 0,
    };
    if let Some(entry) = entries.get(next as usize) {
        focus(entry);
    }
}
