//! Draft: a reply or note not yet sent. Nothing but its author ends it.
//!
//! ```text
//! active ──send──▶ sending ──accepted──▶ sent
//!   │  ▲              │ ▲                  │
//!   │  │              │ └─server forgot it─┘
//!   │  └──undo────────┤
//!   │  ▲              └──held, refused──▶ returned ──send──▶ sending
//!   │  └───────author edits──────────────────┘
//!   └──author discards (returned ones too)──▶ discarded ──30 days──▶ (gone)
//! ```
//!
//! A draft whose very words come from the server as hers was sent, even if this file has lost that
//! it was, or a copy of this desk sent it. At most one is active per ticket and kind. Earlier
//! versions are kept, the newest [`VERSIONS_MAX`], until its words are accepted. Deliberately
//! absent: a function that deletes a draft which its author has not thrown away.

use std::collections::BTreeMap;

use holdfast_domain::words::Attachment;
use holdfast_domain::{DraftId, MessageId, TicketId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{json, time, to_json, uuid};
use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};
use crate::seal::Record;

pub(crate) const SCHEMA: &str = "\
CREATE TABLE draft (
  id           BLOB PRIMARY KEY,              -- the id its message or note will have
  ticket       BLOB NOT NULL,
  kind         INTEGER NOT NULL,              -- 0 reply, 1 note
  version      INTEGER NOT NULL,              -- counts saves, from 1
  words        TEXT NOT NULL,                 -- as typed
  attachments  TEXT NOT NULL,                 -- JSON
  seen_through BLOB,                          -- last public words its author had seen
  state        INTEGER NOT NULL,              -- active, sending, sent, returned, discarded
  open         INTEGER NOT NULL,              -- 1 while active or returned
  updated_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX draft_active ON draft (ticket, kind) WHERE state = 0;
CREATE INDEX draft_ticket ON draft (ticket);
CREATE INDEX draft_open ON draft (updated_at) WHERE open = 1;
CREATE INDEX draft_discarded ON draft (updated_at) WHERE state = 4;
CREATE TABLE draft_version (
  draft      BLOB NOT NULL,
  version    INTEGER NOT NULL,
  words      TEXT NOT NULL,                   -- as they were in that version
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (draft, version)
) STRICT, WITHOUT ROWID;
";

/// Earlier versions that are kept.
pub const VERSIONS_MAX: i64 = 50;
/// What its author threw away stays so long, so that it can still be brought back.
pub const DISCARDED_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What it will become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// Public words.
    Reply,
    /// Internal words.
    Note,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum State {
    /// Being written.
    Active,
    /// Its operation waits.
    Sending,
    /// Its operation was accepted.
    Sent,
    /// Its operation was not accepted; the words are the author's again.
    Returned,
    /// Its author threw it away.
    Discarded,
}

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The id its message or note will have.
    pub id: DraftId,
    /// Where.
    pub ticket: TicketId,
    /// What it will become.
    pub kind: Kind,
    /// Counts saves, from 1.
    pub version: i64,
    /// As typed.
    pub words: String,
    /// Files under it.
    pub attachments: Vec<Attachment>,
    /// The last public words its author had seen when it was begun.
    pub seen_through: Option<MessageId>,
    /// Where it stands.
    pub state: State,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

/// What saving came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is on the disk as this version.
    Version(i64),
    /// Another window was faster, or it is being sent; this is how it stands.
    Stale(Box<Draft>),
}

/// Saves what was typed. `draft.version` is the version it was typed on (0: new); `state` and
/// `updated_at` are set here. A returned draft may be saved too and stays returned.
pub async fn save(tx: &mut WriteTx, draft: &Draft, now: Timestamp) -> Result<Saved> {
    let in_the_way = match get(tx, draft.id).await? {
        Some(stored) => {
            let open = matches!(stored.state, State::Active | State::Returned);
            (stored.version != draft.version || !open).then_some(stored)
        }
        None => active(tx, draft.ticket, draft.kind).await?,
    };
    if let Some(stored) = in_the_way {
        return Ok(Saved::Stale(Box::new(stored)));
    }
    let version = draft.version + 1;
    write(tx, draft, (version, State::Active), now).await?;
    tx.notice(Notice::Draft(draft.ticket));
    tx.notice(Notice::List);
    Ok(Saved::Version(version))
}

