//! Plan: everything that is going to happen in a world, decided by its seed before it begins: who
//! sits where, what they do, what breaks, and the weather on the network.
//!
//! A plan is a list, so that a failure can be cut short by leaving steps out. Each seed switches
//! some kinds of trouble off: what only shows where all else is well is found too.

use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::damage::Damage;
use crate::disk::{End, Strike};
use crate::time::BEGUN_US;

/// A second, in microseconds.
pub const SECOND_US: i64 = 1_000_000;
const MINUTE_US: i64 = 60 * SECOND_US;
const HOUR_US: i64 = 60 * MINUTE_US;
/// A day, in microseconds.
pub const DAY_US: i64 = 24 * HOUR_US;

/// How often somebody looks at what a desk has.
const LOOKS: usize = 2;

/// What is going to happen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// From which it all comes.
    pub seed: u64,
    /// Which of the template's seats are taken.
    pub seats: Vec<usize>,
    /// The network.
    pub weather: Weather,
    /// In order of time.
    pub steps: Vec<Planned>,
    /// When somebody looks at what a desk has, and which; by time.
    pub looks: Vec<(i64, usize)>,
    /// When everything is mended.
    pub ends_us: i64,
    /// A desk that has everything loses a ticket, as by a mistake of an earlier version: which
    /// desk, and by chance which ticket.
    #[serde(default)]
    pub forgets: Option<(usize, u64)>,
}

/// A step and its time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Planned {
    /// When, microseconds since 1970.
    pub at_us: i64,
    /// What.
    pub step: Step,
}

/// How often the network does what, per mille.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Weather {
    /// A request never arrives.
    pub lose_request: u64,
    /// A request arrives twice.
    pub double_request: u64,
    /// An answer never arrives.
    pub lose_answer: u64,
    /// An answer is cut in the middle.
    pub cut_answer: u64,
    /// Something takes very long.
    pub slow: u64,
    /// A piece of a stream never arrives.
    pub drop_piece: u64,
    /// A piece of a stream arrives twice.
    pub double_piece: u64,
    /// A piece of a stream arrives before the one before it.
    pub swap_piece: u64,
    /// A stream is cut.
    pub cut_stream: u64,
    /// Whether a silent connection is given up by the wire itself.
    pub wire_gives_up: bool,
}

/// What an agent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "as the commands of the window")]
pub enum Deed {
    Reply,
    Note,
    SendAndSolve,
    Claim,
    Assign,
    Severity,
    Status,
    Stage,
    Tags,
    Solve,
    Reopen,
    Escalate,
    AnswerEscalation,
    Create,
    SaveDraft,
    DiscardDraft,
    Undo,
    AnswerNeed,
    Read,
    Search,
    Attach,
    Bulk,
}

/// How a desk's line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// It works.
    Up,
    /// There is none: whatever is tried fails at once.
    Down,
    /// Everything vanishes in both directions, and nobody says so.
    Silent,
    /// What the desk says arrives; what the server says vanishes.
    Deaf,
    /// What the server says arrives; what the desk says vanishes.
    Mute,
}

/// What is of another version than the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// The server: it does not know the operations yet whose bits are set, in the order of
    /// [`holdfast_domain::Action::NAMES`].
    ServerWithout(u32),
    /// A desk: the server does not take any more what it speaks, until it is upgraded.
    DeskTooOld(usize),
    /// A desk: the server does not speak yet what it speaks, until it is upgraded.
    DeskTooNew(usize),
}

/// Who sees more than her teams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "people of the template")]
pub enum High {
    Sue,
    Rex,
}

