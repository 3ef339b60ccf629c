//! The widget speaks the page's language.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

const LABEL: &str = "return q('.pp-send-btn') && q('.pp-send-btn').ariaLabel";
/// Catalogues that were fetched.
const FETCHED: &str = "return performance.getEntriesByType('resource').map((entry) => entry.name)
    .filter((name) => name.includes('locale')).map((name) => name.match(/-([a-zA-Z-]+)\\.json/)[1])";

fn started(options: &str) -> String {
    format!("PocketPing.init({{ endpoint: '/pocketping', ...{options} }}); PocketPing.open()")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_the_twelve_is_chosen_by_the_option_and_english_fetches_nothing() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &started("{}")).await?;
    visitor.sees_opened().await?;
    assert_eq!(visitor.script(LABEL).await?, "Send message");
    assert_eq!(visitor.script(FETCHED).await?, json!([]));
    let languages = [
        ("fr-CA", "fr", "Envoyer le message"),
        ("de", "de", "Nachricht senden"),
        ("es-MX", "es", "Enviar mensaje"),
        ("pt-BR", "pt-BR", "Enviar mensagem"),
        ("it", "it", "Invia messaggio"),
        ("nl", "nl", "Bericht versturen"),
        ("pl", "pl", "Wyślij wiadomość"),
        ("tr", "tr", "Mesajı gönder"),
        ("ja", "ja", "メッセージを送信"),
        ("zh-CN", "zh-CN", "发送消息"),
        ("ar", "ar", "إرسال الرسالة"),
    ];
    for (tag, catalogue, label) in languages {
        visitor
            .restart(&started(&format!("{{ locale: '{tag}' }}")))
            .await?;
        visitor.sees_opened().await?;
        assert_eq!(visitor.script(LABEL).await?, label, "{tag}");
        assert_eq!(visitor.script(FETCHED).await?, json!([catalogue]));
        assert_eq!(visitor.script("return q('.pp-root').lang").await?, tag);
    }
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_language_decides_before_the_browsers_and_its_own_texts_before_all() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let start = format!(
        "document.documentElement.lang = 'de-AT'; {}",
        started(
            "{ autoOpenOnMessage: false, texts: { send: 'Ab damit', today: 7, nonsense: 'x', openUnread: { one: 'eine', other: '{count} neue' } } }"
        )
    );
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &start).await?;
    visitor.sees_opened().await?;
    assert_eq!(visitor.script(LABEL).await?, "Ab damit");
    assert_eq!(
        visitor.script("return q('.pp-close-btn').ariaLabel").await?,
        "Chat schließen"
    );
    let warned = visitor.browser.console().await?.join("\n");
    assert!(
        warned.contains("texts.today") && warned.contains("texts.nonsense"),
        "{warned}"
    );
    visitor.write("Guten Tag").await?;
    visitor.sees_status("Guten Tag", "sent").await?;
    visitor.click(".pp-close-btn").await?;
    let labelled = async |label: &str| {
        let body = format!("return q('.pp-toggle') && q('.pp-toggle').ariaLabel === '{label}'");
        visitor.until(&body).await
    };
    labelled("Chat öffnen").await?;
    let session = server.latest_session().await?;
    server.say(&session, "Hallo").await?;
    labelled("eine").await?;
    server.say(&session, "Noch da?").await?;
    labelled("2 neue").await?;

    // A language that there is no catalogue of leaves it to the browser, which speaks English here.
    let start = format!("document.documentElement.lang = 'fi'; {}", started("{}"));
    visitor.restart(&start).await?;
    visitor.sees_opened().await?;
    assert_eq!(visitor.script(LABEL).await?, "Send message");
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn arabic_is_mirrored_and_what_people_write_keeps_its_own_direction() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    for (name, screen) in [("desktop", Screen::DESKTOP), ("phone", Screen::PHONE)] {
        let visitor = Widget::begin(&server.address(), screen, &started("{ locale: 'ar' }")).await?;
        visitor.sees_opened().await?;
        visitor.write("مرحبًا، هل يناسب المصباح غرفة النوم؟").await?;
        visitor.write("Does it come in oak?").await?;
        visitor.sees_status("Does it come in oak?", "sent").await?;
        let session = server.latest_session().await?;
        server.say(&session, "نعم، وهو متوفر بخشب البلوط.").await?;
        visitor.sees("نعم، وهو متوفر بخشب البلوط.").await?;
        let mirrored = "const at = (s) => q(s).getBoundingClientRect();
            const middle = (s) => at(s).left + at(s).width / 2;
            return middle('.pp-own .pp-message-content') < middle('.pp-window')
                && middle('.pp-message-operator .pp-message-content') > middle('.pp-window')
                && middle('.pp-close-btn') < middle('.pp-header-title')
                && middle('.pp-send-btn') < middle('.pp-input')
                && Math.abs(innerWidth - at('.pp-window').right) <= 20";
        assert_eq!(visitor.script(mirrored).await?, true, "{name}");
        let own = "return getComputedStyle(all('.pp-message-content').at(1)).unicodeBidi";
        assert_eq!(visitor.script(own).await?, "plaintext");
        let times = "return all('.pp-message-time').map((time) => time.textContent)
            .every((text) => text === new Intl.DateTimeFormat('ar', { hour: '2-digit', minute: '2-digit' })
                .format(new Date(all('.pp-message-time').find((time) => time.textContent === text).dateTime)))";
        assert_eq!(visitor.script(times).await?, true, "times are written as there");
        picture(&visitor, &format!("arabic-{name}-light")).await?;
        visitor.browser.quit().await?;
    }
    Ok(())
}
