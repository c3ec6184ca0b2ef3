//! Rows of the table: of each run what a reader asks first.
//!
//! A figure that a command does not write any more is a dash, not a zero.

use serde_json::Value;

use super::{Run, Runs};

const HOURS_OF_A_YEAR: f64 = 24.0 * 365.25;

/// What was run, by which name in the file, and how it is told.
type Row = (&'static str, &'static str, fn(&Value) -> String);

const ROWS: [Row; 15] = [
    ("Simulated worlds, each of its own seed", "simulate", |f| number(&f["worlds"])),
    ("Simulated years in them", "simulate", |f| {
        tenths(f["simulated_hours"].as_f64().map(|hours| hours / HOURS_OF_A_YEAR))
    }),
    ("Operations that agents were told are saved", "simulate", |f| number(&f["operations"])),
    ("Faults in them", "simulate", |f| sum(&f["faults"])),
    ("Worlds in which a property was violated", "simulate", |f| length(&f["violations"])),
    ("Mutations of the engine caught", "mutate", mutations),
    ("Real processes killed", "torture", |f| sum(&f["kills"])),
    ("Minutes of torture, and faults of wires, disks and clocks", "torture", |f| {
        format!("{} min, {}", number(&f["minutes"]), faults(&f["faults"]))
    }),
    ("Kinds of damage and of disks among them", "torture", |f| kinds(&f["faults"])),
    ("Operations that agents were told are saved, there", "torture", |f| number(&f["operations"])),
    ("Lost, doubled, and other violations there", "torture", |f| {
        let three = [&f["lost"], &f["doubled"], &f["other"]].map(number);
        three.join(", ")
    }),
    ("Fuzzing: hours, inputs tried", "fuzz", |f| {
        let hours = total(f, "took").map(|took_s| took_s / 3600.0);
        format!("{} h, {}", tenths(hours), whole(total(f, "executions")))
    }),
    ("Inputs that broke something, all of them mended", "fuzz", |f| whole(total(f, "crashes"))),
    ("A lost disk of the server: from nothing to serving again", "restore", restore),
    ("Ten thousand besiegers: what an agent waits (p99), and more memory", "siege", siege),
];

/// The table, without a line break at its end.
pub(super) fn table(runs: &Runs) -> String {
    let mut lines = vec![
        "| what was run | figure | command | day, machine, tree |".to_owned(),
        "|---|--:|---|---|".to_owned(),
    ];
    for (what, command, tell) in ROWS {
        let run = runs.get(command);
        let figure = run.map_or_else(|| "not run".to_owned(), |run| tell(&run.figures));
        let when = run.map_or_else(String::new, when);
        lines.push(format!("| {what} | {figure} | {} | {when} |", told(command)));
    }
    lines.extend(notes(runs));
    lines.join("\n")
}

