//! The widget on a page with the strictest policy that our documentation allows.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

/// No inline script or style, no other origin, no `eval`, no HTML from strings (Trusted Types).
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
    style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

#[tokio::test(flavor = "multi_thread")]
async fn the_widget_works_under_a_strict_policy_with_trusted_types() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::visit(&format!("{}/healthz", server.address()), Screen::DESKTOP).await?;
    let script = format!(
        "window.violations = [];
         document.addEventListener('securitypolicyviolation', (event) => {{
             // The browser asks for an icon of the page by itself.
             if (!event.blockedURI.endsWith('/favicon.ico')) violations.push(event.violatedDirective + ' ' + event.blockedURI);
         }});
         const tag = document.createElement('script'); tag.src = '{}/pocketping.js';
         Object.assign(tag.dataset, {{ endpoint: '/pocketping', locale: 'fr', headerColor: '#123456',
             chatBackground: 'whatsapp', soundEnabled: '', customCss: '.pp-footer {{ opacity: 0.5 }}' }});
         tag.onload = () => {{
             const meta = document.createElement('meta');
             meta.httpEquiv = 'Content-Security-Policy'; meta.content = {};
             document.head.append(meta);
             window.strict = true;
         }};
         document.body.append(tag);",
        server.address(),
        json!(POLICY)
    );
    visitor.browser.script(&script, vec![]).await?;
    visitor.until("return window.strict === true").await?;
    let refused =
        "try { document.createElement('div').innerHTML = '<b>x</b>'; return false } catch { return true }";
    assert_eq!(visitor.script(refused).await?, true, "the policy is in force");
    visitor.browser.script("window.violations = []", vec![]).await?;

    visitor.open().await?;
    visitor.write("is https://example.com/a?b=1 yours?").await?;
    visitor
        .sees_status("is https://example.com/a?b=1 yours?", "sent")
        .await?;
    let sessions = server.operator("sessions", None).await?;
    let id = sessions["sessions"][0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let answer = json!({ "content": "Yes, <b>it</b> is." });
    server
        .operator(&format!("sessions/{id}/messages"), Some(answer))
        .await?;
    visitor.sees("Yes, <b>it</b> is.").await?;
    assert_eq!(
        visitor
            .script("return getComputedStyle(q('.pp-window')).position")
            .await?,
        "fixed"
    );
    // Languages and rare options are files of their own, and set styles.
    let rare = "return q('.pp-close-btn').ariaLabel === 'Fermer la discussion'
        && getComputedStyle(q('.pp-header')).backgroundColor === 'rgb(18, 52, 86)'
        && getComputedStyle(q('.pp-footer')).opacity === '0.5'";
    assert_eq!(visitor.script(rare).await?, true);
    assert_eq!(visitor.script("return window.violations").await?, json!([]));
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_pictures_and_forms_work_under_a_policy_of_the_pages_own_origin() -> Result<()> {
    let server = Server::start(ServerOptions {
        environment: vec![("POCKETPING_PRE_CHAT_FORM_ENABLED".into(), "true".into())],
        ..Default::default()
    })
    .await?;
    let policy =
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'";
    let start = format!(
        "window.violations = [];
         document.addEventListener('securitypolicyviolation', (event) => {{
             if (!event.blockedURI.endsWith('/favicon.ico')) violations.push(event.violatedDirective + ' ' + event.blockedURI);
         }});
         const meta = document.createElement('meta');
         meta.httpEquiv = 'Content-Security-Policy'; meta.content = {};
         document.head.append(meta);
         PocketPing.init({{ endpoint: '/pocketping' }})",
        json!(policy)
    );
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
    visitor.open().await?;
    visitor.until("return !!q('form.pp-prechat')").await?;
    visitor.type_into("#pp-prechat-email", "ada@example.com").await?;
    visitor.click(".pp-prechat-submit").await?;
    visitor.until("return !!q('.pp-prechat-done')").await?;
    // The test's own pictures are made without the page's policy.
    visitor
        .with_files("pick(await picture('lamp.png', 300, 200), text('prices.csv', 'a', 'text/csv'))")
        .await?;
    visitor
        .until("return all('.pp-attachment-ready').length === 2 && !!q('canvas.pp-preview-img')")
        .await?;
    visitor.write("these").await?;
    visitor
        .sees_status("these\n📎 lamp.png\n📎 prices.csv", "sent")
        .await?;
    visitor
        .until("return q('.pp-attachment img')?.naturalWidth === 300")
        .await?;
    visitor.click(".pp-attachment-image a").await?;
    visitor
        .until("return q('.pp-lightbox__picture')?.naturalWidth === 300")
        .await?;
    visitor.browser.press("Escape").await?;
    let session = server.latest_session().await?;
    server
        .operator(&format!("sessions/{session}/csat"), Some(json!({})))
        .await?;
    visitor.click(".pp-csat-face[aria-label='Good']").await?;
    visitor.click(".pp-csat-submit").await?;
    visitor.until("return !!q('.pp-csat-thanks')").await?;
    assert_eq!(visitor.script("return window.violations").await?, json!([]));
    visitor.browser.quit().await
}
