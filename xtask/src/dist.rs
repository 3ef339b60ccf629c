//! `dist/`: the files that the server embeds, in the layout that EXTENSIONS ("dist") fixes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    compress::{Compressor, Effort},
    css, fingerprint,
    locales::{self, Locales},
    node::{Language, NodeTools},
    parts::{self, Parts as RareParts},
    tree::{copy_folder, put_in_place},
    wasm::{FILTER, INBOX, Module, WIDGET},
    workspace::Workspace,
};

/// What pages may import instead of the script: the functions, and the element.
const MODULE: &str = "pocketping.mjs";
const ELEMENT: &str = "pocketping-chat.mjs";
/// How the loader finds out its own address, and what the page wants.
const SCRIPT: &str = "document.currentScript";

/// The built modules.
pub(crate) struct Parts {
    /// What visitors get.
    pub(crate) widget: Module,
    /// The user-agent filter.
    pub(crate) filter: Module,
    /// What operators get.
    pub(crate) inbox: Module,
}

/// Fills `dist/` beside the old one and puts it into its place when it is complete.
///
/// # Errors
/// When a source is missing or a file cannot be written; `dist/` is then as it was.
pub(crate) fn fill(
    workspace: &Workspace,
    tools: &NodeTools,
    compressor: &Compressor,
    effort: Effort,
    parts: &Parts,
) -> Result<()> {
    let new = workspace.root.join("dist.new");
    if new.exists() {
        fs::remove_dir_all(&new).with_context(|| new.display().to_string())?;
    }
    let writer = Writer { compressor, effort };
    let www = workspace.root.join("www");

    let filter = writer.files(
        &new.join("chunks"),
        FILTER.name,
        [("js", &parts.filter.js), ("wasm", &parts.filter.wasm)],
    )?;
    let locales = Locales::read(workspace)?;
    for (name, text) in &locales.files {
        writer.compressed(&new.join("chunks").join(name), text.as_bytes())?;
    }
    let rare = RareParts::build(workspace, tools)?;
    for (name, text) in &rare.files {
        writer.compressed(&new.join("chunks").join(name), text.as_bytes())?;
    }
    let widget_css = css::join(&workspace.root.join("widget").join("styles"))?;
    let widget = Module {
        js: with_chunks(&parts.widget.js, &filter, &locales.stem, &rare.stem)?.into_bytes(),
        wasm: parts.widget.wasm.clone(),
    };
    let widget = writer.app(&new.join("widget"), WIDGET.name, &widget, tools, &widget_css)?;
    let widget = widget.map(|name| format!("widget/{name}"));
    let loader = loader(&read(&www.join("loader").join("pocketping.js"))?, &widget)?;
    writer.compressed(
        &new.join("pocketping.js"),
        &tools.minify(Language::Script, &loader)?,
    )?;

    let element = read(&www.join("loader").join(ELEMENT))?;
    for (name, source) in [(MODULE, module(&loader)?), (ELEMENT, element)] {
        writer.compressed(&new.join(name), &tools.minify(Language::Module, &source)?)?;
    }

    let inbox_css = css::join(&workspace.root.join("inbox").join("styles"))?;
    let inbox = writer.app(&new.join("inbox"), INBOX.name, &parts.inbox, tools, &inbox_css)?;
    let page = read(&www.join("inbox").join("index.html"))?;
    let page = substitute(
        &page,
        &["__INBOX_JS__", "__INBOX_WASM__", "__INBOX_CSS__"],
        &inbox,
    )?;
    write(&new.join("inbox").join("index.html"), page.as_bytes())?;

    copy_folder(&www.join("demo"), &new.join("demo"))?;
    put_in_place(&new, &workspace.dist())
}

/// The loader with the names of the files that it fetches, relative to its own address.
///
/// # Errors
/// When the source does not name each of the three placeholders.
pub(crate) fn loader(source: &str, [js, wasm, css]: &[String; 3]) -> Result<String> {
    substitute(
        source,
        &["__PP_APP_JS__", "__PP_APP_WASM__", "__PP_APP_CSS__"],
        &[js.clone(), wasm.clone(), css.clone()],
    )
    .context("the loader")
}

