//! Revocation: the end of a desk that was lost or stolen. It seals what was not sent to the
//! server's key, then destroys its own, so that nothing on its disk can be read any more.
//!
//! ```text
//! told so ─▶ sync stops ─▶ letter sealed and synced ─▶ cache closed ─▶ key destroyed ─▶ files gone
//!                                                                └─▶ letter brought, once
//! ```
//!
//! A crash after any arrow loses nothing and leaves nothing: a profile that was told so does it
//! when it is opened, and one whose letter stands finishes at the next start. What cannot be
//! sealed is not destroyed: without the server's key, or without room for the letter, the desk
//! shows nothing and keeps everything.
//!
//! An account that is disabled is another thing: that desk keeps everything, encrypted, for whoever
//! is let in again ([`crate::lease`]). Deliberately absent: opening a letter; only the server can.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use holdfast_cache::{WritePriority, WriteTx, table};
use holdfast_domain::{AgentId, Operation};
use holdfast_protocol::letter::{Closed, Letter, MAGIC, Words};
use holdfast_protocol::sealing;
use jiff::Timestamp;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use tokio::sync::RwLock;
use uuid::Uuid;

use crate::ipc::error::{Code, Failure};
use crate::notice::NoticeView;
use crate::open::Open;
use crate::profile::{Profile, write_whole};
use crate::sync::wire::Request;
use crate::{Desk, State, secrets};

const ENVELOPE: &str = "letter.json";
const SEALED: &str = "letter.sealed";
/// Level of packing: it is done once.
const PACKED: i32 = 3;
/// How long bringing it may take, and how long to wait before it is tried again.
const BRING_WITHIN: Duration = Duration::from_mins(5);
const BRING_AGAIN_S: [u64; 4] = [5, 60, 600, 3600];

/// What stands on the letter, in clear.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Envelope {
    desk: Uuid,
    server: String,
    stamp: String,
    /// Changes and drafts in it.
    holds: usize,
    /// The server has it.
    brought: bool,
}

/// Ends a session whose desk was revoked.
pub(crate) async fn carry_out(desk: &Desk, open: Arc<Open>) {
    let _changing = desk.changing.lock().await;
    if !is_current(desk, &open).await {
        return;
    }
    open.sync.stop().await;
    let profile = open.profile.clone();
    if let Err(error) = seal(&open, &profile).await {
        // Nothing is shown, and nothing is destroyed that is nowhere else.
        tracing::error!("what was not sent cannot be sealed: it is kept: {error:#}");
        return;
    }
    *desk.state.write().await = State::SignedOut;
    open.close().await;
    // A command may still hold it; what it holds is closed.
    drop(open);
    finish(desk, &profile).await;
    desk.tell(NoticeView::Session);
    desk.tell(NoticeView::Everything);
}

async fn is_current(desk: &Desk, open: &Arc<Open>) -> bool {
    match &*desk.state.read().await {
        State::Open(current) => Arc::ptr_eq(current, open),
        State::SignedOut | State::Locked(..) => false,
    }
}

/// Writes the letter; after `Ok` it survives a power cut.
async fn seal(open: &Open, profile: &Profile) -> Result<()> {
    let mut tx = open.cache.write(WritePriority::Agent).await?;
    let sealing = table::escrow::sealing(&mut tx).await?;
    let sealing = sealing.context("the server has told this desk no key")?;
    let desk = table::sync::get(&mut tx).await?.desk.context("a desk without an id")?;
    let letter = gather(&mut tx, (desk, open.agent), open.config.clock.now()).await?;
    drop(tx);
    let holds = letter.operations.len() + letter.words.len();
    let closed = close(&letter, &sealing.public_key)?;
    let server = profile.card().context("a profile without its card")?.server;
    write_whole(&profile.file(SEALED), &closed)?;
    let envelope = Envelope { desk, server, stamp: sealing.stamp, holds, brought: false };
    envelope.write(profile)?;
    ensure!(fs::read(profile.file(SEALED))? == closed, "the letter does not stand as written");
    Ok(())
}

/// Everything of her own that the server does not have.
async fn gather(
    tx: &mut WriteTx,
    (desk, agent): (Uuid, AgentId),
    sealed_at: Timestamp,
) -> Result<Letter> {
    let waiting = table::operation::waiting(tx).await?;
    let operations: holdfast_cache::Result<Vec<Operation>> =
        waiting.iter().map(|stored| stored.kept.operation()).collect();
    let mut words = Vec::new();
    let drafts = table::draft::unended(tx).await?.into_iter();
    // Words on their way are an operation's already.
    for draft in drafts.filter(|draft| draft.state != table::draft::State::Sending) {
        let (ticket, written_at, text) = (draft.ticket, draft.updated_at, draft.words);
        words.push(Words { ticket, written_at, text });
    }
    for item in table::tray::list(tx).await? {
        if let Some(text) = table::tray::open(tx, item.key).await? {
            words.push(Words { ticket: item.ticket, written_at: item.written_at, text });
        }
    }
    Ok(Letter { desk, agent, sealed_at, operations: operations?, words })
}

fn close(letter: &Letter, public_key: &str) -> Result<Vec<u8>> {
    let packed = zstd::bulk::compress(&serde_json::to_vec(letter)?, PACKED)?;
    let sealed = sealing::seal(public_key, (MAGIC, letter.desk.as_bytes()), &packed)?;
    Ok(Closed { desk: letter.desk, sealed }.bytes())
}

