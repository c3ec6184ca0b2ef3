/**
 * Every screen there is and the way to it, in any language: for pictures and for the judge of
 * accessibility. Each way begins at a window with the list in sight.
 */
import { until } from "./until.mjs";
import { TOMAS } from "./world.mjs";

/** How a window may look. */
export const LOOKS = [
  { name: "light", theme: "light", language: "en" },
  { name: "dark", theme: "dark", language: "en" },
  { name: "contrast", theme: "contrast", language: "en" },
  { name: "ar", theme: "light", language: "ar" },
];

const dialog = (window) => window.page.getByRole("dialog").waitFor();
// Rows of the list behind a sheet are options, too.
const found = (window) => window.page.getByRole("dialog").getByRole("option").first();
const options = (window) => found(window).waitFor();

async function place(window, key) {
  await window.page.locator(`[data-key="${key}"]`).click();
  await window.page.locator(`[data-key="${key}"][aria-current=page]`).waitFor();
}

async function blueScreen(window, { blueScreen: { ticket } }) {
  await place(window, "mine");
  await window.open(ticket);
  await window.at("context").waitFor();
}

/** Opens the ticket and presses keys that belong to it. */
const onTicket =
  (keys, then = dialog) =>
  async (window, scene) => {
    await blueScreen(window, scene);
    await window.at("thread").focus();
    await window.press(...keys);
    await then(window);
  };

const listed = async (window, rows) => {
  await until("the list is read", async () => (await window.at("row").count()) >= rows);
};

/** With a network: `who` sits at the desk that shows it. */
export const ONLINE = {
  desk: { who: "elena", show: blueScreen },
  note: {
    who: "elena",
    show: onTicket(["n"], (window) =>
      window.page.waitForFunction(() => document.activeElement?.matches(".composer.note textarea")),
    ),
  },
  clock: {
    who: "elena",
    show: onTicket(["Space"], (window) => window.page.locator(".pop").waitFor()),
  },
  status: {
    who: "elena",
    show: onTicket(["s"], (window) => window.page.getByRole("menu").waitFor()),
  },
  escalate: {
    who: "elena",
    show: onTicket(["Shift+E"], async (window) => {
      await window.at("candidates").waitFor();
      await window.page.waitForFunction(() => document.activeElement?.matches("textarea"));
    }),
  },
  assign: { who: "elena", show: onTicket(["a"], options) },
  solve: { who: "elena", show: onTicket(["e"], (window) => window.at("solve").waitFor()) },
  pending: { who: "elena", show: onTicket(["h"], options) },
  macro: { who: "elena", show: onTicket(["m"], options) },
  palette: { who: "elena", show: onTicket(["Control+k"], options) },
  "palette-none": {
    who: "elena",
    show: onTicket(["Control+k"], async (window) => {
      await options(window);
      await window.page.keyboard.type("zzzz");
      await found(window).waitFor({ state: "detached" });
    }),
  },
  keys: { who: "elena", show: onTicket(["?"]) },
  "new-ticket": { who: "elena", show: onTicket(["Shift+N"], options) },
  search: {
    who: "elena",
    async show(window) {
      await window.press("/");
      await window.at("search").fill("蓝屏");
      await window.at("search-count").waitFor();
      await window.press("Enter");
      await window.at("subject").waitFor();
    },
  },
  "search-help": {
    who: "elena",
    async show(window) {
      await window.press("/");
      await window.at("search").waitFor();
    },
  },
  "search-wrong": {
    who: "elena",
    async show(window) {
      await window.press("/");
      await window.at("search").fill("蓝屏 before:never");
      await window.at("search-wrong").waitFor();
    },
  },
  settings: {
    who: "elena",
    async show(window) {
      await place(window, "settings");
      await window.at("settings").waitFor();
    },
  },
  empty: {
    who: "elena",
    async show(window) {
      await place(window, "needs_you");
      await window.page.locator(".list .panel:not(.loading)").waitFor();
    },
  },
  chosen: {
    who: "hannah",
    async show(window) {
      await place(window, "all");
      await listed(window, 5);
      await window.press("j", "x", "Shift+J", "Shift+J");
      await window.at("chosen").waitFor();
    },
  },
  bulk: {
    who: "hannah",
    async show(window) {
      await place(window, "unassigned");
      await listed(window, 5);
      await window.press("*");
      await window.at("bulk-open").click();
      await dialog(window);
      await options(window);
      await window.page.keyboard.type("Mina");
      await window.press("Enter");
      await window.at("bulk-plan").waitFor();
    },
  },
};

/** In the outage. */
export const OFFLINE = {
  held: {
    who: "elena",
    async show(window, scene) {
      await blueScreen(window, scene);
      await window.page.locator("[data-testid=need][data-need=held]").waitFor();
      await window.hasWords("composer-text");
    },
  },
  conflict: {
    who: "elena",
    async show(window, { invoice }) {
      await place(window, "needs_you");
      await window.open(invoice.ticket);
      await window.page.locator("[data-testid=need][data-need=conflict]").waitFor();
    },
  },
  outbox: {
    who: "elena",
    async show(window, scene) {
      await blueScreen(window, scene);
      await window.at("outbox").click();
      await window.at("outbox-row").first().waitFor();
    },
  },
  drafts: {
    who: "elena",
    async show(window) {
      await place(window, "drafts");
      await window.page.locator(".list .begun").first().waitFor();
    },
  },
};

/** Goes through screens in one look; `each` gets the window and the screen's name. */
export async function tour(scene, screens, look, each) {
  const windows = new Map();
  for (const [name, { who, show }] of Object.entries(screens)) {
    const desk = scene[who];
    if (!windows.has(who)) {
      await desk.set({ theme: look.theme, language: look.language });
      windows.set(who, await scene.world.window(desk, { theme: look.theme }));
    } else {
      await windows.get(who).reload();
    }
    const window = windows.get(who);
    await window.ready();
    await show(window, scene);
    await window.settled();
    await each(window, name);
  }
  for (const window of windows.values()) await window.close();
}

/** What stands before the desk: `show` begins at an address nobody has entered yet. */
export const DOORS = {
  "sign-in": {
    async show(world, look) {
      const window = await world.window(await world.strangersDesk(), { ...look, byToken: true });
      await window.at("login").waitFor();
      return window;
    },
  },
  passphrase: {
    async show(world, look) {
      const window = await world.window(await world.strangersDesk(), { ...look, byToken: true });
      const [login, { password }] = Object.entries(world.server.people)[0];
      await window.at("login").fill(login);
      await window.at("password").fill(password);
      await window.at("sign-in").click();
      await window.at("passphrase").waitFor();
      return window;
    },
  },
  unlock: {
    async show(world, look) {
      const desk = await world.strangersDesk(TOMAS);
      await world.synced(desk);
      await desk.kill();
      desk.login = undefined;
      await desk.resume();
      const window = await world.window(desk, { ...look, byToken: true });
      await window.at("unlock").waitFor();
      return window;
    },
  },
};

/** Goes to each door in one look. */
export async function knock(world, doors, look, each) {
  const locale = look.language === "en" ? "en-US" : look.language;
  for (const [name, { show }] of Object.entries(doors)) {
    const window = await show(world, { theme: look.theme, locale });
    await window.settled();
    await each(window, name);
    await window.close();
  }
}
