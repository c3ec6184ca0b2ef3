/**
 * A picture of each screen in each look, at the mock's size. People look at pictures; tests look at
 * the page.
 *
 * `node tests/ui/shots.mjs [--readme] [name of a screen …]`. HOLDFAST_SHOTS_DIR says where to;
 * `--readme` takes only the README's picture and puts it into docs/.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { closeBrowser } from "./stage/browser.mjs";
import { root } from "./stage/places.mjs";
import { DOORS, knock, LOOKS, OFFLINE, ONLINE, tour } from "./stage/screens.mjs";
import { morning, outage } from "./stage/situation.mjs";
import { World } from "./stage/world.mjs";

/** The look and the screen that stand in the README. */
const README = { look: "light", screen: "held", file: join(root, "docs/desk.png") };
/** Screens that are also seen in high contrast; the others follow from the same tokens. */
const IN_CONTRAST = ["desk", "held"];

const readme = process.argv.includes("--readme");
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const shots = process.env.HOLDFAST_SHOTS_DIR ?? join(root, "target/shots");

function isWanted(look, name) {
  if (readme) return look === README.look && name === README.screen;
  if (wanted.length > 0 && !wanted.includes(name)) return false;
  return look !== "contrast" || IN_CONTRAST.includes(name);
}

async function take({ name: look }, window, name) {
  if (!isWanted(look, name)) return;
  const path = readme ? README.file : join(shots, `${name}-${look}.png`);
  await window.page.screenshot({ path });
  process.stdout.write(`${path}\n`);
}

/** Only the screens of a look that are wanted. */
const of = (screens, { name: look }) =>
  Object.fromEntries(Object.entries(screens).filter(([name]) => isWanted(look, name)));

mkdirSync(shots, { recursive: true });
const world = await World.begin();
try {
  const scene = await morning(world);
  for (const look of LOOKS) await tour(scene, of(ONLINE, look), look, take.bind(null, look));
  for (const look of LOOKS) await knock(world, of(DOORS, look), look, take.bind(null, look));
  await outage(scene);
  for (const look of LOOKS) await tour(scene, of(OFFLINE, look), look, take.bind(null, look));
  world.nothingWrong();
} catch (thrown) {
  thrown.message += `\n(see ${await world.keep("shots")})`;
  throw thrown;
} finally {
  await world.end();
  await closeBrowser();
}
