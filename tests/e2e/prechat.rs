//! The form that asks how the visitor can be reached: when it comes, what it asks for, what it says of wrong answers.

use super::look::picture;
use anyhow::Result;
use pocketping_tests::{Screen, Server, ServerOptions, Widget};
use serde_json::{Value as Json, json};

/// A server with such a form.
async fn server(fields: &str, further: &[(&str, &str)]) -> Result<Server> {
    let mut environment = vec![
        ("POCKETPING_PRE_CHAT_FORM_ENABLED".to_owned(), "true".to_owned()),
        ("POCKETPING_PRE_CHAT_FORM_FIELDS".to_owned(), fields.to_owned()),
    ];
    environment.extend(
        further
            .iter()
            .map(|(key, value)| (format!("POCKETPING_PRE_CHAT_FORM_{key}"), (*value).to_owned())),
    );
    Server::start(ServerOptions {
        environment,
        ..Default::default()
    })
    .await
}

const ASKS: &str = "return !!q('.pp-messages > form.pp-prechat')";
const HAS_ASKED: &str = "return !!q('.pp-prechat-done') && !q('form.pp-prechat')";

/// What is wrong with a field, as it is said to everybody.
fn problem_of(field: &str) -> String {
    format!(
        "const field = q('#pp-prechat-{field}'); const error = root.getElementById(field.getAttribute('aria-describedby'));
         return [field.ariaInvalid, error.textContent]"
    )
}

