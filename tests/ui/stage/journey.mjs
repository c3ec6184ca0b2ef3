/** A journey: a sentence and a walk through a world of its own. */
import { after, test } from "node:test";
import { closeBrowser } from "./browser.mjs";
import { World } from "./world.mjs";

/** How long a journey may take on a busy machine, milliseconds. */
const JOURNEY_MS = 180_000;

after(closeBrowser);

/** Walks and, at the end, asks whether anything went wrong that nobody looked at. */
export function journey(sentence, walk, within_ms = JOURNEY_MS) {
  test(sentence, { timeout: within_ms }, async () => {
    const world = await World.begin();
    try {
      await walk(world);
      world.nothingWrong();
    } catch (thrown) {
      thrown.message += `\n(see ${await world.keep(sentence)})`;
      throw thrown;
    } finally {
      await world.end();
    }
  });
}
