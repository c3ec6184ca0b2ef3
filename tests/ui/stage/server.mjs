/**
 * A real server with the sample desk in a process of its own. It can die and come back on its
 * port, and customers can write to it.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Child } from "./child.mjs";
import { bin } from "./places.mjs";
import { copyTo } from "./sample.mjs";

/** What the customers' channel shows at the door. */
const CHANNEL_TOKEN = "a channel of the browser's tests";

export class Server {
  /** Starts one in the folder `home`. */
  static async start(home) {
    const server = new Server();
    server.home = home;
    server.port = await freePort();
    const data = join(home, "server");
    const { secrets, people } = await copyTo(data);
    Object.assign(server, { secrets, people });
    const settings = [
      `listen = "127.0.0.1:${server.port}"`,
      `data_dir = ${JSON.stringify(data)}`,
      `channel_tokens = { portal = "${CHANNEL_TOKEN}" }`,
    ];
    writeFileSync(join(home, "server.toml"), `${settings.join("\n")}\n`);
    await server.resume();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Its process is dead from now on and its port refuses. */
  async kill() {
    await this.child.kill();
  }

  /** The same server again, on its old port. */
  async resume() {
    this.child = new Child(
      join(bin, "holdfast-server"),
      ["--config", join(this.home, "server.toml"), "serve"],
      { log: join(this.home, "server.log") },
    );
    await this.child.says(/listening on http/);
  }

  async stop() {
    await this.child.stop();
  }

  /** A customer writes: `{ contact, ticket, text }`, or `subject` and `severity` for a new one. */
  async customerWrites(words) {
    const answer = await fetch(`${this.url}/v1/intake`, {
      method: "POST",
      headers: { authorization: `Bearer ${CHANNEL_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ external_id: randomUUID(), ...words }),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`the intake refused: ${JSON.stringify(said)}`);
    return said;
  }

  /** What left for customers, oldest first. */
  async deliveries() {
    const answer = await fetch(`${this.url}/v1/deliveries`, {
      headers: { authorization: `Bearer ${CHANNEL_TOKEN}` },
    });
    return answer.json();
  }
}

/**
 * Ports are taken below those that the system gives to connections going out: what is down for a
 * while finds its port free when it comes back. Each process looks in a part of its own.
 */
const PORTS = { first: 12_000, count: 20_000, apart: 100 };
let asked = 0;

/** A port that is free now, and that nobody else on this machine is likely to take. */
export async function freePort() {
  for (;;) {
    const place = (process.pid * PORTS.apart + asked++) % PORTS.count;
    const probe = createServer().listen(PORTS.first + place, "127.0.0.1");
    try {
      await once(probe, "listening");
    } catch (taken) {
      if (taken.code !== "EADDRINUSE") throw taken;
      continue;
    }
    probe.close();
    await once(probe, "close");
    return PORTS.first + place;
  }
}
