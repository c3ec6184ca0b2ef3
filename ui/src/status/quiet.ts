/**
 * Quiet hours: when nothing but a P0 disturbs the reader. From the first minute to the last but
 * one, by the clock of the zone she reads times in; across midnight if they end before they begin.
 */
import { dateFormat } from "../i18n/intl";
import type { SettingsView } from "../ipc/generated";
import type { Instant } from "../shared/time";

export type Quiet = SettingsView["quiet"];

/** Whether it is quiet now. Hours that begin and end at the same minute are none. */
export function isQuiet(quiet: Quiet, at: Instant, zone: string): boolean {
  if (quiet === null) return false;
  const [from, to, now] = [minuteOf(quiet.from), minuteOf(quiet.to), minuteOf(wallClock(at, zone))];
  return from <= to ? from <= now && now < to : now >= from || now < to;
}

function minuteOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}

function wallClock(at: Instant, timeZone: string): string {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone } as const;
  return dateFormat("en", options).format(at);
}