/// What the operator knows.
async fn contact(server: &Server) -> Result<(Json, Json, Json)> {
    let session = server.session(&server.latest_session().await?).await?;
    let email = session["identity"]["email"].clone();
    Ok((
        email,
        session["userPhone"].clone(),
        session["userPhoneCountry"].clone(),
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_asked_for_before_the_first_message_and_can_be_skipped() -> Result<()> {
    let server = server("email-only", &[]).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor
        .browser
        .script(
            "window.told = 0; PocketPing.on('preChatCompleted', () => window.told++)",
            vec![],
        )
        .await?;
    visitor.open().await?;
    visitor.until(ASKS).await?;
    assert_eq!(
        visitor
            .script("return !q('.pp-input').disabled && !q('.pp-prechat #pp-prechat-phone')")
            .await?,
        true
    );
    picture(&visitor, "prechat-email-desktop-light").await?;
    visitor.click(".pp-prechat-submit").await?;
    let missing = json!(["true", "Enter your email address."]);
    assert_eq!(visitor.script(&problem_of("email")).await?, missing);
    visitor
        .until("return root.activeElement?.id === 'pp-prechat-email'")
        .await?;
    visitor.type_into("#pp-prechat-email", "ada at home").await?;
    let wrong = json!([
        "true",
        "This doesn't look like an email address. It should be like name@example.com."
    ]);
    assert_eq!(visitor.script(&problem_of("email")).await?, wrong);
    picture(&visitor, "prechat-email-wrong-desktop-light").await?;
    visitor.script("q('#pp-prechat-email').value = ''").await?;
    visitor.type_into("#pp-prechat-email", "ada@example.com").await?;
    assert_eq!(visitor.script(&problem_of("email")).await?, json!([null, ""]));
    visitor.browser.press("Enter").await?;
    visitor.until(HAS_ASKED).await?;
    visitor
        .until("return root.activeElement?.matches('.pp-input')")
        .await?;
    assert_eq!(
        visitor.script("return q('.pp-prechat-done').textContent").await?,
        "Thanks. We can reach you at ada@example.com."
    );
    picture(&visitor, "prechat-done-desktop-light").await?;
    assert_eq!(visitor.script("return window.told").await?, 1);
    visitor.browser.reload().await?;
    visitor.open().await?;
    visitor.until("return PocketPing.isConnected()").await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    assert_eq!(
        visitor.script("return !!q('.pp-prechat')").await?,
        false,
        "it was filled in"
    );
    visitor.browser.quit().await?;

    let other = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    other.open().await?;
    other.until(ASKS).await?;
    other.click(".pp-prechat-skip").await?;
    other
        .until("return !q('.pp-prechat') && root.activeElement?.matches('.pp-input')")
        .await?;
    other.write("just this").await?;
    other.sees_status("just this", "sent").await?;
    other.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_required_the_message_is_kept_and_sent_right_after() -> Result<()> {
    let server = server("email-and-phone", &[("REQUIRED", "true")]).await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.until(ASKS).await?;
    assert_eq!(visitor.script("return !!q('.pp-prechat-skip')").await?, false);
    visitor.type_into(".pp-input", "do you ship to Oslo?").await?;
    visitor.until("return !q('.pp-send-btn').disabled").await?;
    visitor.browser.press("Enter").await?;
    visitor
        .until("return q('.pp-prechat > .pp-card__error').textContent === 'Please fill this in first. Your message will be sent right after.' && root.activeElement?.id === 'pp-prechat-email'")
        .await?;
    assert_eq!(
        visitor.script("return q('.pp-input').value").await?,
        "do you ship to Oslo?"
    );
    visitor.type_into("#pp-prechat-email", "ada@example.com").await?;
    visitor
        .until("return !!q('.pp-country-btn:not([hidden])')")
        .await?;
    visitor.type_into("#pp-prechat-phone", "+47 21 23 45 67").await?;
    picture(&visitor, "prechat-both-desktop-light").await?;
    visitor.click(".pp-prechat-submit").await?;
    visitor.sees_status("do you ship to Oslo?", "sent").await?;
    assert_eq!(
        contact(&server).await?,
        (json!("ada@example.com"), json!("+4721234567"), json!("NO"))
    );
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_country_is_found_by_keyboard_and_numbers_are_stored_as_the_world_dials_them() -> Result<()> {
    let server = server("phone-only", &[("TIMING", "after-first-message")]).await?;
    let start = "PocketPing.init({ endpoint: '/pocketping', locale: 'fr' })";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    visitor.open().await?;
    visitor.until("return PocketPing.isConnected()").await?;
    assert_eq!(
        visitor.script("return !!q('.pp-prechat')").await?,
        false,
        "not before the first message"
    );
    visitor.write("bonjour").await?;
    visitor.sees_status("bonjour", "sent").await?;
    visitor.until(ASKS).await?;
    visitor
        .until("return !!q('.pp-country-btn:not([hidden])')")
        .await?;
    visitor.script("q('.pp-country-btn').focus()").await?;
    visitor.browser.press("Enter").await?;
    visitor.until("return root.activeElement?.matches('.pp-country-search-input') && q('.pp-country-btn').ariaExpanded === 'true'").await?;
    let count = visitor.script("return all('.pp-country-option').length").await?;
    assert!(count.as_u64() > Some(230), "{count}");
    // By a name in the visitor's language, without its accents.
    visitor.type_into(".pp-country-search-input", "coree").await?;
    visitor
        .until("const on = q('.pp-country-option.active'); return on?.querySelector('.pp-country-name').textContent.startsWith('Corée') && q('.pp-country-search-input').getAttribute('aria-activedescendant') === on.id")
        .await?;
    visitor.script("q('.pp-country-search-input').value = ''").await?;
    visitor.type_into(".pp-country-search-input", "+33").await?;
    picture(&visitor, "prechat-countries-desktop-light").await?;
    visitor
        .until("return all('.pp-country-option').length === 1")
        .await?;
    visitor.browser.press("Enter").await?;
    visitor.until("return root.activeElement?.id === 'pp-prechat-phone' && q('.pp-country-code').textContent === '+33'").await?;
    // Escape leaves the list, not the window.
    visitor.click(".pp-country-btn").await?;
    visitor.browser.press("Escape").await?;
    visitor
        .until("return q('.pp-country-dropdown').hidden && !!q('.pp-window:not(.pp-leaving)')")
        .await?;
    visitor.type_into("#pp-prechat-phone", "12").await?;
    visitor.click(".pp-prechat-submit").await?;
    let wrong = visitor.script(&problem_of("phone")).await?;
    assert_eq!(wrong[0], "true");
    assert!(
        wrong[1]
            .as_str()
            .unwrap_or_default()
            .contains("numéro de téléphone"),
        "{wrong}"
    );
    visitor.script("q('#pp-prechat-phone').value = ''").await?;
    visitor.type_into("#pp-prechat-phone", "06 12-34.56 78").await?;
    visitor.click(".pp-prechat-submit").await?;
    visitor.until(HAS_ASKED).await?;
    assert_eq!(
        contact(&server).await?,
        (Json::Null, json!("+33612345678"), json!("FR"))
    );
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_ways_is_chosen_and_what_was_typed_outlives_the_window() -> Result<()> {
    let server = server("email-or-phone", &[]).await?;
    let visitor = Widget::visit(
        &server.address(),
        Screen {
            dark: true,
            ..Screen::PHONE
        },
    )
    .await?;
    visitor.open().await?;
    visitor.until(ASKS).await?;
    picture(&visitor, "prechat-either-phone-dark").await?;
    visitor.type_into("#pp-prechat-email", "half@").await?;
    visitor.script("q('.pp-prechat-tab.active').focus()").await?;
    visitor.browser.press("ArrowRight").await?;
    visitor.until("return root.activeElement?.textContent === 'By phone' && root.activeElement.ariaChecked === 'true' && !!q('.pp-country-btn:not([hidden])')").await?;
    visitor.type_into("#pp-prechat-phone", "+49 30 123456").await?;
    visitor.click(".pp-close-btn").await?;
    visitor.until("return !q('.pp-window')").await?;
    visitor.open().await?;
    visitor
        .until("return q('#pp-prechat-phone')?.value === '+49 30 123456'")
        .await?;
    picture(&visitor, "prechat-phone-phone-dark").await?;
    // The address that was not finished is not asked for now.
    visitor.click(".pp-prechat-submit").await?;
    visitor.until(HAS_ASKED).await?;
    assert_eq!(
        contact(&server).await?,
        (Json::Null, json!("+4930123456"), json!("DE"))
    );
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_and_keeps_what_was_typed_and_offline_it_waits() -> Result<()> {
    let server = server(
        "email-only",
        &[("TIMING", "after-first-message"), ("REQUIRED", "true")],
    )
    .await?;
    let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
    visitor.open().await?;
    visitor.write("hello").await?;
    visitor.sees_status("hello", "sent").await?;
    visitor.until(ASKS).await?;
    visitor.type_into("#pp-prechat-email", "ada@example.com").await?;
    let session = server.latest_session().await?;
    let path = format!("sessions/{session}/blocked");
    let block =
        |blocked: bool| server.operator_as(reqwest::Method::PUT, &path, Some(json!({ "blocked": blocked })));
    block(true).await?;
    visitor.click(".pp-prechat-submit").await?;
    visitor
        .until("return q('.pp-prechat > .pp-card__error').textContent === \"Couldn't save this. Check what you entered and try again.\"")
        .await?;
    assert_eq!(visitor.script("return q('#pp-prechat-email').value === 'ada@example.com' && !q('.pp-prechat-submit').disabled").await?, true);
    block(false).await?;
    visitor.go_offline().await?;
    visitor.click(".pp-prechat-submit").await?;
    visitor
        .until("return q('.pp-prechat > .pp-card__error').textContent === \"Saved. It will be sent when you're back online.\"")
        .await?;
    // It is given: nothing has to wait for it any more.
    visitor.write("are you there?").await?;
    visitor.sees_status("are you there?", "sending").await?;
    visitor.browser.set_offline(false).await?;
    visitor.sees_status("are you there?", "sent").await?;
    visitor.until("return !q('form.pp-prechat')").await?;
    assert_eq!(contact(&server).await?.0, json!("ada@example.com"));
    visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_mirrored_in_arabic_and_takes_arabic_digits() -> Result<()> {
    let server = server("phone-only", &[]).await?;
    let start = "PocketPing.init({ endpoint: '/pocketping', locale: 'ar-EG', welcomeMessage: 'مرحبا، كيف يمكننا مساعدتك؟' })";
    let visitor = Widget::begin(&server.address(), Screen::DESKTOP, start).await?;
    visitor.open().await?;
    visitor.until(ASKS).await?;
    visitor
        .until("return !!q('.pp-country-btn:not([hidden])')")
        .await?;
    visitor.click(".pp-country-btn").await?;
    visitor.type_into(".pp-country-search-input", "مصر").await?;
    visitor
        .until("return all('.pp-country-option').length > 0")
        .await?;
    picture(&visitor, "prechat-desktop-ar").await?;
    visitor.browser.press("Enter").await?;
    visitor.type_into("#pp-prechat-phone", "٠١٠٠١٢٣٤٥٦٧").await?;
    visitor.click(".pp-prechat-submit").await?;
    visitor.until(HAS_ASKED).await?;
    assert_eq!(contact(&server).await?.1, json!("+201001234567"));
    visitor.browser.quit().await
}
