//! The rules of axe-core in every state beside launcher and conversation (`accessibility`): forms, menus, questions, pickers,
//! pictures; in light and dark, mirrored, and on a phone.

use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

/// A walk through the states of a widget that is started with further options.
struct Walk {
    name: &'static str,
    server: Server,
    visitor: Widget,
}

impl Walk {
    async fn begin(name: &'static str, screen: Screen, options: &str) -> Result<Self> {
        let server = Server::start(ServerOptions {
            environment: [("ENABLED", "true"), ("FIELDS", "email-and-phone")]
                .map(|(key, value)| (format!("POCKETPING_PRE_CHAT_FORM_{key}"), value.to_owned()))
                .into(),
            ..Default::default()
        })
        .await?;
        let start = format!("PocketPing.init({{ endpoint: '/pocketping', {options} }})");
        let visitor = Widget::begin(&server.address(), screen, &start).await?;
        visitor.open().await?;
        Ok(Walk {
            name,
            server,
            visitor,
        })
    }

    /// Nothing breaks a rule once `shown` is true.
    async fn holds(&self, state: &str, shown: &str) -> Result<()> {
        let state = format!("{}: {state}", self.name);
        self.visitor
            .until(shown)
            .await
            .map_err(|error| error.context(state.clone()))?;
        self.visitor.audit(&state).await
    }

    async fn forms(&self, session: &str) -> Result<()> {
        self.server
            .operator(&format!("sessions/{session}/csat"), Some(json!({})))
            .await?;
        self.holds("rating", "return all('.pp-csat-face').length === 5")
            .await?;
        self.visitor.script("all('.pp-csat-face')[3].click()").await?;
        self.holds("rating with a comment", "return !!q('.pp-csat-textarea')")
            .await?;
        self.visitor.click(".pp-csat-submit").await?;
        self.holds("thanks", "return !!q('.pp-csat-thanks')").await
    }

    async fn prechat(&self) -> Result<()> {
        self.holds(
            "form",
            "return !!q('form.pp-prechat .pp-country-btn:not([hidden])')",
        )
        .await?;
        self.visitor.click(".pp-prechat-submit").await?;
        self.holds(
            "form with errors",
            "return !!q('.pp-prechat [aria-invalid=true]')",
        )
        .await?;
        self.visitor.click(".pp-country-btn").await?;
        self.holds("countries", "return all('.pp-country-option').length > 200")
            .await?;
        self.visitor.browser.press("Escape").await?;
        self.visitor
            .until("return q('.pp-country-dropdown').hidden")
            .await?;
        self.visitor.click(".pp-prechat-skip").await?;
        self.visitor.until("return !q('form.pp-prechat')").await?;
        Ok(())
    }

    /// What can be done with a message: menu, answer, edit, and the question before a deletion.
    async fn acts(&self) -> Result<()> {
        let visitor = &self.visitor;
        let menu = async || {
            visitor.script("q('.pp-messages').focus()").await?;
            visitor.browser.press("ArrowUp").await?;
            visitor
                .until("return !!root.activeElement?.matches('.pp-message')")
                .await?;
            visitor.browser.press("Enter").await?;
            self.holds("menu", "return !!q('.pp-message-menu')").await
        };
        menu().await?;
        visitor.click(".pp-menu-reply").await?;
        self.holds("answer", "return !!q('.pp-reply-preview')").await?;
        visitor.click(".pp-reply-cancel").await?;
        visitor.until("return !q('.pp-reply-preview')").await?;
        menu().await?;
        visitor.click(".pp-menu-delete").await?;
        self.holds("deletion", "return !!q('[role=alertdialog]')").await?;
        visitor.browser.press("Escape").await?;
        visitor.until("return !q('[role=alertdialog]')").await?;
        Ok(())
    }

    async fn emoji(&self) -> Result<()> {
        self.visitor.click(".pp-emoji-btn").await?;
        self.holds("emoji", "return all('.pp-emoji__one').length > 50")
            .await?;
        self.visitor.browser.press("Escape").await?;
        self.visitor.until("return !q('.pp-emoji')").await?;
        Ok(())
    }

