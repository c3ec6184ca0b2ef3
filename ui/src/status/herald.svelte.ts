/**
 * What calls the reader back to the window: a native notification for news on her own tickets, for
 * what is asked of her and for a P0 of her teams, and the number on the tray.
 *
 * Silent while she looks, since the list says it all, and in her quiet hours; neither is made up
 * for afterwards. A P0 passes through both: it stands in the window until it is answered, and is
 * told again each minute until its ticket has been read at this desk. Deliberately absent: sounds.
 */
import { locale, t } from "../i18n/locale.svelte";
import { call } from "../ipc/call";
import type { RowView, Sort, TicketId, View } from "../ipc/generated";
import { shell } from "../ipc/shell";
import { counts } from "../rail/counts.svelte";
import { settings } from "../settings/settings.svelte";
import { notices } from "../shared/notices.svelte";
import { now } from "../shared/now.svelte";
import { type Instant, instant } from "../shared/time";
import { isQuiet } from "./quiet";

/** Rows looked at per view, and most notifications at once. */
const ROWS = 5;
/** Rows looked through for a P0, the gravest first: more are not told of one by one. */
const ALERTS = 20;
/** How often an unread P0 is told again, milliseconds. */
export const ALERT_EVERY_MS = 60_000;

const WATCHED: readonly { view: View; calls: (row: RowView) => boolean }[] = [
  { view: { view: "mine" }, calls: ({ unread }) => unread },
  { view: { view: "asked" }, calls: () => true },
];

/** News among rows: what calls, is newer than `since`, and was not told of yet at that instant. */
export function newsOf(
  rows: readonly RowView[],
  calls: (row: RowView) => boolean,
  told: ReadonlyMap<TicketId, string>,
  since: Instant,
): RowView[] {
  return rows.filter(
    (row) =>
      calls(row) && instant(row.updated_at) > since && told.get(row.ticket) !== row.updated_at,
  );
}

const isAlert = ({ unread, severity }: RowView) => unread && severity === "p0";

/** Tells the tray and sends notifications, until the returned function is called. */
export function herald(since: Instant, onopen: (ticket: TicketId) => void): () => void {
  const watch = new Watch(since, onopen);
  const leave = $effect.root(() => {
    $effect(() => {
      const count = counts.of({ view: "needs_you" }) + counts.of({ view: "asked" });
      const words = { open: t("tray-open"), quit: t("tray-quit") };
      shell().tray({ count, tooltip: t("tray-tooltip", { n: count }), ...words });
    });
    $effect(() => {
      if (counts.list.length > 0) void watch.look();
    });
  });
  return () => {
    leave();
    watch.stop();
  };
}

class Watch {
  readonly #onopen: (ticket: TicketId) => void;
  readonly #begun: Instant;
  #since: Instant;
  #told = new Map<TicketId, string>();
  /** The notices of unread P0s. */
  #alerts = new Map<TicketId, number>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(since: Instant, onopen: (ticket: TicketId) => void) {
    [this.#since, this.#begun, this.#onopen] = [since, since, onopen];
  }

  /** Reads what may call, and tells of it. */
  async look(): Promise<void> {
    try {
      await this.#alert();
      const quiet = isQuiet(settings.view?.quiet ?? null, now(), locale.time_zone);
      if (quiet || document.hasFocus()) this.#since = now();
      else await this.#news();
    } catch {
      // The desk is closed just now: nobody is to be told.
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const id of this.#alerts.values()) notices.drop(id);
  }

  async #news(): Promise<void> {
    for (const { view, calls } of WATCHED) {
      const rows = await page(view, "newest", ROWS);
      for (const row of newsOf(rows, calls, this.#told, this.#since)) this.#tell(row);
    }
  }

  #tell(row: RowView): void {
    this.#told.set(row.ticket, row.updated_at);
    if (!document.hasFocus()) shell().notify(wordsOf(row));
  }

  async #alert(): Promise<void> {
    const rows = await page({ view: "inbox" }, "gravest", ALERTS);
    for (const row of newsOf(rows, isAlert, this.#told, this.#begun)) {
      this.#tell(row);
      if (!this.#alerts.has(row.ticket)) this.#alerts.set(row.ticket, this.#stand(row));
    }
    for (const [ticket, id] of this.#alerts) {
      if (rows.some((row) => row.ticket === ticket && isAlert(row))) continue;
      notices.drop(id);
      this.#alerts.delete(ticket);
    }
    this.#repeat();
  }

  /** A notice that stands in the window until it is answered. */
  #stand({ ticket, number, subject }: RowView): number {
    const run = () => this.#onopen(ticket);
    const text = t("notice-p0", { number: String(number ?? "–"), subject });
    return notices.add({ text, hot: true, act: { label: t("shared-open"), run } });
  }

  #repeat(): void {
    if (this.#alerts.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (this.#alerts.size === 0 || this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      // Told anew: as if it had never been.
      for (const ticket of this.#alerts.keys()) this.#told.delete(ticket);
      void this.look();
    }, ALERT_EVERY_MS);
  }
}

async function page(view: View, sort: Sort, limit: number): Promise<RowView[]> {
  return (await call("view.page", { view, sort, offset: 0, limit })).rows;
}

function wordsOf({ ticket, number, subject, requester, organization, preview }: RowView) {
  const title = number === null ? subject : `#${number} ${subject}`;
  const who = [requester, organization].filter(Boolean).join(" · ");
  return { key: ticket, title, body: preview === "" ? who : `${who}\n${preview}` };
}
