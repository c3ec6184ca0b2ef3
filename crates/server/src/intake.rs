//! Intake: customers' words come in, replies of ours go out, over channels with a token each.
//!
//! The words of one external id are taken once. Ids derive from channel and external id, so even
//! two posts at the same moment cannot make two tickets. Words for a closed ticket open a new one:
//! they must not be lost. Deliberately absent: routing; a new ticket goes to the team that holds
//! the company's newest one, else to the first team of the first line.

use anyhow::Context;
use holdfast_domain::operation::{Create, Write};
use holdfast_domain::{
    Action, Actor, Directory, Holder, MessageId, Operation, OperationId, Outcome, Refusal,
    Severity, TeamId, TicketId,
};
use holdfast_protocol::intake::{Delivery, Intake, IntakeAnswer};
use holdfast_protocol::row::ContactRow;
use uuid::Uuid;

use crate::blobs;
use crate::channel::{Channel, note_read};
use crate::core::Core;
use crate::error::{Error, Result, causes};
use crate::store::{Durability, attachment, customer, delivery, intake as taken, thread, ticket};
use crate::sync::write::Writing;

/// Namespace of ids that derive from a channel's own ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_3c1e_52b7_5a40_9a43_0c5a_7d0f_11e2);
/// Longest id of a channel's own, bytes.
const EXTERNAL_ID_BYTES_MAX: usize = 512;
/// Deliveries of one answer.
const DELIVERIES_MAX: i64 = 200;

/// Words that came in.
#[derive(Clone, Copy)]
struct Words<'a> {
    channel: &'a Channel,
    post: &'a Intake,
    contact: &'a ContactRow,
}

/// Takes words in, once.
pub async fn take(core: &Core, channel: &Channel, post: &Intake) -> Result<IntakeAnswer> {
    if post.external_id.is_empty() || post.external_id.len() > EXTERNAL_ID_BYTES_MAX {
        return Err(Error::bad_request("external_id must have 1 to 512 bytes"));
    }
    let mut writing = core.write(Durability::Power).await?;
    let key = (channel.name.as_str(), post.external_id.as_str());
    if let Some((id, message)) = taken::find(&mut writing.tx, key.0, key.1).await? {
        return answer(&mut writing, id, message).await;
    }
    let contact = customer::contact(&mut writing.tx, post.contact).await?;
    let contact = contact.ok_or_else(Error::not_found)?;
    let seed =
        Uuid::new_v5(&NAMESPACE, format!("{}/{}", channel.name, post.external_id).as_bytes());
    let said = Words { channel, post, contact: &contact };
    let (id, message) = match post.ticket {
        Some(id) => follow_up(core, &mut writing, said, (id, seed)).await?,
        None => begin(core, &mut writing, said, (post.subject.as_deref(), seed)).await?,
    };
    writing.seal().await?;
    taken::insert(&mut writing.tx, key, id, message).await?;
    let told = answer(&mut writing, id, message).await?;
    writing.finish().await?;
    Ok(told)
}

/// Replies that go out through a channel, after a position.
pub async fn deliveries(core: &Core, channel: &Channel, after: i64) -> Result<Vec<Delivery>> {
    // Bookkeeping for `check`: a disk that is full must not keep replies from their customers.
    if let Err(error) = note_read(core, channel, after).await {
        tracing::warn!(channel = channel.name, causes = causes(&error), "not noted as read");
    }
    let mut tx = core.db.read().await?;
    let mut found = Vec::new();
    for (position, id) in delivery::after(&mut tx, &channel.name, after, DELIVERIES_MAX).await? {
        let message = thread::message(&mut tx, id).await?.context("a delivery without words")?;
        let row = ticket::get(&mut tx, message.ticket).await?.context("words without a ticket")?;
        found.push(Delivery {
            position,
            ticket: row.id,
            number: row.number.unwrap_or_default(),
            message: id,
            contact: row.requester,
            text: message.text,
            attachments: message.attachments,
            at: message.at,
        });
    }
    Ok(found)
}

