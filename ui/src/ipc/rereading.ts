/**
 * Reading again when the desk says that something changed: never two readings at once, so an older
 * answer cannot come after a newer one, and never more often than the eye can follow.
 */
import { subscribe } from "./call";
import type { NoticeView } from "./generated";

/** Least time from the end of one reading to the start of the next, milliseconds. */
export const PAUSE_MS = 150;

export type Noun = NoticeView["noun"];

export class Rereading {
  readonly #read: () => Promise<void>;
  readonly #pause_ms: number;
  #busy = false;
  #again = false;
  #over = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `read` deals with its own failures. */
  constructor(read: () => Promise<void>, pause_ms: number = PAUSE_MS) {
    this.#read = read;
    this.#pause_ms = pause_ms;
  }

  /** Reads now, or once more after the reading that is under way. */
  ask(): void {
    if (this.#over) return;
    if (this.#busy) this.#again = true;
    else void this.#run();
  }

  /** Asks now and at each notice of these nouns (or of everything), until what it returns is called. */
  follow(nouns: readonly Noun[]): () => void {
    this.#over = false;
    this.#busy = false;
    const leave = subscribe(({ noun }) => {
      if (noun === "everything" || nouns.includes(noun)) this.ask();
    });
    this.ask();
    return () => {
      leave();
      this.stop();
    };
  }

  /** Reads no more. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#busy = true;
    this.#again = false;
    await this.#read();
    this.#timer = setTimeout(() => {
      this.#busy = false;
      if (this.#again) this.ask();
    }, this.#pause_ms);
  }
}
