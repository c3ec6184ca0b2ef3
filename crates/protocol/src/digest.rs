//! Digest: whether two sides hold the same tickets, and where they differ.
//!
//! The digest of a set is the sum modulo 2^128 of BLAKE3("holdfast ticket" ‖ id ‖ version) cut to
//! 16 bytes, so it can be kept incrementally. Where the sums of a scope differ, `POST
//! /v1/sync/digest` answers 256 sums, one per last byte of the id, and is asked again for those
//! that differ, by the byte before, until a part is small enough to be listed. So an answer is
//! bounded however large a scope is. The last bytes, because the first of a UUIDv7 are the time and
//! put all tickets of a year into one part. Neither side ever adopts the other's digest.

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

/// Sums of one answer: one per value of a byte.
pub const SUMS: usize = 256;
/// Most tickets of one answer: a part with more is told in sums.
pub const LISTED_MAX: usize = 1_000;

/// A part of a scope: the tickets whose ids end with these bytes. Two hexadecimal digits a byte;
/// empty for all.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^([0-9a-f]{2}){0,16}$")]
pub struct Tail(Vec<u8>);

impl Tail {
    /// Whether a ticket is in it.
    pub fn holds(&self, ticket: TicketId) -> bool {
        ticket.bytes().ends_with(&self.0)
    }

    /// The part of it whose ids have that byte before the tail.
    #[must_use]
    pub fn with(&self, byte: u8) -> Self {
        Self([byte].into_iter().chain(self.0.iter().copied()).collect())
    }

    /// The sums of its 256 parts over tickets that are in it.
    pub fn sums<'a>(&self, tickets: impl IntoIterator<Item = &'a (TicketId, i64)>) -> Vec<Digest> {
        let mut sums = vec![Digest::default(); SUMS];
        for (id, version) in tickets {
            // A tail is never longer than an id, and one of all its bytes holds one ticket.
            let at = id.bytes().len().checked_sub(self.0.len() + 1);
            if let Some(byte) = at.map(|at| id.bytes()[at]) {
                let sum = &mut sums[usize::from(byte)];
                *sum = sum.with(*id, *version);
            }
        }
        sums
    }
}

impl TryFrom<String> for Tail {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let told = "a tail is up to 16 bytes, two hexadecimal digits each";
        if text.len() > 32 || !text.len().is_multiple_of(2) || !text.is_ascii() {
            return Err(told);
        }
        let bytes = (0..text.len()).step_by(2);
        let bytes = bytes.map(|at| u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| told));
        bytes.collect::<Result<_, _>>().map(Self)
    }
}

impl From<Tail> for String {
    fn from(tail: Tail) -> Self {
        tail.0.iter().map(|byte| format!("{byte:02x}")).collect()
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
    /// Which part of it; all of it if none is named.
    #[serde(default)]
    pub tail: Tail,
    /// The desk's own sum over that part.
    pub digest: Digest,
}

impl DigestRequest {
    /// About a whole scope.
    pub fn of_all(scope: crate::hello::Scope, cursor: i64, digest: Digest) -> Self {
        Self { scope, cursor, tail: Tail::default(), digest }
    }
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
    /// They differ: ask for the parts whose sums do.
    Differs {
        /// 256 sums, by the byte of the id before the tail.
        sums: Vec<Digest>,
    },
    /// They differ, and this is all that is in that part, so that a desk can drop what is not there
    /// and fetch what is. At most [`LISTED_MAX`].
    Listed {
        /// Ids with their versions.
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

    #[test]
    fn a_part_is_the_sum_of_its_parts_and_holds_no_other_ticket() {
        let tickets: Vec<(TicketId, i64)> =
            (0..2_000_u128).map(|n| (TicketId(Uuid::from_u128(n * 7)), 3)).collect();
        let sum = |of: &Tail| {
            let mut held = tickets.iter().filter(|(id, _)| of.holds(*id));
            held.try_fold(Digest::default(), |sum, (id, v)| Some(sum.with(*id, *v)))
        };
        for tail in [Tail::default(), Tail::default().with(7), Tail::default().with(7).with(1)] {
            let held: Vec<_> = tickets.iter().filter(|(id, _)| tail.holds(*id)).copied().collect();
            let sums = tail.sums(&held);
            for byte in 0..=255_u8 {
                assert_eq!(Some(sums[usize::from(byte)]), sum(&tail.with(byte)), "{tail:?} {byte}");
            }
        }
    }

    #[test]
    fn a_tail_is_read_as_it_is_written_and_nothing_else_is() {
        let tail = Tail::default().with(0xab).with(0x01);
        assert_eq!(serde_json::to_string(&tail).expect("text"), "\"01ab\"");
        let read = |text: &str| serde_json::from_str::<Tail>(text);
        assert_eq!(read("\"01ab\"").expect("a tail"), tail);
        for bad in ["\"0\"", "\"zz\"", "\"é\"", "\"000000000000000000000000000000000000\""] {
            read(bad).expect_err(bad);
        }
    }
}
