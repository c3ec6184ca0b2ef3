/** The numbers beside the views, read again at each notice that may change them. */
import { call } from "../ipc/call";
import type { View, ViewCount } from "../ipc/generated";
import { Rereading } from "../ipc/rereading";
import { keyOf } from "../views/place";

/** Least time between two readings, milliseconds: each counts every view. */
const PAUSE_MS = 400;

class Counts {
  list = $state.raw<ViewCount[]>([]);
  #rereading = new Rereading(() => this.#read(), PAUSE_MS);

  /** Reads the numbers and follows them, until the returned function is called. */
  follow(): () => void {
    const leave = this.#rereading.follow(["list", "ticket", "outbox", "draft", "directory"]);
    return () => {
      leave();
      this.list = [];
    };
  }

  /** How many tickets a view has; 0 until it is known. */
  of(view: View): number {
    return this.list.find((one) => keyOf(one.view) === keyOf(view))?.count ?? 0;
  }

  async #read(): Promise<void> {
    try {
      this.list = await call("view.counts");
    } catch {
      // The numbers that stand are better than none; the list itself says what is wrong.
    }
  }
}

/** The numbers of the window. */
export const counts = new Counts();
