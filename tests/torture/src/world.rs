//! World: a server, four desks and what people were told, on disks of their own; how it begins, and
//! what is done to it between two rounds.
//!
//! A world grows with every round, and looking at all of it takes longer each time; so after some
//! rounds everything begins anew, as it was at first.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use holdfast_simulator::chance::Chance;
use holdfast_simulator::ledger::Ledger;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::disk::{self, Disk};
use crate::people::{self, PASSPHRASE, SEATS};
use crate::proxy::Proxy;
use crate::seat::{Seat, Surroundings};
use crate::server::Server;
use crate::tally::Tally;
use crate::wrap;

/// MiB of the disks, where they are disks.
const SERVER_MIB: u32 = 160;
const ELSEWHERE_MIB: u32 = 320;
const DESK_MIB: u32 = 64;
const LOOK_MIB: u32 = 640;

/// Seconds in which sending can be undone, by desk.
const UNDO_S: [u32; 4] = [0, 0, 1, 0];

/// A world.
pub struct World {
    /// Everything of it is below.
    pub root: PathBuf,
    /// From which chance comes.
    pub seed: u64,
    /// The server's place.
    pub server: Server,
    /// The desks' places; a fifth is a copy of another.
    pub seats: Vec<Seat>,
    /// The way of each to the server.
    pub proxies: Vec<Proxy>,
    /// What people were told.
    pub ledger: Mutex<Ledger>,
    /// What broke.
    pub tally: Arc<Tally>,
    /// Whether the disks are file systems of their own.
    pub disks: bool,
    /// A key that opens nothing here, sealed under everybody's passphrase.
    pub wrong_key: Vec<u8>,
    /// Rounds and chapters so far.
    pub rounds: u64,
    /// Which chapter this is.
    pub chapter: u64,
    surroundings: Surroundings,
    begun: Instant,
    journal: std::sync::Mutex<std::fs::File>,
}

impl World {
    /// Makes one below a folder, with everybody signed in and everything fetched; nothing runs.
    pub async fn new(root: &Path, seed: u64, disks: bool) -> Result<Self> {
        let tally = Arc::new(Tally::default());
        let mib = |mib: u32| disks.then_some(mib);
        for name in ["logs", "ui", "clocks"] {
            std::fs::create_dir_all(root.join(name))?;
        }
        std::fs::write(root.join("ui/index.html"), "<!doctype html>\n")?;
        let server = Server::new(
            Disk::new(root.join("server"), mib(SERVER_MIB))?,
            Disk::new(root.join("elsewhere"), mib(ELSEWHERE_MIB))?,
            root.join("server.toml"),
            root.join("logs/server.log"),
        )?;
        Disk::new(root.join("look"), mib(LOOK_MIB))?;
        let surroundings = Surroundings {
            secrets: root.join("secrets.json"),
            ui: root.join("ui"),
            logs: root.join("logs"),
        };
        let mut world = Self {
            root: root.to_owned(),
            seed,
            server,
            seats: Vec::new(),
            proxies: Vec::new(),
            ledger: Mutex::default(),
            tally,
            disks,
            wrong_key: wrong_key(seed)?,
            rounds: 0,
            chapter: 0,
            surroundings,
            begun: Instant::now(),
            journal: std::sync::Mutex::new(std::fs::File::create(root.join("logs/journal.log"))?),
        };
        world.settle_in().await?;
        Ok(world)
    }

    async fn settle_in(&mut self) -> Result<()> {
        for (number, name) in SEATS.into_iter().enumerate() {
            let chance = Chance::new(self.seed, &format!("wire {number}"));
            let proxy = Proxy::new(self.server.at(), chance, Arc::clone(&self.tally)).await?;
            self.seats.push(self.seat(number, name, proxy.url())?);
            self.proxies.push(proxy);
        }
        let file = self.root.join("people.ndjson");
        std::fs::write(&file, people::all())?;
        self.server.run(&["import", &file.to_string_lossy()]).await?;
        let mut secrets = serde_json::Map::new();
        for name in SEATS {
            let login = people::login(name);
            let said = self.server.run(&["agent", "reset", &login]).await?;
            let password = said.split_whitespace().last().context("it is said once")?;
            let both = json!({ "password": password, "passphrase": PASSPHRASE });
            secrets.insert(login, both);
        }
        std::fs::write(&self.surroundings.secrets, Value::Object(secrets).to_string())?;
        self.server.must_start().await?;
        for (seat, undo_s) in self.seats.iter().zip(UNDO_S) {
            seat.must_open().await?;
            let door = seat.door().context("it is open")?;
            let mut settings = door.must("settings.get", json!({})).await?;
            settings["undo_send_s"] = json!(undo_s);
            door.must("settings.set", settings).await?;
        }
        let left = self.until_agreed(false).await?;
        anyhow::ensure!(left.is_empty(), "the desks do not come to have everything: {left:?}");
        self.end_all().await?;
        let mut chance = Chance::new(self.seed, "keys");
        for seat in &self.seats {
            let wrapped = wrap::lightly(&seat.key()?, PASSPHRASE, &mut chance)?;
            for path in seat.profile(seat.disk.folder()).wrapped_keys() {
                std::fs::write(path, &wrapped)?;
            }
        }
        for (disk, name) in self.disks() {
            disk::copy(disk.folder(), &self.root.join("template").join(name))?;
        }
        Ok(())
    }

