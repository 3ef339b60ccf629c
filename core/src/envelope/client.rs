//! What clients send over a socket (PROTOCOL §2.3).

use crate::model::{CustomEvent, PageView};
use crate::value::{Object, ReadError, Value, Wire};

/// A frame from the widget.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ClientFrame {
    /// `event`: a custom event.
    Event(CustomEvent),
    /// `typing`; in the envelope's `data` or flat, as Python reads it.
    Typing {
        /// Whether typing began or ended.
        is_typing: bool,
    },
    /// `page`: an SPA navigation (EXTENSIONS, Pages).
    Page(PageView),
    /// `inspector_select`: the picked element, kept as it came.
    InspectorSelect(Object),
    /// `ping`: the heartbeat's question (EXTENSIONS, Heartbeat).
    Ping,
    /// A type that we do not know.
    Unknown(String),
}

impl Wire for ClientFrame {
    fn read(value: &Value) -> Result<Self, ReadError> {
        let kind = value.get("type").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| ReadError::missing().within("type"))?;
        let data = value.get("data").unwrap_or(value);
        let in_data = |error: ReadError| error.within("data");
        Ok(match kind {
            "event" => ClientFrame::Event(CustomEvent::read(data).map_err(in_data)?),
            "typing" => {
                let is_typing = data.as_object().and_then(|data| data.get_lenient("isTyping"));
                ClientFrame::Typing {
                    is_typing: is_typing.and_then(Value::as_bool).unwrap_or(true),
                }
            }
            "page" => ClientFrame::Page(PageView::read(data).map_err(in_data)?),
            "inspector_select" => ClientFrame::InspectorSelect(Object::read(data).map_err(in_data)?),
            "ping" => ClientFrame::Ping,
            _ => ClientFrame::Unknown(kind.to_owned()),
        })
    }

    fn write(&self) -> Value {
        let envelope = |kind: &str, data: Value| Object::new().with("type", kind).with("data", data).into();
        match self {
            ClientFrame::Event(event) => envelope("event", event.write()),
            ClientFrame::Typing { is_typing } => {
                // Both spellings at once: Node reads the envelope, Python the flat form.
                let data = Object::new()
                    .with("sender", "visitor")
                    .with("isTyping", *is_typing);
                data.clone().with("type", "typing").with("data", data).into()
            }
            ClientFrame::Page(page) => envelope("page", page.write()),
            ClientFrame::InspectorSelect(data) => envelope("inspector_select", data.write()),
            ClientFrame::Ping => Object::new().with("type", "ping").into(),
            ClientFrame::Unknown(kind) => Object::new().with("type", kind.as_str()).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_is_read_flat_and_in_the_envelope() {
        let flat = Object::new()
            .with("type", "typing")
            .with("sender", "visitor")
            .with("isTyping", false);
        assert_eq!(
            ClientFrame::read(&flat.into()),
            Ok(ClientFrame::Typing { is_typing: false })
        );
        let data = Object::new().with("sender", "visitor").with("isTyping", false);
        let nested = Object::new().with("type", "typing").with("data", data);
        assert_eq!(
            ClientFrame::read(&nested.into()),
            Ok(ClientFrame::Typing { is_typing: false })
        );
    }

    #[test]
    fn frames_survive_a_round_trip() {
        for frame in [
            ClientFrame::Ping,
            ClientFrame::Typing { is_typing: true },
            ClientFrame::Unknown("x".into()),
        ] {
            assert_eq!(ClientFrame::read(&frame.write()), Ok(frame));
        }
    }

    #[test]
    fn a_frame_without_a_type_is_refused() {
        assert!(ClientFrame::read(&Value::from("x")).is_err());
        assert!(ClientFrame::read(&Object::new().with("type", 7).into()).is_err());
    }
}
