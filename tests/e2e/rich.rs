//! What messages carry besides text: quick replies and link cards.

use super::look::{folder, picture};
use anyhow::Result;
use pocketping_tests::{Inbox, Screen, Server, ServerOptions, Widget};
use serde_json::{Value as Json, json};

const START: &str = "PocketPing.init({ endpoint: '/pocketping', locale: 'en' }); PocketPing.open()";

async fn say(server: &Server, session: &str, text: &str, metadata: Json) -> Result<String> {
    let body = json!({ "content": text, "metadata": metadata });
    let message = server
        .operator(&format!("sessions/{session}/messages"), Some(body))
        .await?;
    Ok(message["id"].as_str().unwrap_or_default().to_owned())
}

async fn begun(server: &Server, screen: Screen) -> Result<(Widget, String)> {
    let visitor = Widget::begin(&server.address(), screen, START).await?;
    visitor.sees_opened().await?;
    visitor.write("Which lamp?").await?;
    visitor.sees_status("Which lamp?", "sent").await?;
    Ok((visitor, server.latest_session().await?))
}

/// Keeps a picture on the server that the page can show; its address.
const IMAGE: &str = "const done = arguments[arguments.length - 1];
    const canvas = document.createElement('canvas'); canvas.width = 480; canvas.height = 360; const c = canvas.getContext('2d');
    const fill = (colour, x, y, w, h) => { c.fillStyle = colour; c.fillRect(x, y, w, h) };
    fill('#d9cbb8', 0, 0, 480, 360); fill('#8a6a4f', 0, 290, 480, 70); fill('#6d4c34', 210, 180, 60, 110);
    c.fillStyle = '#ffd98a'; c.beginPath(); c.arc(240, 150, 70, 0, 7); c.fill();
    canvas.toBlob((blob) => PocketPing.uploadFile(new File([blob], 'halo.png', { type: 'image/png' }))
        .then(({ url }) => done(new URL(url, location.href).href), (error) => done(String(error))))";

const REPLIES: &str = "return all('.pp-reply').map((b) => b.textContent).join()";

