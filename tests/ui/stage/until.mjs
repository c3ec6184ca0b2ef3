/**
 * Waiting for something to become true: it is looked at again and again until a deadline.
 *
 * Deliberately absent: waiting for time to pass. Whoever waits says what for.
 */

/** How long a thing may take on a busy machine, milliseconds. */
export const PATIENCE_MS = 30_000;
/** Pause between two looks, milliseconds. */
const LOOK_EVERY_MS = 40;

/** What `look` finds, as soon as it is truthy; throws `what` and the last finding after a while. */
export async function until(what, look, within_ms = PATIENCE_MS) {
  const deadline = performance.now() + within_ms;
  let last;
  for (;;) {
    try {
      last = await look();
      if (last) return last;
    } catch (thrown) {
      last = thrown;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited in vain until ${what}; the last look: ${told(last)}`);
    }
    await new Promise((go) => setTimeout(go, LOOK_EVERY_MS));
  }
}

function told(last) {
  return last instanceof Error ? last.message : JSON.stringify(last);
}
