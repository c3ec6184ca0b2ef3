/** What waits for its author: held replies and conflicts. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { writes } from "../stage/situation.mjs";
import { customerWrites, openTicket, whole } from "../stage/tickets.mjs";
import { until } from "../stage/until.mjs";
import { ELENA, HANNAH, TOMAS } from "../stage/world.mjs";

const REPLY = "The snapshot takes about ten minutes.";
const NEWS = "Stop! The instance has come up by itself.";

/** The customer writes once more. */
const more = ({ world, desk, row }) => customerWrites(world.server, desk, row, NEWS);

/** Elena answers without a network while something else happens; then she is back. */
async function held(world, meanwhile = more) {
  const { desk, window } = await world.seat(ELENA, { wired: true });
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await desk.wire.cut();
  await window.connection("offline");
  await window.write("reply", REPLY);
  await window.at("send").click();
  await window.came(REPLY, "saved");
  await meanwhile({ world, desk, row });
  await desk.wire.mend();
  const card = window.page.locator("[data-testid=need][data-need=held]");
  await card.waitFor();
  return { desk, window, row, card };
}

async function sent(world, words) {
  return (await world.server.deliveries()).filter(({ text }) => text === words).length;
}

journey(
  "a reply to words that are no longer the last is held and shows what is new",
  async (world) => {
    const { window, card } = await held(world);
    const words = await window.words(card);
    assert.match(words, /Held, not sent/);
    assert.ok(words.includes(NEWS), "what the customer wrote meanwhile");
    assert.ok(words.includes(REPLY), "what she wrote");
    await window.says(window.at("status-needs"), /^1 held change needs you/);
    assert.equal(await sent(world, REPLY), 0, "nothing left");

    await card.getByRole("button", { name: "Send as it is" }).click();
    await window.came(REPLY, "sent");
    await card.waitFor({ state: "detached" });
    assert.equal(await sent(world, REPLY), 1, "it left once");
  },
);

journey("a reply that a colleague has been quicker with says who it was", async (world) => {
  const hannah = await world.desk(HANNAH);
  const { window, card } = await held(world, async ({ row }) => {
    await writes(hannah, row, "reply", "We have it, and will write in an hour.");
    await world.synced(hannah);
  });
  assert.match(await window.words(card), /Hannah Vogel.* answered before it arrived/);
});

journey("a held reply is edited and then sent, once, in its new words", async (world) => {
  const { window, card } = await held(world);
  await card.getByRole("button", { name: "Edit, then send" }).click();
  await window.hasText("composer-text", REPLY);
  await window.at("composer-text").fill("Good news, thank you.");
  await window.at("send").click();
  await window.came("Good news, thank you.", "sent");
  await card.waitFor({ state: "detached" });
  assert.equal(await sent(world, REPLY), 0);
  assert.equal(await sent(world, "Good news, thank you."), 1);
});

journey(
  "every draft is counted, as it is listed; a held one joins what is written",
  async (world) => {
    const { desk, window, row, card } = await held(world);
    await window.write("reply", "One moment.");
    await until("both are counted", async () => {
      const counts = await desk.call("view.counts");
      return counts.find(({ view }) => view.view === "drafts").count === 2;
    });
    assert.equal((await desk.call("draft.list")).length, 2);
    await card.getByRole("button", { name: "Edit, then send" }).click();
    await window.hasText("composer-text", `One moment.\n\n${REPLY}`);
    await card.waitFor({ state: "detached" });
    assert.equal((await desk.call("draft.list")).length, 1);
    assert.equal((await whole(desk, row)).drafts.length, 1);
  },
);

/** Elena solves without a network while the customer writes once more; then she is back. */
async function heldEnding(world) {
  const { desk, window } = await world.seat(ELENA, { wired: true });
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await desk.wire.cut();
  await window.connection("offline");
  await window.at("thread").focus();
  await window.press("e");
  await window.at("solve").waitFor();
  await window.press("Control+Enter");
  await until("it is solved here", async () => {
    return (await whole(desk, row)).row.category === "solved";
  });
  await customerWrites(world.server, desk, row, NEWS);
  await desk.wire.mend();
  await window.goTo("Needs you", "g", "n");
  await window.open(row.ticket);
  const card = window.page.locator("[data-testid=need][data-need=held]");
  await card.waitFor();
  return { desk, window, row, card };
}

journey("an ending over words that were not read is held; the ticket stays open", async (world) => {
  const { desk, window, row, card } = await heldEnding(world);
  const words = await window.words(card);
  assert.match(words, /Held, not solved[\s\S]*the customer wrote before this was solved/);
  assert.ok(words.includes(NEWS), "what the customer wrote meanwhile");
  assert.equal((await whole(desk, row)).row.category, "open");
  await card.getByRole("button", { name: "Keep it open" }).click();
  await card.waitFor({ state: "detached" });
  assert.equal((await whole(desk, row)).row.category, "open");
});

journey("an ending that was held is made all the same, once its author has read", async (world) => {
  const { desk, row, card } = await heldEnding(world);
  await card.getByRole("button", { name: "Solve anyway" }).click();
  await card.waitFor({ state: "detached" });
  await world.synced(desk);
  await until("it is solved for everybody", async () => {
    return (await whole(desk, row)).row.category === "solved";
  });
});

journey(
  "two answers for one field: what stands, what was wanted, and mine applied",
  async (world) => {
    const { desk, window } = await world.seat(ELENA, { wired: true });
    const tomas = await world.desk(TOMAS);
    const row = await openTicket(desk, ({ severity }) => severity === "p3");
    await window.open(row.ticket);
    await desk.wire.cut();
    await window.connection("offline");
    await window.at("severity").click();
    await window.page.getByRole("menuitem").filter({ hasText: "Severe" }).click();
    await window.at("severity").filter({ hasText: "P1" }).waitFor();
    await tomas.call("ticket.act", { ticket: row.ticket, act: { act: "severity", to: "p2" } });
    await world.synced(tomas);
    await desk.wire.mend();

    const card = window.page.locator("[data-testid=need][data-need=conflict]");
    await card.waitFor();
    const words = await window.words(card);
    assert.match(words, /Yours[\s\S]*P1[\s\S]*Theirs, stands now[\s\S]*P2[\s\S]*Tomás Sierra/);
    await window.at("severity").filter({ hasText: "P2" }).waitFor();

    await card.getByRole("button", { name: "Apply mine" }).click();
    await card.waitFor({ state: "detached" });
    await window.at("severity").filter({ hasText: "P1" }).waitFor();
    await until("Tomás sees it, too", async () => {
      return (await whole(tomas, row)).row.severity === "p1";
    });
  },
);
