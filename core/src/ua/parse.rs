//! What a user agent tells about its browser, for the metadata of a session.

/// Device, browser and operating system by a user agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UaInfo {
    /// `desktop`, `mobile` or `tablet`; `desktop` when nothing says otherwise.
    pub device_type: &'static str,
    /// `Firefox`, `Opera`, `Edge`, `Chrome` or `Safari`. Browsers built on one of these that are not
    /// named here count as it.
    pub browser: Option<&'static str>,
    /// `Windows`, `Android`, `iOS`, `macOS` or `Linux`.
    pub os: Option<&'static str>,
}

/// In each table the first hit wins. The words are PROTOCOL §1.3's, the order is ours: a user agent names
/// what it imitates, too, so the rare name goes before the common one. (iPads say `Mobile`, Android says
/// `Linux`, iPhones say `Mac OS X`, Windows phones say all of it, and Opera and Edge say `Chrome`.)
type Table = [(&'static str, &'static str)];

const DEVICES: &Table = &[
    ("ipad", "tablet"),
    ("tablet", "tablet"),
    ("mobile", "mobile"),
    ("android", "mobile"),
    ("iphone", "mobile"),
    ("ipod", "mobile"),
];

const BROWSERS: &Table = &[
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("opera", "Opera"),
    ("opr/", "Opera"),
    ("edg", "Edge"),
    ("chrome", "Chrome"),
    ("crios", "Chrome"),
    ("safari", "Safari"),
];

const SYSTEMS: &Table = &[
    ("windows", "Windows"),
    ("android", "Android"),
    ("iphone", "iOS"),
    ("ipad", "iOS"),
    ("ipod", "iOS"),
    ("mac os", "macOS"),
    ("macos", "macOS"),
    ("linux", "Linux"),
];

/// Reads a user agent.
pub fn parse(ua: &str) -> UaInfo {
    let ua = ua.to_ascii_lowercase();
    UaInfo {
        device_type: first_hit(DEVICES, &ua).unwrap_or("desktop"),
        browser: first_hit(BROWSERS, &ua),
        os: first_hit(SYSTEMS, &ua),
    }
}

fn first_hit(table: &Table, ua: &str) -> Option<&'static str> {
    let hit = table.iter().find(|(word, _)| ua.contains(word));
    hit.map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(ua: &str, device_type: &'static str, browser: &'static str, os: &'static str) {
        let some = |name: &'static str| (!name.is_empty()).then_some(name);
        let expected = UaInfo {
            device_type,
            browser: some(browser),
            os: some(os),
        };
        assert_eq!(parse(ua), expected, "{ua}");
    }

    const WEBKIT: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";

    #[test]
    fn desktop_browsers_are_told_apart() {
        let windows =
            format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0.0.0 Safari/537.36");
        is(&windows, "desktop", "Chrome", "Windows");
        is(
            &format!("{windows} Edg/126.0.2592.87"),
            "desktop",
            "Edge",
            "Windows",
        );
        is(&format!("{windows} OPR/112.0.0.0"), "desktop", "Opera", "Windows");
        is(&format!("{windows} Vivaldi/6.8"), "desktop", "Chrome", "Windows");
        is(
            "Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18",
            "desktop",
            "Opera",
            "Windows",
        );
        is(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
            "desktop",
            "Safari",
            "macOS",
        );
        is(
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "desktop",
            "Firefox",
            "Linux",
        );
    }

    #[test]
    fn android_is_android_and_not_linux() {
        let phone = format!(
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) {WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36"
        );
        is(&phone, "mobile", "Chrome", "Android");
        is(&format!("{phone} OPR/83.0"), "mobile", "Opera", "Android");
        is(&format!("{phone} EdgA/126.0"), "mobile", "Edge", "Android");
        is(
            "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
            "mobile",
            "Firefox",
            "Android",
        );
        is(
            "Mozilla/5.0 (Android 14; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0",
            "tablet",
            "Firefox",
            "Android",
        );
    }

    #[test]
    fn iphones_and_ipads_are_ios_and_not_macos() {
        let on = |device: &str, browser: &str| {
            format!(
                "Mozilla/5.0 ({device} OS 17_5 like Mac OS X) {WEBKIT} {browser} Mobile/15E148 Safari/604.1"
            )
        };
        is(
            &on("iPhone; CPU iPhone", "Version/17.5"),
            "mobile",
            "Safari",
            "iOS",
        );
        is(
            &on("iPhone; CPU iPhone", "CriOS/126.0"),
            "mobile",
            "Chrome",
            "iOS",
        );
        is(
            &on("iPhone; CPU iPhone", "FxiOS/127.0"),
            "mobile",
            "Firefox",
            "iOS",
        );
        is(&on("iPhone; CPU iPhone", "EdgiOS/126.0"), "mobile", "Edge", "iOS");
        is(&on("iPad; CPU", "Version/17.5"), "tablet", "Safari", "iOS");
    }

    #[test]
    fn windows_phones_are_windows_whatever_they_imitate() {
        is(
            "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0 Mobile Safari/537.36 Edge/15.15254",
            "mobile",
            "Edge",
            "Windows",
        );
    }

    #[test]
    fn what_is_not_known_stays_open() {
        is("", "desktop", "", "");
        is("curl/8.5.0", "desktop", "", "");
        is(
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/126.0.0.0 Safari/537.36",
            "desktop",
            "Chrome",
            "",
        );
    }
}
