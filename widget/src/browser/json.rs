//! The core's [`Value`] ⇄ JSON text, as `JSON.stringify` writes it.
//!
//! What comes from outside has been through the browser's `JSON.parse` and `JSON.stringify` before it is read here: so
//! it is valid and has no white space, and the reader needs to say of nothing what is wrong with it. That is less code
//! than walking JavaScript objects, and one crossing instead of one for each member.

use pocketping_core::{Object, Value};

/// How deep trees are read; what lies deeper is `Null`. More would be an attack on the stack, not a chat.
const MAX_DEPTH: u32 = 64;
/// JavaScript's `Number.MAX_SAFE_INTEGER`: up to here numbers without a fraction are exact.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// The platform's conversion of numbers: those of the standard library would be a tenth of the widget.
pub(super) struct Numbers {
    /// Reads what JSON calls a number.
    pub(super) read: fn(&str) -> f64,
    /// Writes a finite number.
    pub(super) write: fn(f64) -> String,
}

/// Reads what `JSON.stringify` has written. Of other text something is read too, but what is not promised.
pub(super) fn read(json: &str, numbers: &Numbers) -> Value {
    let mut reader = Reader { json, at: 0, numbers };
    reader.value(MAX_DEPTH)
}

struct Reader<'a> {
    json: &'a str,
    at: usize,
    numbers: &'a Numbers,
}

impl Reader<'_> {
    /// The next byte, 0 at the end: JSON has none of that value.
    fn peek(&self) -> u8 {
        self.json.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn next(&mut self) -> u8 {
        let byte = self.peek();
        self.at += 1;
        byte
    }

    /// What was read since `from`.
    fn since(&self, from: usize) -> &str {
        self.json.get(from..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: u32) -> Value {
        let from = self.at;
        match self.next() {
            b'"' => Value::String(self.text()),
            b'{' | b'[' if depth == 0 => {
                self.skip();
                Value::Null
            }
            b'{' => {
                let mut object = Object::new();
                while self.next_item() {
                    self.at += 1;
                    let key = self.text();
                    self.at += 1;
                    object.push(&key, self.value(depth - 1));
                }
                Value::Object(object)
            }
            b'[' => {
                let mut items = Vec::new();
                while self.next_item() {
                    items.push(self.value(depth - 1));
                }
                Value::List(items)
            }
            b't' => {
                self.at += "rue".len();
                Value::Bool(true)
            }
            b'f' => {
                self.at += "alse".len();
                Value::Bool(false)
            }
            b'n' => {
                self.at += "ull".len();
                Value::Null
            }
            _ => {
                while matches!(self.peek(), b'0'..=b'9' | b'.' | b'e' | b'+' | b'-') {
                    self.at += 1;
                }
                number((self.numbers.read)(self.since(from)))
            }
        }
    }

    /// Whether another item of a list or an object follows; what stands before it, or ends the list, is passed.
    fn next_item(&mut self) -> bool {
        match self.peek() {
            b']' | b'}' | 0 => {
                self.at += 1;
                false
            }
            b',' => {
                self.at += 1;
                true
            }
            _ => true,
        }
    }

    /// The rest of a text, its first quotation mark was read.
    fn text(&mut self) -> String {
        let mut text = String::new();
        loop {
            let from = self.at;
            while !matches!(self.peek(), b'"' | b'\\' | 0) {
                self.at += 1;
            }
            text.push_str(self.since(from));
            if self.next() != b'\\' {
                return text;
            }
            text.push(match self.next() {
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.escaped(),
                itself => itself.into(),
            });
        }
    }

    /// The four digits of a control character, or of half a pair that lacks the other half.
    fn escaped(&mut self) -> char {
        let from = self.at;
        self.at += 4;
        let code = u32::from_str_radix(self.since(from), 16).ok();
        code.and_then(char::from_u32)
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// Passes over the rest of a list or an object.
    fn skip(&mut self) {
        let mut open = 1;
        while open > 0 {
            match self.next() {
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                b'"' => drop(self.text()),
                0 => return,
                _ => {}
            }
        }
    }
}

/// Whole numbers that JavaScript holds exactly are integers, all others floats.
fn number(number: f64) -> Value {
    let whole = number as i64;
    if number.abs() <= MAX_SAFE_INTEGER && whole as f64 == number {
        Value::Int(whole)
    } else {
        Value::Float(number)
    }
}

/// Appends a value as JSON text.
pub(super) fn write(value: &Value, json: &mut String, numbers: &Numbers) {
    match value {
        Value::Bool(true) => json.push_str("true"),
        Value::Bool(false) => json.push_str("false"),
        Value::Int(number) => json.push_str(&pocketping_core::decimal(*number)),
        Value::Float(number) if number.is_finite() => json.push_str(&(numbers.write)(*number)),
        Value::Null | Value::Float(_) => json.push_str("null"),
        Value::String(text) => write_text(text, json),
        Value::List(items) => {
            json.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                write(item, json, numbers);
            }
            json.push(']');
        }
        Value::Object(object) => write_object(object, json, numbers),
    }
}

/// Appends an object.
pub(super) fn write_object(object: &Object, json: &mut String, numbers: &Numbers) {
    json.push('{');
    for (at, (key, member)) in object.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        write_text(key, json);
        json.push(':');
        write(member, json, numbers);
    }
    json.push('}');
}

