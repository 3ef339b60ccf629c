//! Calls in the wrong order, twice, or with wrong types: what comes of them is documented, and nothing is thrown at the page.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};

/// Runs expressions one after the other, and says for each what it gave: a value, or what its promise came to, and the
/// warnings that the console got. What is thrown begins with `THROWS`.
const RUN: &str = "const [done] = [...arguments].slice(-1);
    const calls = CALLS;
    const shown = (value) => value === window.PocketPing ? 'PocketPing'
        : typeof value === 'function' ? 'function' : value === undefined ? 'undefined' : JSON.stringify(value);
    const { warn } = console;
    (async () => {
        const outcomes = [];
        for (const [call, warns] of calls) {
            const warnings = [];
            console.warn = (text) => warnings.push(text);
            let outcome;
            try {
                const value = (0, eval)('(' + call + ')');
                if (value instanceof Promise) {
                    const late = new Promise((late) => setTimeout(late, 8000, 'nothing'));
                    outcome = await Promise.race([late, value.then((value) => 'resolves ' + shown(value),
                        (error) => 'rejects ' + (error instanceof Error ? error.code : 'with no Error'))]);
                } else outcome = shown(value);
            } catch (error) {
                outcome = 'THROWS ' + error;
            }
            // What says it may be a part that is fetched first.
            const begun = performance.now();
            while (warns && !warnings.length && performance.now() - begun < 8000)
                await new Promise((next) => setTimeout(next, 10));
            outcomes.push([outcome, ...warnings].join(' | '));
        }
        console.warn = warn;
        return outcomes;
    })().then(done, (error) => done([String(error)]));";

/// Runs them, and compares each outcome: it is as expected, or begins so where that ends with `…`.
async fn expect(visitor: &Widget, table: &[(&str, &str)]) -> Result<()> {
    let calls: Vec<(&str, bool)> = table
        .iter()
        .map(|(call, expected)| (*call, expected.contains(" | ")))
        .collect();
    let script = RUN.replace("CALLS", &serde_json::to_string(&calls)?);
    let outcomes: Vec<String> = serde_json::from_value(visitor.browser.async_script(&script).await?)?;
    let mut wrong = Vec::new();
    for ((call, expected), outcome) in table.iter().zip(&outcomes) {
        let fits = match expected.strip_suffix('…') {
            Some(beginning) => outcome.starts_with(beginning),
            None => outcome == expected,
        };
        if !fits {
            wrong.push(format!("{call}\n    gave     {outcome}\n    expected {expected}"));
        }
    }
    assert!(
        wrong.is_empty() && outcomes.len() == table.len(),
        "{}",
        wrong.join("\n")
    );
    Ok(())
}

const EARLY: &str = "PocketPing needs init";

