//! Doctor: what is wrong, in words, and what to do about it.
//!
//! Each line begins with `well` or `look`; any `look` makes the command fail, so that a timer can
//! run it. It reads what is known and measures nothing long: `check` reads everything.

use anyhow::{Result, bail};
use jiff::{SignedDuration, Timestamp};

use crate::backup::restore::told_at;
use crate::core::Core;
use crate::following::STUCK_AFTER;
use crate::store::{backup as stored, import};
use crate::vitals::{AWAY_AFTER, PUSH_LONG, UNREAD_LONG, Vitals, take};
use crate::{channel, damage};

/// A copy that is older is no copy of today.
const BACKUP_OLD: SignedDuration = SignedDuration::from_hours(24);
/// What a lost disk may cost where there is a replica.
const REPLICA_OLD: SignedDuration = SignedDuration::from_secs(60);
/// Less room than this is too little, however small the database.
const FREE_BYTES: u64 = 1 << 30;
/// Bytes of log beyond which something keeps it from being emptied.
const LOG_BYTES: u64 = 512 << 20;

/// What is told, and whether anything of it is wrong.
#[derive(Default)]
struct Findings {
    lines: Vec<String>,
    wrong: usize,
}

impl Findings {
    fn well(&mut self, words: impl Into<String>) {
        self.lines.push(format!("well  {}", words.into()));
    }

    fn look(&mut self, words: impl Into<String>) {
        self.lines.push(format!("look  {}", words.into()));
        self.wrong += 1;
    }
}

/// Tells how the server is; an error if anything is wrong.
pub(super) async fn doctor(core: &Core, tell: &mut impl FnMut(String)) -> Result<()> {
    let mut findings = Findings::default();
    if let Some(what) = core.damage.found() {
        findings.look(format!("{}: {what}", damage::sentence(&core.config.data_dir)));
    } else {
        let vitals = take(core).await?;
        let now = core.now();
        copies(core, &vitals, now, &mut findings);
        room(&vitals, &mut findings);
        stalls(core, &vitals, &mut findings);
        work(core, &vitals, &mut findings).await?;
        past(core, &mut findings).await?;
    }
    findings.lines.into_iter().for_each(tell);
    if findings.wrong > 0 {
        bail!("{} of these need you", findings.wrong);
    }
    Ok(())
}

fn copies(core: &Core, vitals: &Vitals, now: Timestamp, findings: &mut Findings) {
    let going = core.backups.going();
    let age = vitals.copied_at.map(|at| now.duration_since(at));
    let behind = vitals.head - vitals.durable_seq;
    match (core.backups.target(), age) {
        (Some(to), _) if going.failing.is_some() => {
            let why = going.failing.unwrap_or_default();
            let since = going.failing_since.map(|at| at.to_string()).unwrap_or_default();
            findings.look(format!(
                "the copy in {} is not brought up to date since {since}: {why}. What was written \
                 since is on this disk alone ({behind} commits)",
                to.display()
            ));
        }
        (Some(to), Some(age)) if !core.is_served() || age <= REPLICA_OLD => findings.well(format!(
            "copied to {} up to commit {}, {} s ago",
            to.display(),
            vitals.durable_seq,
            age.as_secs()
        )),
        (Some(to), None) if !core.is_served() => findings.well(format!(
            "the copy in {} is brought up to date when the server runs",
            to.display()
        )),
        (Some(to), _) => findings.look(format!(
            "the copy in {} is {behind} commits behind for more than a minute",
            to.display()
        )),
        (None, Some(age)) if age <= BACKUP_OLD => findings.well(format!(
            "the last backup is {} hours old; what was written since is lost with this disk, but \
             for what desks hold. `holdfast-server replicate --to FOLDER` copies all the time",
            age.as_hours()
        )),
        (None, Some(age)) => findings.look(format!(
            "the last backup is {} days old: make one with `holdfast-server backup --to FOLDER`, \
             better `replicate --to FOLDER`",
            age.as_hours() / 24
        )),
        (None, None) => findings.look(
            "there is no copy of this server: if its disk is lost, everything is. `holdfast-server \
             replicate --to FOLDER`, on another machine's disk",
        ),
    }
}