impl High {
    fn named(name: &str) -> Option<Self> {
        match name {
            "sue" => Some(Self::Sue),
            "rex" => Some(Self::Rex),
            _ => None,
        }
    }
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// An agent at a desk does something.
    Deed {
        /// Which desk.
        desk: usize,
        /// What.
        deed: Deed,
        /// On what.
        pick: u64,
    },
    /// A customer writes.
    Customer {
        /// Who, where.
        pick: u64,
    },
    /// A desk's line changes for a while.
    Line {
        /// Which desk.
        desk: usize,
        /// How.
        line: Line,
        /// How long.
        for_us: i64,
    },
    /// A desk ends badly.
    DeskDies {
        /// Which.
        desk: usize,
        /// When and how; `None`: now.
        strike: Strike,
        /// Whether it waits for the step of the strike.
        at_step: bool,
        /// Until it is started again.
        away_us: i64,
    },
    /// Somebody closes the window.
    DeskQuits {
        /// Which.
        desk: usize,
        /// Until it is started again.
        away_us: i64,
    },
    /// The server ends badly.
    ServerDies {
        /// When and how.
        strike: Strike,
        /// Whether it waits for the step of the strike.
        at_step: bool,
        /// Until it is started again.
        away_us: i64,
    },
    /// A disk is full for a while: a desk's, or the server's.
    FullDisk {
        /// Whose; `None`: the server's.
        desk: Option<usize>,
        /// How long.
        for_us: i64,
    },
    /// A clock is set: a desk's, or the server's.
    Clock {
        /// Whose; `None`: the server's.
        desk: Option<usize>,
        /// How wrong it is from now on.
        wrong_by_us: i64,
    },
    /// An agent's teams change.
    Rights {
        /// Whose and to what.
        pick: u64,
    },
    /// The role of somebody who sees more than her teams changes.
    Role {
        /// Whose.
        who: High,
        /// To an agent's, or back.
        is_lowered: bool,
    },
    /// An agent may not act for a while.
    Disable {
        /// Who.
        pick: u64,
        /// How long.
        for_us: i64,
    },
    /// The server is backed up.
    BackUp,
    /// The server's disk is lost and its last backup put in its place.
    Restore {
        /// Until it serves again.
        away_us: i64,
    },
    /// Everything is switched off in good order, and on again.
    Off {
        /// How long.
        for_us: i64,
    },
    /// A version is put in that is not the rest's; afterwards all is upgraded, whatever waits.
    Age {
        /// What is of another version.
        age: Age,
        /// Until it is upgraded.
        for_us: i64,
    },
    /// A file of a desk is damaged while nobody is there.
    Damage {
        /// Which desk.
        desk: usize,
        /// What.
        damage: Damage,
        /// Where.
        pick: u64,
        /// Until it is started again.
        away_us: i64,
    },
    /// A desk's disk is copied to another computer, and both are used.
    Fork {
        /// Which desk.
        desk: usize,
    },
}

const DEEDS: [(Deed, u64); 22] = [
    (Deed::Reply, 14),
    (Deed::Note, 12),
    (Deed::SendAndSolve, 4),
    (Deed::Claim, 10),
    (Deed::Assign, 6),
    (Deed::Severity, 6),
    (Deed::Status, 6),
    (Deed::Stage, 4),
    (Deed::Tags, 6),
    (Deed::Solve, 3),
    (Deed::Reopen, 3),
    (Deed::Escalate, 4),
    (Deed::AnswerEscalation, 6),
    (Deed::Create, 4),
    (Deed::SaveDraft, 8),
    (Deed::DiscardDraft, 2),
    (Deed::Undo, 6),
    (Deed::AnswerNeed, 8),
    (Deed::Read, 4),
    (Deed::Search, 2),
    (Deed::Attach, 6),
    (Deed::Bulk, 3),
];

/// Seats of the template: people at computers. The last is the first one's second computer.
pub const SEATS: [&str; 6] = ["ada", "ann", "ben", "sue", "rex", "ada"];

/// Of whom it is that rights change.
pub const WHO: [&str; 3] = ["ada", "ann", "ben"];

