//! The ground: a real server in a process of its own, with the sample desk and as many generated
//! tickets as wanted. A fresh one each time, so that no snapshot of a smaller world is handed out.

use anyhow::Result;
use holdfast_journeys::Server;

use crate::say;

/// Sees every ticket there is.
pub const ADMINISTRATOR: &str = "erik.falk@holdfast.example";
/// Holds a thirtieth of the generated tickets and sees her team's.
pub const AGENT: &str = "elena.ruiz@holdfast.example";
/// Works in the same team.
pub const COLLEAGUE: &str = "tomas.sierra@holdfast.example";

/// A server with that many generated tickets beside the sample.
pub async fn server(tickets: u64) -> Result<Server> {
    say::begin(&format!("a server with {tickets} generated tickets"));
    let server = Server::with_sample().await?;
    let wanted = tickets.to_string();
    server.run(&["sample", "load", "--scale", &wanted]).await?;
    Ok(server)
}
