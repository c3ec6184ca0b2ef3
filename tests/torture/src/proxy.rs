//! Proxy: the wire between a desk and the server. It passes bytes on, or does what wires do: it
//! refuses, cuts in the middle of whatever is being said, dawdles, lets a byte through now and
//! then, or stays open and says nothing.
//!
//! It knows nothing of what is said, so whatever it cuts, it cuts anywhere. What a connection has
//! swallowed once it never goes on from: a wire loses a connection, it does not lose a byte of one.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use holdfast_simulator::chance::Chance;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::tally::Tally;

/// Bytes that are passed on at once.
const PIECE_BYTES: usize = 16 * 1024;
/// Most bytes of a piece on a wire that trickles.
const DROP_BYTES: u64 = 48;
/// A fate that comes at a byte comes before this one.
const BYTES_MAX: u64 = 6_000;

/// How often a new connection meets what, per mille, in either direction.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    /// It is refused.
    pub refuse: u64,
    /// It is cut after some bytes.
    pub cut: u64,
    /// It swallows everything after some bytes.
    pub swallow: u64,
    /// Every piece comes late.
    pub late: u64,
    /// It lets a few bytes through at a time.
    pub trickle: u64,
}

/// How the wire is as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// It works, as the weather lets it.
    #[default]
    Up,
    /// There is none.
    Down,
    /// Everything vanishes, and nobody is told.
    Silent,
}

/// A port that leads to the server.
pub struct Proxy {
    url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    server: watch::Receiver<Option<SocketAddr>>,
    line: watch::Sender<Line>,
    weather: Mutex<Weather>,
    chance: Mutex<Chance>,
    /// Changes when every connection is cut.
    cut: watch::Sender<u64>,
    tally: Arc<Tally>,
}

#[derive(Clone, Copy)]
enum Fate {
    Passes,
    Cut(u64),
    Swallows(u64),
    Late(Duration),
    Trickles,
}

/// How a direction came to its end.
enum End {
    /// Whoever speaks has nothing more to say.
    Said,
    /// The wire is cut.
    Cut,
}

impl Proxy {
    /// A wire to wherever the server is.
    pub async fn new(
        server: watch::Receiver<Option<SocketAddr>>,
        chance: Chance,
        tally: Arc<Tally>,
    ) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            server,
            line: watch::Sender::default(),
            weather: Mutex::default(),
            chance: Mutex::new(chance),
            cut: watch::Sender::default(),
            tally,
        });
        let task = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Ok(Self { url, shared, task })
    }

    /// The server, as the desk on this wire knows it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What new connections meet from now on.
    pub fn set_weather(&self, weather: Weather) {
        *self.shared.weather.lock().unwrap_or_else(PoisonError::into_inner) = weather;
    }

    /// How the wire is from now on.
    pub fn set_line(&self, line: Line) {
        self.shared.line.send_replace(line);
        if line == Line::Down {
            self.cut();
        }
    }

    /// Every connection is cut now.
    pub fn cut(&self) {
        self.shared.cut.send_modify(|count| *count += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
        self.cut();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((desk, _)) = listener.accept().await else {
            // Too many are open: some will close.
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        tokio::spawn(connect(desk, Arc::clone(&shared)));
    }
}

async fn connect(desk: TcpStream, shared: Arc<Shared>) {
    let mut cut = shared.cut.subscribe();
    let is_down = *shared.line.borrow() == Line::Down;
    if is_down || shared.happens(|weather| weather.refuse) {
        shared.tally.add("wire: refused");
        return reset(&desk);
    }
    let at = *shared.server.borrow();
    let reached = match at {
        Some(at) => TcpStream::connect(at).await.ok(),
        None => None,
    };
    let Some(server) = reached else { return reset(&desk) };
    let fates = [shared.fate(), shared.fate()];
    // What is held back would hide where it was cut.
    let _ = (desk.set_nodelay(true), server.set_nodelay(true));
    let ((from_desk, to_desk), (from_server, to_server)) = (desk.into_split(), server.into_split());
    let mut there = Direction { from: from_desk, to: to_server, fate: fates[0], shared: &shared };
    let mut back = Direction { from: from_server, to: to_desk, fate: fates[1], shared: &shared };
    let both = async {
        let ended = tokio::select! {
            end = there.pass() => (end, true),
            end = back.pass() => (end, false),
        };
        match ended {
            (End::Cut, _) => End::Cut,
            (End::Said, true) => back.pass().await,
            (End::Said, false) => there.pass().await,
        }
    };
    let end = tokio::select! {
        end = both => end,
        _ = cut.changed() => End::Cut,
    };
    if matches!(end, End::Cut) {
        reset(there.from.as_ref());
        reset(back.from.as_ref());
    }
}

/// Whoever speaks on it is told that it is broken.
fn reset(stream: &TcpStream) {
    // It may be gone already.
    let _ = stream.set_zero_linger();
}

impl Shared {
    fn happens(&self, often: impl Fn(&Weather) -> u64) -> bool {
        let often = often(&self.weather.lock().unwrap_or_else(PoisonError::into_inner));
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).happens(often)
    }

    fn fate(&self) -> Fate {
        let weather = *self.weather.lock().unwrap_or_else(PoisonError::into_inner);
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        // Most of what is said is short, and some of it is long.
        let mut bytes = || {
            let most = if chance.happens(700) { BYTES_MAX / 8 } else { BYTES_MAX };
            1 + chance.below(most)
        };
        let (cut_at, swallow_at) = (bytes(), bytes());
        let late = Duration::from_micros(chance.below(120_000));
        let fates = [
            (weather.cut, Fate::Cut(cut_at), ""),
            (weather.swallow, Fate::Swallows(swallow_at), ""),
            (weather.late, Fate::Late(late), "wire: late"),
            (weather.trickle, Fate::Trickles, "wire: trickles"),
        ];
        let met = fates.into_iter().find(|(often, _, _)| chance.happens(*often));
        let Some((_, fate, kind)) = met else { return Fate::Passes };
        if !kind.is_empty() {
            self.tally.add(kind);
        }
        fate
    }
}

