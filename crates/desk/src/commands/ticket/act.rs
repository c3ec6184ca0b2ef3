//! Changes that are not words. What the reader saw before is added here, from the seen row.

use holdfast_cache::table;
use holdfast_domain::operation::{Create, Escalate, Write};
use holdfast_domain::{Action, Holder, MessageId, Resolution, TicketId};
use holdfast_protocol::row::TicketRow;

use crate::Desk;
use crate::commands::draft;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{Act, ActRequest, Acted, CreateRequest};
use crate::outbox::{self, Change};

/// Changes a ticket.
pub async fn act(desk: &Desk, request: ActRequest) -> Result<Acted, Failure> {
    let open = desk.open().await?;
    let mut tx = open.write().await?;
    let seen = table::ticket::get(&mut tx, request.ticket).await?;
    let seen = seen.ok_or_else(|| Failure::new(Code::NotFound, "no such ticket here"))?;
    let action = action(&seen.row, request.act);
    let needs = match &action {
        Action::Solve { seen_through, .. } => {
            draft::writer_of(&mut tx, request.ticket, *seen_through).await?
        }
        _ => None,
    };
    let needs = needs.into_iter().collect();
    let change = Change { needs, ..Change::now(request.ticket, action) };
    let acted = outbox::add(&open, &mut tx, change).await?;
    tx.commit().await?;
    open.sync.written();
    Ok(acted)
}

/// Begins a ticket for a customer. Its number comes when it is sent.
pub async fn create(desk: &Desk, request: CreateRequest) -> Result<Acted, Failure> {
    let open = desk.open().await?;
    let contact = table::contact::get(&mut *open.read().await?, request.requester).await?;
    let contact = contact.ok_or_else(|| Failure::new(Code::NotFound, "no such contact here"))?;
    let told = (!request.text.trim().is_empty()).then(|| Write {
        message: MessageId(open.fresh_id()),
        language: holdfast_search::detect(&request.text).map(|l| l.tag().to_owned()),
        text: request.text.clone(),
        attachments: Vec::new(),
    });
    let action = Action::Create(Create {
        subject: request.subject,
        requester: request.requester,
        channel: request.channel,
        severity: request.severity,
        holder: Holder { team: request.team, agent: None },
        language: contact.language,
        words: told,
    });
    let ticket = TicketId(open.fresh_id());
    outbox::write(&open, Change::now(ticket, action)).await
}

fn action(row: &TicketRow, act: Act) -> Action {
    match act {
        Act::Subject { to } => Action::Subject { from: row.subject.clone(), to },
        Act::Status { to, pending_until } => {
            Action::Status { from: row.category, to, pending_until }
        }
        Act::Severity { to } => Action::Severity { from: row.severity, to },
        Act::Stage { to } => Action::Stage { from: row.stage, to },
        Act::Assign { team, agent } => {
            Action::Assign { from: row.holder, to: Holder { team, agent } }
        }
        Act::Claim {} => Action::Claim { team: row.holder.team },
        Act::Tags { add, remove } => Action::Tags { add, remove },
        Act::ResourceLink { resource } => Action::ResourceLink { resource },
        Act::ResourceUnlink { resource } => Action::ResourceUnlink { resource },
        Act::Solve { code, words, seen_through } => {
            Action::Solve { resolution: Resolution { code, words }, seen_through }
        }
        Act::Reopen {} => Action::Reopen {},
        Act::Escalate(asked) => Action::Escalate(Escalate {
            kind: asked.kind,
            to: Holder { team: asked.team, agent: asked.agent },
            packet: asked.packet,
            accept_within_s: asked.accept_within_s,
        }),
        Act::EscalationAccept { escalation } => Action::EscalationAccept { escalation },
        Act::EscalationDecline { escalation, reason } => {
            Action::EscalationDecline { escalation, reason }
        }
        Act::EscalationWithdraw { escalation } => Action::EscalationWithdraw { escalation },
        Act::EscalationReturn { escalation, reason } => {
            Action::EscalationReturn { escalation, reason }
        }
    }
}
