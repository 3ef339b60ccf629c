//! A message's files: pictures, sound and films in their place, the rest to download. Drawn by `js/attachments.js`.

use super::message_text::plain;
use super::words;
use crate::browser::value::to_json;
use crate::dom::El;
use pocketping_core::Wire;
use pocketping_core::model::Message;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

#[wasm_bindgen(module = "/js/attachments.js")]
extern "C" {
    /// Draws files anew, from JSON text of a list of them, or without text none.
    #[wasm_bindgen(js_name = drawFiles)]
    fn draw_files(list: &Element, json: &str);

    /// What files that the server names without an origin are relative to; the page at first.
    #[cfg(feature = "app")]
    #[wasm_bindgen(js_name = filesAreAt)]
    pub(crate) fn files_are_at(base: &str);
}

/// Draws a message's files into `list`, unless they are those that `drawn` tells of.
pub(super) fn draw(list: &El, message: &Message, drawn: &mut String) {
    let files = &message.attachments;
    let json = match files.is_empty() || message.deleted_at.is_some() {
        true => String::new(),
        false => to_json(&files.write()),
    };
    if *drawn != json {
        draw_files(list.element(), &json);
        *drawn = json;
    }
}

/// What a message says in words only: its text, or the names of its files.
pub(super) fn in_words(message: &Message) -> String {
    let mut text = plain(&message.content);
    for file in &message.attachments {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(words::FILE);
        text.push_str(&file.filename);
    }
    text
}