/// One direction of a connection.
struct Direction<'a> {
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
    fate: Fate,
    shared: &'a Shared,
}

impl Direction<'_> {
    async fn pass(&mut self) -> End {
        let mut line = self.shared.line.subscribe();
        let mut piece = vec![0; PIECE_BYTES];
        let mut passed = 0_u64;
        loop {
            if *line.borrow_and_update() == Line::Silent {
                self.shared.tally.add("wire: silent");
                return self.swallow().await;
            }
            let most = self.most();
            let read = tokio::select! {
                read = self.from.read(&mut piece[..most]) => read,
                _ = line.changed() => continue,
            };
            let bytes = match read {
                Err(_) => return End::Cut,
                Ok(0) => {
                    // The other end may be gone.
                    let _ = self.to.shutdown().await;
                    return End::Said;
                }
                Ok(bytes) => bytes,
            };
            let before = passed;
            passed += bytes as u64;
            match self.fate {
                Fate::Cut(at) if passed >= at => {
                    self.shared.tally.add("wire: cut");
                    self.write(&piece[..part(at - before, bytes)]).await;
                    return End::Cut;
                }
                Fate::Swallows(at) if passed >= at => {
                    self.shared.tally.add("wire: half open");
                    self.write(&piece[..part(at - before, bytes)]).await;
                    return self.swallow().await;
                }
                Fate::Late(time) => tokio::time::sleep(time).await,
                Fate::Trickles => tokio::time::sleep(Duration::from_millis(1)).await,
                _ => {}
            }
            if !self.write(&piece[..bytes]).await {
                return End::Cut;
            }
        }
    }

    /// Bytes of the next piece, at most.
    fn most(&self) -> usize {
        if !matches!(self.fate, Fate::Trickles) {
            return PIECE_BYTES;
        }
        let mut chance = self.shared.chance.lock().unwrap_or_else(PoisonError::into_inner);
        usize::try_from(1 + chance.below(DROP_BYTES)).unwrap_or(1)
    }

    async fn write(&mut self, bytes: &[u8]) -> bool {
        self.to.write_all(bytes).await.is_ok()
    }

    /// Takes everything, passes on nothing, and tells nobody: not even that it has ended.
    async fn swallow(&mut self) -> End {
        let mut piece = vec![0; PIECE_BYTES];
        while self.from.read(&mut piece).await.is_ok_and(|bytes| bytes > 0) {}
        std::future::pending().await
    }
}

fn part(of: u64, bytes: usize) -> usize {
    usize::try_from(of).unwrap_or(bytes).min(bytes)
}
