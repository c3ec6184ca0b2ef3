//! Desks: which there are, revoking one that was lost, and opening what it had not sent.

use std::path::Path;

use anyhow::{Context, Result, bail};
use holdfast_domain::AgentId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::core::{Core, Notice};
use crate::letter::open;
use crate::store::{Durability, desk, directory, letter};

/// The desks of a login.
pub(super) async fn list(core: &Core, login: &str, tell: &mut impl FnMut(String)) -> Result<()> {
    let mut tx = core.db.read().await?;
    let account = directory::account(&mut tx, login).await?;
    let account = account.with_context(|| format!("nobody has the login {login:?}"))?;
    for desk in letter::desks_of(&mut tx, account.id).await? {
        let seen = Timestamp::from_microsecond(desk.seen_at)?;
        let revoked = if desk.revoked { ", revoked" } else { "" };
        tell(format!("desk {}; last seen {seen:.0}{revoked}", desk.id));
    }
    Ok(())
}

/// It may never come again; when it tries, it seals what it had not sent and destroys its key.
pub(super) async fn revoke(core: &Core, id: Uuid, tell: &mut impl FnMut(String)) -> Result<()> {
    let mut writing = core.write(Durability::Power).await?;
    let known = desk::get(&mut writing.tx, id).await?;
    let known = known.with_context(|| format!("there is no desk {id}: see desk list LOGIN"))?;
    let now_us = core.now().as_microsecond();
    let new = letter::revoke(&mut writing.tx, id, known.agent, now_us).await?;
    let sessions = letter::end_sessions(&mut writing.tx, id, now_us).await?;
    writing.finish().await?;
    for session in sessions {
        core.tell(Notice::Ended { agent: AgentId(known.agent), session: Some(session) });
    }
    tell(match new {
        true => format!("desk {id} is revoked; it erases itself when it next reaches this server"),
        false => format!("desk {id} was revoked before"),
    });
    Ok(())
}

/// Desks that were revoked, and whether their letters have come.
pub(super) async fn letters(core: &Core, tell: &mut impl FnMut(String)) -> Result<()> {
    let mut tx = core.db.read().await?;
    for revoked in letter::revoked(&mut tx).await? {
        let letter = match revoked.letter_bytes {
            0 => "nothing has come".to_owned(),
            bytes => format!("a letter of {bytes} bytes"),
        };
        tell(format!("desk {} of agent {}: {letter}", revoked.desk, revoked.agent));
    }
    Ok(())
}

/// Opens the letter of a desk, or one that was brought as a file.
pub(super) async fn open_letter(
    core: &Core,
    (id, file): (Option<Uuid>, Option<&Path>),
    tell: &mut impl FnMut(String),
) -> Result<()> {
    let bytes = match (id, file) {
        (Some(id), _) => {
            let mut tx = core.db.read().await?;
            let kept = letter::letter(&mut tx, id).await?;
            let kept = kept.with_context(|| format!("desk {id} was not revoked"))?;
            if kept.is_empty() {
                bail!("desk {id} has brought nothing yet; its file can be opened, too");
            }
            kept
        }
        (None, Some(file)) => {
            std::fs::read(file).with_context(|| format!("reading {}", file.display()))?
        }
        (None, None) => bail!("say which desk, or which file"),
    };
    let letter = open(core, &bytes).await?;
    tell(serde_json::to_string_pretty(&letter)?);
    Ok(())
}
