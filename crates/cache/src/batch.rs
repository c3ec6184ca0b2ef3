//! Batch: taking rows of the server in.
//!
//! Within an epoch the higher version wins, a newer epoch always wins; so a row may come twice and
//! a batch may be applied twice. A ticket with waiting operations keeps its seen row: the server's
//! row becomes its confirmed image, and the caller replays in the same transaction.
//!
//! A snapshot stands at one commit while changes go on. So a ticket that left sight after that
//! commit is not brought back by it (tombstones). What no snapshot showed is judged when all of
//! them are here ([`crate::judge`]).
//!
//! Deliberately absent: the cursor and the replay, which the caller does in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::{AgentId, By, DraftId, TicketId};
use holdfast_protocol::Row;
use holdfast_protocol::hello::PERSONAL;
use holdfast_protocol::row::TicketRow;
use jiff::Timestamp;
use uuid::Uuid;

use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::WriteTx;
use crate::table::scope::Places;
use crate::table::ticket::{Head, Line};
use crate::table::{self, Stamp, hex_list, operation, sync, ticket};
use crate::{purge, search};

/// Where rows come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Changes, or one ticket fetched by itself.
    Changes,
    /// A snapshot, begun as this generation.
    Snapshot {
        /// [`crate::table::scope::Scope::generation`]
        generation: i64,
    },
}

/// What taking rows in came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Tickets whose image changed while operations wait on them, and all on which any wait where
    /// somebody's team or rights changed, since those decide what becomes of it: replay these, now.
    pub replay: BTreeSet<TicketId>,
    /// Thread keys of words that came: index them, now or later.
    pub words: Vec<i64>,
    /// Tickets that are new or changed: index their own words, now or later.
    pub tickets: BTreeSet<TicketId>,
}

/// Takes rows in. Cut what is long by [`crate::Cache::bulk_rows`], a transaction each.
pub async fn apply_rows(
    tx: &mut WriteTx,
    epoch: Uuid,
    origin: Origin,
    rows: Vec<Row>,
) -> Result<Applied> {
    let generation = match origin {
        Origin::Changes => 0,
        Origin::Snapshot { generation } => generation,
    };
    let stamp = Stamp { epoch: sync::ordinal(tx, epoch).await?, generation };
    let mut sorted = Sorted::default();
    rows.into_iter().for_each(|row| sorted.take(row));
    keep_out(tx, origin, &mut sorted).await?;
    sorted.put_directory(tx, stamp).await?;
    let mut applied = Applied::default();
    if !(sorted.agents.is_empty() && sorted.teams.is_empty()) {
        applied.replay = operation::waiting_tickets(tx).await?;
    }
    put_tickets(tx, sorted.tickets.values(), stamp, &mut applied).await?;
    make_room(tx, &sorted, stamp.epoch).await?;
    table::message::put_all(tx, &sorted.messages, stamp.epoch).await?;
    table::note::put_all(tx, &sorted.notes, stamp.epoch).await?;
    table::event::put_all(tx, &sorted.events, stamp.epoch).await?;
    let sync = sync::get(tx).await?;
    let own = sorted.words_of(sync.agent);
    table::draft::arrived(tx, &own).await?;
    operation::arrived(tx, &own).await?;
    let others = sorted.words_of_others(&sync);
    table::mark::heard(tx, &others).await?;
    applied.words.extend(sorted.messages.iter().map(|row| row.key));
    applied.words.extend(sorted.notes.iter().map(|row| row.key));
    for id in sorted.touched() {
        tx.notice_ticket(id);
    }
    Ok(applied)
}

/// Sets which scopes are held. In the same transaction tickets that no held scope shows any more
/// are hidden and written down to be erased ([`crate::Cache::erase_purged`]), without waiting for
/// scopes that are still fetched: a right that is lost is lost now. Returns those tickets.
pub async fn hold_scopes(
    tx: &mut WriteTx,
    names: &[String],
    now: Timestamp,
) -> Result<Vec<TicketId>> {
    let gone = table::scope::set_held(tx, names).await?;
    let cursor = sync::get(tx).await?.cursor;
    for id in &gone {
        purge::begin(tx, *id, cursor, now).await?;
    }
    Ok(gone)
}

/// The last chunk is in: the scope is complete, and with the last one it can be judged what none
/// has shown ([`crate::Cache::judge`]).
pub async fn finish_scope(tx: &mut WriteTx, name: &str) -> Result<()> {
    let no_scope = CacheError::Misuse("a scope is finished after it was begun");
    let scope = table::scope::get(tx, name).await?.ok_or(no_scope)?;
    sqlx::query("UPDATE scope SET complete = 1 WHERE key = $1")
        .bind(scope.key)
        .execute(&mut **tx)
        .await?;
    if name == PERSONAL {
        // It carries the whole directory; no other snapshot carries any of it.
        let epoch: i64 = sqlx::query_scalar("SELECT epoch FROM sync").fetch_one(&mut **tx).await?;
        let bounds = (scope.generation, epoch, scope.seq);
        table::directory::remove_unseen(tx, bounds).await?;
        tx.notice(Notice::Directory);
    }
    tx.notice(Notice::Sync);
    tx.notice(Notice::List);
    Ok(())
}

