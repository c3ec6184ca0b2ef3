//! Where a customer lives and what time it is there.

use holdfast_domain::calendar;
use holdfast_protocol::row::{ContactRow, OrganizationRow};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::person;
use crate::ipc::view::{ContactView, LocalTimeView};

/// A customer as the context panel shows them. `here` is the zone of the reader's centre.
pub fn contact(
    row: &ContactRow,
    company: &OrganizationRow,
    here: &str,
    now: Timestamp,
) -> ContactView {
    ContactView {
        id: row.id,
        person: person::contact(row),
        role: row.role.clone(),
        language: row.language.clone(),
        also_reads: row.also_reads.clone(),
        city: row.city.clone(),
        email: row.email.clone(),
        phone: row.phone.clone(),
        local_time: local_time(&row.time_zone, &company.country, here, now),
        organization: person::organization(company),
    }
}

fn local_time(zone: &str, country: &str, here: &str, now: Timestamp) -> Option<LocalTimeView> {
    let local = calendar::local_time(zone, country, now)?;
    let here_min = TimeZone::get(here).map_or(0, |zone| zone.to_offset(now).seconds() / 60);
    let call = if local.good_to_call() { "welcome" } else { "urgent_only" };
    Some(LocalTimeView {
        ahead_min: local.offset_min - here_min,
        local,
        time_zone: zone.to_owned(),
        call: call.to_owned(),
    })
}