#[tokio::test(flavor = "multi_thread")]
async fn calls_before_init_warn_and_change_nothing() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, "").await?;
    let warned = format!("undefined | {EARLY}");
    let rejected = format!("rejects not_initialized | {EARLY}");
    let subscribed = format!("function | {EARLY}");
    let mut table = Vec::new();
    for call in [
        "open()",
        "close()",
        "toggle()",
        "setOpen(true)",
        "toggleOpen()",
        "trigger('x')",
        "sendTyping()",
        "disconnect()",
        "setupTrackedElements([])",
    ] {
        table.push((format!("PocketPing.{call}"), warned.as_str()));
    }
    for call in [
        "sendMessage('x')",
        "uploadFile(new Blob())",
        "uploadFiles([])",
        "identify({ id: 'x' })",
        "reset()",
        "connect()",
        "editMessage('x', 'y')",
        "deleteMessage('x')",
        "submitCsat(5)",
        "submitPreChat({})",
    ] {
        table.push((format!("PocketPing.{call}"), &rejected));
    }
    for call in [
        "on('message', () => {})",
        "onEvent('x', () => {})",
        "offEvent('x')",
        "consent(true)",
    ] {
        table.push((format!("PocketPing.{call}"), &subscribed));
    }
    for (call, given) in [
        ("getTrackedElements()", "[]"),
        ("getMessages()", "[]"),
        ("getIdentity()", "null"),
        ("getSession()", "null"),
        ("getPresence()", "null"),
        ("getConfig()", "null"),
        ("isConnected()", "null"),
        ("isWidgetOpen()", "null"),
        ("destroy()", "undefined"),
        ("isBot('curl/8.0')", "resolves true"),
    ] {
        table.push((format!("PocketPing.{call}"), given));
    }
    let nowhere = "PocketPing | PocketPing needs endpoint";
    for call in [
        "init()",
        "init(null)",
        "init(7)",
        "init('/pocketping')",
        "init({})",
    ] {
        table.push((format!("PocketPing.{call}"), nowhere));
    }
    let table: Vec<(&str, &str)> = table
        .iter()
        .map(|(call, outcome)| (call.as_str(), *outcome))
        .collect();
    expect(&visitor, &table).await?;
    let touched = "return [document.querySelectorAll('#pocketping-container').length, localStorage.length]";
    assert_eq!(visitor.script(touched).await?, serde_json::json!([0, 0]));
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments_are_named_and_change_nothing() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = "PocketPing.init({ endpoint: '/pocketping', theme: 'pink', zIndex: 'front', locale: 7, onOpen: 'x' })";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    let console = visitor.browser.console().await?.join("\n");
    for option in ["theme", "zIndex", "locale", "onOpen"] {
        let named = format!("the option {option} is passed over");
        assert_eq!(console.matches(&named).count(), 1, "{option}: {console}");
    }
    const WRONG: &str = "rejects invalid_argument";
    const OFF: &str = "function | [PocketPing] on: the event must be a string and the handler a function";
    expect(
        &visitor,
        &[
            ("PocketPing.init({ endpoint: '/other' })", "PocketPing | PocketPing runs already"),
            ("PocketPing.sendMessage()", WRONG),
            ("PocketPing.sendMessage({})", WRONG),
            ("PocketPing.sendMessage('x', 7)", WRONG),
            ("PocketPing.sendMessage('x', 'ab')", WRONG),
            ("PocketPing.sendMessage('x', [7])", WRONG),
            ("PocketPing.sendMessage('')", "rejects content_blank"),
            ("PocketPing.sendMessage('y'.repeat(4001))", "rejects content_too_long"),
            ("PocketPing.uploadFile()", WRONG),
            ("PocketPing.uploadFile('x')", WRONG),
            ("PocketPing.uploadFiles(7)", WRONG),
            ("PocketPing.uploadFiles(['x'])", WRONG),
            ("PocketPing.uploadFiles([])", "resolves []"),
            ("PocketPing.identify()", WRONG),
            ("PocketPing.identify('x')", WRONG),
            ("PocketPing.identify({ name: 'no id' })", WRONG),
            ("PocketPing.identify({ id: '' })", WRONG),
            ("PocketPing.editMessage()", WRONG),
            ("PocketPing.editMessage('x', 7)", WRONG),
            ("PocketPing.editMessage('nowhere', 'y')", "rejects not_found"),
            ("PocketPing.deleteMessage(7)", WRONG),
            ("PocketPing.deleteMessage('nowhere')", "rejects not_found"),
            ("PocketPing.submitCsat()", WRONG),
            ("PocketPing.submitCsat('five')", WRONG),
            ("PocketPing.submitCsat(6)", WRONG),
            ("PocketPing.submitPreChat()", WRONG),
            ("PocketPing.submitPreChat({ email: 7 })", WRONG),
            ("PocketPing.trigger()", "undefined | [PocketPing] trigger: name must be a string; nothing was sent"),
            ("PocketPing.trigger('')", "undefined | [PocketPing] trigger: name must have 1 to 128 characters; nothing was sent"),
            ("PocketPing.trigger('x', 7)", "undefined | [PocketPing] trigger: data must be an object; nothing was sent"),
            ("PocketPing.trigger('x', { n: 1n })", "undefined | [PocketPing] trigger: data must be an object that JSON can hold; nothing was sent"),
            ("PocketPing.trigger('x', { t: 'y'.repeat(40000) })", "undefined | [PocketPing] trigger: data is over 32 KiB; nothing was sent"),
            ("PocketPing.on()", OFF),
            ("PocketPing.on('message', 'handler')", OFF),
            ("PocketPing.onEvent(7, () => {})", "function | [PocketPing] onEvent: the event must be a string and the handler a function"),
            ("PocketPing.offEvent()", "undefined | [PocketPing] offEvent: the event must be a string"),
            ("PocketPing.offEvent('never')", "undefined"),
            ("PocketPing.setupTrackedElements()", "undefined | [PocketPing] setupTrackedElements: it must be a list of elements"),
            ("PocketPing.setupTrackedElements([7])", "undefined | [PocketPing] a tracked element is passed over: the value cannot be read"),
            ("PocketPing.setupTrackedElements([{ selector: '??', name: 'x' }])", "undefined | [PocketPing] a tracked element is passed over: its selector or name cannot be used: ??"),
            ("PocketPing.consent('yes')", "resolves undefined | [PocketPing] consent: it must be true or false"),
            ("PocketPing.checkUaFilter()", "resolves {\"allowed\":true,\"reason\":\"default\"} | [PocketPing] checkUaFilter: config is passed over…"),
            ("PocketPing.setOpen('x')", "undefined"),
            ("PocketPing.sendTyping('x')", "undefined"),
            ("PocketPing.isWidgetOpen()", "true"),
            ("PocketPing.getMessages().length", "1"),
            ("PocketPing.fetchMessages().then((list) => list.length)", "resolves 1"),
            ("PocketPing.getSession().messages.length", "1"),
            ("PocketPing.getConfig().theme", "\"pink\""),
            ("PocketPing.reset(7)", "resolves undefined"),
            ("PocketPing.destroy()", "undefined"),
            ("PocketPing.destroy()", "undefined"),
            ("PocketPing.open()", "undefined | PocketPing needs init"),
            ("PocketPing.fetchMessages()", "rejects destroyed"),
        ],
    )
    .await?;
    let console = visitor.browser.console().await?;
    let severe: Vec<&String> = console.iter().filter(|line| line.starts_with("SEVERE")).collect();
    assert!(severe.is_empty(), "{severe:?}");
    visitor.browser.quit().await
}
