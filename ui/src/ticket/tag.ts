/** A tag as it will be: the rules' own spelling, so that a mistake shows before it is saved. */

const LONGEST_BYTES = 64;
const BAD = /[\p{White_Space}\p{Cc}\p{Cf},]/u;

/** One lower-case word; undefined if it is none. */
export function tagOf(raw: string): string | undefined {
  const tag = raw.normalize("NFC").trim().toLowerCase();
  const fits = new TextEncoder().encode(tag).length <= LONGEST_BYTES;
  return tag !== "" && fits && !BAD.test(tag) ? tag : undefined;
}
