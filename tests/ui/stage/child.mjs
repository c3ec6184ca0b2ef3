/**
 * A program that a test has started: what it says is kept, and it never outlives the test.
 *
 * Killing is `kill -9`, as a power cut or a crash would; stopping is polite.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";

/** How long a program may take until it has said what it should, milliseconds. */
const SAYS_WITHIN_MS = 60_000;
/** How long a program may take to end politely, milliseconds. */
const ENDS_WITHIN_MS = 8_000;

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.process.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

export class Child {
  /** Starts `program`; stderr and stdout go to the file `log`, stdout is also listened to. */
  constructor(program, args, { log, env = {} }) {
    this.program = program;
    this.log = log;
    this.lines = [];
    const stderr = openSync(log, "a");
    const stdio = ["ignore", "pipe", stderr];
    this.process = spawn(program, args, { stdio, env: { ...process.env, ...env } });
    closeSync(stderr);
    this.ended = once(this.process, "close");
    this.process.on("close", () => running.delete(this));
    running.add(this);
    this.reader = createInterface({ input: this.process.stdout });
    this.reader.on("line", (line) => {
      this.lines.push(line);
      appendFileSync(log, `${line}\n`);
    });
  }

  /** Waits for a line of stdout that matches; its groups. */
  async says(pattern) {
    const heard = this.lines.map((line) => line.match(pattern)).find(Boolean);
    if (heard) return heard;
    return new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`${this.program} ${why}; see ${this.log}`));
      const timer = setTimeout(() => fail(`never said ${pattern}`), SAYS_WITHIN_MS);
      this.process.on("error", (error) => fail(`does not start: ${error.message}`));
      this.process.on("close", () => {
        clearTimeout(timer);
        fail(`ended before it said ${pattern}`);
      });
      this.reader.on("line", (line) => {
        const match = line.match(pattern);
        if (!match) return;
        clearTimeout(timer);
        resolve(match);
      });
    });
  }

  /** Dead at once. */
  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  /** Ends in good order, or after a while by force. */
  async stop() {
    const timer = setTimeout(() => this.process.kill("SIGKILL"), ENDS_WITHIN_MS);
    this.process.kill("SIGTERM");
    await this.ended;
    clearTimeout(timer);
  }
}
