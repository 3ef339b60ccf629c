//! A conversation of ten thousand messages.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};

const MESSAGES: usize = 10_000;

/// Starts the widget so that the memory of its WebAssembly can be asked for.
const START: &str = "for (const name of ['instantiate', 'instantiateStreaming']) {
        const real = WebAssembly[name];
        WebAssembly[name] = async (...given) => {
            const made = await real.apply(WebAssembly, given);
            window.memory = Object.values((made.instance ?? made).exports).find((one) => one instanceof WebAssembly.Memory);
            return made;
        };
    }
    PocketPing.init({ endpoint: '/pocketping' })";

/// Scrolls from the end to the beginning, frame by frame. Looks in each frame at the rows that are drawn, and at one of them:
/// it moves as far as the list was scrolled, and no further.
const READ_BACK: &str =
    "const list = q('.pp-messages'); const log = window.log = { most: 0, frames: [], jumps: [], done: false };
    let row, place, wanted, last = performance.now(), still = 0;
    const frame = (now) => {
        log.frames.push(now - last); last = now;
        const rows = all('.pp-message');
        log.most = Math.max(log.most, rows.length);
        const off = row?.isConnected ? Math.round(row.getBoundingClientRect().top - place - wanted) : 0;
        if (Math.abs(off) > 2) log.jumps.push([off, Math.round(list.scrollTop), log.frames.length]);
        still = list.scrollTop === 0 ? still + 1 : 0;
        if (still > 5 && rows.some((m) => text(m) === 'hello')) { log.done = true; return; }
        row = rows.find((m) => m.getBoundingClientRect().top > list.getBoundingClientRect().top);
        place = row?.getBoundingClientRect().top;
        wanted = Math.min(350, list.scrollTop);
        list.scrollTop -= 350;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);";

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_messages_are_scrolled_with_few_bubbles_and_without_a_jump() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, START).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    let session = server.latest_session().await?;
    visitor.browser.goto("about:blank").await?;
    // Several at a time, in whatever order.
    let fill = async |from: usize| {
        for number in (from..MESSAGES).step_by(8) {
            let text = match number % 7 {
                0 => format!(
                    "line {number} with more to say, so that it takes another line or two of its bubble"
                ),
                _ => format!("line {number}"),
            };
            server.say(&session, &text).await?;
        }
        anyhow::Ok(())
    };
    tokio::try_join!(
        fill(1),
        fill(2),
        fill(3),
        fill(4),
        fill(5),
        fill(6),
        fill(7),
        fill(8)
    )?;
    let visitor = back(visitor, &server).await?;
    visitor
        .until_within(20, "return all('.pp-message').length > 40")
        .await?;
    let heap = "return [performance.memory?.usedJSHeapSize ?? 0, window.memory?.buffer.byteLength].map((bytes) => Math.round(bytes / 1024))";
    let before = visitor.script(heap).await?;
    visitor.until("return q('.pp-messages').scrollTop > 0").await?;
    // While it grows, places are not where they will be.
    visitor
        .until("return q('.pp-window').getAnimations().length === 0")
        .await?;
    visitor.script(READ_BACK).await?;
    visitor.until_within(240, "return window.log.done").await?;
    let facts = "const f = log.frames.slice(1).sort((a, b) => a - b); const at = (p) => Math.round(f[Math.floor(f.length * p)] * 10) / 10;
        return [log.most, log.jumps, PocketPing.getMessages().length, f.length, at(0.5), at(0.95), at(0.999)]";
    let read = visitor.script(facts).await?;
    let after = visitor.script(heap).await?;
    println!("KB of JavaScript and WebAssembly: {before} with 50 messages, {after} with {MESSAGES}");
    println!("most bubbles, jumps, messages, frames, ms of a frame (p50, p95, p99.9): {read}");
    assert!(read[0].as_u64().is_some_and(|most| most <= 60), "{read}");
    assert_eq!(read[1], serde_json::json!([]), "{read}");
    assert_eq!(read[2], MESSAGES);

    // Back at the end, what comes in is painted in the very next frame.
    visitor.click(".pp-jump").await?;
    let at_end = "const l = q('.pp-messages'); return !q('.pp-jump') && l.scrollHeight - l.scrollTop - l.clientHeight < 2";
    visitor.until(at_end).await?;
    let watch = "window.painted = []; const heard = new Set(); PocketPing.on('message', ({ content }) => {
            // How far others have come is told as well.
            if (heard.has(content) || !content.startsWith('news')) return;
            heard.add(content);
            const began = performance.now();
            requestAnimationFrame(() => {
                const seen = all('.pp-message').some((m) => text(m) === content);
                setTimeout(() => painted.push([content, seen, Math.round((performance.now() - began) * 10) / 10]));
            });
        });";
    visitor.script(watch).await?;
    for number in 0..5 {
        server.say(&session, &format!("news {number}")).await?;
        visitor
            .until(&format!(
                "return painted.some(([content]) => content === 'news {number}')"
            ))
            .await?;
    }
    println!(
        "until the frame of a message, in ms: {}",
        visitor.script("return painted").await?
    );
    visitor.until("return painted.every(([, seen]) => seen)").await?;
    visitor.until("return all('.pp-message').length <= 60").await?;
    visitor.sees("news 4").await?;
    visitor.browser.quit().await
}

/// Comes back to the site and opens the window.
async fn back(visitor: Widget, server: &Server) -> Result<Widget> {
    visitor
        .browser
        .goto(&format!("{}/healthz", server.address()))
        .await?;
    visitor.restart(START).await?;
    // It connects by itself, and opens for what it has missed.
    visitor
        .until("return PocketPing.isConnected?.() === true")
        .await?;
    visitor.script("PocketPing.open()").await?;
    visitor.sees_opened().await?;
    Ok(visitor)
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_back_is_not_disturbed_and_a_button_leads_to_what_is_new() -> Result<()> {
    let talk = pocketping_tests::Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    talk.say_lines(0..150).await?;
    visitor.sees("line 149").await?;
    visitor.until("return all('.pp-message').length <= 60").await?;
    // As a hand does.
    let up = "const l = q('.pp-messages'); l.scrollTop -= 400; return text(all('.pp-message')[0]) === 'line 40' || all('.pp-message').some((m) => text(m) === 'line 60')";
    visitor.until(up).await?;
    let top = "const m = all('.pp-message').find((m) => m.getBoundingClientRect().top > q('.pp-messages').getBoundingClientRect().top); return [m.id, Math.round(m.getBoundingClientRect().top)]";
    let before = visitor.script(top).await?;
    talk.say_lines(150..156).await?;
    visitor
        .until("return q('.pp-jump')?.textContent === 'New messages'")
        .await?;
    assert_eq!(visitor.script(top).await?, before);
    visitor
        .until("return !all('.pp-message').some((m) => text(m) === 'line 155')")
        .await?;
    visitor.click(".pp-jump").await?;
    visitor.sees("line 155").await?;
    visitor.until("return !q('.pp-jump')").await?;
    // What the reader sends leads to the end from anywhere.
    visitor.until(up).await?;
    visitor
        .until("return q('.pp-jump')?.getAttribute('aria-label') === 'Latest messages'")
        .await?;
    visitor.write("still there?").await?;
    visitor.sees_status("still there?", "sent").await?;
    let at_end = "const l = q('.pp-messages'); return l.scrollHeight - l.scrollTop - l.clientHeight < 2 && all('.pp-message').length <= 60";
    visitor.until(at_end).await?;
    talk.visitor.browser.quit().await
}
