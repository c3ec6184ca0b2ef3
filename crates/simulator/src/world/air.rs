//! Air: what becomes of requests, answers and the pieces of streams between a desk and the server.

use futures_util::StreamExt;
use holdfast_desk::sync::wire::{Answer, Request, StatusCode};
use holdfast_sync_engine::Trouble;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use super::{Event, World, age};
use crate::chance::Chance;
use crate::network::Asked;
use crate::plan::{Line, SECOND_US, Weather};
use crate::server::Said;

/// A wire that has heard nothing for so long gives up, if it does so by itself.
const SILENCE_US: i64 = 35 * SECOND_US;
/// Until a connection to nobody is given up.
const CONNECT_US: i64 = 5 * SECOND_US;

type Pieces = mpsc::UnboundedSender<Result<Vec<u8>, Trouble>>;

/// The weather, and chance.
pub(super) struct Air {
    pub(super) weather: Weather,
    pub(super) chance: Chance,
}

impl Air {
    /// How long something is under way.
    fn lag_us(&mut self) -> i64 {
        let usual = self.chance.between(1_000, 80_000);
        if self.chance.happens(self.weather.slow) {
            return usual + self.chance.between(0, 40 * SECOND_US);
        }
        usual
    }
}

/// A request that somebody waits for.
pub(super) struct Call {
    desk: usize,
    request: Request,
    answer: Option<oneshot::Sender<Result<Answer, Trouble>>>,
    pieces: Option<Pieces>,
    task: Option<AbortHandle>,
    asked_us: i64,
    heard_us: i64,
    /// No piece arrives before this.
    in_order_us: i64,
}

impl Call {
    fn answer(&mut self, answer: Result<Answer, Trouble>) {
        if let Some(waiting) = self.answer.take() {
            let _ = waiting.send(answer);
        }
    }

    fn piece(&self, piece: Result<Vec<u8>, Trouble>) {
        if let Some(pieces) = &self.pieces {
            let _ = pieces.send(piece);
        }
    }
}

impl World {
    /// Takes up what was asked since the last time.
    pub(super) fn take_asked(&mut self) -> bool {
        let asked = self.board.take();
        let any = !asked.is_empty();
        for one in asked {
            self.ask(one);
        }
        any
    }

    fn ask(&mut self, asked: Asked) {
        let Asked { desk, request, answer, .. } = asked;
        self.called += 1;
        let (id, now_us) = (self.called, self.time.now_us());
        let size = request.body.len();
        let hash = &blake3::hash(&request.body).to_hex()[..8];
        let line = self.seats[desk].line;
        self.say(format!("desk {desk} asks {id}: {} {} {size} {hash}", request.method, {
            request.path.split('?').next().unwrap_or_default()
        }));
        let within_us = request.within.and_then(|within| i64::try_from(within.as_micros()).ok());
        let call = Call {
            desk,
            request,
            answer: Some(answer),
            pieces: None,
            task: None,
            asked_us: now_us,
            heard_us: now_us,
            in_order_us: now_us,
        };
        self.calls.insert(id, call);
        match line {
            Line::Down => self.later(2_000, Event::Hear(id, refused())),
            Line::Silent | Line::Mute => self.later(CONNECT_US, Event::GiveUp(id)),
            Line::Up | Line::Deaf => self.send(id),
        }
        self.later(within_us.unwrap_or(SILENCE_US), Event::GiveUp(id));
    }

    fn send(&mut self, id: u64) {
        let lag_us = self.air.lag_us();
        if self.air.chance.happens(self.air.weather.lose_request) {
            self.journal.fault("request lost");
            return;
        }
        self.later(lag_us, Event::Arrive(id));
        if self.air.chance.happens(self.air.weather.double_request) {
            self.journal.fault("request doubled");
            let again_us = lag_us + self.air.lag_us();
            self.later(again_us, Event::Arrive(id));
        }
    }

