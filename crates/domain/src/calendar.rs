//! Calendar: what time it is where the customer lives, and whether one may call.
//!
//! Deliberately absent: business calendars of guarantees (the service's), and the sun: day and
//! night go by the clock. Holidays are a curated table, whole local days, with their source.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Part of a local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Daylight {
    /// 22:00 to 06:00.
    Night,
    /// 06:00 to 08:00.
    Dawn,
    /// 08:00 to 19:00.
    Day,
    /// 19:00 to 22:00.
    Evening,
}

/// The customer's now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct LocalTime {
    /// Hour and minute there, minutes since midnight.
    pub minute_of_day: u16,
    /// Offset from UTC, minutes.
    pub offset_min: i32,
    /// Part of the day.
    pub daylight: Daylight,
    /// Whether it is a weekend there.
    pub weekend: bool,
    /// Code of the public holiday there, a key of the catalogues.
    pub holiday: Option<String>,
}

impl LocalTime {
    /// Whether an ordinary call is welcome: by day, on a working day.
    pub fn good_to_call(&self) -> bool {
        self.daylight == Daylight::Day && !self.weekend && self.holiday.is_none()
    }
}

/// The local time in an IANA zone of a country (ISO 3166-1 alpha-2); `None` for unknown zones.
pub fn local_time(zone: &str, country: &str, now: Timestamp) -> Option<LocalTime> {
    let zoned = now.to_zoned(TimeZone::get(zone).ok()?);
    let minute = i32::from(zoned.hour()) * 60 + i32::from(zoned.minute());
    let holiday = holiday(country, zoned.date()).map(str::to_owned);
    Some(LocalTime {
        minute_of_day: u16::try_from(minute).expect("a day has 1,440 minutes"),
        offset_min: zoned.offset().seconds() / 60,
        daylight: daylight(minute),
        weekend: is_weekend(country, zoned.weekday()),
        holiday,
    })
}

fn daylight(minute: i32) -> Daylight {
    match minute / 60 {
        6..8 => Daylight::Dawn,
        8..19 => Daylight::Day,
        19..22 => Daylight::Evening,
        _ => Daylight::Night,
    }
}

/// Friday and Saturday in these countries (Unicode CLDR 46, weekData), else Saturday and Sunday.
fn is_weekend(country: &str, day: Weekday) -> bool {
    match country {
        "SA" | "EG" | "QA" | "KW" | "BH" | "JO" | "IL" | "DZ" | "IQ" | "OM" => {
            matches!(day, Weekday::Friday | Weekday::Saturday)
        }
        _ => matches!(day, Weekday::Saturday | Weekday::Sunday),
    }
}

/// The public holiday on that day, as a catalogue key.
///
/// Fixed dates by each country's law; movable ones for 2026 and 2027 as announced or computed
/// (Easter by the Gregorian computus, lunar new year by the Chinese calendar).
pub fn holiday(country: &str, date: Date) -> Option<&'static str> {
    let fixed = HOLIDAYS_FIXED.iter().find(|(countries, month, day, _)| {
        (*month, *day) == (date.month(), date.day()) && countries.contains(&country)
    });
    let movable = HOLIDAYS_MOVABLE.iter().find(|(countries, (year, month, day), days, _)| {
        let first = Date::constant(*year, *month, *day);
        let since = (date - first).get_days();
        (0..*days).contains(&since) && countries.contains(&country)
    });
    fixed.map(|row| row.3).or(movable.map(|row| row.3))
}

const EUROPE_AND_AMERICA: &[&str] = &[
    "DE", "FR", "ES", "IT", "NL", "AT", "BE", "SE", "PL", "GB", "IE", "US", "CA", "MX", "BR", "AR",
    "CO", "CL", "AU", "NZ", "CH", "DK", "NO", "FI", "PT",
];
const LUNAR: &[&str] = &["CN", "HK", "TW", "SG", "MY", "VN", "KR"];

type Fixed = (&'static [&'static str], i8, i8, &'static str);
type Movable = (&'static [&'static str], (i16, i8, i8), i32, &'static str);

