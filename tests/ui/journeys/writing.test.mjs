/** Writing: replies, notes, drafts, calling words back, input methods, words that are too many. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { chineseTicket, openTicket, whole } from "../stage/tickets.mjs";
import { until } from "../stage/until.mjs";
import { ELENA } from "../stage/world.mjs";

/** What a text says to the eye: its colours and the edge of its box. */
const dressOf = (locator) =>
  locator.evaluate((element) => {
    const form = element.closest("form") ?? element;
    const { backgroundColor, borderInlineStartColor } = getComputedStyle(form);
    const { backgroundImage } = getComputedStyle(form, "::before");
    return { backgroundColor, borderInlineStartColor, backgroundImage };
  });

async function sent(world, words) {
  return (await world.server.deliveries()).filter(({ text }) => text === words).length;
}

journey("a reply is sent to the customer, a note never is", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await chineseTicket(desk);
  await window.open(row.ticket);
  await window.write("note", "The disk is bound to the old driver.");
  await window.at("send").click();
  await window.came("bound to the old driver", "sent");
  await window.write("reply", "驱动已回滚，请您检查。");
  await window.at("send").click();
  await window.came("驱动已回滚", "sent");
  assert.equal(await window.entry("old driver").getAttribute("data-kind"), "note");
  assert.equal(await window.entry("驱动已回滚").getAttribute("data-kind"), "message");
  assert.equal(await sent(world, "驱动已回滚，请您检查。"), 1);
  assert.equal(await sent(world, "The disk is bound to the old driver."), 0);
});

journey(
  "a note cannot be mistaken for a reply, and no typed key makes one the other",
  async (world) => {
    const { desk, window } = await world.seat(ELENA);
    await window.open((await openTicket(desk)).ticket);
    await window.write("reply", "For the customer");
    const reply = {
      button: await window.text("send"),
      dress: await dressOf(window.at("composer-text")),
    };
    await window.press("n", "r", "ArrowLeft", "ArrowRight");
    await window.hasText("composer-text", "For the customernr");
    assert.equal(await window.at("composer-reply").getAttribute("aria-selected"), "true");

    await window.write("note", "For colleagues");
    const note = {
      button: await window.text("send"),
      dress: await dressOf(window.at("composer-text")),
    };
    assert.match(reply.button, /^Send to /);
    assert.match(note.button, /^Save note/);
    assert.notDeepEqual(reply.dress, note.dress, "it looks different");
    assert.notEqual(reply.dress.backgroundColor, note.dress.backgroundColor);
    await window.press("r");
    await window.hasText("composer-text", "For colleaguesr");
    await window.at("composer-reply").click();
    await window.hasText("composer-text", "For the customernr");
  },
);

journey("a draft outlives the page that is left in the midst of a word", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await window.at("composer-text").click();
  await window.page.keyboard.type("We have found the fault in the rou");
  await window.reload();
  await window.ready();
  await window.open(row.ticket);
  await window.hasText("composer-text", "We have found the fault in the rou");
  await window.at("composer-text").focus();
  await window.press("End");
  await window.page.keyboard.type("ter");
  await until("the draft is on the disk", async () => {
    const draft = await desk.call("draft.get", { ticket: row.ticket, kind: "reply" });
    return draft?.text === "We have found the fault in the router";
  });
  await desk.kill();
  await desk.resume();
  const again = await world.window(desk);
  await again.open(row.ticket);
  await again.hasText("composer-text", "We have found the fault in the router");
});

journey("words that were sent can be called back while the seconds run", async (world) => {
  const { desk, window } = await world.seat(ELENA, { undo_send_s: 30 });
  const row = await openTicket(desk);
  const words = "This was too early.";
  await window.open(row.ticket);
  await window.write("reply", words);
  await window.press("Control+Enter");
  await window.came(words, "saved");
  await window.hasText("composer-text", "");
  // The key that the notice names works from where sending has left its author.
  const notice = window.page.locator(".toast");
  await window.says(notice, /Sending to .* in 2[0-8] s/);
  await window.press("z");
  await window.hasText("composer-text", words);
  await window.entry(words).waitFor({ state: "detached" });
  assert.equal((await desk.call("status.get")).saved, 0, "nothing waits to be sent");
  assert.equal(await sent(world, words), 0);
});