/// Rows by noun; of a ticket that comes twice the newest.
#[derive(Default)]
struct Sorted {
    tickets: BTreeMap<TicketId, TicketRow>,
    messages: Vec<holdfast_protocol::row::MessageRow>,
    notes: Vec<holdfast_protocol::row::NoteRow>,
    events: Vec<holdfast_protocol::row::EventRow>,
    agents: Vec<holdfast_protocol::row::AgentRow>,
    teams: Vec<holdfast_protocol::row::TeamRow>,
    centers: Vec<holdfast_protocol::row::CenterRow>,
    contacts: Vec<holdfast_protocol::row::ContactRow>,
    organizations: Vec<holdfast_protocol::row::OrganizationRow>,
    resources: Vec<holdfast_protocol::row::ResourceRow>,
    macros: Vec<holdfast_protocol::row::MacroRow>,
}

impl Sorted {
    fn take(&mut self, row: Row) {
        match row {
            Row::Ticket(row) => {
                let known = self.tickets.get(&row.id).map(|known| known.version);
                if known.is_none_or(|version| version <= row.version) {
                    self.tickets.insert(row.id, row);
                }
            }
            Row::Message(row) => self.messages.push(row),
            Row::Note(row) => self.notes.push(row),
            Row::Event(row) => self.events.push(row),
            Row::Agent(row) => self.agents.push(row),
            Row::Team(row) => self.teams.push(row),
            Row::Center(row) => self.centers.push(row),
            Row::Contact(row) => self.contacts.push(row),
            Row::Organization(row) => self.organizations.push(row),
            Row::Resource(row) => self.resources.push(row),
            Row::Macro(row) => self.macros.push(row),
        }
    }

    /// Tickets of which anything came.
    fn touched(&self) -> BTreeSet<TicketId> {
        let mut touched: BTreeSet<TicketId> = self.tickets.keys().copied().collect();
        touched.extend(self.messages.iter().map(|row| row.ticket));
        touched.extend(self.notes.iter().map(|row| row.ticket));
        touched.extend(self.events.iter().map(|row| row.ticket));
        touched
    }

    /// Thread keys of all that came.
    fn keys(&self) -> Vec<i64> {
        let messages = self.messages.iter().map(|row| row.key);
        let notes = self.notes.iter().map(|row| row.key);
        messages.chain(notes).chain(self.events.iter().map(|row| row.key)).collect()
    }

    /// What somebody has written, by the drafts it was written as.
    fn words_of(&self, agent: AgentId) -> BTreeMap<DraftId, &str> {
        let messages = self.messages.iter().filter(|row| row.by == By::Agent(agent));
        let messages = messages.map(|row| (DraftId(row.id.0), row.text.as_str()));
        let notes = self.notes.iter().filter(|row| row.by == agent);
        messages.chain(notes.map(|row| (DraftId(row.id.0), row.text.as_str()))).collect()
    }

    /// Thread keys of what may be unread.
    fn words_of_others(&self, sync: &sync::Sync) -> Vec<i64> {
        let messages = self.messages.iter().filter(|row| row.by != By::Agent(sync.agent));
        let notes = self.notes.iter().filter(|row| row.by != sync.agent);
        let keys = messages.map(|row| row.key).chain(notes.map(|row| row.key));
        keys.filter(|key| *key > sync.read_from).collect()
    }

    fn leave_out(&mut self, ids: &BTreeSet<TicketId>) {
        self.tickets.retain(|id, _| !ids.contains(id));
        self.messages.retain(|row| !ids.contains(&row.ticket));
        self.notes.retain(|row| !ids.contains(&row.ticket));
        self.events.retain(|row| !ids.contains(&row.ticket));
    }

    async fn put_directory(&self, tx: &mut WriteTx, stamp: Stamp) -> Result<()> {
        table::agent::put_all(tx, &self.agents, stamp).await?;
        table::team::put_all(tx, &self.teams, stamp).await?;
        table::center::put_all(tx, &self.centers, stamp).await?;
        table::contact::put_all(tx, &self.contacts, stamp).await?;
        table::organization::put_all(tx, &self.organizations, stamp).await?;
        table::resource::put_all(tx, &self.resources, stamp).await?;
        table::macro_::put_all(tx, &self.macros, stamp).await?;
        let rows = self.agents.len()
            + self.teams.len()
            + self.centers.len()
            + self.contacts.len()
            + self.organizations.len()
            + self.resources.len()
            + self.macros.len();
        if rows > 0 {
            tx.notice(Notice::Directory);
        }
        Ok(())
    }
}

