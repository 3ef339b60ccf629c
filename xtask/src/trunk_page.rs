//! What Trunk cannot do by itself: the loader that names Trunk's files, the module around Trunk's glue with its chunks,
//! and the joined style sheet.

use std::{env, fs, path::Path};

use anyhow::{Context, Result};

use crate::{
    css, dist,
    locales::Locales,
    node::NodeTools,
    parts::Parts,
    wasm::{self, Profile},
    workspace::Workspace,
};

/// The folder that `www/index.html` asks Trunk to put the module into.
const FOLDER: &str = "widget";

/// Completes the page that Trunk has just built; Trunk's hook sets `TRUNK_STAGING_DIR`.
///
/// # Errors
/// When it is not Trunk that calls, or a file is missing.
pub(crate) fn trunk_page() -> Result<()> {
    let staging =
        env::var_os("TRUNK_STAGING_DIR").context("TRUNK_STAGING_DIR is not set: Trunk calls this")?;
    let staging = Path::new(&staging);
    let workspace = Workspace::load()?;

    let names: Vec<String> = fs::read_dir(staging.join(FOLDER))
        .with_context(|| staging.join(FOLDER).display().to_string())?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    let (js, wasm) = module_files(&names).context("Trunk built no module")?;

    let style = format!("{FOLDER}/pocketping.css");
    fs::write(
        staging.join(&style),
        css::join(&workspace.root.join("widget").join("styles"))?,
    )?;
    let entry = format!("{FOLDER}/app.js");
    fs::write(staging.join(&entry), app(&workspace, staging, &js)?)?;
    let source = workspace.root.join("www").join("loader").join("pocketping.js");
    let source = fs::read_to_string(&source).with_context(|| source.display().to_string())?;
    let loader = dist::loader(&source, &[entry, format!("{FOLDER}/{wasm}"), style])?;
    fs::write(staging.join("pocketping.js"), loader)?;
    Ok(())
}

/// The module around the glue; writes the chunk that it fetches.
fn app(workspace: &Workspace, staging: &Path, glue: &str) -> Result<String> {
    let tools = NodeTools::ready(workspace)?;
    let filter = wasm::module(workspace, &tools, &wasm::FILTER, Profile::Dev)?;
    let folder = staging.join("chunks");
    fs::create_dir_all(&folder)?;
    let names = ["filter.js", "filter.wasm"].map(str::to_owned);
    fs::write(folder.join(&names[0]), &filter.js)?;
    fs::write(folder.join(&names[1]), &filter.wasm)?;
    let locales = Locales::read(workspace)?;
    for (name, text) in &locales.files {
        fs::write(folder.join(name), text)?;
    }
    let rare = Parts::build(workspace, &tools)?;
    for (name, text) in &rare.files {
        fs::write(folder.join(name), text)?;
    }
    let entry = wasm::WIDGET.entry_source(workspace, &tools)?;
    dist::with_chunks(
        entry.replace(wasm::GLUE, glue).as_bytes(),
        &names,
        &locales.stem,
        &rare.stem,
    )
}

/// The glue and the WASM file that belong together, by wasm-bindgen's names.
fn module_files(names: &[String]) -> Option<(String, String)> {
    names.iter().find_map(|wasm| {
        let js = format!("{}.js", wasm.strip_suffix("_bg.wasm")?);
        names.contains(&js).then(|| (js, wasm.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glue_and_wasm_are_found_by_their_common_stem() {
        let names = ["pocketping.css", "page-1a.js", "page-1a_bg.wasm"].map(str::to_owned);
        assert_eq!(
            module_files(&names),
            Some(("page-1a.js".to_owned(), "page-1a_bg.wasm".to_owned()))
        );
        assert_eq!(module_files(&names[..2]), None);
    }
}
