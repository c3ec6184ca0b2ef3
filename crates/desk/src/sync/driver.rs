//! Driver: the one task that feeds the engine and does what it says.
//!
//! Events are taken one at a time; whatever an action takes long for runs beside the loop and comes
//! back as an event. Events of a stream that was closed are not heard any more.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use holdfast_sync_engine::{Action, Call, Engine, Event, Trouble};
use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};

use super::context::Context;
use super::transport::News;
use super::{contact, perform, take};

/// The wall clock may differ so much from the ticking one before it counts as having jumped.
const JUMP_US: i64 = 60_000_000;

/// What the driver hears.
pub(super) enum Heard {
    /// Something that happened.
    Event(Event),
    /// News of the stream with that number.
    Stream(u64, Event),
}

/// Events that may wait for the driver.
const HEARD_MAX: usize = 256;

struct Driver {
    context: Arc<Context>,
    engine: Engine,
    mouth: mpsc::Sender<Heard>,
    calls: JoinSet<()>,
    stream: Option<AbortHandle>,
    stream_number: u64,
    wake_at: Option<Timestamp>,
    /// Wall time minus ticks when last looked at.
    drift_us: i64,
}

pub(super) async fn drive(context: Arc<Context>, mut stop: watch::Receiver<bool>) {
    let (mouth, mut ears) = mpsc::channel(HEARD_MAX);
    let bells = Arc::clone(&context.bells);
    let engine = Engine::new(context.start.clone());
    let drift_us = drift_us(context.as_ref());
    let mut driver = Driver {
        context,
        engine,
        mouth,
        calls: JoinSet::new(),
        stream: None,
        stream_number: 0,
        wake_at: None,
        drift_us,
    };
    driver.take(Event::Wake);
    loop {
        let timer = driver.timer();
        let event = tokio::select! {
            // In this order, so that what happens next never hangs on chance.
            biased;
            _ = stop.changed() => break,
            Some(ended) = driver.calls.join_next() => {
                if let Err(error) = ended && error.is_panic() {
                    tracing::error!(%error, "a call of the sync ended badly");
                }
                continue;
            }
            () = timer => Event::TimerFired,
            () = bells.wake.notified() => Event::Wake,
            () = bells.written.notified() => Event::Written,
            heard = ears.recv() => match heard {
                Some(Heard::Event(event)) => event,
                Some(Heard::Stream(number, event)) if number == driver.stream_number => event,
                Some(Heard::Stream(..)) => continue,
                None => break,
            },
        };
        if driver.clock_jumped() {
            // Asleep, or set by somebody: the server says what time it is, and is heard again.
            driver.take(Event::Wake);
        }
        driver.take(event);
    }
    driver.close_stream();
    // What is being written is rolled back, or was committed; the next start finds out which.
    driver.calls.shutdown().await;
    contact::keep(driver.context.as_ref()).await;
}

impl Driver {
    fn take(&mut self, event: Event) {
        self.note(&event);
        for action in self.engine.step(event, self.context.engine_now()) {
            self.act(action);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::SetTimer(at) => self.wake_at = at,
            Action::Report(report) => {
                let now = self.context.now();
                self.context.status.send_modify(|status| status.take(&report, now));
            }
            Action::CloseStream => self.close_stream(),
            Action::OpenStream { since } => self.open_stream(since),
            action => self.call(action),
        }
    }

    /// Runs beside the loop and answers with one event.
    fn call(&mut self, action: Action) {
        let (context, mouth) = (Arc::clone(&self.context), self.mouth.clone());
        let name = call_of(&action);
        self.calls.spawn(async move {
            let asked = AssertUnwindSafe(answer(&context, action)).catch_unwind();
            let event = asked.await.unwrap_or_else(|_| {
                // The engine waits for an answer to everything it asks.
                tracing::error!(call = ?name, "a call of the sync panicked");
                Event::Failed { call: name, trouble: Trouble::Garbage }
            });
            // Nobody to hear: the driver has stopped.
            let _ = mouth.send(Heard::Event(event)).await;
        });
    }

    fn open_stream(&mut self, since: i64) {
        self.close_stream();
        let (context, mouth) = (Arc::clone(&self.context), self.mouth.clone());
        let number = self.stream_number;
        self.stream = Some(self.calls.spawn(listen(context, mouth, number, since)));
    }

    fn close_stream(&mut self) {
        self.stream_number += 1;
        if let Some(stream) = self.stream.take() {
            stream.abort();
        }
    }

    /// What is worth knowing whatever the engine makes of it.
    fn note(&mut self, event: &Event) {
        if let Event::HelloAnswered { welcome, .. } = event {
            let offset_us =
                welcome.server_time.as_microsecond() - self.context.clock.now().as_microsecond();
            self.context.status.send_modify(|status| {
                (status.offset_us, status.clock_unsure) = (offset_us, false);
            });
        }
        let heard = matches!(
            event,
            Event::HelloAnswered { .. }
                | Event::Pulled(_)
                | Event::StreamOpened
                | Event::StreamFrame(_)
                | Event::StreamBeat { .. }
                | Event::StreamPoke { .. }
        );
        if heard {
            self.context.heard_now();
            self.keep_contact();
        }
    }

