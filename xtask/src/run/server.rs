//! The server of a run: started and waited for. When it dies, by whosever hand, that is said and
//! every desk stays open: working on without it is what there is to see. Enter starts it again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::children::{Children, Output};
use super::ground::Ground;
use super::{LOOK_EVERY, enter, http};
use crate::{say, shell};

/// How long the server may take until it is ready; a migration of a big sample is in it.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// Starts it, or starts it again, and waits until it is ready.
pub fn start(ground: &Ground, children: &mut Children, stop: &AtomicBool) -> Result<()> {
    let begun = Instant::now();
    say::begin("starting the server");
    let mut command = ground.server();
    command.arg("serve");
    let number = children.start_server(&mut command, Output::Log(ground.log("server")))?;
    ground.note_server(number)?;
    while !http::is_ready(ground.port) {
        if stop.load(Ordering::Relaxed) {
            bail!("stopped before the server was ready");
        }
        children.server_alive()?;
        if begun.elapsed() > READY_WITHIN {
            bail!(
                "the server is not ready after {} s; see .run/server.log",
                READY_WITHIN.as_secs()
            );
        }
        thread::sleep(LOOK_EVERY);
    }
    say::done(&format!("the server is ready at {}", ground.url()), begun.elapsed());
    Ok(())
}

/// Whether the reader knows that it is gone.
#[derive(Default)]
pub struct Watch {
    told: bool,
}

impl Watch {
    /// Says once that it is gone; when Enter is pressed then, starts it again.
    pub fn look(&mut self, ground: &Ground, children: &mut Children, stop: &AtomicBool) {
        if !children.is_server_gone() {
            self.told = false;
        } else if !self.told {
            self.told = true;
            // Lines from before it was gone ask for nothing.
            enter::was_pressed();
            say::line(&farewell(ground, enter::is_possible()));
        } else if enter::was_pressed() {
            self.told = start_again(ground, children, stop);
        }
    }
}

/// Whether there is nothing more to tell: somebody else has started it.
fn start_again(ground: &Ground, children: &mut Children, stop: &AtomicBool) -> bool {
    if http::is_ready(ground.port) {
        say::line(&format!("A server is ready at {} already.", ground.url()));
        return true;
    }
    if let Err(error) = start(ground, children, stop) {
        say::line(&format!("{error:#}"));
    }
    false
}

fn farewell(ground: &Ground, can_press: bool) -> String {
    let gone = "The server is gone, and every desk works on without it:";
    if can_press {
        return format!("{gone} press Enter to start it again.");
    }
    let mut command = ground.server();
    format!("{gone} `{}` starts it again.", shell::words(command.arg("serve")))
}
