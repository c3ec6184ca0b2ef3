/**
 * The language of the window, and `t`, which every text goes through.
 *
 * `t` reads runes: in a template or a `$derived` it follows a change of language by itself.
 */
import { type Args, bundleOf, format, formatParts, type Part } from "./catalogue";
import { bestLocale, entryOf, type LocaleEntry, type LocaleTag } from "./locales";

let tag = $state<LocaleTag>("en");
let time_zone = $state(Intl.DateTimeFormat().resolvedOptions().timeZone);

/** The language and zone of the reader. */
export const locale = {
  get tag(): LocaleTag {
    return tag;
  },
  get entry(): LocaleEntry {
    return entryOf(tag);
  },
  /** What Intl is asked for. */
  get intl(): string {
    return entryOf(tag).intl;
  },
  get dir(): "ltr" | "rtl" {
    return entryOf(tag).dir;
  },
  /** IANA zone the reader's times are shown in. */
  get time_zone(): string {
    return time_zone;
  },
};

/** Sets the language by wish (a tag, or what the system prefers) and turns the page with it. */
export function setLocale(wanted: string | readonly string[]): void {
  tag = bestLocale(typeof wanted === "string" ? [wanted] : wanted);
  document.documentElement.lang = tag;
  document.documentElement.dir = entryOf(tag).dir;
}

/** Reads the catalogue of the language now, so that its first text does not have to. */
export function prepare(): void {
  bundleOf(tag);
}

/** Sets the zone the reader's times are shown in (IANA). */
export function setTimeZone(zone: string): void {
  time_zone = zone;
}

/** A text in the reader's language. Arguments stand isolated, so that names keep their direction. */
export function t(id: string, args?: Args): string {
  return format(tag, id, args);
}

/** A text cut at the places of some arguments; see `Rich.svelte`. */
export function tParts(id: string, slots: Record<string, string>, args?: Args): Part[] {
  return formatParts(tag, id, slots, args);
}
