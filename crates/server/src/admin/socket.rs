//! The local admin socket: a request as a line of JSON, answers as lines of JSON.
//!
//! On Unix it is a socket in the data folder that only its owner may open. Elsewhere it is a port
//! of this machine whose number stands, with a secret, in a file of the data folder.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{mpsc, watch};

use super::{Request, perform};
use crate::core::Core;
use crate::error::causes;

/// Longest request, bytes.
const REQUEST_BYTES_MAX: u64 = 1024 * 1024;
/// Lines that wait for a slow reader.
const LINES_MAX: usize = 1024;

/// One line of an answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", content = "text", rename_all = "snake_case")]
enum Line {
    /// For the person who asked.
    Told(String),
    /// It is done.
    Done,
    /// It failed, and why.
    Failed(String),
}

/// Asks the running server, if there is one; `None` if nobody answers at the socket.
pub async fn ask(
    data_dir: &Path,
    request: &Request,
    mut tell: impl FnMut(String),
) -> Result<Option<()>> {
    let Some(stream) = local::connect(data_dir).await else {
        return Ok(None);
    };
    let (read, mut write) = tokio::io::split(stream);
    let mut line = serde_json::to_string(request)?;
    line.push('\n');
    write.write_all(line.as_bytes()).await?;
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Line::Told(text) => tell(text),
            Line::Done => return Ok(Some(())),
            Line::Failed(why) => bail!("{why}"),
        }
    }
    bail!("the server went away before it was done")
}

/// Answers until the server stops.
pub async fn answer(core: Arc<Core>, mut stopping: watch::Receiver<bool>) -> Result<()> {
    let socket = local::Socket::bind(&core).await?;
    loop {
        let stream = tokio::select! {
            stream = socket.accept() => stream?,
            _ = stopping.wait_for(|stopping| *stopping) => return Ok(()),
        };
        let core = core.clone();
        tokio::spawn(async move {
            if let Err(error) = serve(&core, stream).await {
                tracing::warn!(causes = causes(&error), "the admin socket");
            }
        });
    }
}

async fn serve(core: &Core, stream: impl AsyncRead + AsyncWrite) -> Result<()> {
    let (read, mut write) = tokio::io::split(stream);
    let mut line = String::new();
    BufReader::new(read.take(REQUEST_BYTES_MAX)).read_line(&mut line).await?;
    let request: Request = serde_json::from_str(&line).context("not a request")?;
    let (lines, mut told) = mpsc::channel(LINES_MAX);
    // Progress may be dropped, if nobody reads it; the end may not.
    let performing = async {
        let tell = |text| drop(lines.try_send(Line::Told(text)));
        let end = match perform(core, request, tell).await {
            Ok(()) => Line::Done,
            Err(error) => Line::Failed(format!("{error:#}")),
        };
        lines.send(end).await.ok();
        drop(lines);
    };
    let writing = async {
        while let Some(line) = told.recv().await {
            let mut text = serde_json::to_string(&line)?;
            text.push('\n');
            write.write_all(text.as_bytes()).await?;
        }
        anyhow::Ok(())
    };
    let ((), written) = tokio::join!(performing, writing);
    written
}

#[cfg(unix)]
mod local {
    use std::os::unix::fs::PermissionsExt;
    use std::path::{Path, PathBuf};

    use anyhow::{Context, Result};
    use tokio::net::{UnixListener, UnixStream};

    use crate::core::Core;

    pub(super) struct Socket {
        listener: UnixListener,
        path: PathBuf,
    }

    impl Socket {
        pub(super) async fn bind(core: &Core) -> Result<Self> {
            let path = path(&core.config.data_dir);
            // The data lock is ours, so a socket that is there is left over.
            std::fs::remove_file(&path).ok();
            let listener = UnixListener::bind(&path)
                .with_context(|| format!("cannot listen at {}", path.display()))?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
            Ok(Self { listener, path })
        }

        pub(super) async fn accept(&self) -> std::io::Result<UnixStream> {
            Ok(self.listener.accept().await?.0)
        }
    }

    impl Drop for Socket {
        fn drop(&mut self) {
            std::fs::remove_file(&self.path).ok();
        }
    }

    pub(super) async fn connect(data_dir: &Path) -> Option<UnixStream> {
        UnixStream::connect(path(data_dir)).await.ok()
    }

    fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("admin.sock")
    }
}

#[cfg(not(unix))]
mod local {
    use std::path::{Path, PathBuf};

    use anyhow::Result;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use crate::core::Core;

    /// Bytes of the secret that a client sends first.
    const SECRET_BYTES: usize = 32;

    pub(super) struct Socket {
        listener: TcpListener,
        secret: [u8; SECRET_BYTES],
        path: PathBuf,
    }

    impl Socket {
        pub(super) async fn bind(core: &Core) -> Result<Self> {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            let secret = core.outside.random();
            let path = path(&core.config.data_dir);
            let text = format!("{} {}", listener.local_addr()?.port(), hex::encode(secret));
            std::fs::write(&path, text)?;
            Ok(Self { listener, secret, path })
        }

        pub(super) async fn accept(&self) -> std::io::Result<TcpStream> {
            loop {
                let (mut stream, _) = self.listener.accept().await?;
                let mut said = [0; SECRET_BYTES];
                let read = stream.read_exact(&mut said).await;
                if read.is_ok() && blake3::hash(&said) == blake3::hash(&self.secret) {
                    return Ok(stream);
                }
            }
        }
    }

    impl Drop for Socket {
        fn drop(&mut self) {
            std::fs::remove_file(&self.path).ok();
        }
    }

    pub(super) async fn connect(data_dir: &Path) -> Option<TcpStream> {
        let text = std::fs::read_to_string(path(data_dir)).ok()?;
        let (port, secret) = text.split_once(' ')?;
        let secret = hex::decode(secret).ok()?;
        let mut stream = TcpStream::connect(("127.0.0.1", port.parse().ok()?)).await.ok()?;
        stream.write_all(&secret).await.ok()?;
        Some(stream)
    }

    fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("admin.port")
    }
}
