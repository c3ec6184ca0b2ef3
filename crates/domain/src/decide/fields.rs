//! Scalar fields and sets. Still as its author saw it: apply. Already as wanted: merged.
//! Anything else: conflict, and what stands, stands.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Draft, Stop, Verdict};
use crate::directory::Actor;
use crate::event::{By, Fact};
use crate::id::ResourceId;
use crate::outcome::{Conflict, FieldValue, Refusal};
use crate::resolution::Resolution;
use crate::severity::Severity;
use crate::stage::Stage;
use crate::status::Category;
use crate::ticket::{Field, TicketState};
use crate::words;

/// What comparing a field with what its author saw says.
pub(super) enum Compared {
    Apply,
    Already,
}

/// The one rule for two people and one field.
pub(super) fn compare<T: PartialEq>(
    state: &TicketState,
    field: Field,
    (stands, from, to): (&T, &T, &T),
    value: impl Fn(&T) -> FieldValue,
) -> Result<Compared, Stop> {
    if stands == to {
        return Ok(Compared::Already);
    }
    if stands == from {
        return Ok(Compared::Apply);
    }
    let touch = state.touched.get(&field);
    Err(Stop::Conflict(Box::new(Conflict {
        yours: value(to),
        theirs: value(stands),
        by: touch.map_or(By::System, |touch| touch.by),
        at: touch.map_or(state.created_at, |touch| touch.at),
    })))
}

pub(super) fn subject(draft: &mut Draft<'_>, state: &TicketState, from: &str, to: &str) -> Verdict {
    let to = words::plain(to);
    if to.is_empty() {
        return Err(Refusal::Empty.into());
    }
    if to.len() > words::SUBJECT_BYTES_MAX {
        return Err(Refusal::TooMuch.into());
    }
    let values = (&state.subject, &from.to_owned(), &to);
    if let Compared::Apply =
        compare(state, Field::Subject, values, |v| FieldValue::Subject(v.clone()))?
    {
        draft.say(Fact::SubjectChanged { from: state.subject.clone(), to });
    }
    Ok(())
}

pub(super) fn status(
    draft: &mut Draft<'_>,
    state: &TicketState,
    (from, to): (Category, Category),
    pending_until: Option<Timestamp>,
) -> Verdict {
    let pending_until = pending_until.filter(|_| to == Category::Pending);
    let stands = (state.category, state.pending_until);
    if stands == (to, pending_until) {
        return Ok(());
    }
    // A new date on a ticket that is pending already is a change, not a collision.
    if state.category != to {
        let values = (&state.category, &from, &to);
        compare(state, Field::Status, values, |v| FieldValue::Status(*v))?;
    }
    if !state.category.may_be_set_to(to) {
        return Err(Refusal::NoSuchStep { from: state.category, to }.into());
    }
    draft.say(Fact::StatusChanged { from: state.category, to, pending_until });
    Ok(())
}

pub(super) fn severity(
    draft: &mut Draft<'_>,
    state: &TicketState,
    from: Severity,
    to: Severity,
) -> Verdict {
    let values = (&state.severity, &from, &to);
    if let Compared::Apply = compare(state, Field::Severity, values, |v| FieldValue::Severity(*v))?
    {
        draft.say(Fact::SeverityChanged { from, to });
    }
    Ok(())
}

pub(super) fn stage(draft: &mut Draft<'_>, state: &TicketState, from: Stage, to: Stage) -> Verdict {
    if to == Stage::Done || !state.category.is_active() {
        let (from, to) = (state.category, Category::Solved);
        return Err(Refusal::NoSuchStep { from, to }.into());
    }
    let values = (&state.stage, &from, &to);
    if let Compared::Apply = compare(state, Field::Stage, values, |v| FieldValue::Stage(*v))? {
        draft.say(Fact::StageChanged { from, to });
    }
    Ok(())
}

pub(super) fn tags(
    draft: &mut Draft<'_>,
    state: &TicketState,
    add: &BTreeSet<String>,
    remove: &BTreeSet<String>,
) -> Verdict {
    if add.len() > words::TAGS_MAX || remove.len() > words::TAGS_MAX {
        return Err(Refusal::TooMuch.into());
    }
    let clean = |tags: &BTreeSet<String>| -> Option<BTreeSet<String>> {
        tags.iter().map(|raw| words::tag(raw)).collect()
    };
    let add = clean(add).ok_or(Refusal::BadTag)?;
    let remove = clean(remove).ok_or(Refusal::BadTag)?;
    let add: Vec<String> =
        add.difference(&remove).filter(|tag| !state.tags.contains(*tag)).cloned().collect();
    let remove: Vec<String> = remove.intersection(&state.tags).cloned().collect();
    if state.tags.len() + add.len() - remove.len() > words::TAGS_MAX {
        return Err(Refusal::TooMuch.into());
    }
    if !add.is_empty() {
        draft.say(Fact::Tagged { tags: add });
    }
    if !remove.is_empty() {
        draft.say(Fact::Untagged { tags: remove });
    }
    Ok(())
}

pub(super) fn link(draft: &mut Draft<'_>, state: &TicketState, resource: ResourceId) -> Verdict {
    // Another company's thing does not exist on this ticket.
    if draft.directory.resources.get(&resource) != Some(&state.organization) {
        return Err(Refusal::NotFound.into());
    }
    if !state.resources.contains(&resource) {
        draft.say(Fact::ResourceLinked { resource });
    }
    Ok(())
}

pub(super) fn unlink(draft: &mut Draft<'_>, state: &TicketState, resource: ResourceId) -> Verdict {
    if state.resources.contains(&resource) {
        draft.say(Fact::ResourceUnlinked { resource });
    }
    Ok(())
}

pub(super) fn solve(
    draft: &mut Draft<'_>,
    state: &TicketState,
    resolution: &Resolution,
) -> Verdict {
    if resolution.words.len() > words::RESOLUTION_BYTES_MAX {
        return Err(Refusal::TooMuch.into());
    }
    if !state.category.is_active() {
        let stands = state.resolution.as_ref().unwrap_or(resolution);
        let values = (stands, resolution, resolution);
        return compare(state, Field::Resolution, values, |v| FieldValue::Resolution(v.clone()))
            .map(|_| ());
    }
    draft.say(Fact::Solved { resolution: resolution.clone() });
    Ok(())
}

pub(super) fn reopen(draft: &mut Draft<'_>, state: &TicketState) -> Verdict {
    if state.category == Category::Solved {
        draft.say(Fact::Reopened { from: state.category });
    }
    Ok(())
}

pub(super) fn close(draft: &mut Draft<'_>, state: &TicketState) -> Verdict {
    if !matches!(draft.actor, Actor::System) {
        return Err(Refusal::NotAllowed.into());
    }
    let (from, to) = (state.category, Category::Closed);
    if from != Category::Solved {
        return Err(Refusal::NoSuchStep { from, to }.into());
    }
    draft.say(Fact::StatusChanged { from, to, pending_until: None });
    Ok(())
}

/// The first act of ours on a new ticket opens it.
pub(super) fn open_if_new(draft: &mut Draft<'_>, state: &TicketState) {
    if state.category == Category::New {
        let (from, to) = (Category::New, Category::Open);
        draft.say(Fact::StatusChanged { from, to, pending_until: None });
    }
}
