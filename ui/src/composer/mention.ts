/** Naming a colleague in a note: `@` and the first letters of a name. */

/** What is being typed after an `@`, and where it stands. */
export type Mention = { query: string; start: number; end: number };

/** Longest part of a name worth looking for, characters. */
const QUERY_CHARS_MAX = 24;
const BEFORE_CARET = /(?:^|[\s(,;:，。；：、])@([^\s@]*)$/u;

/** The mention that ends at the caret, if one is being typed. */
export function mentionAt(text: string, caret: number): Mention | undefined {
  const query = BEFORE_CARET.exec(text.slice(0, caret))?.[1];
  if (query === undefined || query.length > QUERY_CHARS_MAX) return undefined;
  return { query, start: caret - query.length - 1, end: caret };
}
