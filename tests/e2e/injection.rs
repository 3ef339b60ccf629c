//! What others say stays text: no string in `injection/xss.json` runs a script, wherever it comes from, and under a strict
//! policy nothing even tries to.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::{Value as Json, json};

/// What README says that a page may have.
const POLICY: &str =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'";

fn corpus() -> Result<Vec<String>> {
    Ok(serde_json::from_str(include_str!("injection/xss.json"))?)
}

/// Notes every script that runs and every violation of the policy, which holds once the loader is there.
fn guarded(start: &str) -> String {
    format!(
        "window.ran = []; window.violations = [];
         for (const name of ['alert', 'confirm', 'prompt', 'open', 'msgbox']) window[name] = (...what) => ran.push(name + what);
         document.addEventListener('securitypolicyviolation', (event) => {{
             // Pictures and films that the site itself points to are its policy's to allow; those in a message would be a find.
             const own = window.pictures && /^(img|media)-src$/.test(event.effectiveDirective);
             if (!own && !event.blockedURI.endsWith('/favicon.ico')) violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
         }});
         const policy = document.createElement('meta'); policy.httpEquiv = 'Content-Security-Policy'; policy.content = {};
         document.head.append(policy); {start}",
        json!(POLICY)
    )
}

/// What must not be in the widget: elements that load or run something, handlers, addresses of other kinds than a chat needs.
const FOUND: &str = "const found = [];
    const TAGS = /^(div|span|p|a|button|textarea|input|form|label|img|svg|path|circle|rect|line|polyline|g|time|ul|ol|li|b|i|em|strong|code|pre|blockquote|br|h[1-6]|header|footer|section|audio|video|figure|small|del|s|template|select|option|article|mark|hr)$/i;
    for (const element of root.querySelectorAll('*')) {
        if (!TAGS.test(element.localName)) found.push('<' + element.localName + '>');
        for (const { name, value } of element.attributes) {
            if (/^on/i.test(name) || (name === 'style' && /url|expression|import|javascript/i.test(value)) || name === 'srcdoc' || name === 'formaction') found.push(name + '=' + value);
            if (/^(href|src|action|xlink:href|poster)$/i.test(name) && !/^(https?|mailto|tel):$/.test(new URL(value, location).protocol)) found.push(name + '=' + value);
        }
    }
    return [window.ran, window.violations, found];";

