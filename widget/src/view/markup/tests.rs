//! What is marked, what is not, and that nothing is lost.

use super::{Kind::*, Piece::*, *};

/// As elements would be written.
fn shown(text: &str) -> String {
    let mut open = Vec::new();
    let written = pieces(text).into_iter().map(|piece| match piece {
        Text(text) => text.to_owned(),
        Mark(_) => String::new(),
        Open(kind) => {
            let (name, more) = match kind {
                Bold => ("b", ""),
                Italic => ("i", ""),
                Strike => ("s", ""),
                Code => ("code", ""),
                CodeBlock(language) => ("pre", language),
                Quote => ("quote", ""),
                List => ("ul", ""),
                Numbered => ("ol", ""),
                Item(number) => ("li", number),
                Link(address) => ("a", address),
            };
            open.push(name);
            format!("<{name}{}{more}>", if more.is_empty() { "" } else { " " })
        }
        Close => format!("</{}>", open.pop().unwrap()),
    });
    let written = written.collect();
    assert!(open.is_empty(), "{text}");
    written
}

fn is_shown(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "{text}");
        nothing_is_lost(text);
    }
}

fn stays(cases: &[&str]) {
    for text in cases {
        assert_eq!(shown(text), *text);
    }
}

fn nothing_is_lost(text: &str) {
    let parts = pieces(text).into_iter().filter_map(|piece| match piece {
        Text(part) | Mark(part) => Some(part),
        _ => None,
    });
    assert_eq!(parts.collect::<String>(), text);
}

#[test]
fn words_are_emphasised() {
    is_shown(&[
        (
            "**b** __b__ *i* _i_ ~~s~~ `c`",
            "<b>b</b> <b>b</b> <i>i</i> <i>i</i> <s>s</s> <code>c</code>",
        ),
        ("***both***", "<b><i>both</i></b>"),
        ("**a *b* c**", "<b>a <i>b</i> c</b>"),
        ("(*yes*), **no**!", "(<i>yes</i>), <b>no</b>!"),
        ("日本**太い**字", "日本<b>太い</b>字"),
        ("`**as it is**`", "<code>**as it is**</code>"),
        ("*a* and *b*", "<i>a</i> and <i>b</i>"),
    ]);
}

#[test]
fn malformed_marks_stay_as_they_were_written() {
    stays(&[
        "2*3*4 = 24",
        "snake_case_name",
        "*",
        "**",
        "****",
        "__",
        "a * b * c",
        "**open",
        "close**",
        "* ",
        "- ",
        "1.",
        "1. ",
        "007. Bond",
        "~one~",
        "``",
        "[label]()",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "```\nnever closed",
        "```",
        ">:(",
        "-5 degrees",
        "a\n\n\nb\n",
        "\n",
        "",
    ]);
}

#[test]
fn lines_are_quotes_lists_and_code() {
    is_shown(&[
        ("> a\n> *b*\nc", "<quote>a\n<i>b</i></quote>c"),
        (
            "see:\n- a\n* **b**\nend",
            "see:<ul><li>a</li><li><b>b</b></li></ul>end",
        ),
        ("1. a\n3. b", "<ol><li 1>a</li><li 3>b</li></ol>"),
        ("- a\n1. b", "<ul><li>a</li></ul><ol><li 1>b</li></ol>"),
        (
            "a\n```rust\nlet *x* = 1;\n\n- y\n```\nb",
            "a<pre rust>let *x* = 1;\n\n- y</pre>b",
        ),
        ("```\nx\n```", "<pre>x</pre>"),
    ]);
}

#[test]
fn addresses_lead_there_without_the_sentence_around_them() {
    is_shown(&[
        (
            "See (https://a.example/x_(1)), or mailto:me@a.example.",
            "See (<a https://a.example/x_(1)>https://a.example/x_(1)</a>), or \
             <a mailto:me@a.example>mailto:me@a.example</a>.",
        ),
        (
            "**https://a.example**",
            "<b><a https://a.example>https://a.example</a></b>",
        ),
        ("tel:+4930123", "<a tel:+4930123>tel:+4930123</a>"),
        (
            "[the *shop*](https://a.example/(x)).",
            "<a https://a.example/(x)>the <i>shop</i></a>.",
        ),
        (
            "[https://b.example](https://a.example)",
            "<a https://a.example>https://b.example</a>",
        ),
        ("HTTPS://A.example", "<a HTTPS://A.example>HTTPS://A.example</a>"),
        (
            "https://a.example/a_b_c*d*",
            "<a https://a.example/a_b_c*d>https://a.example/a_b_c*d</a>*",
        ),
    ]);
}

#[test]
fn only_harmless_schemes_become_links() {
    stays(&[
        "javascript:alert(1)",
        "data:text/html,x",
        "xhttps://a.example",
        "http://",
        "ftp://a",
        "Tel: 030 123",
        "Hotel:5",
        "tel:now",
    ]);
}

#[test]
fn nothing_is_lost_whatever_is_written() {
    let alphabet = [
        "*",
        "_",
        "~",
        "`",
        "[",
        "]",
        "(",
        ")",
        "](",
        "\n",
        " ",
        "- ",
        "> ",
        "1. ",
        "```",
        "a",
        "é",
        "字",
        "😀",
        "https://a",
        "\r",
    ];
    let mut state = 7_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..(state >> 60) + 2 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(alphabet[(state >> 33) as usize % alphabet.len()]);
        }
        nothing_is_lost(&text);
        shown(&text);
    }
}

#[test]
fn long_runs_of_marks_take_no_time() {
    for mark in ["*", "_", "**a ", "[", "`", "*a", "_a*", "~~", "](", "[a]("] {
        let text = mark.repeat(4000);
        nothing_is_lost(&text[..4000]);
    }
}
