//! The widget's rare parts: each a module of its own in `chunks/`, fetched by the act that needs it. All begin with one stem,
//! so that the widget has to know one name only.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{emoji, fingerprint, node::NodeTools, shell, wasm::BUNDLE, workspace::Workspace};

/// How the widget's JavaScript names the beginning of the files' names.
pub(crate) const PLACEHOLDER: &str = "__PP_PARTS__";

/// The folder of the parts' sources: one folder each.
const FOLDER: &str = "widget/js/parts";
/// The part that takes pictures of pages, most of which is a library.
const PICTURE: &str = "picture";
/// What that library does to find out something about iOS, and the same without a string of HTML, which pages may forbid.
const HTML: [(&str, &str); 2] = [
    ("testElement.innerHTML = ", "testElement.textContent = "),
    ("\"&#128104;\"", "\"\\u{1F468}\""),
];

/// The parts as they are published.
pub(crate) struct Parts {
    /// What all their names begin with; it changes with any of them.
    pub(crate) stem: String,
    /// Their names, and the text in them.
    pub(crate) files: Vec<(String, String)>,
}

impl Parts {
    /// Bundles all parts.
    ///
    /// # Errors
    /// When a source is missing or has an error.
    pub(crate) fn build(workspace: &Workspace, tools: &NodeTools) -> Result<Self> {
        let folder = workspace.root.join(FOLDER);
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            if !entry.path().is_dir() {
                continue;
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let bundled = bundle(tools, &format!("{FOLDER}/{name}/index.js"), workspace)?;
            let text = if name == PICTURE {
                without_html(bundled)?
            } else {
                bundled
            };
            files.push((format!("{name}.js"), minified(tools, &text)?));
        }
        for (language, text) in emoji::files(workspace, tools)? {
            files.push((format!("emoji-{language}.json"), text));
        }
        files.sort();
        let contents: Vec<&[u8]> = files.iter().map(|(_, text)| text.as_bytes()).collect();
        let stem = fingerprint::hashed_stem("part", &contents);
        for (name, _) in &mut files {
            *name = format!("{stem}-{name}");
        }
        Ok(Self { stem, files })
    }
}

fn bundle(tools: &NodeTools, entry: &str, workspace: &Workspace) -> Result<String> {
    let mut esbuild = tools.command("esbuild");
    esbuild
        .arg(entry)
        .args(BUNDLE)
        .arg("--loader:.css=text")
        .current_dir(&workspace.root)
        // Libraries stand beside the tools.
        .env("NODE_PATH", tools.modules());
    shell::output(&mut esbuild)
}

fn without_html(mut text: String) -> Result<String> {
    for (old, new) in HTML {
        if text.matches(old).count() != 1 {
            bail!("the library of the part {PICTURE} has changed: {old} is not there once");
        }
        text = text.replace(old, new);
    }
    Ok(text)
}

fn minified(tools: &NodeTools, text: &str) -> Result<String> {
    let bytes = tools.minify(crate::node::Language::Part, text)?;
    String::from_utf8(bytes).context("a part is no text")
}
