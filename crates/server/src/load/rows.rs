//! Rows of shapes: what a file says, checked and cleaned, as the protocol has it.
//!
//! Names stand beside our own text, so invisible and direction-turning characters are taken out
//! of them. Versions, and who is active, are set when rows are stored.

use anyhow::{Context, Result, bail, ensure};
use holdfast_domain::Directory;
use holdfast_domain::words::{SUBJECT_BYTES_MAX, plain, tag};
use holdfast_protocol::row::{
    AgentRow, CenterRow, ContactRow, MacroRow, OrganizationRow, ResourceRow, TeamRow,
};
use jiff::tz::TimeZone;

use super::key;
use super::shape::{Agent, Center, Contact, Macro, Organization, Resource, Team};

const VERSION_LATER: i64 = 0;
/// Of somebody new; of others it is not the file's matter.
const ACTIVE_LATER: bool = true;

pub(super) fn center(center: &Center) -> Result<CenterRow> {
    Ok(CenterRow {
        id: key::center(checked_key(&center.key)?),
        version: VERSION_LATER,
        name: name(&center.name)?,
        city: plain(&center.city),
        time_zone: zone(&center.time_zone)?,
        country: country(&center.country)?,
    })
}

pub(super) fn team(team: &Team) -> Result<TeamRow> {
    let tier = match team.tier.as_str() {
        "L1" => 1,
        "L2" => 2,
        "L3" => 3,
        other => bail!("the tier {other:?} is not L1, L2 or L3"),
    };
    let calendar = team.calendar.as_deref().unwrap_or("24x7");
    ensure!(calendar == "24x7", "the calendar {calendar:?} is not understood, only 24x7 is");
    Ok(TeamRow {
        id: key::team(checked_key(&team.key)?),
        version: VERSION_LATER,
        name: name(&team.name)?,
        center: key::center(&team.center),
        tier,
    })
}

pub(super) fn agent(agent: &Agent, directory: &Directory) -> Result<AgentRow> {
    let login = agent.login.trim();
    ensure!(!login.is_empty() && login == plain(login), "the login is empty or not plain");
    for team in &agent.teams {
        let known = directory.teams.contains_key(&key::team(team));
        ensure!(known, "there is no team {team:?} before this");
    }
    Ok(AgentRow {
        id: key::agent(checked_key(&agent.key)?),
        version: VERSION_LATER,
        name: name(&agent.name)?,
        role: agent.role,
        teams: agent.teams.iter().map(|team| key::team(team)).collect(),
        centers: agent.centers.iter().map(|center| key::center(center)).collect(),
        languages: agent.languages.clone(),
        skills: agent.skills.clone(),
        certificates: agent.certificates.clone(),
        shift: agent.shift.clone(),
        capacity: agent.capacity,
        active: ACTIVE_LATER,
    })
}

pub(super) fn prepared(prepared: &Macro) -> Result<MacroRow> {
    let mut titles = prepared.titles.clone();
    titles.insert("en".into(), name(&prepared.title)?);
    let tags = prepared.actions.add_tags.iter();
    let tags = tags.map(|raw| tag(raw).with_context(|| format!("{raw:?} is not a tag")));
    Ok(MacroRow {
        id: key::prepared(checked_key(&prepared.key)?),
        version: VERSION_LATER,
        titles,
        bodies: prepared.bodies.clone(),
        add_tags: tags.collect::<Result<_>>()?,
    })
}

pub(super) fn organization(organization: &Organization) -> Result<OrganizationRow> {
    let one_of = |what: &str, value: &str, allowed: &[&str]| {
        ensure!(allowed.contains(&value), "the {what} {value:?} is none of {allowed:?}");
        Ok(value.to_owned())
    };
    Ok(OrganizationRow {
        id: key::organization(checked_key(&organization.key)?),
        version: VERSION_LATER,
        name: name(&organization.name)?,
        region: plain(&organization.region),
        industry: plain(&organization.industry),
        residency: one_of("residency", &organization.residency, &["cn", "eu", "in", "any"])?,
        plan: one_of(
            "plan",
            &organization.plan,
            &["enterprise", "business", "developer", "basic"],
        )?,
        time_zone: zone(&organization.time_zone)?,
        country: country(&organization.country)?,
    })
}

pub(super) fn contact(contact: &Contact) -> Result<ContactRow> {
    Ok(ContactRow {
        id: key::contact(checked_key(&contact.key)?),
        version: VERSION_LATER,
        organization: key::organization(&contact.organization),
        name: name(&contact.name)?,
        role: plain(&contact.role),
        language: contact.language.clone(),
        also_reads: contact.also_reads.clone(),
        time_zone: zone(&contact.time_zone)?,
        city: plain(&contact.city),
        email: plain(&contact.email),
        phone: plain(&contact.phone),
    })
}

pub(super) fn resource(resource: &Resource) -> Result<ResourceRow> {
    Ok(ResourceRow {
        id: key::resource(checked_key(&resource.key)?),
        version: VERSION_LATER,
        organization: key::organization(&resource.organization),
        kind: name(&resource.kind)?,
        native_id: name(&resource.native_id)?,
        name: name(&resource.name)?,
        region: plain(&resource.region),
        health: if resource.health.is_empty() { "unknown".into() } else { plain(&resource.health) },
    })
}

fn name(raw: &str) -> Result<String> {
    let name = plain(raw);
    ensure!(!name.is_empty(), "a name with nothing visible in it: {raw:?}");
    ensure!(name.len() <= SUBJECT_BYTES_MAX, "a name longer than {SUBJECT_BYTES_MAX} bytes");
    Ok(name)
}

fn checked_key(key: &str) -> Result<&str> {
    ensure!(!key.is_empty() && key == plain(key), "a key that is empty or not plain: {key:?}");
    Ok(key)
}

fn zone(zone: &str) -> Result<String> {
    TimeZone::get(zone).with_context(|| format!("{zone:?} is not an IANA time zone"))?;
    Ok(zone.to_owned())
}

fn country(country: &str) -> Result<String> {
    let two = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    ensure!(two, "{country:?} is not an ISO 3166-1 code of two letters");
    Ok(country.to_owned())
}
