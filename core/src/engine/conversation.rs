//! [`Conversation`]: the parts, and the turn of one input.

use super::backoff::earliest;
use super::connect::Link;
use super::dice::Dice;
use super::heartbeat::Heartbeat;
use super::history::History;
use super::ladder::Ladder;
use super::outbox::Outbox;
use super::outputs::{Outputs, Purpose};
use super::planted::Planted;
use super::reader::Reader;
use super::receipts::Receipts;
use super::screenshots::Screenshots;
use super::session::Session;
use super::storage::Storage;
use super::surroundings::Page;
use super::tabs::Tabs;
use super::timeline::Timeline;
use super::tracked::Tracked;
use super::typing::Typing;
use super::{
    Change, Connection, Effect, EngineOptions, Entropy, Entry, EntryKey, HttpAnswer, Input, Moment,
    NetworkFailure, Output, RequestId,
};
use crate::model::Identity;
use crate::{MessageId, SessionId, Timestamp, Value, VisitorId, Wire};

/// One visitor's conversation.
///
/// **Mutate once, drain all outputs, then mutate again**: after each [`Conversation::handle`] take
/// [`Conversation::poll_output`] until it is `None`, then ask [`Conversation::poll_timeout`] when to come
/// back. Each part below has a file of its own, with the rules that it follows.
pub struct Conversation {
    /// The moment and the random bytes of the input that is being handled.
    pub(super) now: Moment,
    pub(super) dice: Dice,
    /// What goes out.
    pub(super) out: Outputs,
    /// What was last told of the state.
    told: State,
    pub(super) page: Page,
    /// The other pages of the browser.
    pub(super) tabs: Tabs,
    pub(super) session: Session,
    /// Getting a session.
    pub(super) link: Link,
    /// Receiving.
    pub(super) ladder: Ladder,
    pub(super) heartbeat: Heartbeat,
    pub(super) reader: Reader,
    /// Sending.
    pub(super) outbox: Outbox,
    pub(super) receipts: Receipts,
    pub(super) typing: Typing,
    /// Showing.
    pub(super) timeline: Timeline,
    /// Messages that have come in and have not been told of.
    pub(super) arrivals: Vec<MessageId>,
    /// Whether the server has told of the conversation before.
    pub(super) seen_snapshot: bool,
    /// What the page is asked to do.
    pub(super) tracked: Tracked,
    pub(super) screenshots: Screenshots,
    /// Keeping.
    pub(super) storage: Storage,
    pub(super) history: History,
    /// Bugs on purpose; none in what is shipped.
    pub(super) planted: Planted,
}

/// State that is told as a whole when it has changed.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct State {
    connection: Connection,
    unread: usize,
    online: bool,
    typing: bool,
    has_more: bool,
}

impl Conversation {
    /// A conversation that has not begun: nothing is sent before [`Input::Restored`]. What the journal
    /// held is in [`Conversation::entries`] already.
    pub fn new(mut options: EngineOptions) -> Self {
        let page = Page::new(&mut options);
        let identity = options
            .identity
            .as_ref()
            .and_then(|identity| Identity::read(identity).ok());
        let mut conversation = Conversation {
            now: Moment {
                wall: Timestamp::default(),
                mono: 0,
            },
            dice: Dice::new([0; 16]),
            out: Outputs::default(),
            told: State::default(),
            page,
            tabs: Tabs::new(std::mem::take(&mut options.tab)),
            session: Session::known(options.session_id, options.visitor_id, identity),
            link: Link::default(),
            ladder: Ladder::default(),
            heartbeat: Heartbeat::default(),
            reader: Reader::default(),
            outbox: Outbox::default(),
            receipts: Receipts::default(),
            typing: Typing::default(),
            timeline: Timeline::default(),
            arrivals: Vec::new(),
            seen_snapshot: false,
            tracked: Tracked::default(),
            screenshots: Screenshots::default(),
            storage: Storage::default(),
            history: History::default(),
            planted: Planted::default(),
        };
        conversation.link.offline = !options.online;
        conversation.session.identity_forgotten = options.identity == Some(Value::Null);
        conversation.outbox.go_on_after(options.last_seq);
        if !conversation.tabs.leads() {
            conversation.out.effect(Effect::Elect { steal: false });
        } else if let Some(journal) = &options.journal {
            conversation.read_journal(journal);
        }
        conversation
    }

    /// Takes one input. `entropy` must be fresh: ids are made of it.
    pub fn handle(&mut self, input: Input, now: Moment, entropy: Entropy) {
        let has_stood_still = self.has_stood_still(now.mono);
        let silent_for = now.mono.saturating_sub(self.now.mono);
        self.now = Moment {
            // A clock that goes back would undo deadlines.
            mono: now.mono.max(self.now.mono),
            ..now
        };
        self.dice = Dice::new(entropy);
        if matches!(input, Input::Restored(_) | Input::Tick) {
            // These inputs make no ids that others see.
            self.session.prepare_visitor(&mut self.dice);
        }
        self.doubt_lead(has_stood_still, silent_for);
        self.planted_before_input(&input);
        if !matches!(input, Input::JournalRefused) {
            self.visitor_kept();
        }
        match input {
            Input::Command(command) => self.command(command),
            Input::Restored(restored) => self.restore(restored),
            Input::Response { id, outcome } => self.answered(id, outcome),
            Input::Stream { id, event } => self.stream_event(id, event),
            Input::Persisted { id, outcome } => self.persisted(id, outcome),
            Input::Surroundings(change) => self.surroundings(change),
            Input::JournalRefused => self.journal_refused(),
            Input::Tab(event) => self.tab_event(event),
            Input::Tick => self.give_up_database(),
        }
        self.run_link();
        self.run_streams();
        self.run_typing();
        self.run_receipts();
        self.run_outbox();
        self.run_reader();
        self.run_revisions();
        self.write_out();
        self.tell();
        self.run_tabs();
    }

