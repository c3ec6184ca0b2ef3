/**
 * The catalogue: every text of the window, from `locales/<tag>/*.ftl`, bundled at build time.
 *
 * Deliberately absent: reactivity (locale.svelte.ts) and any text of its own. A message that a
 * language lacks fails a test; at run time English stands in for it, and its id in the last resort.
 */
import {
  FluentBundle,
  type FluentFunction,
  FluentNumber,
  FluentResource,
  type FluentVariable,
} from "@fluent/bundle";
import { entryOf, type LocaleTag } from "./locales";

export type Args = Record<string, FluentVariable>;

/** A run of a message: our own words, or the place where an argument stands. */
export type Part = { text: string } | { slot: string; text: string };

const sources: Record<string, string> = import.meta.glob("../../../locales/*/*.ftl", {
  query: "?raw",
  import: "default",
  eager: true,
});

const bundles = new Map<LocaleTag, FluentBundle>();

/** The bundle of a language, parsed on first use. */
export function bundleOf(tag: LocaleTag): FluentBundle {
  const known = bundles.get(tag);
  if (known) return known;
  const bundle = new FluentBundle(entryOf(tag).intl, { functions: { ORDINAL: ordinal(tag) } });
  for (const [path, text] of Object.entries(sources)) {
    if (path.includes(`/${tag}/`)) bundle.addResource(new FluentResource(text));
  }
  bundles.set(tag, bundle);
  return bundle;
}

/** `{ ORDINAL($n) -> [one] … }`: 1st, 2nd, 3rd. */
function ordinal(tag: LocaleTag): FluentFunction {
  const rules = new Intl.PluralRules(tag, { type: "ordinal" });
  return ([n]) => rules.select(n instanceof FluentNumber ? n.value : Number(n));
}

/** A message in a language; `id.attribute` reads an attribute. */
export function format(tag: LocaleTag, id: string, args?: Args): string {
  return lookUp(tag, id, args) ?? lookUp("en", id, args) ?? id;
}

/** Whether any language has this message. */
export function has(id: string): boolean {
  return lookUp("en", id, {}) !== undefined;
}

function lookUp(tag: LocaleTag, id: string, args?: Args): string | undefined {
  const bundle = bundleOf(tag);
  const [name = id, attribute] = id.split(".");
  const message = bundle.getMessage(name);
  const pattern = attribute === undefined ? message?.value : message?.attributes[attribute];
  if (pattern === undefined || pattern === null) return undefined;
  return bundle.formatPattern(pattern, args ?? null, []);
}

// Private-use characters around the place of an argument; no catalogue contains them.
const OPEN = "\uE000";
const CLOSE = "\uE001";
const PLACE = /[\u2068\uE000]*\uE000(\w+)\uE001\u2069?/u;

/**
 * A message cut at the places of some arguments, so that a name can carry its own `lang` or a key
 * its own look. `slots` maps the argument's name to its text.
 */
export function formatParts(
  tag: LocaleTag,
  id: string,
  slots: Record<string, string>,
  args?: Args,
): Part[] {
  const marks: Args = { ...args };
  for (const name of Object.keys(slots)) marks[name] = `${OPEN}${name}${CLOSE}`;
  const parts: Part[] = [];
  let rest = format(tag, id, marks);
  for (let place = PLACE.exec(rest); place; place = PLACE.exec(rest)) {
    const name = place[1] ?? "";
    if (place.index > 0) parts.push({ text: rest.slice(0, place.index) });
    parts.push({ slot: name, text: slots[name] ?? "" });
    rest = rest.slice(place.index + place[0].length);
  }
  if (rest !== "") parts.push({ text: rest });
  return parts;
}
