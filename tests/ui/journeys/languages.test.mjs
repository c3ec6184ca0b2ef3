/** The window in other languages: mirrored in Arabic, Chinese by a menu, names kept as they are. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { chineseTicket } from "../stage/tickets.mjs";
import { until } from "../stage/until.mjs";
import { ELENA } from "../stage/world.mjs";

const middleOf = async (locator) => {
  const { x, width } = await locator.boundingBox();
  return x + width / 2;
};

journey("in Arabic the whole window is mirrored", async (world) => {
  const { desk, window } = await world.seat(ELENA, { language: "ar" });
  await window.open((await chineseTicket(desk)).ticket);
  const html = window.page.locator("html");
  assert.equal(await html.getAttribute("dir"), "rtl");
  assert.equal(await html.getAttribute("lang"), "ar");
  const [rail, list, ticket, context] = await Promise.all(
    [window.page.locator("nav.rail"), window.list(), window.at("ticket"), window.at("context")].map(
      middleOf,
    ),
  );
  assert.ok(rail > list && list > ticket && ticket > context, "from the right to the left");
  // What floats over the page is turned, too.
  await window.at("status").click();
  const menu = window.page.getByRole("menu");
  await menu.waitFor();
  assert.equal(await menu.evaluate((element) => getComputedStyle(element).direction), "rtl");
  await window.press("Escape");
  // What the customer wrote keeps its own direction.
  const words = window.page.locator("[data-testid=entry][data-kind=message] [dir=auto]").first();
  assert.equal(await words.evaluate((element) => getComputedStyle(element).direction), "ltr");
  const number = window.page.locator(".t-meta .num").first();
  assert.match(await window.words(number), /#\d+/);
});

journey("the language is changed by a command and stays after a reload", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  await window.press("g", "s");
  await window.page.getByRole("combobox", { name: /^Language/ }).click();
  await window.page.getByRole("option", { name: "简体中文" }).click();
  await window.page.locator("html[lang=zh-Hans]").waitFor();
  await window
    .at("place-mine")
    .filter({ hasText: /\p{Script=Han}/u })
    .waitFor();
  await until("it is saved", async () => (await desk.call("settings.get")).language === "zh-Hans");
  await window.reload();
  await window.page.locator("html[lang=zh-Hans]").waitFor();
});
