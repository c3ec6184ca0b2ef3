//! Canaries: every ticket of two teams holds words that stand nowhere else. One team is taken away
//! from its agent, the other stays: what is left of the one can be searched for everywhere, and the
//! other shows that the search finds.
//!
//! An index keeps of a term only what differs from the term before it. So a canary differs from all
//! others from its first letters on, and its end is what is searched for.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::logs::Logs;
use crate::{Disk, Person, Seat, Server};

const LOGIN: &str = "mia.sato@holdfast.example";
const CENTER: &str = "beijing";
/// The team that is taken away, and the one that stays.
const TEAMS: [&str; 2] = ["vault", "atrium"];
/// Letters of a word that an index surely keeps.
const SURE: usize = 8;

/// The two teams, their one agent, and all canaries.
pub struct Aviary {
    password: String,
    lost: Vec<Canary>,
    kept: Vec<Canary>,
}

/// The words of one ticket.
#[derive(Clone, Debug)]
pub struct Canary {
    key: String,
    word: String,
    han: String,
}

impl Canary {
    fn of(team: &str, n: u32) -> Self {
        let key = format!("{team}-{n}");
        let hash = blake3::hash(key.as_bytes());
        let letter = |byte: &u8| char::from(b'a' + byte % 26);
        let word = hash.as_bytes()[..18].iter().map(letter).collect();
        // Rare letters of the Han script, four a ticket and none twice.
        let first = 0x3400 + 4 * n + if team == TEAMS[0] { 0 } else { 0xC00 };
        let han = (first..first + 4).filter_map(char::from_u32).collect();
        Self { key, word, han }
    }

    /// Bytes that show that it is there: its letters as they are written, and the ends of the
    /// tokens under which a search would find it.
    fn traces(&self) -> Vec<Vec<u8>> {
        let tokens = holdfast_search::tokens(&format!("{} {}", self.word, self.han));
        let mut traces = vec![self.han.clone().into_bytes()];
        for token in tokens.words.split_whitespace() {
            traces.push(token.as_bytes()[token.len().saturating_sub(SURE)..].to_vec());
        }
        for token in tokens.grams.split_whitespace() {
            traces.push(token.as_bytes()[token.len().saturating_sub(4)..].to_vec());
        }
        traces
    }

    /// For her own words on that ticket.
    pub fn word(&self) -> &str {
        &self.word
    }

    fn ticket(&self, team: &str, bytes: usize) -> Value {
        let line = format!("The {} of {} is on fire. ", self.word, self.han);
        let words = line.repeat(bytes.div_ceil(line.len()).max(1));
        json!({ "ticket": {
            "key": self.key, "subject": format!("{} {}", self.word, self.han),
            "requester": format!("{team}-anna"), "language": "en", "channel": "mail",
            "severity": "p3", "team": team, "category": "new", "stage": "intake",
            "entries": [{
                "at": "2024-01-02T09:00:00Z", "by": "customer", "kind": "message", "words": words,
            }],
        }})
    }
}

impl Aviary {
    /// Imports both teams with so many tickets each, those to be lost of about so many bytes.
    pub async fn found(server: &Server, tickets: u32, bytes: usize) -> Result<Self> {
        let canaries = |team| (0..tickets).map(|n| Canary::of(team, n)).collect::<Vec<_>>();
        let [lost, kept] = TEAMS.map(canaries);
        let mut things = Vec::new();
        for team in TEAMS {
            things.push(json!({ "team": {
                "key": team, "name": team, "center": CENTER, "tier": "L1",
            }}));
            things.push(json!({ "organization": {
                "key": format!("{team}-bank"), "name": "A bank", "region": "eu-central-1",
                "industry": "bank", "residency": "eu", "plan": "enterprise",
                "time_zone": "Europe/Berlin", "country": "DE",
            }}));
            things.push(json!({ "contact": {
                "key": format!("{team}-anna"), "organization": format!("{team}-bank"),
                "name": "Anna Kern", "language": "en", "time_zone": "Europe/Berlin",
            }}));
        }
        things.push(agent(&TEAMS));
        things.extend(lost.iter().map(|canary| canary.ticket(TEAMS[0], bytes)));
        things.extend(kept.iter().map(|canary| canary.ticket(TEAMS[1], 400)));
        server.import(&things).await?;
        Ok(Self { password: server.reset(LOGIN).await?, lost, kept })
    }

    /// Their agent signs in.
    pub async fn sign_in(&self, seat: &Seat) -> Result<Person> {
        seat.sign_in_with(LOGIN, &self.password).await
    }

