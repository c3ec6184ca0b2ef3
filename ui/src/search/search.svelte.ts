/** What is searched for, and what was found so far. An older answer never replaces a newer one. */
import { call } from "../ipc/call";
import { type Shown, shown } from "../ipc/error";
import type { HitView, Progress } from "../ipc/generated";
import { type Wrong, wrongOf } from "./wrong";

/** Hits asked for at a time. */
const HITS = 50;
/** Pause in typing after which a search is run, milliseconds. */
export const PAUSE_MS = 90;

class Search {
  /** As typed. */
  query = $state("");
  hits = $state.raw<HitView[]>([]);
  more = $state(false);
  /** Still being indexed. */
  indexing = $state.raw<Progress | null>(null);
  /** What of the query cannot be understood. */
  wrong = $state.raw<Wrong>();
  /** Why it could not be run. */
  failure = $state.raw<Shown>();
  /** The query that the hits answer. */
  answered = $state("");
  #run = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The query was changed: searches after a short pause. */
  typed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.run(), PAUSE_MS);
  }

  /** Searches now. */
  async run(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#ask(0);
  }

  /** Fetches the hits after those that are here. */
  async further(): Promise<void> {
    if (this.more && this.answered === this.query) await this.#ask(this.hits.length);
  }

  async #ask(offset: number): Promise<void> {
    const own = ++this.#run;
    const query = this.query;
    try {
      const found =
        query.trim() === ""
          ? { hits: [], more: false, indexing: null }
          : await call("search.run", { query, offset, limit: HITS });
      if (own !== this.#run) return;
      this.hits = offset === 0 ? found.hits : [...this.hits, ...found.hits];
      [this.more, this.indexing, this.answered] = [found.more, found.indexing, query];
      [this.wrong, this.failure] = [undefined, undefined];
    } catch (thrown) {
      if (own !== this.#run) return;
      this.wrong = wrongOf(query, thrown);
      this.failure = this.wrong ? undefined : shown(thrown);
    }
  }
}

/** The search of the window: what was found is still there when one comes back. */
export const search = new Search();
