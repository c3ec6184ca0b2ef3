/**
 * Pressing keys to bind them: strokes gather until Enter keeps them; Esc leaves, Backspace takes the
 * last one back. Pure, so that every layout and input method can be tried in a test.
 */
import { isComposing, type KeyLike, SEQUENCE_STROKES_MAX, strokeOf } from "../shared/hotkeys";

export type Captured =
  | { kind: "strokes"; strokes: readonly string[] }
  | { kind: "keep"; keys: string }
  | { kind: "leave" }
  | { kind: "refused"; fault: "alt-with-character" | "too-long" | "empty" };

/** What a key event makes of the strokes so far; undefined: nothing. */
export function capture(
  strokes: readonly string[],
  event: KeyLike,
  mac: boolean,
): Captured | undefined {
  if (isComposing(event)) return undefined;
  if (event.altKey && [...event.key].length === 1) {
    return { kind: "refused", fault: "alt-with-character" };
  }
  const stroke = strokeOf(event, mac);
  if (stroke === undefined) return undefined;
  if (stroke === "Escape") return { kind: "leave" };
  if (stroke === "Enter") {
    if (strokes.length === 0) return { kind: "refused", fault: "empty" };
    return { kind: "keep", keys: strokes.join(" ") };
  }
  if (stroke === "Backspace") return { kind: "strokes", strokes: strokes.slice(0, -1) };
  if (strokes.length >= SEQUENCE_STROKES_MAX) return { kind: "refused", fault: "too-long" };
  return { kind: "strokes", strokes: [...strokes, stroke] };
}
