//! Pictures for people to look at, and what a program can say about them: nothing overflows, texts are
//! readable, the window fills a phone.

use anyhow::{Context, Result};
use pocketping_tests::{Inbox, Screen, Server, ServerOptions, Widget};
use std::path::PathBuf;

pub(crate) fn folder() -> Result<PathBuf> {
    let folder = std::env::var_os("POCKETPING_SCREENSHOTS").map_or_else(
        || std::env::temp_dir().join("pocketping-screenshots"),
        PathBuf::from,
    );
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Keeps a picture of what the visitor sees.
pub(crate) async fn picture(visitor: &Widget, name: &str) -> Result<()> {
    let file = folder()?.join(format!("{name}.png"));
    Ok(std::fs::write(file, visitor.browser.screenshot().await?)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn widget_and_inbox_fit_desktop_and_phone_in_both_themes() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let folder = folder()?;
    for (name, screen) in [("desktop", Screen::DESKTOP), ("phone", Screen::PHONE)] {
        for dark in [false, true] {
            let theme = if dark { "dark" } else { "light" };
            let screen = Screen { dark, ..screen };
            let visitor = Widget::visit(&server.address(), screen).await?;
            visitor.until("return !!q('.pp-toggle')").await?;
            std::fs::write(
                folder.join(format!("demo-{name}-{theme}.png")),
                visitor.browser.screenshot().await?,
            )?;
            visitor.open().await?;
            let hello = format!("Hello, does the lamp fit an E27 bulb? ({name}, {theme})");
            visitor.write(&hello).await?;
            let inbox = Inbox::open(&server.address(), screen).await?;
            inbox.choose(&hello).await?;
            inbox
                .answer("Yes, any E27 bulb up to 12 W. Is it for a bedroom?")
                .await?;
            visitor
                .sees("Yes, any E27 bulb up to 12 W. Is it for a bedroom?")
                .await?;
            visitor.write("Right, next to the bed.").await?;
            visitor.sees_status("Right, next to the bed.", "read").await?;
            inbox.sees("Right, next to the bed.").await?;
            std::fs::write(
                folder.join(format!("widget-{name}-{theme}.png")),
                visitor.browser.screenshot().await?,
            )?;
            std::fs::write(
                folder.join(format!("inbox-{name}-{theme}.png")),
                inbox.browser.screenshot().await?,
            )?;

            let overflow = "return document.documentElement.scrollWidth <= innerWidth && all('.pp-message-content').every((b) => b.scrollWidth <= b.clientWidth + 1)";
            assert_eq!(
                visitor.script(overflow).await?,
                true,
                "the widget overflows on {name}"
            );
            inbox
                .until(overflow)
                .await
                .with_context(|| format!("the inbox overflows on {name}"))?;
            if screen.width <= 480 {
                let sheet = "const r = q('.pp-window').getBoundingClientRect(); return r.width === innerWidth && Math.abs(r.height - innerHeight) < 1";
                visitor
                    .until(sheet)
                    .await
                    .context("the window does not fill the phone")?;
            }
            let background = "return getComputedStyle(q('.pp-window')).backgroundColor.match(/[\\d.]+/g).slice(0, 3).every((c) => c < 100)";
            assert_eq!(
                visitor.script(background).await?,
                dark,
                "the theme follows the system on {name}"
            );
            visitor.browser.quit().await?;
            inbox.browser.quit().await?;
        }
    }
    Ok(())
}
