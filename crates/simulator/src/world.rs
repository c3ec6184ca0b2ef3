//! World: makes a plan happen, one thing after the other. Between two things it is quiet, and time
//! passes only then.
//!
//! [`air`] is what becomes of requests and answers, [`age`] that not all are of one version,
//! [`trouble`] what breaks, [`keeper`] what who keeps the server does, [`look`] what is asked of
//! the databases, [`mend`] the end, when all works again and must come to agree.

mod age;
mod air;
mod keeper;
mod look;
mod mend;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use self::air::{Air, Call};
use crate::chance::{Chance, Dice};
use crate::desk::{Keys, Parts as DeskParts, Station};
use crate::disk::Doom;
use crate::journal::Journal;
use crate::ledger::Ledger;
use crate::network::Board;
use crate::plan::{Age, Line, Plan, Planned, SEATS, Step, Weather};
use crate::quiet::Quiet;
use crate::server::{Parts as ServerParts, Said, Server};
use crate::template::Template;
use crate::time::{Time, Wall};
use crate::work::{Window, Work};

/// Of what is wrong, so much is told.
const VIOLATION_CHARS_MAX: usize = 600;

/// How long a command of a window or an order of a keeper may work, in the time of this machine.
const COMMAND_WITHIN: Duration = Duration::from_secs(20);

/// So much may happen at one moment.
const AT_ONCE_MAX: u32 = 5_000;

/// So many calls may be made in a world: several times what the busiest makes.
const CALLS_MAX: u64 = 20_000;

/// What happens next.
enum Event {
    /// A step of the plan.
    Step(Step),
    /// A request arrives; again, if it is the second of a pair.
    Arrive(u64),
    /// What the server has said arrives.
    Hear(u64, Said),
    /// A call is not waited for any longer.
    GiveUp(u64),
    /// A stream was silent since that moment.
    Silent(u64, i64),
    /// A desk's line changes.
    Line(usize, Line),
    /// A desk is started.
    StartDesk(usize),
    /// The server is started.
    StartServer,
    /// A disk has room again; `None`: the server's.
    Room(Option<usize>),
    /// Time has passed, and no more.
    Passed,
    /// Somebody looks at what a desk has.
    LookAt(usize),
    /// An agent may act again.
    Enable(String),
    /// Something is upgraded.
    Upgrade(Age),
}

/// The server's place.
pub struct Host {
    /// If it lives.
    pub running: Option<Server>,
    folder: PathBuf,
    wall: Wall,
    dice: Arc<Dice>,
    /// The last one.
    backup: Option<keeper::Backup>,
    restores: bool,
    /// Operations that it does not know yet, a bit each.
    without: u32,
}

/// A desk's place.
pub struct Seat {
    /// Whose, for the journal.
    pub name: String,
    /// Their login.
    pub login: String,
    /// If it lives.
    pub running: Option<Station>,
    /// Its disk.
    pub folder: PathBuf,
    /// Its keys.
    pub keys: Keys,
    line: Line,
    /// How much newer than the server it is.
    newer_by: i32,
    /// How often the server did not know what it sent.
    unknown: u32,
    /// A file of its was damaged, and perhaps nobody has met it yet.
    is_damaged: bool,
    wall: Wall,
    dice: Arc<Dice>,
    lives: u64,
}

/// A world.
pub struct World {
    /// Its time.
    pub time: Arc<Time>,
    /// What happened.
    pub journal: Journal,
    /// What people were told.
    pub ledger: Ledger,
    /// The server's place.
    pub host: Host,
    /// The desks' places.
    pub seats: Vec<Seat>,
    /// What is wrong.
    pub violations: Vec<String>,
    quiet: Arc<Quiet>,
    root: PathBuf,
    seed: u64,
    air: Air,
    board: Arc<Board>,
    calls: BTreeMap<u64, Call>,
    called: u64,
    queue: BTreeMap<(i64, u64), Event>,
    queued: u64,
    folders: u64,
    passwords: BTreeMap<String, String>,
    /// A desk that was copied, and its copy.
    copied: Option<(usize, usize)>,
    disabled: BTreeSet<String>,
    /// No clock was ever set, and nobody was barred: what waits would be played as it was.
    forecasts_are_certain: bool,
    /// Things that happened at this very moment.
    at_once: u32,
    /// Until then everything is switched off.
    off_until_us: i64,
}

