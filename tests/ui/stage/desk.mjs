/**
 * A real desk in a process of its own, served to a browser by `holdfast-host`.
 *
 * It has a home of its own without a keyring. A journey reads and acts through the page; `call`
 * asks the desk directly, to prepare a situation or to look at what became of it.
 */
import { mkdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { Child } from "./child.mjs";
import { bin } from "./places.mjs";

export class Desk {
  /** `login` of a sample person, or none for a desk at which nobody sits yet. */
  static async start({ home, name, url, login, secrets }) {
    const desk = new Desk();
    Object.assign(desk, { home: join(home, name), name, url, login, secrets });
    desk.log = join(home, `${name}.log`);
    mkdirSync(join(desk.home, "run"), { recursive: true, mode: 0o700 });
    await desk.resume();
    return desk;
  }

  /** Starts it, again or for the first time. Pages that were open lose it. */
  async resume() {
    const args = ["--profile-root", join(this.home, "profiles"), "--server", this.url];
    if (this.login) args.push("--sample-login", this.login, "--sample-secrets", this.secrets);
    const env = {
      HOME: this.home,
      XDG_RUNTIME_DIR: join(this.home, "run"),
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(this.home, "run/no-bus")}`,
    };
    this.child = new Child(join(bin, "holdfast-host"), args, { log: this.log, env });
    const [, origin, token] = await this.child.says(/open (http:\S+)\/#token=(\S+)/);
    Object.assign(this, { origin, token, cookie: undefined });
  }

  /** The address with its one-time token, as a person opens it. */
  get address() {
    return `${this.origin}/#token=${this.token}`;
  }

  /** The cookie that the token is exchanged for. A desk is entered once, by this or by a page. */
  async enter() {
    if (this.cookie) return this.cookie;
    const { headers } = await this.#post("/enter", { token: this.token });
    this.cookie = headers["set-cookie"]?.[0]?.split(";")[0];
    if (!this.cookie) throw new Error(`the desk of ${this.name} lets nobody in`);
    return this.cookie;
  }

  /** Asks the desk; throws what it fails with. */
  async call(name, body = {}) {
    await this.enter();
    const { status, answer } = await this.#post("/call", { name, request: body });
    if (status === 200) return answer;
    const { code, message } = answer;
    throw Object.assign(new Error(`${name}: ${code}: ${message}`), { code });
  }

  /** Changes some of the person's settings. */
  async set(change) {
    return this.call("settings.set", { ...(await this.call("settings.get")), ...change });
  }

  /** `kill -9`. */
  async kill() {
    await this.child.kill();
  }

  async stop() {
    await this.child.stop();
  }

  #post(path, body) {
    const headers = { "content-type": "application/json", origin: this.origin };
    if (this.cookie) headers.cookie = this.cookie;
    return new Promise((resolve, reject) => {
      const asked = request(`${this.origin}${path}`, { method: "POST", headers }, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => {
          const text = Buffer.concat(parts).toString();
          const { statusCode: status, headers: told } = response;
          resolve({ status, headers: told, answer: text === "" ? null : JSON.parse(text) });
        });
      });
      asked.on("error", reject);
      asked.end(JSON.stringify(body));
    });
  }
}
