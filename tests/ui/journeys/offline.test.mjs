/** Without a server: its process is dead, and the work goes on. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { openTicket, rowsOf } from "../stage/tickets.mjs";
import { ELENA } from "../stage/world.mjs";

const REPLY = "The route is in place again; please test from your side.";

journey("a reply written while the server is dead is sent once when it is back", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await openTicket(desk);
  await world.server.kill();
  await window.connection("offline");
  assert.match(await window.text("status-connection"), /working offline since/i);

  await window.open(row.ticket);
  await window.write("reply", REPLY);
  await window.at("send").click();
  await window.came(REPLY, "saved");
  assert.match(await window.entry(REPLY).innerText(), /saved on this computer/i);
  await window.reload();
  await window.open(row.ticket);
  await window.came(REPLY, "saved");

  await desk.kill();
  await desk.resume();
  const again = await world.window(desk);
  await again.open(row.ticket);
  await again.came(REPLY, "saved");
  await again.connection("offline");

  await world.server.resume();
  await again.connection("synced");
  await again.came(REPLY, "sent");
  assert.equal(await again.entry(REPLY).count(), 1, "it stands once");
  const left = await world.server.deliveries();
  assert.equal(left.filter(({ text }) => text === REPLY).length, 1, "it left once");
});

journey("without a network nothing is said to leave in so many seconds", async (world) => {
  const { desk, window } = await world.seat(ELENA, { undo_send_s: 30 });
  await window.open((await openTicket(desk)).ticket);
  await world.server.kill();
  await window.connection("offline");
  await window.write("reply", REPLY);
  await window.press("Control+Enter");
  const notice = window.page.locator(".toast");
  await window.says(notice, /^Saved here; goes to .* when online/);
  assert.doesNotMatch(await window.words(notice), /Sending/);
});

journey(
  "lists, tickets and changes are there without a server, and nothing else moves",
  async (world) => {
    const { desk, window } = await world.seat(ELENA);
    const [first, second] = await rowsOf(desk);
    await window.open(first.ticket);
    await window.write("reply", "Half a sen");
    await world.server.kill();
    await window.connection("offline");
    // The network went while she was writing: the caret stays where it was.
    await window.page.keyboard.type("tence");
    await window.hasText("composer-text", "Half a sentence");

    await window.open(second.ticket);
    await window.at("thread").focus();
    await window.press("p");
    await window.page.getByRole("menuitem").filter({ hasText: "Severe" }).click();
    await window.at("severity").filter({ hasText: "P1" }).waitFor();
    await window.press("g", "u");
    await window.at("list-title").filter({ hasText: "Unassigned" }).waitFor();
    const { connection, saved } = await desk.call("status.get");
    assert.deepEqual({ connection, saved }, { connection: "offline", saved: 1 });
    await window.at("outbox").click();
    await window.at("outbox-row").filter({ hasText: "Severity" }).waitFor();
  },
);

journey(
  "a ticket for a caller is made without a server and gets its number later",
  async (world) => {
    const { desk, window } = await world.seat(ELENA);
    await world.server.kill();
    await window.connection("offline");
    await window.press("Shift+N");
    await window.at("requester").locator("input").fill("王伟");
    await window.at("requester").getByRole("option").filter({ hasText: "王伟" }).first().click();
    await window.at("create-subject").fill("Rufumleitung fällt aus");
    await window.at("create-words").fill("Seit heute früh.");
    await window.press("Control+Enter");
    await window.at("subject").filter({ hasText: "Rufumleitung" }).waitFor();
    await window.entry("Seit heute früh.").waitFor();
    const number = window.page.locator(".t-meta .no");
    assert.doesNotMatch(await window.words(number), /\d/);
    await world.server.resume();
    await window.connection("synced");
    await window.says(number, /#\d+/);
    const { rows } = await desk.call("view.page", {
      view: { view: "all" },
      sort: "newest",
      offset: 0,
      limit: 200,
    });
    assert.equal(rows.filter(({ subject }) => subject === "Rufumleitung fällt aus").length, 1);
  },
);
