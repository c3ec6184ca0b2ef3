//! Profile: what one agent keeps on one machine. A folder with a database, a wrapped key and a
//! lock, so that several agents can share a computer and never see each other's tickets.
//!
//! Deliberately absent: anything secret in clear, and anything that needs the database open.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use holdfast_domain::AgentId;
use serde::{Deserialize, Serialize};

use crate::ipc::view::ProfileView;

/// Most profiles a machine lists.
const PROFILES_MAX: usize = 64;
const CARD: &str = "profile.json";

/// What can be known of a profile without opening it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Card {
    /// The login it belongs to.
    pub login: String,
    /// The server it belongs to.
    pub server: String,
    /// Whose it is.
    pub agent: AgentId,
    /// When it was last used, microseconds since 1970.
    pub used_at_us: i64,
    /// Changes that waited when it was last used.
    pub waiting: u32,
    /// Its owner locked it or signed out: it does not open by itself at the next start.
    #[serde(default)]
    pub left: bool,
    /// The desk was revoked: nothing of it can be opened (`crate::revocation`).
    #[serde(default)]
    pub revoked: bool,
}

/// A profile's folder.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The folder's name.
    pub id: String,
    folder: PathBuf,
}

/// The right to use a profile; given up when dropped.
#[derive(Debug)]
pub struct ProfileLock {
    _file: File,
}

impl Profile {
    /// The profile of that login on that server, whether or not its folder exists.
    pub fn of(root: &Path, server: &str, login: &str) -> Self {
        let name = format!("{}\n{}", server.trim_end_matches('/'), login.to_lowercase());
        let hash = blake3::hash(name.as_bytes()).to_hex();
        Self::named(root, &hash.as_str()[..16])
    }

    /// The profile of that folder name; only hexadecimal names exist.
    pub fn find(root: &Path, id: &str) -> Option<Self> {
        let plain = id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit());
        plain.then(|| Self::named(root, id)).filter(Self::exists)
    }

    /// Every profile, last used first.
    pub fn list(root: &Path) -> Vec<(Self, Card)> {
        let entries = fs::read_dir(root.join("profiles")).into_iter().flatten().flatten();
        let mut found: Vec<(Self, Card)> = entries
            .take(PROFILES_MAX)
            .filter_map(|entry| Self::find(root, entry.file_name().to_str()?))
            .filter_map(|profile| profile.card().map(|card| (profile, card)))
            .collect();
        found.sort_by_key(|(_, card)| std::cmp::Reverse(card.used_at_us));
        found
    }

    fn named(root: &Path, id: &str) -> Self {
        Self { id: id.to_owned(), folder: root.join("profiles").join(id) }
    }

    /// Whether its folder has been made.
    pub fn exists(&self) -> bool {
        self.folder.join(CARD).is_file()
    }

    /// The encrypted database.
    pub fn database(&self) -> PathBuf {
        self.folder.join("holdfast.db")
    }

    /// The key, wrapped under the recovery passphrase.
    pub fn wrapped_key(&self) -> PathBuf {
        self.folder.join("key.json")
    }

    /// The same again: a flipped byte in one must not lock everything up.
    pub fn wrapped_keys(&self) -> [PathBuf; 2] {
        [self.wrapped_key(), self.folder.join("key.copy.json")]
    }

    /// Another file of it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What is known without opening it.
    pub fn card(&self) -> Option<Card> {
        serde_json::from_slice(&fs::read(self.folder.join(CARD)).ok()?).ok()
    }

    /// Makes the folder if need be and writes the card.
    pub fn write_card(&self, card: &Card) -> Result<()> {
        self.make_folder()?;
        let text = serde_json::to_vec_pretty(card).context("a card is plain data")?;
        write_whole(&self.folder.join(CARD), &text)
    }

    /// Notes whether its owner has left it; what cannot be noted is no reason to keep her waiting.
    pub fn note_left(&self, left: bool) {
        let Some(card) = self.card().filter(|card| card.left != left) else { return };
        if let Err(error) = self.write_card(&Card { left, ..card }) {
            tracing::warn!("whether the profile was left is not noted: {error:#}");
        }
    }

    /// Makes the folder, readable by its owner only.
    pub fn make_folder(&self) -> Result<()> {
        fs::create_dir_all(&self.folder).context("making the profile's folder")?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700))
                .context("closing the profile's folder to others")?;
        }
        Ok(())
    }

    /// Takes the profile for this process; `None` if another has it.
    pub fn lock(&self) -> Result<Option<ProfileLock>> {
        self.make_folder()?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join("lock"))
            .context("opening the profile's lock")?;
        match file.try_lock() {
            Ok(()) => Ok(Some(ProfileLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).context("locking the profile"),
        }
    }

    /// As it is listed.
    pub fn view(&self, card: &Card) -> ProfileView {
        ProfileView {
            id: self.id.clone(),
            login: card.login.clone(),
            server: card.server.clone(),
            waiting: card.waiting,
        }
    }
}

/// Writes a file so that a crash leaves the old one or the new one, never half of one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside).context("making a file in the profile")?;
    std::io::Write::write_all(&mut file, bytes).context("writing a file in the profile")?;
    file.sync_all().context("syncing a file in the profile")?;
    fs::rename(&beside, path).context("putting a file of the profile in place")?;
    match path.parent() {
        // Windows has no such call and needs none.
        Some(folder) if cfg!(unix) => {
            File::open(folder).and_then(|folder| folder.sync_all()).context("syncing the profile")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_login_on_one_server_is_one_profile() {
        let root = Path::new("somewhere");
        let id = |server, login| Profile::of(root, server, login).id;
        assert_eq!(id("https://a/", "Elena"), id("https://a", "elena"));
        assert_ne!(id("https://a", "elena"), id("https://b", "elena"));
    }

    #[test]
    fn a_profile_is_used_by_one_process_at_a_time() -> Result<()> {
        let root = tempfile::tempdir()?;
        let profile = Profile::of(root.path(), "https://a", "elena");
        let held = profile.lock()?;
        assert!(held.is_some());
        assert!(profile.lock()?.is_none());
        drop(held);
        assert!(profile.lock()?.is_some());
        Ok(())
    }

    #[test]
    fn a_name_from_outside_cannot_leave_the_profiles_folder() {
        assert!(Profile::find(Path::new("."), "../../etc").is_none());
    }
}
