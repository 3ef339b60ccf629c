//! What visitors and operators expect of any backend, against the PyPI package: receipts, typing, changes, files, ratings.

use anyhow::{Context, Result};
use pocketping_tests::{PythonBackend, Screen, Server, ServerOptions, Widget, eventually};
use serde_json::{Value as Json, json};
use std::time::Duration;

/// A visitor on one of the site's pages who has said hello.
struct Site {
    /// Has the widget's files.
    _assets: Server,
    backend: PythonBackend,
    visitor: Widget,
    session: String,
}

impl Site {
    async fn begin(page: &str) -> Result<Self> {
        let assets = Server::start(ServerOptions::default()).await?;
        let backend = PythonBackend::start(&assets.address()).await?;
        let visitor = Widget::visit(&format!("{}{page}", backend.address()), Screen::DESKTOP).await?;
        visitor.open().await?;
        visitor.write("Bonjour").await?;
        visitor.sees_status("Bonjour", "sent").await?;
        let session = visitor
            .until("return localStorage.getItem('pocketping_session_id')")
            .await?;
        Ok(Site {
            _assets: assets,
            backend,
            visitor,
            session: session
                .as_str()
                .context("the session id is no string")?
                .to_owned(),
        })
    }

    /// Asks a route for tests, with the session's id beside what is given.
    async fn ask(&self, path: &str, mut body: Json) -> Result<Json> {
        body["sessionId"] = json!(self.session);
        self.backend.post(&format!("/test/{path}"), body).await
    }

    /// Waits until the backend's messages are so that `found` finds something.
    async fn stored<T>(&self, what: &str, found: impl Fn(&[Json]) -> Option<T>) -> Result<T> {
        eventually(what, Duration::from_secs(10), async || {
            let stored = self.ask("stored", json!({})).await?;
            Ok(found(stored["messages"].as_array().context("no messages")?))
        })
        .await
    }

    async fn calls(&self, call: &str) -> Result<usize> {
        let calls = self.ask("calls", json!({})).await?;
        let calls = calls["calls"].as_array().context("no calls")?.clone();
        Ok(calls.iter().filter(|made| *made == call).count())
    }
}

