//! [`Plan`]: from a seed to what everybody does and what goes wrong when.
//!
//! Each kind of fault is in some seeds and not in others, and mild or severe: faults that always come together
//! hide each other.

use crate::chance::Chance;
use crate::network::{Way, Weather};

/// Fewest messages of all senders together.
pub const FEWEST_SENDS: u64 = 50;

/// What somebody does, or what happens to them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    /// The visitor sends a text.
    Send(String),
    /// The visitor picks a file, and sends a text with it after so long.
    Attach(String, u64),
    /// The visitor sends a text with a file that was picked on this page, when that was.
    SendWith(String, String, u64),
    /// The visitor tries a message with a file again.
    Retry(String),
    /// The visitor removes a message whose file is gone.
    Remove(String),
    /// The visitor gives one of the own messages another text.
    Edit(String),
    /// The visitor deletes one of the own messages.
    Delete,
    /// The visitor rates the conversation.
    Rate,
    /// The page reports a custom event.
    Trigger,
    /// The chat window is opened or closed.
    Window(bool),
    /// The visitor types.
    Type,
    /// The page says who the visitor is.
    Identify(String),
    /// The page ends the connection; the next message, or its wish, brings it back.
    Disconnect,
    /// The page forgets the visitor and begins anew.
    Reset,
    /// The page goes out of view for so long.
    Hide(u64),
    /// The page is in view again.
    Show,
    /// The browser says that it is offline for so long.
    Offline(u64),
    /// And online again.
    Online,
    /// The page is opened, if none is.
    Open,
    /// The page wants a connection.
    Connect,
    /// The page is reloaded.
    Reload,
    /// The page dies and stays away for so long.
    Crash(u64),
    /// The browser's clock is off by so much from now on.
    Clock(i64),
    /// Nothing gets through this way for so long.
    Cut(Way, u64),
    /// Nothing gets through at all for so long.
    CutBothWays(u64),
    /// Streams cannot be opened for so long.
    BlockStreams(u64),
    /// The database is full for so long.
    DatabaseFull(u64),
    /// localStorage is full for so long.
    LocalStorageFull(u64),
    /// The database answers nothing for so long.
    DatabaseHangs(u64),
    /// A page stands still for so long.
    Freeze(u64),
    /// All pages do.
    FreezeAll(u64),
    /// The operator does something in this client's session.
    Operator(Task),
}

/// What an operator does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Task {
    /// Sends a text.
    Say(String),
    /// Gives one of the operator's messages another text.
    Edit(String),
    /// Deletes one of the operator's messages.
    Delete,
    /// Reads what the visitor has sent.
    Read,
}

/// What happens to the server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mishap {
    Crash,
    /// It dies, and its data with it.
    Forget,
    Start,
    StoreFails(bool),
    Clock(i64),
}

/// One client.
#[derive(Clone, Debug)]
pub(crate) struct ClientPlan {
    /// The visitor that it has been before.
    pub(crate) visitor: Option<String>,
    pub(crate) weather: Weather,
    /// How many tabs it has at most.
    pub(crate) tabs: usize,
    /// Its page does not know of others: it is no browser's.
    pub(crate) is_alone: bool,
    /// It has no locks, and uses a lease.
    pub(crate) has_lease: bool,
    /// Chances of 1,000,000 that it dies in the middle of doing what an input led to.
    pub(crate) dies_within_a_step: u64,
}

/// What everybody does, and what goes wrong.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) foreign: bool,
    pub(crate) clients: Vec<ClientPlan>,
    /// When, to which client, what.
    pub(crate) acts: Vec<(u64, usize, Act)>,
    pub(crate) mishaps: Vec<(u64, Mishap)>,
    pub(crate) operator_weather: Weather,
    /// From when on everything works.
    pub(crate) until: u64,
}

/// Which kinds of fault a seed has.
struct Menu {
    chance: Chance,
    until: u64,
}

impl Menu {
    /// Whether this kind is in.
    fn has(&mut self) -> bool {
        self.chance.permille(450)
    }

    /// Up to so many moments.
    fn moments(&mut self, most: u64) -> Vec<u64> {
        if !self.has() {
            return Vec::new();
        }
        let count = self.chance.of(1..=most);
        (0..count).map(|_| self.chance.of(0..=self.until)).collect()
    }

