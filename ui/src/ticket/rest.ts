/**
 * Until when a pending ticket may rest, as moments in the reader's zone.
 *
 * Deliberately absent: words. A choice has an id of the catalogue; `typed` is what was typed in
 * short: `3h`, `2d`, `45m`.
 */
import { locale } from "../i18n/locale.svelte";
import { type Instant, offset_min } from "../shared/time";

export type Rest = {
  id: "answer" | "hour" | "evening" | "tomorrow" | "monday" | "week" | "typed";
  /** Undefined: until the customer answers. */
  until: Instant | undefined;
  args: Record<string, string>;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONDAY = 1;

/** The choices at an instant; what was typed stands first when it can be read. */
export function rests(now: Instant, typed: string, zone: string = locale.time_zone): Rest[] {
  const at = (days: number, hour: number) => localTime(now, days, hour, zone);
  const toMonday = (MONDAY - weekday(now, zone) + 7) % 7 || 7;
  const all: Rest[] = [
    { id: "answer", until: undefined, args: {} },
    { id: "hour", until: now + HOUR_MS, args: {} },
    { id: "evening", until: at(0, 17), args: {} },
    { id: "tomorrow", until: at(1, 9), args: {} },
    { id: "monday", until: at(toMonday, 9), args: {} },
    { id: "week", until: at(7, 9), args: {} },
  ];
  const ahead = all.filter(({ until }) => until === undefined || until > now);
  const span_ms = spanOf(typed);
  if (span_ms === undefined) return ahead;
  return [{ id: "typed", until: now + span_ms, args: { span: typed.trim() } }, ...ahead];
}

const SPAN = /^(\d{1,3})\s*(m|min|h|d)$/iu;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: HOUR_MS, d: DAY_MS };

function spanOf(typed: string): number | undefined {
  const match = SPAN.exec(typed.trim());
  const count = Number(match?.[1] ?? 0);
  const unit_ms = UNIT_MS[(match?.[2]?.[0] ?? "").toLowerCase()];
  return unit_ms === undefined || count === 0 ? undefined : count * unit_ms;
}

/** A full hour, some days ahead, on the clocks of a zone: daylight saving included. */
function localTime(now: Instant, days: number, hour: number, zone: string): Instant {
  const here = new Date(now + offset_min(zone, now) * 60_000);
  const wall = Date.UTC(here.getUTCFullYear(), here.getUTCMonth(), here.getUTCDate() + days, hour);
  const guess = wall - offset_min(zone, wall) * 60_000;
  return wall - offset_min(zone, guess) * 60_000;
}

function weekday(now: Instant, zone: string): number {
  return new Date(now + offset_min(zone, now) * 60_000).getUTCDay();
}
