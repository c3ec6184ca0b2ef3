//! People: everybody and every team, in memory, as decisions and screens need them.
//!
//! A few hundred rows that change rarely: read once, read again when the cache says so.
//! Deliberately absent: customers, of whom there are too many.

use std::collections::BTreeMap;

use holdfast_domain::directory::{AgentEntry, Directory, TeamEntry};
use holdfast_domain::{AgentId, CenterId, TeamId};
use holdfast_protocol::row::{AgentRow, CenterRow, Shift, TeamRow};
use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;

/// Everybody and every team.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Every agent.
    pub agents: BTreeMap<AgentId, AgentRow>,
    /// Every team.
    pub teams: BTreeMap<TeamId, TeamRow>,
    /// Every site.
    pub centers: BTreeMap<CenterId, CenterRow>,
    /// The same for decisions, without references.
    pub directory: Directory,
}

impl People {
    /// From their rows.
    pub fn new(agents: Vec<AgentRow>, teams: Vec<TeamRow>, centers: Vec<CenterRow>) -> Self {
        let mut directory = Directory::default();
        for row in &agents {
            let (teams, centers) = (row.teams.clone(), row.centers.clone());
            let entry = AgentEntry { role: row.role, teams, centers, active: row.active };
            directory.agents.insert(row.id, entry);
        }
        for row in &teams {
            let entry = TeamEntry { center: row.center, tier: row.tier };
            directory.teams.insert(row.id, entry);
        }
        Self {
            agents: agents.into_iter().map(|row| (row.id, row)).collect(),
            teams: teams.into_iter().map(|row| (row.id, row)).collect(),
            centers: centers.into_iter().map(|row| (row.id, row)).collect(),
            directory,
        }
    }

    /// The site of an agent: what they oversee, else where their first team sits.
    pub fn center_of(&self, agent: AgentId) -> Option<&CenterRow> {
        let row = self.agents.get(&agent)?;
        let team_center = row.teams.iter().find_map(|team| self.teams.get(team)).map(|t| t.center);
        let center = row.centers.iter().next().copied().or(team_center)?;
        self.centers.get(&center)
    }

    /// Whether an agent's shift covers now; unknown zones and shifts count as off.
    pub fn on_shift(&self, agent: AgentId, now: Timestamp) -> bool {
        let Some(row) = self.agents.get(&agent) else { return false };
        let zone = self.center_of(agent).and_then(|c| TimeZone::get(&c.time_zone).ok());
        zone.is_some_and(|zone| shift_covers(&row.shift, now, &zone))
    }

    /// Name of a team; empty if it is unknown.
    pub fn team_name(&self, team: TeamId) -> &str {
        self.teams.get(&team).map_or("", |row| &row.name)
    }

    /// City of a team's site; empty if it is unknown.
    pub fn team_city(&self, team: TeamId) -> &str {
        let center = self.teams.get(&team).and_then(|row| self.centers.get(&row.center));
        center.map_or("", |row| &row.city)
    }

    /// Name of an agent; empty if they are unknown.
    pub fn agent_name(&self, agent: AgentId) -> &str {
        self.agents.get(&agent).map_or("", |row| &row.name)
    }
}

fn shift_covers(shift: &Shift, now: Timestamp, zone: &TimeZone) -> bool {
    let parse = |text: &str| text.parse::<Time>().ok();
    let (Some(start), Some(end)) = (parse(&shift.start), parse(&shift.end)) else { return false };
    let local = now.to_zoned(zone.clone());
    let time = local.time();
    if start < end {
        return (start..end).contains(&time) && works_on(&shift.days, local.weekday());
    }
    // Over midnight: the early hours belong to the day before.
    let began = if time >= start { local.weekday() } else { local.weekday().previous() };
    (time >= start || time < end) && works_on(&shift.days, began)
}

fn works_on(days: &str, day: Weekday) -> bool {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    if days == "all" {
        return true;
    }
    let at = |name: &str| NAMES.iter().position(|known| *known == name);
    let today = usize::try_from(day.to_monday_zero_offset()).expect("a week has seven days");
    match days.split_once('-').map(|(from, to)| (at(from), at(to))) {
        Some((Some(from), Some(to))) if from <= to => (from..=to).contains(&today),
        Some((Some(from), Some(to))) => today >= from || today <= to,
        _ => days.split(',').any(|name| at(name.trim()) == Some(today)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_shift_belongs_to_the_day_it_began() {
        let shift = Shift { start: "22:00".into(), end: "06:00".into(), days: "mon-fri".into() };
        let zone = TimeZone::UTC;
        let table = [
            ("2026-11-20T23:00:00Z", true),  // Friday night
            ("2026-11-21T05:00:00Z", true),  // its early hours, on Saturday
            ("2026-11-21T23:00:00Z", false), // Saturday night
            ("2026-11-23T05:00:00Z", false), // Monday's early hours belong to Sunday
            ("2026-11-20T12:00:00Z", false),
        ];
        for (now, want) in table {
            let now: Timestamp = now.parse().expect("a time");
            assert_eq!(shift_covers(&shift, now, &zone), want, "{now}");
        }
    }

    #[test]
    fn working_weeks_differ() {
        assert!(works_on("sun-thu", Weekday::Sunday));
        assert!(!works_on("sun-thu", Weekday::Friday));
        assert!(works_on("all", Weekday::Friday));
        assert!(works_on("mon,wed", Weekday::Wednesday));
    }
}
