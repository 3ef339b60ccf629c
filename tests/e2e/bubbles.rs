//! What bubbles show around their text: who has written, when, and what became of it.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Talk, Widget};
use reqwest::Method;
use serde_json::json;

/// A server whose conversation has gone on for days: two answers the day before yesterday, one of the AI's yesterday, one now.
const HISTORY: &str = "const real = fetch;
    const on = (day, hour, minute) => { const t = new Date(); t.setDate(t.getDate() - day); t.setHours(hour, minute, 0, 0); return t };
    window.moments = [on(2, 10, 0), on(2, 10, 1), on(1, 9, 5), new Date()];
    window.fetch = async (...request) => {
        const answer = await real(...request);
        if (!String(request[0]).endsWith('/connect')) return answer;
        const body = await answer.json();
        const says = (at, sender, content, more) => ({ id: 'm' + at, sessionId: body.sessionId, sender, content,
            timestamp: moments[at].toISOString(), ...more });
        const ada = { operator: { name: 'Ada' } };
        body.messages = [says(0, 'operator', 'first', ada), says(1, 'operator', 'second', ada),
            says(2, 'ai', 'from a machine'), says(3, 'operator', 'last', ada)];
        return new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
    };";

#[tokio::test(flavor = "multi_thread")]
async fn messages_stand_together_by_day_and_sender_and_say_who_wrote_them_when() -> Result<()> {
    for (locale, yesterday, today) in [("en", "Yesterday", "Today"), ("de", "Gestern", "Heute")] {
        let server = Server::start(ServerOptions::default()).await?;
        let start = format!(
            "{HISTORY} PocketPing.init({{ endpoint: '/pocketping', locale: '{locale}' }}); PocketPing.open()"
        );
        let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
        visitor.sees("last").await?;
        picture(&visitor, &format!("bubbles-days-{locale}")).await?;
        let days = format!(
            "return all('.pp-date-separator').map((day) => day.textContent).join('|') ===
                [new Intl.DateTimeFormat('{locale}', {{ day: 'numeric', month: 'short', ...(moments[0].getFullYear() === new Date().getFullYear() ? {{}} : {{ year: 'numeric' }}) }})
                    .format(moments[0]), '{yesterday}', '{today}'].join('|')"
        );
        assert_eq!(visitor.script(&days).await?, true, "{locale}");
        let times = format!(
            "const time = new Intl.DateTimeFormat('{locale}', {{ hour: '2-digit', minute: '2-digit' }});
             return all('.pp-message').map((m) => [text(m), m.querySelector('.pp-message-time').textContent])
                 .filter(([said, at]) => at !== time.format(moments[['first', 'second', 'from a machine', 'last'].indexOf(said)]))"
        );
        // The badge stands in its bubble, before the text.
        let times = times.replace("[text(m),", "[text(m).replace(/^AI|^KI/, ''),");
        assert_eq!(visitor.script(&times).await?, json!([]), "{locale}");
        // A face at the end of each group, with the writer's first letter.
        let faces = "const house = q('.pp-header-title').textContent[0]; const wanted = ['', 'A', house, 'A'];
            return all('.pp-message').filter((m, at) => (m.querySelector('.pp-avatar')?.textContent ?? '') !== wanted[at]).map(text)";
        assert_eq!(visitor.script(faces).await?, json!([]), "{locale}");
        let badges = "return all('.pp-message').map((m) => m.matches('.pp-message-ai') && !!m.querySelector('.pp-ai-badge').textContent)";
        assert_eq!(visitor.script(badges).await?, json!([false, false, true, false]));
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_stays_until_it_is_tried_again_or_removed() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    let path = format!("sessions/{}/blocked", talk.session);
    let block = |blocked: bool| {
        talk.server
            .operator_as(Method::PUT, &path, Some(json!({ "blocked": blocked })))
    };
    block(true).await?;
    for text in ["not taken", "nor this"] {
        visitor.write(text).await?;
        visitor
            .until(&format!(
                "return all('.pp-message-failed').some((m) => text(m) === {})",
                json!(text)
            ))
            .await?;
    }
    picture(visitor, "bubbles-failed").await?;
    visitor.audit("failed").await?;
    let both = "return all('.pp-message-failed').map((m) => [...m.querySelectorAll('button')].map((b) => b.textContent))";
    assert_eq!(
        visitor.script(both).await?,
        json!([["Retry", "Remove"], ["Retry", "Remove"]])
    );
    block(false).await?;
    // They are there after a reload, too.
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.sees("nor this").await?;
    visitor
        .until("return all('.pp-message-failed').length === 2")
        .await?;
    visitor.click(".pp-message-failed .pp-message__retry").await?;
    visitor.sees_status("not taken", "sent").await?;
    visitor.click(".pp-message-failed .pp-message__remove").await?;
    visitor.until("return !q('.pp-message-failed')").await?;
    assert_eq!(visitor.texts().await?, ["hello", "not taken"]);
    assert_eq!(talk.server.texts(&talk.session).await?, ["hello", "not taken"]);
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_copied_as_it_was_written() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    talk.server
        .say(
            &talk.session,
            "**Halo** costs 20,\nsee https://norrlund.example/halo",
        )
        .await?;
    visitor.until("return !!q('.pp-message-operator a')").await?;
    // What is on the clipboard is the browser's to keep from scripts.
    visitor
        .script("window.copied = []; navigator.clipboard.writeText = async (text) => void copied.push(text)")
        .await?;
    visitor
        .script("q('.pp-message-operator').tabIndex = -1; q('.pp-messages').focus()")
        .await?;
    visitor.browser.press("ArrowUp").await?;
    visitor
        .until("return !!root.activeElement?.matches('.pp-message')")
        .await?;
    visitor.browser.press("Enter").await?;
    visitor.until("return !!q('.pp-message-menu')").await?;
    visitor.click(".pp-menu-copy").await?;
    visitor
        .until("return q('.pp-toast')?.textContent === 'Copied'")
        .await?;
    let text = "**Halo** costs 20,\nsee https://norrlund.example/halo";
    assert_eq!(visitor.script("return window.copied").await?, json!([text]));
    talk.visitor.browser.quit().await
}