/// A chunk of a file of a reply that goes out through a channel.
pub async fn file(
    core: &Core,
    channel: &Channel,
    (message, hash, chunk): (MessageId, &str, u32),
) -> Result<Vec<u8>> {
    let mut tx = core.db.read().await?;
    if !delivery::is_of(&mut tx, &channel.name, message).await? {
        return Err(Error::not_found());
    }
    let size_bytes = attachment::complete_size(&mut tx, hash, message.0).await?;
    drop(tx);
    let size_bytes = size_bytes.ok_or_else(Error::not_found)?.unsigned_abs();
    blobs::chunk(core, hash, size_bytes, chunk).await
}

async fn answer(
    writing: &mut Writing<'_>,
    id: TicketId,
    message: MessageId,
) -> Result<IntakeAnswer> {
    let row = ticket::get(&mut writing.tx, id).await?.context("taken words without a ticket")?;
    Ok(IntakeAnswer { ticket: id, number: row.number.unwrap_or_default(), message })
}

async fn follow_up(
    core: &Core,
    writing: &mut Writing<'_>,
    said: Words<'_>,
    (id, seed): (TicketId, Uuid),
) -> Result<(TicketId, MessageId)> {
    let write = words(said, seed);
    let message = write.message;
    match decide(core, writing, said.contact, (id, seed), Action::Write(write)).await? {
        Outcome::Accepted => Ok((id, message)),
        Outcome::Refused { refusal: Refusal::Closed } => {
            let old = ticket::get(&mut writing.tx, id).await?.map(|row| row.subject);
            let subject = said.post.subject.clone().or(old);
            let seed = Uuid::new_v5(&seed, b"anew");
            begin(core, writing, said, (subject.as_deref(), seed)).await
        }
        other => Err(refused(&other)),
    }
}

async fn begin(
    core: &Core,
    writing: &mut Writing<'_>,
    said: Words<'_>,
    (subject, seed): (Option<&str>, Uuid),
) -> Result<(TicketId, MessageId)> {
    let Words { channel, post, contact } = said;
    let subject = subject.ok_or_else(|| Error::bad_request("a new ticket needs a subject"))?;
    let newest = ticket::newest_team(&mut writing.tx, contact.organization).await?.map(TeamId);
    let team = newest.filter(|team| writing.directory().teams.contains_key(team));
    let team = team.or_else(|| first_line(writing.directory()));
    let team = team.context("there is no team that could take a ticket")?;
    let write = words(said, seed);
    let message = write.message;
    let create = Create {
        subject: subject.to_owned(),
        requester: contact.id,
        channel: channel.kind,
        severity: post.severity.unwrap_or(Severity::P3),
        holder: Holder { team, agent: None },
        language: contact.language.clone(),
        words: Some(write),
    };
    let id = TicketId(Uuid::new_v5(&seed, b"ticket"));
    match decide(core, writing, contact, (id, seed), Action::Create(create)).await? {
        Outcome::Accepted => Ok((id, message)),
        other => Err(refused(&other)),
    }
}

async fn decide(
    core: &Core,
    writing: &mut Writing<'_>,
    contact: &ContactRow,
    (ticket, seed): (TicketId, Uuid),
    action: Action,
) -> anyhow::Result<Outcome> {
    let now = core.now();
    let operation = Operation {
        id: OperationId(seed),
        ticket,
        written_at: now,
        needs: Vec::new(),
        replaces: None,
        action,
    };
    writing.decide(&operation, Actor::Customer(contact.id), now).await
}

fn words(Words { post, contact, .. }: Words<'_>, seed: Uuid) -> Write {
    let told = holdfast_search::detect(&post.text);
    let language = told.map(|language| language.tag().to_owned());
    Write {
        message: MessageId(Uuid::new_v5(&seed, b"message")),
        text: post.text.clone(),
        language: Some(language.unwrap_or_else(|| contact.language.clone())),
        attachments: Vec::new(),
    }
}

fn first_line(directory: &Directory) -> Option<TeamId> {
    directory.teams.iter().find(|(_, team)| team.tier == 1).map(|(id, _)| *id)
}

fn refused(outcome: &Outcome) -> Error {
    match outcome {
        Outcome::Refused { refusal: Refusal::NotFound } => Error::not_found(),
        Outcome::Refused { refusal: Refusal::TooMuch } => {
            Error::bad_request("the words are longer than this server takes")
        }
        Outcome::Refused { refusal: Refusal::Empty } => Error::bad_request("there are no words"),
        _ => Error::bad_request("these words cannot be taken"),
    }
}
