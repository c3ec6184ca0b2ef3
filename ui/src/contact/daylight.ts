/** Parts of a local day by the clock, as the rules know them (`domain::calendar`). */
import type { Daylight } from "../ipc/generated";

/** A stretch of the day; `from` and `to` are parts of it, 0 to 1. */
export type Band = { part: Daylight; from: number; to: number };

const hour = (hours: number) => hours / 24;

/** The whole day, in order, without gaps. */
export const BANDS: readonly Band[] = [
  { part: "night", from: 0, to: hour(6) },
  { part: "dawn", from: hour(6), to: hour(8) },
  { part: "day", from: hour(8), to: hour(19) },
  { part: "evening", from: hour(19), to: hour(22) },
  { part: "night", from: hour(22), to: 1 },
];

/** The part of the day at a fraction of it. */
export function daylightAt(fraction: number): Daylight {
  return BANDS.find(({ to }) => fraction < to)?.part ?? "night";
}
