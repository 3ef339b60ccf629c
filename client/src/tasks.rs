//! What changes or follows messages: edits, deletions, ratings, the pre-chat form, older pages.

use crate::answer::Answer;
use crate::call::Call;
use crate::{Client, Closed};
use pocketping_core::engine::{Command, EntryKey};
use pocketping_core::route::Score;

/// How a visitor can be reached; one of the first two is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reachable {
    /// An e-mail address.
    pub email: Option<String>,
    /// A phone number in E.164.
    pub phone: Option<String>,
    /// Its country, ISO 3166 alpha-2.
    pub phone_country: Option<String>,
}

impl Client {
    /// Changes the text of a message of the visitor's. It is handed over by this call, and kept like a message;
    /// the future resolves when the server has taken it.
    ///
    /// # Errors
    /// The future's: when there is no such message, the text is not allowed, or the server refuses it.
    pub fn edit(&self, key: EntryKey, content: impl Into<String>) -> Answer<()> {
        let content = content.into();
        self.run(Command::Edit { key, content })
    }

    /// Deletes a message of the visitor's; one that was not sent is removed. Otherwise as [`Self::edit`].
    ///
    /// # Errors
    /// The future's: when there is no such message, or the server refuses it.
    pub fn delete(&self, key: EntryKey) -> Answer<()> {
        self.run(Command::Delete(key))
    }

    /// Rates the conversation; of several ratings the first one counts. Otherwise as [`Self::edit`].
    ///
    /// # Errors
    /// The future's: when there is no conversation yet, or the server refuses it.
    pub fn rate(&self, score: Score, comment: Option<String>) -> Answer<()> {
        self.run(Command::Rate { score, comment })
    }

    /// Tells how the visitor can be reached. Otherwise as [`Self::edit`].
    ///
    /// # Errors
    /// The future's: [`SendError::Blank`](crate::SendError::Blank) without an address, or when the server refuses it.
    pub fn submit_pre_chat(&self, reachable: Reachable) -> Answer<()> {
        self.run(Command::SubmitPreChat {
            email: reachable.email,
            phone: reachable.phone,
            phone_country: reachable.phone_country,
        })
    }

    /// Reads the page of messages before the oldest of [`Self::messages`], if the server has one: the messages
    /// are told as [`Change::Timeline`](crate::Change::Timeline).
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn read_older(&self) -> Result<(), Closed> {
        self.command(Command::ReadOlder).await
    }

    fn run(&self, command: Command) -> Answer<()> {
        let (stamp, id) = self.stamp();
        let (settle, answer) = Answer::new();
        let call = Call::Task {
            command,
            stamp,
            id,
            settle,
        };
        self.answer(call, answer)
    }
}
