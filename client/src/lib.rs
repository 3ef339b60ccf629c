//! PocketPing for native programs: bots, tests and load generators that chat as a visitor does.
//!
//! The same engine as the widget's ([`pocketping_core::engine`]) over real HTTP, WebSocket and SSE. It keeps
//! the widget's promise: what was accepted is sent once, in order, whatever the network does, and with a
//! storage file also when the program is killed meanwhile.
//!
//! ```no_run
//! use pocketping_client::{Change, Client};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("https://chat.example.com/pocketping")
//!     .storage_file("bot.db")
//!     .connect()
//!     .await?;
//! let mut changes = client.changes();
//!
//! let stored = client.send("Is anybody there?").await?;
//! println!("the server has it as {}", stored.id);
//!
//! while let Some(change) = changes.next().await {
//!     match change {
//!         Ok(Change::Arrived(message)) => {
//!             println!("{}", message.content);
//!             break;
//!         }
//!         Ok(_) => {}
//!         // Too slow: some changes are gone, the state is not.
//!         Err(lagged) => println!("{lagged}: {} messages now", client.messages().await?.len()),
//!     }
//! }
//! client.close().await?;
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod answer;
pub use answer::{Answer, Sending};
mod builder;
pub use builder::Builder;
mod call;
mod changes;
pub use changes::Changes;
mod client;
pub use client::{Client, Reset, Window};
mod clock;
mod draft;
pub use draft::Draft;
mod driver;
mod error;
pub use error::{Closed, ConnectError, Lagged, SendError, StartError, Unsent};
mod files;
mod network;
mod pending;
mod snapshot;
pub use snapshot::Snapshot;
mod storage;
#[cfg(feature = "sqlite")]
pub use storage::SqliteStorage;
pub use storage::{Storage, StorageError, Stored, Write};
mod tasks;
pub use tasks::Reachable;
mod upload;
pub use upload::Upload;

pub use pocketping_core::engine::{
    Change, Connection, Delivery, Entry, EntryKey, FailureReason, LocalKey, Notice, PersistFailure, Store,
    StoreWrite,
};
pub use pocketping_core::model::{Attachment, Identity, Message, Sender, SessionMetadata};
pub use pocketping_core::route::Score;
pub use pocketping_core::{
    AttachmentId, ClientMessageId, MessageId, Object, SessionId, Timestamp, Value, VisitorId,
};
