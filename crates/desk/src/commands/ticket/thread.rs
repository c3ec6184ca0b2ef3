//! The thread as it is shown: words with how far they have come, and facts.

use std::collections::BTreeMap;

use holdfast_cache::table::operation::State;
use holdfast_cache::table::thread::Entry;
use holdfast_cache::{Db, table};
use holdfast_domain::{By, OperationId};
use holdfast_protocol::row::{MessageRow, NoteRow};

use crate::html::{self, Markup};
use crate::ipc::error::Failure;
use crate::ipc::view::{EntryView, MarkupView, PersonView, WordsState, WordsView};
use crate::open::Open;
use crate::show::person;

/// Entries, oldest first, as they are shown.
pub(super) async fn show(
    open: &Open,
    db: &mut Db,
    entries: Vec<Entry>,
    requester: &str,
) -> Result<Vec<EntryView>, Failure> {
    let waiting = waiting(db, &entries).await?;
    let people = open.people();
    let person = |by| person::by(&people, by, open.agent, requester);
    let views = entries.into_iter().map(|entry| match entry {
        Entry::Message(row) => {
            let state = state(&waiting, row.operation, row.by);
            EntryView::Message(message(row.clone(), person(row.by), state))
        }
        Entry::Note(row) => {
            let by = By::Agent(row.by);
            let state = state(&waiting, row.operation, by);
            EntryView::Note(note(row, person(by), state))
        }
        Entry::Event(row) => EntryView::Event {
            key: row.key,
            person: person(row.by),
            at: row.at,
            saved: waiting.contains_key(&row.operation),
            fact: Box::new(row.fact),
        },
    });
    Ok(views.collect())
}

/// A message, for whoever shows it outside its thread.
pub(super) fn message(row: MessageRow, person: PersonView, state: WordsState) -> WordsView {
    // Ours are Markdown, whatever they begin with.
    let markup = person.customer.then(|| html::markup(&row.text)).flatten();
    WordsView {
        id: row.id.to_string(),
        key: row.key,
        person,
        html: markup.as_ref().map_or_else(|| html::render(&row.text), |_| String::new()),
        markup: markup.map(|Markup { html, links }| MarkupView { html, links }),
        text: row.text,
        language: row.language,
        attachments: row.attachments,
        at: row.at,
        written_at: row.written_at,
        operation: is_ours(state).then_some(row.operation),
        state,
    }
}

fn note(row: NoteRow, person: PersonView, state: WordsState) -> WordsView {
    WordsView {
        id: row.id.to_string(),
        key: row.key,
        person,
        html: html::render(&row.text),
        markup: None,
        text: row.text,
        language: row.language,
        attachments: row.attachments,
        at: row.at,
        written_at: row.written_at,
        operation: is_ours(state).then_some(row.operation),
        state,
    }
}

fn is_ours(state: WordsState) -> bool {
    matches!(state, WordsState::Saved | WordsState::Sending)
}

/// Which operations of these entries wait, and whether they are on their way.
async fn waiting(db: &mut Db, entries: &[Entry]) -> Result<BTreeMap<OperationId, State>, Failure> {
    let ticket = entries.iter().rev().find(|entry| entry.is_waiting()).map(|entry| match entry {
        Entry::Message(row) => row.ticket,
        Entry::Note(row) => row.ticket,
        Entry::Event(row) => row.ticket,
    });
    let Some(ticket) = ticket else { return Ok(BTreeMap::new()) };
    let waiting = table::operation::waiting_of(db, ticket).await?;
    Ok(waiting.into_iter().map(|stored| (stored.kept.id, stored.state)).collect())
}

fn state(waiting: &BTreeMap<OperationId, State>, operation: OperationId, by: By) -> WordsState {
    match (waiting.get(&operation), by) {
        (Some(State::Waiting), _) => WordsState::Saved,
        (Some(_), _) => WordsState::Sending,
        (None, By::Agent(_)) => WordsState::Sent,
        (None, By::Customer(_) | By::System) => WordsState::Received,
    }
}
