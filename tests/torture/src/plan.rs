//! Plan: what breaks in a round, decided by the seed before it begins. When exactly it happens to
//! real processes is theirs to say; so the same seed breaks the same things, and does not meet them
//! at the same instruction twice.

use std::time::Duration;

use holdfast_simulator::chance::Chance;
use holdfast_simulator::damage::Damage;

use crate::proxy::{Line, Weather};

/// Longest life of a process that is going to be killed, and of one that is not to come up.
const LIFE: Duration = Duration::from_millis(1_300);
const STILLBORN: Duration = Duration::from_millis(120);
/// Clocks go wrong by less.
const DAY_S: i64 = 24 * 60 * 60;

/// What a process lives with, from one kill to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// Nothing.
    Nothing,
    /// Its clock is set while it runs: first so, then so; seconds.
    Clock(i64, i64),
    /// Its disk becomes full but for so many bytes: before its life, or in the middle of it.
    FullDisk(u64, bool),
    /// Its disk can only be read.
    ReadOnlyDisk,
    /// A file of its can only be read (desks).
    ReadOnlyFile(u64),
    /// A file of its was damaged (desks).
    Damaged(Damage),
    /// The key that it is given is another's (desks).
    WrongKey,
}

/// From a start to a kill.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    /// When it is killed, after its start.
    pub after: Duration,
    /// With what it has to live.
    pub with: With,
}

/// A wire that does something by itself.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// After the one before it.
    pub after: Duration,
    /// Which wire.
    pub wire: usize,
    /// What becomes of it; `None`: all that is said on it is cut.
    pub line: Option<Line>,
}

/// What the keeper of the server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Nothing.
    Nothing,
    /// Copies it.
    Copies,
    /// Changes the teams of somebody.
    Rights(u64),
    /// Loses its disk, and puts the last copy in its place.
    LosesDisk,
}

/// A round.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How long things break.
    pub lasts: Duration,
    /// The network.
    pub weather: Weather,
    /// What wires do by themselves.
    pub turns: Vec<Turn>,
    /// Lives of each desk, by its number.
    pub desks: Vec<Vec<Life>>,
    /// Lives of the server.
    pub server: Vec<Life>,
    /// What its keeper does.
    pub keeping: Keeping,
    /// A desk's disk is copied to another computer before anything else.
    pub copies_desk: Option<usize>,
    /// The copied computer is not used any more afterwards.
    pub ends_copy: bool,
    /// When all is mended, connections that hang are left for their ends to find out.
    pub leaves_hanging: bool,
    /// Nobody presses "try again".
    pub is_patient: bool,
    /// Programs are asked to end before their files are looked at; else they are killed then, too.
    pub ends_well: bool,
}

/// What a plan has to know.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Desks.
    pub desks: usize,
    /// Whether one is a copy already.
    pub is_copied: bool,
    /// Whether there are disks that can be full.
    pub disks: bool,
}

impl Plan {
    /// The plan of a round.
    pub fn of(seed: u64, round: u64, facts: Facts) -> Self {
        let mut chance = Chance::new(seed, &format!("round {round}"));
        let lasts = Duration::from_millis(1_200 + chance.below(2_600));
        let keeping = match chance.below(100) {
            0..8 => Keeping::LosesDisk,
            8..16 => Keeping::Copies,
            16..28 => Keeping::Rights(chance.number()),
            _ => Keeping::Nothing,
        };
        // Two disks that are lost at once are one too many: what no copy had would be on the other.
        let breaks_files = chance.happens(500) && keeping != Keeping::LosesDisk;
        let has_clocks = chance.happens(120);
        let kinds = Kinds { disks: facts.disks, files: breaks_files, clocks: has_clocks };
        let desks = (0..facts.desks).map(|_| lives(&mut chance, Some(kinds))).collect();
        let server = lives(&mut chance, None)
            .into_iter()
            .map(|life| Life { with: kinds.at_server(&mut chance), ..life })
            .collect();
        let turns = turns(&mut chance, facts.desks);
        let copies = !facts.is_copied && keeping != Keeping::LosesDisk && chance.happens(150);
        Self {
            lasts,
            weather: weather(&mut chance),
            turns,
            desks,
            server,
            keeping,
            copies_desk: copies.then(|| some_desk(&mut chance, facts.desks)),
            ends_copy: facts.is_copied && chance.happens(250),
            leaves_hanging: chance.happens(60),
            is_patient: chance.happens(120),
            ends_well: chance.happens(600),
        }
    }

