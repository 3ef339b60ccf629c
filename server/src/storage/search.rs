//! Full-text search: what of a text is found by which words, the same in every store.
//!
//! A text becomes *terms*: its words in lower case without accents. Scripts without spaces between words (Chinese,
//! Japanese, Thai…) give a term for each two neighbouring characters. A query's words find the texts that have, for
//! each of them, a term that begins with it. Nothing in a query means anything else, so it has no syntax to get wrong.

use super::{Seq, SessionRecord, StoredMessage};
use pocketping_core::SessionId;
use unicode_normalization::UnicodeNormalization;

/// Characters of a term; what is longer is found by its beginning.
const MAX_TERM_CHARS: usize = 64;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Words that a message has to have, each at the beginning of one of its own.
    pub text: String,
    /// Only messages of this session; of all when unset.
    pub session: Option<SessionId>,
    /// Only messages before this place: the `next` of the page before. From the newest when unset.
    pub before: Option<Seq>,
    /// Most messages of a page.
    pub limit: usize,
}

/// A page of what was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchPage {
    /// The messages, newest first, notes among operators included, deleted ones not.
    pub messages: Vec<StoredMessage>,
    /// Pass as `before` for the next page; unset on the last.
    pub next: Option<Seq>,
}

impl SearchPage {
    /// A page of `limit` messages from one more, if there are as many.
    pub fn of(mut messages: Vec<StoredMessage>, limit: usize) -> Self {
        let more = messages.len() > limit;
        messages.truncate(limit);
        let next = messages.last().filter(|_| more).map(|stored| stored.seq);
        SearchPage { messages, next }
    }
}

