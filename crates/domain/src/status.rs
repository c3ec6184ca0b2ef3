//! Status categories and the lifecycle: which category may follow which, and by what.
//!
//! ```text
//!            claim, assign, reply                    solve
//!   new ───────────────────────▶ open ◀──────────────────────▶ solved ──▶ closed
//!                                 │ ▲   customer writes, reopen     (system; final)
//!                                 ▼ │ customer writes
//!                       pending, on hold
//! ```
//!
//! Deliberately absent: custom status names; they are labels inside these six.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Where a ticket stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Nobody has touched it.
    New,
    /// An agent must act.
    Open,
    /// Waits for the requester.
    Pending,
    /// Waits for a third party.
    OnHold,
    /// Answered for good, unless the customer writes again.
    Solved,
    /// Final.
    Closed,
}

impl Category {
    /// Every category, in lifecycle order.
    pub const ALL: [Category; 6] =
        [Self::New, Self::Open, Self::Pending, Self::OnHold, Self::Solved, Self::Closed];

    /// 0 for new to 5 for closed, as stored; `< 4` is active.
    pub fn rank(self) -> i64 {
        self as i64
    }

    /// The category of a stored rank.
    pub fn from_rank(rank: i64) -> Option<Self> {
        usize::try_from(rank).ok().and_then(|rank| Self::ALL.get(rank).copied())
    }

    /// Whether somebody still owes somebody something.
    pub fn is_active(self) -> bool {
        self < Self::Solved
    }

    /// Whether an agent may set `to` directly. Solving and reopening are operations of their own;
    /// closing is the system's.
    pub fn may_be_set_to(self, to: Category) -> bool {
        self.is_active() && matches!(to, Self::Open | Self::Pending | Self::OnHold)
    }

    /// Where the customer's words bring a ticket; `None` if it is final.
    pub fn after_customer_words(self) -> Option<Category> {
        match self {
            Self::New => Some(Self::New),
            Self::Open | Self::Pending | Self::OnHold | Self::Solved => Some(Self::Open),
            Self::Closed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_returns_to_new_and_closed_is_final() {
        for from in Category::ALL {
            assert!(!from.may_be_set_to(Category::New));
            assert!(!Category::Closed.may_be_set_to(from));
            assert!(!from.may_be_set_to(Category::Closed));
        }
    }

    #[test]
    fn a_stored_rank_gives_back_its_category() {
        for category in Category::ALL {
            assert_eq!(Category::from_rank(category.rank()), Some(category));
        }
        assert_eq!(Category::from_rank(6), None);
    }
}
