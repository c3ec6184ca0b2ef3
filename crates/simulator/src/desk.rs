//! Desk: a real one, with its window's commands, on a computer that may die.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use holdfast_desk::ipc::error::Failure;
use holdfast_desk::secrets::Keyring;
use holdfast_desk::{Desk, DeskConfig};
use serde_json::Value;

use crate::chance::Dice;
use crate::disk::Doom;
use crate::network::{Board, Plug};
use crate::quiet::Quiet;
use crate::time::Wall;

/// Where every desk believes its server to be.
pub const SERVER: &str = "https://holdfast.example";

/// Keys as an operating system keeps them.
#[derive(Clone, Debug, Default)]
pub struct Keys(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl Keys {
    /// The key of a name.
    pub fn of(&self, name: &str) -> Option<[u8; 32]> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(name).and_then(|key| key.as_slice().try_into().ok())
    }

    /// The same keys in a ring of its own.
    pub fn copied(&self) -> Self {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self(Arc::new(Mutex::new(keys)))
    }
}

impl Keyring for Keys {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<()> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert(name.to_owned(), secret.to_vec());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }
}

/// What a desk is started with.
pub struct Parts {
    /// Which it is.
    pub number: usize,
    /// Which of its lives.
    pub life: u64,
    /// Tells when it is quiet.
    pub quiet: Arc<Quiet>,
    /// Its clock.
    pub wall: Wall,
    /// Its randomness.
    pub dice: Arc<Dice>,
    /// Its keys.
    pub keys: Keys,
    /// Where it asks.
    pub board: Arc<Board>,
    /// What waits for it.
    pub doom: Arc<Doom>,
}

/// A desk that lives.
pub struct Station {
    /// The desk.
    pub desk: Arc<Desk>,
    /// Which of its lives.
    pub life: u64,
    /// What waits for it.
    pub doom: Arc<Doom>,
    /// Its profiles.
    pub folder: PathBuf,
    alive: Arc<AtomicBool>,
    watched: u64,
    quiet: Arc<Quiet>,
}

impl Station {
    /// Starts the program; whoever was in is in.
    pub async fn start(folder: &Path, parts: Parts) -> Self {
        let Parts { number, life, quiet, wall, dice, keys, board, doom } = parts;
        let alive = Arc::new(AtomicBool::new(true));
        let plug = Plug { board, desk: number, life, alive: Arc::clone(&alive) };
        let probed = Arc::clone(&doom);
        let desk = Arc::new(Desk::new(DeskConfig {
            profile_root: folder.to_owned(),
            server: SERVER.to_owned(),
            clock: Arc::new(wall),
            entropy: dice,
            keyring: Arc::new(keys),
            network: Arc::new(plug),
            probe: Some(Arc::new(move |step| probed.at_desk(step))),
        }));
        let watched_desk = Arc::clone(&desk);
        let watched = quiet.watch(move || watched_desk.is_at_rest());
        desk.resume().await;
        Self { desk, life, doom, folder: folder.to_owned(), alive, watched, quiet }
    }

    /// A command of the window.
    pub async fn call(&self, name: &str, request: Value) -> Result<Value, Failure> {
        let answer = self.desk.call(name, request).await?;
        Ok(serde_json::from_str(answer.get()).unwrap_or(Value::Null))
    }

    /// Nothing it says is heard any more.
    pub fn cut(&self) {
        self.alive.store(false, Ordering::Relaxed);
    }

    /// Ends it in good order, or lets what is left of a struck one unwind.
    pub async fn end(self) {
        self.cut();
        self.desk.shutdown().await;
        self.quiet.forget(self.watched);
    }
}