/// A snapshot does not bring back what has left since; changes do. Either is after the rest of an
/// unfinished purge.
async fn keep_out(tx: &mut WriteTx, origin: Origin, sorted: &mut Sorted) -> Result<()> {
    match origin {
        Origin::Snapshot { generation } => {
            sorted.leave_out(&table::scope::buried(tx, generation).await?);
        }
        Origin::Changes => table::scope::unbury(tx, sorted.tickets.keys()).await?,
    }
    let erasing: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT ticket FROM purge WHERE whole = 1").fetch_all(&mut **tx).await?;
    for id in erasing {
        let id = TicketId(table::uuid(&id)?);
        if sorted.tickets.contains_key(&id) {
            purge::finish(tx, id).await?;
        }
    }
    Ok(())
}

async fn put_tickets(
    tx: &mut WriteTx,
    rows: impl Iterator<Item = &TicketRow> + Clone,
    stamp: Stamp,
    applied: &mut Applied,
) -> Result<()> {
    let ids: Vec<TicketId> = rows.clone().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let waiting = operation::waiting_tickets(tx).await?;
    let mut heads = ticket::heads(tx, &ids).await?;
    let mut places = Places::load(tx).await?;
    let mut next_key = ticket::next_key(tx).await?;
    let (mut seen, mut images) = (Vec::new(), Vec::new());
    for row in rows {
        let old = heads.remove(&row.id);
        let loses =
            old.as_ref().is_some_and(|old| (old.epoch, old.version) > (stamp.epoch, row.version));
        if loses {
            continue;
        }
        let scopes = places.of(tx, row).await?;
        let key = match &old {
            Some(old) => {
                places.leave((old.key, row.id), old.version, &old.scopes);
                old.key
            }
            None => next_key,
        };
        next_key = next_key.max(key + 1);
        places.enter((key, row.id), row.version, &scopes);
        let forecast = waiting.contains(&row.id);
        let pending = if forecast { ticket::pending(tx, row.id).await? } else { 0 };
        let head = Head { key, version: row.version, epoch: stamp.epoch, pending, scopes };
        applied.tickets.insert(row.id);
        if forecast {
            applied.replay.insert(row.id);
            images.push(Line { row, head: head.clone() });
        }
        if !forecast || old.is_none() {
            seen.push(Line { row, head });
        }
    }
    ticket::put_lines(tx, &seen).await?;
    for line in &images {
        ticket::put_confirmed(tx, line).await?;
    }
    places.store(tx, stamp.generation).await
}

/// Takes away what stands where a row is to come: the forecast of the same words, and, after the
/// server was restored, rows of an earlier epoch at the same place or with the same id. A place is
/// one in all threads, whatever stands there: the search index knows nothing else of a row.
async fn make_room(tx: &mut WriteTx, sorted: &Sorted, epoch: i64) -> Result<()> {
    let forecasts: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM operation WHERE state < 2)")
            .fetch_one(&mut **tx)
            .await?;
    if !forecasts && epoch == 1 {
        return Ok(());
    }
    let ids = |ids: Vec<&Uuid>| hex_list(ids.into_iter().map(|id| id.as_bytes().as_slice()));
    let thread = [
        (
            "DELETE FROM message WHERE (epoch < $1 OR key >= 4503599627370496) AND
               (id IN (SELECT unhex(value) FROM json_each($2))
                OR key IN (SELECT value FROM json_each($3))) RETURNING key, text",
            ids(sorted.messages.iter().map(|row| &row.id.0).collect()),
        ),
        (
            "DELETE FROM note WHERE (epoch < $1 OR key >= 4503599627370496) AND
               (id IN (SELECT unhex(value) FROM json_each($2))
                OR key IN (SELECT value FROM json_each($3))) RETURNING key, text",
            ids(sorted.notes.iter().map(|row| &row.id.0).collect()),
        ),
        (
            "DELETE FROM event WHERE (epoch < $1 OR key >= 4503599627370496) AND
               (id IN (SELECT unhex(value) FROM json_each($2))
                OR key IN (SELECT value FROM json_each($3))) RETURNING key, ''",
            ids(sorted.events.iter().map(|row| &row.id.0).collect()),
        ),
    ];
    let keys = format!("{:?}", sorted.keys());
    for (sql, ids) in thread {
        let gone: Vec<(i64, String)> =
            sqlx::query_as(sql).bind(epoch).bind(ids).bind(&keys).fetch_all(&mut **tx).await?;
        search::forget_texts(tx, &gone).await?;
    }
    Ok(())
}
