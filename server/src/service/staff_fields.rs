//! What an operator may be called, and where their picture may be.

use super::ServiceError;

const MAX_NAME_CHARS: usize = 100;
const MAX_AVATAR_BYTES: usize = 2 * 1024;

/// The name without space around it, when it can be read and stays within its place.
pub(super) fn checked_name(name: &str) -> Result<String, ServiceError> {
    let name = name.trim();
    let chars = name.chars().count();
    let is_blank = name
        .chars()
        .all(|letter| letter.is_whitespace() || is_invisible(letter));
    if is_blank || chars > MAX_NAME_CHARS || name.chars().any(|letter| letter.is_control() || turns(letter)) {
        let problem = format!("must have 1 to {MAX_NAME_CHARS} characters, all of them printable");
        return Err(ServiceError::field("name", problem));
    }
    Ok(name.to_owned())
}

/// Marks that turn the text around them, which would turn what stands beside a name, and ends of lines.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// What is shown as nothing; within a name some languages and emoji need it.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The address; none when it is empty.
pub(super) fn checked_avatar(avatar: &str) -> Result<Option<String>, ServiceError> {
    let avatar = avatar.trim();
    if avatar.is_empty() {
        return Ok(None);
    }
    let is_web = axum::http::Uri::try_from(avatar).is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    });
    if !is_web || avatar.len() > MAX_AVATAR_BYTES {
        let problem = "must be an http(s) address of at most 2 KiB";
        return Err(ServiceError::field("avatar", problem));
    }
    Ok(Some(avatar.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_on_the_web_and_a_name_is_text() {
        for wrong in [
            "javascript:alert(1)",
            "data:image/png;base64,x",
            "/a.png",
            "https://",
            "ftp://a/b",
        ] {
            assert!(checked_avatar(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            checked_avatar(" https://a.example/b.png ").unwrap().unwrap(),
            "https://a.example/b.png"
        );
        assert_eq!(checked_avatar("").unwrap(), None);
        let long = "x".repeat(101);
        for wrong in [
            "",
            " ",
            "a\nb",
            &long,
            "\u{202E}ada",
            "a\u{2066}",
            "a\u{2028}b",
            "\u{200B}",
            "\u{3164}",
        ] {
            assert!(checked_name(wrong).is_err(), "{wrong:?}");
        }
        for right in ["نیلوفر\u{200C}ها", "👩\u{200D}💻", "O’Neill"] {
            assert_eq!(checked_name(right).unwrap(), right);
        }
        assert_eq!(checked_name(" Ada ").unwrap(), "Ada");
    }
}
