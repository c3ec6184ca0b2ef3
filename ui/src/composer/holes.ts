/** Places in a text that a macro left open: `{{recovery time}}`. They block sending. */

// As the desk finds them: a name that is not blank, without another brace or a line's end in it.
const HOLE = /\{\{(?=\s*[^\s}])(?:(?!\}\})[^{\n])+\}\}/gu;

/** A run of a text: words, or a hole with its braces. */
export type Segment = { text: string; hole: boolean; at: number };

/** The text cut at its holes; put together again it is the same text. */
export function segments(text: string): Segment[] {
  const found: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(HOLE)) {
    if (match.index > end) found.push({ text: text.slice(end, match.index), hole: false, at: end });
    found.push({ text: match[0], hole: true, at: match.index });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end), hole: false, at: end });
  return found;
}

/** What the holes ask for, each once, in order. */
export function holes(text: string): string[] {
  const asked = segments(text).flatMap(({ text: run, hole }) =>
    hole ? [run.slice(2, -2).trim()] : [],
  );
  return [...new Set(asked)];
}

/** Where the next hole begins and ends at or after a place; the first one if there is none. */
export function nextHole(text: string, from: number): [start: number, end: number] | undefined {
  const all = segments(text).filter(({ hole }) => hole);
  const next = all.find(({ at }) => at >= from) ?? all[0];
  return next && [next.at, next.at + next.text.length];
}