fn write_text(text: &str, json: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    json.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                json.push('\\');
                json.push(letter);
            }
            '\0'..='\u{1f}' => {
                let code = letter as usize;
                json.push_str("\\u00");
                json.push(DIGITS[code >> 4].into());
                json.push(DIGITS[code & 15].into());
            }
            _ => json.push(letter),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: Numbers = Numbers {
        read: |text| text.parse().unwrap_or(f64::NAN),
        write: |number| number.to_string(),
    };

    fn read(json: &str) -> Value {
        super::read(json, &NUMBERS)
    }

    fn write(value: &Value) -> String {
        let mut json = String::new();
        super::write(value, &mut json, &NUMBERS);
        json
    }

    #[test]
    fn what_is_written_is_read_again() {
        for json in [
            "null",
            "[]",
            "{}",
            "[true,false,null,0,-7,0.5]",
            r#"{"a":{"b":[{"c":[]},{}]},"":"","é":"日本 🎈"}"#,
            r#"["\"","\\","/","\u0000\u001f"]"#,
        ] {
            assert_eq!(write(&read(json)), json);
        }
    }

    #[test]
    fn all_escapes_of_stringify_are_read() {
        assert_eq!(
            read(r#""\"\\\b\f\n\r\t\u001f\ud83dx""#),
            Value::from("\"\\\u{8}\u{c}\n\r\t\u{1f}\u{fffd}x")
        );
    }

    #[test]
    fn members_after_a_nested_value_are_read() {
        let value = read(r#"{"a":[[1,2],{"b":"]}"}],"c":true}"#);
        assert_eq!(value.get("c"), Some(&Value::Bool(true)));
        assert_eq!(value.get("a").and_then(Value::as_list).map(<[_]>::len), Some(2));
    }

    #[test]
    fn what_lies_too_deep_is_nothing_and_ends_where_it_should() {
        let deep = ["[", &"[".repeat(70), r#""]\"[""#, &"]".repeat(70), ",7]"].concat();
        let value = read(&deep);
        assert_eq!(
            value.as_list().and_then(|items| items.last()),
            Some(&Value::Int(7))
        );
        let mut depth = 0;
        let mut inner = value.as_list().and_then(|items| items.first());
        while let Some(value) = inner {
            depth += 1;
            inner = value.as_list().and_then(|items| items.first());
        }
        assert_eq!(depth, MAX_DEPTH as usize);
    }

    #[test]
    fn text_that_is_cut_off_ends_the_reading() {
        let json = r#"{"a":["b",{"c":"\u001f"},-1.5e3,true,null]}"#;
        for end in 0..json.len() {
            read(&json[..end]);
        }
        read("[é\\u{");
    }

    #[test]
    fn numbers_are_integers_as_far_as_javascript_is_exact() {
        assert_eq!(number(7.0), Value::Int(7));
        assert_eq!(
            number(-9_007_199_254_740_991.0),
            Value::Int(-9_007_199_254_740_991)
        );
        assert_eq!(number(0.5), Value::Float(0.5));
        assert_eq!(number(1e300), Value::Float(1e300));
        assert_eq!(
            number(9_007_199_254_740_992.0),
            Value::Float(9_007_199_254_740_992.0)
        );
        assert!(matches!(number(f64::NAN), Value::Float(number) if number.is_nan()));
    }

    #[test]
    fn what_is_no_number_in_json_is_null() {
        assert_eq!(write(&Value::Float(f64::INFINITY)), "null");
        assert_eq!(write(&Value::Float(1.5)), "1.5");
    }
}
