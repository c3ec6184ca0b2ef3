/**
 * The engine's own formatters, each made once: making one costs a hundred times its use, and a list
 * of thirty rows would make thirty.
 *
 * Deliberately absent: which language the reader has; that comes in as an argument.
 */

/** More than a desk's zones, languages and shapes; beyond it they are made anew. */
const MADE_MAX = 256;
const made = new Map<string, unknown>();

function once<T>(key: string, make: () => T): T {
  const known = made.get(key);
  if (known !== undefined) return known as T;
  if (made.size >= MADE_MAX) made.clear();
  const value = make();
  made.set(key, value);
  return value;
}

/** Dates and times. */
export function dateFormat(
  language: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `date ${language} ${JSON.stringify(options)}`;
  return once(key, () => new Intl.DateTimeFormat(language, options));
}

/** "3 minutes ago", "yesterday". */
export function relativeFormat(language: string): Intl.RelativeTimeFormat {
  const make = () => new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  return once(`relative ${language}`, make);
}

/** Numbers, with a unit or without. */
export function numberFormat(
  language: string,
  options: Intl.NumberFormatOptions = {},
): Intl.NumberFormat {
  const key = `number ${language} ${JSON.stringify(options)}`;
  return once(key, () => new Intl.NumberFormat(language, options));
}

/** "a, b and c", or "a, b, c" for units. */
export function listFormat(language: string, type: "conjunction" | "unit"): Intl.ListFormat {
  return once(`list ${language} ${type}`, () => new Intl.ListFormat(language, { type }));
}

/** Names of languages. Throws RangeError for a tag that is none. */
export function languageNames(language: string): Intl.DisplayNames {
  const make = () => new Intl.DisplayNames([language], { type: "language" });
  return once(`names ${language}`, make);
}

/** What readers take for one character, in any language. */
export function segmenter(): Intl.Segmenter {
  return once("segmenter", () => new Intl.Segmenter());
}
