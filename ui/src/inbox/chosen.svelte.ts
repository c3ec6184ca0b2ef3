/**
 * Which tickets of a list are chosen: some of them, or all that match but some. "All" is the whole
 * view, not the page, so it is kept as such and never as a list of rows.
 */
import { SvelteSet } from "svelte/reactivity";
import type { Selection, TicketId, View } from "../ipc/generated";

export class Chosen {
  /** Whether everything that matches is chosen, but for the exceptions. */
  all = $state(false);
  /** Chosen ones; exceptions when all are. */
  #named = new SvelteSet<TicketId>();

  has(ticket: TicketId): boolean {
    return this.#named.has(ticket) !== this.all;
  }

  /** Chooses one, or leaves it. */
  toggle(ticket: TicketId): void {
    if (!this.#named.delete(ticket)) this.#named.add(ticket);
  }

  /** Chooses these besides. */
  add(tickets: readonly TicketId[]): void {
    for (const ticket of tickets) {
      if (this.all) this.#named.delete(ticket);
      else this.#named.add(ticket);
    }
  }

  /** Chooses all that match. */
  chooseAll(): void {
    this.all = true;
    this.#named.clear();
  }

  clear(): void {
    this.all = false;
    this.#named.clear();
  }

  /** How many of a list of so many are chosen. */
  count(total: number): number {
    return this.all ? Math.max(0, total - this.#named.size) : this.#named.size;
  }

  /** What is chosen, as the desk is told. */
  selection(view: View): Selection {
    const named = [...this.#named].sort();
    return this.all
      ? { select: "all_of", view, except: named }
      : { select: "tickets", tickets: named };
  }
}
