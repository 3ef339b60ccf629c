//! Numbers as text, without `core::fmt`: that would be 2.5 KB of the widget's WebAssembly, used for nothing else.

/// The number's digits, as `to_string` gives them.
pub fn decimal(number: i64) -> String {
    let mut rest = number.unsigned_abs();
    // From the last digit on; no number has more, with its sign.
    let mut text = [0; 20];
    let mut at = text.len();
    while rest > 0 || at == text.len() {
        at -= 1;
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if number < 0 {
        at -= 1;
        text[at] = b'-';
    }
    text[at..].iter().map(|digit| char::from(*digit)).collect()
}

/// Appends a number with zeros in front, as `{number:0places$}` does.
pub(crate) fn push_padded(text: &mut String, number: i64, places: usize) {
    let digits = decimal(number);
    let (sign, digits) = digits.split_at(usize::from(number < 0));
    text.push_str(sign);
    for _ in digits.len() + sign.len()..places {
        text.push('0');
    }
    text.push_str(digits);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_standard_library_does() {
        for number in [0, 7, -7, 10, 4_000, -123_456, i64::MAX, i64::MIN] {
            assert_eq!(decimal(number), number.to_string());
            let mut text = String::new();
            push_padded(&mut text, number, 16);
            assert_eq!(text, format!("{number:016}"));
        }
    }
}
