//! Exchange: the provider's ways to exchange keys, each noting when it was the one that was used.
//!
//! The library tells the two ends of a connection which one it was, but the HTTP client keeps its
//! connections to itself. A desk speaks to one server, so the last one is that of its connection.

use std::sync::{LazyLock, Mutex, PoisonError};

use rustls::crypto::{ActiveKeyExchange, SharedSecret, SupportedKxGroup};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{Error, NamedGroup, SupportedProtocolVersion};

static NOTED: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let groups = rustls::crypto::aws_lc_rs::default_provider().kx_groups;
    groups.into_iter().map(Group).collect()
});
static LAST: Mutex<Option<NamedGroup>> = Mutex::new(None);

/// The provider's ways, in its order.
pub(super) fn noted() -> Vec<&'static dyn SupportedKxGroup> {
    NOTED.iter().map(|group| group as &'static dyn SupportedKxGroup).collect()
}

/// The name of the one that was used last; empty before the first.
pub(super) fn last() -> String {
    let last = *LAST.lock().unwrap_or_else(PoisonError::into_inner);
    last.map(|group| format!("{group:?}")).unwrap_or_default()
}

fn note(group: NamedGroup) {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(group);
}

#[derive(Debug)]
struct Group(&'static dyn SupportedKxGroup);

impl SupportedKxGroup for Group {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        Ok(Box::new(Begun(self.0.start()?)))
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        self.0.ffdhe_group()
    }

    fn name(&self) -> NamedGroup {
        self.0.name()
    }

    fn fips(&self) -> bool {
        self.0.fips()
    }

    fn usable_for_version(&self, version: rustls::ProtocolVersion) -> bool {
        self.0.usable_for_version(version)
    }
}

struct Begun(Box<dyn ActiveKeyExchange>);

impl ActiveKeyExchange for Begun {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        note(self.0.group());
        self.0.complete(peer)
    }

    fn complete_for_tls_version(
        self: Box<Self>,
        peer: &[u8],
        version: &SupportedProtocolVersion,
    ) -> Result<SharedSecret, Error> {
        note(self.0.group());
        self.0.complete_for_tls_version(peer, version)
    }

    fn hybrid_component(&self) -> Option<(NamedGroup, &[u8])> {
        self.0.hybrid_component()
    }

    fn complete_hybrid_component(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        if let Some((group, _)) = self.0.hybrid_component() {
            note(group);
        }
        self.0.complete_hybrid_component(peer)
    }

    fn pub_key(&self) -> &[u8] {
        self.0.pub_key()
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        self.0.ffdhe_group()
    }

    fn group(&self) -> NamedGroup {
        self.0.group()
    }
}
