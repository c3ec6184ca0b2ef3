//! Words and files: they always merge, but a reply is held when the customer has not been read,
//! and so is an ending.

use super::{Draft, Stop, Verdict};
use crate::directory::Actor;
use crate::event::Fact;
use crate::id::MessageId;
use crate::message::Message;
use crate::note::Note;
use crate::operation::{self, Create, Reply, Write};
use crate::outcome::{HeldReason, Refusal};
use crate::permission::{self, Act};
use crate::resolution::Resolution;
use crate::status::Category;
use crate::ticket::{Sight, TicketState};
use crate::words::{self, Attachment};

pub(super) fn create(draft: &mut Draft<'_>, create: &Create) -> Verdict {
    let subject = words::plain(&create.subject);
    if subject.is_empty() {
        return Err(Refusal::Empty.into());
    }
    if subject.len() > words::SUBJECT_BYTES_MAX || create.language.len() > words::TAG_BYTES_MAX {
        return Err(Refusal::TooMuch.into());
    }
    let organization = draft.directory.contacts.get(&create.requester).copied();
    let organization = organization.ok_or(Refusal::NotFound)?;
    super::hands::holder_exists(draft, create.holder)?;
    authorise_create(draft, create)?;
    draft.say(Fact::Created {
        subject,
        requester: create.requester,
        organization,
        channel: create.channel,
        severity: create.severity,
        holder: create.holder,
        language: create.language.clone(),
    });
    let Some(write) = &create.words else {
        return Ok(());
    };
    check_text(&write.text, &write.attachments)?;
    draft.hear(create.requester, write)
}

fn authorise_create(draft: &Draft<'_>, create: &Create) -> Verdict {
    match draft.actor {
        Actor::System => Ok(()),
        Actor::Customer(contact) if contact == create.requester => Ok(()),
        Actor::Customer(_) => Err(Refusal::NotFound.into()),
        Actor::Agent(agent) => {
            let sight = Sight { teams: [create.holder.team].into(), ..Sight::default() };
            let may = permission::may(draft.directory, agent, Act::Open, &sight);
            if may { Ok(()) } else { Err(Refusal::NotAllowed.into()) }
        }
    }
}

pub(super) fn write(draft: &mut Draft<'_>, state: &TicketState, write: &Write) -> Verdict {
    check_text(&write.text, &write.attachments)?;
    draft.hear(state.requester, write)?;
    let from = state.category;
    match from.after_customer_words() {
        None => return Err(Refusal::Closed.into()),
        Some(to) if to == from => {}
        Some(_) if from == Category::Solved => draft.say(Fact::Reopened { from }),
        Some(to) => draft.say(Fact::StatusChanged { from, to, pending_until: None }),
    }
    Ok(())
}

pub(super) fn reply(draft: &mut Draft<'_>, state: &TicketState, reply: &Reply) -> Verdict {
    check_text(&reply.text, &reply.attachments)?;
    if draft.directory.taken_words.contains(&reply.message.0) {
        return Err(Refusal::AlreadySent.into());
    }
    all_read(state, reply.seen_through)?;
    let message = Message {
        id: reply.message,
        ticket: state.id,
        operation: draft.operation.id,
        by: draft.by(),
        text: reply.text.clone(),
        language: reply.language.clone(),
        attachments: named(&reply.attachments),
        at: draft.now,
        written_at: draft.operation.written_at,
    };
    draft.messages.push(message);
    draft.say(Fact::Replied { message: reply.message });
    super::fields::open_if_new(draft, state);
    Ok(())
}

pub(super) fn send_and_solve(
    draft: &mut Draft<'_>,
    state: &TicketState,
    words: &Reply,
    resolution: &Resolution,
) -> Verdict {
    reply(draft, state, words)?;
    super::fields::solve(draft, state, resolution)
}

/// Ends it without words. Words that its author had not read keep it open, else they were buried;
/// what is solved already has no open words, and is compared instead.
pub(super) fn solve(
    draft: &mut Draft<'_>,
    state: &TicketState,
    resolution: &Resolution,
    seen_through: Option<MessageId>,
) -> Verdict {
    if state.category.is_active() {
        all_read(state, seen_through)?;
    }
    super::fields::solve(draft, state, resolution)
}

/// Holds what was done before its author had read the newest public words.
fn all_read(state: &TicketState, seen_through: Option<MessageId>) -> Verdict {
    match state.last_words {
        Some(last) if seen_through != Some(last.message) => {
            Err(Stop::Hold(HeldReason::NewerWords { message: last.message }))
        }
        _ => Ok(()),
    }
}

pub(super) fn note(draft: &mut Draft<'_>, state: &TicketState, note: &operation::Note) -> Verdict {
    let Actor::Agent(by) = draft.actor else {
        return Err(Refusal::NotAllowed.into());
    };
    check_text(&note.text, &note.attachments)?;
    if draft.directory.taken_words.contains(&note.note.0) {
        return Err(Refusal::AlreadySent.into());
    }
    let words = Note {
        id: note.note,
        ticket: state.id,
        operation: draft.operation.id,
        by,
        text: note.text.clone(),
        language: note.language.clone(),
        attachments: named(&note.attachments),
        at: draft.now,
        written_at: draft.operation.written_at,
    };
    draft.notes.push(words);
    draft.say(Fact::Noted { note: note.note });
    Ok(())
}

pub(super) fn attach(draft: &mut Draft<'_>, _: &TicketState, attachment: &Attachment) -> Verdict {
    check_files(std::slice::from_ref(attachment))?;
    for attachment in named(std::slice::from_ref(attachment)) {
        draft.say(Fact::Attached { attachment });
    }
    Ok(())
}

impl Draft<'_> {
    fn hear(&mut self, requester: crate::id::ContactId, write: &Write) -> Verdict {
        if self.directory.taken_words.contains(&write.message.0) {
            return Err(Refusal::AlreadySent.into());
        }
        let message = Message {
            id: write.message,
            ticket: self.operation.ticket,
            operation: self.operation.id,
            by: crate::event::By::Customer(requester),
            text: write.text.clone(),
            language: write.language.clone(),
            attachments: named(&write.attachments),
            at: self.now,
            written_at: self.operation.written_at,
        };
        self.messages.push(message);
        self.say(Fact::CustomerWrote { message: write.message });
        Ok(())
    }
}

fn check_text(text: &str, attachments: &[Attachment]) -> Verdict {
    if text.len() > words::TEXT_BYTES_MAX {
        return Err(Refusal::TooMuch.into());
    }
    if text.trim().is_empty() && attachments.is_empty() {
        return Err(Refusal::Empty.into());
    }
    check_files(attachments)
}

fn check_files(attachments: &[Attachment]) -> Verdict {
    let too_much = attachments.len() > words::ATTACHMENTS_MAX
        || attachments.iter().any(|file| {
            file.size_bytes > words::ATTACHMENT_BYTES_MAX
                || file.name.len() > words::SUBJECT_BYTES_MAX
                || file.media_type.len() > words::SUBJECT_BYTES_MAX
        });
    if too_much {
        return Err(Refusal::TooMuch.into());
    }
    let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    let nameless = |file: &Attachment| words::plain(&file.name).is_empty() || !is_hash(&file.hash);
    if attachments.iter().any(nameless) { Err(Refusal::Empty.into()) } else { Ok(()) }
}

/// File names lose folders and trickery.
fn named(attachments: &[Attachment]) -> Vec<Attachment> {
    let clean = |file: &Attachment| {
        let last = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
        Attachment { name: words::plain(last), ..file.clone() }
    };
    attachments.iter().map(clean).collect()
}
