//! Pages of one browser: who leads, what the others leave to the leader, and what a robbed leader must not do.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, forgotten, hear, pair, requests, said};
use pocketping_core::engine::*;
use pocketping_core::{Object, Value, Wire};

#[test]
fn a_page_asks_for_the_lead_before_anything_else() {
    let mut page = Page::new("a");
    assert_eq!(page.effects(), [Effect::Elect { steal: false }]);
    let connect = page.input(Input::Command(Command::Connect));
    assert_eq!(requests(&connect), 0, "nobody leads yet");
    let restored = page.lead(1);
    assert_eq!(requests(&restored), 1, "the leader connects");
}

#[test]
fn a_follower_connects_to_nothing_and_writes_no_database() {
    let (_, mut follower) = pair();
    let mut effects = follower.input(Input::Command(Command::Connect));
    effects.extend(follower.say("hello"));
    assert_eq!(requests(&effects), 0);
    let writes = |effect: &&Effect| matches!(effect, Effect::Persist { .. } | Effect::OpenStream { .. });
    assert_eq!(effects.iter().find(writes), None);
    assert_eq!(follower.texts(), ["hello"], "it shows at once");
}

#[test]
fn a_followers_message_is_in_its_journal_before_it_is_handed_over() {
    let (_, mut follower) = pair();
    let effects = follower.say("hello");
    let journal = |effect: &Effect| {
        matches!(
            effect,
            Effect::WriteLocal {
                key: LocalKey::Outbox,
                value: Some(_)
            }
        )
    };
    let at = effects.iter().position(journal).unwrap();
    let told = |effect: &Effect| matches!(effect, Effect::Broadcast(value) if value.get("items").is_some());
    assert!(at < effects.iter().position(told).unwrap());
}

#[test]
fn a_followers_message_leaves_its_journal_when_the_leaders_database_has_it() {
    let (mut leader, mut follower) = pair();
    let handed = follower.say("hello");
    let taken = hear(&mut leader, &handed);
    assert_eq!(leader.texts(), ["hello"]);
    hear(&mut follower, &taken);
    assert_eq!(
        follower.engine.unsent(),
        1,
        "a leader that dies now has written nothing"
    );
    let written = leader.written(&taken, Ok(()));
    let cleared = hear(&mut follower, &written);
    assert_eq!(follower.engine.unsent(), 0);
    assert!(cleared.contains(&Effect::WriteLocal {
        key: LocalKey::Outbox,
        value: None
    }));
    assert_eq!(follower.texts(), ["hello"], "the leader's list shows it");
}

#[test]
fn a_message_that_is_handed_over_twice_is_taken_once() {
    let (mut leader, mut follower) = pair();
    let handed = follower.say("hello");
    hear(&mut leader, &handed);
    hear(&mut leader, &handed);
    assert_eq!(leader.texts(), ["hello"]);
    assert_eq!(leader.engine.unsent(), 1);
}

#[test]
fn what_a_page_left_in_its_journal_is_the_next_leaders() {
    let (_, mut follower) = pair();
    let left = follower
        .say("left behind")
        .into_iter()
        .find_map(|effect| match effect {
            Effect::WriteLocal {
                key: LocalKey::Outbox,
                value,
            } => value,
            _ => None,
        });
    let mut next = Page::new("c");
    next.tab(TabEvent::Elected {
        journals: vec![("b".to_owned(), left.unwrap())],
        visitor_id: None,
        session_id: None,
    });
    assert_eq!(next.texts(), ["left behind"]);
    next.now += 5;
    let restored = next.input(Input::Restored(Restored {
        claimed: true,
        epoch: 2,
        ..Restored::default()
    }));
    assert!(forgotten(&restored).is_empty(), "not before it is written");
    next.now += 1;
    assert_eq!(forgotten(&next.written(&restored, Ok(()))), ["b"]);
}

#[test]
fn a_leader_that_answers_nothing_is_robbed_within_two_seconds() {
    let (_, mut follower) = pair();
    assert!(
        follower
            .steals_after(60_000)
            .is_some_and(|millis| millis <= 2_000)
    );
}

#[test]
fn a_leader_that_answers_is_not_robbed() {
    let (mut leader, mut follower) = pair();
    let mut pings = 0;
    while follower.now < 30_000 {
        follower.now = follower.engine.poll_timeout().unwrap();
        leader.now = follower.now;
        let asked = follower.input(Input::Tick);
        assert!(
            !asked.contains(&Effect::Elect { steal: true }),
            "at {}",
            follower.now
        );
        let answered = hear(&mut leader, &asked);
        pings += said(&answered).len();
        hear(&mut follower, &answered);
    }
    assert!(pings > 30);
}

