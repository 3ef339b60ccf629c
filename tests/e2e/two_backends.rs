//! Pages of one origin whose widgets talk to different backends.

use crate::failure::bare_page;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

/// Shows the widget of this backend on a page of the shop's origin, with an open window.
async fn chat(visitor: &Widget, shop: &Server, backend: &Server) -> Result<()> {
    let endpoint = format!("tag.dataset.endpoint = '{}/pocketping';", backend.address());
    bare_page(visitor, &shop.address(), &endpoint).await?;
    visitor.until("return !!q('.pp-toggle')").await?;
    visitor.script("PocketPing.open()").await?;
    visitor.sees_opened().await
}

async fn visitor_of(server: &Server) -> Result<String> {
    let sessions = server.operator("sessions", None).await?;
    assert_eq!(
        sessions["sessions"].as_array().map(Vec::len),
        Some(1),
        "{sessions}"
    );
    Ok(sessions["sessions"][0]["visitorId"].to_string())
}

async fn texts(server: &Server) -> Result<Vec<String>> {
    server.texts(&server.latest_session().await?).await
}

/// Two backends, and a visitor on the origin of the first one.
async fn shop_and_help() -> Result<(Server, Server, Widget)> {
    let shop = Server::start(ServerOptions::default()).await?;
    let help = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&format!("{}/healthz", shop.address()), Screen::DESKTOP).await?;
    Ok((shop, help, visitor))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_backend_has_a_visitor_of_its_own_and_gets_its_own_messages() -> Result<()> {
    let (shop, help, visitor) = shop_and_help().await?;
    // Both are there before anything is stored.
    chat(&visitor, &shop, &shop).await?;
    let first = visitor.browser.tab().await?;
    let second = visitor.browser.new_tab().await?;
    chat(&visitor, &shop, &help).await?;
    visitor.write("for help").await?;
    visitor.sees_status("for help", "sent").await?;
    visitor.browser.show(&first).await?;
    visitor.write("for the shop").await?;
    visitor.sees_status("for the shop", "sent").await?;
    assert_eq!(texts(&shop).await?, ["for the shop"]);
    assert_eq!(texts(&help).await?, ["for help"]);
    assert_ne!(visitor_of(&shop).await?, visitor_of(&help).await?);

    for (tab, backend, text) in [(&first, &shop, "for the shop"), (&second, &help, "for help")] {
        visitor.browser.show(tab).await?;
        chat(&visitor, &shop, backend).await?;
        visitor.sees(text).await?;
        assert_eq!(visitor.texts().await?, [text]);
        visitor.write("again").await?;
        visitor.sees_status("again", "sent").await?;
        visitor_of(backend).await?;
        assert_eq!(texts(backend).await?, [text, "again"]);
    }
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_one_backend_does_not_go_to_the_other() -> Result<()> {
    let (shop, help, visitor) = shop_and_help().await?;
    chat(&visitor, &shop, &shop).await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    visitor.go_offline().await?;
    visitor.write("for the shop").await?;
    visitor.sees_status("for the shop", "sending").await?;
    let first = visitor.browser.tab().await?;
    let second = visitor.browser.new_tab().await?;
    visitor.browser.close(&first).await?;
    visitor.browser.show(&second).await?;
    // In Firefox it is the whole browser that was offline.
    visitor.browser.set_offline(false).await?;
    chat(&visitor, &shop, &help).await?;
    visitor.write("for help").await?;
    visitor.sees_status("for help", "sent").await?;
    assert_eq!(visitor.texts().await?, ["for help"]);
    assert_eq!(texts(&help).await?, ["for help"]);
    assert_eq!(texts(&shop).await?, ["hello"]);
    chat(&visitor, &shop, &shop).await?;
    visitor.sees_status("for the shop", "sent").await?;
    assert_eq!(texts(&shop).await?, ["hello", "for the shop"]);
    assert_eq!(texts(&help).await?, ["for help"]);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_with_one_backend_does_not_connect_the_other() -> Result<()> {
    let (shop, help, visitor) = shop_and_help().await?;
    chat(&visitor, &shop, &shop).await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    let endpoint = format!("tag.dataset.endpoint = '{}/pocketping';", help.address());
    bare_page(&visitor, &shop.address(), &endpoint).await?;
    // The loader finds a session and fetches the app, whose functions are there when it has started.
    visitor.until("return !!PocketPing.getSession").await?;
    assert_eq!(
        visitor.script("return PocketPing.getSession()").await?,
        json!(null)
    );
    assert_eq!(
        visitor.script("return PocketPing.getMessages()").await?,
        json!([])
    );
    let sessions = help.operator("sessions", None).await?;
    assert_eq!(sessions["sessions"], json!([]));
    visitor.browser.quit().await
}
