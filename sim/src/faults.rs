//! [`Fault`]: what goes wrong, and [`Tally`]: how often it did.

use std::fmt;

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A kind of fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault { $($(#[$doc])* $name,)* }

        impl Fault {
            /// All kinds.
            pub const ALL: &[Fault] = &[$(Fault::$name,)*];

            /// Its name in reports.
            pub fn name(self) -> &'static str {
                match self { $(Fault::$name => $text,)* }
            }
        }
    };
}

faults! {
    /// A request never reached the server.
    RequestLost = "request lost",
    /// The server did its work, and the answer never reached the client.
    ResponseLost = "response lost",
    /// So for a message that was committed.
    ResponseLostAfterCommit = "response lost after commit",
    /// Something travelled longer than a second.
    Delayed = "delayed over 1 s",
    /// Something overtook what was sent before it the same way.
    Reordered = "reordered",
    /// A request reached the server twice.
    Duplicated = "request duplicated",
    /// Nothing got from a client to the server for a while, the other way it did.
    CutToServer = "one-way partition to server",
    /// Nothing got from the server to a client for a while, the other way it did.
    CutToClient = "one-way partition to client",
    /// Neither way.
    CutBothWays = "partition both ways",
    /// A stream broke, and both ends noticed.
    StreamBroken = "stream broken",
    /// A stream went on for the client, and nothing came over it any more.
    StreamDeaf = "stream gone deaf",
    /// A client did not keep up, and the server closed its stream.
    TooSlow = "stream closed as too slow",
    /// Streams could not be opened for a while.
    StreamsBlocked = "streams blocked",
    /// The server died with everything that was not committed, and came back.
    ServerCrash = "server crash",
    /// The server came back without what it had: another machine, or storage in memory.
    ServerForgot = "server lost its data",
    /// A write that waited for its commit was lost in a crash.
    WriteLostInServerCrash = "write lost in server crash",
    /// The server's storage failed for a while.
    StoreFailing = "server storage failing",
    /// The server's clock jumped.
    ServerClockJump = "server clock jump",
    /// A place could not be replayed any more.
    Resync = "resync",
    /// A foreign server committed a message later than the settling deadline.
    LateCommit = "late commit (foreign)",
    /// A client died without a word.
    ClientCrash = "client crash",
    /// A database write was under way in a client that died.
    WriteUnderWayInClientCrash = "write under way in client crash",
    /// A page was reloaded.
    Reload = "reload",
    /// A client's database was full for a while.
    DatabaseFull = "database full",
    /// A client's localStorage was full for a while.
    LocalStorageFull = "localStorage full",
    /// A client's database answered nothing for a while.
    DatabaseHangs = "database hangs",
    /// A client's wall clock jumped.
    ClientClockJump = "client clock jump",
    /// A client stood still for a while.
    Frozen = "client frozen",
    /// The page that led died, and others were there.
    LeaderCrash = "leading tab crashed",
    /// The page that led stood still, and was robbed.
    LeaderRobbed = "leading tab frozen and robbed",
    /// Two pages believed to lead at the same time.
    TwoLeaders = "two leaders at once",
    /// A write of a page that did not lead any more was refused.
    Fenced = "write fenced",
    /// A page was out of view for a while.
    Hidden = "page hidden",
    /// The browser said that it was offline.
    Offline = "browser offline",
}

/// How often each kind of fault happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally([u64; Fault::ALL.len()]);

impl Default for Tally {
    fn default() -> Self {
        Tally([0; Fault::ALL.len()])
    }
}

impl Tally {
    /// One more.
    pub fn count(&mut self, fault: Fault) {
        self.0[fault as usize] += 1;
    }

    /// How often.
    pub fn of(&self, fault: Fault) -> u64 {
        self.0[fault as usize]
    }

    /// Adds another tally.
    pub fn add(&mut self, other: &Tally) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }

    /// Kinds that have not happened.
    pub fn missing(&self) -> Vec<Fault> {
        let all = Fault::ALL.iter().copied();
        all.filter(|fault| self.of(*fault) == 0).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in Fault::ALL {
            writeln!(f, "  {:>9}  {}", self.of(*fault), fault.name())?;
        }
        Ok(())
    }
}
