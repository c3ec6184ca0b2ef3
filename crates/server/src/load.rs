//! Loading: a desk's people, customers and ticket histories from somewhere else.
//!
//! The sample desk and `import` both come through here, as the shapes of [`shape`]. Everything is
//! checked as if it had happened: a history is told entry by entry to `domain::decide`, at the
//! time at which it was, so a loaded ticket is in no way different from one that was worked on.
//! Ids derive from keys: the same key is the same thing, in every load.
//!
//! A load is not administration. Who is new may act; whoever is here already stays disabled or
//! active, as an administrator has left it. A history is told as of its time, when everybody in it
//! worked here, so it does not matter who is disabled now. And what was found right before it was
//! carried out ([`Loader::found_right`]) stays so, whatever administrators do in between.
//!
//! Deliberately absent: reading files, and when a load is all or nothing (the callers decide when
//! a [`Writing`] is finished).

mod history;
pub mod key;
mod rows;
pub mod shape;

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use holdfast_domain::{ContactId, Directory, OrganizationId, ResourceId};
use holdfast_protocol::Row;
use holdfast_protocol::limits::COMMIT_ROWS_MAX;
use holdfast_protocol::row::{AgentRow, ContactRow};
use jiff::Timestamp;

use crate::core::Core;
use crate::store::{Durability, customer, directory};
use crate::sync::write::Writing;
use shape::Thing;

/// A load that is under way.
pub struct Loader<'a> {
    writing: Writing<'a>,
    core: &'a Core,
    /// Everybody, as if nobody were disabled, and whatever customers this load has come across.
    directory: Directory,
    /// Rows of the directory were put since it was last read back.
    stale: bool,
    /// Nothing can have happened later.
    now: Timestamp,
    /// All of it was tried before: nothing may stop it now.
    found_right: bool,
    told: Vec<String>,
}

impl<'a> Loader<'a> {
    /// Takes the turn to write.
    pub async fn begin(core: &'a Core, durability: Durability) -> Result<Self> {
        let writing = core.write(durability).await?.of_history();
        let directory = everybody_active(writing.directory());
        let (found_right, told) = (false, Vec::new());
        Ok(Self { writing, core, directory, stale: false, now: core.now(), found_right, told })
    }

    /// The same for what was tried before and found right. Where an administrator has made
    /// something of it impossible since, that is left out and [`Self::told`].
    #[must_use]
    pub fn found_right(mut self) -> Self {
        self.found_right = true;
        self
    }

    /// What was left out since this was asked last.
    pub fn told(&mut self) -> Vec<String> {
        std::mem::take(&mut self.told)
    }

    /// Loads one thing.
    pub async fn load(&mut self, thing: &Thing) -> Result<()> {
        match thing {
            Thing::Ticket(ticket) => {
                self.refresh().await?;
                history::tell(self, ticket).await
            }
            Thing::Agent(agent) => {
                self.refresh().await?;
                let row = rows::agent(agent, &self.directory)?;
                self.put_agent(row, &agent.login).await
            }
            Thing::Team(team) => {
                self.refresh().await?;
                let row = rows::team(team)?;
                self.known_center(&team.center).await?;
                self.put(Row::Team(row)).await
            }
            Thing::Center(center) => self.put(Row::Center(rows::center(center)?)).await,
            Thing::Macro(prepared) => self.put(Row::Macro(rows::prepared(prepared)?)).await,
            Thing::Organization(organization) => {
                self.put(Row::Organization(rows::organization(organization)?)).await
            }
            Thing::Contact(contact) => {
                let row = rows::contact(contact)?;
                self.known_organization(row.organization, &contact.organization).await?;
                self.directory.contacts.insert(row.id, row.organization);
                self.put(Row::Contact(row)).await
            }
            Thing::Resource(resource) => {
                let row = rows::resource(resource)?;
                self.known_organization(row.organization, &resource.organization).await?;
                self.directory.resources.insert(row.id, row.organization);
                self.put(Row::Resource(row)).await
            }
        }
    }

