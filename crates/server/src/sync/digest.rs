//! Digest: whether a desk holds what the server holds, and where they differ.

use holdfast_domain::TicketId;
use holdfast_protocol::digest::{Digest, DigestAnswer, DigestRequest, LISTED_MAX};

use super::sight::Eyes;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::http::Caller;
use crate::store::{meta, ticket};

/// Compares, if the desk is at the head.
pub async fn digest(core: &Core, caller: &Caller, asked: &DigestRequest) -> Result<DigestAnswer> {
    let eyes = Eyes::of(&core.directory(), caller.agent);
    let part = eyes.part_of(&asked.scope).ok_or_else(Error::not_found)?;
    let mut tx = core.db.read().await?;
    let head = meta::place(&mut tx).await?.map_or(0, |place| place.head);
    if asked.cursor != head {
        return Ok(DigestAnswer::NotAtHead { head });
    }
    let mut tickets = ticket::versions(&mut tx, &part).await?;
    tickets.retain(|(id, _)| asked.tail.holds(*id));
    let add = |sum: Digest, (id, version): &(TicketId, i64)| sum.with(*id, *version);
    if tickets.iter().fold(Digest::default(), add) == asked.digest {
        return Ok(DigestAnswer::Equal);
    }
    Ok(match tickets.len() {
        0..=LISTED_MAX => DigestAnswer::Listed { tickets },
        _ => DigestAnswer::Differs { sums: asked.tail.sums(&tickets) },
    })
}
