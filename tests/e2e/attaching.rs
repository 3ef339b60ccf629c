//! Files that a visitor picks, drops or pastes: what is said of them before they are sent, and that nothing goes without
//! them.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Talk, Widget};
use serde_json::json;

/// The tiles: name, what is said of it, and how it is.
const TILES: &str = "all('.pp-attachment-preview').map((tile) => [
    tile.querySelector('.pp-attachment-name').textContent,
    tile.querySelector('.pp-attachment-size, .pp-upload-error').textContent,
    /pp-attachment-(pending|uploading|ready|error)/.exec(tile.className)[1]])";
const ALL_READY: &str = "const tiles = all('.pp-attachment-preview'); return tiles.length > 0 && tiles.every((tile) => tile.matches('.pp-attachment-ready'))";

/// The names of the files of a session's messages, message by message.
async fn stored(server: &Server, session: &str) -> Result<Vec<Vec<String>>> {
    let page = server
        .operator(&format!("sessions/{session}/messages"), None)
        .await?;
    let names = |message: &serde_json::Value| {
        let files = message["attachments"].as_array().cloned().unwrap_or_default();
        files
            .iter()
            .map(|file| file["filename"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    Ok(page["messages"]
        .as_array()
        .into_iter()
        .flatten()
        .map(names)
        .collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn picked_files_are_shown_above_the_field_and_go_with_the_message() -> Result<()> {
    let Talk {
        server,
        visitor,
        session,
    } = Talk::begin(Screen::DESKTOP).await?;
    assert_eq!(
        visitor.script("return q('.pp-attach-btn').ariaLabel").await?,
        "Attach file"
    );
    visitor
        .with_files("pick(text('prices.csv', 'lamp,20', 'text/csv'), await picture('lamp by the window.png', 800, 600))")
        .await?;
    visitor.until(ALL_READY).await?;
    visitor
        .until("return !!q('.pp-attachment-preview canvas.pp-preview-img')")
        .await?;
    picture(&visitor, "attach-tiles-desktop-light").await?;
    assert_eq!(
        visitor
            .script(
                "return document.getElementById('pocketping-container').shadowRoot.activeElement.className"
            )
            .await?,
        "pp-input",
        "one goes on writing"
    );
    visitor.write("these two").await?;
    let bubble = "these two\n📎 prices.csv\n📎 lamp by the window.png";
    visitor.sees_status(bubble, "sent").await?;
    visitor.until("return !q('.pp-attachment-preview')").await?;
    assert_eq!(stored(&server, &session).await?.last().map(Vec::len), Some(2));
    // With the next message they do not go again.
    visitor.write("and?").await?;
    visitor.sees_status("and?", "sent").await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_may_be_files_only_and_a_removed_file_does_not_go_along() -> Result<()> {
    let Talk {
        server,
        visitor,
        session,
    } = Talk::begin(Screen::DESKTOP).await?;
    assert_eq!(visitor.script("return q('.pp-send-btn').disabled").await?, true);
    visitor
        .with_files("pick(text('a.txt', 'a'), text('b.txt', 'b'), text('c.txt', 'c'))")
        .await?;
    visitor.until(ALL_READY).await?;
    visitor
        .click(".pp-remove-attachment[aria-label='Remove b.txt']")
        .await?;
    visitor
        .until("return all('.pp-attachment-preview').length === 2 && root.activeElement.ariaLabel === 'Remove c.txt'")
        .await?;
    visitor.click(".pp-send-btn").await?;
    visitor.sees_status("📎 a.txt\n📎 c.txt", "sent").await?;
    assert_eq!(
        stored(&server, &session).await?.last(),
        Some(&vec!["a.txt".to_owned(), "c.txt".to_owned()])
    );
    assert_eq!(visitor.script("return q('.pp-send-btn').disabled").await?, true);
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_says_why_and_is_never_uploaded() -> Result<()> {
    let server = Server::start(ServerOptions {
        environment: vec![("POCKETPING_MAX_FILE_BYTES".into(), "2048".into())],
        ..Default::default()
    })
    .await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    visitor
        .with_files(
            "pick(text('long.txt', 'x'.repeat(3000)), text('run.exe', 'x', 'application/x-msdownload'),
                text('empty.txt', ''), text('fine.csv', 'a,b', 'application/vnd.ms-excel.csv'))",
        )
        .await?;
    visitor
        .until(&format!(
            "const tiles = {TILES}; return tiles.length === 4 && tiles.every(([, , state]) => /error|ready/.test(state))"
        ))
        .await?;
    let tiles = visitor.script(&format!("return {TILES}")).await?;
    let expected = json!([
        ["long.txt", "Too large. A file can have up to 2 kB.", "error"],
        ["run.exe", "This kind of file can't be sent here.", "error"],
        ["empty.txt", "This file is empty.", "error"],
        ["fine.csv", "0.1 kB", "ready"],
    ]);
    assert_eq!(tiles, expected);
    picture(&visitor, "attach-refused-desktop-light").await?;
    let uploads = "return performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('/upload')).length";
    assert_eq!(visitor.script(uploads).await?, 1, "only the one that can be sent");
    // What the server finds out itself is said in its place, too.
    visitor
        .with_files("pick(text('fake.png', 'no picture', 'image/png'))")
        .await?;
    visitor
        .until(&format!("return {TILES}.some(([name, about, state]) => name === 'fake.png' && state === 'error' && about === \"This kind of file can't be sent here.\")"))
        .await?;
    visitor.write("just this").await?;
    visitor.sees_status("just this\n📎 fine.csv", "sent").await?;
    visitor.until("return !q('.pp-attachment-preview')").await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_dropped_onto_the_window_which_shows_that_and_pictures_are_pasted() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    // Over a zone that is not there yet the browser tells again and again.
    visitor
        .with_files(
            "window.hanging = setInterval(() => bring('dragover', [text('a.txt', 'a')]), 50);
             bring('dragenter', [text('a.txt', 'a')]);",
        )
        .await?;
    visitor
        .until("return !!q('.pp-window > .pp-drop-overlay')")
        .await?;
    picture(visitor, "attach-drop-desktop-light").await?;
    visitor
        .with_files("clearInterval(window.hanging); return bring('drop', [text('dropped.txt', 'a')])")
        .await?;
    visitor
        .until("return !q('.pp-drop-overlay') && !!q('.pp-attachment-ready')")
        .await?;
    assert_eq!(
        visitor
            .with_files("return bring('paste', [await picture('image.png', 40, 40)])")
            .await?,
        true
    );
    visitor
        .until(&format!("const tiles = {TILES}; return tiles.length === 2 && tiles.every(([, , state]) => /ready|error/.test(state))"))
        .await?;
    let tiles = visitor
        .script(&format!("return {TILES}.map(([name, , state]) => [name, state])"))
        .await?;
    assert_eq!(tiles, json!([["dropped.txt", "ready"], ["image.png", "ready"]]));
    // A table's cells come with a picture of themselves: the text is meant.
    let cells = "return bring('paste', [await picture('image.png', 40, 40)], { 'text/plain': 'a b' })";
    assert_eq!(visitor.with_files(cells).await?, false);
    visitor.write("").await?;
    visitor.sees("📎 dropped.txt\n📎 image.png").await?;
    // Text that hangs over the window is none of ours.
    assert_eq!(
        visitor
            .with_files("return bring('dragover', [], { 'text/plain': 'a' })")
            .await?,
        false
    );
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_wait_offline_as_text_does_and_what_is_attached_outlives_the_window() -> Result<()> {
    let Talk {
        server,
        visitor,
        session,
    } = Talk::begin(Screen::DESKTOP).await?;
    visitor.with_files("pick(text('early.txt', 'early'))").await?;
    visitor.until(ALL_READY).await?;
    visitor.click(".pp-close-btn").await?;
    visitor.until("return !q('.pp-window')").await?;
    visitor.open().await?;
    visitor.until(ALL_READY).await?;

    visitor.go_offline().await?;
    visitor.with_files("pick(text('late.txt', 'late'))").await?;
    visitor
        .until("return all('.pp-attachment-uploading').length === 1")
        .await?;
    visitor.write("both").await?;
    visitor
        .sees_status("both\n📎 early.txt\n📎 late.txt", "sending")
        .await?;
    visitor.until("return !q('.pp-attachment-preview')").await?;
    visitor.browser.set_offline(false).await?;
    visitor
        .sees_status("both\n📎 early.txt\n📎 late.txt", "sent")
        .await?;
    assert_eq!(stored(&server, &session).await?.last().map(Vec::len), Some(2));
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_come_while_their_part_cannot_be_fetched_are_sent_by_themselves() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    visitor.go_offline().await?;
    visitor.with_files("pick(text('a.txt', 'a'))").await?;
    visitor.sees_status("📎 a.txt", "sending").await?;
    visitor.browser.set_offline(false).await?;
    visitor.sees_status("📎 a.txt", "sent").await?;
    visitor.with_files("pick(text('b.txt', 'b'))").await?;
    visitor.until(ALL_READY).await?;
    talk.visitor.browser.quit().await
}

/// It would take the line from what is wanted, for minutes where that is slow.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_removed_on_its_way_goes_no_further() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    visitor
        .with_files(
            "const { prototype } = XMLHttpRequest;
             prototype.send = () => { window.begun = true };
             prototype.abort = function () { window.aborted = true; this.onloadend() };
             pick(text('slow.txt', 'a'))",
        )
        .await?;
    visitor.until("return window.begun === true").await?;
    assert_eq!(
        visitor.script(&format!("return {TILES}[0][2]")).await?,
        "uploading"
    );
    visitor.click("[aria-label='Remove slow.txt']").await?;
    visitor.until("return window.aborted === true").await?;
    visitor.write("without it").await?;
    visitor.sees_status("without it", "sent").await?;
    assert_eq!(
        stored(&talk.server, &talk.session).await?,
        [Vec::<String>::new(), vec![]]
    );
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_finds_no_room_can_be_tried_again() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    visitor.with_files("pick(text('first.txt', 'a'))").await?;
    visitor.until(ALL_READY).await?;
    visitor.go_offline().await?;
    visitor
        .with_files("const mb = 'x'.repeat(1 << 20); pick(...[1, 2, 3, 4, 5, 6].map((n) => text(`big${n}.txt`, mb.repeat(9))))")
        .await?;
    visitor
        .until_within(
            30,
            &format!("const tiles = {TILES}; return tiles.length === 7 && tiles[6][2] === 'error'"),
        )
        .await?;
    assert_eq!(
        visitor.script(&format!("return {TILES}[6][1]")).await?,
        "Too much is waiting to be sent. Try again later."
    );
    picture(visitor, "attach-full-desktop-light").await?;
    visitor.click("[aria-label='Remove big1.txt']").await?;
    visitor.click("[aria-label='Try big6.txt again']").await?;
    visitor
        .until_within(30, &format!("return {TILES}[5][2] === 'uploading'"))
        .await?;
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn enter_waits_for_a_file_that_is_still_being_looked_at() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    visitor.with_files("pick(text('first.txt', 'a'))").await?;
    visitor.until(ALL_READY).await?;
    // In one turn: nothing can have been kept yet.
    visitor
        .with_files(
            "const field = widget().querySelector('.pp-input');
             field.value = 'with both'; field.dispatchEvent(new Event('input', { bubbles: true }));
             pick(text('second.txt', 'b'));
             await Promise.resolve(); await Promise.resolve(); await Promise.resolve();
             field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));",
        )
        .await?;
    visitor
        .sees_status("with both\n📎 first.txt\n📎 second.txt", "sent")
        .await?;
    talk.visitor.browser.quit().await
}