    /// A place for somebody.
    fn seat(&self, number: usize, name: &'static str, server: &str) -> Result<Seat> {
        let folder = self.root.join(format!("desk-{number}"));
        let disk = Disk::new(folder, self.disks.then_some(DESK_MIB))?;
        Ok(Seat::new(number, name, disk, server, self.surroundings.clone()))
    }

    fn disks(&self) -> Vec<(Disk, String)> {
        let seats = self.seats.iter().take(SEATS.len());
        let desks = seats.map(|seat| (seat.disk.clone(), format!("desk-{}", seat.number)));
        desks.chain([(self.server.disk.clone(), "server".to_owned())]).collect()
    }

    /// Everything is as it was at first. Nothing runs.
    pub async fn begin_chapter(&mut self) -> Result<()> {
        self.chapter += 1;
        self.kill_all().await?;
        self.mend_disks().await?;
        self.put_copy_away()?;
        for (disk, name) in self.disks() {
            disk.wipe()?;
            disk::copy(&self.root.join("template").join(name), disk.folder())?;
        }
        self.server.elsewhere.wipe()?;
        *self.ledger.lock().await = Ledger::default();
        self.make_safe().await
    }

    /// A copy of the server is made that has everything.
    pub async fn make_safe(&self) -> Result<()> {
        self.server.copy(self.chapter.is_multiple_of(2)).await
    }

    /// A desk's disk is copied to another computer. Nothing runs.
    pub fn copy_desk(&mut self, of: usize) -> Result<()> {
        let (number, name, server) =
            (self.seats.len(), self.seats[of].name, self.seats[of].server.clone());
        let seat = match number {
            4 => self.seat(number, name, &server)?,
            _ => return Ok(()),
        };
        disk::copy(self.seats[of].disk.folder(), seat.disk.folder())?;
        self.seats.push(seat);
        self.ledger.get_mut().copied(of);
        self.tally.add("desk copied");
        Ok(())
    }

    /// Nobody uses the copied computer any more, and what stands only there is thrown away: its
    /// user is told so. Nothing runs, and nothing that it sent is in no copy of the server.
    pub async fn end_copy(&mut self) -> Result<()> {
        let Some(seat) = self.seats.get(SEATS.len()) else { return Ok(()) };
        let number = seat.number;
        for typed in self.ledger.lock().await.words.values_mut() {
            typed.thrown |= typed.desk == number;
        }
        self.put_copy_away()
    }

    fn put_copy_away(&mut self) -> Result<()> {
        while self.seats.len() > SEATS.len() {
            if let Some(seat) = self.seats.pop() {
                seat.disk.wipe()?;
                seat.disk.give_back()?;
            }
        }
        Ok(())
    }

    /// Every disk has room and can be written, and every clock is right from the next start on.
    pub async fn mend_disks(&self) -> Result<()> {
        for seat in &self.seats {
            seat.hang(None).await;
            seat.disk.make_room();
        }
        self.server.hang(None).await;
        self.server.disk.make_room();
        Ok(())
    }

    /// Kills whatever runs.
    pub async fn kill_all(&self) -> Result<()> {
        for seat in &self.seats {
            if seat.kill().await?.is_some() {
                self.tally.add("kill: desk");
            }
        }
        if self.server.kill().await?.is_some() {
            self.tally.add("kill: server");
        }
        Ok(())
    }

    /// Ends whatever runs in good order.
    pub async fn end_all(&self) -> Result<()> {
        for seat in &self.seats {
            seat.end().await?;
        }
        self.server.end().await
    }

    /// Into the journal, for whoever looks at what is kept.
    pub fn say(&self, line: &str) {
        let at = self.begun.elapsed().as_secs_f64();
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        // A journal that cannot be written is no reason to stop.
        let _ = writeln!(journal, "{at:.3} round {} {line}", self.rounds);
    }

    /// Keeps everything as it is for whoever wants to look.
    pub fn preserve(&self, to: &Path) -> Result<()> {
        for name in ["server", "elsewhere", "logs", "look", "desk-0", "desk-1", "desk-2", "desk-3"]
        {
            disk::copy(&self.root.join(name), &to.join(name))?;
        }
        if let Some(copy) = self.seats.get(SEATS.len()) {
            disk::copy(copy.disk.folder(), &to.join("desk-4"))?;
        }
        std::fs::copy(&self.surroundings.secrets, to.join("secrets.json"))?;
        Ok(())
    }

    /// How long everybody may take to agree when all is mended.
    pub const AGREED_WITHIN: Duration = Duration::from_secs(180);
}

fn wrong_key(seed: u64) -> Result<Vec<u8>> {
    let (mut chance, mut key) = (Chance::new(seed, "wrong key"), [0; 32]);
    chance.fill(&mut key);
    wrap::lightly(&key, PASSPHRASE, &mut chance)
}
