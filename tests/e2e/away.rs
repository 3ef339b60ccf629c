//! Nobody can be reached: the visitor is told so, and leaves a message.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget, office_hours};
use reqwest::Method;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

const IS_AWAY: &str =
    "return !!q('.pp-notice-away') && q('.pp-header-status').textContent === 'Leave a message'";
const IS_REACHABLE: &str =
    "return !q('.pp-notice') && q('.pp-header-status').textContent === 'Replies in a few minutes'";
const NOTICE: &str = "return q('.pp-notice').textContent";

/// A server with hours of two each day, the first of which begins so many minutes from now.
async fn server(minutes: u64, further: &[(&str, &str)]) -> Result<Server> {
    let mut environment = office_hours(minutes)?;
    environment.extend(
        further
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string())),
    );
    Server::start(ServerOptions {
        environment,
        ..Default::default()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_left_is_sent_and_the_operators_coming_and_going_shows() -> Result<()> {
    let server = server(600, &[]).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.until(IS_AWAY).await?;
    let notice = "We're away right now. Leave a message and our answer will appear here.";
    assert_eq!(visitor.script(NOTICE).await?, notice);
    visitor.write("do you ship to Oslo?").await?;
    visitor.sees_status("do you ship to Oslo?", "sent").await?;
    picture(&visitor, "away-desktop-light").await?;

    let online =
        |online: bool| server.operator_as(Method::PUT, "presence", Some(json!({ "online": online })));
    online(true).await?;
    visitor
        .until("return !q('.pp-notice') && q('.pp-header-status').textContent === 'Active now'")
        .await?;
    online(false).await?;
    visitor.until(IS_AWAY).await?;
    let session = server.latest_session().await?;
    server.say(&session, "We do, in three days.").await?;
    visitor.sees("We do, in three days.").await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_follows_the_hours_and_one_that_is_asked_for_its_address_hears_how_it_is_answered()
-> Result<()> {
    // With a minute that has hardly begun the page is there before the hours are.
    let form = [
        ("POCKETPING_PRE_CHAT_FORM_ENABLED", "true"),
        ("POCKETPING_PRE_CHAT_FORM_FIELDS", "email-or-phone"),
    ];
    let second = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() % 60;
    let server = server(if second > 40 { 2 } else { 1 }, &form).await?;
    let visitor = Widget::visit(&server.address(), Screen::PHONE).await?;
    visitor.open().await?;
    visitor.until(IS_AWAY).await?;
    let notice = "We're away right now. Leave a message with your email address and we'll answer there.";
    assert_eq!(visitor.script(NOTICE).await?, notice);
    picture(&visitor, "away-phone-light").await?;
    visitor.until_within(90, IS_REACHABLE).await?;
    visitor.browser.quit().await
}
