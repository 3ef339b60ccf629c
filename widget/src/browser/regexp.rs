//! The user-agent filter on the browser's regular expressions.

use js_sys::{Array, Function, JsString, Reflect, RegExp};
use pocketping_core::ua::{PatternHost, PortablePatterns, UaFilter};
use wasm_bindgen::{JsCast, JsValue};

/// The filter as the browser runs it.
pub type BrowserUaFilter = UaFilter<PortablePatterns<Browser>>;

/// The browser's `RegExp` and its case tables.
#[derive(Clone, Copy, Debug)]
pub enum Browser {}

impl PatternHost for Browser {
    type Regex = RegExp;

    fn compile(source: &str) -> Option<RegExp> {
        // js-sys's own constructor does not catch what `new RegExp` throws.
        let class: Function = Reflect::get(&js_sys::global(), &JsValue::from_str("RegExp"))
            .ok()?
            .dyn_into()
            .ok()?;
        let arguments = Array::of2(&JsValue::from_str(source), &JsValue::from_str("i"));
        let regex = Reflect::construct(&class, &arguments).ok()?;
        Some(regex.unchecked_into())
    }

    fn is_match(regex: &RegExp, text: &str) -> bool {
        regex.test(text)
    }

    fn lowercase(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }
}