const HOLIDAYS_FIXED: &[Fixed] = &[
    (EUROPE_AND_AMERICA, 1, 1, "new-year"),
    (&["CN", "HK", "TW", "JP", "KR", "SG", "IN", "RU", "TH", "VN", "ID", "KZ"], 1, 1, "new-year"),
    (EUROPE_AND_AMERICA, 12, 25, "christmas"),
    (&["HK", "SG", "IN", "KR", "ID", "PH"], 12, 25, "christmas"),
    (&["DE", "GB", "IE", "AU", "NZ", "CA", "NL", "AT", "CH", "HK"], 12, 26, "boxing-day"),
    (&["CN", "HK", "DE", "FR", "ES", "BR", "MX", "SG", "RU", "VN", "TH"], 5, 1, "labour-day"),
    (&["CN"], 10, 1, "national-day"),
    (&["CN"], 10, 2, "national-day"),
    (&["CN"], 10, 3, "national-day"),
    (&["DE"], 10, 3, "national-day"),
    (&["FR"], 7, 14, "national-day"),
    (&["US"], 7, 4, "national-day"),
    (&["IN"], 1, 26, "national-day"),
    (&["IN"], 8, 15, "national-day"),
    (&["MX"], 9, 16, "national-day"),
    (&["BR"], 9, 7, "national-day"),
    (&["SA"], 9, 23, "national-day"),
    (&["AE"], 12, 2, "national-day"),
    (&["AE"], 12, 3, "national-day"),
    (&["SG"], 8, 9, "national-day"),
    (&["KR"], 10, 3, "national-day"),
    (&["VN"], 9, 2, "national-day"),
    (&["ID"], 8, 17, "national-day"),
    (&["RU"], 6, 12, "national-day"),
    (&["JP"], 11, 3, "culture-day"),
    (&["JP"], 11, 23, "labour-thanksgiving"),
];

const HOLIDAYS_MOVABLE: &[Movable] = &[
    (LUNAR, (2026, 2, 17), 3, "lunar-new-year"),
    (LUNAR, (2027, 2, 6), 3, "lunar-new-year"),
    (&["CN", "HK", "TW", "KR"], (2026, 9, 25), 1, "mid-autumn"),
    (&["CN", "HK", "TW", "KR"], (2027, 9, 15), 1, "mid-autumn"),
    (&["US"], (2026, 11, 26), 1, "thanksgiving"),
    (&["US"], (2027, 11, 25), 1, "thanksgiving"),
    (&["DE", "FR", "GB", "AU", "CH", "AT", "NL", "PL", "HK"], (2026, 4, 6), 1, "easter"),
    (&["DE", "FR", "GB", "AU", "CH", "AT", "NL", "PL", "HK"], (2027, 3, 29), 1, "easter"),
    (&["SA", "AE", "EG", "MA", "JO", "ID", "MY", "SG"], (2026, 3, 20), 3, "eid-al-fitr"),
    (&["SA", "AE", "EG", "MA", "JO", "ID", "MY", "SG"], (2027, 3, 10), 3, "eid-al-fitr"),
    (&["IN", "SG"], (2026, 11, 8), 1, "diwali"),
    (&["IN", "SG"], (2027, 10, 29), 1, "diwali"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_in_hangzhou_sleeps_when_mexico_works() {
        let now: Timestamp = "2026-11-20T15:16:00Z".parse().expect("a time");
        let there = local_time("Asia/Shanghai", "CN", now).expect("a zone");
        assert_eq!(there.minute_of_day, 23 * 60 + 16);
        assert_eq!(there.daylight, Daylight::Night);
        assert!(!there.good_to_call());
        let here = local_time("America/Mexico_City", "MX", now).expect("a zone");
        assert!(here.good_to_call());
    }

    #[test]
    fn weekends_and_holidays_are_the_countrys_own() {
        let friday: Timestamp = "2026-11-20T10:00:00Z".parse().expect("a time");
        assert!(local_time("Asia/Riyadh", "SA", friday).expect("a zone").weekend);
        assert!(!local_time("Europe/Berlin", "DE", friday).expect("a zone").weekend);
        assert_eq!(holiday("CN", Date::constant(2026, 2, 18)), Some("lunar-new-year"));
        assert_eq!(holiday("DE", Date::constant(2026, 2, 18)), None);
        assert_eq!(local_time("Mars/Olympus", "XX", friday), None);
    }
}
