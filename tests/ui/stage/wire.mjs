/**
 * A network cable between one desk and the server, which can be pulled while others keep theirs.
 *
 * Pulled, its port refuses and what ran over it is cut. Deliberately absent: slowness and loss.
 */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { freePort } from "./server.mjs";

export class Wire {
  /** Lays one to the server's port. */
  static async lay(server) {
    const wire = new Wire();
    wire.port = await freePort();
    wire.to = server.port;
    await wire.mend();
    return wire;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async mend() {
    this.open = new Set();
    this.end = createServer((near) => this.#carry(near)).listen(this.port, "127.0.0.1");
    await once(this.end, "listening");
  }

  async cut() {
    const closed = once(this.end, "close");
    this.end.close();
    for (const socket of this.open) socket.destroy();
    await closed;
  }

  #carry(near) {
    const far = connect(this.to, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      this.open.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
