//! How the glue starts its module. wasm-bindgen's own code takes a module in five forms, says what is deprecated, and
//! remembers what it has started; our pages hand over the answer of `fetch`, once.

use anyhow::{Context, Result};

/// Where wasm-bindgen's code begins, and what follows it.
const BEGIN: &str = "async function __wbg_load(";
const END: &str = "export { initSync, __wbg_init as default };";

/// Started from the answer to a request for it, or a promise of that; as it arrives where the server knows its type.
const OURS: &str = "\
async function __wbg_init({ module_or_path }) {
    const answer = await module_or_path;
    if (!answer.ok) throw Error(`${answer.url}: ${answer.status}`);
    const imports = __wbg_get_imports();
    const { instance } = await (answer.headers.get('Content-Type') == 'application/wasm'
        ? WebAssembly.instantiateStreaming(answer, imports)
        : WebAssembly.instantiate(await answer.arrayBuffer(), imports));
    return __wbg_finalize_init(instance);
}

export { __wbg_init as default };
";

/// The glue (as wasm-bindgen wrote it, not minified) with the way of starting that we need.
///
/// # Errors
/// When the glue is of another form than it was.
pub(crate) fn shortened(glue: &str) -> Result<String> {
    let (before, rest) = glue
        .split_once(BEGIN)
        .context("the glue does not load its module as it did")?;
    let (_, after) = rest
        .split_once(END)
        .context("the glue does not export its start as it did")?;
    Ok([before, OURS, after.trim_start()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_is_left_as_it_is() {
        let glue = format!("let wasm;\n\n{BEGIN}module) {{\n}}\nlet promise;\n\n{END}\n// The end.\n");
        let shortened = shortened(&glue).unwrap();
        assert_eq!(shortened, format!("let wasm;\n\n{OURS}// The end.\n"));
        assert!(!shortened.contains("promise;"));
    }

    #[test]
    fn glue_of_another_form_is_an_error() {
        assert!(super::shortened("let wasm;").is_err());
        assert!(super::shortened(&format!("{BEGIN}module) {{}}")).is_err());
    }
}
