/** What a clock is made of, line by line, and where its marks lie on its line. */
import type { ClockView, EntryView, TicketView } from "../ipc/generated";
import { lookOf } from "../marks/clock";
import { type Instant, instant } from "../shared/time";

/** One line of the explanation. */
export type FoldLine =
  | { what: "began"; at: Instant; name: string | undefined }
  | { what: "rested"; rested_s: number }
  | { what: "stopped"; at: Instant }
  | { what: "elapsed"; at: Instant; elapsed_s: number };

/** The explanation of a clock at an instant. */
export function fold(clock: ClockView, view: TicketView, now: Instant): FoldLine[] {
  const began = instant(clock.started_at);
  const end = clock.stopped_at === null ? now : instant(clock.stopped_at);
  const elapsed_s = elapsedOf_s(clock, now);
  const rested_s = Math.max(0, Math.trunc((end - began) / 1000) - elapsed_s);
  const lines: FoldLine[] = [{ what: "began", at: began, name: whoBegan(clock, view) }];
  // A second lost in rounding is no rest.
  if (rested_s > 1) lines.push({ what: "rested", rested_s });
  if (clock.stopped_at !== null) lines.push({ what: "stopped", at: end });
  lines.push({ what: "elapsed", at: end, elapsed_s });
  return lines;
}

function elapsedOf_s(clock: ClockView, now: Instant): number {
  const { left_s } = lookOf(clock, now);
  return left_s === undefined ? clock.counted_s : clock.target_s - left_s;
}

/** Whose words began a wait for a reply: the oldest that nobody has answered. */
function whoBegan(clock: ClockView, { thread }: TicketView): string | undefined {
  if (clock.metric !== "next_reply") return undefined;
  const began = thread.find(
    (entry: EntryView) => entry.kind === "message" && entry.at === clock.started_at,
  );
  return began?.person.name;
}
