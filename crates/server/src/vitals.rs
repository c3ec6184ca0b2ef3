//! Vitals: the figures by which a keeper tells how a server is, for `/metrics` and for `doctor`.
//!
//! Deliberately absent: judging (`admin::doctor` does), ids and words.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};

use crate::core::Core;
use crate::store::{desk, meta, salvage};

/// A desk that was not heard of for so long is counted as away.
pub const AWAY_AFTER: SignedDuration = SignedDuration::from_hours(3 * 24);
/// Tries of one operation beyond which something is wrong with it.
const TRIES_MANY: i64 = 2;
/// A stream that nobody reads for so long is not a connection that was lost: that ends earlier.
pub const UNREAD_LONG: SignedDuration = SignedDuration::from_mins(20);
/// A push takes a fraction of a second.
pub const PUSH_LONG: SignedDuration = SignedDuration::from_mins(1);

/// How a server is.
#[derive(Clone, Debug)]
pub struct Vitals {
    /// The last commit.
    pub head: i64,
    /// Changes at or before it are gone.
    pub horizon: i64,
    /// Commits up to here need not be kept at desks.
    pub durable_seq: i64,
    /// When the newest copy was as new as the server, if any is known.
    pub copied_at: Option<Timestamp>,
    /// Bytes of the database.
    pub database_bytes: u64,
    /// Bytes of its log.
    pub log_bytes: u64,
    /// Bytes that are free where the data is.
    pub free_bytes: u64,
    /// Operations on which the server has failed more than once.
    pub failing_operations: i64,
    /// Desks that said hello within their read lease.
    pub desks: i64,
    /// Those of them that were not heard of for days.
    pub desks_away: i64,
    /// Hellos of desks that are too old, since the start.
    pub too_old: i64,
    /// Changes that the furthest of them has not asked for yet, going by its last hello.
    pub furthest_behind: i64,
    /// Desks that listen.
    pub streams: usize,
    /// Those of them that have read nothing for [`UNREAD_LONG`] although there is something.
    pub streams_unread: usize,
    /// Desks that ask again and again for what comes after the same commit.
    pub desks_stuck: usize,
    /// Pushes that are under way for [`PUSH_LONG`].
    pub pushes_slow: usize,
    /// Snapshots that can be fetched.
    pub snapshots: usize,
    /// Words that were brought after a restore and that nobody has looked at.
    pub salvaged: i64,
}

/// Takes them now.
pub async fn take(core: &Core) -> Result<Vitals> {
    let now = core.now();
    let lease = SignedDuration::from_hours(24 * i64::from(core.config.limits.read_lease_days));
    let mut tx = core.db.read().await?;
    let place = meta::place(&mut tx).await?;
    let horizon = place.map_or(0, |place| place.horizon);
    let leased_us = (now - lease).as_microsecond();
    let away_us = (now - AWAY_AFTER).as_microsecond();
    let seen = desk::seen(&mut tx, core.epoch, (leased_us, away_us)).await?;
    let failing_operations = desk::failing(&mut tx, TRIES_MANY).await?;
    let salvaged = salvage::count(&mut tx).await?;
    drop(tx);
    let dir = &core.config.data_dir;
    let log = crate::backup::ship::log_path(dir);
    Ok(Vitals {
        head: core.head(),
        horizon,
        durable_seq: crate::backup::durable(core, horizon),
        copied_at: core.backups.reach().map(|reach| reach.at),
        database_bytes: core.db.file().metadata()?.len(),
        log_bytes: log.metadata().map_or(0, |log| log.len()),
        free_bytes: fs4::available_space(dir)?,
        failing_operations,
        desks: seen.desks,
        desks_away: seen.away,
        too_old: core.too_old(),
        furthest_behind: seen.oldest_cursor.map_or(0, |cursor| core.head() - cursor),
        streams: core.streams.count(),
        streams_unread: core.streams.unread(now, UNREAD_LONG),
        desks_stuck: core.following.stuck(now),
        pushes_slow: core.pushes.slow(now, PUSH_LONG),
        snapshots: core.snapshots.count(now),
        salvaged,
    })
}

impl Vitals {
    /// Sets the gauges.
    pub fn tell(&self, now: Timestamp) {
        let age_s = self.copied_at.map(|at| now.duration_since(at).as_secs_f64());
        for (name, value) in [
            ("holdfast_head", whole(self.head)),
            ("holdfast_horizon", whole(self.horizon)),
            ("holdfast_durable_seq", whole(self.durable_seq)),
            // Without a copy it is as old as can be.
            ("holdfast_copy_age_seconds", age_s.unwrap_or(f64::INFINITY)),
            ("holdfast_database_bytes", bytes(self.database_bytes)),
            ("holdfast_log_bytes", bytes(self.log_bytes)),
            ("holdfast_free_bytes", bytes(self.free_bytes)),
            ("holdfast_failing_operations", whole(self.failing_operations)),
            ("holdfast_desks", whole(self.desks)),
            ("holdfast_desks_away", whole(self.desks_away)),
            ("holdfast_desks_too_old", whole(self.too_old)),
            ("holdfast_furthest_behind", whole(self.furthest_behind)),
            ("holdfast_streams_unread", whole(self.streams_unread)),
            ("holdfast_desks_stuck", whole(self.desks_stuck)),
            ("holdfast_pushes_slow", whole(self.pushes_slow)),
            ("holdfast_snapshots", whole(self.snapshots)),
            ("holdfast_salvaged", whole(self.salvaged)),
        ] {
            metrics::gauge!(name).set(value);
        }
    }
}

/// Gauges are floating: exact up to 2^53.
fn whole(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().unwrap_or(u32::MAX))
}

fn bytes(bytes: u64) -> f64 {
    let (gib, rest) = (bytes >> 30, bytes & ((1 << 30) - 1));
    f64::from(u32::try_from(gib).unwrap_or(u32::MAX)) * f64::from(1 << 30)
        + f64::from(u32::try_from(rest).unwrap_or_default())
}
