//! The widget as a module, as an element, and its types.

use anyhow::{Context, Result};
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::{Value as Json, json};
use std::process::Command;

/// Runs what may `await` and `import`, and gives what it returns.
async fn run(visitor: &Widget, body: &str) -> Result<Json> {
    let script = format!(
        "const done = arguments[0]; (async () => {{ {body} }})().then((value) => done(value ?? null), (error) => done('failed: ' + error))"
    );
    visitor.browser.async_script(&script).await
}

/// A page without a widget.
async fn bare() -> Result<(Server, Widget)> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&format!("{}/healthz", server.address()), Screen::DESKTOP).await?;
    Ok((server, visitor))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_module_is_the_widget_of_the_page_and_loads_it_once() -> Result<()> {
    let (_server, visitor) = bare().await?;
    let script =
        "const first = await import('/pocketping.mjs'); const second = await import('/pocketping.mjs#again');
        const tag = document.createElement('script'); tag.src = '/pocketping.js'; document.body.append(tag);
        await new Promise((done) => (tag.onload = done));
        first.PocketPing.init({ endpoint: '/pocketping' });
        first.PocketPing.open();
        return [first.PocketPing === second.PocketPing, first.default === window.PocketPing]";
    assert_eq!(run(&visitor, script).await?, json!([true, true]));
    visitor.sees_opened().await?;
    visitor.write("from a module").await?;
    visitor.sees_status("from a module", "sent").await?;
    let loads =
        "return [performance.getEntriesByType('resource').filter((e) => e.name.endsWith('.wasm')).length,
        document.querySelectorAll('#pocketping-container').length]";
    assert_eq!(visitor.script(loads).await?, json!([1, 1]));
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_element_starts_the_widget_and_its_removal_ends_it() -> Result<()> {
    let (server, visitor) = bare().await?;
    let script = "await import('/pocketping-chat.mjs');
        window.heard = [];
        for (const type of ['pocketping:connect', 'pocketping:message', 'pocketping:open-change', 'pocketping:event'])
            document.addEventListener(type, (event) => heard.push([event.type, event.detail?.content ?? event.detail?.name ?? null,
                event.composed, event.target.localName]));
        const chat = document.createElement('pocketping-chat');
        for (const [name, value] of [['endpoint', '/pocketping'], ['theme', 'dark'], ['primary-color', '#0b7a5f'],
            ['position', 'bottom-left'], ['header-title', 'Norrlund'], ['class', 'mine']]) chat.setAttribute(name, value);
        chat.options = { onOpen: () => heard.push('onOpen') };
        document.body.append(chat);
        // A move is no removal.
        document.body.prepend(chat);
        await chat.isBot('x');
        chat.open();";
    assert_eq!(run(&visitor, script).await?, json!(null));
    visitor.sees_opened().await?;
    let dressed = "return [q('.pp-header-title').textContent, !!q('.pp-window.pp-theme-dark.pp-bottom-left'),
        getComputedStyle(q('.pp-input-form')).getPropertyValue('--pp-primary'),
        document.querySelector('pocketping-chat').getBoundingClientRect().width]";
    assert_eq!(
        visitor.script(dressed).await?,
        json!(["Norrlund", true, "#0b7a5f", 0])
    );
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    let session = server.latest_session().await?;
    server.say(&session, "and hello to you").await?;
    visitor.sees("and hello to you").await?;
    visitor
        .script("document.querySelector('pocketping-chat').trigger('looked')")
        .await?;
    visitor
        .until("return heard.some(([type, name]) => type === 'pocketping:event' && name === 'looked') || JSON.stringify(heard)")
        .await?;
    let heard = visitor.script("return window.heard").await?;
    for event in [
        json!(["pocketping:open-change", null, true, "pocketping-chat"]),
        json!(["pocketping:connect", null, true, "pocketping-chat"]),
        json!(["pocketping:message", "hello", true, "pocketping-chat"]),
        json!(["pocketping:message", "and hello to you", true, "pocketping-chat"]),
        json!("onOpen"),
    ] {
        assert!(
            heard.as_array().is_some_and(|list| list.contains(&event)),
            "{event} is not in {heard}"
        );
    }

    // Changed, it begins anew where it was.
    visitor
        .script("document.querySelector('pocketping-chat').setAttribute('header-title', 'Umeå')")
        .await?;
    visitor
        .until("return q('.pp-header-title')?.textContent === 'Umeå'")
        .await?;
    visitor.sees("and hello to you").await?;
    // Nothing that is no option does that.
    visitor
        .script(
            "window.kept = q('.pp-window'); document.querySelector('pocketping-chat').className = 'other'",
        )
        .await?;
    run(&visitor, "await new Promise(requestAnimationFrame)").await?;
    assert_eq!(
        visitor.script("return q('.pp-window') === window.kept").await?,
        true
    );

    visitor
        .script("document.querySelector('pocketping-chat').remove()")
        .await?;
    visitor
        .until("return !document.querySelector('#pocketping-container')")
        .await?;
    let again =
        "const chat = document.createElement('pocketping-chat'); chat.dataset.endpoint = '/pocketping';
        document.body.append(chat);";
    visitor.script(again).await?;
    visitor.open().await?;
    visitor.sees("hello").await?;
    visitor.browser.quit().await
}

#[test]
fn the_types_are_those_of_the_functions() -> Result<()> {
    let compiler =
        std::env::var_os("TYPESCRIPT").context("TYPESCRIPT is not set: run this with `cargo xtask test`")?;
    let output = Command::new("node")
        .arg(compiler)
        .args([
            "--noEmit",
            "--strict",
            "--exactOptionalPropertyTypes",
            "--noUnusedLocals",
        ])
        .args([
            "--target",
            "es2022",
            "--module",
            "esnext",
            "--moduleResolution",
            "bundler",
        ])
        .args(["--lib", "es2022,dom,dom.iterable"])
        .arg("types/example.ts")
        .output()
        .context("node")?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    Ok(())
}
