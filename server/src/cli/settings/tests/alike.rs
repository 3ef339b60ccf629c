//! Every option has its effect from the file, the environment, flags and the builder alike.

use super::*;
use pocketping_core::Object;
use pocketping_core::model::{ElementEvent, PreChatFields, PreChatForm, PreChatTiming, TrackedElement};
use pocketping_core::ua::{FilterMode, UaFilterConfig};
use pocketping_server::{
    Appearance, BotPolicy, CsatPolicy, IpFilterConfig, OfficeHoursConfig, Origins, Rate, RateLimit,
    RateLimits, WebhookConfig, WebhookKind,
};
use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

type Set = fn(Builder) -> Builder;

fn hook(change: impl FnOnce(&mut WebhookConfig)) -> WebhookConfig {
    let mut config = WebhookConfig::default();
    change(&mut config);
    config
}

fn limits(change: impl FnOnce(&mut RateLimits)) -> RateLimit {
    let mut limits = RateLimits::default();
    change(&mut limits);
    RateLimit::On(limits)
}

fn ip(change: impl FnOnce(&mut IpFilterConfig)) -> IpFilterConfig {
    let mut config = IpFilterConfig {
        enabled: true,
        ..Default::default()
    };
    change(&mut config);
    config
}

fn ua(change: impl FnOnce(&mut UaFilterConfig)) -> UaFilterConfig {
    let mut config = UaFilterConfig {
        enabled: true,
        ..Default::default()
    };
    change(&mut config);
    config
}

fn form(change: impl FnOnce(&mut PreChatForm)) -> PreChatForm {
    let mut form = PreChatForm {
        enabled: true,
        required: false,
        timing: PreChatTiming::BeforeFirstMessage,
        fields: PreChatFields::EmailOnly,
        completed: false,
    };
    change(&mut form);
    form
}

fn look(change: impl FnOnce(&mut Appearance)) -> Appearance {
    let mut look = Appearance::default();
    change(&mut look);
    look
}

/// With what [`companion`] gives.
fn office(change: impl FnOnce(&mut OfficeHoursConfig)) -> OfficeHoursConfig {
    let mut hours = OfficeHoursConfig {
        time_zone: "UTC".into(),
        ..Default::default()
    };
    change(&mut hours);
    hours
}

