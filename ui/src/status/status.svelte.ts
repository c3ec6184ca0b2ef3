/**
 * How things stand, read at each notice and every few seconds besides: a heartbeat of the server
 * makes the data younger without changing anything, so no notice tells of it.
 */
import { call } from "../ipc/call";
import type { StatusView } from "../ipc/generated";
import { Rereading } from "../ipc/rereading";
import { learnOffset } from "../shared/now.svelte";
import { instant } from "../shared/time";

/** How often it is read without a notice, milliseconds. */
const LOOK_EVERY_MS = 4000;

class Status {
  view = $state.raw<StatusView>();
  #rereading = new Rereading(() => this.#read(), 100);

  /** Whether there is no way to the server now. */
  get offline(): boolean {
    const connection = this.view?.connection;
    return connection === "offline" || connection === "sign_in_needed";
  }

  /** Reads how things stand and follows it, until the returned function is called. */
  follow(): () => void {
    const leave = this.#rereading.follow(["status", "outbox", "session"]);
    const timer = setInterval(() => this.#rereading.ask(), LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      leave();
      this.view = undefined;
    };
  }

  async #read(): Promise<void> {
    try {
      const view = await call("status.get");
      learnOffset(instant(view.now) - Date.now());
      this.view = view;
    } catch {
      // The desk is closed just now; the session says so.
    }
  }
}

/** The status of the window. */
export const status = new Status();
