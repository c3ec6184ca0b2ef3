//! People: who is in this world, and what they have to do: the same names that the simulator's
//! workload knows.

use holdfast_simulator::template::agent_line;
use serde_json::{Value, json};

/// Who sits at which desk.
pub const SEATS: [&str; 4] = ["ada", "ann", "ben", "sue"];
/// What opens everybody's profile.
pub const PASSPHRASE: &str = "a passphrase for torture";
/// The channel through which customers write, and its token.
pub const CHANNEL: (&str, &str) = ("portal", "a token for tortured customers");
/// What agents' teams may become.
pub const TEAMS: [&[&str]; 3] = [&["red"], &["blue"], &["red", "blue"]];

const TICKETS: usize = 14;

/// What somebody signs in with.
pub fn login(name: &str) -> String {
    format!("{name}@desk.example")
}

/// Everything, as lines of an import.
pub fn all() -> String {
    let mut lines = String::new();
    for thing in places().into_iter().chain(customers()) {
        lines.push_str(&format!("{thing}\n"));
    }
    for name in ["ada", "ann"] {
        lines.push_str(&agent_line(name, "agent", &["red"], &[]));
    }
    lines.push_str(&agent_line("ben", "agent", &["blue"], &[]));
    lines.push_str(&agent_line("sue", "supervisor", &["red"], &["north"]));
    for n in 0..TICKETS {
        lines.push_str(&format!("{}\n", ticket(n)));
    }
    lines
}

fn places() -> Vec<Value> {
    let center = json!({ "center": {
        "key": "north", "name": "north", "city": "Oslo", "time_zone": "Europe/Oslo",
        "country": "NO",
    }});
    let team = |key: &str, tier: &str| {
        let team = json!({ "key": key, "name": key, "center": "north", "tier": tier });
        json!({ "team": team })
    };
    vec![center, team("red", "L1"), team("blue", "L2")]
}

fn customers() -> Vec<Value> {
    let mut all = Vec::new();
    for (company, contact) in [("acme", "ana"), ("zeta", "zoe")] {
        all.push(json!({ "organization": {
            "key": company, "name": company, "region": "eu-central-1", "industry": "retail",
            "residency": "any", "plan": "enterprise", "time_zone": "Europe/Oslo",
            "country": "NO",
        }}));
        all.push(json!({ "contact": {
            "key": contact, "organization": company, "name": contact, "language": "en",
            "time_zone": "Europe/Oslo",
        }}));
    }
    all
}

fn ticket(n: usize) -> Value {
    let holders = [("red", "ada"), ("blue", "ben"), ("red", "ann"), ("red", "")];
    let (team, holder) = holders[n % holders.len()];
    let is_new = holder.is_empty();
    let mut ticket = json!({
        "key": ticket_key(n), "subject": format!("Slow pages {n}"), "requester": requester(n),
        "language": "en", "channel": "mail", "severity": "p3", "team": team,
        "category": if is_new { "new" } else { "open" },
        "stage": if is_new { "intake" } else { "diagnosis" },
        "entries": [{
            "at": "2026-03-01T09:00:00Z", "by": "customer", "kind": "message",
            "words": "Pages take ten seconds.",
        }],
    });
    if !is_new {
        ticket["assignee"] = json!(holder);
    }
    json!({ "ticket": ticket })
}

/// The key of a ticket that some customer may write on, and that customer's.
pub fn some_ticket(pick: u64) -> (String, &'static str) {
    let n = usize::try_from(pick % TICKETS as u64).unwrap_or(0);
    (ticket_key(n), requester(n))
}

fn ticket_key(n: usize) -> String {
    format!("ticket-{n}")
}

fn requester(n: usize) -> &'static str {
    if n % 4 == 1 { "zoe" } else { "ana" }
}
