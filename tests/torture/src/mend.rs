//! Mend: everything works again. Now all must come to agree by themselves, in good time.

use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::plan::Plan;
use crate::proxy::{Line, Weather};
use crate::seat::Seat;
use crate::world::World;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(60);
/// For how long all must be well after everybody has heard from the server anew: longer than a desk
/// may be behind and still say that it is not (`holdfast_sync_engine::NUDGE_MS`).
const CALM_FOR: Duration = Duration::from_millis(1_500);
/// Looks between two times that somebody presses "try again".
const PRESS_EVERY: u32 = 12;

/// Looks between two lines in the journal about who is not done: some ten seconds.
const TOLD_EVERY: u32 = 150;

impl World {
    /// Mends everything, starts whatever does not run, and waits until all agree; what was wrong.
    pub(crate) async fn mend(&self, plan: &Plan) -> Result<Vec<String>> {
        for proxy in &self.proxies {
            proxy.set_weather(Weather::default());
            proxy.set_line(Line::Up);
            if !plan.leaves_hanging {
                proxy.cut();
            }
        }
        self.mend_disks().await?;
        if let Err(error) = self.server.must_start().await {
            return Ok(vec![format!("what is mended starts: {error:#}")]);
        }
        for seat in &self.seats {
            if let Err(error) = seat.must_open().await {
                return Ok(vec![format!("what is mended starts: {error:#}")]);
            }
        }
        let left = self.until_agreed(plan.is_patient).await?;
        Ok(left.into_iter().map(|line| format!("no silent stall: {line}")).collect())
    }

    /// Waits until every desk has everything and nothing waits anywhere; who has not, in the end.
    pub(crate) async fn until_agreed(&self, is_patient: bool) -> Result<Vec<String>> {
        let begun = Instant::now();
        // A desk that has heard from the server after this knows of everything.
        let mut still_since = Timestamp::now();
        let (mut is_still, mut looks) = (false, 0);
        let mut calm_since = None;
        loop {
            let mut left = Vec::new();
            for seat in &self.seats {
                left.extend(not_yet(seat, still_since).await?);
            }
            match (left.is_empty(), is_still) {
                // What was sent last may not have reached everybody: nothing is sent any more, and
                // whoever asks now is told.
                (true, false) => {
                    (is_still, still_since) = (true, Timestamp::now());
                    self.press().await;
                }
                (true, true) => {
                    calm_since.get_or_insert_with(Instant::now);
                }
                (false, _) => calm_since = None,
            }
            let is_calm = calm_since.is_some_and(|since| since.elapsed() > CALM_FOR);
            if is_calm || begun.elapsed() > Self::AGREED_WITHIN {
                return Ok(left);
            }
            looks += 1;
            if looks % TOLD_EVERY == 0 {
                self.say(&format!("not yet agreed: {left:?}"));
            }
            if calm_since.is_none() && (is_still || !is_patient) && looks % PRESS_EVERY == 0 {
                self.press().await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Everybody presses "try again".
    async fn press(&self) {
        for door in self.seats.iter().filter_map(Seat::door) {
            door.ask("status.retry_now", &json!({})).await;
        }
    }
}

/// Why a desk is not done yet, if it is not.
async fn not_yet(seat: &Seat, mended: Timestamp) -> Result<Option<String>> {
    let number = seat.number;
    let Some(door) = seat.door() else { return Ok(Some(format!("desk {number} does not run"))) };
    let status = match door.must("status.get", json!({})).await {
        Ok(status) => status,
        Err(error) => return Ok(Some(format!("desk {number}: {error:#}"))),
    };
    if status["connection"] == "sign_in_needed"
        && let Err(error) = seat.sign_in().await
    {
        return Ok(Some(format!("desk {number} is not let in: {error:#}")));
    }
    let heard = status["data_as_of"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
    let is_done = status["connection"] == "synced"
        && status["fetching"].is_null()
        && status["indexing"].is_null()
        && status["saved"] == 0
        && status["sending"] == 0
        && heard.is_some_and(|at| at > mended);
    Ok((!is_done).then(|| format!("desk {number}: {}", short(&status))))
}

fn short(status: &Value) -> String {
    let names = [
        "connection",
        "since",
        "data_as_of",
        "fetching",
        "indexing",
        "saved",
        "sending",
        "trouble",
    ];
    names.map(|name| format!("{name} {}", status[name])).join(", ")
}
