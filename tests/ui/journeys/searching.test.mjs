/** Searching this computer: two characters, a query that cannot be read, a search kept as a view. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { openTicket, whole } from "../stage/tickets.mjs";
import { until } from "../stage/until.mjs";
import { ELENA } from "../stage/world.mjs";

/** The search index is filled behind the tickets. */
async function indexed(desk) {
  await until("everything is indexed", async () => {
    return (await desk.call("status.get")).indexing === null;
  });
}

async function search(window, query) {
  if ((await window.at("search").count()) === 0) await window.press("/");
  await window.at("search").fill(query);
}

journey("two characters find the blue screen, also without a server", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  await indexed(desk);
  await world.server.kill();
  await window.connection("offline");
  await search(window, "蓝屏");
  await window.at("search-count").waitFor();
  const hit = window.at("row").filter({ hasText: "ECS 实例蓝屏" }).first();
  await hit.waitFor();
  assert.match(await hit.locator("mark").first().innerText(), /蓝屏/);
  await window.at("search").press("Enter");
  await window.at("subject").waitFor();
  const ticket = await window.at("row").first().getAttribute("data-id");
  assert.match(JSON.stringify(await whole(desk, { ticket })), /蓝屏/, "it is in what was opened");
});

journey("a query that cannot be read shows where and why", async (world) => {
  const { window } = await world.seat(ELENA);
  await search(window, "蓝屏 before:never");
  const wrong = window.at("search-wrong");
  await wrong.waitFor();
  assert.equal(await wrong.locator("mark").innerText(), "never");
  assert.match(await wrong.innerText(), /2026-/, "a day that could stand there is shown");
  assert.equal(await window.at("search").getAttribute("aria-invalid"), "true");
  // What looks like a filter and is none was looked for as a word; that is said.
  await search(window, "蓝屏 befor:2026-11-21");
  await wrong.waitFor({ state: "detached" });
  await window.page.getByText("Did you mean").filter({ hasText: "before:" }).waitFor();
  await search(window, "蓝屏 before:2099-01-01");
  await wrong.waitFor({ state: "detached" });
  await window.at("search-count").waitFor();
});

journey("filters narrow, and a search can be kept as a view of the rail", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  await indexed(desk);
  await search(window, "lang:ja status:open");
  await window.at("search-count").waitFor();
  await window.named("button", "Save as a view").click();
  await window.at("view-name").fill("請求・支払い");
  await window.at("view-save").click();
  await window.at("place-saved").filter({ hasText: "請求・支払い" }).waitFor();
  await window.reload();
  await window.at("place-saved").filter({ hasText: "請求・支払い" }).click();
  await window.at("list-title").filter({ hasText: "請求・支払い" }).waitFor();
  await window.ready();
  for (const language of await window.at("row").locator(".marks > .num").allInnerTexts()) {
    assert.equal(language, "ja");
  }
});

journey("a tag that no other ticket has hides none of those that are alike", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const row = await openTicket(desk, ({ subject }) => subject.includes("蓝屏"));
  await window.open(row.ticket);
  const like = window.at("context").getByText("Similar tickets");
  await like.waitFor();
  const before = (await whole(desk, row)).similar.length;
  assert.ok(before > 0, "the sample has tickets like it");
  await window.at("thread").focus();
  await window.press("l");
  await window.page.keyboard.type("aaa-only-here");
  await window.press("Enter");
  await until("the tag stands first", async () => {
    return (await whole(desk, row)).tags[0] === "aaa-only-here";
  });
  assert.equal((await whole(desk, row)).similar.length, before);
});