/// Writes words that are their author's again, as a returned draft beside whatever she writes; also
/// where she had thrown it away.
pub async fn give_back(tx: &mut WriteTx, draft: &Draft, now: Timestamp) -> Result<()> {
    write(tx, draft, (draft.version + 1, State::Returned), now).await?;
    put_state(tx, draft, State::Returned, now).await
}

/// Moves it; an arrow that is not in the picture is an error, staying is nothing. Undone when
/// another one is active by now, it becomes `Returned` instead of `Active`.
pub async fn set_state(tx: &mut WriteTx, id: DraftId, to: State, now: Timestamp) -> Result<()> {
    let Some(draft) = get(tx, id).await? else {
        return Err(CacheError::Misuse("there is no such draft"));
    };
    if draft.state == to {
        return Ok(());
    }
    if !draft.state.may_become(to) {
        return Err(CacheError::Misuse("a draft does not move that way"));
    }
    let taken = to == State::Active && active(tx, draft.ticket, draft.kind).await?.is_some();
    let to = if taken { State::Returned } else { to };
    put_state(tx, &draft, to, now).await
}

async fn put_state(tx: &mut WriteTx, draft: &Draft, to: State, now: Timestamp) -> Result<()> {
    sqlx::query("UPDATE draft SET state = $2, open = $3, updated_at = $4 WHERE id = $1")
        .bind(draft.id.bytes().to_vec())
        .bind(to as i64)
        .bind(to.is_open())
        .bind(now.as_microsecond())
        .execute(&mut **tx)
        .await?;
    if to == State::Sent {
        forget_versions(tx, draft.id).await?;
    }
    seal(tx, draft.id).await?;
    tx.notice(Notice::Draft(draft.ticket));
    tx.notice(Notice::List);
    Ok(())
}

/// These words of hers came from the server. Whoever has gone on writing on them keeps her draft.
pub(crate) async fn arrived(tx: &mut WriteTx, words: &BTreeMap<DraftId, &str>) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let open = sqlx::query("SELECT * FROM draft WHERE open = 1").fetch_all(&mut **tx).await?;
    for row in &open {
        let draft = read(row)?;
        if words.get(&draft.id).is_some_and(|came| came.trim() == draft.words.trim()) {
            put_state(tx, &draft, State::Sent, draft.updated_at).await?;
        }
    }
    Ok(())
}

/// The server has forgotten that it was sent: its operation waits again.
pub(crate) async fn send_again(tx: &mut WriteTx, id: DraftId) -> Result<()> {
    let sql = "UPDATE draft SET state = 1 WHERE id = $1 AND state = 2";
    sqlx::query(sql).bind(id.bytes().to_vec()).execute(&mut **tx).await?;
    seal(tx, id).await
}

/// Forgets, versions and all, at most `limit` drafts that were thrown away longer ago than
/// [`DISCARDED_KEPT`]. Answers whether there may be more.
pub async fn forget_discarded(tx: &mut WriteTx, now: Timestamp, limit: u32) -> Result<bool> {
    let old = discarded_long_ago(tx, now, limit).await?;
    for id in &old {
        forget_versions(tx, *id).await?;
        let sql = "DELETE FROM draft WHERE id = $1 AND state = 4";
        sqlx::query(sql).bind(id.bytes().to_vec()).execute(&mut **tx).await?;
    }
    Ok(old.len() as u64 >= u64::from(limit))
}

/// Whether [`forget_discarded`] has anything to do.
pub async fn is_any_to_forget(db: &mut Db, now: Timestamp) -> Result<bool> {
    Ok(!discarded_long_ago(db, now, 1).await?.is_empty())
}

async fn discarded_long_ago(db: &mut Db, now: Timestamp, limit: u32) -> Result<Vec<DraftId>> {
    let before = now.checked_sub(DISCARDED_KEPT).unwrap_or(Timestamp::MIN);
    let sql = "SELECT id FROM draft WHERE state = 4 AND updated_at <= $1 ORDER BY updated_at
               LIMIT $2";
    let ids: Vec<Vec<u8>> =
        sqlx::query_scalar(sql).bind(before.as_microsecond()).bind(limit).fetch_all(db).await?;
    ids.iter().map(|id| uuid(id).map(DraftId)).collect()
}

/// Forgets a draft, versions and all: its words are elsewhere.
pub async fn forget(tx: &mut WriteTx, id: DraftId) -> Result<()> {
    forget_versions(tx, id).await?;
    let sql = "DELETE FROM draft WHERE id = $1";
    sqlx::query(sql).bind(id.bytes().to_vec()).execute(&mut **tx).await?;
    seal(tx, id).await
}

