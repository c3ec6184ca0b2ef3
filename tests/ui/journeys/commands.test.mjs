/** Everything by keyboard: the palette, the sheet of keys, a ticket answered without the mouse. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { openTicket, rowsOf } from "../stage/tickets.mjs";
import { until } from "../stage/until.mjs";
import { ELENA } from "../stage/world.mjs";

/** Strokes that escalating may take, beside the words that are asked. */
const ESCALATION_STROKES_MAX = 4;

journey("the palette finds a command by part of its name and does it", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  await window.open((await openTicket(desk)).ticket);
  await window.press("Control+k");
  await window.page.keyboard.type("unassig");
  const option = window.page
    .getByRole("option", { selected: true })
    .filter({ hasText: "Unassigned" });
  await option.waitFor();
  await window.press("Enter");
  await window.at("list-title").filter({ hasText: "Unassigned" }).waitFor();
  assert.equal(await window.page.getByRole("dialog").count(), 0, "the palette is gone");
});

journey("the sheet of keys shows every key and Esc gives the page back", async (world) => {
  const { window } = await world.seat(ELENA);
  await window.press("?");
  const sheet = window.page.getByRole("dialog", { name: "Keys" });
  await sheet.waitFor();
  for (const words of ["Escalate", "Solve and next", "Assign to me", "Copy number"]) {
    await sheet.getByText(words, { exact: true }).waitFor();
  }
  await window.page.keyboard.type("escal");
  await until(
    "only what is looked for is left",
    async () => (await sheet.locator("dt").count()) === 1,
  );
  await window.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await window.press("j");
  await window.at("subject").waitFor();
});

journey("escalating takes a few strokes and the words that are asked", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await window.at("thread").focus();
  let strokes = await window.press("Shift+E");
  await window.at("candidates").waitFor();
  // The focus enters on what is missing: what is asked.
  await until("the first missing thing has the keys", () =>
    window.at("packet-asked").evaluate((field) => field === document.activeElement),
  );
  await window.page.keyboard.type("Please roll the driver back offline.");
  strokes += await window.press("Control+Enter");
  await window.at("escalation").filter({ hasText: "roll the driver back" }).waitFor();
  assert.ok(strokes <= ESCALATION_STROKES_MAX, `${strokes} strokes`);
  await world.synced(desk);
  const { escalations } = await desk.call("ticket.open", { ticket: row.ticket });
  assert.equal(escalations.length, 1);
  assert.ok(escalations[0].packet.customer_words !== "", "the packet was filled in");
});

journey("a morning without the mouse: read, answer, solve, the next one", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  await window.goTo("My open", "g", "m");
  await window.press("j");
  await window.at("subject").waitFor();
  const first = await window.text("subject");
  await window.press("r");
  await until("the composer has the keys", () =>
    window.at("composer-text").evaluate((field) => field === document.activeElement),
  );
  await window.page.keyboard.type("It works again.");
  await window.press("Control+Enter");
  await window.came("It works again.", "sent");
  await window.press("e");
  await window.at("solve").waitFor();
  await window.page.keyboard.type("Restarted.");
  await window.press("Control+Enter");
  await until("the next ticket is open", async () => (await window.text("subject")) !== first);
  await world.synced(desk);
});

journey("who has answered a ticket goes on with the one that came after it", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  await window.goTo("My open", "g", "m");
  const before = await rowsOf(desk);
  // Answering ends the clock that it stood at this place for.
  const at = before.findIndex(({ clock }) => clock?.metric === "next_reply");
  const [answered, second] = before.slice(at);
  await window.open(answered.ticket);
  await window.press("r");
  await window.page.keyboard.type("We are looking at it now, and will write in an hour.");
  await window.press("Control+Enter");
  const place = `[data-id="${second.ticket}"][aria-posinset="${at + 1}"]`;
  await window.page.locator(place).waitFor();
  await window.press("j");
  await window.page.locator(`[data-id="${second.ticket}"][aria-current=true]`).waitFor();
  await world.synced(desk);
});
