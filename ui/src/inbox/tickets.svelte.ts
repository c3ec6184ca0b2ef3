/**
 * The tickets of one list, in one order: only the pages around what is seen are here.
 *
 * At a notice only the pages in sight are read again; the others are forgotten, and read when they
 * come into sight. What stands stays until the new answer is whole, so nothing flickers.
 */
import { SvelteMap } from "svelte/reactivity";
import { call } from "../ipc/call";
import { type Shown, shown } from "../ipc/error";
import type { PageView, RowView, Sort, TicketId, View } from "../ipc/generated";
import { Rereading } from "../ipc/rereading";
import { farthest, PAGE_ROWS, pagesOf, placeOf } from "./paging";

/** Most tickets that one stroke of extending may choose. */
export const RANGE_MAX = 5000;

export class Tickets {
  readonly view: View;
  readonly sort: Sort;
  /** Rows in the whole list; undefined until the first answer. */
  total = $state<number>();
  /** Why it could not be read. */
  failure = $state.raw<Shown>();
  readonly #around: (exchange: () => void) => void;
  #pages = new SvelteMap<number, readonly RowView[]>();
  #coming = new Set<number>();
  #seen: readonly [number, number] = [0, 0];
  #over = false;
  #rereading = new Rereading(() => this.#reread());

  /** `around` is called around the exchange of rows, so that the caller can keep its place. */
  constructor(
    view: View,
    sort: Sort,
    around: (exchange: () => void) => void = (exchange) => exchange(),
  ) {
    this.view = view;
    this.sort = sort;
    this.#around = around;
  }

  /** Reads the list and follows it, until the returned function is called. */
  follow(): () => void {
    const leave = this.#rereading.follow(["list", "ticket", "outbox", "draft", "directory"]);
    return () => {
      this.#over = true;
      leave();
    };
  }

  /** Reads what is in sight again. */
  ask(): void {
    this.#rereading.ask();
  }

  /** The row at a place, if it is here. */
  row(index: number): RowView | undefined {
    const { page, row } = placeOf(index);
    return this.#pages.get(page)?.[row];
  }

  /** Where a ticket stands, -1 if it is not among the pages that are here. */
  indexOf(ticket: TicketId): number {
    for (const [page, rows] of this.#pages) {
      const row = rows.findIndex((one) => one.ticket === ticket);
      if (row >= 0) return page * PAGE_ROWS + row;
    }
    return -1;
  }

  /** These rows are in sight (ends included): what is missing is read. */
  see(first: number, last: number): void {
    this.#seen = [first, last];
    void this.#fetch(pagesOf(first, last, this.total ?? 1));
  }

  /** The tickets from one place to another, in order; pages that are not here are read. */
  async range(from: number, to: number): Promise<TicketId[]> {
    const [first, last] = from <= to ? [from, to] : [to, from];
    const end = Math.min(last, first + RANGE_MAX - 1);
    await this.#fetch(pagesOf(first, end, this.total ?? 0));
    const found: TicketId[] = [];
    for (let index = first; index <= end; index += 1) {
      const row = this.row(index);
      if (row) found.push(row.ticket);
    }
    return found;
  }

  async #fetch(pages: readonly number[]): Promise<void> {
    const missing = pages.filter((page) => !this.#pages.has(page) && !this.#coming.has(page));
    if (missing.length === 0) return;
    for (const page of missing) this.#coming.add(page);
    try {
      const answers = await this.#read(missing);
      if (this.#over) return;
      this.#put(missing, answers);
    } catch (thrown) {
      if (!this.#over) this.failure = shown(thrown);
    } finally {
      for (const page of missing) this.#coming.delete(page);
    }
  }

  async #reread(): Promise<void> {
    const [first, last] = this.#seen;
    const pages = this.total === undefined ? [0] : pagesOf(first, last, Math.max(1, this.total));
    try {
      const answers = await this.#read(pages);
      if (this.#over) return;
      this.#around(() => {
        for (const page of [...this.#pages.keys()]) {
          if (!pages.includes(page)) this.#pages.delete(page);
        }
        this.#put(pages, answers);
      });
    } catch (thrown) {
      if (!this.#over) this.failure = shown(thrown);
    }
  }

  #read(pages: readonly number[]): Promise<PageView[]> {
    const { view, sort } = this;
    return Promise.all(
      pages.map((page) =>
        call("view.page", { view, sort, offset: page * PAGE_ROWS, limit: PAGE_ROWS }),
      ),
    );
  }

  #put(pages: readonly number[], answers: readonly PageView[]): void {
    for (const [place, answer] of answers.entries()) {
      const page = pages[place];
      if (page !== undefined) this.#pages.set(page, answer.rows);
      this.total = answer.total;
    }
    this.failure = undefined;
    const seen = pagesOf(...this.#seen, this.total ?? 0);
    for (const page of farthest([...this.#pages.keys()], seen)) this.#pages.delete(page);
  }
}
