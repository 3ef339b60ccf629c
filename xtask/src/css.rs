//! Style sheets: plain files joined in a fixed order.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

/// Joins the `.css` files of a folder: in the order of its `order.txt` if there is one (a path per line, relative
/// to the folder, `#` for comments), else by name.
///
/// # Errors
/// When a file cannot be read, none is there, or `order.txt` leaves a file of the folder out.
pub(crate) fn join(folder: &Path) -> Result<String> {
    let mut present = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".css") {
            present.push(name);
        }
    }
    present.sort();
    let order_file = folder.join("order.txt");
    let order = match fs::read_to_string(&order_file) {
        Ok(text) => listed(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => present.clone(),
        Err(error) => return Err(error).with_context(|| order_file.display().to_string()),
    };
    if let Some(forgotten) = present.iter().find(|name| !order.contains(name)) {
        bail!("{} does not name {forgotten}", order_file.display());
    }
    if order.is_empty() {
        bail!("{} has no style sheet", folder.display());
    }
    let mut css = String::new();
    for name in order {
        let path = folder.join(&name);
        css.push_str(&fs::read_to_string(&path).with_context(|| path.display().to_string())?);
        if !css.ends_with('\n') {
            css.push('\n');
        }
    }
    Ok(css)
}

fn listed(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("pocketping-css-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("styles")).unwrap();
        for (name, text) in files {
            fs::write(folder.join("styles").join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn without_an_order_the_names_decide() {
        let root = folder(
            "names",
            &[("b.css", "b{}"), ("a.css", "a{}\n"), ("notes.md", "no")],
        );
        assert_eq!(join(&root.join("styles")).unwrap(), "a{}\nb{}\n");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn the_order_file_may_name_files_elsewhere() {
        let root = folder(
            "order",
            &[
                ("a.css", "a{}"),
                ("order.txt", "# shared first\n../other.css\n\na.css\n"),
            ],
        );
        fs::write(root.join("other.css"), "o{}").unwrap();
        assert_eq!(join(&root.join("styles")).unwrap(), "o{}\na{}\n");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_forgotten_file_is_an_error() {
        let root = folder(
            "forgotten",
            &[("a.css", ""), ("b.css", ""), ("order.txt", "a.css")],
        );
        assert!(
            join(&root.join("styles"))
                .unwrap_err()
                .to_string()
                .contains("does not name b.css")
        );
        fs::remove_dir_all(root).unwrap();
    }
}
