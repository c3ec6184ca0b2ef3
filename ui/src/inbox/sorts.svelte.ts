/** The order each list was last put in. Kept while the window stands. */
import { SvelteMap } from "svelte/reactivity";
import type { Sort, View } from "../ipc/generated";
import { keyOf } from "../views/place";

class Sorts {
  #wanted = new SvelteMap<string, Sort>();

  /** The order of a list: what is done is read backwards, the rest by what is due. */
  of(view: View): Sort {
    return this.#wanted.get(keyOf(view)) ?? (view.view === "finished" ? "newest" : "due");
  }

  set(view: View, sort: Sort): void {
    this.#wanted.set(keyOf(view), sort);
  }
}

/** The orders of the window. */
export const sorts = new Sorts();
