/** Files: they travel after their words, are refused by size in words, and survive a reload. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { journey } from "../stage/journey.mjs";
import { openTicket } from "../stage/tickets.mjs";
import { ELENA, TOMAS } from "../stage/world.mjs";

const GIB = 1024 ** 3;

/** A file in the journey's own folder. */
function file(world, name, bytes) {
  const path = join(mkdtempSync(join(world.home, "files-")), name);
  writeFileSync(path, bytes);
  return path;
}

journey("a file written offline reaches a colleague as it was", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const tomas = await world.seat(TOMAS);
  const row = await openTicket(desk);
  const bytes = randomBytes(3 * 1024 * 1024 + 17);
  await window.open(row.ticket);
  await world.server.kill();
  await window.connection("offline");
  await window.write("note", "The dump is attached.");
  await window.at("attach-file").setInputFiles(file(world, "蓝屏.dmp", bytes));
  await window.page.getByRole("button", { name: /Remove .*蓝屏\.dmp/ }).waitFor();
  await window.reload();
  await window.open(row.ticket);
  await window.page.locator(".composer").getByText("蓝屏.dmp").waitFor();
  await window.at("composer-text").focus();
  await window.press("Control+Enter");
  await window.came("The dump is attached.", "saved");
  await world.server.resume();
  await window.came("The dump is attached.", "sent");

  await tomas.window.goTo("All tickets", "g", "a");
  await tomas.window.open(row.ticket);
  const entry = tomas.window.entry("The dump is attached.");
  await entry.waitFor();
  await world.synced(desk);
  await world.synced(tomas.desk);
  const saving = tomas.window.page.waitForEvent("download");
  await tomas.window.fetched(entry.getByRole("button", { name: /蓝屏\.dmp/ }));
  const download = await saving;
  assert.equal(download.suggestedFilename(), "蓝屏.dmp");
  assert.ok(bytes.equals(readFileSync(await download.path())), "byte for byte");
});

journey("three gibibytes are refused in words before a byte of them is read", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await openTicket(desk);
  await window.open(row.ticket);
  const path = file(world, "memory.dmp", "");
  truncateSync(path, 3 * GIB);
  await window.write("reply", "Here it is.");
  await window.at("attach-file").setInputFiles(path);
  const refused = window.page.locator(".composer [role=alert]");
  await window.says(refused, /memory\.dmp is larger than 2[56]/);
  await window.at("send").click();
  await window.came("Here it is.", "sent");
});