/// What is to be known beside a run, once for each.
fn notes(runs: &Runs) -> Vec<String> {
    let with = runs.iter().filter(|(_, run)| !run.note.is_empty());
    let mut lines: Vec<_> =
        with.map(|(name, run)| format!("- {}: {}", told(name), run.note)).collect();
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

fn told(command: &str) -> String {
    match command {
        "restore" | "siege" => format!("`bench --only {command}`"),
        other => format!("`{other}`"),
    }
}

fn when(run: &Run) -> String {
    let tree = if run.commit.is_empty() { String::new() } else { format!(", {}", run.commit) };
    format!("{}, {} cores{tree}", run.on, run.cores)
}

fn mutations(figures: &Value) -> String {
    format!("{} of {}", number(&figures["caught"]), number(&figures["mutations"]))
}

fn restore(figures: &Value) -> String {
    let list = figures.as_array().map(Vec::as_slice).unwrap_or_default();
    let told = list.iter().filter_map(|figure| {
        let tickets = figure["id"].as_str()?.strip_prefix("restore.ready@")?;
        let seconds = figure["value"].as_f64()?;
        let tickets = whole(tickets.parse().ok());
        Some(format!("{} at {tickets} tickets", length_of(seconds)))
    });
    joined(&told.collect::<Vec<_>>())
}

fn siege(figures: &Value) -> String {
    let list = figures.as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |id: &str| list.iter().find(|figure| figure["id"] == id);
    let p99 = of("siege.changes.p99").map(|figure| {
        let ratio = figure["ratio"].as_f64().map_or_else(dash, |ratio| format!("{ratio:.2}"));
        format!("{} ms, {ratio} × alone", tenths(figure["value"].as_f64()))
    });
    let more = of("siege.memory.more").map(|figure| format!("{} MiB", number(&figure["value"])));
    joined(&p99.into_iter().chain(more).collect::<Vec<_>>())
}

fn length_of(seconds: f64) -> String {
    match seconds < 120.0 {
        true => format!("{seconds:.0} s"),
        false => format!("{:.1} min", seconds / 60.0),
    }
}

/// Of all targets.
fn total(figures: &Value, what: &str) -> Option<f64> {
    let targets = figures["targets"].as_object()?;
    targets.values().map(|target| target[what].as_f64()).sum()
}

fn sum(values: &Value) -> String {
    let all = values.as_object().map(|all| all.values().filter_map(Value::as_f64).sum());
    whole(all)
}

/// What people and customers did is no fault, and kills are told by themselves.
fn faults(counts: &Value) -> String {
    let broke = |name: &str| name.contains(": ") && !name.starts_with("kill: ");
    let all = counts.as_object().map(|all| {
        let faults = all.iter().filter(|(name, _)| broke(name));
        faults.filter_map(|(_, count)| count.as_f64()).sum()
    });
    format!("{} faults", whole(all))
}

fn kinds(counts: &Value) -> String {
    let disk = |name: &&String| !["kill: ", "wire: "].iter().any(|of| name.starts_with(of));
    let broke = |name: &&String| name.contains(": ") && disk(name);
    counts.as_object().map_or_else(dash, |all| all.keys().filter(broke).count().to_string())
}

fn length(list: &Value) -> String {
    list.as_array().map_or_else(dash, |list| list.len().to_string())
}

fn number(value: &Value) -> String {
    whole(value.as_f64())
}

fn tenths(value: Option<f64>) -> String {
    value.map_or_else(dash, |value| format!("{value:.1}"))
}

/// With a comma between thousands.
fn whole(value: Option<f64>) -> String {
    let Some(value) = value else { return dash() };
    let digits = format!("{value:.0}");
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |rest| ("-", rest));
    let mut told = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            told.push(',');
        }
        told.push(digit);
    }
    format!("{sign}{told}")
}

fn joined(parts: &[String]) -> String {
    if parts.is_empty() { dash() } else { parts.join("; ") }
}

fn dash() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn figure_of(what: &str, command: &str, figures: &Value) -> String {
        let row = ROWS.iter().find(|(name, ..)| name.contains(what)).expect("a row");
        assert_eq!(row.1, command);
        (row.2)(figures)
    }

    #[test]
    fn figures_are_told_as_the_commands_write_them() {
        let simulate = json!({ "worlds": 2000, "simulated_hours": 17532, "violations": [] });
        assert_eq!(figure_of("worlds, each", "simulate", &simulate), "2,000");
        assert_eq!(figure_of("years", "simulate", &simulate), "2.0");
        assert_eq!(figure_of("violated", "simulate", &simulate), "0");
        assert_eq!(figure_of("Faults in them", "simulate", &simulate), "–");
        let torture = json!({ "minutes": 10.2, "kills": { "server": 900, "desks": 1100 },
            "faults": { "deed": 5, "kill: desk": 1100, "wire: cut": 20, "damage: page": 3 } });
        assert_eq!(figure_of("processes killed", "torture", &torture), "2,000");
        assert_eq!(figure_of("Minutes", "torture", &torture), "10 min, 23 faults");
        assert_eq!(figure_of("Kinds", "torture", &torture), "1");
        let some = json!({ "mutations": 15, "caught": 14, "each": [] });
        assert_eq!(figure_of("Mutations", "mutate", &some), "14 of 15");
        let fuzz = json!({ "targets": { "a": { "took": 5400.0, "executions": 1_500_000.0 } } });
        assert_eq!(figure_of("Fuzzing", "fuzz", &fuzz), "1.5 h, 1,500,000");
        let bench = json!([{ "id": "restore.ready@1000000", "value": 312.0 }]);
        assert_eq!(figure_of("lost disk", "restore", &bench), "5.2 min at 1,000,000 tickets");
    }
}
