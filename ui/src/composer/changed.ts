/**
 * What others did to a ticket while words stood in its composer: public words, another holder,
 * another status. Deliberately absent: tags, progress, severity, notes; they change no answer.
 */
import type { EntryView, PersonView } from "../ipc/generated";
import { keyOf, waits } from "../ticket/thread";

/** The entries there were when the words were begun. */
export type Before = ReadonlySet<string>;

/** Remembers what stands in a thread. */
export function before(thread: readonly EntryView[]): Before {
  return new Set(thread.filter((entry) => !waits(entry)).map((entry) => keyOf(entry)));
}

/** What came since and matters to whoever writes, oldest first. */
export function changesSince(thread: readonly EntryView[], known: Before): EntryView[] {
  return thread.filter((entry) => matters(entry) && !waits(entry) && !known.has(keyOf(entry)));
}

const FACTS = new Set(["assigned", "status_changed", "solved", "reopened"]);

function matters(entry: EntryView): boolean {
  if (entry.person.you || entry.kind === "note") return false;
  return entry.kind === "message" || FACTS.has(entry.fact.code);
}

/** The message of the catalogue that says who wrote. */
export function wroteId({ customer }: PersonView): string {
  return customer ? "event-customer_wrote" : "event-replied";
}
