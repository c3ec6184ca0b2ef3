//! Logs: everything that is logged in this process, at every level, to be searched.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// What was logged.
#[derive(Clone, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Listens from now on. Once in a process.
    pub fn listen() -> Result<Self> {
        let logs = Self::default();
        // As much as can be asked of a host.
        let filter = EnvFilter::new("trace").add_directive(holdfast_desk::NEVER_LOGGED.parse()?);
        let listening = tracing_subscriber::fmt().with_env_filter(filter);
        let listening = listening.with_ansi(false).with_writer(logs.clone()).try_init();
        listening.map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(logs)
    }

    /// All of it.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Logs {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
