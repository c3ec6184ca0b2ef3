//! Lives: whoever keeps a process starts it, lets it meet what it has to live with, and kills it in
//! the middle of whatever it does; again and again.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use holdfast_simulator::chance::Chance;
use serde_json::json;

use crate::clock::Clock;
use crate::disk::Disk;
use crate::people::PASSPHRASE;
use crate::plan::{Life, With};
use crate::process::Ended;
use crate::seat::Seat;
use crate::server::Server;
use crate::window::Answer;
use crate::world::World;

/// What cannot begin is not tried again at once.
const PAUSE: Duration = Duration::from_millis(20);
/// Files of a profile that are made read only.
const FILES: [&str; 4] = ["holdfast.db", "holdfast.db-wal", "holdfast.db.outbox", "profile.json"];

/// Where a process lives.
trait Place {
    /// As it is counted: killed, disk full, disk read only, clock set.
    const KINDS: [&str; 4];

    fn name(&self) -> String;
    fn disk(&self) -> &Disk;
    async fn hang(&self, clock: Option<Clock>);
    async fn start(&self) -> Result<()>;
    async fn kill(&self) -> Result<Option<Ended>>;
}

impl Place for Seat {
    const KINDS: [&str; 4] =
        ["kill: desk", "desk: disk full", "desk: disk read only", "desk: clock set"];

    fn name(&self) -> String {
        format!("desk-{}", self.number)
    }

    fn disk(&self) -> &Disk {
        &self.disk
    }

    async fn hang(&self, clock: Option<Clock>) {
        self.hang(clock).await;
    }

    async fn start(&self) -> Result<()> {
        self.start().await
    }

    async fn kill(&self) -> Result<Option<Ended>> {
        self.kill().await
    }
}

impl Place for Server {
    const KINDS: [&str; 4] =
        ["kill: server", "server: disk full", "server: disk read only", "server: clock set"];

    fn name(&self) -> String {
        "server".to_owned()
    }

    fn disk(&self) -> &Disk {
        &self.disk
    }

    async fn hang(&self, clock: Option<Clock>) {
        self.hang(clock).await;
    }

    async fn start(&self) -> Result<()> {
        self.start().await
    }

    async fn kill(&self) -> Result<Option<Ended>> {
        self.kill().await
    }
}

impl World {
    /// Lives of a desk, until then; what was wrong. It does not run afterwards.
    pub(crate) async fn desk_lives(
        &self,
        seat: &Seat,
        lives: &[Life],
        ends: Instant,
    ) -> Result<Vec<String>> {
        let purpose = format!("desk {} in round {}", seat.number, self.rounds);
        let mut chance = Chance::new(self.seed, &purpose);
        let mut wrong = Vec::new();
        for life in lives {
            if Instant::now() >= ends {
                break;
            }
            match life.with {
                With::WrongKey => wrong.extend(self.wrong_key(seat).await?),
                With::Damaged(damage) => {
                    if damage.strike(&seat.files()?, &mut chance)? {
                        self.tally.add(damage.kind());
                    }
                    wrong.extend(self.life(seat, *life).await?);
                }
                With::ReadOnlyFile(pick) => {
                    let pinned = self.pin(seat, pick)?;
                    wrong.extend(self.life(seat, *life).await?);
                    if let Some(file) = pinned {
                        seat.disk.unpin(&file)?;
                    }
                }
                _ => wrong.extend(self.life(seat, *life).await?),
            }
        }
        Ok(wrong)
    }

    fn pin(&self, seat: &Seat, pick: u64) -> Result<Option<PathBuf>> {
        let name = FILES[usize::try_from(pick % FILES.len() as u64).unwrap_or(0)];
        let file = seat.files()?.join(name);
        if !file.exists() {
            return Ok(None);
        }
        seat.disk.pin(&file)?;
        self.tally.add("desk: file read only");
        Ok(Some(file))
    }

