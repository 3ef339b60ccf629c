//! The marks that messages are written with (PROTOCOL §4.7, and what is usual besides): emphasis, code, quotes, lists, links.

use super::links;
use crate::browser::letters::is_alphanumeric;

/// A stretch of a message. The texts and marks of all pieces together are the message: nothing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Shown as it is.
    Text(&'a str),
    /// Says what is around it, and is not shown.
    Mark(&'a str),
    /// What follows is of this kind.
    Open(Kind<'a>),
    /// Ends what was opened last.
    Close,
}

/// What a stretch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    Bold,
    Italic,
    Strike,
    Code,
    /// Lines of code, with the name of their language or nothing.
    CodeBlock(&'a str),
    Quote,
    List,
    Numbered,
    /// Of a list, with its number if it has one.
    Item(&'a str),
    /// Leads to this address, whose scheme is one of [`links::SCHEMES`], so it can run no script.
    Link(&'a str),
}

/// So deep may marks stand within others; deeper ones are shown.
const DEEPEST: u8 = 6;

/// Cuts a message into its pieces.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut cut = Cut {
        text,
        from: 0,
        pieces: Vec::new(),
    };
    let (mut within, mut at) = (None, 0);
    while at < text.len() {
        let line = text[at..].split('\n').next().unwrap_or_default();
        let kind = block_of(line);
        if within != kind.map(|(kind, _)| kind) {
            if within.take().is_some() {
                // The break before what comes next is the block's own.
                cut.mark(at);
                cut.pieces.push(Piece::Close);
            }
            if let Some((kind, _)) = kind {
                cut.mark(at);
                cut.pieces.push(Piece::Open(kind));
                within = Some(kind);
            }
        }
        at = match kind {
            None => match cut.code_block(at) {
                Some(end) => end,
                None => {
                    cut.text(at);
                    cut.line(at + line.len())
                }
            },
            Some((Kind::Quote, mark)) => {
                cut.text(at);
                cut.mark(at + mark);
                cut.line(at + line.len())
            }
            Some((_, mark)) => {
                cut.mark(at);
                cut.pieces
                    .push(Piece::Open(Kind::Item(&line[..mark - ". ".len().min(mark)])));
                cut.mark(at + mark);
                let next = cut.line(at + line.len());
                cut.pieces.push(Piece::Close);
                next
            }
        };
    }
    if within.is_some() {
        cut.mark(text.len());
        cut.pieces.push(Piece::Close);
    }
    cut.text(text.len());
    cut.pieces
}

/// What a message says, without its marks.
pub(super) fn plain(text: &str) -> String {
    let shown = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text),
        _ => None,
    });
    shown.collect()
}

/// A text of which the beginning is cut.
struct Cut<'a> {
    text: &'a str,
    /// Up to here it is cut.
    from: usize,
    pieces: Vec<Piece<'a>>,
}

impl<'a> Cut<'a> {
    fn until(&mut self, to: usize) -> Option<&'a str> {
        let part = &self.text[self.from..to];
        self.from = to;
        (!part.is_empty()).then_some(part)
    }

    fn text(&mut self, to: usize) {
        if let Some(part) = self.until(to) {
            self.pieces.push(Piece::Text(part));
        }
    }

    fn mark(&mut self, to: usize) {
        if let Some(part) = self.until(to) {
            self.pieces.push(Piece::Mark(part));
        }
    }

    /// Cuts what is left of a line, and gives where the next one begins.
    fn line(&mut self, end: usize) -> usize {
        self.spans(end, true, 0);
        (end + 1).min(self.text.len())
    }

    /// Cuts lines of code that begin here, and gives where the next line begins.
    fn code_block(&mut self, at: usize) -> Option<usize> {
        const FENCE: &str = "```";
        let (language, body) = self.text[at..].strip_prefix(FENCE)?.split_once('\n')?;
        if !language
            .bytes()
            .all(|letter| letter.is_ascii_graphic() && letter != b'`')
        {
            return None;
        }
        // The body's last break is the fence's.
        let begin = self.text.len() - body.len();
        let length = if body.starts_with(FENCE) {
            return None;
        } else {
            body.find("\n```")?
        };
        let end = begin + length + 1 + FENCE.len();
        if !matches!(self.text.as_bytes().get(end), None | Some(b'\n')) {
            return None;
        }
        self.mark(begin);
        self.pieces.push(Piece::Open(Kind::CodeBlock(language)));
        self.text(begin + length);
        let next = (end + 1).min(self.text.len());
        self.mark(next);
        self.pieces.push(Piece::Close);
        Some(next)
    }

    /// Cuts a part of a line. `links`: addresses in it lead somewhere.
    fn spans(&mut self, end: usize, links: bool, depth: u8) {
        let mut at = self.from;
        // Marks that nothing ends from here on, by bit.
        let mut dead = 0;
        let text = &self.text[..end];
        while let Some(letter) = text[at..].chars().next() {
            let Some(span) = span_at(text, at, links, &mut dead).filter(|_| depth < DEEPEST) else {
                at += letter.len_utf8();
                continue;
            };
            self.text(at);
            self.pieces.push(Piece::Open(span.kind));
            self.mark(span.from);
            match span.kind {
                Kind::Code => self.text(span.to),
                // An address that is written out.
                Kind::Link(_) if span.from == at => self.text(span.to),
                kind => self.spans(span.to, links && !matches!(kind, Kind::Link(_)), depth + 1),
            }
            self.mark(span.end);
            self.pieces.push(Piece::Close);
            at = span.end;
        }
        self.text(end);
    }
}