/// Forgets those of a ticket that has left, but for words on their way, which settle first: the
/// ticket may be back by then.
pub(crate) async fn forget_all_of(tx: &mut WriteTx, ticket: TicketId) -> Result<()> {
    let versions = "DELETE FROM draft_version
        WHERE draft IN (SELECT id FROM draft WHERE ticket = $1)";
    sqlx::query(versions).bind(ticket.bytes().to_vec()).execute(&mut **tx).await?;
    let sql = "DELETE FROM draft WHERE ticket = $1 AND state <> 1 RETURNING id";
    let gone: Vec<Vec<u8>> =
        sqlx::query_scalar(sql).bind(ticket.bytes().to_vec()).fetch_all(&mut **tx).await?;
    for id in gone {
        tx.seal(Record::DraftGone(DraftId(uuid(&id)?)));
    }
    Ok(())
}

/// How it stands now goes into the second copy, too.
async fn seal(tx: &mut WriteTx, id: DraftId) -> Result<()> {
    let standing = get(tx, id).await?.filter(|draft| draft.state.is_unended());
    tx.seal(match standing {
        Some(draft) => Record::Draft(Box::new(draft)),
        None => Record::DraftGone(id),
    });
    Ok(())
}

async fn forget_versions(tx: &mut WriteTx, id: DraftId) -> Result<()> {
    let sql = "DELETE FROM draft_version WHERE draft = $1";
    sqlx::query(sql).bind(id.bytes().to_vec()).execute(&mut **tx).await?;
    Ok(())
}

