/**
 * A world for one journey: a server with the sample desk, desks, windows. All of it goes when the
 * journey ends; when it failed, pictures, pages and logs stay.
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Desk } from "./desk.mjs";
import { failures, folder } from "./places.mjs";
import { Server } from "./server.mjs";
import { until } from "./until.mjs";
import { Window } from "./window.mjs";
import { Wire } from "./wire.mjs";

/** An agent of the first line, her colleague, a specialist, and who may move their work. */
export const ELENA = "elena.ruiz@holdfast.example";
export const TOMAS = "tomas.sierra@holdfast.example";
export const MINA = "mina.park@holdfast.example";
export const HANNAH = "hannah.vogel@holdfast.example";

export class World {
  desks = [];
  windows = [];
  wires = [];

  static async begin() {
    const world = new World();
    world.home = folder("journey");
    world.server = await Server.start(world.home);
    return world;
  }

  /**
   * A desk of a sample person, complete and in step with the server. Sending is not held back for
   * undoing unless `undo_send_s` says so. `wired` desks have a cable of their own: `desk.wire`.
   */
  async desk(login, { undo_send_s = 0, wired = false, language = "en" } = {}) {
    const desk = await this.strangersDesk(login, wired);
    await desk.set({ undo_send_s, language });
    await this.synced(desk);
    return desk;
  }

  /** A desk at which a person sits by the sample's secrets, or nobody yet. */
  async strangersDesk(login, wired = false) {
    const wire = wired ? await Wire.lay(this.server) : undefined;
    if (wire) this.wires.push(wire);
    const { home, server } = this;
    const name = `desk-${this.desks.length}-${login ?? "nobody"}`;
    const { url } = wire ?? server;
    const desk = await Desk.start({ home, name, url, login, secrets: server.secrets });
    this.desks.push(desk);
    desk.wire = wire;
    return desk;
  }

  /** Waits until a desk has everything and is in step. */
  async synced(desk) {
    await until(`${desk.name} is in step`, async () => {
      const { connection, sending, saved, fetching } = await desk.call("status.get");
      return connection === "synced" && sending === 0 && saved === 0 && fetching === null;
    });
  }

  /** Waits until a desk knows that there is no connection. */
  async offline(desk) {
    await until(`${desk.name} is offline`, async () => {
      return (await desk.call("status.get")).connection === "offline";
    });
  }

  async window(desk, how) {
    const window = await Window.open(desk, how);
    this.windows.push(window);
    return window;
  }

  /** A desk of a sample person and its window, with the list in sight. */
  async seat(login, how = {}) {
    const desk = await this.desk(login, how);
    const window = await this.window(desk, how);
    await window.ready();
    return { desk, window };
  }

  /** What must never happen has not happened in any window. */
  nothingWrong() {
    const faults = this.windows.flatMap(({ faults }) => faults);
    if (faults.length > 0) throw new Error(`the page went wrong: ${faults.join("; ")}`);
  }

  /** Keeps what a reader needs to see why a journey failed. */
  async keep(sentence) {
    const place = join(failures, sentence.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 80));
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
    for (const [at, { page }] of this.windows.entries()) {
      if (page.isClosed()) continue;
      await page.screenshot({ path: join(place, `window-${at}.png`) });
      writeFileSync(join(place, `window-${at}.html`), await page.content());
    }
    for (const log of readdirSync(this.home).filter((name) => name.endsWith(".log"))) {
      copyFileSync(join(this.home, log), join(place, log));
    }
    return place;
  }

  async end() {
    for (const window of this.windows) await window.close();
    for (const desk of this.desks) await desk.stop();
    for (const wire of this.wires) await wire.cut();
    await this.server.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}
