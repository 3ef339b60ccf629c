//! What a message carries besides its text, as its visitor gets it: a link card, and what it offers as answers.

use pocketping_core::Value;
use pocketping_core::model::Message;
use pocketping_widget::dom::{El, Live, el};

/// A card as it is shown; what is malformed is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Card {
    title: String,
    text: String,
    url: Option<String>,
}

/// Whether there is any of it.
pub(super) fn is_shown(message: &Message) -> bool {
    message.deleted_at.is_none() && (card(message).is_some() || !labels(message).is_empty())
}

/// The card, and the answers' labels.
pub(super) fn rich(shown: Live<Option<Message>>) -> El {
    let (card, labels) = shown.with(|message| {
        let message = message.as_ref();
        let card = message.and_then(card);
        (card, message.map(labels).unwrap_or_default())
    });
    let mut root = el("div.pp-rich");
    if let Some(Card { title, text, url }) = card {
        let outer = match &url {
            Some(url) => el("a.pp-rich__card[target=_blank][rel=noopener noreferrer]").attr("href", url),
            None => el("div.pp-rich__card"),
        };
        root = root.child(
            outer
                .child(el("strong[dir=auto]").text(&title))
                .child(el("span[dir=auto]").text(&text)),
        );
    }
    for label in labels {
        root = root.child(el("span.pp-rich__reply[dir=auto]").text(&label));
    }
    root
}

fn card(message: &Message) -> Option<Card> {
    let card = message.metadata.as_ref()?.get("card")?;
    let text = |key| {
        let text = card.get(key).and_then(Value::as_str).unwrap_or_default();
        text.trim().to_owned()
    };
    let url = text("url");
    let card = Card {
        title: text("title"),
        text: text("text"),
        url: (url.starts_with("https://") || url.starts_with("http://")).then_some(url),
    };
    (!card.title.is_empty() || !card.text.is_empty()).then_some(card)
}

fn labels(message: &Message) -> Vec<String> {
    let replies = message
        .metadata
        .as_ref()
        .and_then(|data| data.get("quickReplies"));
    let replies = replies.and_then(Value::as_list).unwrap_or_default().iter();
    let labels = replies.filter_map(|reply| reply.get("label").and_then(Value::as_str));
    labels
        .filter(|label| !label.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::model::Sender;
    use pocketping_core::{Object, Timestamp};

    fn message(key: &str, value: Value) -> Message {
        let mut message = Message::new(
            "m".into(),
            "s".into(),
            Sender::Operator,
            "hello".into(),
            Timestamp::from_millis(0),
        );
        message.metadata = Some(Object::new().with(key, value));
        message
    }

    #[test]
    fn what_is_malformed_is_passed_over() {
        let odd = Object::new().with("title", 7).with("url", "javascript:alert(1)");
        assert!(!is_shown(&message("card", odd.into())));
        assert!(!is_shown(&message("quickReplies", Value::from("Yes"))));
        let script = Object::new()
            .with("title", "Halo")
            .with("url", "javascript:alert(1)");
        assert_eq!(card(&message("card", script.into())).unwrap().url, None);
    }

    #[test]
    fn answers_are_shown_by_their_labels() {
        let yes = Object::new().with("label", "Yes").with("value", "Yes, please");
        let replies = Value::List(vec![yes.into(), Value::Null, Value::from("no")]);
        assert_eq!(labels(&message("quickReplies", replies)), ["Yes"]);
    }
}
