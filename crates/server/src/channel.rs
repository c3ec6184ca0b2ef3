//! Channels: the ways to and from customers, each with a name, a token and a kind.
//!
//! A ticket is of the channel through which its customer's words came first, and its replies go
//! out through that one and no other. Of tickets that came through none (an agent opened them, or
//! they were imported) the replies go out through the channel of the ticket's kind, the first by
//! name; where none is of that kind, through the first portal, else the first of all: a customer
//! must hear of an answer even if she called.
//!
//! Which channel that is, is written down with the reply when it is made, so each has exactly one,
//! whatever becomes of the configuration. A channel that is taken out of it keeps its replies, and
//! those that come later on tickets that are its own: they are told at the start and by `check`
//! ([`nobody_reads`]), and it reads them when it returns. A channel that is added is given none
//! from before it. Refused: to let another channel carry on for one that is gone; a letter's
//! customer is not in the portal, and a channel may be gone for an hour.
//!
//! Deliberately absent: rights within a channel. Whoever has its token speaks for its customers.

use anyhow::Result;
use holdfast_domain::ticket::Channel as Kind;

use crate::config::Config;
use crate::core::Core;
use crate::passwords::token_hash;
use crate::store::{Durability, Tx, delivery};

/// Every kind.
const KINDS: [Kind; 4] = [Kind::Phone, Kind::Chat, Kind::Portal, Kind::Mail];

/// A channel that showed its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// As it is called in the configuration.
    pub name: String,
    /// What tickets that come through it say.
    pub kind: Kind,
}

/// The channel whose token this is. Hashes are compared, so that the time taken tells nothing.
pub fn of_token(config: &Config, token: &str) -> Option<Channel> {
    let given = token_hash(token);
    let mut all = config.channel_tokens.iter();
    let (name, _) = all.find(|(_, token)| token_hash(token) == given)?;
    Some(Channel { name: name.clone(), kind: kind_of(config, name) })
}

/// Who carries replies on tickets of that kind that came through no channel; empty if there is no
/// channel.
pub fn carrier(config: &Config, kind: Kind) -> &str {
    let first = |kind| config.channel_tokens.keys().find(|name| kind_of(config, name) == kind);
    let found = first(kind).or_else(|| first(Kind::Portal));
    found.or_else(|| config.channel_tokens.keys().next()).map_or("", String::as_str)
}

/// Gives replies of an earlier version, which did not write their channel down, to their carriers
/// of now.
pub async fn settle(tx: &mut Tx, config: &Config) -> Result<()> {
    for kind in KINDS {
        let carrier = carrier(config, kind);
        if !carrier.is_empty() {
            delivery::give(tx, word(kind), carrier).await?;
        }
    }
    Ok(())
}

/// Notes that a channel has read up to a position, if it has not been there before.
pub async fn note_read(core: &Core, channel: &Channel, position: i64) -> Result<()> {
    let known = delivery::read_by(&mut core.db.read().await?, &channel.name).await?;
    if position <= known {
        return Ok(());
    }
    let mut writing = core.write(Durability::Process).await?;
    delivery::set_read(&mut writing.tx, &channel.name, position).await?;
    writing.finish().await
}

/// Sentences about replies that nobody reads while the configuration is as it is.
pub async fn nobody_reads(tx: &mut Tx, config: &Config) -> Result<Vec<String>> {
    let unread = delivery::unread(tx).await?.into_iter();
    let gone = unread.filter(|(name, _)| !config.channel_tokens.contains_key(name));
    let sentence = |(name, count): (String, i64)| match name.as_str() {
        "" => format!("{count} replies were written while there was no channel: nobody reads them"),
        _ => format!(
            "{count} replies wait for the channel {name}, which is not in channel_tokens: \
             it reads them when it is there again under this name"
        ),
    };
    Ok(gone.map(sentence).collect())
}

/// The word for a kind, as it is stored and as it travels.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Phone => "phone",
        Kind::Chat => "chat",
        Kind::Portal => "portal",
        Kind::Mail => "mail",
    }
}

fn kind_of(config: &Config, name: &str) -> Kind {
    let by_name = KINDS.into_iter().find(|kind| word(*kind) == name);
    config.channel_kinds.get(name).copied().or(by_name).unwrap_or(Kind::Portal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(channels: &[(&str, Option<Kind>)]) -> Config {
        let mut config = Config::local("nowhere");
        for (name, kind) in channels {
            config.channel_tokens.insert((*name).into(), format!("the token of {name}"));
            config.channel_kinds.extend(kind.map(|kind| ((*name).to_owned(), kind)));
        }
        config
    }

    #[test]
    fn every_kind_is_carried_by_a_channel_if_there_is_one() {
        use Kind::{Chat, Mail, Phone, Portal};
        type Case<'a> = (&'a [(&'a str, Option<Kind>)], [&'a str; 4]);
        let table: [Case<'_>; 6] = [
            (&[], [""; 4]),
            (&[("portal", None)], ["portal"; 4]),
            (&[("letters", Some(Mail))], ["letters"; 4]),
            (&[("journeys", None)], ["journeys"; 4]),
            (
                &[("chat", None), ("letters", Some(Mail)), ("portal", None)],
                ["portal", "chat", "portal", "letters"],
            ),
            (
                &[("console", None), ("portal", None), ("phone", None)],
                ["phone", "console", "console", "console"],
            ),
        ];
        for (channels, wanted) in table {
            let config = config(channels);
            let found = [Phone, Chat, Portal, Mail].map(|kind| carrier(&config, kind));
            assert_eq!(found, wanted, "{channels:?}");
        }
    }

    #[test]
    fn a_token_opens_its_own_channel() {
        let config = config(&[("letters", Some(Kind::Mail)), ("portal", None)]);
        let letters = Channel { name: "letters".into(), kind: Kind::Mail };
        assert_eq!(of_token(&config, "the token of letters"), Some(letters));
        assert_eq!(of_token(&config, "another token"), None);
    }
}