/// One draft.
pub async fn get(db: &mut Db, id: DraftId) -> Result<Option<Draft>> {
    let row = sqlx::query("SELECT * FROM draft WHERE id = $1")
        .bind(id.bytes().to_vec())
        .fetch_optional(db)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The active one of a ticket and kind.
pub async fn active(db: &mut Db, ticket: TicketId, kind: Kind) -> Result<Option<Draft>> {
    let row = sqlx::query("SELECT * FROM draft WHERE ticket = $1 AND kind = $2 AND state = 0")
        .bind(ticket.bytes().to_vec())
        .bind(kind as i64)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Active and returned ones of a ticket, oldest first.
pub async fn open_of(db: &mut Db, ticket: TicketId) -> Result<Vec<Draft>> {
    let sql = "SELECT * FROM draft WHERE ticket = $1 AND open = 1 ORDER BY updated_at, id";
    let rows = sqlx::query(sql).bind(ticket.bytes().to_vec()).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// Active and returned ones, newest first.
pub async fn open(db: &mut Db, limit: u32) -> Result<Vec<Draft>> {
    let sql = "SELECT * FROM draft WHERE open = 1 ORDER BY updated_at DESC LIMIT $1";
    let rows = sqlx::query(sql).bind(limit).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// How many are active or returned.
pub async fn open_count(db: &mut Db) -> Result<u32> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM draft WHERE open = 1").fetch_one(db).await?)
}

/// Earlier versions, newest first: version, words, when.
pub async fn history(db: &mut Db, id: DraftId) -> Result<Vec<(i64, String, Timestamp)>> {
    let rows: Vec<(i64, String, i64)> = sqlx::query_as(
        "SELECT version, words, updated_at FROM draft_version WHERE draft = $1
         ORDER BY version DESC",
    )
    .bind(id.bytes().to_vec())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|(version, words, at)| Ok((version, words, time(at)?))).collect()
}

/// All of them, ended ones too: what a quarantine looks at.
pub(crate) async fn all(db: &mut Db) -> Result<Vec<Draft>> {
    let rows = sqlx::query("SELECT * FROM draft ORDER BY updated_at, id").fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// All that its author has not ended, those being sent included: what the second copy keeps.
pub async fn unended(db: &mut Db) -> Result<Vec<Draft>> {
    let sql = "SELECT * FROM draft WHERE state IN (0, 1, 3) ORDER BY updated_at, id";
    let rows = sqlx::query(sql).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// Writes a salvaged draft as it stood, being written or on its way, unless a newer version of it
/// stands or its author has ended it; one whose place is taken becomes `Returned`.
pub(crate) async fn put_back(tx: &mut WriteTx, draft: &Draft) -> Result<()> {
    if get(tx, draft.id).await?.is_some_and(|here| !here.is_behind(draft)) {
        return Ok(());
    }
    let active = active(tx, draft.ticket, draft.kind).await?;
    let taken = draft.state == State::Active && active.is_some_and(|other| other.id != draft.id);
    let state = if taken { State::Returned } else { draft.state };
    write(tx, draft, (draft.version, state), draft.updated_at).await?;
    put_state(tx, draft, state, draft.updated_at).await
}

/// The second copy knows that it is its author's no more: it was sent, thrown away, or put into the
/// tray. Which of them it does not know, so she finds it among what she has thrown away.
pub(crate) async fn end(tx: &mut WriteTx, id: DraftId) -> Result<()> {
    let Some(draft) = get(tx, id).await?.filter(|draft| draft.state.is_unended()) else {
        return Ok(());
    };
    let ended = if draft.state == State::Sending { State::Sent } else { State::Discarded };
    // From when on it is kept: not earlier than the server was heard last.
    let heard = super::sync::get(tx).await?.last_contact.unwrap_or(draft.updated_at);
    put_state(tx, &draft, ended, draft.updated_at.max(heard)).await
}

/// `state` counts only for a draft that is new here.
async fn write(
    tx: &mut WriteTx,
    draft: &Draft,
    (version, state): (i64, State),
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO draft (id, ticket, kind, version, words, attachments, seen_through, state,
           open, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, words = excluded.words,
           attachments = excluded.attachments, seen_through = excluded.seen_through,
           updated_at = excluded.updated_at",
    )
    .bind(draft.id.bytes().to_vec())
    .bind(draft.ticket.bytes().to_vec())
    .bind(draft.kind as i64)
    .bind(version)
    .bind(&draft.words)
    .bind(to_json(&draft.attachments)?)
    .bind(draft.seen_through.map(|message| message.bytes().to_vec()))
    .bind(state as i64)
    .bind(state.is_open())
    .bind(now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO draft_version (draft, version, words, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (draft, version) DO NOTHING",
    )
    .bind(draft.id.bytes().to_vec())
    .bind(version)
    .bind(&draft.words)
    .bind(now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM draft_version WHERE draft = $1 AND version <= $2")
        .bind(draft.id.bytes().to_vec())
        .bind(version - VERSIONS_MAX)
        .execute(&mut **tx)
        .await?;
    seal(tx, draft.id).await
}

impl Draft {
    /// Whether the other has words that this one lacks, or was sent or taken back since.
    pub(crate) fn is_behind(&self, other: &Self) -> bool {
        let moved = self.version == other.version && self.state != other.state;
        self.state.is_unended() && (self.version < other.version || moved)
    }
}

impl State {
    const ALL: [Self; 5] =
        [Self::Active, Self::Sending, Self::Sent, Self::Returned, Self::Discarded];

    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Active | Self::Returned)
    }

    /// Its author has not ended it, and its words are nowhere else for good.
    pub(crate) fn is_unended(self) -> bool {
        self.is_open() || self == Self::Sending
    }

    fn may_become(self, to: Self) -> bool {
        match self {
            Self::Active => matches!(to, Self::Sending | Self::Discarded),
            Self::Returned => matches!(to, Self::Active | Self::Sending | Self::Discarded),
            Self::Sending => matches!(to, Self::Active | Self::Sent | Self::Returned),
            Self::Sent | Self::Discarded => false,
        }
    }
}

fn read(row: &SqliteRow) -> Result<Draft> {
    let state: i64 = row.try_get("state")?;
    let state = usize::try_from(state).ok().and_then(|at| State::ALL.get(at).copied());
    let kind: i64 = row.try_get("kind")?;
    let seen_through: Option<&[u8]> = row.try_get("seen_through")?;
    Ok(Draft {
        id: DraftId(uuid(row.try_get("id")?)?),
        ticket: TicketId(uuid(row.try_get("ticket")?)?),
        kind: if kind == 0 { Kind::Reply } else { Kind::Note },
        version: row.try_get("version")?,
        words: row.try_get("words")?,
        attachments: json(row.try_get("attachments")?, "list of attachments")?,
        seen_through: seen_through.map(|id| uuid(id).map(MessageId)).transpose()?,
        state: state.ok_or(CacheError::Stored("state"))?,
        updated_at: time(row.try_get("updated_at")?)?,
    })
}
