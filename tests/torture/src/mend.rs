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
        // A desk that has heard from the server after this knows of everything, if nobody has sent
        // anything since.
        let mut still_since = Timestamp::now();
        let (mut is_pressed, mut calm_since, mut looks) = (false, None, 0);
        loop {
            let (mut left, mut is_still) = (Vec::new(), true);
            for seat in &self.seats {
                let look = look(seat, still_since).await?;
                is_still &= look.sends_nothing;
                left.extend(look.left);
            }
            is_pressed &= is_still;
            if !left.is_empty() {
                calm_since = None;
            } else if is_pressed {
                calm_since.get_or_insert_with(Instant::now);
            } else {
                // What was sent last may not have reached everybody: whoever asks now is told.
                (is_pressed, still_since) = (true, Timestamp::now());
                self.press().await;
            }
            let is_over = calm_since.is_some_and(|since| since.elapsed() > CALM_FOR);
            if is_over || begun.elapsed() > Self::AGREED_WITHIN {
                return Ok(left);
            }
            looks += 1;
            if looks % TOLD_EVERY == 0 {
                self.say(&format!("not yet agreed: {left:?}"));
            }
            let may_press = is_pressed || !is_patient;
            if calm_since.is_none() && may_press && looks % PRESS_EVERY == 0 {
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

/// What is seen of a desk.
struct Look {
    /// Nothing of hers is on its way or waits to be.
    sends_nothing: bool,
    /// Why it is not done yet, if it is not.
    left: Option<String>,
}

/// `heard_after`: it must have heard from the server after this.
async fn look(seat: &Seat, heard_after: Timestamp) -> Result<Look> {
    let number = seat.number;
    let not_there = |why: String| Look { sends_nothing: false, left: Some(why) };
    let Some(door) = seat.door() else {
        return Ok(not_there(format!("desk {number} does not run")));
    };
    let status = match door.must("status.get", json!({})).await {
        Ok(status) => status,
        Err(error) => return Ok(not_there(format!("desk {number}: {error:#}"))),
    };
    if status["connection"] == "sign_in_needed"
        && let Err(error) = seat.sign_in().await
    {
        return Ok(not_there(format!("desk {number} is not let in: {error:#}")));
    }
    let heard = status["data_as_of"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
    let sends_nothing = status["saved"] == 0 && status["sending"] == 0;
    let is_done = sends_nothing
        && status["connection"] == "synced"
        && status["fetching"].is_null()
        && status["indexing"].is_null()
        && heard.is_some_and(|at| at > heard_after);
    let left = (!is_done).then(|| format!("desk {number}: {}", short(&status)));
    Ok(Look { sends_nothing, left })
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
