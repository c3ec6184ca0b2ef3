//! Push: operations of one desk, settled in the order of their numbers.
//!
//! Usually all of a push share one commit. Before it, their tries are counted, in a commit that
//! survives the death of this process: an operation that makes the server fail is then found again
//! after it, is tried alone from then on, and settles as a fault after five tries, so that it does
//! not block its desk for ever. A full disk, a busy store and a stop are nobody's fault and take
//! the count back.
//!
//! Whatever stops a push (a gap, a fork, an unknown name) stops it there: what stood before is
//! settled. What stands behind it is not tried, and so no try of it is counted.
//!
//! A push, once read, is a task of its own and is carried to its end: a connection that is cut
//! between the counting and the commit would else leave tries behind that nobody made. A desk's
//! pushes follow each other, so that the one it sends again finds the first one settled.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use holdfast_protocol::limits::PUSH_OPERATIONS_MAX;
use holdfast_protocol::push::{Push, PushAnswer, Settled};
use holdfast_protocol::{Code, Failure};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::settle::{Ended, Incoming, Place, Pusher, place_of, settle};
use super::write::Writing;
use crate::core::Core;
use crate::error::{Error, Result, causes};
use crate::http::Caller;
use crate::store::{Durability, desk, is_passing};

/// Pushes that are carried at the same time; each holds at most one body in memory.
const PUSHES_MAX: u32 = 64;

/// The pushes that are being carried.
#[derive(Debug)]
pub struct Pushes {
    turns: Arc<Semaphore>,
    desks: Mutex<BTreeMap<Uuid, Arc<tokio::sync::Mutex<()>>>>,
    /// Tries that could not be taken back when they should have been: a full disk refuses that,
    /// too. They are taken back before the desk's next push is looked at.
    owed: Mutex<BTreeMap<Uuid, Vec<i64>>>,
    under_way: Mutex<UnderWay>,
}

/// When those that are under way were begun, in that order.
#[derive(Debug, Default)]
struct UnderWay {
    last: u64,
    begun_at: BTreeMap<u64, Timestamp>,
}

/// One that is under way, until it is dropped.
struct Counted {
    core: Arc<Core>,
    number: u64,
}

impl Drop for Counted {
    fn drop(&mut self) {
        lock(&self.core.pushes.under_way).begun_at.remove(&self.number);
    }
}

/// The turn to carry a push of a desk.
struct Turn {
    _desk: OwnedMutexGuard<()>,
    _turn: OwnedSemaphorePermit,
}

impl Default for Pushes {
    fn default() -> Self {
        let turns = Arc::new(Semaphore::new(PUSHES_MAX as usize));
        let under_way = Mutex::default();
        Self { turns, desks: Mutex::default(), owed: Mutex::default(), under_way }
    }
}

impl Pushes {
    /// Waits until none is being carried; none begins while the answer is kept.
    pub async fn ended(&self) -> OwnedSemaphorePermit {
        let all = self.turns.clone().acquire_many_owned(PUSHES_MAX).await;
        all.expect("nobody closes the turns")
    }

    /// How many are under way for so long.
    pub fn slow(&self, now: Timestamp, long: SignedDuration) -> usize {
        let under_way = lock(&self.under_way);
        let slow = |at: &&Timestamp| now.duration_since(**at) >= long;
        under_way.begun_at.values().filter(slow).count()
    }

    fn begin(core: &Arc<Core>) -> Counted {
        let mut under_way = lock(&core.pushes.under_way);
        under_way.last += 1;
        let number = under_way.last;
        under_way.begun_at.insert(number, core.now());
        Counted { core: core.clone(), number }
    }

