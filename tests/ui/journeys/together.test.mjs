/** Two people: what one does is seen by the other, and is asked of her. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { writes } from "../stage/situation.mjs";
import { customerWrites, openTicket, whole } from "../stage/tickets.mjs";
import { until } from "../stage/until.mjs";
import { ELENA, MINA, TOMAS } from "../stage/world.mjs";

journey("a colleague's note and a customer's words appear while one reads", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const tomas = await world.desk(TOMAS);
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await writes(tomas, row, "note", "I have seen this in Mumbai, too.");
  await window.entry("I have seen this in Mumbai, too.").waitFor();
  await customerWrites(world.server, desk, row, "It is getting worse.");
  await window.entry("It is getting worse.").waitFor();
});

journey(
  "words in a ticket that is not open make its row unread until it is read",
  async (world) => {
    const { desk, window } = await world.seat(ELENA);
    await window.goTo("My open", "g", "m");
    const row = await openTicket(desk);
    const unread = window.page.locator(`.unread[data-testid=row][data-id="${row.ticket}"]`);
    assert.equal(await unread.count(), 0);
    await customerWrites(world.server, desk, row, "Is anybody there?");
    await unread.waitFor();
    await window.open(row.ticket);
    await unread.waitFor({ state: "detached" });
    assert.equal((await whole(desk, row)).row.unread, false);
  },
);

journey("who is asked for help sees what is asked and accepts", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await openTicket(desk, ({ severity }) => severity === "p2");
  const mina = await world.seat(MINA);
  await window.open(row.ticket);
  await window.at("thread").focus();
  await window.press("Shift+E");
  await window.at("candidates").waitFor();
  await window.page.getByRole("option").filter({ hasText: "Mina Park" }).click();
  await window.at("packet-asked").fill("Please compare the two route tables.");
  await window.at("escalate-do").click();
  // Who asked knows the packet: it is folded for her, and open for who is asked.
  const asked = window.at("escalation").filter({ hasText: "route tables" });
  await asked.waitFor();
  const words = asked.getByText("Customer’s words");
  assert.equal(await words.count(), 0, "the packet is folded");
  await asked.getByRole("button", { name: "Handoff packet" }).click();
  await words.waitFor();

  await mina.window.at("place-asked").click();
  await mina.window.row(row.ticket).waitFor();
  await mina.window.open(row.ticket);
  const card = mina.window.at("escalation").filter({ hasText: "route tables" });
  await card.getByText("Customer’s words").waitFor();
  await card.getByRole("button", { name: "Accept" }).click();
  await until("it is hers", async () => (await whole(desk, row)).assignee?.name === "Mina Park");
  await window.at("escalation").filter({ hasText: "route tables" }).waitFor();
});