#[test]
fn a_hidden_page_with_nothing_to_send_asks_nobody() {
    let (_, mut follower) = pair();
    follower.input(Input::Surroundings(Surroundings::Hidden));
    assert_eq!(follower.engine.poll_timeout(), None);
    follower.say("now it matters");
    assert!(follower.steals_after(3_000).is_some());
}

#[test]
fn a_page_that_stood_still_itself_asks_before_it_robs() {
    let (_, mut follower) = pair();
    follower.now = follower.engine.poll_timeout().unwrap();
    follower.input(Input::Tick);
    follower.now += 60_000;
    assert!(
        !follower
            .input(Input::Tick)
            .contains(&Effect::Elect { steal: true })
    );
    assert!(follower.steals_after(2_000).is_some());
}

#[test]
fn a_leader_whose_write_is_refused_steps_down() {
    let mut page = Page::new("a");
    page.lead(1);
    let sent = page.say("hello");
    let robbed = page.written(&sent, Err(PersistFailure::Fenced));
    assert!(robbed.contains(&Effect::Resign));
    assert!(
        robbed.contains(&Effect::Elect { steal: false }),
        "it waits for the lead again"
    );
    assert_eq!(page.engine.unsent(), 1, "what was not written stays");
    assert_eq!(requests(&page.input(Input::Command(Command::Connect))), 0);
}

#[test]
fn a_later_leader_makes_an_earlier_one_follow() {
    let (mut earlier, mut later) = (Page::new("a"), Page::new("b"));
    earlier.lead(1);
    let begun = later.lead(2);
    let heard = hear(&mut earlier, &begun);
    assert!(heard.contains(&Effect::Resign));
    assert!(said(&heard).iter().any(|value| value.get("hello").is_some()));
    let begun = earlier.input(Input::Tick);
    assert_eq!(hear(&mut later, &begun), [], "and not the other way round");
}

#[test]
fn a_reset_in_a_follower_is_every_pages() {
    let (mut leader, mut follower) = pair();
    let written = leader.say("to be forgotten");
    hear(&mut follower, &written);
    assert_eq!(follower.texts(), ["to be forgotten"]);
    let reset = follower.input(Input::Command(Command::Reset { new_session: true }));
    assert!(follower.texts().is_empty());
    let done = hear(&mut leader, &reset);
    assert!(leader.texts().is_empty());
    assert_eq!(leader.engine.unsent(), 0);
    hear(&mut follower, &done);
    let again = follower.say("as somebody else");
    hear(&mut leader, &again);
    assert_eq!(leader.texts(), ["as somebody else"], "what comes after it stays");
}

#[test]
fn the_window_is_open_in_all_pages_or_in_none() {
    let (mut leader, mut follower) = pair();
    let opened = follower.input(Input::Command(Command::SetOpen(true)));
    hear(&mut leader, &opened);
    assert!(leader.engine.is_open());
    let closed = leader.input(Input::Command(Command::SetOpen(false)));
    hear(&mut follower, &closed);
    assert!(!follower.engine.is_open());
}

#[test]
fn an_identity_given_in_one_page_is_known_in_the_others() {
    let (mut leader, mut follower) = pair();
    let identity = Object::new().with("id", "user-1").into();
    let identity = pocketping_core::model::Identity::read(&identity).unwrap();
    let told = follower.input(Input::Command(Command::Identify(identity.clone())));
    hear(&mut leader, &told);
    assert_eq!(leader.engine.identity(), Some(&identity));
}

#[test]
fn what_another_version_says_is_passed_over() {
    let (mut leader, _) = pair();
    for value in [
        Value::Null,
        Value::from("x"),
        Object::new().with("from", 7).into(),
    ] {
        assert_eq!(leader.tab(TabEvent::Said(value)), []);
    }
}

#[test]
fn a_leaving_page_hands_the_lead_on() {
    let (mut leader, _) = pair();
    let left = leader.input(Input::Surroundings(Surroundings::Leaving));
    assert!(left.contains(&Effect::Resign));
    assert!(said(&left).iter().any(|value| value.get("bye").is_some()));
    let back = leader.input(Input::Surroundings(Surroundings::Visible));
    assert!(back.contains(&Effect::Elect { steal: false }));
}

#[test]
fn a_connection_wanted_in_a_follower_is_made_by_the_leader() {
    let (mut leader, mut follower) = pair();
    let wish = follower.input(Input::Command(Command::Connect));
    assert_eq!(requests(&wish), 0);
    assert_eq!(requests(&hear(&mut leader, &wish)), 1);

    // A leader that comes later is told, too.
    let mut next = Page::new("c");
    let begun = next.lead(2);
    let hello = hear(&mut follower, &begun);
    assert_eq!(requests(&hear(&mut next, &hello)), 1);
}
