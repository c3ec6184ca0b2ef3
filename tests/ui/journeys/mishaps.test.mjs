/** What goes wrong with computers and people: nothing that was written is lost by it. */
import assert from "node:assert/strict";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { journey } from "../stage/journey.mjs";
import { openTicket } from "../stage/tickets.mjs";
import { ELENA } from "../stage/world.mjs";

const REPLY = "The certificate is renewed; please load the page again.";

const DATABASE = /^holdfast\.db(-wal)?$/;
/** Second copies of files that were not sent. */
const FILES = /^holdfast\.db\.file-/;

/** Writes noise over files of a desk. Without more, over those that hold the tickets. */
function damage(desk, ...names) {
  const profiles = join(desk.home, "profiles/profiles");
  for (const profile of readdirSync(profiles)) {
    for (const name of readdirSync(join(profiles, profile))) {
      if (![DATABASE, ...names].some((wanted) => wanted.test(name))) continue;
      const path = join(profiles, profile, name);
      writeFileSync(path, Buffer.alloc(statSync(path).size, 0xa5));
    }
  }
}

/** Her session went with the file: she signs in once more, and all of it comes back. */
async function signInAgain(world, window) {
  await window.at("outbox").click();
  await window.at("password").fill(world.server.people[ELENA].password);
  await window.at("sign-in").click();
  await window.ready();
  await window.connection("synced");
}

async function sent(world, words) {
  return (await world.server.deliveries()).filter(({ text }) => text === words).length;
}

journey("a damaged file costs no word that was not sent yet", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await world.server.kill();
  await window.connection("offline");
  await window.write("reply", REPLY);
  await window.at("send").click();
  await window.came(REPLY, "saved");
  await desk.kill();
  damage(desk);
  await world.server.resume();
  await desk.resume();
  const again = await world.window(desk);
  await again.connection("needs_you");
  const told = again.page.getByText("One unsent change was saved from it.");
  await told.waitFor();
  await again.page.getByRole("button", { name: "Understood" }).click();
  await told.waitFor({ state: "detached" });
  await signInAgain(world, again);
  await again.open(row.ticket);
  await again.came(REPLY, "sent");
  assert.equal(await sent(world, REPLY), 1, "it left once");
});

journey(
  "a file that is lost with a damaged disk is named, and keeps the words back",
  async (world) => {
    const { desk, window } = await world.seat(ELENA);
    const row = await openTicket(desk);
    await window.open(row.ticket);
    await window.write("reply", REPLY);
    const dump = join(world.home, "memory.dmp");
    writeFileSync(dump, "what the customer asked for");
    await window.at("attach-file").setInputFiles(dump);
    await window.page.getByRole("button", { name: /Remove .*memory\.dmp/ }).waitFor();
    await desk.kill();
    damage(desk, FILES);
    await desk.resume();
    const again = await world.window(desk);
    await again.page.getByRole("button", { name: "Understood" }).click();
    await signInAgain(world, again);
    await again.open(row.ticket);
    const composer = again.page.locator(".composer");
    await again.says(composer.locator("[role=alert]"), /memory\.dmp.* is lost: add it again/);
    await again.says(composer.locator("[role=status]"), /A file was lost with a damaged disk/);
    await again.at("composer-text").focus();
    await again.press("Control+Enter");
    assert.equal(await sent(world, REPLY), 0, "nothing has left without it");
    await again.at("attach-file").setInputFiles(dump);
    await composer.locator("[role=alert]").waitFor({ state: "detached" });
    await again.at("send").click();
    await again.came(REPLY, "sent");
  },
);

journey("signing out with unsent work says so, and signing in again sends it", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await world.server.kill();
  await window.connection("offline");
  await window.write("reply", REPLY);
  await window.at("send").click();
  await window.came(REPLY, "saved");
  await window.at("me").click();
  await window.page.getByRole("menuitem", { name: "Sign out" }).click();
  await window.says(window.page.getByRole("dialog"), /1 change has not been sent yet/);
  await window.at("sign-out").click();
  await window.at("unlock").waitFor();
  assert.equal(await window.at("row").count(), 0, "nothing is shown any more");

  await world.server.resume();
  const { passphrase } = world.server.people[ELENA];
  await window.reload();
  await window.at("unlock").click();
  await window.at("passphrase").fill(passphrase);
  await window.at("unlock").click();
  await window.ready();
  await window.connection("synced");
  await window.open(row.ticket);
  await window.came(REPLY, "sent");
  assert.equal(await sent(world, REPLY), 1, "it left once");
});
