//! Names of files, which come from strangers and are shown to others.

/// Most characters of a name.
const MAX_CHARS: usize = 200;

/// The last part of a path, without characters that do not print or that turn the reading direction (a name
/// that ends in `gnp.exe` can be made to look like `exe.png`). A long one loses its middle: the ending tells
/// what it is.
pub(super) fn clean_filename(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: Vec<char> = last.trim().chars().filter(|char| is_shown(*char)).collect();
    let clean: String = if shown.len() > MAX_CHARS {
        let (start, end) = (&shown[..MAX_CHARS - 21], &shown[shown.len() - 20..]);
        start.iter().chain(['…'].iter()).chain(end).collect()
    } else {
        shown.into_iter().collect()
    };
    if clean.trim_matches(['.', ' ']).is_empty() {
        return "file".to_owned();
    }
    clean
}

fn is_shown(char: char) -> bool {
    let turns = matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let invisible = matches!(char, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    !char.is_control() && !turns && !invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_part_of_a_path_is_kept() {
        assert_eq!(clean_filename("../../etc/passwd"), "passwd");
        assert_eq!(clean_filename("C:\\Users\\ada\\photo.jpg"), "photo.jpg");
        assert_eq!(clean_filename("grüße 🎉.pdf"), "grüße 🎉.pdf");
    }

    #[test]
    fn a_name_cannot_hide_its_ending() {
        assert_eq!(clean_filename("photo\u{202e}gnp.exe"), "photognp.exe");
        assert_eq!(clean_filename("a\r\nSet-Cookie: x\0.png"), "aSet-Cookie: x.png");
        let long = clean_filename(&format!("{}.exe", "a".repeat(1000)));
        assert_eq!(long.chars().count(), MAX_CHARS);
        assert!(long.ends_with(".exe"));
    }

    #[test]
    fn there_is_always_a_name() {
        for name in ["", "..", "/", "\u{202e}", " . "] {
            assert_eq!(clean_filename(name), "file", "{name:?}");
        }
    }
}
