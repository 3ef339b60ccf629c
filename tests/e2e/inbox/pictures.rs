//! Pictures of the inbox for people to look at, and what a program can say about them.

use super::{Caller, click_text, post};
use crate::look::folder;
use anyhow::{Context, Result};
use pocketping_tests::{Inbox, Screen, Server, ServerOptions};
use reqwest::Method;
use serde_json::json;

/// The narrowest phone that is cared for.
const SMALL: Screen = Screen {
    width: 360,
    height: 740,
    dark: false,
};

/// A server with something of everything.
async fn busy() -> Result<Server> {
    let server = Server::start(ServerOptions::default()).await?;
    let ada = Caller::writes(&server, "v1", "Hello, does the lamp fit an E27 bulb?").await?;
    let identity = json!({ "id": "7", "name": "Ada Lovelace", "email": "ada@example.com", "plan": "pro" });
    post(
        &server,
        "identify",
        json!({ "sessionId": ada.session, "identity": identity }),
    )
    .await?;
    let page = json!({ "sessionId": ada.session, "url": "https://shop.example/lamps/nox", "title": "Nox table lamp" });
    post(&server, "page", page).await?;
    let body = json!({ "content": "Yes, any E27 bulb up to 12 W. Is it for a bedroom?", "operator": { "id": "max", "name": "Max" } });
    let path = format!("sessions/{}", ada.session);
    server.operator(&format!("{path}/messages"), Some(body)).await?;
    server
        .operator(
            &format!("{path}/notes"),
            Some(json!({ "content": "Bought two last year, offer the bundle." })),
        )
        .await?;
    ada.says(&server, "Right, next to the bed. How long is the cable?")
        .await?;
    server
        .operator_as(
            Method::PUT,
            &format!("{path}/tags"),
            Some(json!({ "tags": ["vip", "lamps"] })),
        )
        .await?;
    for (visitor, text) in [
        (
            "v2",
            "Can I return the shelf after 30 days? It doesn't fit under the window after all.",
        ),
        ("v3", "Merci beaucoup !"),
        ("v4", "Where is my order?"),
    ] {
        Caller::writes(&server, visitor, text).await?;
    }
    for (name, role) in [("Max", "admin"), ("Zoe", "agent")] {
        let body = json!({ "name": name, "role": role });
        server.operator("operators", Some(body)).await?;
    }
    Ok(server)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_inbox_fits_desktop_and_phone_in_both_themes() -> Result<()> {
    let folder = folder()?;
    for (name, screen) in [("desktop", Screen::DESKTOP), ("phone", SMALL)] {
        for dark in [false, true] {
            let theme = if dark { "dark" } else { "light" };
            let server = busy().await?;
            let inbox = Inbox::open(&server.address(), Screen { dark, ..screen }).await?;
            let keep = async |what: &str| -> Result<()> {
                let overflow = "return document.documentElement.scrollWidth <= innerWidth";
                inbox
                    .until(overflow)
                    .await
                    .with_context(|| format!("{what} overflows on {name}"))?;
                let file = folder.join(format!("inbox-{what}-{name}-{theme}.png"));
                Ok(std::fs::write(file, inbox.browser.screenshot().await?)?)
            };
            inbox.until("return all('.pp-session').length === 4").await?;
            keep("list").await?;
            inbox
                .browser
                .find(".pp-search input")
                .await?
                .send_keys("bed")
                .await?;
            inbox.until("return all('.pp-hit').length > 0").await?;
            keep("search").await?;
            // Key strokes, which a page hears of.
            let backwards = "\u{E003}".repeat(3);
            inbox
                .browser
                .find(".pp-search input")
                .await?
                .send_keys(&backwards)
                .await?;
            inbox.until("return all('.pp-session').length === 4").await?;
            inbox.choose("Ada Lovelace").await?;
            inbox.until("return all('.pp-message').length === 4").await?;
            let quoted =
                "return [...document.querySelectorAll('.pp-message-visitor .pp-actions__button')].at(-1)";
            let own = "return document.querySelector('.pp-own .pp-actions__button')";
            let fits = "const r = q('.pp-menu')?.getBoundingClientRect();
                return r && r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight;";
            for button in [own, quoted] {
                inbox.browser.element(button).await?.click().await?;
                inbox
                    .until(fits)
                    .await
                    .with_context(|| format!("a menu is cut off on {name}"))?;
                keep("menu").await?;
                if button == own {
                    inbox.browser.press("Escape").await?;
                    inbox.until("return !q('.pp-menu')").await?;
                }
            }
            click_text(&inbox, ".pp-menu__entry", "Reply").await?;
            inbox.answer("1.8 metres, with a switch in the middle.").await?;
            inbox.until("return !!q('.pp-quote')").await?;
            keep("conversation").await?;
            inbox
                .browser
                .find(".pp-conversation .pp-input")
                .await?
                .send_keys("/")
                .await?;
            inbox.until("return !!q('.pp-canned')").await?;
            keep("saved").await?;
            inbox
                .browser
                .find(".pp-conversation .pp-input")
                .await?
                .clear()
                .await?;
            if name == "phone" {
                inbox.click(".pp-info").await?;
                keep("visitor").await?;
                inbox.click(".pp-visitor .pp-back").await?;
                inbox.click(".pp-conversation .pp-back").await?;
            }
            if name == "desktop" {
                inbox.browser.element(own).await?.click().await?;
                click_text(&inbox, ".pp-menu__entry", "Delete").await?;
                keep("delete").await?;
                inbox.browser.press("Escape").await?;
                inbox.until("return !q('.pp-dialog')").await?;
            }
            inbox.click(".pp-staff").await?;
            inbox
                .until("return all('.pp-operators__one').length === 3")
                .await?;
            keep("operators").await?;
            inbox.browser.press("Escape").await?;
            inbox.until("return !q('.pp-dialog')").await?;
            inbox.click("[aria-label=Statistics]").await?;
            inbox.until("return !!q('[data-stat=csatResponses]')").await?;
            keep("statistics").await?;
            inbox.browser.quit().await?;
        }
    }
    Ok(())
}
