//! Hello: a desk and the server find out where they stand, and the desk is known from then on.

use anyhow::Context;
use holdfast_domain::Action;
use holdfast_protocol::hello::{Hello, Limits, Welcome};
use holdfast_protocol::limits::{
    PROTOCOL, PUSH_BYTES_MAX, PUSH_OPERATIONS_MAX, SCHEMA, SCHEMA_OLDEST,
};
use holdfast_protocol::{Code, Failure};

use super::sight::Eyes;
use crate::backup;
use crate::core::Core;
use crate::error::Result;
use crate::http::Caller;
use crate::store::backup as stored;
use crate::store::{Durability, Tx, attachment, desk, letter, meta, outcome, session};

/// Greets a desk.
pub async fn hello(core: &Core, caller: &Caller, hello: &Hello) -> Result<Welcome> {
    check_versions(hello).inspect_err(|failure| {
        if failure.code == Code::DeskTooOld {
            core.refuse_old();
        }
    })?;
    let mut writing = core.write(Durability::Process).await?;
    let tx = &mut writing.tx;
    if let Some(known) = desk::get(tx, hello.desk).await?
        && known.agent != caller.agent.0
    {
        let why = "this desk belongs to somebody else: take a new id";
        return Err(Failure::new(Code::ForkDetected, why).into());
    }
    if letter::is_revoked(tx, hello.desk).await? {
        return Err(Failure::new(Code::DeskRevoked, "this desk was revoked").into());
    }
    let now_us = core.now().as_microsecond();
    desk::greet(tx, hello.desk, caller.agent, core.epoch, now_us).await?;
    session::bind_desk(tx, caller.session, hello.desk).await?;
    if hello.epoch == Some(core.epoch) {
        let acknowledged = hello.acknowledged.min(core.head());
        desk::acknowledge(tx, hello.desk, acknowledged).await?;
        outcome::forget(tx, hello.desk, acknowledged).await?;
    }
    let place = meta::place(tx).await?.context("a store without its place")?;
    let follows = hello.epoch == Some(core.epoch) && hello.cursor > 0;
    let follows = follows && (place.horizon..=place.head).contains(&hello.cursor);
    // Whoever begins with a snapshot needs what comes after it.
    let cursor = if follows { hello.cursor } else { place.head };
    desk::set_cursor(tx, hello.desk, cursor).await?;
    let durable_seq = Some(durable(core, tx, caller, place.horizon).await?);
    let common_seq = match hello.epoch.filter(|epoch| *epoch != core.epoch) {
        Some(epoch) => stored::common_seq(tx, epoch).await?,
        None => None,
    };
    let last_number = desk::get(tx, hello.desk).await?.map_or(0, |desk| desk.last_number);
    let sealing = Some(crate::letter::told(tx, &core.outside, hello.desk).await?);
    writing.finish().await?;
    Ok(Welcome {
        epoch: core.epoch,
        head: core.head(),
        horizon: place.horizon,
        last_number,
        durable_seq,
        common_seq,
        operations: operations(),
        scopes: Eyes::of(&core.directory(), caller.agent).scopes(),
        sealing,
        server_time: core.now(),
        limits: Limits {
            push_operations: PUSH_OPERATIONS_MAX,
            push_bytes: PUSH_BYTES_MAX,
            attachment_bytes: core.config.limits.attachment_bytes,
            read_lease_days: core.config.limits.read_lease_days,
        },
    })
}

/// Commits up to here need not be kept by this agent's desks. Words whose files came only after the
/// newest copy are kept: whoever brings the words again brings the files.
async fn durable(core: &Core, tx: &mut Tx, caller: &Caller, horizon: i64) -> anyhow::Result<i64> {
    let durable = backup::durable(core, horizon);
    let Some(reach) = core.backups.reach() else {
        return Ok(durable);
    };
    let after_us = reach.at.as_microsecond();
    let first = attachment::first_completed_after(tx, caller.agent, after_us).await?;
    Ok(first.map_or(durable, |first| durable.min(first - 1)))
}

fn check_versions(hello: &Hello) -> Result<(), Failure> {
    let told = |code, message: &str| {
        let failure = Failure::new(code, message);
        Err(failure.with("protocol", PROTOCOL).with("schema", SCHEMA))
    };
    if hello.protocol < PROTOCOL || hello.schema < SCHEMA_OLDEST {
        return told(Code::DeskTooOld, "this desk is older than the server takes: update the desk");
    }
    if hello.protocol > PROTOCOL || hello.schema > SCHEMA {
        return told(Code::DeskTooNew, "this desk is newer than the server: update the server");
    }
    Ok(())
}

/// What a desk may send: everything but the customer's words.
fn operations() -> Vec<String> {
    let names = Action::NAMES.iter().filter(|name| **name != "write@1");
    names.map(|name| (*name).to_owned()).collect()
}
