import { beforeEach, expect, it } from "vitest";
import { setLocale, setTimeZone } from "../i18n/locale.svelte";
import type { EntryView, PersonView, WordsView } from "../ipc/generated";
import { days, edgeOf, keyOf, parted, writtenBefore } from "./thread";

const person: PersonView = { id: "a", name: "A", initials: "A", you: true, customer: false };

function words(at: string, more: Partial<WordsView> = {}): EntryView & WordsView {
  return {
    kind: "message",
    id: at,
    key: 1,
    person,
    html: "",
    markup: null,
    text: "",
    language: null,
    attachments: [],
    at,
    written_at: at,
    state: "sent",
    operation: null,
    ...more,
  } as EntryView & WordsView;
}

beforeEach(() => {
  setLocale("en");
  setTimeZone("America/Mexico_City");
});

it("entries are grouped by the reader's day, not by UTC's", () => {
  const thread = [words("2026-11-21T04:00:00Z"), words("2026-11-21T07:00:00Z")];
  expect(days(thread).map(({ key, entries }) => [key, entries.length])).toEqual([
    ["November 20, 2026", 1],
    ["November 21, 2026", 1],
  ]);
});

it("an entry with an older clock stays where the server put it, under the last day", () => {
  const older = words("2026-11-19T15:00:00Z");
  const found = days([words("2026-11-21T15:00:00Z"), older]);
  expect(found).toHaveLength(1);
  expect(found[0]?.entries.at(-1)).toBe(older);
});

it("what still waits stands after what is settled", () => {
  const [sent, saved] = [words("2026-11-21T15:00:00Z"), words("x", { state: "saved" })];
  const note = { ...words("n", { state: "sending" }), kind: "note" } as EntryView;
  expect(parted([sent, saved, note])).toEqual({ settled: [sent], waiting: [saved, note] });
  expect(parted([saved])).toEqual({ settled: [], waiting: [saved] });
});

it("facts that repeat words leave no gap and no day", () => {
  const event: EntryView = {
    kind: "event",
    key: 2,
    person,
    at: "2026-11-22T15:00:00Z",
    fact: { code: "replied", message: "m" },
    saved: false,
  };
  expect(days([words("2026-11-21T15:00:00Z"), event])).toHaveLength(1);
});

it("words keep their key when the server gives them another place", () => {
  const before = words("2026-11-21T15:00:00Z", { id: "m", key: 2 ** 60 });
  const after = words("2026-11-21T15:01:00Z", { id: "m", key: 7 });
  expect(keyOf(before)).toBe(keyOf(after));
});

it("facts that wait have keys of their own", () => {
  const fact = { code: "replied", message: "m" } as const;
  const at = "2026-11-22T15:00:00Z";
  // Where the desk places what waits.
  const key = 2 ** 52;
  const event: EntryView = { kind: "event", key, person, at, fact, saved: true };
  expect(keyOf(event)).not.toBe(keyOf({ ...event, key: key + 1 }));
});

it("the edge says whose words they are and whether they have left", () => {
  const customer = { ...person, you: false, customer: true };
  expect(edgeOf("message", words("x", { person: customer, state: "received" }))).toBe("theirs");
  expect(edgeOf("message", words("x", { state: "saved" }))).toBe("waiting");
  expect(edgeOf("message", words("x", { state: "sending" }))).toBe("waiting");
  expect(edgeOf("message", words("x"))).toBe("ours");
  expect(edgeOf("note", words("x", { state: "saved" }))).toBe("note");
});

it("both times are shown only when they differ by a minute", () => {
  const at = "2026-11-21T15:05:00Z";
  expect(writtenBefore(words(at, { written_at: "2026-11-21T15:04:01Z" }))).toBe(false);
  expect(writtenBefore(words(at, { written_at: "2026-11-21T15:04:00Z" }))).toBe(true);
});
