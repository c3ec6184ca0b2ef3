//! Keeper: what whoever keeps the server does: accounts, backups, and putting one back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use holdfast_server::admin::{self, Request as Order};
use holdfast_server::backup::restore;

use super::{COMMAND_WITHIN, Event, World};
use crate::disk::End;
use crate::plan::{High, WHO};
use crate::template::agent_line;

/// What agents' teams may become.
const TEAMS: [&[&str]; 4] = [&["red"], &["blue"], &["red", "blue"], &[]];

/// A backup of the server.
#[derive(Clone)]
pub(super) struct Backup {
    /// Its folder.
    pub(super) folder: PathBuf,
    /// The commit it stands at.
    head: i64,
    /// What passwords were then, and who might not act.
    passwords: BTreeMap<String, String>,
    disabled: BTreeSet<String>,
}

impl World {
    /// An order, carried out while nothing else happens. Answers what was told.
    pub async fn must(&mut self, order: Order) -> Result<String> {
        let server = self.host.running.as_ref().context("no server runs")?;
        let core = Arc::clone(&server.core);
        let task = tokio::spawn(async move {
            let mut told = Vec::new();
            admin::perform(&core, order, |line| told.push(line)).await?;
            anyhow::Ok(told.join("\n"))
        });
        let Ok(told) = tokio::time::timeout(COMMAND_WITHIN, task).await else {
            self.violated(format!("an order of a keeper ends: not within {COMMAND_WITHIN:?}"));
            bail!("not carried out");
        };
        self.quiet.wait().await?;
        told?
    }

    /// The same; whether it was done.
    async fn order(&mut self, order: Order) -> &'static str {
        if self.must(order).await.is_ok() { "done" } else { "not done" }
    }

    pub(super) async fn rights(&mut self, pick: u64) -> Result<()> {
        let who = WHO[usize::try_from(pick % 3).unwrap_or(0)];
        let teams = TEAMS[usize::try_from((pick >> 8) % 4).unwrap_or(0)];
        let told = self.becomes(&agent_line(who, "agent", teams, &[])).await?;
        self.journal.fault("rights changed");
        self.say(format!("{who} is in {teams:?} now: {told}"));
        Ok(())
    }

    /// Who saw more than her teams sees them alone from now on, or sees more again.
    pub(super) async fn role(&mut self, who: High, is_lowered: bool) -> Result<()> {
        let (who, team, role, centers): (_, _, _, &[&str]) = match who {
            High::Sue => ("sue", "red", "supervisor", &["north"]),
            High::Rex => ("rex", "blue", "administrator", &[]),
        };
        let (role, centers) = if is_lowered { ("agent", [].as_slice()) } else { (role, centers) };
        let told = self.becomes(&agent_line(who, role, &[team], centers)).await?;
        self.journal.fault("role changed");
        self.say(format!("{who} is {role} now: {told}"));
        Ok(())
    }

    /// Somebody is what the line of an import says; whether that was done.
    async fn becomes(&mut self, line: &str) -> Result<&'static str> {
        let file = self.fresh_folder("rights");
        std::fs::write(&file, line)?;
        Ok(self.order(Order::Import { file }).await)
    }

    /// An agent may not act, until a keeper gives her a new password.
    pub(super) async fn disable(&mut self, pick: u64, for_us: i64) {
        let login = format!("{}@desk.example", WHO[usize::try_from(pick % 3).unwrap_or(0)]);
        let told = self.order(Order::AgentDisable { login: login.clone() }).await;
        self.journal.fault("account disabled");
        self.forecasts_are_certain = false;
        self.say(format!("{login} may not act: {told}"));
        self.disabled.insert(login.clone());
        self.later(for_us, Event::Enable(login));
    }

    pub(super) async fn enable(&mut self, login: String) {
        if !self.disabled.contains(&login) {
            return;
        }
        // While there is no server she waits until all is mended.
        if let Ok(told) = self.must(Order::AgentReset { login: login.clone() }).await
            && let Some(password) = told.rsplit(' ').next()
        {
            self.passwords.insert(login.clone(), password.to_owned());
            self.disabled.remove(&login);
            self.say(format!("{login} may act again"));
        }
    }

    /// Whoever was disabled may act again.
    pub(super) async fn enable_all(&mut self) {
        for login in self.disabled.clone() {
            self.enable(login).await;
        }
    }

    /// Whatever was told: what counts is whether there is a backup now.
    pub(super) async fn back_up(&mut self) -> Result<()> {
        let to = self.fresh_folder("backup");
        let told = self.order(Order::Backup { to: to.clone() }).await;
        let Some(reach) = restore::look(&to).ok().and_then(|found| found.reach()) else {
            self.say(format!("a backup: {told}"));
            return Ok(());
        };
        self.say(format!("backed up at {}: {told}", reach.seq));
        let (passwords, disabled) = (self.passwords.clone(), self.disabled.clone());
        self.host.backup = Some(Backup { folder: to, head: reach.seq, passwords, disabled });
        Ok(())
    }

    /// The disk is gone; what the last backup has takes its place.
    pub(super) async fn lose_server(&mut self, away_us: i64) -> Result<()> {
        let Some(backup) = self.host.backup.clone() else { return Ok(()) };
        if self.host.running.is_none() {
            return Ok(());
        }
        let head = backup.head;
        let answered = self.scene()?.answered_with_no().await?;
        self.ledger.answered_with_no(&answered);
        let Some(server) = &self.host.running else { return Ok(()) };
        server.doom.strike_now(End::Kill)?;
        self.host.restores = true;
        (self.passwords, self.disabled) = (backup.passwords, backup.disabled);
        self.ledger.lost_after(head);
        self.journal.fault("server restored");
        self.say(format!("the server's disk is lost; the backup stands at {head}"));
        self.later(away_us, Event::StartServer);
        Ok(())
    }
}
