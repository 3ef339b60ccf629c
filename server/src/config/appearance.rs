//! How widgets look, as far as the server says.

use pocketping_core::{Object, Value};

/// What `/connect` tells widgets about their look (PROTOCOL §1.3); it overrides the page's own options. Default nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Appearance {
    /// Title of the window.
    pub operator_name: Option<String>,
    /// Address of a picture in the header.
    pub operator_avatar: Option<String>,
    /// Main colour, as in CSS.
    pub primary_color: Option<String>,
    /// Header: a CSS colour, a gradient `{from, to, direction?}`, or `{light, dark}` of either.
    pub header_color: Option<Value>,
    /// Footer: a CSS colour, or `{light, dark}`.
    pub footer_color: Option<Value>,
    /// `whatsapp`, `dots`, `plain` or a picture's address, or `{light, dark}` of them.
    pub chat_background: Option<Value>,
    /// Launcher: like `header_color`.
    pub toggle_color: Option<Value>,
}

impl Appearance {
    /// The members of the answer.
    pub(crate) fn write(&self) -> Object {
        let mut object = Object::new();
        let texts = [
            ("operatorName", &self.operator_name),
            ("operatorAvatar", &self.operator_avatar),
            ("primaryColor", &self.primary_color),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                object.set(key, text.as_str());
            }
        }
        for (key, value) in self.colours() {
            if let Some(value) = value {
                object.set(key, value.clone());
            }
        }
        object
    }

    fn colours(&self) -> [(&'static str, Option<&Value>); 4] {
        [
            ("headerColor", self.header_color.as_ref()),
            ("footerColor", self.footer_color.as_ref()),
            ("chatBackground", self.chat_background.as_ref()),
            ("toggleColor", self.toggle_color.as_ref()),
        ]
    }

    /// The options whose values widgets would not understand.
    pub(crate) fn faults(&self) -> Vec<&'static str> {
        let options = [
            ("appearance.header_color", &self.header_color, Gradients::Taken),
            ("appearance.footer_color", &self.footer_color, Gradients::Refused),
            (
                "appearance.chat_background",
                &self.chat_background,
                Gradients::Refused,
            ),
            ("appearance.toggle_color", &self.toggle_color, Gradients::Taken),
        ];
        let faulty = |value: &Option<Value>, gradients| {
            value.as_ref().is_some_and(|value| !is_colour(value, gradients))
        };
        let options = options.into_iter();
        options
            .filter(|(_, value, gradients)| faulty(value, *gradients))
            .map(|(key, ..)| key)
            .collect()
    }
}

#[derive(Clone, Copy)]
enum Gradients {
    Taken,
    Refused,
}

/// A text, a gradient where they are taken, or one of each for light and dark.
fn is_colour(value: &Value, gradients: Gradients) -> bool {
    let has_only = |object: &Object, keys: &[&str]| object.iter().all(|(key, _)| keys.contains(&key));
    let Some(object) = value.as_object() else {
        return value.as_str().is_some_and(|text| !text.is_empty());
    };
    let plain = |key: &str| {
        object
            .get(key)
            .and_then(Value::as_str)
            .is_some_and(|text| !text.is_empty())
    };
    if let (Some(light), Some(dark)) = (object.get("light"), object.get("dark")) {
        let one = |value: &Value| value.get("light").is_none() && is_colour(value, gradients);
        return has_only(object, &["light", "dark"]) && one(light) && one(dark);
    }
    let direction = object.get("direction").is_none() || plain("direction");
    matches!(gradients, Gradients::Taken)
        && has_only(object, &["from", "to", "direction"])
        && plain("from")
        && plain("to")
        && direction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(pairs: &[(&str, Value)]) -> Value {
        let fill = |object: Object, (key, value): &(&str, Value)| object.with(key, value.clone());
        pairs.iter().fold(Object::new(), fill).into()
    }

    #[test]
    fn colours_are_texts_gradients_and_pairs_of_them() {
        let gradient = object(&[("from", "#36e3ff".into()), ("to", "#7c5cff".into())]);
        let pair = object(&[("light", gradient.clone()), ("dark", "#202c33".into())]);
        for good in ["#fff".into(), gradient.clone(), pair.clone()] {
            assert!(is_colour(&good, Gradients::Taken), "{good:?}");
        }
        let nested = object(&[("light", pair.clone()), ("dark", "#000".into())]);
        let strange = object(&[("from", "a".into()), ("to", "b".into()), ("via", "c".into())]);
        for wrong in [
            "".into(),
            Value::Int(7),
            nested,
            strange,
            object(&[("from", "a".into())]),
        ] {
            assert!(!is_colour(&wrong, Gradients::Taken), "{wrong:?}");
        }
        assert!(!is_colour(&gradient, Gradients::Refused));
        assert!(!is_colour(&pair, Gradients::Refused));
    }

    #[test]
    fn only_what_is_set_is_told() {
        let look = Appearance {
            operator_name: Some("Ada".into()),
            toggle_color: Some("#123456".into()),
            ..Default::default()
        };
        let written = look.write();
        assert_eq!(written.get("operatorName"), Some(&Value::from("Ada")));
        assert_eq!(written.iter().count(), 2);
    }
}
