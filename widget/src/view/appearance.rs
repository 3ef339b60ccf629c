//! How the widget looks, from the page's options and the server's (PROTOCOL §4.2).

use super::words::Word;
use pocketping_core::{Object, Value};

/// Names, texts, colours and place. Server values override the page's (PROTOCOL §4.2).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Appearance {
    /// Title of the window. Default `Support`.
    pub operator_name: String,
    /// Address of the operator's picture; without one the name's first letter is shown.
    pub operator_avatar: Option<String>,
    /// Shown while there are no messages.
    pub welcome_message: Option<String>,
    /// Shown in the empty composer. Default `Type a message...`.
    pub placeholder: String,
    /// Light, dark or as the system. Default: as the system.
    pub theme: Theme,
    /// The launcher's corner. Default: bottom right.
    pub position: Position,
    /// The accent, any CSS colour; `None` leaves the page's `--pp-primary` or the default.
    pub primary_color: Option<String>,
    /// Whether messages will be seen at all while nobody is online. Default true.
    pub operator_reachable: bool,
    /// `rtl` where the language is written from right to left.
    pub direction: Option<String>,
    /// Title of the window in place of the operator's name.
    pub header_title: Option<String>,
    /// The status line while nobody is online, but can be reached.
    pub header_subtitle: Option<String>,
    /// Address of a picture in the header in place of the operator's.
    pub logo_url: Option<String>,
    /// Whether incoming messages are heard. Default false.
    pub sound_enabled: bool,
    /// Whether the launcher shows how many messages are unread. Default true.
    pub show_unread_badge: bool,
    /// Whether visitors are asked for their e-mail address.
    pub asks_for_email: bool,
    /// The CSS `z-index` of the whole widget; `None` leaves the default of 9999.
    pub z_index: Option<i64>,
}

/// Light, dark or as the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Follows `prefers-color-scheme`, also when that changes.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The corner of the launcher and the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// Bottom right.
    #[default]
    BottomRight,
    /// Bottom left.
    BottomLeft,
}

impl Theme {
    /// `light` or `dark`; anything else follows the system.
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::Auto,
        }
    }
}

impl Position {
    /// `bottom-left`; anything else is the default corner.
    pub fn parse(text: &str) -> Self {
        match text {
            "bottom-left" => Position::BottomLeft,
            _ => Position::BottomRight,
        }
    }

    /// The class that places launcher and window (PROTOCOL §4.6).
    pub fn class(self) -> &'static str {
        match self {
            Position::BottomRight => "pp-bottom-right",
            Position::BottomLeft => "pp-bottom-left",
        }
    }
}

impl Default for Appearance {
    fn default() -> Self {
        Appearance {
            operator_name: Word::Support.text().to_owned(),
            operator_avatar: None,
            welcome_message: None,
            placeholder: Word::Placeholder.text().to_owned(),
            theme: Theme::default(),
            position: Position::default(),
            primary_color: None,
            operator_reachable: true,
            direction: None,
            header_title: None,
            header_subtitle: None,
            logo_url: None,
            sound_enabled: false,
            show_unread_badge: true,
            asks_for_email: false,
            z_index: None,
        }
    }
}

impl Appearance {
    /// Takes over every key that is set and not empty; keys of other forms are passed over, as one odd
    /// option must not cost the page its chat.
    pub fn merge(&mut self, options: &Object) {
        let text = |key: &str| {
            options
                .get(key)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        if let Some(name) = text("operatorName") {
            self.operator_name = name.to_owned();
        }
        if let Some(placeholder) = text("placeholder") {
            self.placeholder = placeholder.to_owned();
        }
        let optional: [(&str, &mut Option<String>); 7] = [
            ("headerTitle", &mut self.header_title),
            ("headerSubtitle", &mut self.header_subtitle),
            ("logoUrl", &mut self.logo_url),
            ("dir", &mut self.direction),
            ("operatorAvatar", &mut self.operator_avatar),
            ("welcomeMessage", &mut self.welcome_message),
            ("primaryColor", &mut self.primary_color),
        ];
        for (key, field) in optional {
            if let Some(value) = text(key) {
                *field = Some(value.to_owned());
            }
        }
        if let Some(theme) = text("theme") {
            self.theme = Theme::parse(theme);
        }
        if let Some(position) = text("position") {
            self.position = Position::parse(position);
        }
        let flags = [
            ("operatorReachable", &mut self.operator_reachable),
            ("soundEnabled", &mut self.sound_enabled),
            ("showUnreadBadge", &mut self.show_unread_badge),
        ];
        for (key, field) in flags {
            if let Some(flag) = options.get(key).and_then(Value::as_bool) {
                *field = flag;
            }
        }
        if let Some(form) = options.get("preChatForm") {
            let has = |key, word| form.get(key) == Some(&Value::from(word));
            self.asks_for_email =
                form.get("enabled") == Some(&Value::Bool(true)) && !has("fields", "phone-only");
        }
        if let Some(z_index) = options.get("zIndex").and_then(Value::as_int) {
            self.z_index = Some(z_index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_sets_overrides_and_what_it_leaves_out_stays() {
        let mut appearance = Appearance::default();
        let page = Object::new()
            .with("operatorName", "Mia")
            .with("position", "bottom-left");
        appearance.merge(&page);
        appearance.merge(
            &Object::new()
                .with("operatorName", "")
                .with("primaryColor", "#0a0"),
        );
        assert_eq!(appearance.operator_name, "Mia");
        assert_eq!(appearance.position, Position::BottomLeft);
        assert_eq!(appearance.primary_color.as_deref(), Some("#0a0"));
    }

    #[test]
    fn options_of_another_form_are_passed_over() {
        let mut appearance = Appearance::default();
        appearance.merge(&Object::new().with("operatorName", 7).with("theme", "neon"));
        assert_eq!(appearance, Appearance::default());
    }
}
