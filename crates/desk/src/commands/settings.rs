//! Preferences: of the person once somebody is in, of the computer before.

use std::collections::BTreeMap;
use std::path::PathBuf;

use holdfast_cache::table;

use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{Nothing, SettingsView};
use crate::notice::NoticeView;
use crate::profile::write_whole;

const KEY: &str = "settings";
/// Longest time in which sending can be undone, seconds.
pub(crate) const UNDO_S_MAX: u32 = 60;
/// Most keys that are bound anew.
const KEYS_MAX: usize = 500;

/// The preferences in force.
pub async fn get(desk: &Desk, _: Nothing) -> Result<SettingsView, Failure> {
    let Ok(open) = desk.session().await else { return Ok(of_computer(desk)) };
    let mut db = open.read().await?;
    let own = table::setting::get::<SettingsView>(&mut db, KEY).await?;
    Ok(own.unwrap_or_else(|| of_computer(desk)))
}

/// Sets them all. Kept for the person, and for the computer's sign-in screen.
pub async fn set(desk: &Desk, wanted: SettingsView) -> Result<SettingsView, Failure> {
    let settings = checked(wanted)?;
    if let Ok(open) = desk.session().await {
        let mut tx = open.write().await?;
        table::setting::set(&mut tx, KEY, &settings).await?;
        tx.commit().await?;
    }
    let seen_by_all = SettingsView { keys: BTreeMap::new(), ..settings.clone() };
    let text = serde_json::to_vec_pretty(&seen_by_all).unwrap_or_default();
    let root = &desk.config.profile_root;
    let written = std::fs::create_dir_all(root).map_err(anyhow::Error::from);
    written
        .and_then(|()| write_whole(&file(desk), &text))
        .map_err(|error| Failure::new(Code::Internal, format!("{error:#}")))?;
    desk.tell(NoticeView::Directory);
    Ok(settings)
}

fn checked(wanted: SettingsView) -> Result<SettingsView, Failure> {
    let known = |value: &str, among: &[&str]| among.contains(&value);
    let fine = known(&wanted.theme, &["system", "light", "dark", "contrast"])
        && known(&wanted.density, &["dense", "cosy", "roomy"])
        && known(&wanted.key_preset, &["holdfast", "zendesk"])
        && wanted.language.len() <= 16
        && wanted.quiet.iter().flat_map(|hours| [&hours.from, &hours.to]).all(|at| is_clock(at))
        && wanted.keys.len() <= KEYS_MAX;
    if !fine {
        return Err(Failure::new(Code::BadRequest, "no such setting"));
    }
    Ok(SettingsView { undo_send_s: wanted.undo_send_s.min(UNDO_S_MAX), ..wanted })
}

/// Whether a text is a minute of the day, as `07:30`.
fn is_clock(text: &str) -> bool {
    let minute = text.split_once(':').filter(|_| text.len() == 5);
    let of_day = minute.and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)));
    of_day.is_some_and(|(hour, minute): (u8, u8)| hour < 24 && minute < 60)
}

fn of_computer(desk: &Desk) -> SettingsView {
    let kept = std::fs::read(file(desk)).ok();
    kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_else(|| SettingsView {
        language: String::new(),
        theme: "system".into(),
        density: "dense".into(),
        key_preset: "holdfast".into(),
        keys: BTreeMap::new(),
        undo_send_s: 10,
        quiet: None,
    })
}

fn file(desk: &Desk) -> PathBuf {
    desk.config.profile_root.join("settings.json")
}

#[cfg(test)]
mod tests {
    use super::is_clock;

    #[test]
    fn a_minute_of_the_day_is_two_digits_a_colon_and_two_digits() {
        assert!(["00:00", "07:30", "23:59"].iter().all(|at| is_clock(at)));
        for wrong in ["", "7:30", "24:00", "12:60", "12.30", "12:3", "noon!", "12:30:00"] {
            assert!(!is_clock(wrong), "{wrong}");
        }
    }
}
