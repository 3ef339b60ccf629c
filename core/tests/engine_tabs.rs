//! Pages of one browser: who leads, what the others leave to the leader, and what a robbed leader must not do.
#![allow(clippy::unwrap_used)]

use pocketping_core::engine::*;
use pocketping_core::{Object, Timestamp, Value, Wire};

/// A page without a browser: what it wants done is looked at.
struct Page {
    engine: Conversation,
    now: u64,
    draws: u8,
}

impl Page {
    fn new(name: &str) -> Self {
        let mut options = EngineOptions::default();
        options.tab = name.to_owned();
        (options.streams, options.visible, options.online) = (true, true, true);
        Page {
            engine: Conversation::new(options),
            now: 0,
            draws: name.bytes().fold(0, u8::wrapping_add),
        }
    }

    fn effects(&mut self) -> Vec<Effect> {
        let outputs = std::iter::from_fn(|| self.engine.poll_output());
        let effects = outputs.filter_map(|output| match output {
            Output::Effect(effect) => Some(effect),
            Output::Change(_) => None,
        });
        effects.collect()
    }

    fn input(&mut self, input: Input) -> Vec<Effect> {
        self.draws = self.draws.wrapping_add(1);
        let now = Moment {
            wall: Timestamp::from_millis(1_790_000_000_000 + self.now as i64),
            mono: self.now,
        };
        self.engine.handle(input, now, [self.draws; 16]);
        self.effects()
    }

    fn tab(&mut self, event: TabEvent) -> Vec<Effect> {
        self.input(Input::Tab(event))
    }

    fn say(&mut self, text: &str) -> Vec<Effect> {
        self.input(Input::Command(Command::Send {
            content: text.to_owned(),
            reply_to: None,
            attachment_ids: Vec::new(),
            uploads: Vec::new(),
        }))
    }

    /// Makes it the leader, with this claim of the database.
    fn lead(&mut self, epoch: u64) -> Vec<Effect> {
        let elected = self.tab(TabEvent::Elected {
            journals: Vec::new(),
            visitor_id: None,
            session_id: None,
        });
        assert!(elected.contains(&Effect::Restore { claim: true }));
        self.input(Input::Restored(Restored {
            claimed: true,
            epoch,
            ..Restored::default()
        }))
    }

    /// Answers what is written.
    fn written(&mut self, effects: &[Effect], outcome: Result<(), PersistFailure>) -> Vec<Effect> {
        let ids = effects.iter().filter_map(|effect| match effect {
            Effect::Persist { id, .. } => Some(*id),
            _ => None,
        });
        let ids: Vec<PersistId> = ids.collect();
        ids.into_iter()
            .flat_map(|id| self.input(Input::Persisted { id, outcome }))
            .collect()
    }

    /// Lets time pass until the page asks to lead by force, or not.
    fn steals_after(&mut self, within: u64) -> Option<u64> {
        let begin = self.now;
        while let Some(at) = self.engine.poll_timeout().filter(|at| *at <= begin + within) {
            self.now = at;
            if self.input(Input::Tick).contains(&Effect::Elect { steal: true }) {
                return Some(self.now - begin);
            }
        }
        None
    }

    fn texts(&self) -> Vec<&str> {
        let entries = self.engine.entries().iter();
        entries.map(|entry| entry.message.content.as_str()).collect()
    }
}

/// What is said to the other pages.
fn said(effects: &[Effect]) -> Vec<Value> {
    let said = effects.iter().filter_map(|effect| match effect {
        Effect::Broadcast(value) => Some(value.clone()),
        _ => None,
    });
    said.collect()
}

/// Passes on what one page says to another; what that does.
fn hear(page: &mut Page, effects: &[Effect]) -> Vec<Effect> {
    let said = said(effects).into_iter();
    said.flat_map(|value| page.tab(TabEvent::Said(value))).collect()
}

/// Whose journals are removed.
fn forgotten(effects: &[Effect]) -> Vec<&str> {
    let forgotten = effects.iter().filter_map(|effect| match effect {
        Effect::ForgetJournal { of, .. } => Some(of.as_str()),
        _ => None,
    });
    forgotten.collect()
}

/// A leader and a page that follows it, which know of each other.
fn pair() -> (Page, Page) {
    let (mut leader, mut follower) = (Page::new("a"), Page::new("b"));
    leader.lead(1);
    let hello = follower.tab(TabEvent::Following);
    let whole = hear(&mut leader, &hello);
    hear(&mut follower, &whole);
    (leader, follower)
}

fn requests(effects: &[Effect]) -> usize {
    let is_request = |effect: &&Effect| matches!(effect, Effect::Request { .. });
    effects.iter().filter(is_request).count()
}

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
