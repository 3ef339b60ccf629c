//! How large a file is, in as few letters as a tile needs.

const KB: u64 = 1_000;
const MB: u64 = 1_000 * KB;
const GB: u64 = 1_000 * MB;

/// `820 B`, `34 KB`, `1.2 MB`.
pub(crate) fn short(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..KB => return [&bytes.to_string(), " B"].concat(),
        KB..MB => (KB, " KB"),
        MB..GB => (MB, " MB"),
        _ => (GB, " GB"),
    };
    let tenths = bytes * 10 / unit;
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let mut text = whole.to_string();
    if whole < 10 && tenth > 0 {
        text = [&text, ".", &tenth.to_string()].concat();
    }
    text + name
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn small_numbers_have_a_tenth() {
        assert_eq!(short(820), "820 B");
        assert_eq!(short(1_000), "1 KB");
        assert_eq!(short(34_567), "34 KB");
        assert_eq!(short(1_250_000), "1.2 MB");
        assert_eq!(short(3_000_000_000), "3 GB");
    }
}
