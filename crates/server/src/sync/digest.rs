//! Digest: whether a desk holds what the server holds, and where they differ.

use holdfast_protocol::digest::{Digest, DigestAnswer, DigestRequest};

use super::sight::Eyes;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::http::Caller;
use crate::store::{meta, ticket};

/// Sums, one per first byte of an id.
const BUCKETS: usize = 256;

/// Compares, if the desk is at the head.
pub async fn digest(core: &Core, caller: &Caller, asked: &DigestRequest) -> Result<DigestAnswer> {
    let eyes = Eyes::of(&core.directory(), caller.agent);
    let part = eyes.part_of(&asked.scope).ok_or_else(Error::not_found)?;
    let mut tx = core.db.read().await?;
    let head = meta::place(&mut tx).await?.map_or(0, |place| place.head);
    if asked.cursor != head {
        return Ok(DigestAnswer::NotAtHead { head });
    }
    let tickets = ticket::versions(&mut tx, &part).await?;
    let mut buckets = vec![Digest::default(); BUCKETS];
    let mut whole = Digest::default();
    for (id, version) in &tickets {
        let bucket = &mut buckets[usize::from(id.bytes()[0])];
        *bucket = bucket.with(*id, *version);
        whole = whole.with(*id, *version);
    }
    if whole == asked.digest {
        return Ok(DigestAnswer::Equal);
    }
    Ok(DigestAnswer::Differs { buckets, tickets })
}