/// What is left to do where a letter stands: destroys the keys, removes the files, and sees to it
/// that the letter is brought.
pub(crate) async fn finish(desk: &Desk, profile: &Profile) {
    let Some(envelope) = Envelope::read(profile) else { return };
    let keyring = Arc::clone(&desk.config.keyring);
    if !secrets::destroy(keyring, &profile.id, &profile.wrapped_keys()).await {
        tracing::error!("the keyring keeps a key of a revoked desk; what it opens is removed");
    }
    if let Err(error) = remove_files(profile) {
        tracing::error!("files of a revoked desk stay, without a key: {error:#}");
    }
    if let Some(card) = profile.card() {
        let card = crate::profile::Card { revoked: true, waiting: 0, ..card };
        if let Err(error) = profile.write_card(&card) {
            tracing::error!("the card of a revoked desk: {error:#}");
        }
    }
    tracing::warn!(holds = envelope.holds, "this desk was revoked: its key is destroyed");
    *desk.shut.lock().await = Some(failure(&envelope));
    if !envelope.brought {
        tokio::spawn(bring(desk.clone().quiet(), profile.clone()));
    }
}

/// Goes on with whatever a program that was ended has left undone. Answers why a profile is shut.
pub(crate) async fn resume(desk: &Desk) {
    for (profile, card) in Profile::list(&desk.config.profile_root) {
        let Some(envelope) = Envelope::read(&profile) else { continue };
        match card.revoked {
            false if profile.database().exists() => finish(desk, &profile).await,
            // She has signed in here anew, or all is done but for this.
            _ if !envelope.brought => {
                tokio::spawn(bring(desk.clone().quiet(), profile.clone()));
            }
            _ => {}
        }
    }
}

/// Why a profile that was revoked does not open; `None` if it was not.
pub(crate) fn why_shut(profile: &Profile) -> Option<Failure> {
    let revoked = profile.card().is_some_and(|card| card.revoked);
    Envelope::read(profile).filter(|_| revoked).map(|envelope| failure(&envelope))
}

fn failure(envelope: &Envelope) -> Failure {
    let why = "the server has revoked this desk";
    let failure = Failure::new(Code::DeskRevoked, why).with("holds", envelope.holds);
    failure.with("brought", envelope.brought)
}

/// All but the card, the lock and the letter.
fn remove_files(profile: &Profile) -> Result<()> {
    let database = profile.database();
    let name = database.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for entry in fs::read_dir(database.parent().unwrap_or(Path::new(".")))? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A desk to be told of, for as long as it stands.
struct Quiet {
    config: crate::DeskConfig,
    state: Weak<RwLock<State>>,
    shut: Arc<tokio::sync::Mutex<Option<Failure>>>,
    notices: tokio::sync::broadcast::Sender<NoticeView>,
}

impl Desk {
    fn quiet(self) -> Quiet {
        let state = Arc::downgrade(&self.state);
        Quiet {
            config: self.config.clone(),
            state,
            shut: self.shut.clone(),
            notices: self.notices(),
        }
    }
}

/// Tries until the server has it, or the program ends.
async fn bring(desk: Quiet, profile: Profile) {
    for pause_s in BRING_AGAIN_S.iter().chain(std::iter::repeat(&BRING_AGAIN_S[3])) {
        if desk.state.upgrade().is_none() {
            return;
        }
        match bring_once(&desk, &profile).await {
            Ok(envelope) => {
                let mut shut = desk.shut.lock().await;
                if shut.as_ref().is_some_and(|shut| shut.code == Code::DeskRevoked) {
                    *shut = Some(failure(&envelope));
                }
                drop(shut);
                // Nobody listening is not a failure.
                let _ = desk.notices.send(NoticeView::Session);
                return;
            }
            Err(error) => tracing::info!("the letter of a revoked desk waits: {error:#}"),
        }
        desk.config.clock.sleep(Duration::from_secs(*pause_s)).await;
    }
}

async fn bring_once(desk: &Quiet, profile: &Profile) -> Result<Envelope> {
    let envelope = Envelope::read(profile).context("there is no letter any more")?;
    let letter = fs::read(profile.file(SEALED))?;
    let wire = desk.config.network.wire(&envelope.server).context("no safe way to the server")?;
    let path = format!("/v1/desks/{}/letter", envelope.desk);
    let mut request = Request::new(Method::PUT, &path, BRING_WITHIN).bytes(letter);
    request.token = Some(envelope.stamp.clone());
    let answer = wire.send(request).await.map_err(|trouble| anyhow!("{}", trouble.code()))?;
    ensure!(answer.status.is_success(), "the server says {}", answer.status);
    let envelope = Envelope { brought: true, ..envelope };
    envelope.write(profile)?;
    Ok(envelope)
}

impl Envelope {
    fn read(profile: &Profile) -> Option<Self> {
        serde_json::from_slice(&fs::read(profile.file(ENVELOPE)).ok()?).ok()
    }

    fn write(&self, profile: &Profile) -> Result<()> {
        write_whole(&profile.file(ENVELOPE), &serde_json::to_vec_pretty(self)?)
    }
}
