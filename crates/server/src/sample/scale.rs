//! Generated tickets, for measuring: as many as wanted, five entries each on average, spread over
//! teams, people, states and times as a desk is. The same number gives the same ticket.

use std::ops::Range;

use anyhow::{Context, Result};
use holdfast_domain::clock::{Metric, target_s};
use holdfast_domain::ticket::Channel;
use holdfast_domain::{Category, Resolution, ResolutionCode, Role, Severity, Stage};
use holdfast_protocol::limits::COMMIT_ROWS_MAX;
use jiff::{SignedDuration, Timestamp};

use super::Sample;
use super::bodies::Bodies;
use crate::core::Core;
use crate::load::Loader;
use crate::load::shape::{Agent, Entry, EntryKind, Thing, Ticket};
use crate::store::Durability;

/// Tickets between two breaths: others wait for the turn to write no longer than that takes.
const BREATH_TICKETS: u64 = 500;
/// Words of a generated subject.
const SUBJECT_CHARS_MAX: usize = 72;
/// Minutes between two entries of a generated thread.
const TURN_MIN: u64 = 7;
/// How far back generated tickets reach.
const PAST_DAYS: u64 = 90;

/// Loads tickets of these numbers.
pub(super) async fn load(
    core: &Core,
    sample: &Sample,
    bodies: &Bodies,
    numbers: Range<u64>,
    tell: &mut impl FnMut(String),
) -> Result<()> {
    let workers: Vec<&Agent> =
        sample.agents.iter().filter(|agent| agent.role <= Role::Lead).collect();
    let world = World { sample, bodies, workers, now: core.now() };
    let mut loader = Loader::begin(core, Durability::Process).await?;
    for number in numbers.clone() {
        let done = number - numbers.start;
        if done > 0 && done.is_multiple_of(BREATH_TICKETS) {
            super::mark(&mut loader, sample, number).await?;
            loader = loader.breathe().await?;
            tell(format!("{done} of {} generated tickets", numbers.end - numbers.start));
        }
        let ticket = world.ticket(number);
        // A ticket stays within one commit, so that it enters every desk whole.
        if loader.writing().commit.len() + ticket.entries.len() * 4 + 24 > COMMIT_ROWS_MAX {
            loader.writing().seal().await?;
        }
        let thing = Thing::Ticket(ticket);
        loader.load(&thing).await.with_context(|| format!("generated ticket {number}"))?;
    }
    super::mark(&mut loader, sample, numbers.end).await?;
    loader.finish().await
}

struct World<'a> {
    sample: &'a Sample,
    bodies: &'a Bodies,
    workers: Vec<&'a Agent>,
    now: Timestamp,
}

/// Dice that always fall the same for a number (SplitMix64).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.throw() % bound.max(1)
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        let place = self.below(u64::try_from(of.len()).unwrap_or(u64::MAX));
        &of[usize::try_from(place).unwrap_or_default()]
    }

    /// One of these by weight.
    fn weighted<T: Copy>(&mut self, of: &[(T, u64)]) -> T {
        let mut left = self.below(of.iter().map(|(_, weight)| weight).sum());
        for (value, weight) in of {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *value,
            }
        }
        of[0].0
    }
}

impl World<'_> {
    fn ticket(&self, number: u64) -> Ticket {
        let mut dice = Dice(number);
        let category = dice.weighted(&[
            (Category::New, 4),
            (Category::Open, 14),
            (Category::Pending, 6),
            (Category::OnHold, 4),
            (Category::Solved, 12),
            (Category::Closed, 60),
        ]);
        let severity = dice.weighted(&[
            (Severity::P0, 2),
            (Severity::P1, 10),
            (Severity::P2, 25),
            (Severity::P3, 38),
            (Severity::P4, 25),
        ]);
        let worker = *dice.one(&self.workers);
        let team = worker.teams.first().cloned().unwrap_or_default();
        let taken = category != Category::New && (category > Category::OnHold || dice.below(5) > 0);
        let (language, first) = self.bodies.text(dice.throw());
        let subject = first.chars().take(SUBJECT_CHARS_MAX).collect::<String>();
        let over = !category.is_active();
        let resolution = over.then(|| Resolution {
            code: dice.weighted(&[
                (ResolutionCode::Fixed, 5),
                (ResolutionCode::Configuration, 3),
                (ResolutionCode::Workaround, 1),
            ]),
            words: String::new(),
        });
        let stage = if over { Stage::Done } else { *dice.one(&Stage::ALL[..5]) };
        let by = taken.then(|| worker.key.clone());
        let first = (language.clone(), first);
        let entries = self.entries(&mut dice, first, by.as_deref(), (category, severity));
        Ticket {
            key: format!("scale/{number}"),
            subject: subject.replace('\n', " "),
            requester: dice.one(&self.sample.contacts).key.clone(),
            language,
            channel: *dice.one(&[Channel::Phone, Channel::Chat, Channel::Portal, Channel::Mail]),
            severity,
            team,
            assignee: by,
            category,
            stage: if category == Category::New { Stage::Intake } else { stage },
            tags: [dice.one(&["ecs", "oss", "rds", "vpc", "cdn", "kms", "billing"]).to_string()]
                .into(),
            resources: std::collections::BTreeSet::new(),
            resolution,
            entries,
        }
    }

    /// The customer first; then, if somebody has it, in turns, with a note now and then.
    fn entries(
        &self,
        dice: &mut Dice,
        first: (String, String),
        by: Option<&str>,
        state: (Category, Severity),
    ) -> Vec<Entry> {
        let count = match by {
            Some(_) => 2 + dice.below(9),
            None => 1 + dice.below(2),
        };
        let opened = self.opened(dice, count.saturating_sub(1) * TURN_MIN, state);
        let mut entries = Vec::new();
        let mut said = first;
        for n in 0..count {
            let by = by.filter(|_| n % 2 == 1);
            let note = by.is_some() && dice.below(5) == 0;
            let (language, words) = said;
            entries.push(Entry {
                at: opened + SignedDuration::from_mins((n * TURN_MIN).cast_signed()),
                by: by.unwrap_or("customer").to_owned(),
                kind: if note { EntryKind::Note } else { EntryKind::Message },
                words,
                language: Some(language),
            });
            said = self.bodies.text(dice.throw());
        }
        entries
    }

    fn opened(
        &self,
        dice: &mut Dice,
        lasted_min: u64,
        (category, severity): (Category, Severity),
    ) -> Timestamp {
        let ago_min = match category {
            Category::New | Category::Open | Category::OnHold => {
                let target_s = target_s(Metric::Resolution, severity).unsigned_abs();
                dice.below(target_s * 115 / 100) / 60
            }
            Category::Pending => dice.below(3 * 24 * 60),
            Category::Solved => 60 + dice.below(5 * 24 * 60),
            Category::Closed => 4 * 24 * 60 + dice.below(PAST_DAYS * 24 * 60),
        };
        let ago_min = ago_min.max(lasted_min + 1);
        self.now - SignedDuration::from_mins(ago_min.cast_signed())
    }
}
