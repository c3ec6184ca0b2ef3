/** Moving work: tried first, done at once, taken back. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { whole } from "../stage/tickets.mjs";
import { until } from "../stage/until.mjs";
import { ELENA, HANNAH } from "../stage/world.mjs";

async function holders(desk, tickets) {
  const views = await Promise.all(tickets.map((ticket) => whole(desk, { ticket })));
  return views.map(({ assignee }) => assignee?.name ?? null);
}

journey("a supervisor moves chosen tickets after a dry run and takes it back", async (world) => {
  const { desk, window } = await world.seat(HANNAH, { undo_send_s: 30 });
  await window.goTo("All tickets", "g", "a");
  await window.ready();
  await window.press("j");
  await window.at("subject").waitFor();
  await window.press("x", "Shift+J", "Shift+J");
  await window.says(window.at("chosen"), /^3 chosen/);
  const rows = window.page.locator("[data-testid=row]:has(.tick)");
  const tickets = await rows.evaluateAll((rows) => rows.map(({ dataset }) => dataset.id));
  assert.equal(tickets.length, 3);
  const before = await holders(desk, tickets);

  await window.press("a");
  await window.says(window.page.getByRole("dialog").locator("h2"), /^Move 3 tickets$/);
  await window.page.keyboard.type("Mina Park");
  await window.press("Enter");
  const plan = window.at("bulk-plan");
  await plan.waitFor();
  assert.match(await window.words(plan), /\d+ would move/);
  assert.deepEqual(await holders(desk, tickets), before, "nothing has moved yet");

  await window.at("bulk-do").click();
  await window.says(window.page.locator(".toast").last(), /tickets? moved/);
  await until("they are in her hands", async () => {
    return (await holders(desk, tickets)).includes("Mina Park");
  });
  await window.press("z");
  await window.says(window.page.locator(".toast").last(), /moved back/);
  await until("they are where they were", async () => {
    return JSON.stringify(await holders(desk, tickets)) === JSON.stringify(before);
  });
});

journey("all that match are chosen, not the page; an agent may not move them", async (world) => {
  const { desk, window } = await world.seat(HANNAH);
  await window.goTo("All tickets", "g", "a");
  await window.ready();
  const view = { view: "all" };
  const { total } = await desk.call("view.page", { view, sort: "due", offset: 0, limit: 1 });
  await window.press("*");
  await window.says(window.at("chosen"), new RegExp(`^${total} chosen`));
  await window.at("bulk-open").waitFor();

  const elena = await world.seat(ELENA);
  await elena.window.press("*");
  await elena.window.at("chosen").waitFor();
  assert.equal(await elena.window.at("bulk-open").count(), 0);
});
