/**
 * Every message is asked for by somebody. Ids are looked for as a reader would: whole, in quotes;
 * or made from a beginning and a code, where the code stands in the window's sources or in those of
 * the rooms whose codes reach the window.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const ROOMS = ["desk", "domain", "search", "sync-engine"].map((room) => `crates/${room}/src`);

/** An id that is put together: what stands before the code and after it. */
type Made = readonly [before: string, after: string];

const read = (folder: string, wanted: RegExp) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => wanted.test(name) && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8"))
    .join("\n");

const all = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, one = ""]) => one);

const snake = (variant: string) => variant.replace(/(?<!^)[A-Z]/g, "_$&").toLowerCase();

/** Words in quotes, names of fields, and names of variants as they travel. */
function codesOf(window: string, rooms: string): Set<string> {
  return new Set([
    ...all(window, /["'`]([a-z0-9][\w-]*)["'`]/g),
    ...all(window, /\b([a-z]\w*)\??:/g),
    ...all(rooms, /"([a-z0-9][\w-]*)"/g),
    ...all(rooms, /^\s+([A-Z][A-Za-z0-9]*)[,{ (]/gm).map(snake),
  ]);
}

function madeIn(window: string): Made[] {
  const found = window.matchAll(/`([a-z][\w-]*[-_])\$\{[^}]*\}([\w-]*)`/g);
  return [...found].map(([, before = "", after = ""]) => [before, after]);
}

/** Whether somebody asks for an id: as it is, or made from a code that somebody knows. */
function isAsked(id: string, codes: ReadonlySet<string>, made: readonly Made[]): boolean {
  if (codes.has(id)) return true;
  return made.some(([before, after]) => {
    const long = id.length > before.length + after.length;
    if (!long || !id.startsWith(before) || !id.endsWith(after)) return false;
    return isAsked(id.slice(before.length, id.length - after.length), codes, made);
  });
}

const window = read("ui/src", /\.(svelte|ts)$/);
const codes = codesOf(window, ROOMS.map((room) => read(room, /\.rs$/)).join("\n"));
const made = madeIn(window);

it("every message is used", () => {
  const ids = all(read("locales/en", /\.ftl$/), /^([a-z][\w-]*) =/gm);
  expect(ids.length).toBeGreaterThan(500);
  expect(ids.filter((id) => !isAsked(id, codes, made))).toEqual([]);
});

it("one that nobody asks for is found, a made one is not", () => {
  expect(isAsked("status-on_hold", codes, made)).toBe(true);
  expect(isAsked("command-go-nowhere", codes, made)).toBe(false);
  expect(isAsked("nobody-asks", codes, made)).toBe(false);
});
