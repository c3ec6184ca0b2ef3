//! Credentials: the tokens of a session with the server. They rest in the encrypted cache only.
//!
//! Deliberately absent: the password, which is forgotten as soon as it was sent.

use holdfast_cache::{Db, Result, WriteTx, table};
use holdfast_domain::AgentId;
use serde::{Deserialize, Serialize};

const KEY: &str = "credentials";

/// Tokens of one agent. Not printable.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// Whose.
    pub agent: AgentId,
    /// For every call; short-lived.
    pub access_token: String,
    /// For the next access token; used once.
    pub refresh_token: String,
}

impl From<holdfast_protocol::session::Session> for Credentials {
    fn from(session: holdfast_protocol::session::Session) -> Self {
        let holdfast_protocol::session::Session { agent, access_token, refresh_token, .. } =
            session;
        Self { agent, access_token, refresh_token }
    }
}

/// Keeps them in the transaction that opens or renews a session.
pub async fn keep_credentials(tx: &mut WriteTx, credentials: &Credentials) -> Result<()> {
    table::setting::set(tx, KEY, credentials).await
}

/// Those of the last session, if there was one.
pub async fn kept_credentials(db: &mut Db) -> Result<Option<Credentials>> {
    table::setting::get(db, KEY).await
}
