/**
 * Notices: one line at the end of the window, with an act (mostly undo) and the seconds left.
 *
 * At most `NOTICES_MAX` stand at once; the oldest calm one goes first. One that is hot waits for
 * an answer and is never pushed out.
 */
import type { GlyphName } from "./glyphs";

/** Most notices at once. */
export const NOTICES_MAX = 4;
/** How long a notice stands when nothing else is said, seconds. */
export const NOTICE_S = 6;

export type Notice = {
  id: number;
  text: string;
  /** What eyes see instead, newly made as time goes on; `text` is what is read out, once. */
  live: (() => string) | undefined;
  icon: GlyphName;
  /** The act and its name. */
  act?: { label: string; keys?: string | undefined; run: () => void } | undefined;
  /** Seconds it stands; undefined: until it is answered. */
  lasts_s: number | undefined;
  /** Shows the line of seconds left. */
  counts: boolean;
  hot: boolean;
};

export type NoticeInput = {
  text: string;
  live?: Notice["live"];
  icon?: GlyphName;
  act?: Notice["act"];
  lasts_s?: number;
  counts?: boolean;
  hot?: boolean;
};

class Notices {
  list = $state<Notice[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Shows a notice; returns its id, to take it back. */
  add(input: NoticeInput): number {
    const hot = input.hot ?? false;
    const notice: Notice = {
      id: this.#next++,
      text: input.text,
      live: input.live,
      icon: input.icon ?? (hot ? "alert" : "check"),
      act: input.act,
      lasts_s: hot && input.lasts_s === undefined ? undefined : (input.lasts_s ?? NOTICE_S),
      counts: input.counts ?? false,
      hot,
    };
    this.list.push(notice);
    const calm = this.list.find((other) => !other.hot);
    if (this.list.length > NOTICES_MAX && calm) this.drop(calm.id);
    if (notice.lasts_s !== undefined) {
      const timer = setTimeout(() => this.drop(notice.id), notice.lasts_s * 1000);
      this.#timers.set(notice.id, timer);
    }
    return notice.id;
  }

  /** Takes a notice back. */
  drop(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Does the act of a notice, once. */
  act(id: number): void {
    const notice = this.list.find((one) => one.id === id);
    this.drop(id);
    notice?.act?.run();
  }

  /** The newest notice that can be acted on: what the undo key means. */
  get newest(): Notice | undefined {
    return this.list.findLast((notice) => notice.act !== undefined);
  }
}

/** The notices of the window. */
export const notices = new Notices();