/// Key, the file's line, the variable's text, the builder's call.
pub(super) const ROWS: &[(&str, &str, &str, Set)] = &[
    (
        "public_url",
        "'https://a.example/pp'",
        "https://a.example/pp",
        |b| b.public_url("https://a.example/pp"),
    ),
    ("operator_token", "'0123456789abcdef'", "0123456789abcdef", |b| {
        b.operator_token("0123456789abcdef")
    }),
    ("welcome_message", "'123'", "123", |b| b.welcome_message("123")),
    ("inactivity_timeout", "300", "300", |b| {
        b.inactivity_timeout(Duration::from_secs(300))
    }),
    ("operator_timeout", "300", "300", |b| {
        b.operator_timeout(Duration::from_secs(300))
    }),
    ("retention_days", "365", "365", |b| {
        b.retention(Duration::from_secs(365 * 24 * 3600))
    }),
    ("csat", "'on_resolve'", "on_resolve", |b| {
        b.csat(CsatPolicy::OnResolve)
    }),
    (
        "allowed_origins",
        "['https://a.example', 'https://b.example/']",
        "https://a.example, https://b.example",
        |b| {
            b.allowed_origins(Origins::List(vec![
                "https://a.example".into(),
                "https://b.example".into(),
            ]))
        },
    ),
    (
        "trusted_proxies",
        "['10.0.0.0/8', '::1']",
        "10.0.0.0/8,::1",
        |b| b.trusted_proxies(["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()]),
    ),
    ("proxy_header", "'CF-Connecting-IP'", "CF-Connecting-IP", |b| {
        b.proxy_header("cf-connecting-ip")
    }),
    ("max_body_bytes", "2048", "2048", |b| b.max_body_bytes(2048)),
    ("max_header_bytes", "4096", " 4096 ", |b| b.max_header_bytes(4096)),
    ("body_timeout", "7", "7", |b| {
        b.body_timeout(Duration::from_secs(7))
    }),
    ("max_file_bytes", "5", "5", |b| b.max_file_bytes(5)),
    ("file_types", "['image/png']", "image/png", |b| {
        b.file_types(["image/png"])
    }),
    ("min_widget_version", "'2.0'", "2.0", |b| {
        b.min_widget_version("2.0")
    }),
    ("latest_widget_version", "'3'", "3", |b| {
        b.latest_widget_version("3")
    }),
    ("version_message", "'old'", "old", |b| b.version_message("old")),
    ("upgrade_url", "'https://u.example'", "https://u.example", |b| {
        b.upgrade_url("https://u.example")
    }),
    (
        "identity_secrets",
        "['0123456789abcdef', 'fedcba9876543210']",
        "0123456789abcdef,fedcba9876543210",
        |b| b.identity_secrets(["0123456789abcdef", "fedcba9876543210"]),
    ),
    ("bot_detection", "'refuse'", "refuse", |b| {
        b.bot_detection(BotPolicy::Refuse)
    }),
    ("rate_limit", "'off'", "off", |b| b.rate_limit(RateLimit::Off)),
    (
        "tracked_elements",
        "[{ selector = '#a', name = 'n', event = 'focus', widget_message = 'm', data = { k = 1 } }]",
        r##"[{"selector":"#a","name":"n","event":"focus","widgetMessage":"m","data":{"k":1}}]"##,
        |b| {
            b.tracked_elements([TrackedElement {
                selector: "#a".into(),
                name: "n".into(),
                event: ElementEvent::Focus,
                widget_message: Some("m".into()),
                data: Some(Object::new().with("k", 1)),
            }])
        },
    ),
    ("ip_filter.enabled", "true", "yes", |b| b.ip_filter(ip(|_| ()))),
    ("ip_filter.mode", "'both'", "both", |b| {
        b.ip_filter(ip(|c| c.mode = FilterMode::Both))
    }),
    ("ip_filter.allowlist", "['10.0.0.7']", "10.0.0.7", |b| {
        b.ip_filter(ip(|c| c.allowlist = vec!["10.0.0.7".parse().unwrap()]))
    }),
    ("ip_filter.blocklist", "['2001:db8::/32']", "2001:db8::/32", |b| {
        b.ip_filter(ip(|c| c.blocklist = vec!["2001:db8::/32".parse().unwrap()]))
    }),
    ("ip_filter.log_blocked", "false", "off", |b| {
        b.ip_filter(ip(|c| c.log_blocked = false))
    }),
    ("ip_filter.blocked_status_code", "451", "451", |b| {
        b.ip_filter(ip(|c| c.blocked_status_code = 451))
    }),
    ("ip_filter.blocked_message", "'no'", "no", |b| {
        b.ip_filter(ip(|c| c.blocked_message = "no".into()))
    }),
    ("ua_filter.enabled", "true", "1", |b| b.ua_filter(ua(|_| ()))),
    ("ua_filter.mode", "'both'", "both", |b| {
        b.ua_filter(ua(|c| c.mode = FilterMode::Both))
    }),
    ("ua_filter.allowlist", "['Friendly']", "Friendly", |b| {
        b.ua_filter(ua(|c| c.allowlist = vec!["Friendly".into()]))
    }),
    (
        "ua_filter.blocklist",
        "['/a{1,2}/', 'b']",
        r#"["/a{1,2}/", "b"]"#,
        |b| b.ua_filter(ua(|c| c.blocklist = vec!["/a{1,2}/".into(), "b".into()])),
    ),
    ("ua_filter.use_default_bots", "false", "no", |b| {
        b.ua_filter(ua(|c| c.use_default_bots = false))
    }),
    ("ua_filter.log_blocked", "false", "0", |b| {
        b.ua_filter(ua(|c| c.log_blocked = false))
    }),
    ("ua_filter.blocked_status_code", "418", "418", |b| {
        b.ua_filter(ua(|c| c.blocked_status_code = 418))
    }),
    ("ua_filter.blocked_message", "'no'", "no", |b| {
        b.ua_filter(ua(|c| c.blocked_message = "no".into()))
    }),
    ("rate_limits.streams_per_address", "7", "7", |b| {
        b.rate_limit(limits(|l| l.streams_per_address = NonZeroU32::new(7).unwrap()))
    }),
    ("rate_limits.connections_per_address", "8", "8", |b| {
        b.rate_limit(limits(|l| {
            l.connections_per_address = NonZeroU32::new(8).unwrap()
        }))
    }),
    ("rate_limits.address.per_second", "1", "1", |b| {
        b.rate_limit(limits(|l| l.address = Rate::new(1, 400)))
    }),
    ("rate_limits.address.burst", "2", "2", |b| {
        b.rate_limit(limits(|l| l.address = Rate::new(200, 2)))
    }),
    ("rate_limits.visitor.per_second", "3", "3", |b| {
        b.rate_limit(limits(|l| l.visitor = Rate::new(3, 30)))
    }),
    ("rate_limits.visitor.burst", "4", "4", |b| {
        b.rate_limit(limits(|l| l.visitor = Rate::new(5, 4)))
    }),
    ("rate_limits.session.per_second", "5", "5", |b| {
        b.rate_limit(limits(|l| l.session = Rate::new(5, 150)))
    }),
    ("rate_limits.session.burst", "6", "6", |b| {
        b.rate_limit(limits(|l| l.session = Rate::new(50, 6)))
    }),
    (
        "webhook.url",
        "'https://a.example/hook?key=hunter2'",
        "https://a.example/hook?key=hunter2",
        |b| {
            b.webhook(hook(|c| {
                c.url = Some("https://a.example/hook?key=hunter2".into())
            }))
        },
    ),
    ("webhook.secret", "'0123456789abcdef'", "0123456789abcdef", |b| {
        b.webhook(hook(|c| c.secret = Some("0123456789abcdef".into())))
    }),
    ("webhook.timeout", "30", "30", |b| {
        b.webhook(hook(|c| c.timeout = Duration::from_secs(30)))
    }),
    ("webhook.forward", "['messages', 'csat']", "messages, csat", |b| {
        b.webhook(hook(|c| {
            c.forward = vec![WebhookKind::Messages, WebhookKind::Csat]
        }))
    }),
    ("webhook.allow_private_addresses", "true", "yes", |b| {
        b.webhook(hook(|c| c.allow_private_addresses = true))
    }),
    ("office_hours.time_zone", "'Asia/Tokyo'", "Asia/Tokyo", |b| {
        b.office_hours(office(|h| {
            h.time_zone = "Asia/Tokyo".into();
            h.monday = vec!["09:00-10:00".into()];
        }))
    }),
    (
        "office_hours.monday",
        "['09:00-12:30', '14:00-18:00']",
        "09:00-12:30, 14:00-18:00",
        |b| {
            b.office_hours(office(|h| {
                h.monday = vec!["09:00-12:30".into(), "14:00-18:00".into()]
            }))
        },
    ),
    ("office_hours.tuesday", "['00:00-10:00']", "00:00-10:00", |b| {
        b.office_hours(office(|h| h.tuesday = vec!["00:00-10:00".into()]))
    }),
    ("office_hours.wednesday", "['01:00-10:00']", "01:00-10:00", |b| {
        b.office_hours(office(|h| h.wednesday = vec!["01:00-10:00".into()]))
    }),
    ("office_hours.thursday", "['02:00-10:00']", "02:00-10:00", |b| {
        b.office_hours(office(|h| h.thursday = vec!["02:00-10:00".into()]))
    }),
    ("office_hours.friday", "['03:00-10:00']", "03:00-10:00", |b| {
        b.office_hours(office(|h| h.friday = vec!["03:00-10:00".into()]))
    }),
    ("office_hours.saturday", "['04:00-10:00']", "04:00-10:00", |b| {
        b.office_hours(office(|h| h.saturday = vec!["04:00-10:00".into()]))
    }),
    ("office_hours.sunday", "['05:00-10:00']", "05:00-10:00", |b| {
        b.office_hours(office(|h| h.sunday = vec!["05:00-10:00".into()]))
    }),
    ("pre_chat_form.enabled", "true", "true", |b| {
        b.pre_chat_form(form(|_| ()))
    }),
    ("pre_chat_form.required", "true", "true", |b| {
        b.pre_chat_form(form(|f| f.required = true))
    }),
    (
        "pre_chat_form.timing",
        "'after-first-message'",
        "after-first-message",
        |b| b.pre_chat_form(form(|f| f.timing = PreChatTiming::AfterFirstMessage)),
    ),
    (
        "pre_chat_form.fields",
        "'email-and-phone'",
        "email-and-phone",
        |b| b.pre_chat_form(form(|f| f.fields = PreChatFields::EmailAndPhone)),
    ),
    ("appearance.operator_name", "'Ada'", "Ada", |b| {
        b.appearance(look(|l| l.operator_name = Some("Ada".into())))
    }),
    ("appearance.operator_avatar", "'/a.png'", "/a.png", |b| {
        b.appearance(look(|l| l.operator_avatar = Some("/a.png".into())))
    }),
    ("appearance.primary_color", "'#123'", "#123", |b| {
        b.appearance(look(|l| l.primary_color = Some("#123".into())))
    }),
    (
        "appearance.header_color",
        "{ from = 'a', to = 'b' }",
        r#"{"from":"a","to":"b"}"#,
        |b| {
            let gradient = Object::new().with("from", "a").with("to", "b");
            b.appearance(look(|l| l.header_color = Some(gradient.into())))
        },
    ),
    ("appearance.footer_color", "'#fff'", "#fff", |b| {
        b.appearance(look(|l| l.footer_color = Some("#fff".into())))
    }),
    (
        "appearance.chat_background",
        "{ dark = 'dots', light = 'plain' }",
        r#"{"dark":"dots","light":"plain"}"#,
        |b| {
            let pair = Object::new().with("dark", "dots").with("light", "plain");
            b.appearance(look(|l| l.chat_background = Some(pair.into())))
        },
    ),
    ("appearance.toggle_color", "'red'", "red", |b| {
        b.appearance(look(|l| l.toggle_color = Some("red".into())))
    }),
];

/// What the library does not have: tests of the binary show their effect.
const OWN: [&str; 11] = [
    "listen",
    "metrics_listen",
    "log_format",
    "database",
    "files",
    "demo",
    "header_timeout",
    "s3.endpoint",
    "s3.region",
    "s3.access_key_id",
    "s3.secret_access_key",
];

/// What makes an option of a table visible: a form that is off is none, and a filter that is off has no lists.
fn switch(path: &str) -> Option<&'static str> {
    ["ip_filter.enabled", "ua_filter.enabled", "pre_chat_form.enabled"]
        .into_iter()
        .find(|switch| path.split('.').next() == switch.split('.').next() && path != *switch)
}

/// What an option makes no sense without, for the file and as the environment says it.
fn companion(path: &str) -> Option<(&'static str, &'static str, &'static str)> {
    match path {
        "office_hours.time_zone" => Some(("office_hours.monday", "['09:00-10:00']", "09:00-10:00")),
        path if path.starts_with("office_hours.") => Some(("office_hours.time_zone", "'UTC'", "UTC")),
        path => switch(path).map(|on| (on, "true", "true")),
    }
}

#[test]
fn every_option_works_from_the_file_the_environment_and_the_builder_alike() {
    for (path, file, variable, set) in ROWS {
        let key = KEYS.iter().find(|key| key.path == *path).expect(path);
        let on = switch(path);
        let mut text = format!("{path} = {file}\n");
        let name = key.variable();
        let mut pairs = vec![(name.as_str(), *variable)];
        let companion = companion(path);
        let needed = companion.map(|(needed, ..)| needed.replace('.', "_").to_uppercase());
        let needed = needed.map(|needed| format!("POCKETPING_{needed}"));
        if let (Some((path, file, variable)), Some(name)) = (companion, &needed) {
            text.push_str(&format!("{path} = {file}\n"));
            pairs.push((name.as_str(), variable));
        }
        let by_builder = shown(set(PocketPing::builder()));
        assert_eq!(
            built(File::with(&text).given()).as_ref(),
            Ok(&by_builder),
            "{path} in the file"
        );
        assert_eq!(built(variables(&pairs)).as_ref(), Ok(&by_builder), "{name}");
        let flags = pairs.iter().map(|(name, text)| {
            let key = KEYS.iter().find(|key| key.variable() == *name).unwrap();
            ("--set".to_owned(), key.path.to_owned(), (*text).to_owned())
        });
        let flags = Given {
            flags: flags.collect(),
            ..Default::default()
        };
        assert_eq!(built(flags).as_ref(), Ok(&by_builder), "{path} as a flag");
        let alone = match on {
            Some(on) => built(File::with(&format!("{on} = true")).given()).unwrap(),
            None => shown(PocketPing::builder()),
        };
        assert_ne!(by_builder, alone, "{path} has an effect");
    }
}

#[test]
fn every_option_is_in_the_table_above_or_the_binarys_own() {
    let rows = ROWS.iter().map(|(path, ..)| *path).chain(OWN);
    let keys: BTreeSet<_> = KEYS.iter().map(|key| key.path).collect();
    assert_eq!(rows.collect::<BTreeSet<_>>(), keys);
    assert_eq!(KEYS.len(), keys.len(), "each once");
    let names: BTreeSet<_> = KEYS.iter().map(Key::variable).collect();
    assert_eq!(names.len(), keys.len(), "each has a variable of its own");
}

#[test]
fn the_defaults_are_the_librarys() {
    assert_eq!(built(Given::default()), Ok(shown(PocketPing::builder())));
}
