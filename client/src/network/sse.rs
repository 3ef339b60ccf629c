//! [`Parser`]: the text of server-sent events (WHATWG HTML, "Parsing an event stream"), in any pieces.
//!
//! Ids and retry times are left out: where to go on is the engine's business.

use std::collections::VecDeque;

/// Most bytes of one event, or of a line that has no end.
const MOST_BYTES: usize = 8 * 1024 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// Empty when the server gave none.
    pub(super) name: String,
    pub(super) data: String,
}

/// An event that is too long to be one of ours.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// Turns bytes into events.
#[derive(Debug, Default)]
pub(super) struct Parser {
    /// The line that has no end yet.
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed after it belongs to it.
    after_return: bool,
    begun: bool,
    name: String,
    data: Option<String>,
    ready: VecDeque<Event>,
}

impl Parser {
    /// Takes the next bytes, wherever they were cut.
    ///
    /// # Errors
    /// When an event has more than 8 MiB: the stream cannot be read further.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        for &byte in bytes {
            let is_second_half = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            match byte {
                _ if is_second_half => {}
                b'\r' | b'\n' => self.end_of_line()?,
                _ if self.line.len() >= MOST_BYTES => return Err(TooLong),
                _ => self.line.push(byte),
            }
        }
        Ok(())
    }

    /// The next event that is whole.
    pub(super) fn next(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    fn end_of_line(&mut self) -> Result<(), TooLong> {
        let bytes = std::mem::take(&mut self.line);
        let is_first = !std::mem::replace(&mut self.begun, true);
        let bytes = match bytes.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) if is_first => rest,
            _ => &bytes,
        };
        let line = String::from_utf8_lossy(bytes);
        if line.is_empty() {
            self.end_of_event();
            return Ok(());
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                Some(data) if data.len() + value.len() >= MOST_BYTES => return Err(TooLong),
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            // A comment, an id, a retry time, or something new.
            _ => {}
        }
        Ok(())
    }

    fn end_of_event(&mut self) {
        let name = std::mem::take(&mut self.name);
        if let Some(data) = self.data.take() {
            self.ready.push_back(Event { name, data });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut parser = Parser::default();
        let mut events = Vec::new();
        for piece in pieces {
            parser.push(piece).unwrap();
            while let Some(event) = parser.next() {
                events.push((event.name, event.data));
            }
        }
        events
    }

    fn event(name: &str, data: &str) -> (String, String) {
        (name.to_owned(), data.to_owned())
    }

    #[test]
    fn names_and_lines_of_data_are_read() {
        let text = b"event: a\ndata: 1\ndata:2\ndata:  3\n\ndata\n\n";
        assert_eq!(parse(&[text]), [event("a", "1\n2\n 3"), event("", "")]);
    }

    #[test]
    fn every_cut_gives_the_same_events() {
        let text = "\u{feff}: hello\r\nid: c1.7\r\nevent: message\r\ndata: {\"x\":\"é😀\"}\r\n\r\ndata: b\rdata: c\r\rdata: d\n\n";
        let whole = parse(&[text.as_bytes()]);
        assert_eq!(
            whole,
            [
                event("message", "{\"x\":\"é😀\"}"),
                event("", "b\nc"),
                event("", "d")
            ]
        );
        for first in 0..=text.len() {
            for second in first..=text.len() {
                let bytes = text.as_bytes();
                let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                assert_eq!(parse(&pieces), whole, "cut at {first} and {second}");
            }
        }
    }

    #[test]
    fn an_event_without_data_or_without_its_end_is_none() {
        assert_eq!(parse(&[b"event: a\n\nid: 1\n\n: x\n\ndata: unfinished\n"]), []);
    }

    #[test]
    fn a_name_does_not_stay_for_the_next_event() {
        assert_eq!(
            parse(&[b"event: a\n\ndata: 1\n\n"]),
            [event("", "1")],
            "nor that of an event without data"
        );
    }

    #[test]
    fn what_never_ends_is_given_up() {
        let piece = vec![b'x'; 1024 * 1024];
        let mut line = Parser::default();
        assert!((0..9).any(|_| line.push(&piece) == Err(TooLong)));
        let mut lines = Parser::default();
        let data = [b"data: ", piece.as_slice(), b"\n"].concat();
        assert!((0..9).any(|_| lines.push(&data) == Err(TooLong)));
    }
}