async fn is_clean(visitor: &Widget, what: &str) -> Result<()> {
    // What is loaded or begun by an element happens a little later.
    visitor
        .browser
        .async_script("requestAnimationFrame(() => setTimeout(arguments[0], 50))")
        .await?;
    let found = visitor.script(FOUND).await?;
    assert_eq!(found, json!([[], [], []]), "{what}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_files_and_events_are_text() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = guarded("PocketPing.init({ endpoint: '/pocketping', autoOpenOnMessage: false })");
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
    let refused =
        "try { document.createElement('div').innerHTML = '<b>x</b>'; return false } catch { return true }";
    assert_eq!(visitor.script(refused).await?, true, "the policy is in force");
    visitor.script("window.violations.length = 0").await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    let session = server.latest_session().await?;
    let corpus = corpus()?;
    assert!(corpus.len() >= 60);
    // Both sides say all of it.
    let list = serde_json::to_string(&corpus)?;
    let send = format!(
        "const done = arguments[0]; const texts = {list};
         Promise.all(texts.map((text) => PocketPing.sendMessage(text).catch((error) => error.code))).then((all) => done(all.length), String)"
    );
    assert_eq!(visitor.browser.async_script(&send).await?, corpus.len());
    is_clean(&visitor, "the visitor's messages").await?;
    for text in &corpus {
        server.say(&session, text).await?;
    }
    server.say(&session, "that was all").await?;
    visitor.sees_within(20, "that was all").await?;
    is_clean(&visitor, "the operator's messages").await?;
    // All of them have been shown once.
    for share in [0.0, 0.25, 0.5, 0.75] {
        let scroll = format!("const list = q('.pp-messages'); list.scrollTop = list.scrollHeight * {share};");
        visitor.script(&scroll).await?;
        is_clean(&visitor, "scrolled").await?;
    }
    let files = format!(
        "const done = arguments[0]; const names = {list};
         Promise.all(names.map((name) => PocketPing.sendMessage('', [new File(['x'], name, {{ type: 'text/plain' }})])
             .catch((error) => error.code))).then((all) => done(all.length), String)"
    );
    assert_eq!(visitor.browser.async_script(&files).await?, corpus.len());
    is_clean(&visitor, "names of files").await?;
    for share in [0.97, 0.98, 0.99] {
        let scroll = format!("const list = q('.pp-messages'); list.scrollTop = list.scrollHeight * {share};");
        visitor.script(&scroll).await?;
        is_clean(&visitor, "names of files, scrolled").await?;
    }
    let said = "for (const text of TEXTS) { PocketPing.trigger(text.slice(0, 100), { text }, { widgetMessage: text });
        PocketPing.identify({ id: text, name: text, email: text }).catch(() => {}); }";
    visitor.script(&said.replace("TEXTS", &list)).await?;
    is_clean(&visitor, "events and identities").await?;
    // The preview beside the launcher.
    visitor.script("PocketPing.close()").await?;
    visitor.until("return !q('.pp-window')").await?;
    for text in corpus.iter().take(6) {
        server.say(&session, text).await?;
        visitor.until("return !!q('.pp-preview')").await?;
    }
    is_clean(&visitor, "the preview").await?;
    visitor.browser.quit().await
}

/// Options that take text, colours, addresses and styles.
const OPTIONS: [&str; 16] = [
    "operatorName",
    "operatorAvatar",
    "welcomeMessage",
    "placeholder",
    "headerTitle",
    "headerSubtitle",
    "logoUrl",
    "primaryColor",
    "primaryTextColor",
    "headerColor",
    "toggleColor",
    "footerColor",
    "chatBackground",
    "toggleIcon",
    "fontFamily",
    "customCSS",
];

#[tokio::test(flavor = "multi_thread")]
async fn options_are_text_colours_and_addresses_and_nothing_else() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(
        &server.address(),
        Screen::DESKTOP,
        &guarded("window.pictures = true"),
    )
    .await?;
    for (number, text) in corpus()?.iter().enumerate() {
        let mut options: serde_json::Map<String, Json> = OPTIONS
            .into_iter()
            .map(|option| (option.to_owned(), json!(text)))
            .collect();
        options.insert(
            "texts".into(),
            json!({ "send": text, "close": text, "poweredBy": text }),
        );
        options.insert("endpoint".into(), json!("/pocketping"));
        let start = format!(
            "PocketPing.destroy(); violations.length = 0; PocketPing.init({}); PocketPing.open()",
            Json::Object(options)
        );
        visitor.script(&start).await?;
        visitor
            .until("return !!q('.pp-window .pp-input') && q('.pp-footer')")
            .await?;
        let found = visitor.script(FOUND).await?;
        assert_eq!(found, json!([[], [], []]), "{number}: {text}");
    }
    is_clean(&visitor, "options").await?;
    visitor.browser.quit().await
}

