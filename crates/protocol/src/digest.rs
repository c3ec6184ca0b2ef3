//! Digest: whether two sides hold the same tickets, and where they differ.
//!
//! The digest of a set is the sum modulo 2^128 of BLAKE3("holdfast ticket" ‖ id ‖ version) cut to
//! 16 bytes, so it can be kept incrementally. `POST /v1/sync/digest` answers 256 sums of a scope,
//! one per first byte of the id; buckets that differ are fetched again. Neither side ever adopts
//! the other's digest.

use holdfast_domain::TicketId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A sum over (id, version), 32 hexadecimal digits as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9a-f]{32}$")]
pub struct Digest(pub u128);

impl Digest {
    /// The set with one more ticket in it.
    #[must_use]
    pub fn with(self, ticket: TicketId, version: i64) -> Self {
        Self(self.0.wrapping_add(term(ticket, version)))
    }

    /// The set with that ticket taken out.
    #[must_use]
    pub fn without(self, ticket: TicketId, version: i64) -> Self {
        Self(self.0.wrapping_sub(term(ticket, version)))
    }
}

fn term(ticket: TicketId, version: i64) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"holdfast ticket").update(&ticket.bytes()).update(&version.to_be_bytes());
    let mut first = [0; 16];
    hasher.finalize_xof().fill(&mut first);
    u128::from_be_bytes(first)
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
    }
}

/// Body of `POST /v1/sync/digest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DigestRequest {
    /// Of which scope.
    #[schema(value_type = String)]
    pub scope: crate::hello::Scope,
    /// The desk's cursor; compared only if it is the head.
    pub cursor: i64,
    /// The desk's own sum.
    pub digest: Digest,
}

/// Answer of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum DigestAnswer {
    /// Both hold the same.
    Equal,
    /// The desk is not at the head: ask again later.
    NotAtHead {
        /// The newest commit.
        head: i64,
    },
    /// They differ.
    Differs {
        /// 256 sums, by the first byte of the id.
        buckets: Vec<Digest>,
        /// The ids in the scope, so that a desk can drop what is not there and fetch what is.
        tickets: Vec<(TicketId, i64)>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_digest_does_not_depend_on_order_and_forgets_what_is_taken_out() {
        let (a, b) = (TicketId(Uuid::from_u128(1)), TicketId(Uuid::from_u128(2)));
        let one = Digest::default().with(a, 1).with(b, 2);
        assert_eq!(one, Digest::default().with(b, 2).with(a, 1));
        assert_ne!(one, Digest::default().with(a, 2).with(b, 1));
        assert_eq!(one.without(b, 2), Digest::default().with(a, 1));
    }
}
