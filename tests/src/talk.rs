//! A conversation that has begun: where many tests start.

use crate::{Screen, Server, ServerOptions, Widget};
use anyhow::Result;

/// A visitor who has said hello on an open window, and the server that has stored it.
#[derive(Debug)]
pub struct Talk {
    /// The server.
    pub server: Server,
    /// The visitor's browser.
    pub visitor: Widget,
    /// The session's id.
    pub session: String,
}

impl Talk {
    /// Starts a server and a browser on the demo shop, opens the window and says `hello`.
    ///
    /// # Errors
    /// When any of that fails.
    pub async fn begin(screen: Screen) -> Result<Self> {
        Self::begin_saying(screen, "hello").await
    }

    /// The same with another first text.
    ///
    /// # Errors
    /// When any of that fails.
    pub async fn begin_saying(screen: Screen, text: &str) -> Result<Self> {
        let server = Server::start(ServerOptions::default()).await?;
        let address = server.address();
        Self::begin_at(server, &address, screen, text).await
    }

    /// The same through this address of the server.
    ///
    /// # Errors
    /// When any of that fails.
    pub async fn begin_at(server: Server, address: &str, screen: Screen, text: &str) -> Result<Self> {
        let visitor = Widget::visit(address, screen).await?;
        visitor.open().await?;
        visitor.write(text).await?;
        visitor.sees_status(text, "sent").await?;
        let session = server.latest_session().await?;
        Ok(Talk {
            server,
            visitor,
            session,
        })
    }

    /// The operator says so many lines: `line 0`, `line 1`…
    ///
    /// # Errors
    /// When the server does not take them.
    pub async fn say_lines(&self, numbers: std::ops::Range<usize>) -> Result<()> {
        for number in numbers {
            self.server.say(&self.session, &format!("line {number}")).await?;
        }
        Ok(())
    }
}
