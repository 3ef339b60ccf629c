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
