/** Changes to a ticket, each with a notice that says what was done and takes it back. */
import { registry } from "../commands";
import { t } from "../i18n/locale.svelte";
import { call } from "../ipc/call";
import { shown } from "../ipc/error";
import type { Act, Acted, TicketId, Undone } from "../ipc/generated";
import type { GlyphName } from "../shared/glyphs";
import { NOTICE_S, notices } from "../shared/notices.svelte";
import { now } from "../shared/now.svelte";
import { instant, secondsBetween } from "../shared/time";

/** What is said of a change. */
export type Said = {
  text: string;
  live?: (() => string) | undefined;
  icon?: GlyphName;
  /** Does what belongs to taking it back; a notice says so if this is absent. */
  undo?: ((takeBack: () => Promise<Undone>) => void) | undefined;
};

/** Changes a ticket and says so; false, with a notice, if it could not be. */
export async function act(ticket: TicketId, change: Act, said?: Said): Promise<boolean> {
  try {
    const acted = await call("ticket.act", { ticket, act: change });
    if (said) offerUndo(acted, said);
    return true;
  } catch (thrown) {
    tell(thrown);
    return false;
  }
}

/** Shows what was done, for as long as undoing leaves no trace. */
export function offerUndo(acted: Acted, { text, live, icon, undo = undone }: Said): void {
  const takeBack = () => call("outbox.undo", { operation: acted.operation });
  const left_s = leftToUndo_s(acted);
  notices.add({
    text,
    live,
    icon: icon ?? "check",
    lasts_s: left_s ?? NOTICE_S,
    counts: left_s !== undefined,
    act: {
      label: t("shared-undo"),
      keys: registry.keysOf("undo")[0],
      run: () => void undo(takeBack),
    },
  });
}

/** Whole seconds in which it can be taken back unseen; undefined if it left at once. */
export function leftToUndo_s({ undo_until }: Pick<Acted, "undo_until">): number | undefined {
  if (undo_until === null) return undefined;
  const left_s = secondsBetween(now(), instant(undo_until));
  return left_s > 0 ? left_s : undefined;
}

async function undone(takeBack: () => Promise<Undone>) {
  try {
    await takeBack();
    notices.add({ text: t("notice-undone"), icon: "undo" });
  } catch (thrown) {
    tell(thrown);
  }
}

/** Says that something did not work, in the reader's words. */
export function tell(thrown: unknown): void {
  notices.add({ text: shown(thrown).text, icon: "alert" });
}
