/**
 * Saves a text as it is typed. A text that was typed is saved or still held here: never lost.
 *
 * ```text
 *             type                    pause over, flush
 *   clean ─────────▶ dirty ──────────────────────────────▶ saving
 *     ▲                ▲  └── flush waits for what is saved ── │ │
 *     │                └──────── typed meanwhile, or failed ───┘ │
 *     └────────────────────────── saved ─────────────────────────┘
 * ```
 *
 * One save at a time, so that they arrive in the order they were typed; a newer text replaces the
 * one that waits. A failed save is tried again with growing pauses, for as long as it takes: the
 * words are nowhere else. Deliberately absent: timers of its own choosing and what a draft is.
 */

/** Pause in typing after which a text is saved, milliseconds. */
export const TYPING_PAUSE_MS = 150;
/** Longest time without a save while typing goes on, milliseconds: what a computer that fails takes. */
export const UNSAVED_MAX_MS = 500;
/** First and longest pause before a failed save is tried again, milliseconds. */
export const RETRY_FIRST_MS = 500;
export const RETRY_MAX_MS = 30_000;

/** Runs something later; the returned function calls it off. */
export type Later = (run: () => void, after_ms: number) => () => void;

export type AutosaveOptions<Saved> = {
  save: (text: string) => Promise<Saved>;
  /** The text on disk is now this one. */
  onsaved: (saved: Saved, text: string) => void;
  /** It could not be saved; it will be tried again. */
  onfailed: (thrown: unknown) => void;
  later: Later;
  now_ms: () => number;
};

export class Autosave<Saved> {
  readonly #options: AutosaveOptions<Saved>;
  #text: string | undefined;
  #saving: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  #dirty_since_ms = 0;
  #failures = 0;

  constructor(options: AutosaveOptions<Saved>) {
    this.#options = options;
  }

  /** Whether everything typed is saved. */
  get clean(): boolean {
    return this.#text === undefined && this.#saving === undefined;
  }

  /** Takes a text; saves it after a pause in typing. */
  type(text: string): void {
    const { now_ms } = this.#options;
    if (this.#text === undefined) this.#dirty_since_ms = now_ms();
    this.#text = text;
    const left_ms = this.#dirty_since_ms + UNSAVED_MAX_MS - now_ms();
    this.#schedule(Math.max(0, Math.min(TYPING_PAUSE_MS, left_ms)));
  }

  /** Saves at once. Settles when everything typed so far is saved or has failed once. */
  async flush(): Promise<void> {
    this.#schedule(undefined);
    await this.#saving;
    if (this.#text !== undefined) await this.#start();
  }

  /** Forgets what waits: the words were sent or discarded. What is on its way is awaited. */
  async drop(): Promise<void> {
    this.#text = undefined;
    this.#schedule(undefined);
    await this.#saving;
  }

  #schedule(after_ms: number | undefined): void {
    this.#callOff?.();
    this.#callOff =
      after_ms === undefined
        ? undefined
        : this.#options.later(() => {
            this.#callOff = undefined;
            if (this.#saving === undefined) void this.#start();
          }, after_ms);
  }

  #start(): Promise<void> {
    const text = this.#text;
    if (text === undefined || this.#saving) return this.#saving ?? Promise.resolve();
    this.#text = undefined;
    this.#saving = this.#save(text).finally(() => {
      this.#saving = undefined;
      this.#goOn();
    });
    return this.#saving;
  }

  async #save(text: string): Promise<void> {
    try {
      const saved = await this.#options.save(text);
      this.#failures = 0;
      this.#options.onsaved(saved, text);
    } catch (thrown) {
      this.#failures += 1;
      this.#text ??= text;
      this.#options.onfailed(thrown);
    }
  }

  // What was typed while a save ran, or what failed, is due again.
  #goOn(): void {
    if (this.#text === undefined || this.#callOff) return;
    const grown_ms = RETRY_FIRST_MS * 2 ** Math.min(this.#failures - 1, 10);
    this.#schedule(this.#failures === 0 ? 0 : Math.min(RETRY_MAX_MS, grown_ms));
  }
}
