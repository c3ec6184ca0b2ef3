//! The sample's files, read out of the binary: TOML, times relative to the moment of loading.

use anyhow::{Context, Result, ensure};
use holdfast_domain::ticket::Channel;
use holdfast_domain::{Category, Resolution, Severity, Stage};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::shift;
use crate::load::shape::{
    Agent, Center, Contact, Entry, EntryKind, Macro, Organization, Resource, Team, Thing, Ticket,
};

include!(concat!(env!("OUT_DIR"), "/sample_files.rs"));

/// The whole sample, at some moment.
#[derive(Debug)]
pub struct Sample {
    /// Centres, teams, agents, macros, customers; each before what refers to it.
    pub directory: Vec<Thing>,
    /// The people, for passwords and for generated tickets.
    pub agents: Vec<Agent>,
    /// The customers' people, for generated tickets.
    pub contacts: Vec<Contact>,
    /// Those whose last words are oldest first.
    pub tickets: Vec<Ticket>,
}

/// Any of the files.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SampleFile {
    center: Vec<Center>,
    team: Vec<Team>,
    agent: Vec<Agent>,
    r#macro: Vec<Macro>,
    organization: Vec<SampleOrganization>,
    ticket: Vec<SampleTicket>,
}

#[derive(Deserialize)]
struct SampleOrganization {
    #[serde(flatten)]
    organization: Organization,
    #[serde(default)]
    contact: Vec<Contact>,
    #[serde(default)]
    resource: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleTicket {
    key: String,
    subject: String,
    requester: String,
    language: String,
    channel: Channel,
    severity: Severity,
    team: String,
    assignee: Option<String>,
    category: Category,
    stage: Stage,
    opened_min_ago: i64,
    #[serde(default)]
    tags: std::collections::BTreeSet<String>,
    #[serde(default)]
    resources: std::collections::BTreeSet<String>,
    resolution: Option<Resolution>,
    entry: Vec<SampleEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleEntry {
    at_min: i64,
    by: String,
    kind: EntryKind,
    words: String,
}

impl Sample {
    /// Reads all files as of `now`.
    pub fn read(now: Timestamp) -> Result<Self> {
        let mut all = SampleFile::default();
        for (name, text) in FILES {
            let file: SampleFile =
                toml::from_str(text).with_context(|| format!("sample file {name}"))?;
            all.center.extend(file.center);
            all.team.extend(file.team);
            all.agent.extend(file.agent);
            all.r#macro.extend(file.r#macro);
            all.organization.extend(file.organization);
            all.ticket.extend(file.ticket);
        }
        let (mut directory, mut contacts) = (Vec::new(), Vec::new());
        directory.extend(all.center.into_iter().map(Thing::Center));
        directory.extend(all.team.into_iter().map(Thing::Team));
        directory.extend(all.agent.iter().cloned().map(Thing::Agent));
        directory.extend(all.r#macro.into_iter().map(Thing::Macro));
        for one in all.organization {
            let key = one.organization.key.clone();
            directory.push(Thing::Organization(one.organization));
            for mut contact in one.contact {
                contact.organization.clone_from(&key);
                contacts.push(contact.clone());
                directory.push(Thing::Contact(contact));
            }
            for mut resource in one.resource {
                resource.organization.clone_from(&key);
                directory.push(Thing::Resource(resource));
            }
        }
        let dated = |ticket: SampleTicket| {
            let key = ticket.key.clone();
            let mut ticket = ticket.dated(now).with_context(|| format!("sample ticket {key}"))?;
            shift::shift(&mut ticket, now);
            Ok(ticket)
        };
        let mut tickets = all.ticket.into_iter().map(dated).collect::<Result<Vec<_>>>()?;
        // Whatever is newest is loaded last: the order of the thread is also that of recency.
        tickets.sort_by_key(|ticket| {
            (ticket.entries.last().map(|entry| entry.at), ticket.key.clone())
        });
        Ok(Self { directory, agents: all.agent, contacts, tickets })
    }
}

impl SampleTicket {
    fn dated(self, now: Timestamp) -> Result<Ticket> {
        ensure!(!self.entry.is_empty(), "a ticket without entries");
        let opened = now - SignedDuration::from_mins(self.opened_min_ago);
        let entries = self.entry.into_iter().map(|entry| Entry {
            at: opened + SignedDuration::from_mins(entry.at_min),
            by: entry.by,
            kind: entry.kind,
            words: entry.words.trim().to_owned(),
            language: None,
        });
        Ok(Ticket {
            key: self.key,
            subject: self.subject,
            requester: self.requester,
            language: self.language,
            channel: self.channel,
            severity: self.severity,
            team: self.team,
            assignee: self.assignee,
            category: self.category,
            stage: self.stage,
            tags: self.tags,
            resources: self.resources,
            resolution: self.resolution,
            entries: entries.collect(),
        })
    }
}
