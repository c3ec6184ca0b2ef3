//! Tickets in lists.

use std::collections::BTreeMap;

use holdfast_cache::table::ticket::Seen;
use holdfast_cache::{Db, table};
use holdfast_domain::{ContactId, OrganizationId};

use super::clock;
use crate::ipc::error::Failure;
use crate::ipc::view::RowView;
use crate::open::Open;

/// Rows of a list, with the names of the customers in them.
pub async fn rows(open: &Open, db: &mut Db, seen: Vec<Seen>) -> Result<Vec<RowView>, Failure> {
    let contacts: Vec<ContactId> = seen.iter().map(|seen| seen.row.requester).collect();
    let companies: Vec<OrganizationId> = seen.iter().map(|seen| seen.row.organization).collect();
    let names = Names {
        contacts: table::contact::get_many(db, &contacts)
            .await?
            .into_iter()
            .map(|row| (row.id, row.name))
            .collect(),
        companies: table::organization::get_many(db, &companies)
            .await?
            .into_iter()
            .map(|row| (row.id, row.name))
            .collect(),
    };
    Ok(seen.into_iter().map(|seen| row(open, seen, &names)).collect())
}

struct Names {
    contacts: BTreeMap<ContactId, String>,
    companies: BTreeMap<OrganizationId, String>,
}

fn row(open: &Open, seen: Seen, names: &Names) -> RowView {
    let ticket = seen.row;
    let people = open.people();
    let holder = ticket.holder.agent;
    RowView {
        ticket: ticket.id,
        number: ticket.number,
        subject: ticket.subject,
        preview: ticket.preview,
        requester: names.contacts.get(&ticket.requester).cloned().unwrap_or_default(),
        organization: names.companies.get(&ticket.organization).cloned().unwrap_or_default(),
        severity: ticket.severity,
        category: ticket.category,
        channel: ticket.channel,
        language: ticket.language,
        assignee: holder.map(|agent| people.agent_name(agent).to_owned()),
        mine: holder == Some(open.agent),
        clock: clock::most_urgent(&ticket.clocks),
        unread: seen.unread,
        draft: seen.draft,
        saved: seen.pending,
        needs_you: u32::from(seen.needs_you),
        updated_at: ticket.updated_at,
    }
}
