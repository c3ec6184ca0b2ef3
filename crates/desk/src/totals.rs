//! How long lists are, counted once until something changes: an agent turns many pages of one list,
//! and the rail has counted it before she opened it.
//!
//! Deliberately absent: totals that are kept up to date. A count that is carried along can be
//! wrong; one that is thrown away with every commit cannot.

use std::sync::{Mutex, MutexGuard, PoisonError};

use holdfast_cache::ReadTx;
use holdfast_cache::table::view::{self, View};

use crate::ipc::error::Failure;

/// Lists that are remembered; the rail has about as many.
const LISTS_MAX: usize = 64;

/// The totals of one moment.
#[derive(Default)]
pub struct Totals(Mutex<Moment>);

#[derive(Default)]
struct Moment {
    commits: u64,
    lists: Vec<(View, u32)>,
}

impl Totals {
    /// How many rows the list has.
    pub async fn of(&self, db: &mut ReadTx, view: &View) -> Result<u32, Failure> {
        // What is at risk changes with the time of day, whatever is committed.
        let lasts = !matches!(view, View::AtRisk(_));
        if lasts && let Some(total) = self.known(db.commits(), view) {
            return Ok(total);
        }
        let total = view::count(db, view).await?;
        if lasts {
            self.remember(db.commits(), view, total);
        }
        Ok(total)
    }

    fn known(&self, commits: u64, view: &View) -> Option<u32> {
        let moment = self.lock();
        let of_now = moment.lists.iter().filter(|_| moment.commits == commits);
        of_now.into_iter().find(|(known, _)| known == view).map(|(_, total)| *total)
    }

    fn remember(&self, commits: u64, view: &View, total: u32) {
        let mut moment = self.lock();
        if moment.commits > commits {
            return;
        }
        if moment.commits < commits {
            *moment = Moment { commits, lists: Vec::new() };
        }
        if moment.lists.len() < LISTS_MAX {
            moment.lists.push((view.clone(), total));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Moment> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