    /// The next thing to do or to tell; `None` when all is told.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.out.poll()
    }

    /// When to give [`Input::Tick`] at the latest, on the clock of [`Moment::mono`]; `None` for never.
    pub fn poll_timeout(&self) -> Option<u64> {
        earliest(&[
            self.link_deadline(),
            self.streams_deadline(),
            self.typing.deadline(),
            self.receipts.deadline(),
            self.outbox_deadline(),
            self.reader_deadline(),
            self.tabs_deadline(),
        ])
    }

    fn answered(&mut self, id: RequestId, outcome: Result<HttpAnswer, NetworkFailure>) {
        let Some(purpose) = self.out.answered(id) else {
            return;
        };
        if purpose == Purpose::Screenshots {
            return self.screenshots_answered(outcome);
        }
        match &outcome {
            // It is there, and has no capacity.
            Ok(answer) if matches!(answer.status, 502..=504) => {
                self.link.trouble = true;
                self.link.unreachable = false;
            }
            Ok(answer) => {
                if let Some(version) = &answer.version {
                    self.version_headers(version);
                }
                self.server_is_there();
            }
            // Of the browser's making: says nothing of the network.
            Err(NetworkFailure::FileGone) => {}
            // Bytes of files may go somewhere else.
            Err(_) if purpose == Purpose::Deliver && self.puts_bytes() => {}
            Err(_) => (self.link.trouble, self.link.unreachable) = (true, true),
        }
        match purpose {
            Purpose::Connect => self.connect_answered(outcome),
            Purpose::Deliver => self.delivered(outcome),
            Purpose::Read => self.page_answered(outcome),
            Purpose::ReadOlder => self.older_answered(outcome),
            Purpose::Visibility => {
                let status = outcome.map_or(0, |answer| answer.status);
                self.session.no_visibility_route |= matches!(status, 404 | 405);
            }
            // Typing and page views that are late are of no use.
            Purpose::Passing | Purpose::Screenshots => {}
        }
    }

    /// Tells what of the state has changed.
    fn tell(&mut self) {
        let now = State {
            connection: self.connection_now(),
            unread: self.unread(),
            online: self.operator_online(),
            typing: self.operator_typing(),
            has_more: self.has_more(),
        };
        let told = std::mem::replace(&mut self.told, now);
        if told.connection != now.connection {
            self.out.change(Change::Connection(now.connection));
        }
        if told.unread != now.unread {
            self.out.change(Change::Unread(now.unread));
        }
        if told.online != now.online {
            self.out.change(Change::Presence(now.online));
        }
        if told.typing != now.typing {
            self.out.change(Change::Typing(now.typing));
        }
        if told.has_more != now.has_more {
            self.out.change(Change::HasMore(now.has_more));
        }
    }

    /// All entries in the order in which they are shown.
    pub fn entries(&self) -> &[Entry] {
        self.timeline.entries()
    }

    /// The entry of this name.
    pub fn entry(&self, key: &EntryKey) -> Option<&Entry> {
        self.timeline.get(&key.0)
    }

    /// How many messages of the other side have not been seen; none while the window is open.
    pub fn unread(&self) -> usize {
        if self.page.open { 0 } else { self.timeline.unread() }
    }

    /// How many things the server has not acknowledged: messages, events, identities, receipts. Those that
    /// it has refused for good do not count.
    pub fn unsent(&self) -> usize {
        let waiting = self.outbox.iter().filter(|queued| self.is_waiting(&queued.item));
        waiting.count()
    }

    /// Whether somebody is there to answer.
    pub fn operator_online(&self) -> bool {
        self.session.operator_online
    }

    /// Whether the other side is typing.
    pub fn operator_typing(&self) -> bool {
        if !self.tabs.leads() {
            return self.tabs.leader_state().typing;
        }
        self.typing.other_is_typing()
    }

    /// How the conversation is connected.
    pub fn connection(&self) -> Connection {
        self.told.connection
    }

    /// Whether there is a session and something is receiving.
    pub fn is_connected(&self) -> bool {
        self.connection() == Connection::Live
    }

    /// Whether the window is open.
    pub fn is_open(&self) -> bool {
        self.page.open
    }

    /// The session, once there is one.
    pub fn session_id(&self) -> Option<&SessionId> {
        self.session.id.as_ref()
    }

    /// The visitor, once one was needed.
    pub fn visitor_id(&self) -> Option<&VisitorId> {
        self.session.visitor_id.as_ref()
    }

    /// Who the visitor is, as far as the page has said.
    pub fn identity(&self) -> Option<&Identity> {
        self.session.identity.as_ref()
    }

    /// What to show while there are no messages.
    pub fn welcome_message(&self) -> Option<&str> {
        self.session.welcome_message.as_deref()
    }

    /// Whether the server has older messages than those of [`Self::entries`].
    pub fn has_more(&self) -> bool {
        self.session.has_more
    }
}
