//! Full-text search.

use super::*;

async fn say(store: &dyn Storage, session: &str, id: &str, second: i64, content: &str) {
    let message = Message {
        content: content.into(),
        ..message(session, id, second)
    };
    write(store, session, move |draft| {
        draft.session_mut().last_activity = at(second);
        draft.append(message);
    })
    .await;
}

fn search(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.into(),
        limit: 10,
        ..SearchQuery::default()
    }
}

/// The ids of the messages that are found, newest first.
async fn found(store: &dyn Storage, query: SearchQuery) -> Vec<String> {
    let page = store.search(query).await.unwrap();
    assert_eq!(page.next, None);
    page.messages
        .iter()
        .map(|stored| stored.message.id.to_string())
        .collect()
}

/// The ids of the sessions that are listed with this text, newest activity first.
async fn listed(store: &dyn Storage, filter: SessionFilter) -> Vec<String> {
    let page = store.sessions(filter).await.unwrap();
    page.sessions.iter().map(|record| record.id.to_string()).collect()
}

fn with_text(text: &str) -> SessionFilter {
    SessionFilter {
        text: Some(text.into()),
        ..SessionFilter::default()
    }
}

/// Words are found by their beginnings, in any order, case and accent, in all scripts; all have to be there.
pub async fn messages_are_found_by_their_words(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    for (second, (id, content)) in [
        ("fr", "Où est ma COMMANDE n° 4711-B ?"),
        ("ru", "Ещё не пришёл мой заказ"),
        ("ja", "私の注文はどこですか"),
        ("zh", "订单还没有到"),
        ("en", "Where is my order 4711?"),
    ]
    .into_iter()
    .enumerate()
    {
        say(store, "s", id, 2 + second as i64, content).await;
    }
    for (text, expected) in [
        ("commande", &["fr"][..]),
        ("ou COMM", &["fr"]),
        ("4711", &["en", "fr"]),
        ("order where", &["en"]),
        ("order commande", &[]),
        ("rder", &[]),
        ("еще заказ", &["ru"]),
        ("注文", &["ja"]),
        ("私", &["ja"]),
        ("订单", &["zh"]),
        ("没有到", &["zh"]),
        ("单订", &[]),
    ] {
        assert_eq!(found(store, search(text)).await, expected, "{text}");
    }
}

/// A query may have many words, of long texts too.
pub async fn a_query_may_be_as_long_as_a_message(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    let characters: String = ('\u{4E00}'..).take(2_000).collect();
    let words: Vec<_> = (0..600).map(|number| format!("word{number}")).collect();
    let words = words.join(" ");
    let endless = "x".repeat(4_000);
    for (second, (id, content)) in [("c", &characters), ("w", &words), ("x", &endless)]
        .into_iter()
        .enumerate()
    {
        say(store, "s", id, 2 + second as i64, content).await;
        assert_eq!(found(store, search(content)).await, [id]);
    }
}

/// Whatever is special to a database is harmless text in a query.
pub async fn a_query_has_no_syntax(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    say(
        store,
        "s",
        "m",
        2,
        "one NOT two' OR \"three\" & four: five* (six) NEAR seven",
    )
    .await;
    for text in [
        "one'",
        "\"one",
        "one*",
        "(one",
        "one)",
        "one & two",
        "one:two",
        "one:*",
        "!one",
        "one <-> two",
        "NOT",
        "one AND two'; DROP TABLE messages; --",
        "one\\",
        "^one",
        "{one} : two",
        "one\u{0}two",
        "NEAR(one two)",
    ] {
        let expected: &[&str] = if text.contains("DROP") || text.contains("AND") {
            &[]
        } else {
            &["m"]
        };
        assert_eq!(found(store, search(text)).await, expected, "{text}");
    }
    for text in ["", " ", "'", "\"\"", "*", ":*", "()", "\u{0}", "%", "_"] {
        assert_eq!(found(store, search(text)).await, [""; 0], "{text:?}");
        assert_eq!(listed(store, with_text(text)).await, [""; 0], "{text:?}");
    }
}

/// What a message says now is found; what it said before, or before it was deleted, is not.
pub async fn edits_and_deletions_change_what_is_found(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    for id in ["a", "b"] {
        say(store, "s", id, 2, "first text").await;
    }
    assert_eq!(found(store, search("first")).await, ["b", "a"]);
    change(store, "s", "a", |message| message.content = "second text".into()).await;
    assert_eq!(found(store, search("first")).await, ["b"]);
    assert_eq!(found(store, search("second")).await, ["a"]);
    change(store, "s", "b", |message| message.deleted_at = Some(at(3))).await;
    assert_eq!(found(store, search("first")).await, [""; 0]);
    assert_eq!(found(store, search("text")).await, ["a"]);
    assert_eq!(listed(store, with_text("first")).await, [""; 0]);
    assert_eq!(listed(store, with_text("second")).await, ["s"]);
}

