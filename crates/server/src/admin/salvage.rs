//! Salvage: words that desks brought after a restore; a keeper looks at them and puts them back.
//!
//! They are put where they stood as history: decided by the same rules, under their authors' names,
//! at the time they were written, and sent to no customer, who has most likely had them. Words are
//! told to the keeper who asks for them, and are in no log.

use anyhow::{Context, Result, bail};
use holdfast_domain::operation::{Note, Reply, Write};
use holdfast_domain::{Action, Actor, By, Operation, OperationId, Outcome, TicketId};
use holdfast_protocol::Row;
use jiff::Timestamp;
use uuid::Uuid;

use crate::core::Core;
use crate::store::salvage::{self as stored, Salvaged};
use crate::store::{Durability, thread, ticket};
use crate::sync::salvage::words_of;
use crate::sync::write::Writing;

/// Namespace of operations that put words back.
const NAMESPACE: Uuid = Uuid::from_u128(0x51a6_0b8e_7a3c_5d21_9c04_77d2_e9b1_3f60);

/// Which there are, without their words.
pub(super) async fn list(core: &Core, tell: &mut impl FnMut(String)) -> Result<()> {
    let all = stored::all(&mut core.db.read().await?).await?;
    for one in &all {
        let what = if matches!(one.row, Row::Note(_)) { "note" } else { "message" };
        let (_, of, bytes) = words_of(&one.row).context("salvaged words")?;
        let (id, by) = (one.id, one.brought_by);
        tell(format!("{id}  {what} on ticket {of}, {bytes} bytes, brought by agent {by}"));
    }
    tell(format!("{} are not here; each is kept for 30 days", all.len()));
    Ok(())
}

/// One of them, with its words.
pub(super) async fn show(core: &Core, id: Uuid, tell: &mut impl FnMut(String)) -> Result<()> {
    let all = stored::all(&mut core.db.read().await?).await?;
    let one = all.into_iter().find(|one| one.id == id).context("there are no such words")?;
    serde_json::to_string_pretty(&one.row)?.lines().for_each(|line| tell(line.to_owned()));
    Ok(())
}

/// Puts one of them where it stood, or all that can be.
pub(super) async fn apply(
    core: &Core,
    id: Option<Uuid>,
    tell: &mut impl FnMut(String),
) -> Result<()> {
    let mut all = stored::all(&mut core.db.read().await?).await?;
    all.retain(|one| id.is_none_or(|id| id == one.id));
    if all.is_empty() {
        bail!("there are no such words");
    }
    let mut left = 0;
    for one in &all {
        // A commit each: what cannot be put back must not take others with it.
        let mut writing = core.write(Durability::Power).await?.of_history();
        match put_back(&mut writing, one, core.now()).await? {
            None => {
                writing.seal().await?;
                stored::forget(&mut writing.tx, one.id).await?;
                writing.finish().await?;
                tell(format!("{}  put back", one.id));
            }
            Some(why) => {
                left += 1;
                tell(format!("{}  stays: {why}", one.id));
            }
        }
    }
    if left > 0 {
        bail!("{left} could not be put back");
    }
    Ok(())
}

/// Why they cannot be put back, if they cannot.
async fn put_back(
    writing: &mut Writing<'_>,
    one: &Salvaged,
    now: Timestamp,
) -> Result<Option<String>> {
    if thread::is_taken(&mut writing.tx, one.id).await? {
        // Somebody has brought them as an operation meanwhile.
        return Ok(None);
    }
    let (_, of, _) = words_of(&one.row).context("salvaged words")?;
    let Some(standing) = ticket::get(&mut writing.tx, of).await? else {
        return Ok(Some("their ticket is not here".to_owned()));
    };
    let seen_through = standing.state().last_words.map(|last| last.message);
    let Some((actor, action, written_at)) = said(&one.row, seen_through) else {
        return Ok(Some("nobody is known to have written them".to_owned()));
    };
    let id = OperationId(Uuid::new_v5(&NAMESPACE, one.id.as_bytes()));
    let outcome = writing.decide(&again(id, of, written_at, action), actor, now).await?;
    Ok(match outcome {
        Outcome::Accepted => None,
        other => Some(format!("the rules refuse it: {other:?}")),
    })
}

/// Words as what their author once did.
fn said(
    row: &Row,
    seen_through: Option<holdfast_domain::MessageId>,
) -> Option<(Actor, Action, Timestamp)> {
    match row {
        Row::Message(row) => {
            let (message, text) = (row.id, row.text.clone());
            let (language, attachments) = (row.language.clone(), row.attachments.clone());
            match row.by {
                By::Customer(contact) => {
                    let write = Write { message, text, language, attachments };
                    Some((Actor::Customer(contact), Action::Write(write), row.written_at))
                }
                By::Agent(agent) => {
                    let reply = Reply { message, text, language, attachments, seen_through };
                    Some((Actor::Agent(agent), Action::Reply(reply), row.written_at))
                }
                By::System => None,
            }
        }
        Row::Note(row) => {
            let (note, text) = (row.id, row.text.clone());
            let (language, attachments) = (row.language.clone(), row.attachments.clone());
            let action = Action::Note(Note { note, text, language, attachments });
            Some((Actor::Agent(row.by), action, row.written_at))
        }
        _ => None,
    }
}

fn again(id: OperationId, ticket: TicketId, written_at: Timestamp, action: Action) -> Operation {
    Operation { id, ticket, written_at, needs: Vec::new(), replaces: None, action }
}
