//! What is wrong is named all at once.

use super::*;

#[test]
fn all_problems_are_named_at_once_each_with_its_place_and_a_hint() {
    let file = File::with(
        "welcome_mesage = 'typo'\n\
         max_body_bytes = '12'\n\
         csat = 'sometimes'\n\
         rate_limits = 5\n\
         allowed_origins = ['*', 'https://a.example']\n\
         trusted_proxies = ['everyone', '10.0.0.0/8']\n\
         [ip_filter]\n\
         enabled = true\n\
         mode = 'allowlist'\n\
         blocked_status_code = 70000\n\
         [ua_filter]\n\
         blocklist = ['']\n\
         colour = 'red'\n\
         [webhook]\n\
         url = 'http://10.0.0.1/hunter2'\n\
         secret = 'hunter2'\n\
         timeout = 61\n\
         forward = ['events', 'everything']\n",
    );
    let mut given = file.given();
    given.variables = variables(&[
        ("POCKETPING_OPERATOR_TOKEN", "hunter2"),
        ("POCKETPING_DEMO", "perhaps"),
        ("POCKETPING_TRACKED_ELEMENTS", r##"[{"selector":"#a"}]"##),
        ("POCKETPING_IDENTITY_SECRETS", "[not json"),
    ])
    .variables;
    given.flags = vec![
        ("--listen".into(), "listen".into(), "nowhere".into()),
        (
            "--database".into(),
            "database".into(),
            "mysql://u:hunter2@x".into(),
        ),
        ("--retention-days".into(), "retention_days".into(), "0".into()),
        ("--set nonsense".into(), "nonsense".into(), "1".into()),
    ];
    let problems = built(given).unwrap_err();
    let name = file.0.display().to_string();
    let of_file = |rest: &str| format!("{name}: {rest}");
    let expected = [
        of_file("welcome_mesage: there is no such option; did you mean welcome_message?"),
        of_file("max_body_bytes: `12` is not what it takes; write a whole number"),
        of_file("csat: `sometimes` is not what it takes; write off, or manual"),
        of_file("rate_limits: this is a table of options; write [rate_limits]"),
        of_file("allowed_origins: `*` stands among others"),
        of_file("trusted_proxies: `everyone` is not an IP address or a range"),
        "ip_filter.allowlist: is empty".to_owned(),
        of_file("ip_filter.blocked_status_code: 70000 is too large"),
        of_file("ua_filter.blocklist: blocklist[0] is empty: dropped; remove it"),
        of_file("ua_filter.colour: there is no such option"),
        of_file("webhook.url: is not a public address; give a public one"),
        of_file("webhook.secret: must have at least 16 bytes; make one with"),
        of_file("webhook.timeout: 61 s leaves no room for an answer, or too much; give 1 to 60 seconds"),
        of_file("webhook.forward: `everything` is nothing that can be told; write some of events"),
        "POCKETPING_OPERATOR_TOKEN (operator_token): must have at least 16 bytes; make one with".to_owned(),
        "POCKETPING_DEMO (demo): `perhaps` cannot be understood; write true or false".to_owned(),
        "POCKETPING_TRACKED_ELEMENTS (tracked_elements): 0.name is required".to_owned(),
        "POCKETPING_IDENTITY_SECRETS (identity_secrets): `the value` cannot be understood".to_owned(),
        "--listen: `nowhere` cannot be listened on; write an address".to_owned(),
        "--database: expected".to_owned(),
        "--retention-days: less than an hour would erase conversations that only pause; leave it out"
            .to_owned(),
        "--set nonsense: there is no such option".to_owned(),
    ];
    for start in &expected {
        assert!(
            problems.iter().any(|problem| problem.starts_with(start)),
            "{start}\n{problems:#?}"
        );
    }
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    assert!(
        problems.iter().all(|problem| problem.contains("; ")),
        "each has a hint"
    );
    assert!(
        problems
            .iter()
            .all(|problem| !problem.contains("hunter2") && !problem.contains("not json"))
    );
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_said() {
    let missing = Given {
        file: Some("/nowhere/at/all.toml".into()),
        ..Default::default()
    };
    let problems = built(missing).unwrap_err();
    assert!(
        problems[0].starts_with("/nowhere/at/all.toml: cannot be read: No such file"),
        "{problems:?}"
    );
    let problems = built(File::with("a = 1\nb = = 2\n").given()).unwrap_err();
    assert!(
        problems[0].contains("is no TOML: TOML parse error at line 2"),
        "{problems:?}"
    );
    assert_eq!((problems.len(), problems[0].lines().count()), (1, 1));
}

#[test]
fn zero_where_nothing_would_get_through_is_a_problem() {
    for path in KEYS
        .iter()
        .map(|key| key.path)
        .filter(|path| path.starts_with("rate_limits."))
    {
        assert_eq!(
            built(File::with(&format!("{path} = 0")).given())
                .unwrap_err()
                .len(),
            1,
            "{path}"
        );
    }
}

#[test]
fn variables_that_are_no_options_are_told_of_and_no_problem() {
    let settings = Settings::read(variables(&[
        ("POCKETPING_SERVICE_HOST", "10.0.0.1"),
        ("POCKETPING_CONFIG", ""),
        ("POCKETPING_UNSAFE_NO_SYNC", "1"),
        ("HOME", "/root"),
    ]));
    assert!(settings.problems().is_empty());
    assert_eq!(settings.strange_variables(), ["POCKETPING_SERVICE_HOST"]);
}

#[test]
fn what_the_library_finds_wrong_is_named_as_the_file_names_it() {
    use pocketping_core::ua::{FilterMode, UaFilterConfig};
    use pocketping_server::{Appearance, IpFilterConfig, OfficeHoursConfig, Origins, WebhookConfig};
    let mode = FilterMode::Other("perhaps".into());
    let wrong = vec!["always".to_owned()];
    let builder = PocketPing::builder()
        .operator_token("short")
        .identity_secrets(["short"])
        .inactivity_timeout(std::time::Duration::ZERO)
        .retention(std::time::Duration::ZERO)
        .allowed_origins(Origins::List(Vec::new()))
        .max_body_bytes(0)
        .max_header_bytes(0)
        .body_timeout(std::time::Duration::ZERO)
        .proxy_header("")
        .max_file_bytes(0)
        .file_types(["x"])
        .public_url("x")
        .min_widget_version("x")
        .latest_widget_version("x")
        .ip_filter(IpFilterConfig {
            mode: mode.clone(),
            blocked_status_code: 1,
            ..Default::default()
        })
        .ua_filter(UaFilterConfig {
            mode,
            blocked_status_code: 1,
            allowlist: vec![String::new()],
            blocklist: vec![String::new()],
            ..Default::default()
        })
        .appearance(Appearance {
            header_color: Some("".into()),
            footer_color: Some("".into()),
            chat_background: Some("".into()),
            toggle_color: Some("".into()),
            ..Default::default()
        })
        .webhook(WebhookConfig {
            url: Some("x".into()),
            secret: Some("short".into()),
            timeout: std::time::Duration::ZERO,
            forward: Vec::new(),
            ..Default::default()
        })
        .office_hours(OfficeHoursConfig {
            time_zone: String::new(),
            monday: wrong.clone(),
            tuesday: wrong.clone(),
            wednesday: wrong.clone(),
            thursday: wrong.clone(),
            friday: wrong.clone(),
            saturday: wrong.clone(),
            sunday: wrong,
        });
    let problems = builder.check().unwrap_err();
    assert_eq!(problems.iter().count(), 36, "{problems}");
    for problem in problems.iter() {
        assert!(KEYS.iter().any(|key| key.path == problem.key), "{problem}");
    }
}

#[test]
fn a_bucket_without_a_name_or_a_key_is_a_problem() {
    let file = File::with("files = 's3:///x'\n[s3]\naccess_key_id = ''\n");
    let problems = built(file.given()).unwrap_err();
    let starts = [
        ": files: no bucket is named",
        ": s3.access_key_id: a bucket needs it",
    ];
    for start in starts {
        assert!(
            problems.iter().any(|problem| problem.contains(start)),
            "{problems:#?}"
        );
    }
    let secret = "s3.secret_access_key: a bucket needs it";
    assert!(
        problems.iter().any(|problem| problem.starts_with(secret)),
        "{problems:#?}"
    );
}