impl World {
    /// A world in a folder of its own, with nobody in it.
    pub fn new(quiet: Arc<Quiet>, root: PathBuf, seed: u64, keeps: bool) -> Self {
        let time = Arc::new(Time::default());
        let host = Host {
            running: None,
            folder: root.join("server"),
            wall: Wall::new(Arc::clone(&time), crate::server::WHO),
            dice: Arc::new(Dice::new(Chance::new(seed, "server"))),
            backup: None,
            restores: false,
            without: 0,
        };
        Self {
            time,
            journal: Journal::new(keeps),
            ledger: Ledger::default(),
            host,
            seats: Vec::new(),
            violations: Vec::new(),
            quiet,
            root,
            seed,
            air: Air { weather: Weather::fair(), chance: Chance::new(seed, "air") },
            board: Arc::default(),
            calls: BTreeMap::new(),
            called: 0,
            queue: BTreeMap::new(),
            queued: 0,
            folders: 0,
            passwords: BTreeMap::new(),
            copied: None,
            disabled: BTreeSet::new(),
            forecasts_are_certain: true,
            at_once: 0,
            off_until_us: 0,
        }
    }

    /// Begins as the template is, and lets a plan happen to it. Whatever is wrong is in
    /// [`Self::violations`].
    pub async fn live(&mut self, plan: &Plan, template: &Template) -> Result<()> {
        crate::disk::copy(&template.server(), &self.host.folder)?;
        self.passwords.clone_from(template.passwords());
        self.start_server().await?;
        for seat in &plan.seats {
            let folder = self.fresh_folder("desk");
            crate::disk::copy(&template.desk(*seat), &folder)?;
            self.add_seat(SEATS[*seat], folder, template.keys(*seat).copied());
        }
        for desk in 0..self.seats.len() {
            self.start_desk(desk).await?;
        }
        self.air.weather = plan.weather.clone();
        for Planned { at_us, step } in &plan.steps {
            self.put(*at_us, Event::Step(*step));
        }
        for (at_us, desk) in &plan.looks {
            self.put(*at_us, Event::LookAt(*desk));
        }
        self.until(plan.ends_us).await?;
        self.mend(plan.forgets).await
    }

    /// A place for somebody's desk.
    pub fn add_seat(&mut self, name: &str, folder: PathBuf, keys: Keys) -> usize {
        let number = self.seats.len();
        let who = u32::try_from(number + 1).unwrap_or(u32::MAX);
        self.seats.push(Seat {
            name: name.to_owned(),
            login: format!("{name}@desk.example"),
            running: None,
            folder,
            keys,
            line: Line::Up,
            newer_by: 0,
            unknown: 0,
            is_damaged: false,
            wall: Wall::new(Arc::clone(&self.time), who),
            dice: Arc::new(Dice::new(Chance::new(self.seed, &format!("desk {number}")))),
            lives: 0,
        });
        number
    }

    /// A name for a folder that is not there.
    pub fn fresh_folder(&mut self, of: &str) -> PathBuf {
        self.folders += 1;
        self.root.join(format!("{of}-{}", self.folders))
    }

    /// Starts the server on what its folder has.
    pub async fn start_server(&mut self) -> Result<()> {
        ensure!(self.host.running.is_none(), "it runs");
        let next = self.fresh_folder("server");
        let chance = Chance::new(self.seed, &format!("doom of server {}", self.folders));
        let mut parts = self.server_parts(Doom::new(&self.host.folder, &next, chance));
        if std::mem::take(&mut self.host.restores)
            && let Some(keeper::Backup { folder, .. }) = self.host.backup.clone()
        {
            self.host.folder = self.fresh_folder("server");
            let next = self.fresh_folder("server");
            let chance = Chance::new(self.seed, &format!("doom of server {}", self.folders));
            parts.doom = Doom::new(&self.host.folder, &next, chance);
            Server::restore(&folder, &self.host.folder, &parts).await?;
        }
        match Server::start(&self.host.folder, parts).await {
            Ok(server) => {
                self.say(format!("the server serves; head {}", server.core.head()));
                self.host.running = Some(server);
            }
            Err(error) => bail!("the server does not start: {error:#}"),
        }
        self.settle().await
    }