/// Which block a line is of, and how long the mark is that says so.
fn block_of(line: &str) -> Option<(Kind<'static>, usize)> {
    if line == ">" || line.starts_with("> ") {
        return Some((Kind::Quote, line.len().min(2)));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (kind, mark) = match line.as_bytes().get(digits..digits + 2)? {
        b"- " | b"* " if digits == 0 => (Kind::List, 2),
        // A number that would be written otherwise stays as it is.
        b". " if (1..=9).contains(&digits) && !line.starts_with('0') => (Kind::Numbered, digits + 2),
        _ => return None,
    };
    (!line[mark..].trim().is_empty()).then_some((kind, mark))
}

/// What stands between `from` and `to` is of this kind, and marked until `end`.
struct Span<'a> {
    kind: Kind<'a>,
    from: usize,
    to: usize,
    end: usize,
}

fn span_at<'a>(text: &'a str, at: usize, links: bool, dead: &mut u64) -> Option<Span<'a>> {
    let mark = *text.as_bytes().get(at)?;
    let length = match mark {
        b'`' | b'[' => 1,
        b'*' | b'_' | b'~' => 1 + usize::from(text.as_bytes().get(at + 1) == Some(&mark)),
        _ => {
            let end = links::link_at(text, at).filter(|_| links)?;
            return Some(Span {
                kind: Kind::Link(&text[at..end]),
                from: at,
                to: end,
                end,
            });
        }
    };
    let bit = 1 << ((u32::from(mark) & 63) ^ (length as u32 - 1));
    if *dead & bit != 0 {
        return None;
    }
    let from = at + length;
    let kind = match (mark, length) {
        (b'`', _) => Kind::Code,
        (b'[', _) => return labelled_link(text, from, dead, bit).filter(|_| links),
        (b'~', 2) => Kind::Strike,
        (b'~', _) => return None,
        (_, 2) => Kind::Bold,
        _ => Kind::Italic,
    };
    let is_code = kind == Kind::Code;
    // `2*3*4` and `snake_case_name` mark nothing.
    let in_words = mark == b'_' || kind == Kind::Italic;
    let is_word = |letter: Option<char>| in_words && letter.is_some_and(is_alphanumeric);
    let is_blank = |letter: Option<char>| !is_code && letter.is_none_or(char::is_whitespace);
    if is_blank(text[from..].chars().next()) || is_word(text[..at].chars().next_back()) {
        return None;
    }
    let closing = &text[at..from];
    let ends = text[from..].match_indices(closing).map(|(place, _)| from + place);
    let shifted = ends.map(|place| match text.as_bytes().get(place + length) {
        // Of three in a row, the last two: the first is within.
        Some(next) if *next == mark && length == 2 => place + 1,
        _ => place,
    });
    let to = shifted.clone().find(|to| {
        let (before, after) = (&text[from..*to], &text[to + length..]);
        let is_single = is_code || length == 2 || !(before.ends_with(closing) || after.starts_with(closing));
        !before.is_empty()
            && is_single
            && !is_blank(before.chars().next_back())
            && !is_word(after.chars().next())
    });
    let Some(to) = to else {
        *dead |= bit;
        return None;
    };
    Some(Span {
        kind,
        from,
        to,
        end: to + length,
    })
}

/// `[text](address)`, from behind the first bracket.
fn labelled_link<'a>(text: &'a str, from: usize, dead: &mut u64, bit: u64) -> Option<Span<'a>> {
    let Some(length) = text[from..].find("](") else {
        *dead |= bit;
        return None;
    };
    let to = from + length;
    let begin = to + 2;
    let address = links::address_in(&text[begin..])?;
    let is_label = !text[from..to].trim().is_empty() && !text[from..to].contains('[');
    let end = begin + address.len();
    (is_label && text[end..].starts_with(')')).then_some(Span {
        kind: Kind::Link(address),
        from,
        to,
        end: end + 1,
    })
}

#[cfg(test)]
mod tests;
