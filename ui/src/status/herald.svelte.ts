/**
 * What calls the reader back to the window: a native notification for news on her own tickets, for
 * what is asked of her and for a P0 of her teams, and the number on the tray. Silent while she is
 * looking, since the list says it all. Deliberately absent: quiet hours, sounds.
 */
import { t } from "../i18n/locale.svelte";
import { call } from "../ipc/call";
import type { RowView, TicketId, View } from "../ipc/generated";
import { shell } from "../ipc/shell";
import { counts } from "../rail/counts.svelte";
import { instant } from "../shared/time";

/** Rows looked at per view, and most notifications at once. */
const ROWS = 5;

const WATCHED: readonly { view: View; calls: (row: RowView) => boolean }[] = [
  { view: { view: "mine" }, calls: ({ unread }) => unread },
  { view: { view: "asked" }, calls: () => true },
  { view: { view: "inbox" }, calls: ({ unread, severity }) => unread && severity === "p0" },
];

/** News among rows: what calls, is newer than `since`, and was not told of yet at that instant. */
export function newsOf(
  rows: readonly RowView[],
  calls: (row: RowView) => boolean,
  told: ReadonlyMap<TicketId, string>,
  since: number,
): RowView[] {
  return rows.filter(
    (row) =>
      calls(row) && instant(row.updated_at) > since && told.get(row.ticket) !== row.updated_at,
  );
}

/** Tells the tray and sends notifications, until the returned function is called. */
export function herald(since: number): () => void {
  const told = new Map<TicketId, string>();
  return $effect.root(() => {
    $effect(() => {
      const count = counts.of({ view: "needs_you" }) + counts.of({ view: "asked" });
      const words = { open: t("tray-open"), quit: t("tray-quit") };
      shell().tray({ count, tooltip: t("tray-tooltip", { n: count }), ...words });
    });
    $effect(() => {
      if (counts.list.length > 0 && !document.hasFocus()) void tell(told, since);
    });
  });
}

async function tell(told: Map<TicketId, string>, since: number): Promise<void> {
  for (const { view, calls } of WATCHED) {
    try {
      const page = { view, sort: "newest", offset: 0, limit: ROWS } as const;
      const { rows } = await call("view.page", page);
      for (const row of newsOf(rows, calls, told, since)) {
        told.set(row.ticket, row.updated_at);
        shell().notify(wordsOf(row));
      }
    } catch {
      // The desk is closed just now: nobody is to be told.
      return;
    }
  }
}

function wordsOf({ ticket, number, subject, requester, organization, preview }: RowView) {
  const title = number === null ? subject : `#${number} ${subject}`;
  const who = [requester, organization].filter(Boolean).join(" · ");
  return { key: ticket, title, body: preview === "" ? who : `${who}\n${preview}` };
}
