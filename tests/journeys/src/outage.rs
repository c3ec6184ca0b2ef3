//! An outage: somebody at work on a ticket of hers, and the server's process dead.

use anyhow::Result;

use crate::{ELENA, Person, Seat, Server};

/// Where many journeys begin.
pub struct Outage {
    /// Dead.
    pub server: Server,
    /// Her computer.
    pub seat: Seat,
    /// Elena, who has noticed that there is no server.
    pub elena: Person,
    /// A ticket in her hands.
    pub ticket: String,
}

impl Outage {
    /// Everything was fetched; what she sends leaves at once when it can.
    pub async fn begins() -> Result<Self> {
        let mut server = Server::with_sample().await?;
        let (seat, elena) = Person::at_work(&server, ELENA).await?;
        elena.without_undo().await?;
        let ticket = elena.own_ticket().await?;
        server.kill().await?;
        elena.offline().await?;
        Ok(Self { server, seat, elena, ticket })
    }
}