impl Plan {
    /// The plan of a seed, for about so many hours; `None`: the seed says how many.
    pub fn of(seed: u64, hours: Option<u32>) -> Self {
        let mut chance = Chance::new(seed, "plan");
        let seats = seats(&mut chance);
        let weather = Weather::of(&mut Chance::new(seed, "weather"));
        let lasts_us = match hours {
            Some(hours) => i64::from(hours) * HOUR_US,
            None if chance.happens(40) => chance.between(30, 240) * MINUTE_US,
            None => chance.between(3, 20) * MINUTE_US,
        };
        let count = 8 + chance.below(34) + lasts_us.unsigned_abs() / (HOUR_US.unsigned_abs() / 8);
        let mut kinds = Kinds::of(&mut chance);
        let mut times: Vec<i64> =
            (0..count).map(|_| BEGUN_US + chance.between(0, lasts_us)).collect();
        times.sort_unstable();
        // Everything is switched off for days.
        let leap = chance.happens(40).then(|| chance.below(count));
        let mut later_us = 0;
        let mut steps = Vec::new();
        for (n, at_us) in times.into_iter().enumerate() {
            if Some(n as u64) == leap {
                later_us = chance.between(1, 9) * DAY_US;
                steps.push(Planned { at_us, step: Step::Off { for_us: later_us } });
            }
            let step = kinds.step(&mut chance, seats.len());
            steps.push(Planned { at_us: at_us + later_us, step });
        }
        let mut ends_us = BEGUN_US + lasts_us + later_us;
        let mut chance = Chance::new(seed, "alone");
        let off = steps.iter().find_map(|planned| match planned.step {
            Step::Off { for_us } => Some((planned.at_us, for_us)),
            _ => None,
        });
        if let Some(off) = off.filter(|_| chance.happens(750)) {
            let heard_us = alone(&mut chance, &seats, off, &mut steps);
            ends_us = ends_us.max(heard_us + MINUTE_US);
        }
        let mut chance = Chance::new(seed, "squeeze");
        if chance.happens(120) {
            steps.extend(squeeze(&mut chance, &seats, (BEGUN_US, BEGUN_US + lasts_us)));
            steps.sort_by_key(|planned| planned.at_us);
        }
        let mut chance = Chance::new(seed, "role");
        if chance.happens(120) {
            steps.extend(role(&mut chance, &seats, (BEGUN_US, ends_us)));
            steps.sort_by_key(|planned| planned.at_us);
        }
        let mut chance = Chance::new(seed, "looks");
        let looks = (0..LOOKS).map(|_| {
            let desk = desk_of(&mut chance, &seats);
            (chance.between(BEGUN_US, ends_us), desk)
        });
        let looks = looks.collect();
        let mut chance = Chance::new(seed, "forgets");
        let forgets = chance.happens(125).then(|| (desk_of(&mut chance, &seats), chance.number()));
        Self { seed, seats, weather, steps, looks, ends_us, forgets }
    }
}

/// What chance brings together too seldom: a desk's disk is full while customers write and her
/// teams change, so that what she was told under her former rights lies there when there is room
/// again.
fn squeeze(chance: &mut Chance, seats: &[usize], (from_us, to_us): (i64, i64)) -> Vec<Planned> {
    let desk = desk_of(chance, seats);
    let name = seats.get(desk).and_then(|seat| SEATS.get(*seat));
    let who = WHO.iter().position(|who| Some(who) == name).unwrap_or(0) as u64;
    let begins_us = chance.between(from_us, to_us);
    let after =
        |chance: &mut Chance, from_s, to_s| begins_us + chance.between(from_s, to_s) * SECOND_US;
    let full = Step::FullDisk { desk: Some(desk), for_us: chance.between(90, 300) * SECOND_US };
    let mut steps = vec![Planned { at_us: begins_us, step: full }];
    for _ in 0..4 {
        let at_us = after(chance, 1, 20);
        steps.push(Planned { at_us, step: Step::Customer { pick: chance.number() } });
    }
    let pick = chance.number() / WHO.len() as u64 * WHO.len() as u64 + who;
    steps.push(Planned { at_us: after(chance, 21, 60), step: Step::Rights { pick } });
    steps
}

