/** The thread in the order it is read: days, and under each its entries. */
import type { EntryView, WordsView } from "../ipc/generated";
import { type Instant, instant, longDay } from "../shared/time";

/** Entries of one local day. */
export type Day = {
  /** Stands still while the thread grows: the day in the reader's zone. */
  key: string;
  at: Instant;
  entries: EntryView[];
};

/** When an entry happened, by the server. */
export function atOf(entry: EntryView): Instant {
  return instant(entry.at);
}

/** A key that survives a re-read, so that focus and scroll stay where they are. */
export function keyOf(entry: EntryView): string {
  // Words keep their id while they wait and when they are settled; their place changes.
  return entry.kind === "event" ? `event ${entry.key}` : `${entry.kind} ${entry.id}`;
}

/** Entries by local day, oldest first. The order is the server's, so days never go back. */
export function days(thread: readonly EntryView[]): Day[] {
  const found: Day[] = [];
  for (const entry of thread) {
    if (isTold(entry)) continue;
    const last = found.at(-1);
    const at = Math.max(atOf(entry), last?.at ?? Number.NEGATIVE_INFINITY);
    const key = longDay(at);
    if (last?.key === key) {
      last.entries.push(entry);
      last.at = at;
    } else {
      found.push({ key, at, entries: [entry] });
    }
  }
  return found;
}

/** The thread cut before what still waits at this desk, so that decisions stand before it. */
export function parted(thread: readonly EntryView[]): {
  settled: readonly EntryView[];
  waiting: readonly EntryView[];
} {
  const last = thread.findLastIndex((entry) => !waits(entry));
  return { settled: thread.slice(0, last + 1), waiting: thread.slice(last + 1) };
}

/** Whether the server has not taken it yet. */
export function waits(entry: EntryView): boolean {
  if (entry.kind === "event") return entry.saved;
  return entry.state === "saved" || entry.state === "sending";
}

/** Facts whose words stand in the thread themselves. */
function isTold(entry: EntryView): boolean {
  if (entry.kind !== "event") return false;
  return ["customer_wrote", "replied", "noted"].includes(entry.fact.code);
}

/** Whose words, as the edge shows it. */
export type Edge = "theirs" | "ours" | "waiting" | "note";

/** The edge of words: none for the customer, solid sent, broken saved here, striped note. */
export function edgeOf(kind: "message" | "note", words: WordsView): Edge {
  if (kind === "note") return "note";
  if (words.person.customer) return "theirs";
  return words.state === "saved" || words.state === "sending" ? "waiting" : "ours";
}

/** Shorter than this, the way from the desk to the server is not worth a word, seconds. */
const WRITTEN_DIFFERS_S = 60;

/** Whether words were written so long before the server took them that both times are shown. */
export function writtenBefore({ at, written_at }: WordsView): boolean {
  return instant(at) - instant(written_at) >= WRITTEN_DIFFERS_S * 1000;
}