    /// Files above the field, in a bubble, and a picture as large as the window.
    async fn files(&self) -> Result<()> {
        let visitor = &self.visitor;
        visitor
            .with_files("pick(text('prices.csv', 'lamp,20', 'text/csv'), text('run.exe', 'x', 'application/x-msdownload'), await picture('lamp.png', 320, 200))")
            .await?;
        self.holds(
            "files above the field",
            "return all('.pp-attachment-ready').length === 2 && !!q('.pp-attachment-error')",
        )
        .await?;
        visitor.write("these").await?;
        self.holds(
            "files in a bubble",
            "return q('.pp-attachment-image img')?.naturalWidth === 320 && !!q('.pp-own:last-of-type .pp-status-sent, .pp-own .pp-status-sent')",
        )
        .await?;
        visitor.click(".pp-attachment-image a").await?;
        self.holds(
            "lightbox",
            "return q('.pp-lightbox__picture')?.naturalWidth === 320",
        )
        .await?;
        visitor.browser.press("Escape").await?;
        visitor.until("return !q('.pp-lightbox')").await?;
        Ok(())
    }

    /// Quick replies and a card, and the question for a picture of the page.
    async fn asked(&self, session: &str) -> Result<()> {
        let carried = json!({ "content": "This one?", "metadata": {
            "quickReplies": [{ "label": "Yes" }, { "label": "Another" }],
            "card": { "title": "Halo bedside lamp", "text": "In stock", "url": "https://www.norrlund.example/halo" } } });
        self.server
            .operator(&format!("sessions/{session}/messages"), Some(carried))
            .await?;
        self.holds(
            "quick replies and a card",
            "return all('.pp-reply').length === 2 && !!q('.pp-link-card')",
        )
        .await?;
        let wish = Some(json!({ "requestedBy": "Ada" }));
        self.server
            .operator(&format!("sessions/{session}/screenshot"), wish)
            .await?;
        self.holds("question for a picture", "return !!q('.pp-window .pp-shot')")
            .await?;
        self.visitor.click(".pp-shot__decline").await?;
        self.visitor.until("return !q('.pp-shot')").await?;
        Ok(())
    }

    async fn offline(&self) -> Result<()> {
        self.visitor.go_offline().await?;
        self.visitor.write("is anybody there?").await?;
        self.holds(
            "without a network",
            "return !!q('.pp-notice') && !!q('.pp-status-sending')",
        )
        .await?;
        self.visitor.browser.set_offline(false).await
    }
}

/// All of them, one after the other.
async fn walk(name: &'static str, screen: Screen, options: &str) -> Result<()> {
    let walk = Walk::begin(name, screen, options).await?;
    walk.prechat().await?;
    walk.visitor.write("Which lamp?").await?;
    walk.visitor.sees_status("Which lamp?", "sent").await?;
    let session = walk.server.latest_session().await?;
    walk.acts().await?;
    walk.emoji().await?;
    walk.files().await?;
    walk.asked(&session).await?;
    walk.forms(&session).await?;
    walk.offline().await?;
    walk.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_state_breaks_a_rule_in_the_light() -> Result<()> {
    walk("light", Screen::DESKTOP, "primaryColor: '#e07a5f'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_state_breaks_a_rule_in_the_dark() -> Result<()> {
    let dark = Screen {
        dark: true,
        ..Screen::DESKTOP
    };
    walk(
        "dark",
        dark,
        "primaryColor: '#ffd400', chatBackground: 'whatsapp'",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_state_breaks_a_rule_from_right_to_left() -> Result<()> {
    walk("rtl", Screen::DESKTOP, "locale: 'ar'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_state_breaks_a_rule_on_a_phone() -> Result<()> {
    let dark = Screen {
        dark: true,
        ..Screen::PHONE
    };
    walk("phone", dark, "").await
}