    fn server_parts(&self, doom: Arc<Doom>) -> ServerParts {
        let (quiet, wall) = (Arc::clone(&self.quiet), self.host.wall.clone());
        ServerParts { quiet, wall, dice: Arc::clone(&self.host.dice), doom }
    }

    /// Starts a desk on what its folder has.
    pub async fn start_desk(&mut self, number: usize) -> Result<()> {
        ensure!(self.seats[number].running.is_none(), "it runs");
        let next = self.fresh_folder("desk");
        let chance = Chance::new(self.seed, &format!("doom of desk {}", self.folders));
        let seat = &mut self.seats[number];
        seat.lives += 1;
        let parts = DeskParts {
            number,
            life: seat.lives,
            quiet: Arc::clone(&self.quiet),
            wall: seat.wall.clone(),
            dice: Arc::clone(&seat.dice),
            keys: seat.keys.clone(),
            board: Arc::clone(&self.board),
            doom: Doom::new(&seat.folder, &next, chance),
        };
        let station = Station::start(&seat.folder, parts).await;
        seat.running = Some(station);
        let name = seat.name.clone();
        self.say(format!("{name} (desk {number}) is there"));
        self.settle().await
    }

    /// A folder of the world's, by name.
    pub fn root_of(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Everybody's password, by login.
    pub fn know(&mut self, passwords: BTreeMap<String, String>) {
        self.passwords = passwords;
    }

    /// Writes into the journal.
    pub fn say(&mut self, line: impl AsRef<str>) {
        self.journal.say(self.time.now_us(), line);
    }

    /// Something is wrong.
    pub fn violated(&mut self, what: impl Into<String>) {
        let mut what = what.into();
        if let Some((end, _)) = what.char_indices().nth(VIOLATION_CHARS_MAX) {
            what.truncate(end);
        }
        self.say(format!("VIOLATED: {what}"));
        self.violations.push(what);
    }

    fn put(&mut self, at_us: i64, event: Event) {
        self.queued += 1;
        self.queue.insert((at_us, self.queued), event);
    }

    fn later(&mut self, in_us: i64, event: Event) {
        self.put(self.time.now_us() + in_us, event);
    }

    /// Lets everything happen up to a moment.
    pub async fn until(&mut self, end_us: i64) -> Result<()> {
        while self.next(end_us).await? {}
        self.time.pass_to(end_us);
        Ok(())
    }

    /// Lets the next thing happen, if it does before the end.
    async fn next(&mut self, end_us: i64) -> Result<bool> {
        let sleeper_us = self.time.next_us().unwrap_or(i64::MAX);
        let event_us = self.queue.first_key_value().map_or(i64::MAX, |(at, _)| at.0);
        let at_us = sleeper_us.min(event_us);
        if at_us > end_us {
            return Ok(false);
        }
        self.at_once = if at_us > self.time.now_us() { 0 } else { self.at_once + 1 };
        ensure!(self.at_once < AT_ONCE_MAX, "somebody is busy for ever, and no time passes");
        ensure!(self.called < CALLS_MAX, "somebody asks again and again and does not get on");
        self.time.pass_to(at_us);
        if sleeper_us <= event_us {
            self.time.wake_one();
        } else if let Some((_, event)) = self.queue.pop_first() {
            self.happen(event).await?;
        }
        self.settle().await?;
        Ok(true)
    }

    async fn happen(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Step(step) => self.step(step).await?,
            Event::Arrive(call) => self.arrive(call),
            Event::Hear(call, said) => self.hear(call, said),
            Event::GiveUp(call) => self.give_up(call),
            Event::Silent(call, since_us) => self.silent(call, since_us),
            Event::Line(desk, line) => self.set_line(desk, line),
            Event::StartDesk(_) | Event::StartServer if self.is_off() => {}
            Event::StartDesk(desk) if self.seats[desk].running.is_none() => {
                self.start_desk(desk).await?;
            }
            Event::StartServer if self.host.running.is_none() => self.start_server().await?,
            Event::Enable(login) => self.enable(login).await,
            Event::LookAt(desk) => self.look_at(desk).await?,
            Event::StartDesk(_) | Event::StartServer | Event::Passed => {}
            Event::Room(whose) => self.room(whose),
            Event::Upgrade(age) => self.upgrade(age).await?,
        }
        Ok(())
    }

