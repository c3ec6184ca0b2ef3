/**
 * Times and durations in the reader's language and zone.
 *
 * Instants are milliseconds since 1970 (`instant` reads RFC 3339), durations are seconds.
 * A duration shows two units at most; below an hour a running clock shows `m:ss`.
 * Deliberately absent: the current time, which comes in as an argument (now.svelte.ts).
 */
import { dateFormat, relativeFormat } from "../i18n/intl";
import { locale, t } from "../i18n/locale.svelte";

export type Instant = number;

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** The instant of an RFC 3339 text; NaN if it is none. */
export function instant(text: string): Instant {
  return Date.parse(text);
}

/** Whole seconds from `from` to `to`; negative when `to` is earlier. */
export function secondsBetween(from: Instant, to: Instant): number {
  return Math.trunc((to - from) / 1000);
}

export type Unit = "day" | "hour" | "minute" | "second";
export type UnitCount = { count: number; unit: Unit };

/** A duration as its two largest units; zeros at the end are left out, except for `0 s`. */
export function twoUnits(duration_s: number): UnitCount[] {
  const whole = Math.max(0, Math.trunc(duration_s));
  const counts: UnitCount[] = [
    { count: Math.trunc(whole / DAY_S), unit: "day" },
    { count: Math.trunc((whole % DAY_S) / HOUR_S), unit: "hour" },
    { count: Math.trunc((whole % HOUR_S) / MINUTE_S), unit: "minute" },
    { count: whole % MINUTE_S, unit: "second" },
  ];
  const first = counts.findIndex(({ count }) => count > 0);
  if (first < 0) return [{ count: 0, unit: "second" }];
  return counts.slice(first, first + 2).filter(({ count }) => count > 0);
}

/** `1 h 12 min`, `4 d 2 h`, `2 min 10 s`. Narrow columns say `m` for minutes and pad them. */
export function duration(duration_s: number, width: "short" | "narrow" = "short"): string {
  const units = twoUnits(duration_s).map(({ count, unit }, place) => {
    const pad = width === "narrow" && unit === "minute" && place === 1 && count < 10;
    const id = width === "narrow" && unit === "minute" ? "unit-minute-narrow" : `unit-${unit}`;
    return unitText(id, pad ? `0${count}` : String(count));
  });
  return units.join(" ");
}

/** A running clock: `3:12` below the hour, two units above it. The sign is not shown. */
export function countdown(left_s: number, width: "short" | "narrow" = "short"): string {
  const whole = Math.abs(Math.trunc(left_s));
  if (whole >= HOUR_S) return duration(whole, width);
  return `${Math.trunc(whole / MINUTE_S)}:${String(whole % MINUTE_S).padStart(2, "0")}`;
}

/** By how much a promise is missed: whole minutes from the first one on, two units at most. */
export function overdue(over_s: number, width: "short" | "narrow" = "short"): string {
  const whole = Math.abs(Math.trunc(over_s));
  return duration(whole < MINUTE_S ? whole : whole - (whole % MINUTE_S), width);
}

/** How old something is, in one unit: `4 s`, `4 min`, `22 h`, `3 d`. */
export function age(age_s: number): string {
  const largest = twoUnits(age_s)[0] as UnitCount;
  return unitText(`unit-${largest.unit}`, String(largest.count));
}

// A number and its unit stand in one direction-safe run (`.num`), so no isolation is wanted.
function unitText(id: string, n: string): string {
  return t(id, { n }).replace(/[\u2068\u2069]/gu, "");
}

const RELATIVE: readonly [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["year", 365 * DAY_S],
  ["month", 30 * DAY_S],
  ["week", 7 * DAY_S],
  ["day", DAY_S],
  ["hour", HOUR_S],
  ["minute", MINUTE_S],
];

/** `3 weeks ago`, `yesterday`, `in 5 minutes`, `now`. */
export function relative(at: Instant, now: Instant): string {
  const ahead_s = secondsBetween(now, at);
  const found = RELATIVE.find(([, seconds]) => Math.abs(ahead_s) >= seconds);
  const [unit, seconds] = found ?? ["second", 1];
  const count = found ? Math.trunc(ahead_s / seconds) : 0;
  return relativeFormat(locale.intl).format(count, unit);
}

/** `08:36` in a zone (the reader's own unless told otherwise). */
export function clockTime(at: Instant, zone: string = locale.time_zone): string {
  return inZone(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** `09:04:28`: where seconds decide. */
export function clockSeconds(at: Instant, zone: string = locale.time_zone): string {
  const options = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  return inZone(zone, { ...options, hourCycle: "h23" }).format(at);
}

/** `08:36` today, else with the day, and the year when it is another one. */
export function dayAndTime(at: Instant, now: Instant, zone: string = locale.time_zone): string {
  if (dayOf(at, zone) === dayOf(now, zone)) return clockTime(at, zone);
  return inZone(zone, {
    day: "numeric",
    month: "short",
    ...(yearOf(at, zone) === yearOf(now, zone) ? {} : { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
}

/** The whole of it with its zone, for a tooltip. */
export function fullTime(at: Instant, zone: string = locale.time_zone): string {
  return inZone(zone, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).format(at);
}

/** A day without a time: `21 November 2026`. */
export function longDay(at: Instant, zone: string = locale.time_zone): string {
  return inZone(zone, { day: "numeric", month: "long", year: "numeric" }).format(at);
}

/** Minutes that a zone is ahead of UTC at an instant. */
export function offset_min(zone: string, at: Instant): number {
  const parts = partsOf(at, zone);
  const local = Date.UTC(
    parts.year ?? 1970,
    (parts.month ?? 1) - 1,
    parts.day,
    parts.hour,
    parts.minute,
  );
  return Math.round((local - Math.floor(at / 60_000) * 60_000) / 60_000);
}

/** How far another zone is ahead of the reader's: `+14 h`, `−5 h 30 min`, `0 h`. */
export function zoneDifference(zone: string, at: Instant, own: string = locale.time_zone): string {
  const ahead_min = offset_min(zone, at) - offset_min(own, at);
  const sign = ahead_min > 0 ? "+" : ahead_min < 0 ? "−" : "";
  const text = ahead_min === 0 ? unitText("unit-hour", "0") : duration(Math.abs(ahead_min) * 60);
  return `${sign}${text}`;
}

/** How much of the local day has passed, 0 to 1. */
export function dayFraction(zone: string, at: Instant): number {
  const { hour = 0, minute = 0 } = partsOf(at, zone);
  return (hour * 60 + minute) / (24 * 60);
}

function dayOf(at: Instant, zone: string): string {
  const { year, month, day } = partsOf(at, zone);
  return `${year}-${month}-${day}`;
}

function yearOf(at: Instant, zone: string): number | undefined {
  return partsOf(at, zone).year;
}

function partsOf(at: Instant, zone: string): Record<string, number> {
  const options = { year: "numeric", month: "numeric", day: "numeric" } as const;
  const time = { hour: "numeric", minute: "numeric", hourCycle: "h23" } as const;
  const format = dateFormat("en", { timeZone: zone, ...options, ...time });
  return Object.fromEntries(
    format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
  );
}

function inZone(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return dateFormat(locale.intl, { ...options, timeZone });
}