    /// Nothing else has written for a while: behind everything, the server was heard.
    fn keep_contact(&mut self) {
        let ticks_us = self.context.clock.ticks_us();
        if self.context.contact.is_late(ticks_us) {
            self.context.contact.written(ticks_us);
            let context = Arc::clone(&self.context);
            self.calls.spawn(async move { contact::keep(context.as_ref()).await });
        }
    }

    /// Over when the engine wants to be woken.
    fn timer(&self) -> BoxFuture<'static, ()> {
        let Some(at) = self.wake_at else { return std::future::pending().boxed() };
        let left_us = at.as_microsecond() - self.context.engine_now().as_microsecond();
        let left = Duration::from_micros(u64::try_from(left_us).unwrap_or_default());
        self.context.clock.sleep(left)
    }

    fn clock_jumped(&mut self) -> bool {
        let drift_us = drift_us(self.context.as_ref());
        let before_us = std::mem::replace(&mut self.drift_us, drift_us);
        let jumped = (drift_us - before_us).abs() > JUMP_US;
        if jumped {
            self.context.status.send_modify(|status| status.clock_unsure = true);
        }
        jumped
    }
}

fn drift_us(context: &Context) -> i64 {
    context.clock.now().as_microsecond() - context.clock.ticks_us()
}

/// What an action is called when it fails.
fn call_of(action: &Action) -> Call {
    match action {
        Action::Hello => Call::Hello,
        Action::RefreshToken => Call::RefreshToken,
        Action::Renew(_) => Call::Renew,
        Action::SetScopes(_) => Call::SetScopes,
        Action::FetchManifest(_) => Call::FetchManifest,
        Action::BeginScope(_) => Call::BeginScope,
        Action::FetchChunk { .. } => Call::FetchChunk,
        Action::TakeChunk { .. } => Call::TakeChunk,
        Action::FinishScope { .. } => Call::FinishScope,
        Action::Pull { .. } => Call::Pull,
        Action::TakeRows(_) => Call::TakeRows,
        Action::OpenStream { .. } | Action::CloseStream => Call::OpenStream,
        Action::NumberAndPush(_) => Call::NumberAndPush,
        Action::Digest(_) => Call::Digest,
        Action::Refetch { .. } => Call::Refetch,
        Action::ReadOutbox | Action::SetTimer(_) | Action::Report(_) => Call::ReadOutbox,
    }
}

async fn answer(context: &Arc<Context>, action: Action) -> Event {
    let call = call_of(&action);
    let done = match action {
        Action::Hello => perform::hello(context).await,
        Action::RefreshToken => perform::refresh(context).await,
        Action::FetchManifest(scope) => perform::manifest(context, &scope).await,
        Action::FetchChunk { manifest, chunk } => perform::chunk(context, &manifest, chunk).await,
        Action::Pull { since, max_rows } => perform::pull(context, since, max_rows).await,
        Action::NumberAndPush(ids) => perform::push(context, &ids).await,
        Action::Digest(scope) => perform::digest(context, scope).await,
        Action::Refetch { scope, tickets } => perform::refetch(context, scope, tickets).await,
        Action::ReadOutbox => take::outbox(context).await,
        Action::Renew(renewal) => take::renew(context, renewal).await,
        Action::SetScopes(scopes) => take::scopes(context, &scopes).await,
        Action::BeginScope(manifest) => take::begin(context, &manifest).await,
        Action::TakeChunk { scope, snapshot, chunk, rows } => {
            take::chunk(context, (scope, snapshot, chunk), rows).await
        }
        Action::FinishScope { manifest, sets_cursor } => {
            take::finish(context, *manifest, sets_cursor).await
        }
        Action::TakeRows(taking) => take::rows(context, taking).await,
        Action::SetTimer(_)
        | Action::Report(_)
        | Action::CloseStream
        | Action::OpenStream { .. } => return Event::Wake,
    };
    match done {
        Ok(event) => event,
        Err(trouble) => failed(context, call, trouble).await,
    }
}

async fn failed(context: &Context, call: Call, trouble: Trouble) -> Event {
    tracing::debug!(?call, trouble = trouble.code(), "a call of the sync failed");
    if matches!(trouble, Trouble::Revoked | Trouble::DeskRevoked) {
        context.revoked(trouble == Trouble::DeskRevoked).await;
    }
    Event::Failed { call, trouble }
}

async fn listen(context: Arc<Context>, mouth: mpsc::Sender<Heard>, number: u64, since: i64) {
    let say = |event| mouth.send(Heard::Stream(number, event));
    let opened = async {
        let (token, epoch) = (context.token()?, context.epoch()?);
        context.transport.stream(&token, epoch, since).await
    };
    let mut news = match opened.await {
        Ok(news) => news,
        Err(trouble) => {
            let _ = say(failed(&context, Call::OpenStream, trouble).await).await;
            return;
        }
    };
    let _ = say(Event::StreamOpened).await;
    while let Some(Ok(news)) = news.next().await {
        let event = match news {
            News::Frame(frame) => Event::StreamFrame(*frame),
            News::Beat(head) => Event::StreamBeat { head },
            News::Poke(head) => Event::StreamPoke { head },
        };
        if say(event).await.is_err() {
            return;
        }
    }
    let _ = say(Event::StreamClosed).await;
}
