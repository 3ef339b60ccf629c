//! Query strings: of `GET /messages`, and their encoding.

use crate::{SessionId, decimal};

/// `GET /messages` (PROTOCOL §1.3; EXTENSIONS, Resume).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagesQuery {
    /// The conversation.
    pub session_id: SessionId,
    /// A cursor (`c1.…`), message id or ISO date to go forward from.
    pub after: Option<String>,
    /// A message id, or `end`, to go backward from.
    pub before: Option<String>,
    /// Most messages to answer with; the server's default is 50, its maximum 100.
    pub limit: Option<u32>,
}

impl MessagesQuery {
    /// The path with its query: `/messages?sessionId=…`.
    pub fn to_path(&self) -> String {
        let mut path = String::from("/messages?sessionId=");
        percent_encode(self.session_id.as_str(), &mut path);
        for (key, value) in [("&after=", &self.after), ("&before=", &self.before)] {
            if let Some(value) = value {
                path.push_str(key);
                percent_encode(value, &mut path);
            }
        }
        if let Some(limit) = self.limit {
            path.push_str("&limit=");
            path.push_str(&decimal(i64::from(limit)));
        }
        path
    }
}

/// Appends `text` with all but unreserved characters as `%XX` (RFC 3986 §2.3).
pub fn percent_encode(text: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(HEX[usize::from(byte >> 4)]));
            into.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// The pairs of a query string, decoded (`+` is a space); broken escapes stay as they are.
pub fn parse_query(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decode(key), percent_decode(value))
        })
        .collect()
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        match (bytes[at], hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => decoded.push(b' '),
            (byte, ..) => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_ids_survive_the_query_string() {
        let query = MessagesQuery {
            session_id: "a&b=c".into(),
            after: Some("2026-01-01T00:00:00+01:00".into()),
            before: None,
            limit: Some(5),
        };
        let path = query.to_path();
        let pairs = parse_query(path.split_once('?').unwrap().1);
        assert_eq!(pairs[0], ("sessionId".into(), "a&b=c".into()));
        assert_eq!(pairs[1].1, "2026-01-01T00:00:00+01:00");
        assert_eq!(pairs[2].1, "5");
    }

    #[test]
    fn broken_escapes_are_taken_as_they_are() {
        assert_eq!(
            parse_query("a=%zz%4&b=%C3%A9"),
            [("a".into(), "%zz%4".into()), ("b".into(), "é".into())]
        );
    }
}
