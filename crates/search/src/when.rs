//! Points in time as an agent types them: a day, or so long ago.
//!
//! Deliberately absent: a clock and a time zone. A query stays symbolic, so that a saved view
//! means the same next month; [`When::instant`] is told what time it is and where.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// No amount beyond this is accepted (`9999d` is 27 years).
const MAX_AMOUNT: u16 = 9_999;

/// A day (`2026-11-01`) or a distance back from now (`7d`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The first instant of this day, where the agent sits.
    Day(Date),
    /// So many units before now.
    Ago(u16, Unit),
}

/// `h`, `d`, `w`, `m`, `y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 60 minutes.
    Hour,
    /// A calendar day, which may have 23 or 25 hours.
    Day,
    /// Seven calendar days.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl When {
    /// Reads `2026-11-01` or an amount and a unit (`36h`, `7d`, `2w`, `3m`, `1y`).
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(day) = day(text) {
            return Some(Self::Day(day));
        }
        let unit = match text.chars().next_back()? {
            'h' | 'H' => Unit::Hour,
            'd' | 'D' => Unit::Day,
            'w' | 'W' => Unit::Week,
            'm' | 'M' => Unit::Month,
            'y' | 'Y' => Unit::Year,
            _ => return None,
        };
        let amount = &text[..text.len() - 1];
        let plain = amount.bytes().all(|byte| byte.is_ascii_digit());
        let amount: u16 = amount.parse().ok().filter(|_| plain)?;
        (amount <= MAX_AMOUNT).then_some(Self::Ago(amount, unit))
    }

    /// The instant meant, for someone whose clock says `now` in `zone`. `None` where the calendar
    /// ends (a day at the edge of what can be counted).
    pub fn instant(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Day(day) => day.to_zoned(zone.clone()).ok().map(|start| start.timestamp()),
            Self::Ago(amount, unit) => {
                let amount = i64::from(amount);
                let back = match unit {
                    Unit::Hour => Span::new().hours(amount),
                    Unit::Day => Span::new().days(amount),
                    Unit::Week => Span::new().weeks(amount),
                    Unit::Month => Span::new().months(amount),
                    Unit::Year => Span::new().years(amount),
                };
                let then = now.to_zoned(zone.clone()).checked_sub(back).ok()?;
                Some(then.timestamp())
            }
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (amount, unit) = match self {
            Self::Day(day) => return write!(f, "{day}"),
            Self::Ago(amount, Unit::Hour) => (amount, 'h'),
            Self::Ago(amount, Unit::Day) => (amount, 'd'),
            Self::Ago(amount, Unit::Week) => (amount, 'w'),
            Self::Ago(amount, Unit::Month) => (amount, 'm'),
            Self::Ago(amount, Unit::Year) => (amount, 'y'),
        };
        write!(f, "{amount}{unit}")
    }
}

/// Exactly `YYYY-MM-DD`; jiff alone would take times and zones behind it too.
fn day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shaped.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::When;
    use jiff::tz::TimeZone;

    #[test]
    fn a_day_begins_where_the_agent_sits() {
        let now = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        let zone = TimeZone::get("Asia/Shanghai").expect("bundled");
        let at = |text: &str| {
            let when = When::parse(text).expect("well formed");
            when.instant(now, &zone).expect("within the calendar").to_string()
        };
        assert_eq!(at("2026-11-01"), "2026-10-31T16:00:00Z");
        assert_eq!(at("7d"), "2026-11-14T12:00:00Z");
        assert_eq!(at("36h"), "2026-11-20T00:00:00Z");
        assert_eq!(at("1m"), "2026-10-21T12:00:00Z");
        assert_eq!(at("0d"), "2026-11-21T12:00:00Z");
    }

    #[test]
    fn what_is_not_a_point_in_time_is_refused() {
        for text in ["", "d", "7", "-7d", "+7d", "2026-13-01", "2026-02-30", "26-11-01", "99999d"] {
            assert_eq!(When::parse(text), None, "{text}");
        }
        assert_eq!(When::parse("2026-11-01T10:00"), None);
        assert_eq!(When::parse("7日"), None);
    }
}
