//! What visitors are called, and what is said of them.

use pocketping_core::model::{Message, OperatorSession, Sender};

/// The name, else the address, else `Visitor 3f9a`.
pub(crate) fn name(session: &OperatorSession) -> String {
    let identity = session.identity.as_ref();
    let known = identity.and_then(|identity| identity.name.as_ref().or(identity.email.as_ref()));
    match known.filter(|name| !name.trim().is_empty()) {
        Some(name) => name.clone(),
        None => {
            let id: String = session.visitor_id.as_str().chars().rev().take(4).collect();
            let end: String = id.chars().rev().collect();
            ["Visitor ", &end].concat()
        }
    }
}

/// The path of the page a visitor is on, as far as known.
pub(crate) fn page_path(session: &OperatorSession) -> Option<String> {
    let url = page_url(session)?;
    let after_scheme = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let path = after_scheme.find('/').map_or("/", |at| &after_scheme[at..]);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    Some(path.to_owned())
}

/// The address of the page a visitor is on, as far as known.
pub(crate) fn page_url(session: &OperatorSession) -> Option<String> {
    let newest = session.pages.last().map(|page| page.url.clone());
    newest.or_else(|| session.metadata.as_ref()?.url.clone())
}

/// The title of that page.
pub(crate) fn page_title(session: &OperatorSession) -> Option<String> {
    let newest = session.pages.last().map(|page| page.title.clone());
    let title = newest.unwrap_or_else(|| session.metadata.as_ref()?.page_title.clone());
    title.filter(|title| !title.is_empty())
}

/// One line of a message for the list: `You: …` for our side's.
pub(crate) fn line(message: &Message) -> String {
    let text = text(message);
    match message.sender {
        _ if message.private => [crate::words::NOTE, ": ", text].concat(),
        Sender::Visitor => text.to_owned(),
        Sender::Ai => ["AI: ", text].concat(),
        _ => ["You: ", text].concat(),
    }
}

/// What a message says, in words even if it has none.
pub(crate) fn text(message: &Message) -> &str {
    if message.deleted_at.is_some() {
        crate::words::DELETED
    } else if message.content.is_empty() && !message.attachments.is_empty() {
        crate::words::ATTACHMENT
    } else {
        &message.content
    }
}

/// The name that a site or form has given, if any has.
pub(crate) fn given_name(session: &OperatorSession) -> Option<String> {
    let name = session.identity.as_ref()?.name.clone();
    name.filter(|name| !name.trim().is_empty())
}

/// Whether a session is what somebody searches for.
pub(crate) fn matches(session: &OperatorSession, search: &str) -> bool {
    let search = search.trim().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&search);
    search.is_empty()
        || holds(&name(session))
        || session
            .identity
            .as_ref()
            .and_then(|who| who.email.as_deref())
            .is_some_and(holds)
        || session
            .last_message
            .as_ref()
            .is_some_and(|message| holds(&message.content))
        || page_url(session).is_some_and(|url| holds(&url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::{Object, Value, Wire};

    fn session(identity: Object, url: &str) -> OperatorSession {
        let object = Object::new()
            .with("id", "s1")
            .with("visitorId", "visitor-3f9a")
            .with("createdAt", "2026-01-01T00:00:00Z")
            .with("lastActivity", "2026-01-01T00:00:00Z")
            .with("identity", identity)
            .with("metadata", Object::new().with("url", url));
        OperatorSession::read(&Value::from(object)).unwrap()
    }

    #[test]
    fn a_visitor_is_called_by_name_then_address_then_the_end_of_the_id() {
        let id = Object::new().with("id", "1");
        assert_eq!(name(&session(id.clone(), "")), "Visitor 3f9a");
        assert_eq!(name(&session(id.clone().with("email", "a@b.c"), "")), "a@b.c");
        assert_eq!(
            name(&session(id.with("email", "a@b.c").with("name", "Ada"), "")),
            "Ada"
        );
    }

    #[test]
    fn the_page_is_told_by_its_path_alone() {
        let at = |url| page_path(&session(Object::new().with("id", "1"), url));
        assert_eq!(
            at("https://shop.example/pricing?utm=x#top").as_deref(),
            Some("/pricing")
        );
        assert_eq!(at("https://shop.example").as_deref(), Some("/"));
    }

    #[test]
    fn search_looks_at_names_addresses_and_pages() {
        let ada = session(
            Object::new().with("id", "1").with("name", "Ada"),
            "https://shop.example/Boots",
        );
        assert!(matches(&ada, " ada "));
        assert!(matches(&ada, "boots"));
        assert!(!matches(&ada, "grace"));
    }
}
