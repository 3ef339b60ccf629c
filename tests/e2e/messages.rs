//! What can be done with a message: menu, answer, edit, deletion; by mouse, keys and finger.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Finger, Screen, Server, ServerOptions, Talk, Widget};
use serde_json::json;

/// A right click on the bubble with a text, as a browser gives it.
async fn right_click(visitor: &Widget, text: &str) -> Result<()> {
    let script = format!(
        "const m = all('.pp-message').find((m) => text(m) === {});
         const b = m.querySelector('.pp-message-content').getBoundingClientRect();
         return [b.left + b.width / 2, b.top + b.height / 2]",
        json!(text)
    );
    let at = visitor.script(&script).await?;
    let side = |at: &serde_json::Value| at.as_f64().unwrap_or_default();
    visitor.browser.right_click(side(&at[0]), side(&at[1])).await?;
    visitor.until("return !!q('.pp-message-menu')").await?;
    Ok(())
}

/// What the focus is on, within the widget.
const FOCUS: &str = "const focus = root.activeElement;";

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_answered_by_a_right_click_and_the_quote_leads_back() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let (server, visitor) = (&talk.server, &talk.visitor);
    let id = server.say(&talk.session, "Which **lamp** do you mean?").await?;
    visitor.sees("Which lamp do you mean?").await?;
    right_click(visitor, "Which lamp do you mean?").await?;
    visitor
        .until("return q('.pp-message-menu').textContent === 'ReplyCopy' && q('.pp-message-menu').role === 'menu'")
        .await?;
    visitor
        .until(&format!("{FOCUS} return focus.textContent === 'Reply'"))
        .await?;
    picture(visitor, "messages-menu").await?;
    visitor.browser.press("Enter").await?;
    visitor
        .until("return q('.pp-reply-label')?.textContent === 'Replying to Support'")
        .await?;
    visitor
        .until(&format!("{FOCUS} return focus.matches('.pp-input')"))
        .await?;
    visitor
        .until("return q('.pp-reply-text').textContent === 'Which lamp do you mean?'")
        .await?;
    picture(visitor, "messages-replying").await?;
    visitor.write("The red one").await?;
    visitor.until("return !q('.pp-reply-preview')").await?;
    visitor
        .until("return q('.pp-own .pp-reply-quote')?.innerText.replace(/\\s+/g, ' ') === 'Support Which lamp do you mean?'")
        .await?;
    visitor.sees_status("The red one", "sent").await?;
    let messages = server
        .operator(&format!("sessions/{}/messages", talk.session), None)
        .await?;
    assert_eq!(messages["messages"][2]["replyTo"], id.as_str());
    assert_eq!(messages["messages"][2]["content"], "The red one");
    picture(visitor, "messages-quote").await?;
    // Not drawn: the list goes there.
    talk.say_lines(0..90).await?;
    visitor.sees("line 89").await?;
    visitor.write("and another").await?;
    visitor.sees_status("and another", "sent").await?;
    let body = json!({ "content": "which one was it?", "replyTo": id });
    server
        .operator(&format!("sessions/{}/messages", talk.session), Some(body))
        .await?;
    visitor
        .until("return q('.pp-reply-quote')?.closest('.pp-message-operator')")
        .await?;
    // It glides to its end.
    visitor
        .until("const l = q('.pp-messages'); return l.scrollHeight - l.scrollTop - l.clientHeight < 2")
        .await?;
    visitor.click(".pp-message-operator .pp-reply-quote").await?;
    visitor
        .until(&format!(
            "{FOCUS} const r = focus.getBoundingClientRect(), l = q('.pp-messages').getBoundingClientRect();
             return focus.id === 'pp-msg-{id}' && focus.matches('.pp-message-highlight') && r.top >= l.top && r.bottom <= l.bottom"
        ))
        .await?;
    picture(visitor, "messages-led").await?;
    visitor.until("return !q('.pp-message-highlight')").await?;
    visitor.until("return all('.pp-message').length <= 60").await?;
    // Deleted, the quote says so.
    server
        .operator_as(
            reqwest::Method::DELETE,
            &format!("sessions/{}/messages/{id}", talk.session),
            None,
        )
        .await?;
    visitor
        .until("return q('.pp-reply-content')?.textContent === 'Message deleted'")
        .await?;
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_message_is_edited_in_the_composer_and_the_draft_comes_back() -> Result<()> {
    let talk = Talk::begin_saying(Screen::DESKTOP, "teh lamp").await?;
    let visitor = &talk.visitor;
    let field = "return q('.pp-input').value";
    visitor.browser.press("ArrowUp").await?;
    visitor.until("return q('.pp-input').value === 'teh lamp' && q('.pp-reply-label').textContent === 'Edit message'").await?;
    picture(visitor, "messages-editing").await?;
    visitor.browser.press("Escape").await?;
    visitor
        .until("return q('.pp-input').value === '' && !q('.pp-reply-preview') && !!q('.pp-window')")
        .await?;
    for key in ["d", "r", "a", "f", "t"] {
        visitor.browser.press(key).await?;
    }
    right_click(visitor, "teh lamp").await?;
    visitor
        .until("return q('.pp-message-menu').textContent === 'ReplyCopyEditDelete'")
        .await?;
    visitor.click(".pp-menu-edit").await?;
    visitor
        .until("return q('.pp-input').value === 'teh lamp'")
        .await?;
    visitor
        .script(
            "const f = q('.pp-input'); f.value = ''; f.dispatchEvent(new Event('input', { bubbles: true }))",
        )
        .await?;
    visitor.write("the lamp").await?;
    visitor.sees("the lamp").await?;
    visitor
        .until("return q('.pp-edited-badge') && !q('.pp-edited-badge.pp-status-sending')")
        .await?;
    visitor.until("return q('.pp-input').value === 'draft'").await?;
    assert_eq!(visitor.script(field).await?, "draft");
    assert_eq!(talk.server.texts(&talk.session).await?, ["the lamp"]);
    visitor.until("return all('.pp-message').length === 1").await?;
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_asks_in_the_window_and_keeps_the_focus_in_the_question() -> Result<()> {
    let talk = Talk::begin_saying(Screen::DESKTOP, "a secret").await?;
    let visitor = &talk.visitor;
    // By keys alone: from the field to the list, to the message, to its menu.
    visitor.script("q('.pp-messages').focus()").await?;
    visitor.browser.press("ArrowUp").await?;
    visitor
        .until(&format!("{FOCUS} return focus.matches('.pp-message')"))
        .await?;
    visitor.browser.press("Enter").await?;
    visitor.until("return !!q('.pp-message-menu')").await?;
    visitor.browser.press("Escape").await?;
    visitor
        .until(&format!(
            "{FOCUS} return !q('.pp-message-menu') && focus.matches('.pp-message') && !!q('.pp-window')"
        ))
        .await?;
    visitor.browser.press("Enter").await?;
    visitor
        .until(&format!("{FOCUS} return focus.matches('.pp-menu-reply')"))
        .await?;
    visitor.browser.press("ArrowUp").await?;
    visitor
        .until(&format!("{FOCUS} return focus.matches('.pp-menu-delete')"))
        .await?;
    visitor.browser.press("Enter").await?;
    visitor
        .until(&format!(
            "{FOCUS} return q('[role=alertdialog]')?.contains(focus) && focus.textContent === 'Cancel'"
        ))
        .await?;
    picture(visitor, "messages-deleting").await?;
    for expected in ["Delete", "Cancel"] {
        visitor.browser.press("Tab").await?;
        visitor
            .until(&format!("{FOCUS} return focus.textContent === '{expected}'"))
            .await?;
    }
    visitor.browser.press("Escape").await?;
    visitor
        .until(&format!(
            "{FOCUS} return !q('[role=alertdialog]') && focus.matches('.pp-message') && !!q('.pp-window')"
        ))
        .await?;
    visitor.sees("a secret").await?;
    right_click(visitor, "a secret").await?;
    visitor.click(".pp-menu-delete").await?;
    visitor.click(".pp-dialog__danger").await?;
    visitor
        .until("return !!q('.pp-message-deleted') && !q('.pp-status-sending') && !q('.pp-root').textContent.includes('secret')")
        .await?;
    let messages = talk
        .server
        .operator(&format!("sessions/{}/messages", talk.session), None)
        .await?;
    assert!(messages["messages"][0]["deletedAt"].is_string());
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn arrows_lead_from_message_to_message_and_a_button_opens_the_menu() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    talk.say_lines(0..12).await?;
    visitor.sees("line 11").await?;
    visitor.script("q('.pp-messages').focus()").await?;
    let on = |line: &str| format!("{FOCUS} return text(focus) === '{line}'");
    for (key, line) in [
        ("ArrowUp", "line 11"),
        ("ArrowUp", "line 10"),
        ("ArrowDown", "line 11"),
        ("Home", "hello"),
        ("End", "line 11"),
    ] {
        visitor.browser.press(key).await?;
        visitor.until(&on(line)).await?;
    }
    // The button of the message that has the focus is the next stop.
    visitor.browser.press("Tab").await?;
    visitor
        .until(&format!("{FOCUS} return focus.matches('.pp-message__more')"))
        .await?;
    visitor.browser.press("Enter").await?;
    visitor
        .until("return q('.pp-message-menu').textContent === 'ReplyCopy'")
        .await?;
    visitor.click(".pp-header-title").await?;
    visitor.until("return !q('.pp-message-menu')").await?;
    let size =
        "const r = q('.pp-message__more').getBoundingClientRect(); return r.width >= 24 && r.height >= 24";
    visitor.until(size).await?;
    talk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finger_answers_by_a_swipe_and_opens_the_menu_by_staying() -> Result<()> {
    for (locale, towards) in [("en", 1.0), ("ar", -1.0)] {
        let server = Server::start(ServerOptions::default()).await?;
        let start = format!("PocketPing.init({{ endpoint: '/pocketping', locale: '{locale}' }})");
        let visitor = Widget::begin(&server.address(), Screen::PHONE, &start).await?;
        let touch = async |finger| visitor.browser.touch(finger).await;
        visitor.open().await?;
        visitor.write("hello there, is anybody in?").await?;
        visitor.sees_status("hello there, is anybody in?", "sent").await?;
        let at = visitor
            .script("const b = q('.pp-message-content').getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]")
            .await?;
        let (x, y) = (
            at[0].as_f64().unwrap_or_default(),
            at[1].as_f64().unwrap_or_default(),
        );
        // The first touch fetches what there is to do; held, it opens the menu.
        touch(Finger::Down(x, y)).await?;
        visitor.until("return !!q('.pp-message-menu')").await?;
        touch(Finger::Up).await?;
        picture(&visitor, &format!("messages-phone-{locale}")).await?;
        touch(Finger::Down(5.0, 90.0)).await?;
        touch(Finger::Up).await?;
        visitor.until("return !q('.pp-message-menu')").await?;
        // Not far enough, then far enough.
        for (way, answers) in [(40.0, false), (80.0, true)] {
            touch(Finger::Down(x, y)).await?;
            for step in 1..=8 {
                let x = x + towards * way * f64::from(step) / 8.0;
                touch(Finger::To(x, y)).await?;
            }
            visitor.until("return !!q('.pp-swiping')").await?;
            touch(Finger::Up).await?;
            visitor.until("return !q('.pp-swiping')").await?;
            visitor
                .until(&format!("return !!q('.pp-reply-preview') === {answers}"))
                .await?;
        }
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_and_addresses_are_heeded_and_nothing_is_taken_as_html() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    let text = "**Bold**, *italic*, ~~gone~~ and `code`\n> a quote\n- one\n- [two](https://a.example/x)\n3. three\n```js\nlet <b>x</b> = 1;\n```\n<img src=x onerror=alert(1)> [bad](javascript:alert(1)) tel:+4930123";
    talk.server.say(&talk.session, text).await?;
    visitor.until("return !!q('.pp-message-operator pre')").await?;
    picture(visitor, "messages-marks").await?;
    let shape = "const c = q('.pp-message-operator .pp-message-content'); const tag = (s) => [...c.querySelectorAll(s)].map((e) => e.textContent);
        return [tag('strong'), tag('em'), tag('s'), tag('code'), tag('blockquote'), tag('ul.pp-md-list li'), tag('ol li'), tag('pre'), tag('img, b'),
            [...c.querySelectorAll('a')].map((a) => [a.getAttribute('href'), a.rel, a.target])]";
    let expected = json!([
        ["Bold"],
        ["italic"],
        ["gone"],
        ["code"],
        ["a quote"],
        ["one", "two"],
        ["three"],
        ["let <b>x</b> = 1;"],
        [],
        [
            ["https://a.example/x", "noopener nofollow", "_blank"],
            ["tel:+4930123", "noopener nofollow", "_blank"]
        ]
    ]);
    assert_eq!(visitor.script(shape).await?, expected);
    visitor
        .until("return q('.pp-message-operator').textContent.includes('<img src=x onerror=alert(1)> [bad](javascript:alert(1))')")
        .await?;
    talk.server.say(&talk.session, "👍🏽 ❤️").await?;
    visitor
        .until("const e = q('.pp-emoji'); return e && parseFloat(getComputedStyle(e).fontSize) >= 32")
        .await?;
    talk.server.say(&talk.session, "مرحبا").await?;
    visitor
        .until("const e = all('.pp-message-content > span').find((e) => e.textContent === 'مرحبا'); return e && getComputedStyle(e).direction === 'rtl'")
        .await?;
    picture(visitor, "messages-emoji").await?;
    talk.visitor.browser.quit().await
}

/// What looks like marks and is none.
const NO_MARKS: &[&str] = &[
    "2*3*4 = 24",
    "snake_case_name",
    "*",
    "****",
    "a * b * c",
    "**open",
    "close**",
    "- ",
    "1. ",
    "007. Bond",
    "~one~",
    "``",
    "[label]()",
    "[x](javascript:alert(1))",
    "[x](data:text/html,x)",
    "```\nnever closed",
    ">:(",
    "-5 degrees",
    "javascript:alert(1)",
    "xhttps://a.example",
    "http://",
    "Tel: 030 123",
    "tel:now",
];

#[tokio::test(flavor = "multi_thread")]
async fn malformed_marks_stay_as_they_were_written_and_nothing_is_lost() -> Result<()> {
    let talk = Talk::begin(Screen::DESKTOP).await?;
    let visitor = &talk.visitor;
    for text in NO_MARKS {
        talk.server.say(&talk.session, text).await?;
    }
    // Marks of all kinds in any order, from a seed.
    let tokens = [
        "*",
        "**",
        "_",
        "__",
        "~~",
        "`",
        "[",
        "]",
        "\n",
        " ",
        "- ",
        "> ",
        "1. ",
        "\n```\n",
        "a",
        "é",
        "字",
        "😀",
        "https://b",
    ];
    let mut state = 7_u64;
    for _ in 0..25 {
        let mut text = String::from("x");
        for _ in 0..300 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(tokens[(state >> 33) as usize % tokens.len()]);
        }
        talk.server.say(&talk.session, &text).await?;
    }
    talk.server.say(&talk.session, "done").await?;
    visitor.sees("done").await?;
    // Each bubble, with what was written.
    let shown = "const shown = all('.pp-message-operator').map((m) => [
            m.querySelector('.pp-message-content > span').textContent,
            PocketPing.getMessages().find(({ id }) => m.id === 'pp-msg-' + id).content]);";
    let stay = json!(NO_MARKS);
    let differ = visitor
        .script(&format!(
            "{shown} const stay = {stay}; return shown.filter(([now, was]) => stay.includes(was) && now !== was)"
        ))
        .await?;
    assert_eq!(differ, json!([]));
    let bare = "const bare = (text) => text.replace(/[*_~`\\[\\]\\s>.\\d-]/g, '')";
    let lost = visitor
        .script(&format!(
            "{shown} {bare}; return shown.filter(([now, was]) => bare(now) !== bare(was))"
        ))
        .await?;
    assert_eq!(lost, json!([]));
    let count = visitor.script(&format!("{shown} return shown.length")).await?;
    assert_eq!(count, NO_MARKS.len() + 26);
    talk.visitor.browser.quit().await
}
