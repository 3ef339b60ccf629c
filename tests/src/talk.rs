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
        let server = Server::start(ServerOptions::default()).await?;
        let visitor = Widget::visit(&server.address(), screen).await?;
        visitor.open().await?;
        visitor.write("hello").await?;
        visitor.sees_status("hello", "sent").await?;
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
