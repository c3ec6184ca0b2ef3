/** Which row comes next. Rows are numbered from 0; -1 means that none is current. */
import type { TicketId } from "../ipc/generated";

/**
 * The row one step on from `from`, or undefined where the list ends. `gone`: the ticket that stood
 * at `from` has left the list, so that the one after it stands there now.
 */
export function stepFrom(
  from: number,
  by: 1 | -1,
  total: number,
  gone: boolean,
): number | undefined {
  if (total === 0) return undefined;
  if (from < 0) return by > 0 ? 0 : total - 1;
  const next = gone && by > 0 ? from : from + by;
  if (next < 0) return undefined;
  if (next >= total) return gone ? total - 1 : undefined;
  return next;
}

/**
 * The row to go on with when a ticket is done: the one after it, else the one before it. `index`
 * is where it stands (-1: it has left), `last` where it stood.
 */
export function afterLeaving(index: number, last: number, total: number): number | undefined {
  if (index >= 0) {
    if (index + 1 < total) return index + 1;
    return index > 0 ? index - 1 : undefined;
  }
  if (last < 0 || total === 0) return undefined;
  return Math.min(last, total - 1);
}

/** Where the tickets of a list stand; -1 for one that is not here. */
export type Rows = {
  row(index: number): { ticket: TicketId } | undefined;
  indexOf(ticket: TicketId): number;
};

/**
 * Who stood beside a ticket of a list when its reader came to it. A list that moves the ticket,
 * because of an answer, leaves its reader where she was; another order is another list.
 */
export class Beside {
  readonly #list: Rows;
  /** The ticket that was come to. */
  ticket: TicketId | undefined;
  #at = -1;
  #next: TicketId | undefined;
  #previous: TicketId | undefined;

  constructor(list: Rows) {
    this.#list = list;
  }

  /** The reader comes to a ticket at a row. */
  come(ticket: TicketId, at: number): void {
    [this.ticket, this.#at] = [ticket, at];
    this.#next = this.#list.row(at + 1)?.ticket;
    this.#previous = at > 0 ? this.#list.row(at - 1)?.ticket : undefined;
  }

  /** The row one step on if the ticket stands at another row now; undefined if it does not. */
  step(at: number, by: 1 | -1, total: number): number | undefined {
    if (at < 0 || at === this.#at) return undefined;
    const neighbour = by > 0 ? this.#next : this.#previous;
    const row = neighbour === undefined ? -1 : this.#list.indexOf(neighbour);
    return row >= 0 ? row : stepFrom(this.#at, by, total, at > this.#at);
  }
}
