//! Age: servers and desks of another version than the rest, and how they are upgraded, whatever
//! waits on them.
//!
//! There is one program here. What another version would not understand is changed on the wire into
//! what this one does not understand, so it is the real server that answers. Deliberately absent:
//! files of other schemas (`crates/cache/tests`, `crates/server/tests`).

use std::borrow::Cow;

use anyhow::Result;
use holdfast_desk::sync::wire::Request;
use holdfast_domain::Action;
use holdfast_protocol::hello::{Hello, Welcome};
use holdfast_protocol::push::{Push, digest_of};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{Event, World};
use crate::plan::Age;
use crate::server::Said;

impl World {
    /// A version is put in that is not the rest's.
    pub(super) async fn age(&mut self, age: Age, for_us: i64) -> Result<()> {
        self.journal.fault("another version");
        match age {
            Age::ServerWithout(without) => {
                self.put_in_server(without).await?;
            }
            Age::DeskTooOld(desk) => self.put_in_desk(desk, -1).await?,
            Age::DeskTooNew(desk) => self.put_in_desk(desk, 1).await?,
        }
        self.say(format!("of another version: {age:?}"));
        self.later(for_us, Event::Upgrade(age));
        Ok(())
    }

    /// It is of the version of the rest again, unless another was put in its place meanwhile.
    pub(super) async fn upgrade(&mut self, age: Age) -> Result<()> {
        let newer_by = |desk: usize| self.seats[desk].newer_by;
        let stands = match age {
            Age::ServerWithout(without) => self.host.without == without,
            Age::DeskTooOld(desk) => newer_by(desk) < 0,
            Age::DeskTooNew(desk) => newer_by(desk) > 0,
        };
        if !stands {
            return Ok(());
        }
        self.say(format!("upgraded: {age:?}"));
        match age {
            Age::ServerWithout(_) => self.put_in_server(0).await,
            Age::DeskTooOld(desk) => self.put_in_desk(desk, 0).await,
            // The server is what is upgraded; a desk asks by and by whether it was.
            Age::DeskTooNew(desk) => {
                self.seats[desk].newer_by = 0;
                Ok(())
            }
        }
    }

    /// Whatever is of another version still is upgraded.
    pub(super) async fn upgrade_all(&mut self) -> Result<()> {
        self.queue.retain(|_, event| !matches!(event, Event::Upgrade(_)));
        if self.host.without != 0 {
            self.upgrade(Age::ServerWithout(self.host.without)).await?;
        }
        for desk in 0..self.seats.len() {
            self.upgrade(Age::DeskTooNew(desk)).await?;
            self.upgrade(Age::DeskTooOld(desk)).await?;
        }
        Ok(())
    }

    async fn put_in_desk(&mut self, desk: usize, newer_by: i32) -> Result<()> {
        self.seats[desk].newer_by = newer_by;
        if self.seats[desk].running.is_some() {
            self.close(desk).await;
            self.start_desk(desk).await?;
        }
        Ok(())
    }

    async fn put_in_server(&mut self, without: u32) -> Result<()> {
        self.host.without = without;
        if let Some(server) = self.host.running.take() {
            server.end().await;
            self.cut(|_| true);
            self.start_server().await?;
        }
        Ok(())
    }
}

/// What the server is asked, by a desk so much newer, if it does not know some operations.
pub(super) fn asked(request: &Request, newer_by: i32, without: u32) -> Cow<'_, Request> {
    let path = request.path.split('?').next().unwrap_or_default();
    let changed = match path {
        "/v1/sync/hello" if newer_by != 0 => changed(&request.body, |hello: &mut Hello| {
            hello.protocol = hello.protocol.saturating_add_signed(newer_by);
        }),
        PUSH if without != 0 => changed(&request.body, |push: &mut Push| estrange(push, without)),
        _ => None,
    };
    changed.map_or(Cow::Borrowed(request), |body| Cow::Owned(Request { body, ..request.clone() }))
}

/// What a server says that does not know some operations.
pub(super) fn said(said: Said, without: u32) -> Said {
    match said {
        Said::Whole { status: 200, retry_after_s, body } if without != 0 => {
            let unknown: Vec<&str> = names(without).collect();
            let changed = changed(&body, |welcome: &mut Welcome| {
                welcome.operations.retain(|name| !unknown.contains(&name.as_str()));
            });
            Said::Whole { status: 200, retry_after_s, body: changed.unwrap_or(body) }
        }
        Said::Whole { status: 426, retry_after_s, body } => {
            let body = String::from_utf8_lossy(&body).replace(NEVER, USUAL).into_bytes();
            Said::Whole { status: 426, retry_after_s, body }
        }
        said => said,
    }
}

/// Where operations go.
pub(super) const PUSH: &str = "/v1/sync/push";
/// An older server may be asked once for each of its operations, and for some more while lines
/// break; not again and again.
pub(super) const UNKNOWN_MAX: u32 = 100;

/// At the end of a name: a version that never was, and the one that is.
const NEVER: &str = "@0\"";
const USUAL: &str = "@1\"";

fn names(without: u32) -> impl Iterator<Item = &'static str> {
    Action::NAMES.into_iter().enumerate().filter(move |(n, _)| without >> n & 1 == 1).map(|it| it.1)
}

/// Operations become such as nobody has ever known.
fn estrange(push: &mut Push, without: u32) {
    for pushed in &mut push.operations {
        let text = pushed.operation.get();
        let name = names(without).find(|name| text.contains(&format!("\"name\":\"{name}\"")));
        let Some(name) = name else { continue };
        let known = format!("\"{name}\"");
        let text = text.replacen(&known, &known.replace(USUAL, NEVER), 1);
        pushed.digest = digest_of(text.as_bytes());
        if let Ok(operation) = RawValue::from_string(text) {
            pushed.operation = operation;
        }
    }
}

/// A body that is read as something, changed; `None` if it is not that.
fn changed<T: Serialize + DeserializeOwned>(
    body: &[u8],
    by: impl FnOnce(&mut T),
) -> Option<Vec<u8>> {
    let mut read: T = serde_json::from_slice(body).ok()?;
    by(&mut read);
    serde_json::to_vec(&read).ok()
}