fn room(vitals: &Vitals, findings: &mut Findings) {
    let free_mib = vitals.free_bytes >> 20;
    // Enough for the log at its longest, and for snapshots.
    match vitals.free_bytes < FREE_BYTES.max(vitals.database_bytes / 10) {
        true => findings.look(format!(
            "{free_mib} MiB are free where the data is: make room, or desks will be told to wait"
        )),
        false => findings.well(format!("{free_mib} MiB are free where the data is")),
    }
    if vitals.log_bytes > LOG_BYTES {
        findings.look(format!(
            "the database's log has {} MiB and is not emptied: a copy that cannot be written, or \
             a reader that does not end, keeps it",
            vitals.log_bytes >> 20
        ));
    }
}

/// What stands still although it should move. A server that does not run hears of no desk.
fn stalls(core: &Core, vitals: &Vitals, findings: &mut Findings) {
    let before = findings.wrong;
    if let Some((since, why)) = core.unwritten() {
        findings.look(format!(
            "the disk under {} fails since {since:.0} ({why}): desks wait, and nothing that was \
             acknowledged is lost; make room, mend the disk, or restore onto another",
            core.config.data_dir.display()
        ));
    }
    if vitals.pushes_slow > 0 {
        findings.look(format!(
            "{} pushes are under way for more than {} s: the disk is slow, or a command keeps the \
             turn to write; nothing of them is lost",
            vitals.pushes_slow,
            PUSH_LONG.as_secs()
        ));
    }
    if vitals.desks_stuck > 0 {
        findings.look(format!(
            "{} desks have asked for what comes after the same commit for more than {} minutes and \
             do not get on: look at their disks (full, read-only, damaged); what was written there \
             waits there",
            vitals.desks_stuck,
            STUCK_AFTER.as_mins()
        ));
    }
    if vitals.streams_unread > 0 {
        findings.look(format!(
            "{} of {} streams are not read for more than {} minutes: their desks hang, or \
             something between holds the line; restart the desk or look at the proxy",
            vitals.streams_unread,
            vitals.streams,
            UNREAD_LONG.as_mins()
        ));
    }
    if core.is_served() && findings.wrong == before {
        let count = vitals.streams;
        findings.well(format!("{count} desks listen; no stream and no push stands still"));
    }
}

async fn work(core: &Core, vitals: &Vitals, findings: &mut Findings) -> Result<()> {
    match vitals.failing_operations {
        0 => findings.well("no operation makes the server fail"),
        count => findings.look(format!(
            "{count} operations made the server fail more than once: its log says why; after five \
             tries each is given back to its author"
        )),
    }
    for (job, why) in core.troubles() {
        findings.look(format!("the job {job} fails: {why}"));
    }
    let mut tx = core.db.read().await?;
    if let Some(import) = import::get(&mut tx).await? {
        let line = import.line;
        match core.is_served() {
            true => findings.well(format!("an import is under way, at line {line}")),
            false => findings.look(format!("an import waits at line {line} for the next start")),
        }
    }
    for told in channel::nobody_reads(&mut tx, &core.config).await? {
        findings.look(told);
    }
    let (days, lease) = (AWAY_AFTER.as_hours() / 24, core.config.limits.read_lease_days);
    match vitals.desks_away {
        0 => findings.well(format!("{} desks, all heard of within {days} days", vitals.desks)),
        away => findings.look(format!(
            "{away} of {} desks were not heard of for {days} days; after {lease} they lock, and \
             what was written there waits there",
            vitals.desks
        )),
    }
    if vitals.too_old > 0 {
        findings.look(format!(
            "desks that are older than this server takes were refused {} times since its start: \
             update them; what was written there waits there",
            vitals.too_old
        ));
    }
    findings.well(format!(
        "commit {}, horizon {}, the furthest desk {} behind at its last hello, {} snapshots",
        vitals.head, vitals.horizon, vitals.furthest_behind, vitals.snapshots
    ));
    Ok(())
}

async fn past(core: &Core, findings: &mut Findings) -> Result<()> {
    let mut tx = core.db.read().await?;
    for gap in stored::restorations(&mut tx).await? {
        let at = told_at(gap.at).map(|at| at.to_string()).unwrap_or_default();
        let of = told_at(gap.copied_at).map_or("nobody knows when".to_owned(), |at| at.to_string());
        findings.well(format!(
            "restored at {at} to commit {} of {of}: epoch {} ended there, {} began",
            gap.head, gap.epoch_before, gap.epoch
        ));
    }
    let salvaged = crate::store::salvage::count(&mut tx).await?;
    if salvaged > 0 {
        findings.look(format!(
            "{salvaged} messages or notes that desks held are not here since the restore: see \
             `holdfast-server salvage list`"
        ));
    }
    Ok(())
}
