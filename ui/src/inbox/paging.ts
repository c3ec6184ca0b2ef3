/**
 * Which pages of a long list are wanted. Pages are numbered from 0; page `n` holds the rows from
 * `n * PAGE_ROWS` on.
 */

/** Rows asked for at a time: twice what a tall screen shows. */
export const PAGE_ROWS = 50;
/** Pages kept in memory: what was seen lately and is probably seen again. */
export const PAGES_MAX = 24;

/** Pages that hold the rows from `first` to `last` (ends included) of `total`. */
export function pagesOf(first: number, last: number, total: number): number[] {
  const end = Math.min(last, total - 1);
  const begin = Math.max(0, Math.min(first, end));
  if (end < 0) return [];
  const from = Math.floor(begin / PAGE_ROWS);
  const to = Math.floor(end / PAGE_ROWS);
  return Array.from({ length: to - from + 1 }, (_, step) => from + step);
}

/** Place of a row: its page, and where in it. */
export function placeOf(index: number): { page: number; row: number } {
  return { page: Math.floor(index / PAGE_ROWS), row: index % PAGE_ROWS };
}

/** Pages to let go of so that at most `PAGES_MAX` stay: the farthest from what is seen first. */
export function farthest(kept: readonly number[], seen: readonly number[]): number[] {
  const middle = ((seen[0] ?? 0) + (seen.at(-1) ?? 0)) / 2;
  return [...kept]
    .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
    .slice(Math.max(PAGES_MAX, seen.length));
}
