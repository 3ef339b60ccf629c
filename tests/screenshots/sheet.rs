//! The page that shows all pictures side by side.

use crate::Shot;
use crate::scene::SCENES;

/// The sheet as Markdown.
pub(crate) fn text(shots: &[&Shot]) -> String {
    let mut text = "# The widget in pictures\n\nMade by `cargo xtask screenshots`: the widget as it is shipped, on the demo shop of a server of its own.\n\n".to_owned();
    for scene in SCENES {
        text.push_str(&format!("## {}\n\n", scene.title));
        for language in ["en", "ar"] {
            let ending = format!("-{language}.png");
            let files = shots.iter().map(|shot| shot.file());
            let row =
                files.filter(|file| file.starts_with(&format!("{}-", scene.name)) && file.ends_with(&ending));
            let pictures: Vec<String> = row
                .map(|file| {
                    let alt = file.trim_end_matches(".png").replace('-', " ");
                    format!("<img src=\"{file}\" alt=\"{alt}\" width=\"200\">")
                })
                .collect();
            if !pictures.is_empty() {
                text.push_str(&pictures.join("\n"));
                text.push_str("\n\n");
            }
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
