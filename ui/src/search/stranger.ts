/** A word before a colon that looks like a filter and is none: it was looked for as a word. */

import { FIELDS } from "../ipc/generated";

export type Stranger = {
  word: string;
  /** What was likely meant. */
  like: string | undefined;
};

/** Letters that may differ from the filter that was meant. */
const SLIPS_MAX = 2;

/** The first such word of a query; none stands in a phrase or in an address. */
export function strangerIn(query: string): Stranger | undefined {
  const words = query.replace(/"[^"]*"?/gu, " ").split(/\s+/u);
  for (const word of words) {
    const name = word.match(/^-?(\p{L}+):(?!\/\/)./u)?.[1]?.toLowerCase();
    if (name !== undefined && !FIELDS.some((field) => field === name)) {
      return { word: name, like: likely(name) };
    }
  }
  return undefined;
}

function likely(name: string): string | undefined {
  const begun = name.length > 1 && FIELDS.find((field) => field.startsWith(name));
  if (begun) return begun;
  const near = FIELDS.map((field) => ({ field, slips: slips(name, field) }))
    .filter(({ field, slips }) => slips <= Math.min(SLIPS_MAX, field.length - 2))
    .sort((one, other) => one.slips - other.slips);
  return near[0]?.field;
}

/** Letters to be added, left out or exchanged between two words. */
function slips(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [down, letter] of [...one].entries()) {
    const next = [down + 1];
    for (const [across, wanted] of [...other].entries()) {
      const exchanged = (row[across] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(exchanged, (row[across + 1] ?? 0) + 1, (next[across] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
