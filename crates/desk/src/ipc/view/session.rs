//! Signing in, how things stand, preferences.

use std::collections::BTreeMap;

use holdfast_domain::Role;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::PersonView;
use crate::ipc::error::Failure;

/// Whether somebody is in, and who could be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SessionView {
    /// Whether tickets can be shown.
    pub state: SessionState,
    /// Who is in.
    pub agent: Option<PersonView>,
    /// What they may do.
    pub role: Option<Role>,
    /// Names of their teams, own first.
    pub teams: Vec<String>,
    /// The city and zone of their centre.
    pub center: Option<CenterView>,
    /// Profiles on this machine, last used first.
    pub profiles: Vec<ProfileView>,
    /// The server offered for signing in.
    pub server: String,
    /// Why the last profile did not open by itself, while nobody is in.
    pub shut: Option<Failure>,
}

/// Whether tickets can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Nobody is in.
    SignedOut,
    /// A profile is chosen and waits for its passphrase.
    Locked,
    /// Tickets can be shown.
    Open,
    /// A session is open and the server was not reached for longer than the read lease.
    LeaseOver,
    /// A session is open and the server has disabled the account.
    Revoked,
}

/// A site, for the rail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct CenterView {
    /// City.
    pub city: String,
    /// IANA zone.
    pub time_zone: String,
    /// End of the shift, `HH:MM` there.
    pub shift_end: String,
}

/// A profile on this machine: a file, a key, an outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ProfileView {
    /// Its folder's name.
    pub id: String,
    /// The login it belongs to.
    pub login: String,
    /// The server it belongs to.
    pub server: String,
    /// Changes that wait in it, as far as is known without opening it.
    pub waiting: u32,
}

/// Signs in online; makes the profile if there is none.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SignInRequest {
    /// `https://…`; plain only on the loopback.
    pub server: String,
    /// The agent's login.
    pub login: String,
    /// The agent's password.
    pub password: String,
    /// Recovery passphrase of the agent's own choosing; one is made if absent. Needed where there
    /// is no keyring.
    pub passphrase: Option<String>,
}

/// Signed in.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SignedIn {
    /// Who is in now.
    pub session: SessionView,
    /// A passphrase that was made: shown once, kept nowhere.
    pub recovery_passphrase: Option<String>,
}

/// Opens a profile without the network.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct UnlockRequest {
    /// Which.
    pub profile: String,
    /// Absent: ask the keyring.
    pub passphrase: Option<String>,
}

/// Ends the session on this machine.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SignOutRequest {
    /// The agent knows that unsent work stays here until the next sign-in.
    pub keep_unsent: bool,
}

/// What the status bar says. Every field is a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct StatusView {
    /// Connection.
    pub connection: Connection,
    /// Since when it has been so.
    pub since: Timestamp,
    /// The server's last word, by the desk's clock; `None` before the first.
    pub data_as_of: Option<Timestamp>,
    /// Operations, and files, on their way now.
    pub sending: u32,
    /// Operations, and files, saved on this computer, not on their way.
    pub saved: u32,
    /// Held, conflicting, refused ones that wait for the agent, and what lies in the tray.
    pub needs_you: u32,
    /// Held replies among them.
    pub held: u32,
    /// Words in the sealed tray among them.
    pub tray: u32,
    /// Tickets still to be fetched: done and all; `None` when complete.
    pub fetching: Option<Progress>,
    /// Entries still to be indexed for search; `None` when complete.
    pub indexing: Option<Progress>,
    /// The computer's clock jumped.
    pub clock_unsure: bool,
    /// The desk's best knowledge of server time.
    pub now: Timestamp,
    /// Why there is no connection, as a code: `refused`, `timed_out`, `signed_out`, `too_old` …
    pub trouble: Option<String>,
    /// What was agreed on with the server; `None` before the first time, and without TLS.
    pub secured: Option<SecuredView>,
    /// The file of this computer was damaged when it was opened; `None` if it was not.
    pub salvaged: Option<SalvagedView>,
}

/// What was agreed on with the server at the last handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SecuredView {
    /// `TLS 1.3`
    pub version: String,
    /// How the keys were exchanged, `X25519MLKEM768`.
    pub exchange: String,
    /// SHA-256 of the certificate, hexadecimal.
    pub certificate: String,
    /// SHA-256 of the public key, hexadecimal: what a pin is.
    pub key: String,
    /// Whether a pin decided; else an authority that this computer trusts.
    pub pinned: bool,
}

/// A damaged file was set aside: what of the unsent work was saved from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SalvagedView {
    /// Changes and drafts that were saved.
    pub saved: u32,
    /// Those that could not be read any more.
    pub lost: u32,
}

/// Part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Progress {
    /// So far.
    pub done: u64,
    /// In all.
    pub all: u64,
}

/// Connection to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// Cursor at the head, stream open.
    Synced,
    /// Catching up.
    Syncing,
    /// No server.
    Offline,
    /// The server wants the agent to sign in again; work goes on offline.
    SignInNeeded,
}

/// Preferences of one person on one machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SettingsView {
    /// BCP 47 tag of the UI.
    pub language: String,
    /// `system`, `light`, `dark`, `contrast`.
    pub theme: String,
    /// `dense`, `cosy`, `roomy`.
    pub density: String,
    /// `holdfast`, `zendesk`.
    pub key_preset: String,
    /// Command id → keys, over the preset.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Seconds in which sending can be undone.
    pub undo_send_s: u32,
    /// When nothing but a P0 disturbs her.
    #[serde(default)]
    pub quiet: Option<QuietHours>,
}

/// Hours of the day by the clock of her own zone; across midnight if they end before they begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuietHours {
    /// The first minute, `HH:MM`.
    pub from: String,
    /// The first minute after them, `HH:MM`.
    pub to: String,
}
