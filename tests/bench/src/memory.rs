//! Memory of a program and everything it started, each shared page counted once among those who
//! share it (PSS).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

/// It has settled when it stays within this part of itself …
const SETTLED: f64 = 0.01;
/// … for so many looks …
const LOOKS: u32 = 4;
/// … of which one is taken so often …
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// … or when that takes too long.
const WITHIN: Duration = Duration::from_secs(20);

/// PSS of the program and its descendants once it does not change any more, MiB.
pub fn settled_mib(program: u32) -> Result<f64> {
    let begun = Instant::now();
    let (mut last, mut still) = (pss_mib(program)?, 0);
    while still < LOOKS && begun.elapsed() < WITHIN {
        std::thread::sleep(LOOK_EVERY);
        let now = pss_mib(program)?;
        still = if (now - last).abs() <= last * SETTLED { still + 1 } else { 0 };
        last = now;
    }
    Ok(last)
}

fn pss_mib(program: u32) -> Result<f64> {
    let mut kib = 0;
    for process in with_descendants(program)? {
        // One that has just ended has no memory.
        let told = fs::read_to_string(format!("/proc/{process}/smaps_rollup"));
        kib += told.map_or(0, |told| pss_kib(&told));
    }
    ensure!(kib > 0, "process {program} has no memory");
    Ok(kib as f64 / 1024.0)
}

/// The line `Pss:  12345 kB`.
fn pss_kib(rollup: &str) -> u64 {
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn with_descendants(program: u32) -> Result<BTreeSet<u32>> {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let name = entry.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        parents.extend(parent(&stat).map(|parent| (process, parent)));
    }
    let mut family = BTreeSet::from([program]);
    loop {
        let children = parents.iter().filter(|(_, parent)| family.contains(parent));
        let grown: BTreeSet<u32> = children.map(|(process, _)| *process).collect();
        let before = family.len();
        family.extend(grown);
        if family.len() == before {
            return Ok(family);
        }
    }
}

/// `12 (a name) S 3 …`: the second word behind the name.
fn parent(stat: &str) -> Option<u32> {
    let (_, behind) = stat.rsplit_once(')')?;
    behind.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_is_found_behind_a_name_with_spaces_and_brackets() {
        assert_eq!(parent("12 (Web) Content) S 3 12 12"), Some(3));
    }

    #[test]
    fn memory_is_read_from_its_line() {
        assert_eq!(pss_kib("Rss:  900 kB\nPss:  512 kB\nPss_Dirty: 3 kB\n"), 512);
    }

    #[test]
    fn this_test_has_memory() {
        assert!(pss_mib(std::process::id()).expect("it is running") > 1.0);
    }
}
