/** Direction and language of written text. Everything else turns by logical CSS properties. */
import { languageNames, segmenter } from "../i18n/intl";

const RTL_SCRIPTS = new Set(["Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg"]);

/** The direction a language is written in (BCP 47); left to right when unknown. */
export function directionOf(tag: string): "ltr" | "rtl" {
  try {
    const script = new Intl.Locale(tag).maximize().script;
    return script !== undefined && RTL_SCRIPTS.has(script) ? "rtl" : "ltr";
  } catch {
    return "ltr";
  }
}

/** `dir` of a field: of what is written, and of the window while nothing is. */
export function fieldDirection(value: string): "auto" | undefined {
  return value === "" ? undefined : "auto";
}

/** A language's own name for itself: `zh-Hans` → 简体中文. The tag when it is unknown. */
export function ownNameOf(tag: string): string {
  return nameIn(tag, tag);
}

/** A language's name in another language. The tag when it is unknown. */
export function nameIn(reader: string, tag: string): string {
  try {
    return languageNames(reader).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Two letters for a narrow column: `zh-Hant-TW` → `zh`. */
export function shortTag(tag: string): string {
  return tag.split("-")[0] ?? tag;
}

const BREAKS = /\n{2,}/;

/** Written text as paragraphs, each to stand in its own `dir="auto"`. Line breaks inside stay. */
export function paragraphs(text: string): string[] {
  return text
    .replaceAll("\r\n", "\n")
    .split(BREAKS)
    .filter((paragraph) => paragraph.trim() !== "");
}

const CJK = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * Initials for an avatar: two letters, or the one family-name character of a CJK name.
 * A name without letters gives `?`.
 */
export function initials(name: string): string {
  const trimmed = name.trim();
  if (CJK.test(trimmed)) return [...trimmed][0] ?? "?";
  const words = trimmed.split(/[\s·'’-]+/u).filter((word) => /^\p{L}/u.test(word));
  const first = words[0];
  if (first === undefined) return "?";
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  const letter = (word: string) => segmenter().segment(word)[Symbol.iterator]().next();
  return [first, last]
    .flatMap((word) => (word === undefined ? [] : [letter(word).value?.segment ?? ""]))
    .join("")
    .toUpperCase();
}