/// A server that says what it should not: in the answer to `/connect` every text is `window.hostile`, of its looks, of the
/// operators, of files, quick replies and cards.
const HOSTILE: &str = "const real = fetch; let number = 0;
    window.fetch = async (...request) => {
        const answer = await real(...request);
        if (!String(request[0]).endsWith('/connect')) return answer;
        const body = await answer.json(); const t = window.hostile; const one = ++number;
        // Longer ones are passed over.
        const label = [...t].slice(0, 79).join('');
        const file = (kind) => ({ id: t + kind, filename: t, mimeType: kind, size: 5, url: t, thumbnailUrl: t, status: 'ready' });
        const message = (at, more) => ({ id: `m${one}-${at}`, sessionId: body.sessionId, sender: 'operator', content: t,
            timestamp: new Date(Date.now() + at).toISOString(), operator: { id: 'o' + at, name: t, avatar: t }, ...more });
        Object.assign(body, {
            operatorName: t, operatorAvatar: t, welcomeMessage: t, logoUrl: t, headerTitle: t, headerSubtitle: t,
            primaryColor: t, headerColor: { from: t, to: t, direction: t }, footerColor: t, toggleColor: { light: t, dark: t },
            chatBackground: t, fontFamily: t, trackedElements: [{ selector: t, name: t, widgetMessage: t }],
            messages: [
                message(1, { replyTo: { id: t, content: t, sender: 'visitor' } }),
                message(2, { sender: 'ai', attachments: [file('image/png'), file('audio/mpeg'), file('video/mp4'), file('text/html'), file(t)] }),
                message(3, { metadata: { quickReplies: [{ label, value: t }, { label: 'x' + label, value: t }], card: { title: t, text: t, image: t, url: t } } }),
            ] });
        return new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
    };";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hostile_server_says_is_text_colours_and_addresses_and_nothing_else() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = guarded(&format!("window.pictures = true; {HOSTILE}"));
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
    let mut seen = [0; 3];
    for (number, text) in corpus()?.iter().enumerate() {
        // Each one is somebody new, so that what is kept of the last one is not shown.
        let start = format!(
            "PocketPing.destroy(); localStorage.clear(); violations.length = 0; window.hostile = {};
             PocketPing.init({{ endpoint: '/pocketping', connect: 'load' }}); PocketPing.open()",
            json!(text)
        );
        visitor.script(&start).await?;
        // The quick replies are the last that comes, where there are any to show.
        visitor
            .until(
                "return !!q('.pp-window .pp-input') && all('.pp-message').length === 3 && !!q('.pp-reply')",
            )
            .await
            .map_err(|error| error.context(format!("{number}: {text}")))?;
        let found = visitor.script(FOUND).await?;
        assert_eq!(found, json!([[], [], []]), "{number}: {text}");
        let kinds = "return ['.pp-reply', '.pp-link-card', '.pp-attachment'].map((s) => all(s).length)";
        for (at, seen) in seen.iter_mut().enumerate() {
            *seen += visitor.script(kinds).await?[at].as_u64().unwrap_or_default();
        }
    }
    assert!(
        seen.iter().all(|seen| *seen >= 60),
        "replies, cards, files: {seen:?}"
    );
    // A click on a reply says its value, as text.
    visitor.click(".pp-reply").await?;
    visitor.until("return !!q('.pp-own')").await?;
    is_clean(&visitor, "answered").await?;
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_says_of_its_looks_is_no_more_trusted() -> Result<()> {
    let corpus = corpus()?;
    for text in corpus.iter().filter(|text| text.contains("alert(1)")).step_by(20) {
        if text.contains(['\n', '\0', '\t']) {
            continue;
        }
        let arguments = [
            "WELCOME_MESSAGE",
            "APPEARANCE_OPERATOR_NAME",
            "APPEARANCE_OPERATOR_AVATAR",
            "APPEARANCE_PRIMARY_COLOR",
            "APPEARANCE_HEADER_COLOR",
        ]
        .into_iter()
        .map(|key| (format!("POCKETPING_{key}"), text.clone()));
        let options = ServerOptions {
            environment: arguments.collect(),
            ..Default::default()
        };
        // The server may refuse it: then it is said by nobody.
        let Ok(server) = Server::start(options).await else {
            continue;
        };
        let start = guarded("window.pictures = true; PocketPing.init({ endpoint: '/pocketping' })");
        let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
        visitor.script("violations.length = 0").await?;
        visitor.open().await?;
        visitor.write("hello").await?;
        visitor.sees_status("hello", "sent").await?;
        is_clean(&visitor, text).await?;
        visitor.browser.quit().await?;
    }
    Ok(())
}
