//! Files in bubbles: pictures, sound and films in their place, the rest to download; pictures as large as the window.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Talk, Widget};
use serde_json::json;

/// What begins as a picture does, and is none.
const BROKEN: &[u8] = b"\x89PNG\r\n\x1a\nnothing of a picture follows";

/// A second of silence: forty frames of MPEG 1, layer 3.
fn sound() -> Vec<u8> {
    let mut frame = vec![0xff, 0xfb, 0x90, 0x00];
    frame.resize(417, 0);
    frame.repeat(40)
}

/// Has the visitor send so many pictures in one message.
async fn send_pictures(visitor: &Widget, text: &str, names: &[&str]) -> Result<()> {
    let pictures: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            format!(
                "await picture({}, {}, 600, 'hsl({} 60% 60%)')",
                json!(name),
                400 + 400 * at,
                20 + 120 * at
            )
        })
        .collect();
    let send = format!(
        "await PocketPing.sendMessage({}, [{}])",
        json!(text),
        pictures.join(", ")
    );
    visitor.with_files(&send).await?;
    visitor
        .until(&format!("const shown = all('.pp-attachment-image img'); return shown.length >= {} && shown.every((img) => img.complete && img.naturalWidth > 0)", names.len()))
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_shown_by_their_kind_and_nothing_moves_when_they_are_there() -> Result<()> {
    for (name, screen) in [
        ("desktop-light", Screen::DESKTOP),
        (
            "desktop-dark",
            Screen {
                dark: true,
                ..Screen::DESKTOP
            },
        ),
        ("phone-light", Screen::PHONE),
    ] {
        let Talk {
            server,
            visitor,
            session,
        } = Talk::begin(screen).await?;
        // How high the bubble was as soon as it was there, before the server had anything.
        let watch = "window.heights = [];
            new MutationObserver(() => {
                const file = document.getElementById('pocketping-container').shadowRoot.querySelector('.pp-attachment-image');
                if (file) heights.push(file.getBoundingClientRect().height);
            }).observe(document.getElementById('pocketping-container').shadowRoot, { childList: true, subtree: true, attributes: true });";
        visitor.browser.script(watch, vec![]).await?;
        send_pictures(&visitor, "Would this one fit?", &["the corner.png"]).await?;
        let steady =
            "return heights.length > 1 && new Set(heights.map(Math.round)).size === 1 && heights[0] > 100";
        assert_eq!(
            visitor.script(steady).await?,
            true,
            "{}",
            visitor.script("return heights").await?
        );
        server
            .send_files(
                &session,
                "It would. Here is how it is put together, and how it sounds.",
                &[
                    (
                        "assembly of the reading lamp, third edition.pdf",
                        "application/pdf",
                        b"%PDF-1.4 nothing",
                    ),
                    ("click.mp3", "audio/mpeg", &sound()),
                    ("broken.png", "image/png", BROKEN),
                ],
            )
            .await?;
        visitor.until("return all('.pp-message:last-of-type .pp-attachment').length === 3 || all('.pp-attachment').length === 4").await?;
        let kinds = "return all('.pp-attachment').slice(1).map((file) => file.className.replace('pp-attachment pp-attachment-', ''))";
        visitor
            .until("return q('.pp-attachment-audio audio')?.duration > 0.5")
            .await?;
        // What cannot be shown is a file like any other.
        visitor.until(&format!("{kinds}[2] === 'file'")).await?;
        let cards = "return all('.pp-attachment-file a').map((link) => [link.download, new URL(link.href).pathname.startsWith('/pocketping/'), link.textContent])";
        let cards = visitor.script(cards).await?;
        assert_eq!(cards[0][0], "assembly of the reading lamp, third edition.pdf");
        assert_eq!(cards[0][1], true);
        assert!(
            cards[0][2].as_str().unwrap_or_default().starts_with("pdf"),
            "{cards}"
        );
        picture(&visitor, &format!("files-{name}")).await?;
        let fits = "return all('.pp-message-content').every((b) => b.scrollWidth <= b.clientWidth + 1) && q('.pp-messages').scrollWidth <= q('.pp-messages').clientWidth";
        assert_eq!(visitor.script(fits).await?, true, "the files overflow on {name}");
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_addresses_of_the_web_are_followed() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    // A server that says what it should not.
    let start = "const real = fetch;
        window.fetch = async (...request) => {
            const answer = await real(...request);
            if (!String(request[0]).endsWith('/connect')) return answer;
            const body = await answer.json();
            const file = (id, url, mimeType = 'image/png') => ({ id, filename: id + '.png', mimeType, size: 5, url, status: 'ready' });
            body.messages = [{ id: 'm1', sessionId: body.sessionId, sender: 'operator', content: '', timestamp: new Date().toISOString(),
                attachments: [file('script', 'javascript:window.ran=1'), file('data', 'data:text/html,x'), file('film', 'blob:x', 'video/mp4'),
                    file('drawing', '/pocketping/files/x', 'image/svg+xml'), file('web', 'https://files.example/x.pdf', 'application/pdf')] }];
            return new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
        };
        PocketPing.init({ endpoint: '/pocketping' })";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    visitor.open().await?;
    visitor.until("return all('.pp-attachment').length === 5").await?;
    let links = "return all('.pp-attachment a').map((link) => link.getAttribute('href') ?? '')";
    let backend = format!("{}/pocketping/files/x", server.address());
    assert_eq!(
        visitor.script(links).await?,
        json!(["", "", "", backend, "https://files.example/x.pdf"])
    );
    assert_eq!(
        visitor
            .script("return all('.pp-attachment :is(img, video, audio)').length")
            .await?,
        0
    );
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_looked_at_by_keyboard_one_after_the_other() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    send_pictures(visitor, "the corner", &["one.png", "two.png", "three.png"]).await?;
    let is = |text: &str| format!("return q('.pp-lightbox')?.ariaLabel === '{text}'");
    let focused = |selector: &str| format!("return !!root.activeElement?.matches('{selector}')");
    visitor.script("all('.pp-attachment-image a')[1].focus()").await?;
    visitor.browser.press("Enter").await?;
    visitor.until(&is("Picture 2 of 3")).await?;
    visitor.until(&focused(".pp-lightbox__close")).await?;
    visitor
        .until("return q('.pp-lightbox').getAnimations().length === 0")
        .await?;
    picture(visitor, "lightbox-desktop").await?;
    visitor.browser.press("ArrowRight").await?;
    visitor.until(&is("Picture 3 of 3")).await?;
    visitor.browser.press("ArrowRight").await?;
    visitor.browser.press("ArrowLeft").await?;
    visitor.until(&is("Picture 2 of 3")).await?;
    // The focus stays within.
    for _ in 0..8 {
        visitor.browser.press("Tab").await?;
        assert_eq!(
            visitor
                .script("return !!root.activeElement?.closest('.pp-lightbox')")
                .await?,
            true
        );
    }
    let download = "return [q('.pp-lightbox__download').download, q('.pp-lightbox__download').href === all('.pp-attachment-image a')[1].href]";
    assert_eq!(visitor.script(download).await?, json!(["two.png", true]));
    let width = "return q('.pp-lightbox__picture').getBoundingClientRect().width";
    let small = visitor.script(width).await?.as_f64().unwrap_or_default();
    visitor.click(".pp-lightbox__zoom").await?;
    let large = visitor.script(width).await?.as_f64().unwrap_or_default();
    assert!(large >= 2.0 * small.min(360.0), "{small} {large}");
    picture(visitor, "lightbox-large-desktop").await?;
    visitor.click(".pp-lightbox__zoom").await?;
    assert_eq!(visitor.script(width).await?.as_f64().unwrap_or_default(), small);
    // Escape leaves the picture, not the window, and the focus is where it was.
    visitor.browser.press("Escape").await?;
    visitor
        .until("return !q('.pp-lightbox') && !!q('.pp-window:not(.pp-leaving)')")
        .await?;
    assert_eq!(
        visitor
            .script("return root.activeElement === all('.pp-attachment-image a')[1]")
            .await?,
        true
    );
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_fills_a_phone_and_a_click_beside_it_leaves() -> Result<()> {
    let talk = Talk::begin(Screen::PHONE).await?;
    let visitor = &talk.visitor;
    send_pictures(visitor, "", &["wide.png"]).await?;
    visitor.click(".pp-attachment-image a").await?;
    visitor
        .until("return q('.pp-lightbox')?.getBoundingClientRect().width === innerWidth")
        .await?;
    visitor.until("return q('.pp-lightbox__picture').complete && all('.pp-lightbox__previous:not([hidden])').length === 0").await?;
    picture(visitor, "lightbox-phone").await?;
    visitor.click(".pp-lightbox__close").await?;
    visitor.until("return !q('.pp-lightbox')").await?;
    talk.visitor.browser.quit().await
}
