/**
 * A page of the UI and what a person does with it. Things are found by their `data-testid`.
 *
 * It also listens for what must never happen: an uncaught error, a dialog, a breach of the page's
 * content security policy.
 */
import { browser } from "./browser.mjs";
import { stillable } from "./still.mjs";
import { until } from "./until.mjs";

/** The mock's size; pictures are taken at it. */
export const SIZE = { width: 1440, height: 900 };
/** What sets names and numbers apart from the direction around them; nobody sees it. */
const ISOLATES = /[\u2066-\u2069]/gu;

const plain = (words) => words.replace(ISOLATES, "").trim();

/** How long a click may wait for its target, milliseconds. */
const ACT_WITHIN_MS = 20_000;

export class Window {
  /** Opens the desk's address. `theme` and `locale` are what the system would say. */
  static async open(desk, { theme = "light", locale = "en-US", byToken = false } = {}) {
    const window = new Window();
    window.desk = desk;
    window.context = await (await browser()).newContext({
      viewport: SIZE,
      locale,
      timezoneId: "Europe/Berlin",
      colorScheme: theme === "dark" ? "dark" : "light",
      contrast: theme === "contrast" ? "more" : "no-preference",
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
    });
    window.context.setDefaultTimeout(ACT_WITHIN_MS);
    window.page = await window.context.newPage();
    window.faults = [];
    await window.#listen();
    await window.#enter(byToken);
    return window;
  }

  async #listen() {
    const fault = (what) => this.faults.push(what);
    this.page.on("pageerror", (error) => fault(`uncaught: ${error.stack ?? error}`));
    this.page.on("dialog", (dialog) => {
      // The page asks before it is left with words that are not saved; that is not a fault.
      if (dialog.type() !== "beforeunload") fault(`dialog: ${dialog.message()}`);
      void dialog.accept();
    });
    await this.page.exposeFunction("holdfastBreach", (what) => fault(`policy: ${what}`));
    await this.page.addInitScript(stillable);
    await this.page.addInitScript(() => {
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
        window.holdfastBreach(`${violatedDirective} ${blockedURI} ${sample}`);
      });
    });
  }

  async #enter(byToken) {
    if (byToken) {
      await this.page.goto(this.desk.address);
      return;
    }
    const [name, value] = (await this.desk.enter()).split("=");
    await this.context.addCookies([{ name, value, url: this.desk.origin }]);
    await this.page.goto(this.desk.origin);
  }

  /** By `data-testid`. */
  at(id) {
    return this.page.getByTestId(id);
  }

  /** A button, tab, option … by its role and name. */
  named(role, name) {
    return this.page.getByRole(role, { name });
  }

  /** The row of a ticket. */
  row(ticket) {
    return this.page.locator(`[data-testid=row][data-id="${ticket}"]`);
  }

  /** Entries of the thread that hold these words. */
  entry(words) {
    return this.at("entry").filter({ hasText: words });
  }

  /** The desk is there: its list has rows. */
  async ready() {
    await this.at("row").first().waitFor();
  }

  /** The pane of rows. */
  list() {
    return this.page.locator("section.list [role=listbox]");
  }

  /** Opens a ticket from the list, which is scrolled until its row is there. */
  async open(ticket) {
    await this.ready();
    const row = this.row(ticket);
    await until("the row is in sight", async () => {
      if ((await row.count()) > 0) return true;
      // Half a page on; from the end to the beginning.
      await this.list().evaluate((pane) => {
        const left = pane.scrollHeight - pane.clientHeight - pane.scrollTop;
        pane.scrollTop = left < 1 ? 0 : pane.scrollTop + pane.clientHeight / 2;
      });
      return false;
    });
    const subject = await row.locator(".subject").innerText();
    await row.click();
    await this.at("subject").filter({ hasText: subject }).waitFor();
  }

  /** Goes to a list by its keys, until it is there. */
  async goTo(title, ...keys) {
    await this.press(...keys);
    await this.at("list-title").filter({ hasText: title }).waitFor();
    await this.at("list-count").waitFor();
  }

  /** Presses keys one after the other, as `g i` or `Shift+E`; how many strokes that were. */
  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
    return keys.length;
  }

  /** Writes into the composer of a kind, as keys. */
  async write(kind, words) {
    await this.at(`composer-${kind}`).click();
    await this.at("composer-text").click();
    await this.page.keyboard.insertText(words);
    await this.hasText("composer-text", words);
  }

  /** Waits until a field holds exactly these words. */
  async hasText(id, words) {
    await until(`the field ${id} says what was written`, async () => {
      return (await this.at(id).inputValue()) === words;
    });
  }

  /** Waits until the status bar says so: `synced`, `sending`, `offline`, `needs_you`. */
  async connection(state) {
    await this.page.locator(`[data-testid=status-connection][data-state=${state}]`).waitFor();
  }

  /** Waits until a field holds any words. */
  async hasWords(id) {
    await until(`the field ${id} has words`, async () => (await this.at(id).inputValue()) !== "");
  }

  /** Letters have their faces, nothing moves, two frames were painted: it looks as it will. */
  async settled() {
    await this.page.evaluate(async () => {
      await document.fonts.ready;
      // What is called off in mid-way is done, too.
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    });
  }

  /** Waits until our words in the thread are in a state: `saved`, `sending`, `sent`. */
  async came(words, state) {
    await until(`“${words}” is ${state}`, async () => {
      return (await this.entry(words).getAttribute("data-state", { timeout: 500 })) === state;
    });
  }

  /** Presses a file until it has been fetched to this computer and is handed over. */
  async fetched(file) {
    let handed = false;
    this.page.once("download", () => {
      handed = true;
    });
    await until("the file is here", async () => {
      if (handed) return true;
      await file.click();
      return handed;
    });
  }

  /** The words a person would read there. */
  async text(id) {
    return plain(await this.at(id).innerText());
  }

  /** Waits until something says so. */
  async says(locator, pattern) {
    await until(`it says ${pattern}`, async () => pattern.test(await this.words(locator)));
  }

  /** The same of any part of the page. */
  async words(locator) {
    return plain(await locator.innerText());
  }

  async reload() {
    await this.page.reload();
  }

  async close() {
    await this.context.close();
  }
}
