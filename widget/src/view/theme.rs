//! Light or dark, resolved and kept up to date, and the colours that the page or server chose.

use super::appearance::Theme;
use super::effect::effect;
use super::media::{DARK, use_media};
use crate::state::ChatState;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ShadowRoot};

const LIGHT_CLASS: &str = "pp-theme-light";
const DARK_CLASS: &str = "pp-theme-dark";

/// The theme's class, kept on the root too.
pub(super) fn use_theme(root: HtmlElement, state: ChatState) -> Memo<&'static str> {
    let dark = use_media(DARK);
    let theme = Memo::new(
        move |_| match state.appearance.with(|appearance| appearance.theme) {
            Theme::Light => LIGHT_CLASS,
            Theme::Dark => DARK_CLASS,
            Theme::Auto if dark.get() => DARK_CLASS,
            Theme::Auto => LIGHT_CLASS,
        },
    );
    effect(move || root.set_class_name(&["pp-root ", theme.get()].concat()));
    theme
}

/// Sets the accent and the stacking order on the host, as custom properties: no style attribute, so a strict
/// content security policy has nothing to refuse.
pub(super) fn paint_host(root: &HtmlElement, state: ChatState) {
    let Some(shadow) = root.get_root_node().dyn_into::<ShadowRoot>().ok() else {
        return;
    };
    let host: HtmlElement = shadow.host().unchecked_into();
    effect(move || {
        let (color, z_index) = state
            .appearance
            .with(|appearance| (appearance.primary_color.clone(), appearance.z_index));
        let z_index = z_index.map(|z_index| z_index.to_string());
        for (property, value) in [("--pp-primary", color), ("--pp-z", z_index)] {
            if let Some(value) = value {
                // Custom properties take any value.
                drop(host.style().set_property(property, &value));
            }
        }
    });
}