    /// A round in which nothing breaks.
    pub fn fair(desks: usize, lasts: Duration) -> Self {
        Self {
            lasts,
            weather: Weather::default(),
            turns: Vec::new(),
            desks: vec![Vec::new(); desks],
            server: Vec::new(),
            keeping: Keeping::Nothing,
            copies_desk: None,
            ends_copy: false,
            leaves_hanging: false,
            is_patient: false,
            ends_well: true,
        }
    }

    /// Whether a file of a desk is damaged in it.
    pub fn breaks_files(&self) -> bool {
        let lives = self.desks.iter().flatten();
        lives.into_iter().any(|life| matches!(life.with, With::Damaged(_)))
    }
}

#[derive(Clone, Copy)]
struct Kinds {
    disks: bool,
    files: bool,
    clocks: bool,
}

impl Kinds {
    fn at_desk(self, chance: &mut Chance) -> With {
        let pick = chance.below(100);
        match pick {
            0..4 if self.disks => With::FullDisk(room(chance), chance.happens(400)),
            4..6 if self.disks => With::ReadOnlyDisk,
            6..8 if self.disks => With::ReadOnlyFile(chance.number()),
            8..10 => With::WrongKey,
            10..24 if self.files => {
                With::Damaged(chance.one(&Damage::ALL).copied().unwrap_or(Damage::Pages))
            }
            24..60 if self.clocks => clock(chance),
            _ => With::Nothing,
        }
    }

    fn at_server(self, chance: &mut Chance) -> With {
        let pick = chance.below(100);
        match pick {
            0..5 if self.disks => With::FullDisk(room(chance), chance.happens(400)),
            5..8 if self.disks => With::ReadOnlyDisk,
            8..30 if self.clocks => clock(chance),
            _ => With::Nothing,
        }
    }
}

fn clock(chance: &mut Chance) -> With {
    let mut wrong = || chance.between(-DAY_S, DAY_S);
    With::Clock(wrong(), wrong())
}

/// What is left of a disk that is full.
fn room(chance: &mut Chance) -> u64 {
    if chance.happens(300) { 0 } else { chance.below(400_000) }
}

/// More of them than there is time for: those of a slow machine are fewer.
fn lives(chance: &mut Chance, kinds: Option<Kinds>) -> Vec<Life> {
    let is_calm = chance.happens(150);
    let mut lives = Vec::new();
    // Two damages of one desk in a round are two disks.
    let mut is_whole = true;
    for _ in 0..if is_calm { 1 } else { 40 } {
        let most = if chance.happens(250) { STILLBORN } else { LIFE };
        let after = Duration::from_micros(chance.below(most.as_micros() as u64));
        let mut with = kinds.map_or(With::Nothing, |kinds| kinds.at_desk(chance));
        if matches!(with, With::Damaged(_)) && !std::mem::replace(&mut is_whole, false) {
            with = With::Nothing;
        }
        lives.push(Life { after, with });
    }
    lives
}

fn turns(chance: &mut Chance, wires: usize) -> Vec<Turn> {
    let often = chance.below(4);
    let mut turns = Vec::new();
    for _ in 0..often * 4 {
        let line = match chance.below(10) {
            0..4 => None,
            4..7 => Some(Line::Up),
            7..9 => Some(Line::Down),
            _ => Some(Line::Silent),
        };
        let after = Duration::from_micros(chance.below(500_000));
        turns.push(Turn { after, wire: some_desk(chance, wires), line });
    }
    turns
}

fn weather(chance: &mut Chance) -> Weather {
    let mut some = |most: u64| if chance.happens(500) { chance.below(most) } else { 0 };
    Weather {
        refuse: some(200),
        cut: some(300),
        swallow: some(80),
        late: some(200),
        trickle: some(80),
    }
}

fn some_desk(chance: &mut Chance, desks: usize) -> usize {
    usize::try_from(chance.below(desks as u64)).unwrap_or(0)
}
