/**
 * The present, as a rune: whoever reads it in a template is read again each second.
 *
 * The desk learns how far its clock is from the server's; ages and clocks are shown in server time.
 */
import { createSubscriber } from "svelte/reactivity";
import type { Instant } from "./time";

const TICK_MS = 1000;

let offset_ms = $state(0);

const onTick = createSubscriber((update) => {
  const timer = setInterval(update, TICK_MS);
  return () => clearInterval(timer);
});

/** Server time now; ticks each second where it is read reactively. */
export function now(): Instant {
  onTick();
  return Date.now() + offset_ms;
}

/** Sets how far the server's clock is ahead of this computer's, milliseconds. */
export function learnOffset(ahead_ms: number): void {
  offset_ms = ahead_ms;
}