    /// Her login and password.
    pub fn who(&self) -> (&str, &str) {
        (LOGIN, &self.password)
    }

    /// The first team is taken away from her.
    pub async fn take_away(&self, server: &Server) -> Result<()> {
        server.import(&[agent(&TEAMS[1..])]).await
    }

    /// Her tickets of both teams, in the order of their canaries, by a word of their subject.
    pub async fn tickets(&self, person: &Person) -> Result<BTreeMap<String, String>> {
        let view = json!({ "view": "all" });
        let rows = person.rows(view).await?;
        let mut found = BTreeMap::new();
        for canary in self.lost.iter().chain(&self.kept) {
            let named = |row: &&Value| {
                row["subject"].as_str().is_some_and(|subject| subject.contains(&canary.word))
            };
            if let Some(ticket) = rows.iter().find(named).and_then(|row| row["ticket"].as_str()) {
                found.insert(canary.word.clone(), ticket.to_owned());
            }
        }
        Ok(found)
    }

    /// How many canaries each team has.
    pub fn size(&self) -> usize {
        self.kept.len()
    }

    /// A canary that is to be lost.
    pub fn lost(&self, n: usize) -> &Canary {
        &self.lost[n]
    }

    /// Where anything of the lost team stands: in files of the profile, or in the logs.
    pub fn left_of_the_lost(&self, disk: &Disk, logs: &Logs) -> Result<Vec<String>> {
        let mut left = Vec::new();
        for (name, bytes) in disk.everything()? {
            let found = seen(&self.lost, &bytes, 1).into_iter();
            left.extend(found.map(|key| format!("{key} in {name}")));
        }
        let logged = logs.bytes();
        ensure!(!logged.is_empty(), "nothing was logged, so the search could not fail");
        if seen(&self.lost, &logged, 1).is_empty() && seen(&self.kept, &logged, 1).is_empty() {
            return Ok(left);
        }
        for line in logged.split(|byte| *byte == b'\n') {
            for canaries in [&self.lost, &self.kept] {
                let found = seen(canaries, line, 1).into_iter();
                let by = String::from_utf8_lossy(&line[..line.len().min(90)]).into_owned();
                left.extend(found.map(|key| format!("{key} in the logs: {by}")));
            }
        }
        Ok(left)
    }

    /// How many of each team can be found in the database, in words and in every token of it.
    pub fn found_in(&self, disk: &Disk) -> Result<(usize, usize)> {
        let mut bytes = Vec::new();
        for (name, file) in disk.everything()? {
            if name.starts_with("holdfast.db") {
                bytes.extend(file);
            }
        }
        let count = |canaries: &[Canary]| seen(canaries, &bytes, usize::MAX).len();
        Ok((count(&self.lost), count(&self.kept)))
    }
}

/// Whose, which of its traces, and that.
type Trace = (usize, usize, Vec<u8>);

/// Those of which so many traces, or all, stand in these bytes. One look at each place.
fn seen<'a>(canaries: &'a [Canary], bytes: &[u8], least: usize) -> Vec<&'a str> {
    let mut by_start: BTreeMap<[u8; 2], Vec<Trace>> = BTreeMap::new();
    let mut wanted = vec![0; canaries.len()];
    for (n, canary) in canaries.iter().enumerate() {
        let traces = canary.traces();
        wanted[n] = least.min(traces.len());
        for (m, trace) in traces.into_iter().enumerate() {
            by_start.entry([trace[0], trace[1]]).or_default().push((n, m, trace));
        }
    }
    let mut starts = vec![false; 1 << 16];
    by_start.keys().for_each(|start| starts[usize::from(u16::from_be_bytes(*start))] = true);
    let mut found: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); canaries.len()];
    for (at, pair) in bytes.windows(2).enumerate() {
        if !starts[usize::from(u16::from_be_bytes([pair[0], pair[1]]))] {
            continue;
        }
        for (n, m, trace) in by_start.get(&[pair[0], pair[1]]).into_iter().flatten() {
            if bytes[at..].starts_with(trace) {
                found[*n].insert(*m);
            }
        }
    }
    let all = canaries.iter().zip(found.iter().zip(wanted));
    all.filter(|(_, (found, wanted))| found.len() >= *wanted).map(|(c, _)| c.key.as_str()).collect()
}

fn agent(teams: &[&str]) -> Value {
    json!({ "agent": {
        "key": "mia-sato", "name": "Mia Sato", "login": LOGIN, "role": "agent", "teams": teams,
        "languages": ["en"],
    }})
}