    async fn turn(&self, desk: Uuid) -> Turn {
        let own = {
            let mut desks = lock(&self.desks);
            desks.retain(|_, own| Arc::strong_count(own) > 1);
            desks.entry(desk).or_default().clone()
        };
        let desk = own.lock_owned().await;
        let turn = self.turns.clone().acquire_owned().await;
        Turn { _desk: desk, _turn: turn.expect("nobody closes the turns") }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a push has come to so far.
#[derive(Debug, Default)]
struct Progress {
    settled: Vec<Settled>,
    stopped: Option<Failure>,
}

/// Settles a push, whether or not anybody waits for the answer any more.
pub async fn push(core: &Arc<Core>, caller: &Caller, push: Push) -> Result<PushAnswer> {
    if push.operations.len() > PUSH_OPERATIONS_MAX {
        let message = format!("more than {PUSH_OPERATIONS_MAX} operations in one push");
        return Err(Error::bad_request(message));
    }
    if caller.desk()? != push.desk {
        return Err(Error::bad_request("the push names another desk than the request"));
    }
    if push.epoch != core.epoch {
        return Err(epoch_changed(core));
    }
    let pusher =
        Pusher { agent: caller.agent, desk: push.desk, epoch: push.epoch, now: core.now() };
    let counted = Pushes::begin(core);
    let turn = core.pushes.turn(push.desk).await;
    let core = core.clone();
    let carried = tokio::spawn(async move {
        let (_turn, _counted) = (turn, counted);
        carry(&core, pusher, &push).await
    });
    carried.await.context("carrying a push")?
}

fn epoch_changed(core: &Core) -> Error {
    let failure = Failure::new(Code::EpochChanged, "the server was restored: say hello");
    failure.with("epoch", core.epoch.to_string()).into()
}

async fn carry(core: &Core, pusher: Pusher, push: &Push) -> Result<PushAnswer> {
    let (incoming, unreadable) = read(push);
    pay(core, pusher.desk).await?;
    let mut tx = core.db.read().await?;
    let greeted = desk::get(&mut tx, pusher.desk).await?;
    if greeted.is_none_or(|desk| desk.epoch != pusher.epoch) {
        // Its session is older than the epoch; a hello begins its numbers anew.
        return Err(epoch_changed(core));
    }
    let tried = desk::attempts(&mut tx, pusher.desk).await?;
    drop(tx);
    let suspect = incoming.iter().any(|one| tried.iter().any(|(number, _)| *number == one.number));
    let mut progress = if suspect {
        one_by_one(core, pusher, &incoming).await?
    } else {
        match together(core, pusher, &incoming).await {
            Ok(progress) => progress,
            Err(error) if is_passing(&error) => return Err(error.into()),
            Err(error) => {
                tracing::error!(causes = causes(&error), "a push failed; one by one");
                one_by_one(core, pusher, &incoming).await?
            }
        }
    };
    if let Some(failure) = progress.stopped.take().or(unreadable) {
        return Err(failure.into());
    }
    let last_number = last_number(core, pusher.desk).await?;
    Ok(PushAnswer { last_number, settled: progress.settled })
}

/// The operations up to the first that cannot be read, and why it cannot.
fn read(push: &Push) -> (Vec<Incoming>, Option<Failure>) {
    let mut incoming = Vec::with_capacity(push.operations.len());
    for pushed in &push.operations {
        match Incoming::read(pushed) {
            Ok(one) => incoming.push(one),
            Err(failure) => return (incoming, Some(failure)),
        }
    }
    (incoming, None)
}

/// All in one commit, if they fit.
async fn together(core: &Core, pusher: Pusher, incoming: &[Incoming]) -> anyhow::Result<Progress> {
    let counted = count(core, pusher, incoming).await?;
    let done = settle_all(core, pusher, incoming, 0).await;
    if done.is_err() {
        // Which of them it was, only trying them alone can tell.
        forgive(core, pusher.desk, &counted).await;
    }
    done
}

/// Each in a commit of its own, so that one that fails is known.
async fn one_by_one(core: &Core, pusher: Pusher, incoming: &[Incoming]) -> Result<Progress> {
    let mut progress = Progress::default();
    for one in incoming {
        let tried = tries(core, pusher.desk).await?;
        let before = tried.iter().find(|(number, _)| *number == one.number);
        let before = before.map_or(0, |(_, tries)| *tries);
        let alone = std::slice::from_ref(one);
        let counted = count(core, pusher, alone).await?;
        match settle_all(core, pusher, alone, before).await {
            Ok(mut done) => {
                progress.settled.append(&mut done.settled);
                progress.stopped = done.stopped;
            }
            Err(error) => {
                if is_passing(&error) {
                    forgive(core, pusher.desk, &counted).await;
                }
                return Err(error.context(format!("operation {} alone", one.number)).into());
            }
        }
        if progress.stopped.is_some() {
            break;
        }
    }
    Ok(progress)
}

async fn settle_all(
    core: &Core,
    pusher: Pusher,
    incoming: &[Incoming],
    tries: i64,
) -> anyhow::Result<Progress> {
    let mut writing = core.write(Durability::Power).await?;
    let mut progress = Progress::default();
    let stored = desk::get(&mut writing.tx, pusher.desk).await?;
    let mut last = stored.map_or(0, |desk| desk.last_number);
    let first = last;
    for one in incoming {
        if let Some(seq) = writing.seal_if_full().await? {
            place(&mut progress.settled, seq);
        }
        match settle(&mut writing, pusher, one, (last, tries)).await? {
            Ended::Before(settled) => progress.settled.push(settled),
            Ended::Now(new) => {
                last = new.number;
                let outcome = new.verdict.outcome()?;
                progress.settled.push(Settled {
                    id: new.operation,
                    number: new.number,
                    outcome,
                    seq: 0,
                });
            }
            Ended::Stopped(failure) => {
                progress.stopped = Some(failure);
                break;
            }
        }
    }
    if last > first {
        conclude(writing, pusher.desk, last, &mut progress).await?;
    }
    Ok(progress)
}

/// Seals what is left, moves the desk's number on and commits.
async fn conclude(
    mut writing: Writing<'_>,
    desk: Uuid,
    last: i64,
    progress: &mut Progress,
) -> anyhow::Result<()> {
    desk::set_last_number(&mut writing.tx, desk, last).await?;
    desk::clear_attempts(&mut writing.tx, desk, last).await?;
    if let Some(seq) = writing.seal().await? {
        place(&mut progress.settled, seq);
    }
    writing.finish().await
}

/// Outcomes of the commit that was just sealed learn their place.
fn place(settled: &mut [Settled], seq: i64) {
    settled.iter_mut().filter(|settled| settled.seq == 0).for_each(|settled| settled.seq = seq);
}

async fn tries(core: &Core, id: Uuid) -> anyhow::Result<Vec<(i64, i64)>> {
    let mut tx = core.db.read().await?;
    desk::attempts(&mut tx, id).await
}

async fn last_number(core: &Core, id: Uuid) -> anyhow::Result<i64> {
    let mut tx = core.db.read().await?;
    Ok(desk::get(&mut tx, id).await?.map_or(0, |desk| desk.last_number))
}

/// Counts a try of each operation that will be tried: the ones whose turn it is, up to the first
/// that stops the push. Answers their numbers.
async fn count(core: &Core, pusher: Pusher, incoming: &[Incoming]) -> anyhow::Result<Vec<i64>> {
    let mut writing = core.write(Durability::Process).await?;
    let stored = desk::get(&mut writing.tx, pusher.desk).await?;
    let mut last = stored.map_or(0, |desk| desk.last_number);
    let mut open = Vec::new();
    for one in incoming {
        match place_of(&mut writing.tx, pusher, one, last).await? {
            Place::Before(_) => {}
            Place::Next => {
                last = one.number;
                open.push(last);
            }
            Place::Stopped(_) => break,
        }
    }
    desk::count_attempts(&mut writing.tx, pusher.desk, &open).await?;
    writing.finish().await?;
    Ok(open)
}

/// Takes tries back, now or before the desk's next push.
async fn forgive(core: &Core, id: Uuid, numbers: &[i64]) {
    if let Err(error) = take_back(core, id, numbers).await {
        tracing::warn!(causes = causes(&error), "tries could not be taken back yet");
        lock(&core.pushes.owed).entry(id).or_default().extend(numbers);
    }
}

/// Takes back what is owed. A desk whose debt cannot be paid must wait: it would be counted on.
async fn pay(core: &Core, id: Uuid) -> anyhow::Result<()> {
    let owed = lock(&core.pushes.owed).get(&id).cloned();
    if let Some(owed) = owed {
        take_back(core, id, &owed).await?;
        lock(&core.pushes.owed).remove(&id);
    }
    Ok(())
}

async fn take_back(core: &Core, id: Uuid, numbers: &[i64]) -> anyhow::Result<()> {
    let mut writing = core.write(Durability::Process).await?;
    desk::forgive_attempts(&mut writing.tx, id, numbers).await?;
    writing.finish().await
}
