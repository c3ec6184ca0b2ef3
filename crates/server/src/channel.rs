//! Channels: the ways to and from customers, each with a name, a token and a kind.
//!
//! A ticket is of the channel through which its customer's words came first, and its replies go
//! out through that one and no other. Of tickets that came through none (an agent opened them, or
//! they were imported) the replies go out through the channel of the ticket's kind, the first by
//! name; where none is of that kind, through the first portal, else the first of all: a customer
//! must hear of an answer even if she called. So each reply has exactly one channel at any time.
//!
//! Deliberately absent: rights within a channel. Whoever has its token speaks for its customers.

use holdfast_domain::ticket::Channel as Kind;

use crate::config::Config;
use crate::passwords::token_hash;

/// Every kind.
pub const KINDS: [Kind; 4] = [Kind::Phone, Kind::Chat, Kind::Portal, Kind::Mail];

/// A channel that showed its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// As it is called in the configuration.
    pub name: String,
    /// What tickets that come through it say.
    pub kind: Kind,
    /// Kinds of tickets that came through no channel, whose replies it carries.
    pub carries: Vec<Kind>,
}

/// The channel whose token this is. Hashes are compared, so that the time taken tells nothing.
pub fn of_token(config: &Config, token: &str) -> Option<Channel> {
    let given = token_hash(token);
    let mut all = config.channel_tokens.iter();
    let (name, _) = all.find(|(_, token)| token_hash(token) == given)?;
    let carries = KINDS.into_iter().filter(|kind| carrier(config, *kind) == Some(name));
    Some(Channel { name: name.clone(), kind: kind_of(config, name), carries: carries.collect() })
}

/// The word for a kind, as it is stored and as it travels.
pub fn word(kind: Kind) -> &'static str {
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

/// Who carries replies on tickets of that kind that came through no channel.
fn carrier(config: &Config, kind: Kind) -> Option<&String> {
    let first = |kind| config.channel_tokens.keys().find(|name| kind_of(config, name) == kind);
    first(kind).or_else(|| first(Kind::Portal)).or_else(|| config.channel_tokens.keys().next())
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

    fn carries(config: &Config, name: &str) -> Vec<Kind> {
        of_token(config, &format!("the token of {name}")).expect("a channel").carries
    }

    #[test]
    fn every_kind_is_carried_by_exactly_one_channel() {
        let tables: [&[(&str, Option<Kind>)]; 5] = [
            &[("portal", None)],
            &[("letters", Some(Kind::Mail))],
            &[("journeys", None)],
            &[("chat", None), ("letters", Some(Kind::Mail)), ("portal", None)],
            &[("console", None), ("portal", None), ("phone", None)],
        ];
        for table in tables {
            let config = config(table);
            let mut all: Vec<_> =
                table.iter().flat_map(|(name, _)| carries(&config, name)).collect();
            all.sort();
            assert_eq!(all, KINDS, "{table:?}");
        }
    }

    #[test]
    fn a_kind_without_a_channel_of_its_own_goes_out_through_the_portal() {
        let config = config(&[("chat", None), ("letters", Some(Kind::Mail)), ("portal", None)]);
        assert_eq!(carries(&config, "portal"), [Kind::Phone, Kind::Portal]);
        assert_eq!(carries(&config, "letters"), [Kind::Mail]);
        assert_eq!(carries(&config, "chat"), [Kind::Chat]);
        assert_eq!(of_token(&config, "another token"), None);
    }
}
