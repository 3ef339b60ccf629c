//! Elements of the page whose use the server hears of.

use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Server, ServerOptions, Widget};
use serde_json::json;

/// The inbox's list of events of the chosen visitor.
const SEEN: &str = "return all('.pp-event__name').some((e) => e.textContent === 'clicked_pricing')";

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_a_tracked_element_reaches_the_server_and_is_the_first_act() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    // The app is not there yet; the demo server answers `clicked_pricing` with `show_offer`.
    let script = "const button = document.createElement('button');
        button.id = 'pricing'; button.innerHTML = ' <b>Pricing</b> ';
        button.addEventListener('click', (event) => event.stopPropagation());
        document.body.prepend(button);
        window.told = []; window.offers = [];
        PocketPing.onEvent('show_offer', (data) => offers.push(data));
        PocketPing.on('event:clicked_pricing', (event) => told.push(event.data));
        PocketPing.on('triggerMessage', (message) => told.push(message));
        const before = PocketPing.getTrackedElements();
        PocketPing.setupTrackedElements([{ selector: '#pricing', name: 'clicked_pricing',
            data: { plan: 'pro' }, widgetMessage: 'Any questions?' }]);
        return before";
    assert_eq!(visitor.script(script).await?, json!([]));
    visitor
        .until("return PocketPing.getTrackedElements().length === 1")
        .await?;
    let stored = "return Object.keys(localStorage)";
    assert_eq!(visitor.script(stored).await?, json!([]), "it is no act itself");

    visitor
        .script("document.querySelector('#pricing b').click()")
        .await?;
    visitor.until("return window.offers.length === 1").await?;
    visitor.until("return !!q('.pp-window')").await?;
    let told = visitor.script("return window.told").await?;
    assert_eq!(told[0]["plan"], "pro");
    assert_eq!(told[0]["selector"], "#pricing");
    assert_eq!(told[0]["elementText"], "Pricing");
    assert_eq!(told[0]["url"], visitor.script("return location.href").await?);
    assert_eq!(
        told[1],
        json!({ "message": "Any questions?", "eventName": "clicked_pricing" })
    );
    inbox.until("return !!q('.pp-session')").await?;
    inbox.click(".pp-session").await?;
    inbox.until(SEEN).await?;
    visitor.browser.quit().await?;
    inbox.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_lies_in_the_element_counts_and_wrong_ones_are_passed_over() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    let script = "const card = document.createElement('div');
        card.id = 'card'; card.innerHTML = '<p><i>text</i></p>';
        const component = document.createElement('div'); component.id = 'component';
        component.attachShadow({ mode: 'open' }).innerHTML = '<button class=inner><b>x</b></button>';
        document.body.prepend(card, component);
        window.told = []; PocketPing.on('event', () => 0);
        for (const name of ['entered', 'inner', 'any', 'bad', 'second'])
            PocketPing.on('event:' + name, () => told.push(name));
        PocketPing.setupTrackedElements([
            { selector: '#card', name: 'entered', event: 'mouseenter' },
            { selector: '.inner', name: 'inner' },
            { selector: ':::', name: 'bad' },
            { selector: 'button', name: 'any' },
            { name: 'without selector' }])";
    visitor.script(script).await?;
    visitor
        .until("return PocketPing.getTrackedElements().length === 4")
        .await?;
    visitor.open().await?;
    let used = "const enter = (e) => e.dispatchEvent(new MouseEvent('mouseenter'));
        const card = document.querySelector('#card');
        for (const e of [card, card.querySelector('p'), card.querySelector('i')]) enter(e);
        document.querySelector('#component').shadowRoot.querySelector('b').click();
        q('.pp-window button').click();
        return window.told";
    assert_eq!(
        visitor.script(used).await?,
        json!(["entered", "inner", "any"]),
        "once each, and nothing of the widget's own"
    );
    let replaced = "window.told = [];
        PocketPing.setupTrackedElements([{ selector: '#card', name: 'second' }]);
        document.querySelector('#component').shadowRoot.querySelector('b').click();
        document.querySelector('#card i').click();
        PocketPing.destroy();
        document.querySelector('#card i').click();
        return window.told";
    assert_eq!(visitor.script(replaced).await?, json!(["second"]));
    let warnings = visitor.browser.console().await?;
    let passed = warnings
        .iter()
        .filter(|line| line.contains("tracked element is passed over"));
    assert_eq!(passed.count(), 2, "{warnings:?}");
    visitor.browser.quit().await
}