/// The loader as a module. It exports the one `PocketPing` of the page, whichever of the two came first; on a server, where
/// frameworks may render, there is none.
///
/// # Errors
/// When the loader does not look at its tag.
pub(crate) fn module(loader: &str) -> Result<String> {
    let place = "{ src: import.meta.url, dataset: {} }".to_owned();
    let loader = substitute(loader, &[SCRIPT], &[place]).context("the loader")?;
    Ok(format!(
        "if (globalThis.document && !globalThis.PocketPing) {{\n{loader}\n}}\n\
         export const PocketPing = globalThis.PocketPing;\nexport default PocketPing;\n"
    ))
}

/// The widget's JavaScript with the names of the user-agent filter's files, and the beginnings of the catalogues' and the rare parts', which are in the folder `chunks`.
///
/// # Errors
/// When the source is no text, or does not name all placeholders.
pub(crate) fn with_chunks(
    source: &[u8],
    [js, wasm]: &[String; 2],
    locales: &str,
    rare: &str,
) -> Result<String> {
    let source = str::from_utf8(source).context("the widget's JavaScript")?;
    let placeholders = [
        "__PP_FILTER_JS__",
        "__PP_FILTER_WASM__",
        locales::PLACEHOLDER,
        parts::PLACEHOLDER,
    ];
    let names = [js.as_str(), wasm, locales, rare].map(str::to_owned);
    substitute(source, &placeholders, &names).context("the widget's JavaScript")
}

fn substitute<const N: usize>(source: &str, placeholders: &[&str; N], names: &[String; N]) -> Result<String> {
    let mut text = source.to_owned();
    for (placeholder, name) in placeholders.iter().zip(names) {
        if !text.contains(placeholder) {
            bail!("the placeholder {placeholder} is missing");
        }
        text = text.replace(placeholder, name);
    }
    Ok(text)
}

struct Writer<'a> {
    compressor: &'a Compressor,
    effort: Effort,
}

impl Writer<'_> {
    /// Writes a module's three files and returns their names: JavaScript, WASM, CSS.
    fn app(
        &self,
        folder: &Path,
        name: &str,
        module: &Module,
        tools: &NodeTools,
        css: &str,
    ) -> Result<[String; 3]> {
        let css = match self.effort {
            Effort::Quick => css.as_bytes().to_vec(),
            Effort::Best => tools.minify(Language::Css, css)?,
        };
        self.files(
            folder,
            name,
            [("js", &module.js), ("wasm", &module.wasm), ("css", &css)],
        )
    }

    /// Writes files that belong together and returns their names.
    fn files<const N: usize>(
        &self,
        folder: &Path,
        name: &str,
        files: [(&str, &[u8]); N],
    ) -> Result<[String; N]> {
        let stem = fingerprint::hashed_stem(name, &files.map(|(_, content)| content));
        let mut names = [const { String::new() }; N];
        for (place, (extension, content)) in names.iter_mut().zip(files) {
            *place = format!("{stem}.{extension}");
            self.compressed(&folder.join(&*place), content)?;
        }
        Ok(names)
    }

    /// Writes a file with its `.br` and `.gz` beside it.
    fn compressed(&self, path: &Path, content: &[u8]) -> Result<()> {
        write(path, content)?;
        write(
            &with_ending(path, ".br"),
            &self.compressor.brotli(content, self.effort)?,
        )?;
        write(
            &with_ending(path, ".gz"),
            &self.compressor.gzip(content, self.effort)?,
        )
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// Writes a file and the folders above it.
fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::write(path, content).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> [String; 3] {
        ["widget/a.js", "widget/a.wasm", "widget/a.css"].map(str::to_owned)
    }

    #[test]
    fn the_loader_learns_the_names() {
        let source = "f('__PP_APP_JS__', '__PP_APP_WASM__'); g('__PP_APP_CSS__')";
        assert_eq!(
            loader(source, &names()).unwrap(),
            "f('widget/a.js', 'widget/a.wasm'); g('widget/a.css')"
        );
    }

    #[test]
    fn the_module_takes_the_widget_that_is_there() {
        let module = module("(() => { const { src } = document.currentScript; })();").unwrap();
        assert!(
            module.contains("const { src } = { src: import.meta.url, dataset: {} };"),
            "{module}"
        );
        assert!(module.starts_with("if (globalThis.document && !globalThis.PocketPing)"));
        assert!(super::module("nothing").is_err());
    }

    #[test]
    fn a_lost_placeholder_is_an_error() {
        let error = loader("f('__PP_APP_JS__', '__PP_APP_WASM__')", &names()).unwrap_err();
        assert!(format!("{error:#}").contains("__PP_APP_CSS__"));
    }
}
