//! A team whose tickets all hold a word that stands nowhere else, and its only agent: so that it
//! can be seen whether anything of the team is left on a disk.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{Person, Seat, Server};

/// Stands in the subject and in the words of every ticket of the team.
pub const CANARY: &str = "zorkmidfrobnitz";
/// The end of it. An index may keep of a word only what differs from the word before it.
pub const CANARY_END: &str = "frobnitz";
/// The team's only agent.
pub const LOGIN: &str = "kim.ito@holdfast.example";

const AGENT: &str = "kim-ito";
const TEAM: &str = "vault";
const CENTER: &str = "beijing";

/// The team with its tickets, at a server.
pub struct Team {
    password: String,
}

impl Team {
    /// Imports the team, its agent, and so many tickets of about so many bytes.
    pub async fn found(server: &Server, tickets: usize, bytes: usize) -> Result<Self> {
        let mut things = vec![
            json!({ "team": {
                "key": TEAM, "name": "Vault", "center": CENTER, "tier": "L1",
            }}),
            agent(&[TEAM]),
            json!({ "organization": {
                "key": "vault-bank", "name": "Vault Bank", "region": "eu-central-1",
                "industry": "bank", "residency": "eu", "plan": "enterprise",
                "time_zone": "Europe/Berlin", "country": "DE",
            }}),
            json!({ "contact": {
                "key": "vault-anna", "organization": "vault-bank", "name": "Anna Kern",
                "language": "en", "time_zone": "Europe/Berlin",
            }}),
        ];
        things.extend((0..tickets).map(|n| ticket(n, bytes)));
        server.import(&things).await?;
        Ok(Self { password: server.reset(LOGIN).await? })
    }

    /// Their agent signs in.
    pub async fn sign_in(&self, seat: &Seat) -> Result<Person> {
        seat.sign_in_with(LOGIN, &self.password).await
    }

    /// Their agent is in this team no more, nor in any other.
    pub async fn leave(&self, server: &Server) -> Result<()> {
        server.import(&[agent(&[])]).await
    }
}

fn agent(teams: &[&str]) -> Value {
    json!({ "agent": {
        "key": AGENT, "name": "Kim Ito", "login": LOGIN, "role": "agent", "teams": teams,
        "languages": ["en"],
    }})
}

fn ticket(n: usize, bytes: usize) -> Value {
    let line = format!("The {CANARY} of node {n} is on fire. ");
    let words = line.repeat(bytes.div_ceil(line.len()).max(1));
    json!({ "ticket": {
        "key": format!("vault-{n}"), "subject": format!("{CANARY} {n}"),
        "requester": "vault-anna", "language": "en", "channel": "mail", "severity": "p3",
        "team": TEAM, "category": "new", "stage": "intake",
        "entries": [{
            "at": "2024-01-02T09:00:00Z", "by": "customer", "kind": "message", "words": words,
        }],
    }})
}