    /// Lives of the server, until then; what was wrong. It does not run afterwards.
    pub(crate) async fn server_lives(
        &self,
        lives: &[Life],
        loses_disk: bool,
        ends: Instant,
    ) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        // In the middle of it all.
        let mut loses_at = loses_disk.then(|| Instant::now() + (ends - Instant::now()) / 2);
        for life in lives {
            if Instant::now() >= ends {
                break;
            }
            wrong.extend(self.life(&self.server, *life).await?);
            if loses_at.is_some_and(|at| Instant::now() >= at) {
                loses_at = None;
                self.lose_disk().await?;
            }
        }
        Ok(wrong)
    }

    /// From a start to a kill; what was wrong.
    async fn life<P: Place>(&self, place: &P, life: Life) -> Result<Option<String>> {
        let [killed, full, read_only, set] = P::KINDS;
        let (disk, name) = (place.disk(), place.name());
        let clock = || Clock::at(self.root.join("clocks").join(&name));
        match life.with {
            With::FullDisk(left, true) => {
                disk.fill(left)?;
                self.tally.add(full);
            }
            With::ReadOnlyDisk => {
                disk.set_read_only(true)?;
                self.tally.add(read_only);
            }
            With::Clock(first, _) => {
                let clock = clock()?;
                clock.set(first)?;
                place.hang(Some(clock)).await;
                self.tally.add(set);
            }
            _ => {}
        }
        let begun = Instant::now();
        let started = tokio::time::timeout(life.after, place.start()).await;
        let came = match &started {
            Ok(Ok(())) => "up".to_owned(),
            Ok(Err(error)) => format!("not up: {error}"),
            Err(_) => "killed on its way up".to_owned(),
        };
        self.say(&format!("{name} {life:?}: {came} after {:?}", begun.elapsed()));
        if matches!(started, Ok(Err(_))) {
            tokio::time::sleep(PAUSE).await;
        }
        tokio::time::sleep_until((begun + life.after / 2).into()).await;
        match life.with {
            With::FullDisk(left, false) => {
                disk.fill(left)?;
                self.tally.add(full);
            }
            With::Clock(_, then) => {
                clock()?.set(then)?;
                self.tally.add(set);
            }
            _ => {}
        }
        tokio::time::sleep_until((begun + life.after).into()).await;
        let ended = place.kill().await;
        if matches!(ended, Ok(Some(Ended::Killed))) {
            self.tally.add(killed);
        }
        match life.with {
            With::FullDisk(..) => disk.make_room(),
            With::ReadOnlyDisk => disk.set_read_only(false)?,
            _ => {}
        }
        Ok(ended.err().map(|error| format!("nobody falls over: {name}: {error:#}")))
    }

    /// A start with another's key: it is told, and changes nothing of what is written there.
    async fn wrong_key(&self, seat: &Seat) -> Result<Vec<String>> {
        let profile = seat.profile(seat.disk.folder());
        let paths = profile.wrapped_keys();
        let right = [std::fs::read(&paths[0])?, std::fs::read(&paths[1])?];
        let before = self.own(seat).await;
        for path in &paths {
            std::fs::write(path, &self.wrong_key)?;
        }
        seat.start().await.context("it comes up and says what is wrong")?;
        let door = seat.door().context("it runs")?;
        let asked = json!({ "profile": profile.id, "passphrase": PASSPHRASE });
        let answer = door.ask("session.unlock", &asked).await;
        ensure!(seat.kill().await?.is_some(), "it ran");
        self.tally.add("kill: desk");
        self.tally.add("desk: wrong key");
        let mut wrong = Vec::new();
        match answer {
            Answer::Refused(why) if why.starts_with("passphrase_wrong") => {}
            Answer::Refused(why) => wrong.push(format!("a wrong key is told: {why}")),
            Answer::Told(_) => wrong.push("a wrong key is told: it opens".to_owned()),
            Answer::Silence => wrong.push("a wrong key is told: nothing is said".to_owned()),
        }
        for (path, bytes) in paths.iter().zip(right) {
            std::fs::write(path, bytes)?;
        }
        // What could not be read before is another's affair.
        if let Ok(before) = before
            && self.own(seat).await.map_err(|error| format!("{error:#}")) != Ok(before)
        {
            wrong.push(format!("a wrong key changes nothing: {}", seat.name()));
        }
        Ok(wrong)
    }
}