#[tokio::test(flavor = "multi_thread")]
async fn quick_replies_send_their_value_and_are_gone_once_answered() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let (visitor, session) = begun(&server, Screen::DESKTOP).await?;
    let plain = "return performance.getEntriesByType('resource').some(({ name }) => name.includes('-rich'))";
    assert_eq!(visitor.script(plain).await?, false, "nothing is fetched before");
    let two = json!({ "quickReplies": [
        { "label": "Bedroom", "value": "It is for the bedroom" }, { "label": "Desk" } ] });
    say(&server, &session, "What is it for?", two.clone()).await?;
    visitor
        .until("return all('.pp-reply').map((b) => b.textContent).join() === 'Bedroom,Desk'")
        .await?;
    // Only the newest message asks.
    say(
        &server,
        &session,
        "Or else?",
        json!({ "quickReplies": [{ "label": "Hall" }] }),
    )
    .await?;
    visitor
        .until("return all('.pp-reply').map((b) => b.textContent).join() === 'Hall'")
        .await?;
    let third = say(&server, &session, "Once more: what is it for?", two).await?;
    visitor.until("return all('.pp-reply').length === 2").await?;
    let row = format!("return q('[id=\"pp-msg-{third}\"]').contains(q('.pp-reply'))");
    assert_eq!(visitor.script(&row).await?, true);
    let seen =
        "const list = q('.pp-messages'); return list.scrollHeight - list.scrollTop - list.clientHeight < 2";
    visitor.until(seen).await?;
    picture(&visitor, "rich-replies").await?;

    // They are there again after a reload, and by keyboard.
    visitor.restart(START).await?;
    visitor.sees_opened().await?;
    visitor.until("return all('.pp-reply').length === 2").await?;
    let focus = "q('.pp-reply').focus(); return root.activeElement === q('.pp-reply')";
    assert_eq!(visitor.script(focus).await?, true);
    visitor
        .script("q('.pp-reply').click(); q('.pp-reply').click()")
        .await?;
    visitor.sees_status("It is for the bedroom", "sent").await?;
    visitor.until("return !q('.pp-reply')").await?;
    visitor
        .until("return root.activeElement === q('.pp-input')")
        .await?;
    let texts = server.texts(&session).await?;
    assert_eq!(
        texts
            .iter()
            .filter(|text| *text == "It is for the bedroom")
            .count(),
        1
    );
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_shows_picture_title_text_and_a_link_and_moves_nothing() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    for (name, screen) in Screen::LOOKS {
        let (visitor, session) = begun(&server, screen).await?;
        let image = visitor.browser.async_script(IMAGE).await?;
        let card = json!({ "card": { "title": "Halo bedside lamp", "text": "Warm light, dims to a glow.\nIn stock.",
            "image": image, "url": "https://www.norrlund.example/halo?ref=chat" },
            "quickReplies": [{ "label": "Add to basket" }, { "label": "Show me another" }] });
        // The picture's place is there before it.
        visitor
            .script("window.heights = []; new MutationObserver(() => { const c = q('.pp-link-card'); if (c) heights.push(c.offsetHeight) }).observe(root, { childList: true, subtree: true })")
            .await?;
        let id = say(&server, &session, "This one:", card).await?;
        visitor.until("return !!q('.pp-link-card')").await?;
        let shown = format!("const row = q('[id=\"pp-msg-{id}\"]'); const card = row.querySelector('a.pp-link-card');
            return {{ title: card.querySelector('.pp-link-card__title').textContent, host: card.querySelector('.pp-link-card__host').textContent,
                href: card.href, rel: card.rel, target: card.target,
                below: card.getBoundingClientRect().top >= row.querySelector('.pp-message-content').getBoundingClientRect().bottom,
                reserved: card.querySelector('.pp-link-card__image')?.offsetHeight > 100 }}");
        let card = visitor.script(&shown).await?;
        assert_eq!(card["title"], "Halo bedside lamp");
        assert_eq!(card["host"], "norrlund.example");
        assert_eq!(card["href"], "https://www.norrlund.example/halo?ref=chat");
        assert_eq!(card["rel"], "noopener nofollow");
        assert_eq!(card["target"], "_blank");
        assert_eq!(card["below"], true);
        assert_eq!(card["reserved"], true);
        visitor
            .until("const image = q('.pp-link-card img'); return image && image.complete && image.naturalWidth === 480")
            .await?;
        assert_eq!(
            visitor.script("return new Set(window.heights).size").await?,
            1,
            "the picture's place is reserved"
        );
        picture(&visitor, &format!("rich-card-{name}")).await?;
        if name == "light" {
            let inbox = Inbox::open(&server.address(), Screen::DESKTOP).await?;
            inbox.choose("This one:").await?;
            let shown = "return q('a.pp-rich__card').textContent.includes('Halo bedside lamp')
                && all('.pp-rich__reply').map((one) => one.textContent).join() === 'Add to basket,Show me another'";
            inbox.until("return !!q('.pp-rich')").await?;
            inbox.until(shown).await?;
            let file = folder()?.join("rich-inbox.png");
            std::fs::write(file, inbox.browser.screenshot().await?)?;
            inbox.browser.quit().await?;
        }
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_malformed_is_passed_over_and_no_address_runs_a_script() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let (visitor, session) = begun(&server, Screen::DESKTOP).await?;
    let odd = [
        json!({ "quickReplies": "Bedroom", "card": "Halo" }),
        json!({ "quickReplies": [1, null, { "label": 7 }, { "label": " " }, { "value": "x" }, []], "card": [] }),
        json!({ "card": { "title": 3, "text": {}, "image": "javascript:alert(1)", "url": "https://x.example" } }),
        json!({ "card": { "title": "<img src=x onerror=window.ran=1>", "url": "javascript:window.ran=1", "image": "/nowhere.png" },
            "quickReplies": [{ "label": "<b onclick=window.ran=1>Yes</b>" }] }),
    ];
    for (at, metadata) in odd.into_iter().enumerate() {
        say(&server, &session, &format!("odd {at}"), metadata).await?;
        visitor.sees(&format!("odd {at}")).await?;
    }
    visitor.until("return all('.pp-reply').length === 1").await?;
    assert_eq!(visitor.script(REPLIES).await?, "<b onclick=window.ran=1>Yes</b>");
    let cards = "return all('.pp-link-card').map((c) => [c.localName, c.textContent, !!c.href])";
    assert_eq!(
        visitor.script(cards).await?,
        json!([["div", "<img src=x onerror=window.ran=1>", false]])
    );
    // A picture that is not there takes no room.
    visitor.until("return !q('.pp-link-card__image')").await?;
    assert_eq!(visitor.script("return window.ran").await?, Json::Null);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_styles_are_the_last_and_a_form_beside_a_card_leaves_it_as_it_is() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = "PocketPing.init({ endpoint: '/pocketping', locale: 'en',
        customCSS: '.pp-root .pp-link-card { border-radius: 3px }' }); PocketPing.open()";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    visitor.sees_opened().await?;
    visitor.write("Which lamp?").await?;
    visitor.sees_status("Which lamp?", "sent").await?;
    let session = server.latest_session().await?;
    let card =
        json!({ "card": { "title": "Halo bedside lamp", "url": "https://www.norrlund.example/halo" } });
    say(&server, &session, "This one:", card).await?;
    let looks = "const look = (s) => getComputedStyle(q(s));
        return [look('.pp-link-card').borderRadius, look('.pp-link-card').padding, look('.pp-link-card__title').marginBottom]";
    let wanted = json!(["3px", "0px", "0px"]);
    visitor.until("return !!q('.pp-link-card')").await?;
    assert_eq!(visitor.script(looks).await?, wanted);
    server
        .operator(&format!("sessions/{session}/csat"), Some(json!({})))
        .await?;
    visitor.until("return !!q('form.pp-csat')").await?;
    assert_eq!(
        visitor.script(looks).await?,
        wanted,
        "with the form's styles there"
    );
    let form = "return getComputedStyle(q('form.pp-csat')).padding";
    assert_eq!(visitor.script(form).await?, "16px");
    visitor.browser.quit().await
}