    fn weather(&mut self, foreign: bool) -> Weather {
        let mut level = |levels: &[u64]| match self.chance.permille(500) {
            true => self.chance.pick(levels).copied().unwrap_or(0),
            false => 0,
        };
        Weather {
            loss: level(&[20, 100, 400]),
            delay: level(&[20, 150]),
            // Nobody could tell a message that came twice there from two of the same text.
            duplication: if foreign { 0 } else { level(&[30, 200]) },
            breaks: level(&[10, 80]),
            deafness: level(&[5, 40]),
        }
    }
}

impl Plan {
    /// The plan of a seed.
    pub(crate) fn of(chance: &mut Chance) -> Self {
        let until = *chance
            .pick(&[20_000, 60_000, 300_000, 900_000])
            .unwrap_or(&60_000);
        let mut menu = Menu {
            chance: chance.fork(),
            until,
        };
        let foreign = menu.chance.permille(300);
        let mut plan = Plan {
            foreign,
            clients: Vec::new(),
            acts: Vec::new(),
            mishaps: Vec::new(),
            operator_weather: menu.weather(foreign),
            until,
        };
        let count = menu.chance.of(2..=5);
        let two_devices = !foreign && menu.has();
        for client in 0..count {
            let shared = two_devices && client < 2;
            let tabs = match menu.has() {
                true => usize::try_from(menu.chance.of(2..=5)).unwrap_or(2),
                false => 1,
            };
            plan.clients.push(ClientPlan {
                tabs,
                is_alone: tabs == 1 && menu.chance.permille(200),
                has_lease: menu.chance.permille(250),
                visitor: shared.then(|| "the-visitor-with-two-devices".to_owned()),
                weather: menu.weather(foreign),
                dies_within_a_step: if menu.has() {
                    menu.chance.of(500..=8_000)
                } else {
                    0
                },
            });
        }
        plan.talk(&mut menu);
        for client in 0..plan.clients.len() {
            plan.live(&mut menu, client);
            plan.suffer(&mut menu, client);
        }
        plan.shake(&mut menu);
        plan
    }

    fn act(&mut self, at: u64, client: usize, act: Act) {
        self.acts.push((at, client, act));
    }

    /// Who says what when, in bursts.
    fn talk(&mut self, menu: &mut Menu) {
        let sends = menu.chance.of(FEWEST_SENDS..=130);
        let (mut at, mut client) = (0, 0);
        let has_files = !self.foreign && menu.has();
        for number in 0..sends {
            if !menu.chance.permille(600) {
                at = menu.chance.of(0..=self.until);
                client = usize::try_from(menu.chance.of(0..=self.clients.len() as u64 - 1)).unwrap_or(0);
            } else {
                at += menu.chance.of(0..=1_500);
            }
            if menu.chance.permille(600) {
                let text = match menu.chance.permille(100) {
                    true => format!("visitor {client} says the same again"),
                    false => format!("visitor {client} says {number}"),
                };
                let act = match has_files && menu.chance.permille(200) {
                    true if menu.chance.permille(500) => Act::Attach(text, 0),
                    true => Act::Attach(text, menu.chance.of(1..=15_000)),
                    false => Act::Send(text),
                };
                self.act(at, client, act);
            } else {
                let text = format!("operator to {client}: {number}");
                self.act(at, client, Act::Operator(Task::Say(text)));
            }
        }
    }

