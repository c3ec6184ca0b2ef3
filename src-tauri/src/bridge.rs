//! Between window and desk: one command, one event channel.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use holdfast_desk::ipc::error::Failure;
use holdfast_desk::notice::NoticeView;
use holdfast_desk::sample::Sample;
use holdfast_desk::secrets::{Keyring, NoKeyring, OsKeyring};
use holdfast_desk::{Desk, DeskConfig};
use serde_json::Value;
use tauri::ipc::Response;
use tauri::{AppHandle, Emitter, State};
use tokio::sync::SetOnce;
use tokio::sync::broadcast::error::RecvError;

use crate::flags::Flags;
use crate::window;

/// The event channel.
const NOTICE: &str = "notice";

/// The desk behind the window.
#[derive(Clone)]
pub struct Bridge {
    desk: Arc<Desk>,
    /// Set at once, or when the sample's person is in: the window shall not ask before.
    ready: Arc<SetOnce<()>>,
}

impl Bridge {
    /// A desk on the profiles in `root`.
    pub fn new(flags: &Flags, root: &Path) -> Self {
        let keyring: Arc<dyn Keyring> = match flags.sample_login {
            Some(_) => Arc::new(NoKeyring),
            None => Arc::new(OsKeyring),
        };
        let server = flags.server.clone();
        let config = DeskConfig::of_this_machine(root.to_path_buf(), server, keyring);
        Self { desk: Arc::new(Desk::new(config)), ready: Arc::default() }
    }

    /// Lets the sample's person in, if there is one, or opens the last profile; then lets the
    /// window ask.
    pub async fn begin(self, flags: Flags) {
        match flags.sample_login {
            Some(_) => {
                if let Err(error) = self.enter(&flags).await {
                    tracing::warn!("the sample's person is not in: {error:#}");
                }
            }
            None => self.desk.resume().await,
        }
        self.ready.set(()).expect("it begins once");
    }

    async fn enter(&self, flags: &Flags) -> Result<()> {
        let (Some(login), Some(file)) = (&flags.sample_login, &flags.sample_secrets) else {
            return Ok(());
        };
        Sample::read(file, login)?.enter(&self.desk, &flags.server).await
    }

    /// Tells the window what the desk notices, until the program ends.
    pub async fn tell(self, app: AppHandle) {
        let mut notices = self.desk.subscribe();
        loop {
            let notice = match notices.recv().await {
                Ok(notice) => notice,
                Err(RecvError::Lagged(_)) => NoticeView::Everything,
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = app.emit_to(window::MAIN, NOTICE, notice) {
                tracing::warn!("the window did not hear a notice: {error}");
            }
        }
    }

    /// Closes the desk's file in good order.
    pub async fn close(&self) {
        self.desk.shutdown().await;
    }
}

/// Runs a command of the desk. The answer goes as the text it is.
#[tauri::command]
pub async fn call(
    bridge: State<'_, Bridge>,
    name: String,
    request: Value,
) -> Result<Response, Failure> {
    bridge.ready.wait().await;
    let answer = bridge.desk.call(&name, request).await?;
    Ok(Response::new(String::from(Box::<str>::from(answer))))
}
