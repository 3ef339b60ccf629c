//! Signs that a visitor is a program (PROTOCOL §5.7), and the widget's own (§4.7).

use super::AddressRange;
use super::bot_lists::{DATACENTERS, HEADLESS_MARKERS, HOSTING_MARKERS};
use pocketping_core::Value;
use std::net::IpAddr;
use std::sync::OnceLock;

/// What is done about visitors who look like programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BotPolicy {
    /// Nothing is looked for.
    #[default]
    Off,
    /// Their sessions have the reason in `metadata.bot`, and no hook is told that they began. Visitors behind a VPN
    /// or a company's proxy may be among them: they can write as everybody else.
    Mark,
    /// They cannot open a session.
    Refuse,
}

/// What is known about a visitor; what is not known says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct BotFacts<'a> {
    /// The address.
    pub address: Option<IpAddr>,
    /// The user agent.
    pub user_agent: Option<&'a str>,
    /// Whom the address' network (ASN) belongs to, as a GeoIP database says.
    pub organisation: Option<&'a str>,
    /// The widget's `botSignals`: flags that are true when suspicious.
    pub signals: Option<&'a Value>,
}

/// The sign that gave a program away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BotReason {
    /// The address is a hosting company's.
    DatacenterIp,
    /// The network is a hosting company's.
    HostingAsn,
    /// The user agent is a program's.
    HeadlessUa,
    /// The browser says that it is steered, or at least three weaker signs agree.
    BotSignals,
}

impl BotReason {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            BotReason::DatacenterIp => "datacenter_ip",
            BotReason::HostingAsn => "hosting_asn",
            BotReason::HeadlessUa => "headless_ua",
            BotReason::BotSignals => "bot_signals",
        }
    }
}

/// The first sign of a program, in the order of PROTOCOL §5.7, the widget's signals last; `None` for a person.
pub(crate) fn detect_bot(facts: BotFacts<'_>) -> Option<BotReason> {
    if facts.address.is_some_and(is_datacenter) {
        return Some(BotReason::DatacenterIp);
    }
    let has = |text: Option<&str>, markers: &[&str]| {
        let text = text.unwrap_or_default().to_lowercase();
        markers.iter().any(|marker| text.contains(marker))
    };
    if has(facts.organisation, &HOSTING_MARKERS) {
        return Some(BotReason::HostingAsn);
    }
    if has(facts.user_agent, &HEADLESS_MARKERS) {
        return Some(BotReason::HeadlessUa);
    }
    facts
        .signals
        .is_some_and(is_suspicious)
        .then_some(BotReason::BotSignals)
}

/// `webdriver` alone is proof. Of the others each is true for some people (denied notifications, a browser that hides
/// its plugins): three have to agree.
fn is_suspicious(signals: &Value) -> bool {
    let is_set = |name: &str| signals.get(name).and_then(Value::as_bool).unwrap_or(false);
    let weak = ["plugins", "languages", "chrome", "permissions"];
    is_set("webdriver") || weak.iter().filter(|name| is_set(name)).count() >= 3
}

fn is_datacenter(address: IpAddr) -> bool {
    static RANGES: OnceLock<Vec<AddressRange>> = OnceLock::new();
    let ranges = RANGES.get_or_init(|| {
        DATACENTERS
            .iter()
            .filter_map(|range| range.parse().ok())
            .collect()
    });
    ranges.iter().any(|range| range.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::Object;

    const RECORDED: &str = include_str!("../../../tests/vectors/bot_detection.json");

    fn strings(value: &serde_json::Value) -> Vec<&str> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item.as_str().unwrap())
            .collect()
    }

    #[test]
    fn the_lists_are_the_recorded_ones_and_every_range_is_one() {
        let recorded: serde_json::Value = serde_json::from_str(RECORDED).unwrap();
        assert_eq!(strings(&recorded["datacenterCidrs"]), DATACENTERS);
        assert_eq!(strings(&recorded["hostingOrgMarkers"]), HOSTING_MARKERS);
        assert_eq!(strings(&recorded["headlessUaMarkers"]), HEADLESS_MARKERS);
        assert!(
            DATACENTERS
                .iter()
                .all(|range| range.parse::<AddressRange>().is_ok())
        );
    }

    #[test]
    fn recorded_cases_have_the_recorded_verdicts() {
        let recorded: serde_json::Value = serde_json::from_str(RECORDED).unwrap();
        let cases = recorded["cases"].as_array().unwrap();
        assert!(!cases.is_empty());
        for case in cases {
            let address = case["ip"].as_str().unwrap().trim_matches(['[', ']']);
            let facts = BotFacts {
                address: address.parse().ok(),
                user_agent: case["userAgent"].as_str(),
                organisation: case["org"].as_str(),
                signals: None,
            };
            let reason = detect_bot(facts).map(BotReason::as_str);
            assert_eq!(reason, case["expected"]["reason"].as_str(), "{case}");
        }
    }

    fn by_signals(set: &[&str]) -> Option<BotReason> {
        let signals = set
            .iter()
            .fold(Object::new(), |object, name| object.with(name, true));
        detect_bot(BotFacts {
            signals: Some(&signals.into()),
            ..Default::default()
        })
    }

    #[test]
    fn a_steered_browser_is_a_program_and_one_weak_sign_is_none() {
        assert_eq!(by_signals(&["webdriver"]), Some(BotReason::BotSignals));
        assert_eq!(by_signals(&["permissions"]), None);
        assert_eq!(by_signals(&["plugins", "permissions"]), None);
        assert_eq!(
            by_signals(&["plugins", "languages", "chrome"]),
            Some(BotReason::BotSignals)
        );
        assert_eq!(detect_bot(BotFacts::default()), None);
    }
}
