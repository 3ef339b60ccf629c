//! Light or dark, resolved and kept up to date, and the colours that the page or server chose.

use super::appearance::Theme;
use super::media::{DARK, use_media};
use crate::dom::{El, effect};
use crate::state::ChatState;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, HtmlElement};

#[wasm_bindgen(module = "/js/look.js")]
extern "C" {
    #[wasm_bindgen(js_name = paintHost)]
    fn paint(root: &HtmlElement, property: &str, value: &str);
}

const LIGHT_CLASS: &str = "pp-theme-light";
const DARK_CLASS: &str = "pp-theme-dark";

/// Follows the theme: gives its class, and keeps that on the root.
pub(super) fn use_theme(root: HtmlElement, state: ChatState) -> impl Fn() -> &'static str + Copy + 'static {
    let dark = use_media(DARK);
    let theme = move || match state.appearance.with(|appearance| appearance.theme) {
        Theme::Light => LIGHT_CLASS,
        Theme::Dark => DARK_CLASS,
        Theme::Auto if dark.get() => DARK_CLASS,
        Theme::Auto => LIGHT_CLASS,
    };
    let root = El::from(Element::from(root));
    effect(move || root.set("class", &["pp-root ", theme()].concat()));
    theme
}

/// Sets the accent and the stacking order on the host, as custom properties: no style attribute, so a strict
/// content security policy has nothing to refuse.
pub(super) fn paint_host(root: &HtmlElement, state: ChatState) {
    let root = root.clone();
    effect(move || {
        let (color, z_index) = state
            .appearance
            .with(|appearance| (appearance.primary_color.clone(), appearance.z_index));
        let z_index = z_index.map(pocketping_core::decimal);
        for (property, value) in [("--pp-primary", color), ("--pp-z", z_index)] {
            if let Some(value) = value {
                paint(&root, property, &value);
            }
        }
    });
}
