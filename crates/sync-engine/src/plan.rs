//! Plan: what follows from comparing two lists. Pure: equal input, equal output, sorted.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::TicketId;
use holdfast_protocol::hello::{PERSONAL, Scope};

/// What follows from the scopes that the server grants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// To fetch: new, or not complete. The personal one first, the others by name.
    pub fetch: Vec<Scope>,
    /// To take off the disk, by name.
    pub purge: Vec<Scope>,
    /// All that the agent may hold, by name.
    pub granted: Vec<Scope>,
}

/// Compares what the disk holds (scope → complete) with what the agent may hold. The personal
/// scope is never purged, even if an answer forgot it: it is the agent's own.
pub fn scopes(held: &BTreeMap<Scope, bool>, granted: &[Scope]) -> Plan {
    let granted: BTreeSet<&str> = granted.iter().map(String::as_str).chain([PERSONAL]).collect();
    let complete = |scope: &str| held.get(scope).copied().unwrap_or(false);
    let mut fetch: Vec<Scope> =
        granted.iter().filter(|scope| !complete(scope)).map(|scope| (*scope).to_owned()).collect();
    fetch.sort_by_key(|scope| scope != PERSONAL);
    let gone = |scope: &&Scope| !granted.contains(scope.as_str());
    let purge = held.keys().filter(gone).cloned().collect();
    let granted = granted.into_iter().map(str::to_owned).collect();
    Plan { fetch, purge, granted }
}

/// Tickets that stand on one side only, or at different versions.
pub fn differences(ours: &[(TicketId, i64)], theirs: &[(TicketId, i64)]) -> Vec<TicketId> {
    let ours: BTreeSet<_> = ours.iter().copied().collect();
    let theirs: BTreeSet<_> = theirs.iter().copied().collect();
    let apart = ours.symmetric_difference(&theirs).map(|(ticket, _)| *ticket);
    apart.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_is_granted_is_fetched_and_what_is_not_is_purged() {
        type Case<'a> =
            (&'a str, &'a [(&'a str, bool)], &'a [&'a str], &'a [&'a str], &'a [&'a str]);
        let table: [Case<'_>; 7] = [
            ("first hello", &[], &["team:a", "personal"], &["personal", "team:a"], &[]),
            ("nothing new", &[("personal", true)], &["personal"], &[], &[]),
            ("half fetched", &[("personal", false)], &["personal"], &["personal"], &[]),
            (
                "a grant",
                &[("personal", true), ("team:b", true)],
                &["personal", "team:a", "team:b"],
                &["team:a"],
                &[],
            ),
            (
                "a revoke",
                &[("personal", true), ("team:b", true), ("team:c", false)],
                &["personal"],
                &[],
                &["team:b", "team:c"],
            ),
            ("an answer without the personal one", &[("personal", true)], &[], &[], &[]),
            (
                "moved to another team",
                &[("personal", true), ("team:b", true)],
                &["personal", "team:a"],
                &["team:a"],
                &["team:b"],
            ),
        ];
        for (name, held, granted, fetch, purge) in table {
            let held = held.iter().map(|(scope, done)| ((*scope).to_owned(), *done)).collect();
            let granted: Vec<Scope> = granted.iter().map(|scope| (*scope).to_owned()).collect();
            let plan = scopes(&held, &granted);
            assert_eq!(plan.fetch, fetch, "{name}");
            assert_eq!(plan.purge, purge, "{name}");
        }
    }

    #[test]
    fn tickets_differ_by_presence_and_by_version() {
        let ticket = |n| TicketId(Uuid::from_u128(n));
        let ours = [(ticket(1), 1), (ticket(2), 1), (ticket(3), 5)];
        let theirs = [(ticket(4), 1), (ticket(3), 6), (ticket(1), 1)];
        assert_eq!(differences(&ours, &theirs), [ticket(2), ticket(3), ticket(4)]);
        assert_eq!(differences(&ours, &ours), []);
    }
}
