//! Tickets in lists.

use holdfast_cache::table::ticket::Seen;

use super::clock;
use crate::ipc::view::RowView;
use crate::open::Open;

/// A row of a list.
pub fn row(open: &Open, seen: Seen) -> RowView {
    let ticket = seen.row;
    let people = open.people();
    let holder = ticket.holder.agent;
    RowView {
        ticket: ticket.id,
        number: ticket.number,
        subject: ticket.subject,
        preview: ticket.preview,
        requester: seen.requester_name,
        organization: seen.organization_name,
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
