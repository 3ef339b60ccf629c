//! The `Range` header (RFC 9110 §14): players of sound and video ask for parts.

use axum::http::{HeaderMap, header};
use std::ops::Range;

/// Which part of a file is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that it does not have.
    Nothing,
}

impl Wanted {
    /// Reads the header. Several parts at once, and what makes no sense, count as none: the whole file is a
    /// right answer too. So it is when `If-Range` names another file than `tag`.
    pub(super) fn of(headers: &HeaderMap, size: u64, tag: &str) -> Self {
        let same = headers.get(header::IF_RANGE).is_none_or(|known| known == tag);
        let asked = headers.get(header::RANGE).filter(|_| same);
        let range = asked.and_then(|asked| one_range(asked.to_str().ok()?));
        match range {
            None => Wanted::Whole,
            Some((Some(first), _)) if first >= size => Wanted::Nothing,
            Some((Some(first), last)) => {
                let last = last.unwrap_or(u64::MAX).min(size - 1);
                Wanted::Part(first..last + 1)
            }
            Some((None, Some(0) | None)) => Wanted::Nothing,
            Some((None, Some(length))) => Wanted::Part(size.saturating_sub(length)..size),
        }
    }
}

/// First and last byte of a header's only range; without a first, the last is a length from the end.
fn one_range(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (first, last) = text.strip_prefix("bytes=")?.trim().split_once('-')?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(u64::MAX - 1))
    };
    match (number(first), number(last)) {
        (Some(first), Some(last)) => (first <= last).then_some((Some(first), Some(last))),
        (Some(first), None) => last.is_empty().then_some((Some(first), None)),
        (None, Some(length)) => first.is_empty().then_some((None, Some(length))),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(range: &str, if_range: Option<&str>) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        if let Some(tag) = if_range {
            headers.insert(header::IF_RANGE, tag.parse().unwrap());
        }
        Wanted::of(&headers, 100, "\"tag\"")
    }

    #[test]
    fn one_part_is_given_from_the_start_the_middle_and_the_end() {
        assert_eq!(wanted("bytes=0-0", None), Wanted::Part(0..1));
        assert_eq!(wanted("bytes=10-19", None), Wanted::Part(10..20));
        assert_eq!(wanted("bytes=90-", None), Wanted::Part(90..100));
        assert_eq!(wanted("bytes=-5", None), Wanted::Part(95..100));
        assert_eq!(wanted("bytes=90-1000", None), Wanted::Part(90..100));
        assert_eq!(wanted("bytes=-1000", None), Wanted::Part(0..100));
        assert_eq!(wanted("bytes=10-19", Some("\"tag\"")), Wanted::Part(10..20));
    }

    #[test]
    fn what_makes_no_sense_is_answered_by_the_whole() {
        for range in [
            "bytes=0-1,5-6",
            "lines=0-1",
            "bytes=abc",
            "bytes=9-3",
            "bytes=-",
            "bytes=+1-2",
            "bytes=1-2x",
            "",
        ] {
            assert_eq!(wanted(range, None), Wanted::Whole, "{range}");
        }
        assert_eq!(wanted("bytes=0-1", Some("\"other\"")), Wanted::Whole);
        assert_eq!(Wanted::of(&HeaderMap::new(), 100, ""), Wanted::Whole);
    }

    #[test]
    fn bytes_behind_the_end_are_refused() {
        for range in [
            "bytes=100-",
            "bytes=100-200",
            "bytes=-0",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(wanted(range, None), Wanted::Nothing, "{range}");
        }
    }
}