/// A desk is alone for days: it loses its line and its agent goes on, then everything is switched
/// off, the others come back and go on without her, and only then is her desk heard again (a copy
/// of it, if there is one, has a line of its own). Answers when it is heard.
fn alone(
    chance: &mut Chance,
    seats: &[usize],
    (off_us, for_us): (i64, i64),
    steps: &mut Vec<Planned>,
) -> i64 {
    let desk = desk_of(chance, seats);
    let from_us = BEGUN_US.max(off_us - chance.between(2, 15) * MINUTE_US);
    let to_us = off_us + for_us + chance.between(2, 20) * MINUTE_US;
    // Each trouble of a line ends with one that works.
    let other = |step: &Step| matches!(step, Step::Line { desk: of, .. } if *of == desk);
    steps.retain(|planned| planned.at_us >= to_us || !other(&planned.step));
    let line = Step::Line { desk, line: Line::Down, for_us: to_us - from_us };
    steps.push(Planned { at_us: from_us, step: line });
    for (from_us, to_us) in [(from_us, off_us), (off_us + for_us, to_us)] {
        for _ in 0..4 {
            let deed = weighted(&DEEDS, chance).unwrap_or(Deed::Reply);
            let step = Step::Deed { desk, deed, pick: chance.number() };
            steps.push(Planned { at_us: chance.between(from_us, to_us), step });
        }
    }
    steps.sort_by_key(|planned| planned.at_us);
    to_us
}

/// The role of somebody who sits there is lowered, and in half of the worlds raised again.
fn role(chance: &mut Chance, seats: &[usize], (from_us, to_us): (i64, i64)) -> Vec<Planned> {
    let names = seats.iter().filter_map(|seat| SEATS.get(*seat));
    let high: Vec<High> = names.filter_map(|name| High::named(name)).collect();
    let Some(who) = chance.one(&high).copied() else { return Vec::new() };
    let lowered_us = chance.between(from_us, to_us);
    let mut changes = vec![(lowered_us, true)];
    if chance.happens(500) {
        changes.push((chance.between(lowered_us, to_us), false));
    }
    let step = |is_lowered| Step::Role { who, is_lowered };
    changes.into_iter().map(|(at_us, low)| Planned { at_us, step: step(low) }).collect()
}

fn desk_of(chance: &mut Chance, seats: &[usize]) -> usize {
    usize::try_from(chance.below(seats.len() as u64)).unwrap_or(0)
}

fn seats(chance: &mut Chance) -> Vec<usize> {
    let wanted = 2 + usize::from(chance.happens(500)) + usize::from(chance.happens(250));
    let mut all: Vec<usize> = (0..SEATS.len()).collect();
    let mut seats = Vec::new();
    while seats.len() < wanted {
        let n = usize::try_from(chance.below(all.len() as u64)).unwrap_or(0);
        seats.push(all.remove(n));
    }
    seats
}

impl Weather {
    fn of(chance: &mut Chance) -> Self {
        let mut some = |most: u64| if chance.happens(500) { chance.below(most) } else { 0 };
        Self {
            lose_request: some(150),
            double_request: some(100),
            lose_answer: some(150),
            cut_answer: some(50),
            slow: some(100),
            drop_piece: some(100),
            double_piece: some(100),
            swap_piece: some(100),
            cut_stream: some(60),
            wire_gives_up: some(2) == 1,
        }
    }

    /// Nothing breaks.
    pub fn fair() -> Self {
        Self { wire_gives_up: true, ..Self::default() }
    }
}

/// How likely each kind of step is in this world.
struct Kinds(Vec<(Kind, u64)>);

#[derive(Clone, Copy)]
enum Kind {
    Deed,
    Customer,
    Line,
    DeskDies,
    DeskQuits,
    ServerDies,
    FullDisk,
    Clock,
    Rights,
    BackUp,
    Restore,
    Fork,
    Disable,
    Age,
    Damage,
}

