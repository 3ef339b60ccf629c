//! The emoji picker: fetched when it is first opened, searched in the visitor's language, usable by keyboard and finger.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::json;

fn started(options: &str) -> String {
    format!("PocketPing.init({{ endpoint: '/pocketping', ...{options} }}); PocketPing.open()")
}

const FETCHED: &str = "return performance.getEntriesByType('resource').map((entry) => entry.name)
    .filter((name) => /part-.*emoji/.test(name)).length";
const FIRST: &str = "q('.pp-emoji__one')";

async fn opened(visitor: &Widget) -> Result<()> {
    visitor.click(".pp-emoji-btn").await?;
    visitor.until("return all('.pp-emoji__one').length > 50").await?;
    Ok(())
}

async fn search(visitor: &Widget, text: &str) -> Result<()> {
    let script = "const field = q('.pp-emoji__search'); field.value = TEXT;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }))";
    visitor
        .script(&script.replace("TEXT", &json!(text).to_string()))
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emoji_goes_where_the_caret_is_and_the_focus_comes_back() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    for (name, screen) in Screen::LOOKS {
        let visitor = Widget::begin(&server.address(), screen, &started("{ locale: 'en' }")).await?;
        visitor.sees_opened().await?;
        assert_eq!(visitor.script(FETCHED).await?, 0, "nothing is fetched before");
        let typed = "const field = q('.pp-input'); field.focus(); field.value = 'Hello you';
            field.dispatchEvent(new InputEvent('input', { bubbles: true })); field.setSelectionRange(5, 5)";
        visitor.script(typed).await?;
        opened(&visitor).await?;
        picture(&visitor, &format!("emoji-{name}")).await?;
        let fits = "const [p, w] = [q('.pp-emoji'), q('.pp-window')].map((e) => e.getBoundingClientRect());
            return p.left >= w.left && p.right <= w.right && p.top >= w.top
                && q('.pp-emoji__body').scrollWidth <= q('.pp-emoji__body').clientWidth
                && all('.pp-emoji__one').slice(0, 9).every((one) => one.getBoundingClientRect().width >= 24)";
        assert_eq!(visitor.script(fits).await?, true, "{name}");
        search(&visitor, "grinning face").await?;
        visitor
            .until(&format!(
                "return {FIRST}.textContent === '😀' && all('.pp-emoji__one').length < 20"
            ))
            .await?;
        visitor.click(".pp-emoji__one").await?;
        visitor
            .until("return !q('.pp-emoji') && q('.pp-input').value === 'Hello😀 you' && root.activeElement === q('.pp-input')")
            .await?;
        assert_eq!(visitor.script("return q('.pp-input').selectionStart").await?, 7);
        visitor.click(".pp-send-btn").await?;
        visitor.sees_status("Hello😀 you", "sent").await?;
        // What was used comes first, also on the next page.
        visitor.restart(&started("{ locale: 'en' }")).await?;
        visitor.sees_opened().await?;
        opened(&visitor).await?;
        visitor
            .until("return q('.pp-emoji__name').textContent === 'Recently used' && q('.pp-emoji__one').textContent === '😀' && q('.pp-emoji__one').ariaLabel === 'grinning face'")
            .await?;
        visitor.browser.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_searched_in_the_language_of_the_visitor() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let words = [
        ("de", "grinsendes", "😀", "Emoji suchen"),
        ("fr", "coeur rouge", "❤️", "Rechercher un émoji"),
        ("tr", "roket", "🚀", "Emoji ara"),
        ("ja", "犬", "🐕", "絵文字を検索"),
        ("ar", "صاروخ", "🚀", "البحث عن رمز تعبيري"),
        ("pt-BR", "foguete", "🚀", "Buscar emoji"),
        ("zh-CN", "火箭", "🚀", "搜索表情"),
        ("nl", "japan", "🇯🇵", "Emoji zoeken"),
    ];
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, "").await?;
    for (language, word, emoji, label) in words {
        visitor
            .restart(&started(&format!("{{ locale: '{language}' }}")))
            .await?;
        visitor.sees_opened().await?;
        opened(&visitor).await?;
        assert_eq!(
            visitor
                .script("return q('.pp-emoji__search').placeholder")
                .await?,
            label
        );
        if language == "ar" {
            picture(&visitor, "emoji-ar").await?;
        }
        search(&visitor, word).await?;
        let found = format!(
            "return all('.pp-emoji__one').length < 60 && all('.pp-emoji__one').some((one) => one.textContent === '{emoji}')"
        );
        visitor.until(&found).await.map_err(|e| e.context(language))?;
        search(&visitor, "qqqq").await?;
        visitor
            .until("return !q('.pp-emoji__one') && !!q('.pp-emoji__status').textContent")
            .await?;
    }
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn arrow_keys_walk_the_grid_and_escape_leaves_it_and_not_the_window() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &started("{ locale: 'en' }")).await?;
    visitor.sees_opened().await?;
    opened(&visitor).await?;
    visitor
        .until("return root.activeElement === q('.pp-emoji__search')")
        .await?;
    let key = async |key: &str| {
        let press = "root.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: KEY, bubbles: true, composed: true, cancelable: true }));
            const cell = root.activeElement; const row = cell.closest('.pp-emoji__row');
            return row && [...cell.closest('.pp-emoji__group').querySelectorAll('.pp-emoji__row')].indexOf(row) + ':' + [...row.querySelectorAll('button')].indexOf(cell)";
        visitor
            .script(&press.replace("KEY", &json!(key).to_string()))
            .await
    };
    for (pressed, place) in [
        ("ArrowDown", "0:0"),
        ("ArrowRight", "0:1"),
        ("ArrowDown", "1:1"),
        ("End", "1:7"),
        ("ArrowRight", "2:0"),
        ("ArrowLeft", "1:7"),
        ("Home", "1:0"),
        ("ArrowUp", "0:0"),
        ("ArrowUp", "0:0"),
        ("PageDown", "4:0"),
    ] {
        assert_eq!(key(pressed).await?, place, "{pressed}");
    }
    let roles = "return q('[role=grid]') === q('.pp-emoji__body') && all('[role=row] > [role=gridcell] > button').length > 50
        && all('.pp-emoji__one').filter((one) => one.tabIndex === 0).length === 1
        && all('.pp-emoji__one').every((one) => !!one.ariaLabel)";
    assert_eq!(visitor.script(roles).await?, true);
    visitor.browser.press("Escape").await?;
    visitor
        .until("return !q('.pp-emoji') && PocketPing.isWidgetOpen() && root.activeElement === q('.pp-input')")
        .await?;

    // A skin tone is kept.
    opened(&visitor).await?;
    visitor.click(".pp-emoji__tone").await?;
    search(&visitor, "waving hand").await?;
    visitor
        .until(&format!("return {FIRST}.textContent === '👋🏻'"))
        .await?;
    visitor.click(".pp-emoji__one").await?;
    visitor.until("return q('.pp-input').value === '👋🏻'").await?;
    opened(&visitor).await?;
    assert_eq!(
        visitor.script("return q('.pp-emoji__tone').textContent").await?,
        "✋🏻"
    );
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picker_that_cannot_be_fetched_says_so_and_comes_the_next_time() -> Result<()> {
    let server = Server::start(ServerOptions::default()).await?;
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, &started("{ locale: 'en' }")).await?;
    visitor.sees_opened().await?;
    visitor.until("return PocketPing.isConnected()").await?;
    visitor.go_offline().await?;
    visitor.click(".pp-emoji-btn").await?;
    visitor
        .until("return q('.pp-emoji-btn').title.length > 5")
        .await?;
    visitor.browser.set_offline(false).await?;
    visitor.until("return navigator.onLine").await?;
    opened(&visitor).await?;
    assert_eq!(visitor.script("return q('.pp-emoji-btn').title").await?, "");
    visitor.browser.quit().await
}