    fn is_off(&self) -> bool {
        self.time.now_us() < self.off_until_us
    }

    /// Waits until it is quiet and takes up whatever was asked, said or has ended.
    pub async fn settle(&mut self) -> Result<()> {
        loop {
            self.quiet.wait().await?;
            let ended = self.bury().await?;
            if !(self.take_asked() | self.take_said() | self.take_closed() | ended) {
                return Ok(());
            }
        }
    }

    /// A command of a desk's window. Nothing else happens meanwhile, and no time passes: a command
    /// that waits for either is found out.
    pub async fn command(
        &mut self,
        desk: usize,
        name: &str,
        request: Value,
    ) -> Result<Result<Value, String>> {
        let Some(station) = &self.seats[desk].running else {
            return Ok(Err("nobody is there".to_owned()));
        };
        let (asked, doom) = (Arc::clone(&station.desk), Arc::clone(&station.doom));
        let command = name.to_owned();
        let task = tokio::spawn(async move { asked.call(&command, request).await });
        self.quiet.wait().await?;
        // What is left now is work on another thread of this machine, which is real and takes real
        // time, or it will never end.
        let answer = tokio::time::timeout(COMMAND_WITHIN, task).await;
        let waits = || format!("{name} waits for the network: no answer in {COMMAND_WITHIN:?}");
        let answer = answer.with_context(waits)??;
        if doom.struck().is_some() && answer.is_err() {
            return Ok(Err("the desk died".to_owned()));
        }
        self.journal.deeds += 1;
        Ok(match answer {
            Ok(answer) => Ok(serde_json::from_str(answer.get())?),
            Err(failure) => Err(format!("{:?}: {}", failure.code, failure.message)),
        })
    }

    async fn deed(&mut self, desk: usize, deed: crate::plan::Deed, pick: u64) -> Result<()> {
        // Whoever has two computers that believe to be one sits now at this, now at that.
        let desk = match self.copied {
            Some((of, copy)) if of == desk && pick >> 63 == 1 => copy,
            _ => desk,
        };
        if self.seats[desk].running.is_none() {
            return Ok(());
        }
        let mut ledger = std::mem::take(&mut self.ledger);
        let mut window = At { world: self, desk };
        let mut work = Work { window: &mut window, ledger: &mut ledger, desk, pick };
        let came = work.go(deed).await;
        self.ledger = ledger;
        let (name, came) = (self.seats[desk].name.clone(), came?);
        self.say(format!("{name} (desk {desk}) {deed:?}: {came}"));
        Ok(())
    }

    async fn step(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Deed { desk, deed, pick } => self.deed(desk, deed, pick).await,
            Step::Customer { pick } => self.customer_writes(pick).await,
            other => self.trouble(other).await,
        }
    }

    /// Ends everything in good order.
    pub async fn end(mut self) -> (Journal, Vec<String>) {
        for seat in &mut self.seats {
            if let Some(station) = seat.running.take() {
                station.end().await;
            }
        }
        if let Some(server) = self.host.running.take() {
            server.end().await;
        }
        (self.journal, self.violations)
    }
}

/// A window of a desk in a world.
struct At<'a> {
    world: &'a mut World,
    desk: usize,
}

impl Window for At<'_> {
    async fn ask(&mut self, name: &str, request: Value) -> Result<Result<Value, String>> {
        self.world.command(self.desk, name, request).await
    }
}
