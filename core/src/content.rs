//! Rules on what visitors send: message text, ids, custom events (EXTENSIONS, Content rules).

/// Most Unicode code points of a message's text.
pub const MAX_CONTENT_CHARS: usize = 4000;
/// Most characters of a `clientMessageId` or `eventId`.
pub const MAX_CLIENT_ID_CHARS: usize = 64;
/// Most characters of a custom event's name.
pub const MAX_EVENT_NAME_CHARS: usize = 128;
/// Most bytes of a custom event's `data` as JSON text (32 KiB).
pub const MAX_EVENT_DATA_BYTES: usize = 32 * 1024;
/// Most characters of a rating's comment.
pub const MAX_CSAT_COMMENT_CHARS: usize = 1000;

/// Why a message's text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// Nothing but white space, and no attachment.
    #[error("a message needs text or an attachment")]
    Blank,
    /// More than [`MAX_CONTENT_CHARS`] code points.
    #[error("a message has at most {MAX_CONTENT_CHARS} characters, this one has {chars}")]
    TooLong {
        /// How many it has.
        chars: usize,
    },
}

/// Checks a message's text; `attachments` is how many files come with it.
///
/// # Errors
/// When it is blank without attachments, or too long.
pub fn check(content: &str, attachments: usize) -> Result<(), ContentError> {
    // Bytes bound characters from above, so short texts are not counted.
    if content.len() > MAX_CONTENT_CHARS {
        let chars = content.chars().count();
        if chars > MAX_CONTENT_CHARS {
            return Err(ContentError::TooLong { chars });
        }
    }
    if attachments == 0 && content.trim().is_empty() {
        return Err(ContentError::Blank);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_code_points_and_not_bytes() {
        assert_eq!(check(&"😀".repeat(4000), 0), Ok(()));
        assert_eq!(
            check(&"y".repeat(4001), 0),
            Err(ContentError::TooLong { chars: 4001 })
        );
    }

    #[test]
    fn blank_text_needs_an_attachment() {
        assert_eq!(check(" \n\u{a0}", 0), Err(ContentError::Blank));
        assert_eq!(check("", 1), Ok(()));
    }
}