    /// A request is at the server's door. Whoever asked may have given up; the server does not
    /// know.
    pub(super) fn arrive(&mut self, id: u64) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        if matches!(self.seats[call.desk].line, Line::Silent | Line::Mute | Line::Down) {
            return;
        }
        match &self.host.running {
            Some(server) => {
                let newer_by = self.seats[call.desk].newer_by;
                let request = age::asked(&call.request, newer_by, self.host.without);
                call.task = Some(server.bring(id, &request));
            }
            None => self.later(1_000, Event::Hear(id, refused())),
        }
    }

    /// Takes up what the server has said since the last time.
    pub(super) fn take_said(&mut self) -> bool {
        let Some(server) = &self.host.running else { return false };
        let mut said =
            std::mem::take(&mut *server.heard.lock().expect("nobody panics while it is held"));
        let without = self.host.without;
        // Stable: of one call in order, and calls in an order that does not hang on threads.
        said.sort_by_key(|(call, _)| *call);
        let any = !said.is_empty();
        for (id, said) in said {
            self.send_back(id, age::said(said, without));
        }
        any
    }

    fn send_back(&mut self, id: u64, said: Said) {
        let lag_us = self.air.lag_us();
        let now_us = self.time.now_us();
        let weather = self.air.weather.clone();
        let Some(call) = self.calls.get_mut(&id) else { return };
        if matches!(said, Said::Whole { status: 426, .. }) && call.request.path == age::PUSH {
            self.seats[call.desk].unknown += 1;
        }
        let at_us = (now_us + lag_us).max(call.in_order_us + 1);
        let chance = &mut self.air.chance;
        match said {
            Said::Piece(_) if chance.happens(weather.drop_piece) => {
                self.journal.fault("piece lost");
            }
            Said::Piece(piece) if chance.happens(weather.double_piece) => {
                self.journal.fault("piece doubled");
                call.in_order_us = at_us + 1;
                self.put(at_us, Event::Hear(id, Said::Piece(piece.clone())));
                self.put(at_us + 1, Event::Hear(id, Said::Piece(piece)));
            }
            Said::Piece(piece) if chance.happens(weather.swap_piece) => {
                // Later than whatever comes next.
                self.journal.fault("piece late");
                self.put(at_us + SECOND_US, Event::Hear(id, Said::Piece(piece)));
            }
            Said::Piece(_) if chance.happens(weather.cut_stream) => {
                self.journal.fault("stream cut");
                self.put(at_us, Event::Hear(id, Said::Over));
            }
            Said::Whole { .. } if chance.happens(weather.lose_answer) => {
                self.journal.fault("answer lost");
            }
            Said::Whole { status, retry_after_s, mut body }
                if chance.happens(weather.cut_answer) =>
            {
                self.journal.fault("answer cut");
                body.truncate(body.len() / 2);
                self.put(at_us, Event::Hear(id, Said::Whole { status, retry_after_s, body }));
                self.put(at_us, Event::Hear(id, Said::Over));
            }
            said => {
                call.in_order_us = at_us;
                self.put(at_us, Event::Hear(id, said));
            }
        }
    }

    /// Something arrives at a desk.
    pub(super) fn hear(&mut self, id: u64, said: Said) {
        let now_us = self.time.now_us();
        let Some(call) = self.calls.get_mut(&id) else { return };
        let desk = call.desk;
        if matches!(self.seats[desk].line, Line::Silent | Line::Deaf) {
            return;
        }
        call.heard_us = now_us;
        let mut line = None;
        match said {
            Said::Whole { status: 0, .. } => {
                call.answer(Err(Trouble::Unreachable));
                line = Some("nobody answers".to_owned());
            }
            Said::Whole { status, retry_after_s, body } => {
                let hash = blake3::hash(&body).to_hex();
                line = Some(format!("{status} {} {}", body.len(), &hash[..8]));
                let piece = futures_util::stream::iter([Ok(body)]).boxed();
                let status = StatusCode::from_u16(status).unwrap_or_default();
                call.answer(Ok(Answer { status, retry_after_s, body: piece }));
            }
            Said::Begun => {
                let (pieces, mut arriving) = mpsc::unbounded_channel();
                let body = futures_util::stream::poll_fn(move |cx| arriving.poll_recv(cx)).boxed();
                let status = StatusCode::OK;
                call.answer(Ok(Answer { status, retry_after_s: None, body }));
                call.pieces = Some(pieces);
                line = Some("a stream".to_owned());
            }
            Said::Piece(piece) => call.piece(Ok(piece)),
            Said::Over => {
                call.piece(Err(Trouble::Cut));
                call.pieces = None;
                call.answer(Err(Trouble::Cut));
            }
        }
        let listens = call.pieces.is_some();
        if let Some(line) = line {
            self.say(format!("desk {desk} hears {id}: {line}"));
        }
        if listens && self.air.weather.wire_gives_up {
            self.later(SILENCE_US, Event::Silent(id, now_us));
        }
    }

    /// Whether somebody at a desk has given a password and was not answered.
    pub(super) fn is_signing_in(&self, desk: usize) -> bool {
        let asks = |call: &Call| call.desk == desk && call.request.path == "/v1/session";
        self.calls.values().any(|call| asks(call) && call.answer.is_some())
    }

    /// Nobody waits for the answer any longer.
    pub(super) fn give_up(&mut self, id: u64) {
        if let Some(call) = self.calls.get_mut(&id)
            && call.answer.is_some()
        {
            call.answer(Err(Trouble::TimedOut));
            let desk = call.desk;
            self.say(format!("desk {desk} gives {id} up"));
        }
    }

    /// A wire that has heard nothing since then lets go.
    pub(super) fn silent(&mut self, id: u64, since_us: i64) {
        if let Some(call) = self.calls.get_mut(&id)
            && call.heard_us == since_us
        {
            call.piece(Err(Trouble::TimedOut));
            call.pieces = None;
        }
    }

    /// Forgets calls that nobody waits for, and tells the server of streams that were closed.
    pub(super) fn take_closed(&mut self) -> bool {
        let mut any = false;
        let now_us = self.time.now_us();
        self.calls.retain(|_, call| {
            let waits = call.answer.as_ref().is_some_and(|answer| !answer.is_closed());
            let listens = call.pieces.as_ref().is_some_and(|pieces| !pieces.is_closed());
            let streams = call.request.within.is_none();
            if !waits && !listens && streams {
                if let Some(task) = &call.task {
                    task.abort();
                    any = true;
                }
                return false;
            }
            // Requests may still arrive; what is old is not under way any more.
            waits || listens || now_us - call.asked_us < UNDER_WAY_US
        });
        any
    }

    /// A desk's line changes.
    pub(super) fn set_line(&mut self, desk: usize, line: Line) {
        self.seats[desk].line = line;
        let name = self.seats[desk].name.clone();
        self.say(format!("the line of {name} (desk {desk}): {line:?}"));
        if line == Line::Down {
            self.cut(|call| call.desk == desk);
        }
    }

    /// Connections are cut, and whoever waits on them is told.
    pub(super) fn cut(&mut self, which: impl Fn(&Call) -> bool) {
        for call in self.calls.values_mut().filter(|call| which(call)) {
            call.piece(Err(Trouble::Cut));
            call.pieces = None;
            if call.task.is_some() {
                call.answer(Err(Trouble::Cut));
            }
        }
    }

    /// The server is gone; nobody says so.
    pub(super) fn let_hang(&mut self) {
        for call in self.calls.values_mut() {
            call.task = None;
        }
    }
}

/// Nothing is under way for longer.
const UNDER_WAY_US: i64 = 120 * SECOND_US;

/// Nobody is at the door.
fn refused() -> Said {
    Said::Whole { status: 0, retry_after_s: None, body: Vec::new() }
}