/// Pages of what is found are complete, newest first, whether it was written just now or long ago.
pub async fn what_is_found_pages_from_the_newest(store: &dyn Storage) {
    const MESSAGES: usize = 1_500;
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    let writes = (0..MESSAGES).map(|number| {
        let session = if number % 7 == 0 { "t" } else { "s" };
        let word = if number % 2 == 0 { "even" } else { "odd" };
        let message = Message {
            content: format!("{word} number{number}"),
            ..message(session, &format!("m{number:03}"), 2)
        };
        store.write(write_to(Target::Existing(session.into()), |draft| {
            draft.append(message);
            Ok(())
        }))
    });
    for written in futures_util::future::join_all(writes).await {
        written.unwrap();
    }
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let query = SearchQuery {
            before,
            limit: 90,
            ..search("even")
        };
        let page = store.search(query).await.unwrap();
        assert!(page.messages.len() == 90 || page.next.is_none());
        all.extend(page.messages.iter().map(|stored| stored.message.id.to_string()));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let expected = (0..MESSAGES).rev().filter(|number| number % 2 == 0);
    let expected: Vec<_> = expected.map(|number| format!("m{number:03}")).collect();
    assert_eq!(all, expected);
    let of_t = SearchQuery {
        session: Some("t".into()),
        limit: MESSAGES,
        ..search("odd")
    };
    assert_eq!(found(store, of_t).await.len(), 107);
    let of_nobody = SearchQuery {
        session: Some("nobody".into()),
        ..search("odd")
    };
    assert_eq!(found(store, of_nobody).await, [""; 0]);
    let beginning = SearchQuery {
        limit: MESSAGES,
        ..search("number3")
    };
    assert_eq!(found(store, beginning).await.len(), 1 + 10 + 100);
    assert_eq!(found(store, search("number350")).await, ["m350"]);

    // What was written long ago is kept true too.
    change(store, "t", "m000", |message| {
        message.content = "another text".into()
    })
    .await;
    change(store, "s", "m002", |message| message.deleted_at = Some(at(3))).await;
    assert_eq!(found(store, search("another")).await, ["m000"]);
    assert_eq!(found(store, search("number0")).await, [""; 0]);
    let beginning = SearchQuery {
        limit: MESSAGES,
        ..search("number2")
    };
    let rest = found(store, beginning).await;
    assert!(rest.len() == 110 && !rest.contains(&"m002".to_owned()));
    write(store, "s", |draft| {
        draft.profile_mut().email = Some("ada@example.com".into())
    })
    .await;
    assert_eq!(listed(store, with_text("ada@ex")).await, ["s"]);
    write(store, "s", |draft| draft.profile_mut().email = None).await;
    assert_eq!(listed(store, with_text("ada@ex")).await, [""; 0]);
    write(store, "t", Draft::erase).await;
    assert_eq!(found(store, search("another")).await, [""; 0]);
    assert_eq!(listed(store, with_text("odd")).await, ["s"]);
    assert_eq!(listed(store, with_text("w")).await, [""; 0]);
}

/// Sessions are found by their visitor and by any message, and other filters and pages hold.
pub async fn sessions_are_found_by_their_visitor_and_their_messages(store: &dyn Storage) {
    for (second, name) in ["ada", "bob", "cleo", "dan"].into_iter().enumerate() {
        open(store, None, name, &format!("visitor-{name}"), 1 + second as i64).await;
    }
    write(store, "ada", |draft| {
        let profile = draft.profile_mut();
        profile.email = Some("Ada.Lovelace@example.com".into());
        profile.phone = Some("+4930123456".into());
    })
    .await;
    say(store, "ada", "m1", 10, "a lamp, please").await;
    say(store, "ada", "m2", 11, "thanks").await;
    say(store, "bob", "m3", 12, "two lamps").await;
    say(store, "cleo", "m4", 13, "a table").await;
    let note = Message {
        private: true,
        content: "wants a lamp too".into(),
        ..message("dan", "m5", 14)
    };
    write(store, "dan", move |draft| draft.append(note)).await;
    for (text, expected) in [
        ("lovelace", &["ada"][..]),
        ("ada.lovelace@example.com", &["ada"]),
        ("+4930", &["ada"]),
        ("visitor-cleo", &["cleo"]),
        ("VISITOR", &["cleo", "bob", "ada", "dan"]),
        ("lamp", &["bob", "ada", "dan"]),
        ("thanks lamp", &[]),
    ] {
        assert_eq!(listed(store, with_text(text)).await, expected, "{text}");
    }
    write(store, "bob", |draft| {
        draft.session_mut().state = SessionState::Resolved
    })
    .await;
    let open_ones = SessionFilter {
        state: Some(SessionState::Open),
        ..with_text("lamp")
    };
    assert_eq!(listed(store, open_ones).await, ["ada", "dan"]);
    let first = SessionFilter {
        limit: Some(2),
        ..with_text("lamp")
    };
    let page = store.sessions(first.clone()).await.unwrap();
    assert_eq!(page.sessions.len(), 2);
    let second = SessionFilter {
        before: page.next,
        ..first
    };
    let page = store.sessions(second).await.unwrap();
    assert_eq!((page.sessions[0].id.as_str(), page.next), ("dan", None));
    write(store, "ada", |draft| draft.profile_mut().email = None).await;
    assert_eq!(listed(store, with_text("lovelace")).await, [""; 0]);
}