/// The terms under which a text is found: each once, in order.
pub fn index_terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for run in runs(text) {
        match run {
            Run::Word(word) => terms.push(word),
            Run::Characters(characters) => {
                terms.extend(characters.windows(2).map(|pair| pair.iter().collect()));
                // The last one begins no pair, and is a query of its own, maybe.
                terms.extend(characters.last().map(char::to_string));
            }
        }
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// The terms under which a session itself is found: by its visitor's id, name, e-mail address and phone number.
pub fn session_terms(session: &SessionRecord) -> Vec<String> {
    let profile = &session.profile;
    let identity = profile.identity.as_ref();
    let texts = [
        Some(session.visitor_id.as_str()),
        identity.map(|identity| identity.id.as_str()),
        identity.and_then(|identity| identity.name.as_deref()),
        identity.and_then(|identity| identity.email.as_deref()),
        profile.email.as_deref(),
        profile.phone.as_deref(),
    ];
    let all: Vec<&str> = texts.into_iter().flatten().collect();
    index_terms(&all.join("\n"))
}

/// The terms under which a message is found; none once it is deleted.
pub fn message_terms(stored: &StoredMessage) -> Vec<String> {
    match stored.message.deleted_at {
        Some(_) => Vec::new(),
        None => index_terms(&stored.message.content),
    }
}

/// The words of a query: the beginnings of terms that a text has to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchWords(Vec<String>);

impl SearchWords {
    /// Reads a query; `None` when it has no letter and no digit, which finds nothing.
    pub fn parse(query: &str) -> Option<Self> {
        let mut words = Vec::new();
        for run in runs(query) {
            match run {
                Run::Word(word) => words.push(word),
                Run::Characters(characters) if characters.len() == 1 => {
                    words.extend(characters.iter().map(char::to_string))
                }
                Run::Characters(characters) => {
                    words.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
                }
            }
        }
        words.sort_unstable();
        words.dedup();
        (!words.is_empty()).then_some(SearchWords(words))
    }

    /// The words, of letters and digits only.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a text with these terms, in order as [`index_terms`] gives them, is found.
    pub fn find(&self, terms: &[String]) -> bool {
        self.iter().all(|word| {
            let at = terms.partition_point(|term| term.as_str() < word);
            terms.get(at).is_some_and(|term| term.starts_with(word))
        })
    }
}

/// A piece of a text without anything between.
enum Run {
    /// A word.
    Word(String),
    /// Characters of a script without spaces.
    Characters(Vec<char>),
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    // How many characters the last run has taken, if it may take more.
    let mut open: Option<usize> = None;
    for character in fold(text) {
        if !character.is_alphanumeric() {
            open = None;
            continue;
        }
        let taken = match (
            runs.last_mut().filter(|_| open.is_some()),
            is_spaceless(character),
        ) {
            (Some(Run::Characters(characters)), true) => {
                characters.push(character);
                1
            }
            (Some(Run::Word(word)), false) => {
                let taken = open.unwrap_or(0);
                if taken < MAX_TERM_CHARS {
                    word.push(character);
                }
                taken + 1
            }
            (_, true) => {
                runs.push(Run::Characters(vec![character]));
                1
            }
            (_, false) => {
                runs.push(Run::Word(character.to_string()));
                1
            }
        };
        open = Some(taken);
    }
    runs
}

/// The characters in lower case, without accents, wide and narrow forms alike.
fn fold(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .nfkd()
        .flat_map(char::to_lowercase)
        .filter(|character| !is_accent(*character))
        .map(|character| if character == 'ς' { 'σ' } else { character })
        .nfc()
}

/// Marks that people leave out when they look for something; not the vowels that Indic scripts write as marks.
fn is_accent(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36F}' // Latin, Greek, Cyrillic
        | '\u{591}'..='\u{5C7}' // Hebrew points
        | '\u{64B}'..='\u{65F}' | '\u{670}' // Arabic vowels
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Scripts that put nothing between words.
fn is_spaceless(character: char) -> bool {
    matches!(character,
        '\u{E00}'..='\u{EFF}' // Thai, Lao
        | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' // Burmese, Khmer
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' // Japanese
        | '\u{3100}'..='\u{312F}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(query: &str, text: &str) -> bool {
        SearchWords::parse(query).is_some_and(|words| words.find(&index_terms(text)))
    }

    #[test]
    fn words_are_found_by_their_beginnings_in_any_order_case_and_accent() {
        let text = "Où est ma COMMANDE n° 4711-B, s'il vous plaît ? Straße, İstanbul, ΟΔΟΣ";
        for query in [
            "commande", "comm 47", "ou est", "OÙ", "plait", "plaît", "4711-b", "istanbul", "οδός", "straß",
        ] {
            assert!(finds(query, text), "{query}");
        }
        for query in ["ommande", "commandes", "4712", "commande hier", "", "?", "°"] {
            assert!(!finds(query, text), "{query}");
        }
    }

    #[test]
    fn cyrillic_is_folded_like_latin() {
        let text = "Ещё не пришёл МОЙ заказ";
        for query in ["еще", "ещё", "пришел", "мой", "Заказ", "зак"] {
            assert!(finds(query, text), "{query}");
        }
        assert!(!finds("заказы", text));
    }

    #[test]
    fn scripts_without_spaces_are_found_anywhere_in_the_text() {
        for (text, good, wrong) in [
            (
                "私の注文はどこですか",
                &["注文", "私", "か", "どこですか", "ですか"][..],
                &["注意", "文注"][..],
            ),
            ("ﾊﾞｯｸﾞを注文", &["バッグ", "バ"], &["ハッ"]),
            ("订单还没有到", &["订单", "没有", "到"], &["有没"]),
            ("iPhone用ケース", &["iphone", "ケース", "用ケ"], &["スケ"]),
            ("สั่งซื้อของ", &["ของ"], &["งอ"]),
        ] {
            for query in good {
                assert!(finds(query, text), "{query} in {text}");
            }
            for query in wrong {
                assert!(!finds(query, text), "{query} in {text}");
            }
        }
    }

    #[test]
    fn a_word_without_end_is_found_by_its_beginning() {
        let text = "ab".repeat(2_000);
        assert_eq!(index_terms(&text)[0].chars().count(), MAX_TERM_CHARS);
        assert!(finds(&"ab".repeat(10), &text) && finds(&text, &text));
    }
}