journey("a macro answers the customer, even when a note stands in front", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  await window.open((await chineseTicket(desk)).ticket);
  await window.write("note", "Kernel dump is saved.");
  await window.press("Control+Enter");
  await window.came("Kernel dump is saved.", "sent");
  await window.press("m");
  await window.page.getByRole("option").filter({ hasText: "I have it" }).click();
  await window.hasWords("composer-text");
  assert.equal(await window.at("composer-reply").getAttribute("aria-selected"), "true");
});

journey("Enter that ends a composition never sends", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await chineseTicket(desk);
  await window.open(row.ticket);
  await window.at("composer-text").click();
  const keys = await window.context.newCDPSession(window.page);
  await keys.send("Input.imeSetComposition", {
    text: "ni hao",
    selectionStart: 6,
    selectionEnd: 6,
  });
  for (const how of [{ isComposing: true, keyCode: 229 }, { keyCode: 229 }]) {
    await window.at("composer-text").evaluate((field, how) => {
      const enter = { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
      field.dispatchEvent(new KeyboardEvent("keydown", { ...enter, ...how }));
    }, how);
  }
  await keys.send("Input.insertText", { text: "你好" });
  await window.hasText("composer-text", "你好");
  assert.equal((await whole(desk, row)).thread.filter(({ state }) => state === "saved").length, 0);
  assert.equal((await desk.call("outbox.list")).saved.length, 0);
  await window.press("Control+Enter");
  await window.came("你好", "sent");
});

/** Puts words into the field at once, as a macro or an input method does. */
async function putIn(window, words) {
  await window.at("composer-text").evaluate((field, words) => {
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, words);
}

journey("two mebibytes are refused in words; what was written stays", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await window.write("reply", "Here is the log:");
  const log = "kelp rock tide slack\n".repeat(100_000);
  await window.page.evaluate((log) => navigator.clipboard.writeText(log), log);
  await window.press("Control+v");
  const refused = window.page.locator(".toast").last();
  await window.says(refused, /not pasted/);
  await window.hasText("composer-text", "Here is the log:");
  await refused.getByRole("button", { name: "Attach it as a file" }).click();
  await window.page.getByText("pasted.txt").waitFor();

  await putIn(window, "x".repeat(129 * 1024));
  const told = window.page.getByRole("status").filter({ hasText: "Too long by" });
  await told.waitFor();
  await window.at("composer-text").focus();
  await window.press("Control+Enter");
  // It says that it cannot be pressed; somebody presses it all the same.
  await window.at("send").click({ force: true });
  assert.equal((await desk.call("outbox.list")).saved.length, 0, "nothing was sent");
  await window.at("composer-text").fill("Short enough.");
  await told.waitFor({ state: "detached" });
  await window.at("send").click();
  await window.came("Short enough.", "sent");
});

journey("a macro with an open place does not leave before it is filled", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await chineseTicket(desk);
  await window.open(row.ticket);
  await window.at("thread").focus();
  await window.press("m");
  await window.page.getByRole("option").first().waitFor();
  await window.page.keyboard.type("Recovery");
  await window.press("Enter");
  await window.hasWords("composer-text");
  const words = await window.at("composer-text").inputValue();
  assert.match(words, /\p{Script=Han}/u, "in the customer's language");
  assert.match(words, /\{\{recovery time\}\}/);
  await window.press("Control+Enter");
  await window.says(window.page.locator(".composer [role=status]"), /recovery time/);
  // The open place is chosen: what is typed fills it.
  await window.page.keyboard.insertText("18:30");
  await window.press("Control+Enter");
  await window.came("预计 18:30 前恢复", "sent");
  assert.equal((await whole(desk, row)).row.category, "open");
});