    /// What else people do.
    fn live(&mut self, menu: &mut Menu, client: usize) {
        for _ in 0..self.clients[client].tabs {
            let opens_at = menu.chance.of(0..=self.until / 4);
            self.act(opens_at, client, Act::Open);
        }
        for at in menu.moments(6) {
            let open = menu.chance.permille(600);
            self.act(at, client, Act::Window(open));
        }
        for at in menu.moments(6) {
            self.act(at, client, Act::Type);
        }
        for at in menu.moments(5) {
            self.act(at, client, Act::Trigger);
        }
        for at in menu.moments(4) {
            self.act(at, client, Act::Operator(Task::Read));
        }
        for at in menu.moments(3) {
            self.act(at, client, Act::Identify(format!("user {client} of {at}")));
        }
        for at in menu.moments(2) {
            self.act(at, client, Act::Disconnect);
        }
        if menu.chance.permille(80) {
            let at = menu.chance.of(0..=self.until);
            self.act(at, client, Act::Reset);
        }
        if self.foreign {
            // Those servers tell of edits over open sockets only; lists of theirs that are read on do not show them.
            return;
        }
        for at in menu.moments(6) {
            let act = match menu.chance.permille(600) {
                true => Act::Edit(format!("the visitor's edit at {at}")),
                false => Act::Delete,
            };
            self.act(at, client, act);
        }
        for at in menu.moments(2) {
            self.act(at, client, Act::Rate);
        }
        for at in menu.moments(5) {
            let task = match menu.chance.permille(600) {
                true => Task::Edit(format!("edited at {at}")),
                false => Task::Delete,
            };
            self.act(at, client, Act::Operator(task));
        }
    }

    /// What goes wrong at one client.
    fn suffer(&mut self, menu: &mut Menu, client: usize) {
        for at in menu.moments(4) {
            let away = menu.chance.of(10..=20_000);
            self.act(at, client, Act::Crash(away));
        }
        for at in menu.moments(4) {
            self.act(at, client, Act::Reload);
        }
        for at in menu.moments(3) {
            let way = match menu.chance.permille(500) {
                true => Way::ToServer,
                false => Way::ToClient,
            };
            let long = menu.chance.of(500..=60_000);
            self.act(at, client, Act::Cut(way, long));
        }
        for at in menu.moments(2) {
            let long = menu.chance.of(500..=60_000);
            self.act(at, client, Act::CutBothWays(long));
            if menu.chance.permille(500) {
                self.act(at, client, Act::Offline(long));
            }
        }
        for at in menu.moments(2) {
            let long = menu.chance.of(5_000..=120_000);
            self.act(at, client, Act::BlockStreams(long));
        }
        for at in menu.moments(3) {
            let long = menu.chance.of(500..=60_000);
            self.act(at, client, Act::Hide(long));
        }
        for at in menu.moments(2) {
            let long = menu.chance.of(500..=60_000);
            let act = match menu.chance.permille(200) {
                true => Act::FreezeAll(long),
                false => Act::Freeze(long),
            };
            self.act(at, client, act);
        }
        for at in menu.moments(3) {
            let minutes = i64::try_from(menu.chance.of(0..=600)).unwrap_or(0) - 300;
            self.act(at, client, Act::Clock(minutes * 60_000));
        }
        for at in menu.moments(2) {
            let long = menu.chance.of(1_000..=60_000);
            self.act(at, client, Act::DatabaseFull(long));
        }
        for at in menu.moments(2) {
            let long = menu.chance.of(500..=20_000);
            self.act(at, client, Act::DatabaseHangs(long));
        }
        // A try that cannot be noted can be doubled by a foreign server: there is no way around that.
        if !self.foreign {
            for at in menu.moments(2) {
                let long = menu.chance.of(1_000..=60_000);
                self.act(at, client, Act::LocalStorageFull(long));
            }
        }
    }

    /// What goes wrong at the server.
    fn shake(&mut self, menu: &mut Menu) {
        for at in menu.moments(3) {
            let down = menu.chance.of(0..=15_000);
            self.mishaps.push((at, Mishap::Crash));
            self.mishaps.push((at + down, Mishap::Start));
        }
        if menu.chance.permille(60) {
            let at = menu.chance.of(0..=self.until);
            self.mishaps.push((at, Mishap::Forget));
            self.mishaps.push((at + menu.chance.of(0..=5_000), Mishap::Start));
        }
        for at in menu.moments(2) {
            let long = menu.chance.of(200..=20_000);
            self.mishaps.push((at, Mishap::StoreFails(true)));
            self.mishaps.push((at + long, Mishap::StoreFails(false)));
        }
        if !self.foreign {
            for at in menu.moments(2) {
                let minutes = i64::try_from(menu.chance.of(0..=120)).unwrap_or(0) - 60;
                self.mishaps.push((at, Mishap::Clock(minutes * 60_000)));
            }
        }
    }
}
