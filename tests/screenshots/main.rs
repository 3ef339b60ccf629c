//! The sheet of pictures in `docs/screenshots`: the real widget of a real server in a real browser, in every scene, on a
//! desktop and a phone, light and dark, in English and Arabic. `cargo xtask screenshots` runs it.

#![forbid(unsafe_code)]

mod palette;
mod scene;
mod sheet;

use anyhow::{Context, Result, bail};
use pocketping_tests::{Screen, Widget};
use scene::{Language, SCENES, Scene, Stage};
use std::path::{Path, PathBuf};

/// How much of a desktop's picture there is in the README: window and shop.
const WIDE: Screen = Screen {
    width: 1180,
    height: 720,
    dark: false,
};

/// Its file.
const WIDE_FILE: &str = "desktop.png";

/// One picture.
struct Shot {
    scene: &'static Scene,
    device: &'static str,
    dark: bool,
    language: Language,
}

impl Shot {
    fn file(&self) -> String {
        let theme = if self.dark { "dark" } else { "light" };
        let (scene, device, language) = (self.scene.name, self.device, self.language.tag());
        format!("{scene}-{device}-{theme}-{language}.png")
    }

    fn screen(&self) -> Screen {
        let screen = if self.device == "phone" {
            Screen::PHONE
        } else {
            Screen::DESKTOP
        };
        Screen {
            dark: self.dark,
            ..screen
        }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = PathBuf::from(
        std::env::args_os()
            .nth(1)
            .context("the folder for the pictures")?,
    );
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let only = std::env::args().nth(2);
    let mut shots = Vec::new();
    for scene in SCENES {
        for language in [Language::English, Language::Arabic] {
            for device in ["desktop", "phone"] {
                for dark in [false, true] {
                    shots.push(Shot {
                        scene,
                        device,
                        dark,
                        language,
                    });
                }
            }
        }
    }
    let wanted = |file: &str| only.as_ref().is_none_or(|only| file.contains(only.as_str()));
    let mut failed = Vec::new();
    for shot in shots.iter().filter(|shot| wanted(&shot.file())) {
        // The others are taken all the same.
        if let Err(error) = take(shot, &folder).await {
            failed.push(format!("{}: {error:#}", shot.file()));
        }
    }
    if wanted(WIDE_FILE) {
        wide(&folder).await?;
    }
    let there = |shot: &&Shot| folder.join(shot.file()).exists();
    let there: Vec<&Shot> = shots.iter().filter(there).collect();
    std::fs::write(folder.join("README.md"), sheet::text(&there))?;
    if !failed.is_empty() {
        bail!("{} pictures are missing:\n{}", failed.len(), failed.join("\n"));
    }
    Ok(())
}

async fn take(shot: &Shot, folder: &Path) -> Result<()> {
    let stage = Stage::set(shot.scene, shot.language).await?;
    let visitor = Widget::visit(&stage.address(), shot.screen()).await?;
    stage.play(&visitor).await?;
    settled(&visitor).await?;
    let picture = if shot.device == "phone" {
        visitor.browser.screenshot().await?
    } else {
        // The window alone, without what would be seen of the shop at its corners.
        visitor
            .script("document.body.style.visibility = 'hidden'; document.documentElement.style.background = matchMedia('(prefers-color-scheme: dark)').matches ? '#0d1117' : '#fff'")
            .await?;
        visitor.picture_of(".pp-window").await?
    };
    let picture = palette::reduced(&picture)?;
    let file = folder.join(shot.file());
    eprintln!("{} ({} bytes)", file.display(), picture.len());
    std::fs::write(file, picture)?;
    visitor.browser.quit().await
}

/// The conversation on a desktop with the shop around it.
async fn wide(folder: &Path) -> Result<()> {
    let scene = SCENES.iter().find(|scene| scene.name == "conversation");
    let stage = Stage::set(scene.context("no conversation")?, Language::English).await?;
    let visitor = Widget::visit(&stage.address(), WIDE).await?;
    stage.play(&visitor).await?;
    settled(&visitor).await?;
    let picture = palette::reduced(&visitor.browser.screenshot().await?)?;
    std::fs::write(folder.join(WIDE_FILE), picture)?;
    visitor.browser.quit().await
}

/// Nothing moves any more, and no caret blinks.
async fn settled(visitor: &Widget) -> Result<()> {
    visitor
        .script("const sheet = new CSSStyleSheet(); sheet.replaceSync('* { caret-color: transparent }'); root.adoptedStyleSheets.push(sheet)")
        .await?;
    let still = "return document.fonts.status === 'loaded' && root.getAnimations().every((one) => one.playState === 'finished')
        && all('img').every((image) => image.complete)";
    visitor.until(still).await?;
    Ok(())
}
