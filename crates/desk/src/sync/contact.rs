//! Contact: when the server was heard last, on the disk. A desk that opens without the network says
//! by it how old is what it shows.
//!
//! Written with whatever is written anyway, at an orderly end, and otherwise once a minute: a power
//! failure makes the data seem a minute older at most. Deliberately absent: a write for each
//! heartbeat, which would keep the disk of an idle desk busy for nothing.

use std::sync::atomic::{AtomicI64, Ordering};

use holdfast_cache::{Result, WritePriority, WriteTx, table};

use super::context::Context;

/// What is on the disk may be so much older than what is known.
const LATE_US: i64 = 60_000_000;

/// When it was written last, in ticks.
pub(super) struct Contact {
    written_us: AtomicI64,
}

impl Contact {
    /// As of an opening: what is on the disk is all there is.
    pub(super) fn new(ticks_us: i64) -> Self {
        Self { written_us: AtomicI64::new(ticks_us) }
    }

    /// Whether it has to be written by itself now.
    pub(super) fn is_late(&self, ticks_us: i64) -> bool {
        ticks_us - self.written_us.load(Ordering::Relaxed) >= LATE_US
    }

    /// It is being written. If that fails it is late again after another minute.
    pub(super) fn written(&self, ticks_us: i64) {
        self.written_us.store(ticks_us, Ordering::Relaxed);
    }
}

/// Writes it with what is written anyway.
pub(super) async fn keep_with(context: &Context, tx: &mut WriteTx) -> Result<()> {
    let (heard, unsure) = {
        let status = context.status.borrow();
        (status.data_as_of, status.clock_unsure)
    };
    // After a jump of this computer's clock nobody knows when that was; the server will say.
    let Some(heard) = heard.filter(|_| !unsure) else { return Ok(()) };
    context.contact.written(context.clock.ticks_us());
    table::sync::set_heard(tx, heard).await
}

/// Writes it by itself.
pub(super) async fn keep(context: &Context) {
    context.contact.written(context.clock.ticks_us());
    let done = async {
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        keep_with(context, &mut tx).await?;
        tx.commit().await
    };
    if let Err(error) = Result::<()>::map_err(done.await, anyhow::Error::from) {
        tracing::warn!(%error, "writing down when the server was heard");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND_US: i64 = 1_000_000;

    #[test]
    fn a_minute_is_late_a_heartbeat_is_not_and_what_was_written_with_a_change_counts() {
        let contact = Contact::new(0);
        let late = |s: i64| contact.is_late(s * SECOND_US);
        assert!(!late(15));
        assert!(!late(59));
        assert!(late(60));
        contact.written(50 * SECOND_US);
        assert!(!late(60));
        assert!(!late(109));
        assert!(late(110));
    }
}
