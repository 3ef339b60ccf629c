//! The widget's catalogues: one file for each language but English, of which a page fetches the one it needs.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{fingerprint, workspace::Workspace};

/// How the widget's JavaScript names the beginning of the files' names.
pub(crate) const PLACEHOLDER: &str = "__PP_LOCALES__";

/// The catalogues as they are published.
pub(crate) struct Locales {
    /// What all their names begin with; it changes with any of them.
    pub(crate) stem: String,
    /// Their names, and the JSON text in them.
    pub(crate) files: Vec<(String, String)>,
}

impl Locales {
    /// Reads `widget/locales`.
    ///
    /// # Errors
    /// When a file cannot be read or is no JSON.
    pub(crate) fn read(workspace: &Workspace) -> Result<Self> {
        Self::of(&workspace.root.join("widget").join("locales"))
    }

    fn of(folder: &Path) -> Result<Self> {
        let mut catalogues = Vec::new();
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let catalogue: serde_json::Value =
                serde_json::from_str(&text).with_context(|| path.display().to_string())?;
            let language = path.file_stem().context("a file without a name")?;
            catalogues.push((language.to_string_lossy().into_owned(), catalogue.to_string()));
        }
        catalogues.sort();
        let contents: Vec<&[u8]> = catalogues.iter().map(|(_, text)| text.as_bytes()).collect();
        let stem = fingerprint::hashed_stem("locale", &contents);
        let named = |(language, text)| (format!("{stem}-{language}.json"), text);
        let files = catalogues.into_iter().map(named).collect();
        Ok(Self { stem, files })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_change_with_any_catalogue() {
        let folder = std::env::temp_dir().join(format!("pocketping-locales-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("fr.json"), r#"{ "send": "Envoyer" }"#).unwrap();
        fs::write(folder.join("de.json"), r#"{ "send": "Senden" }"#).unwrap();
        let first = Locales::of(&folder).unwrap();
        assert_eq!(first.files[1].0, format!("{}-fr.json", first.stem));
        assert_eq!(first.files[1].1, r#"{"send":"Envoyer"}"#);
        fs::write(folder.join("de.json"), r#"{ "send": "Abschicken" }"#).unwrap();
        let second = Locales::of(&folder).unwrap();
        assert_ne!(first.stem, second.stem);
        fs::remove_dir_all(folder).unwrap();
    }
}
