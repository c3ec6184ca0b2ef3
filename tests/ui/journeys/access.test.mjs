/** Each screen in each look keeps WCAG 2.2 AA, as far as a machine can tell. */
import assert from "node:assert/strict";
import { violations } from "../stage/axe.mjs";
import { journey } from "../stage/journey.mjs";
import { DOORS, knock, LOOKS, OFFLINE, ONLINE, tour } from "../stage/screens.mjs";
import { morning, outage } from "../stage/situation.mjs";

/** A tour of every screen in every look, judged at each, milliseconds. */
const TOUR_MS = 900_000;

for (const look of LOOKS) {
  journey(
    `every screen can be used by everybody: ${look.name}`,
    async (world) => {
      const found = [];
      const judge = async (window, name) => {
        for (const line of await violations(window)) found.push(`${name}: ${line}`);
      };
      const scene = await morning(world);
      await tour(scene, ONLINE, look, judge);
      await knock(world, DOORS, look, judge);
      await outage(scene);
      await tour(scene, OFFLINE, look, judge);
      assert.equal(found.length, 0, `\n${found.join("\n")}`);
    },
    TOUR_MS,
  );
}