    /// Commits what was loaded and takes a new turn, so that others are not kept waiting.
    pub async fn breathe(self) -> Result<Self> {
        let core = self.core;
        self.writing.finish().await?;
        let writing = core.write(Durability::Process).await?.of_history();
        Ok(Self { writing, stale: true, ..self })
    }

    /// Commits what was loaded.
    pub async fn finish(self) -> Result<()> {
        self.writing.finish().await
    }

    /// For what a load needs beside its rows: passwords, markers.
    pub fn writing(&mut self) -> &mut Writing<'a> {
        &mut self.writing
    }

    async fn put(&mut self, row: Row) -> Result<()> {
        if self.writing.commit.len() >= COMMIT_ROWS_MAX {
            self.writing.seal().await?;
        }
        self.stale = true;
        self.writing.commit.put(row);
        Ok(())
    }

    async fn put_agent(&mut self, row: AgentRow, login: &str) -> Result<()> {
        let id = row.id;
        let tx = &mut self.writing.tx;
        let active = directory::agent(tx, id).await?.is_none_or(|known| known.active);
        let other = directory::account(tx, login).await?.filter(|other| other.id != id.0);
        let taken = format!("the login {login:?} belongs to another agent");
        if other.is_some() && !self.found_right {
            bail!(taken);
        }
        self.put(Row::Agent(AgentRow { active, ..row })).await?;
        self.writing.commit.change_rights(id);
        self.refresh().await?;
        if other.is_some() {
            self.told.push(format!("{taken} by now: agent {id} has none"));
            return Ok(());
        }
        directory::set_login(&mut self.writing.tx, id, login).await
    }

    /// Stores rows that wait, so that what follows can refer to them.
    async fn refresh(&mut self) -> Result<()> {
        if self.stale {
            self.writing.seal().await?;
            let Directory { agents, teams, .. } = everybody_active(self.writing.directory());
            self.directory = Directory { agents, teams, ..std::mem::take(&mut self.directory) };
            self.stale = false;
        }
        Ok(())
    }

    async fn known_center(&mut self, center: &str) -> Result<()> {
        let found = directory::body(&mut self.writing.tx, "center", key::center(center).0).await?;
        found.map(|_| ()).with_context(|| format!("there is no center {center:?} before this"))
    }

    async fn known_organization(&mut self, id: OrganizationId, name: &str) -> Result<()> {
        let mut here = self.directory.contacts.values().chain(self.directory.resources.values());
        if here.any(|known| *known == id) {
            return Ok(());
        }
        if self.stale {
            self.refresh().await?;
        }
        let found = customer::organization(&mut self.writing.tx, id).await?;
        found.map(|_| ()).with_context(|| format!("there is no organization {name:?} before this"))
    }

    /// A contact, from this load or from before.
    async fn contact(&mut self, id: ContactId) -> Result<Option<OrganizationId>> {
        if let Some(organization) = self.directory.contacts.get(&id) {
            return Ok(Some(*organization));
        }
        let found = customer::contact(&mut self.writing.tx, id).await?;
        let organization = found.map(|row: ContactRow| row.organization);
        self.directory.contacts.extend(organization.map(|organization| (id, organization)));
        Ok(organization)
    }

    /// A resource, from this load or from before.
    async fn resource(&mut self, id: ResourceId) -> Result<Option<OrganizationId>> {
        if let Some(organization) = self.directory.resources.get(&id) {
            return Ok(Some(*organization));
        }
        let owner = customer::owner(&mut self.writing.tx, id).await?;
        let owners: BTreeMap<_, _> = owner.map(|owner| (id, owner)).into_iter().collect();
        self.directory.resources.extend(owners);
        Ok(owner)
    }
}

fn everybody_active(directory: &Directory) -> Directory {
    let mut directory = directory.clone();
    directory.agents.values_mut().for_each(|entry| entry.active = true);
    directory
}