fn with_text<'a>(messages: &'a [Json], text: &str) -> Option<&'a Json> {
    messages.iter().find(|message| message["content"] == text)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_sees_that_the_other_is_there_writes_and_has_read() -> Result<()> {
    let site = Site::begin("/").await?;
    let visitor = &site.visitor;
    site.ask("presence", json!({ "online": true })).await?;
    visitor
        .until("return q('.pp-header-status').textContent === 'Active now'")
        .await?;
    site.ask("typing", json!({ "isTyping": true })).await?;
    visitor.until("return !!q('.pp-typing')").await?;
    site.ask("operator", json!({ "content": "Salut" })).await?;
    visitor.sees("Salut").await?;
    visitor.until("return !q('.pp-typing')").await?;
    site.stored("the answer is read", |all| {
        (with_text(all, "Salut")?["status"] == "read").then_some(())
    })
    .await?;
    visitor.type_into(".pp-input", "Je voudrais").await?;
    eventually(
        "that the visitor types is told",
        Duration::from_secs(10),
        async || Ok((site.calls("POST /pocketping/typing").await? > 0).then_some(())),
    )
    .await?;
    let first = site
        .stored("the greeting", |all| {
            with_text(all, "Bonjour").map(|m| m["id"].clone())
        })
        .await?;
    site.ask("read", json!({ "messageIds": [first] })).await?;
    visitor.sees_status("Bonjour", "read").await?;
    // The package's list has a copy of each message that was read.
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("Salut").await?;
    visitor.sees_status("Bonjour", "read").await?;
    assert_eq!(visitor.texts().await?, ["Bonjour", "Salut"]);
    site.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_quote_and_a_rating_is_asked_for_and_given() -> Result<()> {
    let site = Site::begin("/").await?;
    let visitor = &site.visitor;
    let question = site.ask("operator", json!({ "content": "Which lamp?" })).await?;
    visitor.sees("Which lamp?").await?;
    visitor.script("q('.pp-messages').focus()").await?;
    visitor.browser.press("ArrowUp").await?;
    visitor
        .until("return root.activeElement?.matches('.pp-message-operator')")
        .await?;
    visitor.browser.press("Enter").await?;
    visitor.click(".pp-menu-reply").await?;
    visitor.write("The red one").await?;
    visitor.sees_status("The red one", "sent").await?;
    let (answer, quoted) = site
        .stored("the answer", |all| {
            with_text(all, "The red one").map(|m| (m["id"].clone(), m["replyTo"].clone()))
        })
        .await?;
    assert_eq!(quoted, question["id"]);
    site.ask("answer", json!({ "content": "In stock", "replyTo": answer }))
        .await?;
    visitor
        .until("return q('.pp-message-operator .pp-reply-quote')?.textContent.includes('The red one')")
        .await?;

    site.ask("csat", json!({})).await?;
    visitor.click(".pp-csat-face[aria-label='Good']").await?;
    visitor.type_into(".pp-csat-textarea", "quick").await?;
    visitor.click(".pp-csat-submit").await?;
    visitor.until("return !!q('.pp-csat-thanks')").await?;
    let rating = &site.ask("session", json!({})).await?["csat"];
    assert_eq!(
        (&rating["score"], &rating["comment"]),
        (&json!(4), &json!("quick"))
    );
    site.visitor.browser.quit().await
}

/// What a promise of the page comes to, at most 20 s later.
async fn outcome(visitor: &Widget, call: &str) -> Result<Json> {
    let script = format!(
        "const done = arguments[0]; setTimeout(done, 20000, 'nothing');
         Promise.resolve(PocketPing.{call}).then(() => done('done'), (error) => done(error.code))"
    );
    visitor.browser.async_script(&script).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_package_has_no_route_for_is_refused_and_the_talk_goes_on() -> Result<()> {
    let site = Site::begin("/").await?;
    let visitor = &site.visitor;
    let first = "PocketPing.getMessages()[0].id";
    let edit = outcome(visitor, &format!("editMessage({first}, 'Bonsoir')")).await?;
    let delete = outcome(visitor, &format!("deleteMessage({first})")).await?;
    let form = outcome(visitor, "submitPreChat({ email: 'ada@example.com' })").await?;
    let file = outcome(
        visitor,
        "sendMessage('the list', [new File(['a,b'], 'a.csv', { type: 'text/csv' })])",
    )
    .await?;
    for (what, came_to) in [
        ("an edit", edit),
        ("a deletion", delete),
        ("a form", form),
        ("a file", file),
    ] {
        assert!(came_to != "done" && came_to != "nothing", "{what}: {came_to}");
    }
    visitor.sees_status("Bonjour", "sent").await?;
    assert_eq!(visitor.script("return !!q('.pp-prechat')").await?, false);
    // The message whose file could not go stays, and is in nobody's way.
    visitor
        .until("return q('.pp-message-failed')?.textContent.includes('the list')")
        .await?;
    visitor.write("Encore là").await?;
    visitor.sees_status("Encore là", "sent").await?;
    site.stored("only what could be sent", |all| {
        (all.len() == 2 && with_text(all, "Bonjour").is_some() && with_text(all, "Encore là").is_some())
            .then_some(())
    })
    .await?;
    site.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_deletions_identities_and_files_reach_a_site_that_has_routes_for_them() -> Result<()> {
    let site = Site::begin("/complete").await?;
    let visitor = &site.visitor;
    assert_eq!(
        outcome(visitor, "identify({ id: 'u1', name: 'Ada' })").await?,
        "done"
    );
    let known = &site.ask("session", json!({})).await?["identity"];
    assert_eq!((&known["id"], &known["name"]), (&json!("u1"), &json!("Ada")));

    visitor.browser.press("ArrowUp").await?;
    visitor
        .until("return q('.pp-input').value === 'Bonjour' && !!q('.pp-reply-label')")
        .await?;
    visitor.write(" à tous").await?;
    visitor
        .until("return q('.pp-edited-badge') && !q('.pp-edited-badge.pp-status-sending')")
        .await?;
    site.stored("the edit", |all| with_text(all, "Bonjour à tous").map(|_| ()))
        .await?;

    let send = "const done = arguments[0];
        const file = new File(['lamp,20'], 'prices.csv', { type: 'text/csv' });
        PocketPing.sendMessage('the list', [file]).then((m) => done(m.attachments[0].filename), (e) => done(String(e)))";
    assert_eq!(visitor.browser.async_script(send).await?, "prices.csv");
    let url = site
        .stored("the file", |all| {
            with_text(all, "the list").map(|m| m["attachments"][0]["url"].clone())
        })
        .await?;
    let bytes = reqwest::get(url.as_str().context("no address")?).await?;
    assert_eq!(bytes.text().await?, "lamp,20");
    visitor
        .until("return q('.pp-attachment-name')?.textContent === 'prices.csv'")
        .await?;

    let last = "PocketPing.getMessages().find((m) => m.content === 'the list').id";
    assert_eq!(outcome(visitor, &format!("deleteMessage({last})")).await?, "done");
    visitor.until("return !!q('.pp-message-deleted')").await?;
    site.stored("the deletion", |all| {
        all.iter().any(|m| m["deletedAt"].is_string()).then_some(())
    })
    .await?;
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("Bonjour à tous").await?;
    visitor.until("return !!q('.pp-message-deleted')").await?;
    assert_eq!(
        visitor
            .script("return q('.pp-root').textContent.includes('the list')")
            .await?,
        false,
        "this backend keeps deleted texts in its list"
    );
    site.visitor.browser.quit().await
}
