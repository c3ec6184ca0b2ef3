//! The real window on a real display, driven as a person would: what the tests in `tests/` use.
//!
//! Each test sets its own stage (display, session bus, keyring, window manager, home folder) and
//! runs the real programs on it. What is missing on this machine fails the test in a sentence that
//! names the package. Deliberately absent: anything that looks into the program from inside.

pub mod composing;
pub mod input_method;
pub mod need;
pub mod server;
pub mod stage;
pub mod window;

use std::time::Duration;

use anyhow::{Result, bail};

/// How long anything may take on a busy machine before a test gives up.
pub const WITHIN: Duration = Duration::from_secs(40);
/// Who sits at the window: a person of the sample with open tickets in many languages.
pub const LOGIN: &str = "elena.ruiz@holdfast.example";
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Looks until `look` finds something. `what` stands in the failure.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let mut look = look;
    let begun = tokio::time::Instant::now();
    loop {
        let seen = look().await;
        if let Ok(Some(found)) = seen {
            return Ok(found);
        }
        if begun.elapsed() > WITHIN {
            let last = seen.err().map_or(String::new(), |error| format!("; last: {error:#}"));
            bail!("{what}: not within {} s{last}", WITHIN.as_secs());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
