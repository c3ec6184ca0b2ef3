/** Keys that come before the composer, words that come back to it, news while they are written. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { customerWrites, openTicket, rowsOf } from "../stage/tickets.mjs";
import { until } from "../stage/until.mjs";
import { ELENA, TOMAS } from "../stage/world.mjs";

/** Strikes keys one after the other without waiting for what each of them does. */
const strike = (window, keys) => Promise.all([...keys].map((key) => window.press(key)));

/** Nothing has the focus but the composer, and nothing floats. */
async function onlyWriting(window) {
  await window.page.waitForFunction(() => document.activeElement?.matches(".composer textarea"));
  assert.equal(await window.page.getByRole("dialog").count(), 0, "no sheet is open");
  assert.equal(await window.page.getByRole("menu").count(), 0, "no menu is open");
  assert.equal(await window.at("ahead").count(), 0, "nothing waits for letters");
}

journey("letters that follow the key for writing are words, however fast", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await window.at("thread").focus();
  await strike(window, "rhello");
  await window.hasText("composer-text", "hello");
  await onlyWriting(window);
  await window.at("thread").focus();
  await strike(window, "nhello again");
  await window.hasText("composer-text", "hello again");
  await onlyWriting(window);
  assert.equal(await window.at("composer-note").getAttribute("aria-selected"), "true");
  assert.equal((await desk.call("outbox.list")).saved.length, 0, "nothing was changed");
});

journey("they are words of the next ticket, too, before it stands", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  await window.goTo("My open", "g", "m");
  const rows = await rowsOf(desk);
  await window.press("j");
  await window.at("subject").waitFor();
  await strike(window, "jrhelp");
  await window.hasText("composer-text", "help");
  await onlyWriting(window);
  const [, second] = rows;
  await until("the draft is the second ticket's", async () => {
    return (await desk.call("draft.list")).some(({ ticket, text }) => {
      return ticket === second.ticket && text === "help";
    });
  });
});

journey("a reply that waits is gone on with, from the outbox and from elsewhere", async (world) => {
  const { desk, window } = await world.seat(ELENA, { wired: true });
  const rows = await rowsOf(desk);
  const [first, other] = rows.filter(({ category }) => category === "open");
  await window.goTo("My open", "g", "m");
  await window.open(first.ticket);
  await desk.wire.cut();
  await window.connection("offline");
  await window.write("reply", "It will take");
  await window.at("send").click();
  await window.came("It will take", "saved");
  await window.open(other.ticket);
  await window.at("thread").focus();
  await window.press("g", "o");
  const row = window.at("outbox-row").first();
  await row.getByRole("button", { name: "Edit" }).focus();
  await strike(window, ["Enter", ..." an hour"]);
  await window.hasText("composer-text", "It will take an hour");
  await onlyWriting(window);
  assert.equal((await desk.call("outbox.list")).saved.length, 0);
  const drafts = await desk.call("draft.list");
  await until("it is a draft of its own ticket", async () => {
    return (await desk.call("draft.list")).some(({ ticket }) => ticket === first.ticket);
  });
  assert.equal(drafts.length, 1);
});

journey("a reply that is taken up again joins what is being written", async (world) => {
  const { desk, window } = await world.seat(ELENA, { wired: true });
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await desk.wire.cut();
  await window.connection("offline");
  await window.write("reply", "Too early.");
  await window.at("send").click();
  await window.came("Too early.", "saved");
  await window.write("reply", "We have it.");
  await window.at("thread").focus();
  await window.press("g", "o");
  await window.at("outbox-row").first().getByRole("button", { name: "Edit" }).click();
  await window.hasText("composer-text", "We have it.\n\nToo early.");
  await onlyWriting(window);
  await window.entry("Too early.").waitFor({ state: "detached" });
  assert.equal((await desk.call("draft.list")).length, 1, "they are one draft now");
});

journey("what others do while words are written is said, and moves nothing", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const tomas = await world.desk(TOMAS);
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await customerWrites(world.server, desk, row, "Before you began.");
  await window.entry("Before you began.").waitFor();
  assert.equal(await window.at("changed").count(), 0, "nobody writes yet");
  await window.write("reply", "We have found");
  await customerWrites(world.server, desk, row, "It works again!");
  await window.says(window.at("changed"), /^Changed while you wrote:.* wrote/s);
  await tomas.call("ticket.act", {
    ticket: row.ticket,
    act: { act: "status", to: "on_hold", pending_until: null },
  });
  await window.says(window.at("changed"), /Tomás Sierra set the status .*and 1 more/s);
  await onlyWriting(window);
  await window.page.keyboard.type(" it");
  await window.hasText("composer-text", "We have found it");
  await window.press("Control+Shift+L");
  await window.at("changed").waitFor({ state: "detached" });
  await onlyWriting(window);
});