impl Kinds {
    fn of(chance: &mut Chance) -> Self {
        let mut all = vec![(Kind::Deed, 100), (Kind::Customer, 12)];
        let troubles = [
            (Kind::Line, 12),
            (Kind::DeskDies, 6),
            (Kind::DeskQuits, 3),
            (Kind::ServerDies, 6),
            (Kind::FullDisk, 3),
            (Kind::Clock, 3),
            (Kind::Rights, 3),
            (Kind::BackUp, 3),
            (Kind::Restore, 2),
            (Kind::Fork, 2),
            (Kind::Disable, 1),
            (Kind::Age, 2),
        ];
        for (kind, weight) in troubles {
            if chance.happens(600) {
                all.push((kind, weight * (1 + chance.below(3))));
            }
        }
        // What the server lost with one disk stands on the other: both at once are one too many.
        if !all.iter().any(|(kind, _)| matches!(kind, Kind::Restore)) && chance.happens(600) {
            all.push((Kind::Damage, 3));
        }
        Self(all)
    }

    fn step(&mut self, chance: &mut Chance, desks: usize) -> Step {
        let kind = weighted(&self.0, chance).unwrap_or(Kind::Deed);
        let desk = usize::try_from(chance.below(desks as u64)).unwrap_or(0);
        let pick = chance.number();
        let away_us = chance.between(1, 600) * SECOND_US;
        let some = Some(desk).filter(|_| chance.happens(700));
        match kind {
            Kind::Deed => {
                let deed = weighted(&DEEDS, chance).unwrap_or(Deed::Reply);
                Step::Deed { desk, deed, pick }
            }
            Kind::Customer => Step::Customer { pick },
            Kind::Line => {
                let lines = [Line::Down, Line::Silent, Line::Deaf, Line::Mute];
                let line = *chance.one(&lines).unwrap_or(&Line::Down);
                Step::Line { desk, line, for_us: away_us }
            }
            Kind::DeskDies => {
                let (strike, at_step) = (strike(chance, 4), chance.happens(700));
                Step::DeskDies { desk, strike, at_step, away_us }
            }
            Kind::DeskQuits => Step::DeskQuits { desk, away_us },
            Kind::ServerDies => {
                let (strike, at_step) = (strike(chance, 3), chance.happens(700));
                Step::ServerDies { strike, at_step, away_us }
            }
            Kind::FullDisk => Step::FullDisk { desk: some, for_us: away_us },
            Kind::Clock => {
                let wrong_by_us = chance.between(-DAY_US, DAY_US);
                Step::Clock { desk: some, wrong_by_us }
            }
            Kind::Rights => Step::Rights { pick },
            Kind::BackUp => Step::BackUp,
            Kind::Restore => Step::Restore { away_us },
            Kind::Fork => Step::Fork { desk },
            Kind::Disable => Step::Disable { pick, for_us: away_us },
            Kind::Damage => {
                // Keys come from the keyring here; the wrapped ones are never read.
                let damages = Damage::ALL.into_iter().filter(|it| *it != Damage::Key);
                let damages: Vec<Damage> = damages.collect();
                let damage = *chance.one(&damages).unwrap_or(&Damage::Pages);
                Step::Damage { desk, damage, pick, away_us }
            }
            Kind::Age => {
                let age = match chance.below(4) {
                    0 => Age::DeskTooOld(desk),
                    1 => Age::DeskTooNew(desk),
                    _ => Age::ServerWithout(u32::try_from(chance.below(1 << 22)).unwrap_or(0)),
                };
                Step::Age { age, for_us: away_us }
            }
        }
    }
}

fn strike(chance: &mut Chance, steps: u64) -> Strike {
    let end = if chance.happens(500) { End::Kill } else { End::Power };
    let step = u8::try_from(chance.below(steps)).unwrap_or(0);
    Strike { end, step, after: u32::try_from(chance.below(8)).unwrap_or(0) }
}

fn weighted<T: Copy>(of: &[(T, u64)], chance: &mut Chance) -> Option<T> {
    let all: u64 = of.iter().map(|(_, weight)| weight).sum();
    let mut at = chance.below(all);
    for (what, weight) in of {
        if at < *weight {
            return Some(*what);
        }
        at -= weight;
    }
    None
}
